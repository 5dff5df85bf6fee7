"""A shape is a shape of the database: searchable in PostGIS, plain WKB in SQLite, CGCS2000 in both."""

from __future__ import annotations

import pytest
import shapely
from sqlalchemy import text

from gis_app.storage.geometry import SRID
from gis_app.storage.incidents import replace_incidents
from gis_app.storage.layers import read_layer, replace_layer
from tests.storage import samples

GEOGRAPHIC = (
    "county", "subdistricts", "communities", "grids", "blocks", "buildings", "streets", "water", "stations",
    "gates", "incidents",
)  # fmt: skip
ONLY_POSTGRESQL = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
ONLY_SQLITE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.fixture
def filled(store):
    with store.write() as conn:
        for name, frame in samples.small_county().items():
            replace_layer(conn, name, frame)
        replace_incidents(conn, samples.incidents())
    return store


def ask(store, statement: str, **values: object) -> list[tuple]:
    with store.read() as conn:
        return [tuple(row) for row in conn.execute(text(statement), values)]


@ONLY_POSTGRESQL
def test_postgis_knows_cgcs2000(store):
    known = ask(store, "SELECT auth_name, auth_srid FROM spatial_ref_sys WHERE srid = :srid", srid=SRID)
    assert known == [("EPSG", 4490)]


@ONLY_POSTGRESQL
@pytest.mark.parametrize("table", GEOGRAPHIC)
def test_every_geometry_is_a_postgis_geometry_with_a_gist_index(filled, table):
    kind = "SELECT type, srid, coord_dimension FROM geometry_columns WHERE f_table_name = :table"
    assert ask(filled, kind, table=table) == [("GEOMETRY", SRID, 2)]
    indexes = ask(filled, "SELECT indexdef FROM pg_indexes WHERE tablename = :table", table=table)
    assert sum("USING gist (geometry)" in definition for (definition,) in indexes) == 1
    srids = f"SELECT DISTINCT ST_SRID(geometry) FROM {table} WHERE geometry IS NOT NULL"
    assert ask(filled, srids) == [(SRID,)]


@ONLY_POSTGRESQL
def test_postgis_finds_the_grid_at_a_point(filled):
    inside = shapely.get_coordinates(samples.small_county()["grids"].geometry.iloc[0].centroid)[0]
    found = ask(
        filled,
        "SELECT grid_code FROM grids WHERE ST_Intersects(geometry, ST_SetSRID(ST_Point(:x, :y), 4490))",
        x=float(inside[0]),
        y=float(inside[1]),
    )
    assert found == [(samples.grid_codes(2)[1],)]


@ONLY_SQLITE
@pytest.mark.parametrize("table", GEOGRAPHIC)
def test_every_geometry_is_wkb_in_sqlite(filled, table):
    shapes = ask(filled, f"SELECT geometry FROM {table} WHERE geometry IS NOT NULL")
    assert len(shapes) > 0
    assert all(isinstance(wkb, bytes) and not shapely.from_wkb(wkb).is_empty for (wkb,) in shapes)


def test_heights_are_left_at_the_door(store):
    point = shapely.Point(114.4, 34.4, 61.5)
    stations = samples.small_county()["stations"].set_geometry([point], crs=samples.CRS)
    with store.write() as conn:
        replace_layer(conn, "stations", stations)
    with store.read() as conn:
        assert not read_layer(conn, "stations").geometry.iloc[0].has_z
