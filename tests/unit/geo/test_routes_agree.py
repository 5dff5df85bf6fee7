"""A thousand places and more: station, distance and path are those of an independent search with networkx."""

from functools import cache
from pathlib import Path

import geopandas as gpd
import libpysal
import numpy as np
import pytest
import shapely

from gis_app.geo.network import StreetNetwork
from gis_app.geo.routes import RouteTable
from tests.unit.geo.peer import LIMIT, Peer, assert_walkable, length

ROOT = Path(__file__).resolve().parents[3]
REAL = Path(libpysal.__file__).parent / "examples"
POINTS = 1000


def reference() -> tuple[np.ndarray, np.ndarray]:
    """Return the reference county's streets and stations in metres."""
    streets, stations = (
        gpd.read_file(ROOT / "geodata" / f"{name}.geojson").to_crs("EPSG:4547")
        for name in ("streets", "stations")
    )
    return streets.geometry.to_numpy(), shapely.get_coordinates(stations.geometry.values)


def real(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return real streets, in units of their own map, with made-up stations on and beside them."""
    lines = gpd.read_file(REAL / name).geometry.to_numpy()
    return lines, near(lines, 20, np.random.default_rng(4), 30.0)


def near(lines: np.ndarray, count: int, random: np.random.Generator, off: float) -> np.ndarray:
    """Return points scattered about the streets."""
    chosen = lines[random.integers(0, len(lines), count)]
    along = shapely.line_interpolate_point(chosen, random.random(count), normalized=True)
    return shapely.get_coordinates(along) + random.normal(0, off, (count, 2))


def places(lines: np.ndarray, sources: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return a thousand places: about the streets, on them, on their ends, beside stations, and anywhere."""
    x0, y0, x1, y1 = shapely.total_bounds(lines)
    ends = shapely.get_coordinates(lines)
    return np.concatenate(
        [
            near(lines, 500, random, 40.0),
            near(lines, 100, random, 0.0),
            ends[random.integers(0, len(ends), 100)],
            sources[random.integers(0, len(sources), 100)] + random.normal(0, 20, (100, 2)),
            sources[random.integers(0, len(sources), 50)],
            random.uniform((x0 - 300, y0 - 300), (x1 + 300, y1 + 300), (150, 2)),
        ]
    )


COUNTIES = {
    "reference county": reference,
    "Phoenix": lambda: real("geodanet/streets.shp"),
    "Soho": lambda: real("snow_maps/Soho_Network.shp"),
}


@cache
def truth(name: str) -> tuple:
    """Return lines, sources, targets, what is open, and the peer's metres from each target to each source."""
    lines, sources = COUNTIES[name]()
    random = np.random.default_rng(62)
    targets, is_open = places(lines, sources, random), random.random(len(sources)) < 0.8
    return lines, sources, targets, is_open, np.where(is_open, Peer(lines, sources).metres(targets), np.inf)


@pytest.mark.parametrize("table_mib", [256, 0], ids=["table", "search"])
@pytest.mark.parametrize("name", COUNTIES)
def test_agrees_with_networkx_within_a_metre_and_much_less(name, table_mib):
    lines, sources, targets, is_open, metres = truth(name)
    peer = Peer(lines, sources)
    streets, tree = peer.streets(), shapely.STRtree(peer.lines)
    routes = RouteTable.build(StreetNetwork.build(gpd.GeoSeries(lines)), sources, table_mib=table_mib)
    assert (routes.metres is None) == (table_mib == 0)
    assert len(targets) == POINTS
    assert np.isfinite(metres.min(axis=1)).mean() > 0.6
    assert np.isinf(metres.min(axis=1)).any()
    for target, expected in zip(targets, metres, strict=True):
        (way,) = routes.nearest(target, is_open)
        if np.isinf(expected.min()):
            assert (way.reason == "ok", len(way.path)) == (False, 0)
            assert np.isnan(way.distance_m)
            continue
        assert way.reason == "ok"
        assert is_open[way.source]
        assert way.distance_m == pytest.approx(expected.min(), abs=1e-5)
        assert expected[way.source] == pytest.approx(expected.min(), abs=1e-5)  # or one just as near
        assert length(way.path) == pytest.approx(way.distance_m, abs=0.01)  # ends meet to a millimetre
        assert way.path[0].tolist() == target.tolist()
        assert way.path[-1].tolist() == sources[way.source].tolist()
        assert 0 <= way.leg_m <= LIMIT
        assert_walkable(way.path, streets, tree)


def test_the_nearest_five_are_those_of_networkx_in_order():
    lines, sources = reference()
    random = np.random.default_rng(5)
    targets = near(lines, 60, random, 30.0)
    metres = Peer(lines, sources).metres(targets)
    routes = RouteTable.build(StreetNetwork.build(gpd.GeoSeries(lines)), sources)
    searched = RouteTable.build(routes.network, sources, table_mib=0)
    for target, expected in zip(targets, metres, strict=True):
        found = routes.nearest(target, count=5)
        assert [way.distance_m for way in found] == pytest.approx(np.sort(expected)[:5], abs=1e-5)
        again = searched.nearest(target, count=5)
        assert [way.source for way in again] == [way.source for way in found]
