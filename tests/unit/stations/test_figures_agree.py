"""Every figure of coverage is that of an independent computation: networkx for metres, plain pandas for sums.

On the reference county, and on real streets that come with a locked test dependency. Counts are exact; metres
agree within a metre (they do within a millimetre).
"""

from functools import cache
from pathlib import Path

import geopandas as gpd
import libpysal
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from gis_app.geo.network import StreetNetwork
from gis_app.layers import schema
from gis_app.layers.atlas import Atlas
from gis_app.stations.figures import by_area, figures, uncovered, whole
from gis_app.stations.reach_table import Places, ReachTable
from gis_app.stations.scope import Scope
from tests.unit.geo.peer import Peer

ROOT = Path(__file__).resolve().parents[3]
REAL = Path(libpysal.__file__).parent / "examples"
# level -> the column that holds its code, and how long the code is there
LEVELS = {
    "block": ("block_code", None),
    "grid": ("grid_code", None),
    "community": ("community_code", None),
    "subdistrict": ("community_code", 9),
    "county": ("community_code", 6),
}
PER_SEAT, LIMITS = 20, (300.0, 500.0, 1000.0)


@cache
def county() -> Atlas:
    """Return the reference county."""
    names = [name for name in schema.LAYERS if (ROOT / "geodata" / f"{name}.geojson").is_file()]
    return Atlas.build({name: gpd.read_file(ROOT / "geodata" / f"{name}.geojson") for name in names})


def reference() -> tuple[ReachTable, Peer]:
    """Return the reference county's table and its peer, closed gates and all."""
    atlas = county()
    metric = {name: atlas.layer(name).to_crs(atlas.metric_crs) for name in ("streets", "stations", "gates")}
    shut = metric["gates"][metric["gates"]["passage"] == "closed"]
    points = shapely.get_coordinates(metric["stations"].geometry.values)
    barriers = shapely.get_coordinates(shut.geometry.values)
    return ReachTable.build(atlas), Peer(metric["streets"].geometry.to_numpy(), points, barriers=barriers)


def real(name: str) -> tuple[ReachTable, Peer]:
    """Return real streets with made-up homes and stations beside them, some far off any street."""
    lines, random = gpd.read_file(REAL / name).geometry.to_numpy(), np.random.default_rng(11)
    x0, y0, x1, y1 = shapely.total_bounds(lines)
    homes = np.vstack([beside(lines, 700, random), random.uniform((x0, y0), (x1, y1), (60, 2))])
    sites, count = beside(lines, 25, random), len(homes)
    codes = np.array([f"410222001{n % 4 + 1:03d}{n % 3 + 1:03d}" for n in range(count)])
    frame = pd.DataFrame(
        {
            "code": [f"H{n}" for n in range(count)],
            "block_code": [f"B{n // 10}" for n in range(count)],
            "grid_code": codes,
            "community_code": [code[:12] for code in codes],
            "households": random.integers(1, 40, count),
        }
    )
    stations = pd.DataFrame(
        {
            "station_code": [f"S{n}" for n in range(len(sites))],
            "name": "站",
            "kind": "warm_station",
            "hours": "24/7",
            "amenities": "",
            "capacity": random.integers(0, 30, len(sites)),
            "status": np.where(np.arange(len(sites)) % 6 == 5, "closed", "open"),
        }
    )
    network = StreetNetwork.build(gpd.GeoSeries(lines))
    places = Places(frame, homes, network.snap(homes), network, "households")
    nothing = ReachTable(places, stations[:0], sites[:0], network.snap(sites[:0]), _no_pairs(), 1125.0, 150.0)
    return nothing.replaced(stations, sites, np.full(len(sites), -1)), Peer(lines, sites)


def _no_pairs():
    from gis_app.geo.reached import Pairs

    return Pairs(np.empty(0, int), np.empty(0, int), np.empty(0))


def beside(lines, count: int, random) -> np.ndarray:
    """Return points scattered about the streets."""
    chosen = lines[random.integers(0, len(lines), count)]
    along = shapely.line_interpolate_point(chosen, random.random(count), normalized=True)
    return shapely.get_coordinates(along) + random.normal(0, 30, (count, 2))


COUNTIES = {
    "reference county": reference,
    "Phoenix": lambda: real("geodanet/streets.shp"),
    "Soho": lambda: real("snow_maps/Soho_Network.shp"),
}


@cache
def case(name: str) -> tuple:
    """Return the table, who counts, and the peer's metres and straight metres from home to station."""
    table, peer = COUNTIES[name]()
    mask = Scope().mask(table.stations)
    metres = peer.metres(table.places.xy)[:, mask]
    straight = np.hypot(*(table.places.xy[:, None, :] - table.xy[mask][None, :, :]).transpose(2, 0, 1))
    return table, mask, metres, straight


