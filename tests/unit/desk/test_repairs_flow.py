"""What the desk knows reaches whoever imports: the guess stands in the form, repairs are offered and done."""

from __future__ import annotations

import json

import numpy as np
import shapely

from gis_app.desk.repairs_ground import Ground
from gis_app.geo import crs as geo
from gis_app.storage.layers import read_layer
from tests.unit.desk.guessing_county import layer
from tests.unit.desk.hand import Desk


def geojson(shapes: list, properties: list[dict] | None = None) -> bytes:
    """Return a GeoJSON file of shapes (or of plain geometry dicts)."""
    features = [
        {
            "type": "Feature",
            "properties": (properties or [{} for _ in shapes])[at],
            "geometry": shape if isinstance(shape, dict) else json.loads(shapely.to_geojson(shape)),
        }
        for at, shape in enumerate(shapes)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def grids() -> tuple[np.ndarray, list[dict]]:
    frame = layer("grids")
    named = [
        {"网格编码": code, "网格名称": name}
        for code, name in zip(frame["grid_code"], frame["name"], strict=True)
    ]
    return np.array(frame.geometry.values, dtype=object), named


def errors(state: dict) -> set[str]:
    return {one["code"] for one in state["findings"]["faults_by"] if one["severity"] == "error"}


def keys(state: dict, kind: str) -> list[str]:
    return [one["key"] for one in state["findings"]["repairs"] if one["kind"] == kind]


def as_guessed(state: dict, **changes) -> dict:
    """Return the choices of somebody who agrees with the guess."""
    guess = state["guess"]
    columns = {field: one["column"] for field, one in guess["columns"].items()}
    chosen = {"table": guess["table"], "layer": guess["layer"], "mode": guess["mode"], "columns": columns}
    return chosen | {"crs": guess["crs"]["code"], "repairs": []} | changes


def test_an_offset_is_guessed_and_taken_back_on_the_way_in(county_desk: Desk):
    shapes, named = grids()
    moved = shapely.transform(shapes, geo.wgs84_to_gcj02)
    number = county_desk.put_bytes("网格.geojson", geojson(moved, named))
    state = county_desk.state(number)
    assert (state["guess"]["layer"], state["guess"]["crs"]["code"]) == ("grids", "GCJ-02")
    state = county_desk.check(number, **as_guessed(state))
    assert errors(state) == set() and state["findings"]["inserted"] == 0
    county_desk.take_in(number)
    with county_desk.store.read() as conn:
        after = read_layer(conn, "grids").set_index("grid_code").geometry
    true = layer("grids").set_index("grid_code").geometry
    away = shapely.hausdorff_distance(after.loc[true.index].values, true.values) * 111_320
    assert away.max() < 0.01


def test_an_open_ring_is_closed_only_when_chosen(county_desk: Desk):
    shapes, named = grids()
    ring = [list(point) for point in shapely.get_coordinates(shapes[4])[:-1]]
    file = [*shapes[:4], {"type": "Polygon", "coordinates": [ring]}, *shapes[5:]]
    number = county_desk.put_bytes("网格.geojson", geojson(file, named))
    state = county_desk.check(number, **as_guessed(county_desk.state(number)))
    assert errors(state) == {"wrong_geometry_type"}
    (key,) = keys(state, "close_ring")
    picture = county_desk.call("repair_picture", number, key)
    assert picture["places"] >= 1 and picture["after"]["features"]
    state = county_desk.check(number, **as_guessed(county_desk.state(number), repairs=[key]))
    assert errors(state) == set()
    assert [one["taken"] for one in state["findings"]["repairs"] if one["key"] == key] == [True]


def test_slivers_are_offered_and_their_repair_goes_in(county_desk: Desk):
    shapes, named = grids()
    ground = Ground.of(shapes)
    metres = ground.metres(shapes)
    metres[30] = shapely.transform(metres[30], lambda xy: xy + np.array([0.2, -0.15]))
    number = county_desk.put_bytes("网格.geojson", geojson(ground.degrees(metres, shapes), named))
    state = county_desk.check(number, **as_guessed(county_desk.state(number)))
    assert keys(state, "coverage")
    chosen = keys(state, "snap")
    state = county_desk.check(number, **as_guessed(county_desk.state(number), repairs=chosen))
    taken = {one["key"] for one in state["findings"]["repairs"] if one["taken"]}
    assert chosen and taken == set(chosen) and errors(state) == set()
    county_desk.take_in(number)
    with county_desk.store.read() as conn:
        after = np.array(read_layer(conn, "grids").geometry.values, dtype=object)
    assert shapely.coverage_is_valid(Ground.of(after).metres(after), gap_width=0.5)


def test_a_border_that_crosses_itself_is_mended_only_when_chosen(county_desk: Desk):
    shapes, named = grids()
    xy = shapely.get_coordinates(shapes[7])
    xy[[2, -4]] = xy[[-4, 2]]
    shapes[7] = shapely.Polygon(xy)
    assert not shapes[7].is_valid
    number = county_desk.put_bytes("网格.geojson", geojson(shapes, named))
    state = county_desk.check(number, **as_guessed(county_desk.state(number)))
    assert "invalid_geometry" in errors(state)
    (key,) = keys(state, "valid")
    state = county_desk.check(number, **as_guessed(county_desk.state(number), repairs=[key]))
    assert "invalid_geometry" not in errors(state)
