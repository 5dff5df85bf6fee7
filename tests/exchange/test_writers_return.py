"""What was exported can be imported again: the file of a layer is taken as that layer, row for row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis_app.exchange.importing import import_layer
from gis_app.exchange.writers.model import About, Layer
from gis_app.exchange.writers.systems import systems
from gis_app.exchange.writers.write import FORMATS, write
from gis_app.layers import schema
from gis_app.layers.atlas import Atlas
from gis_app.storage.layers import read_layers

# format -> its system, and what the importer has to be told because the format cannot say it
TAKEN = {
    "gpkg": ("EPSG:4547", None),
    "geojson": ("EPSG:4547", None),
    "shp": ("EPSG:4547", None),
    "kml": ("EPSG:4490", None),
    "csv": ("EPSG:4547", "EPSG:4547"),
    "xlsx": ("BD-09", "BD-09"),
}


def test_every_format_is_tried():
    assert TAKEN.keys() == FORMATS.keys()


@pytest.mark.parametrize("format", TAKEN)
def test_stations_go_out_and_come_in_again_unchanged(county_store, tmp_path: Path, format: str):
    code, declared = TAKEN[format]
    with county_store.read() as conn:
        before = Atlas.build(read_layers(conn))
    stations = before.stations
    titles = {name: name for name in schema.columns("stations") if name != "geometry"}
    layer = Layer("stations", "站点", stations[list(titles)], titles, np.asarray(stations.geometry), "name")
    path = write([layer], format, systems(before.metric_crs)[code], About({"county": "县"}), tmp_path)
    report = import_layer(county_store, "stations", path, crs=declared, mode="replace")
    assert report.ok, report
    with county_store.read() as conn:
        after = Atlas.build(read_layers(conn)).stations
    for name in titles:
        assert after[name].fillna("").tolist() == stations[name].fillna("").tolist(), name
    apart = shapely.distance(
        np.asarray(after.geometry.to_crs(before.metric_crs)),
        np.asarray(stations.geometry.to_crs(before.metric_crs)),
    )
    assert apart.max() < 0.02
    county_store.dispose()
