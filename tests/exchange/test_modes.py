"""What an import changes: replace, add and update, the dry run, repair, and what follows from new grids."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from gis_app.exchange.importing import import_layer
from gis_app.storage import audit
from tests.exchange import samples


def stations(path: Path, frame: pd.DataFrame) -> Path:
    """Write stations as CSV."""
    frame.to_csv(path, index=False)
    return path


def grown(store, tmp_path: Path) -> None:
    """Bring nine grids and three stations into an empty store."""
    assert import_layer(store, "grids", samples.write(samples.grids(), tmp_path / "g.gpkg")).ok
    assert import_layer(store, "stations", stations(tmp_path / "s.csv", samples.stations())).ok


def test_a_dry_run_reports_and_writes_nothing(empty_store, tmp_path: Path):
    path = samples.write(samples.grids(), tmp_path / "g.gpkg")
    report = import_layer(empty_store, "grids", path, dry_run=True)
    assert report.ok and not report.written and report.inserted == 9
    assert samples.revision_of(empty_store) == 0


def test_an_import_is_in_the_audit_trail_and_raises_the_revision(empty_store, tmp_path: Path):
    report = import_layer(
        empty_store, "grids", samples.write(samples.grids(), tmp_path / "g.gpkg"), actor="me"
    )
    assert report.revision == samples.revision_of(empty_store) > 0
    with empty_store.read() as conn:
        rows = audit.read_rows(conn, tag="layers:layer:imported")
        assert [(row.actor, row.subject) for row in rows] == [("me", "grids")]
        assert audit.verify(conn) is None


def test_stations_are_updated_by_name_and_not_doubled(empty_store, tmp_path: Path):
    grown(empty_store, tmp_path)
    again = samples.stations().assign(容纳人数=[21, 31, 51])
    more = pd.concat([again, again.tail(1).assign(站点名称="新站")], ignore_index=True)
    report = import_layer(empty_store, "stations", stations(tmp_path / "t.csv", more))
    assert (report.inserted, report.updated, report.removed) == (1, 3, 0)
    assert samples.layer_of(empty_store, "stations")["capacity"].sum() == 21 + 31 + 51 + 51


def test_an_update_keeps_what_the_file_does_not_say(empty_store, tmp_path: Path):
    grown(empty_store, tmp_path)
    few = samples.stations()[["站点名称", "经度", "纬度"]].head(1)
    assert import_layer(empty_store, "stations", stations(tmp_path / "t.csv", few)).updated == 1
    found = samples.layer_of(empty_store, "stations").set_index("name")
    assert len(found) == 3 and found.loc["东关驿站", "amenities"] == "drinking_water;charging;wifi"


def test_replace_removes_and_add_refuses_what_is_there(empty_store, tmp_path: Path):
    grown(empty_store, tmp_path)
    known = samples.layer_of(empty_store, "stations")
    path = samples.write(known.head(2), tmp_path / "s.geojson")
    report = import_layer(empty_store, "stations", path, mode="add")
    assert {one.message_code for one in report.faults} == {"existing_code"} and len(report.faults) == 2
    assert import_layer(empty_store, "stations", path, mode="replace").removed == 1
    assert len(samples.layer_of(empty_store, "stations")) == 2


def test_new_grids_may_replace_a_made_up_county(empty_store, tmp_path: Path):
    grown(empty_store, tmp_path)
    frame = samples.grids()
    wider = frame.set_geometry(
        shapely.transform(frame.geometry.values, lambda xy: xy + np.array([5000.0, 0.0]))
    )
    report = import_layer(empty_store, "grids", samples.write(wider, tmp_path / "h.gpkg"))
    assert report.ok and "stations_outside" in {one.message_code for one in report.warnings}
    assert len(samples.layer_of(empty_store, "county")) == 1
    assert len(samples.layer_of(empty_store, "grids")) == 9


def test_communities_named_in_the_file_become_communities(empty_store, tmp_path: Path):
    frame = samples.grids().assign(社区=["东关社区"] * 3 + ["西关社区"] * 3 + ["南关社区"] * 3)
    assert import_layer(empty_store, "grids", samples.write(frame, tmp_path / "g.gpkg")).ok
    communities = samples.layer_of(empty_store, "communities")
    assert set(communities["name"]) == {"东关社区", "西关社区", "南关社区"}
    assert samples.layer_of(empty_store, "grids").groupby("community_code").size().tolist() == [3, 3, 3]


def test_grids_without_codes_take_those_of_the_community_they_lie_in(county_store, tmp_path: Path):
    before = samples.layer_of(county_store, "grids")
    path = samples.write(before[["name", "geometry"]], tmp_path / "g.geojson")
    assert import_layer(county_store, "grids", path).faults == []
    after = samples.layer_of(county_store, "grids")
    count = before.groupby("community_code").size()
    assert after.groupby("community_code").size().to_dict() == count.to_dict()
    blocks = samples.layer_of(county_store, "blocks")
    assert blocks["grid_code"].isin(after["grid_code"]).all()


def test_the_reference_layers_come_in_again_unchanged(county_store, tmp_path: Path):
    for name in ("county", "subdistricts", "communities", "grids", "blocks", "stations", "water"):
        before = samples.layer_of(county_store, name)
        report = import_layer(county_store, name, samples.write(before, tmp_path / f"{name}.geojson"))
        assert (report.faults, report.inserted, report.updated) == ([], 0, len(before))
        after = samples.layer_of(county_store, name)
        assert after.drop(columns="geometry").equals(before.drop(columns="geometry"))


def test_slivers_come_in_with_a_warning_and_are_cleaned_on_request(empty_store, tmp_path: Path):
    frame = samples.grids()
    shapes = np.array(frame.geometry.values)
    shapes[4] = shapely.box(*(np.array(shapes[4].bounds) + np.array([-0.3, 0, 0.3, 0])))
    path = samples.write(frame.set_geometry(shapes, crs=samples.METRIC), tmp_path / "g.gpkg")
    report = import_layer(empty_store, "grids", path, dry_run=True)
    assert report.ok and "overlaps_many" in {one.message_code for one in report.warnings}
    report = import_layer(empty_store, "grids", path, repair=True)
    assert report.ok and "overlaps_many" not in {one.message_code for one in report.warnings}
    found = samples.layer_of(empty_store, "grids").to_crs(samples.METRIC).geometry.values
    assert shapely.coverage_is_valid(found) and len(found) == 9


def test_a_bow_tie_is_mended_on_request_only(empty_store, tmp_path: Path):
    frame = samples.grids()
    x, y = samples.X, samples.Y + 400
    bow_tie = shapely.Polygon([(x, y), (x + 400, y + 400), (x + 400, y), (x, y + 400)])
    frame.loc[9] = ["领结", 5, bow_tie]
    path = samples.write(frame, tmp_path / "g.gpkg")
    assert {one.message_code for one in import_layer(empty_store, "grids", path).faults} == {
        "invalid_geometry"
    }
    report = import_layer(empty_store, "grids", path, repair=True)
    assert report.ok and "repaired" in {one.message_code for one in report.warnings}


def test_real_polygons_of_a_public_package_come_in(empty_store, tmp_path: Path):
    """Metropolitan Tokyo as libpysal brings it: rings touch themselves, borders overlap by slivers."""
    from libpysal.examples import get_path

    from gis_app.layers.atlas import Atlas
    from gis_app.storage.layers import read_layers

    report = import_layer(empty_store, "grids", get_path("tokyomet262.shp"), crs="EPSG:30166")
    assert report.faults == [] and report.inserted == 262
    with empty_store.read() as conn:
        atlas = Atlas.build(read_layers(conn))
    spot = atlas.grids.geometry.representative_point().iloc[7]
    path = tmp_path / "s.csv"
    path.write_text(f"name,lon,lat\nA,{spot.x},{spot.y}\n", encoding="utf-8")
    assert import_layer(empty_store, "stations", path, crs="EPSG:4326").ok
    assert samples.layer_of(empty_store, "stations")["grid_code"].iloc[0] == atlas.grids["grid_code"].iloc[7]