@pytest.mark.parametrize("name", COUNTIES)
def test_metres_agree_with_networkx(name):
    table, mask, metres, straight = case(name)
    places = figures(table, mask, 500.0, PER_SEAT).places
    best = metres.min(axis=1)
    known = np.isfinite(best)
    assert known.mean() > 0.6
    assert (places["reason"].eq("ok").to_numpy() == known).all()
    assert np.abs(places["walk_m"].to_numpy()[known] - best[known]).max() < 0.001
    assert places["walk_m"][~known].isna().all()
    assert np.abs(places["crow_m"].to_numpy() - straight.min(axis=1)).max() < 0.001
    chosen = pd.Series(range(int(mask.sum())), table.stations["station_code"][mask])
    at = chosen[places["nearest_station"][known]].to_numpy()
    assert np.abs(metres[known, :][np.arange(known.sum()), at] - best[known]).max() < 0.001


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", COUNTIES)
def test_counts_agree_with_plain_pandas_exactly_on_every_level(name, limit):
    table, mask, metres, straight = case(name)
    found = figures(table, mask, limit, PER_SEAT)
    homes = table.places.frame.assign(
        covered=metres.min(axis=1) <= limit,
        crow=straight.min(axis=1) <= limit,
        times=(metres <= limit).sum(axis=1),
        lost=np.isinf(metres.min(axis=1)),
        metres=metres.min(axis=1),
    )
    homes["seated"] = found.places["seated"].to_numpy()  # how many in all is held by the greatest flow below
    for level, (key, length) in LEVELS.items():
        table_ = by_area(found, level).set_index("code")
        assert table_["households"].sum() == homes["households"].sum()
        for code, rows in homes.groupby(homes[key].fillna("").str[:length]):
            row, weight = table_.loc[code], rows["households"]
            assert row["households"] == weight.sum()
            assert row["covered"] == weight[rows["covered"]].sum()
            assert row["crow_covered"] == weight[rows["crow"]].sum()
            assert row["seated"] == rows["seated"].sum() <= row["covered"]
            assert row["crow_covered"] >= row["covered"]
            assert row["unreachable"] + row["unsnapped"] == weight[rows["lost"]].sum()
            for times in range(3):
                assert row[f"times_{times}"] == weight[rows["times"] == times].sum()
            assert row["times_3"] == weight[rows["times"] >= 3].sum()
            some = rows[~rows["lost"]]
            if len(some):
                assert row["mean_m"] == pytest.approx(np.average(some["metres"], weights=some["households"]))
                assert row["worst_m"] == pytest.approx(some["metres"].max())
    everything = whole(found)
    assert everything["covered"] == homes["households"][homes["covered"]].sum()
    assert everything["covered"] + everything["uncovered"] == homes["households"].sum()


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", COUNTIES)
def test_as_many_get_a_seat_as_a_greatest_flow_can_serve(name, limit):
    table, mask, metres, _ = case(name)
    found = figures(table, mask, limit, PER_SEAT)
    graph = nx.DiGraph()
    near = metres <= limit
    kinds = {}
    for home, reach in enumerate(
        near
    ):  # homes with the same stations in reach as one, or networkx takes ages
        kinds.setdefault(tuple(np.flatnonzero(reach)), []).append(home)
    weight = table.places.households
    for number, (reach, members) in enumerate(kinds.items()):
        graph.add_edge("from", ("homes", number), capacity=int(weight[members].sum()))
        for station in reach:
            graph.add_edge(("homes", number), int(station))
    for station, capacity in enumerate(table.stations["capacity"][mask]):
        graph.add_edge(station, "to", capacity=int(capacity) * PER_SEAT)
    assert found.places["seated"].sum() == nx.maximum_flow_value(graph, "from", "to")
    assert (found.loads["taken"] <= found.loads["holds"]).all()
    assert found.loads["taken"].sum() == found.places["seated"].sum()
    assert (found.places["seated"] <= found.places["households"]).all()


@pytest.mark.parametrize("name", COUNTIES)
def test_the_list_names_everybody_left_out_once(name):
    table, mask, metres, _ = case(name)
    found = figures(table, mask, 500.0, PER_SEAT)
    rows = uncovered(found)
    far = rows[rows["why"] != "full"]
    assert rows["code"].is_unique
    expected = table.places.frame["code"][metres.min(axis=1) > 500.0]
    assert set(far["code"]) == set(expected)
    assert rows["left"].sum() == table.places.households.sum() - found.places["seated"].sum()
    assert far.loc[far["why"].isin(["unreachable", "unsnapped"]), "walk_m"].isna().all()
