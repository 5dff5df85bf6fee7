"""The nearest open station with the way there, beside networkx, in one run on the same streets and questions.

Kept apart: making the tables of all stations (once per revision), and one answer (for each worker who asks),
computed and through HTTP. networkx is asked the quickest way that it offers, one search from the point that
ends at the first open station, and gives the nodes passed where ours gives the line. Without tables ours is
one search too, as for a network too large for memory. Answers must agree before a figure is printed; times
are of the clock, with the processor's beside them for busy machines.
"""

from __future__ import annotations

import http.client
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely

from gis_app.geo.network import StreetNetwork
from gis_app.geo.routes import RouteTable
from gis_app.layers import schema
from gis_app.storage.engine import open_store
from gis_app.storage.layers import replace_layer
from tests.benchmarks import wuhan
from tests.conftest import FROM_OUR_PAGE, ROOT, gis_app, settings_of
from tests.serving import Server, serve

STATIONS, OPEN_SHARE = 62, 0.8
ASKED, ASKED_OF_PEER, TABLES_OF_PEER, ASKED_BY_HTTP = 3000, 200, 3, 500


def timed(work: Callable[[], object]) -> tuple[np.ndarray, object]:
    """Return the seconds that some work took, on the clock and of the processor, and what it gave."""
    started, cpu = time.perf_counter(), time.thread_time()
    result = work()
    return np.array([time.perf_counter() - started, time.thread_time() - cpu]), result


class Peer:
    """The same streets in networkx: the network's edges, with the open stations joined to one last node."""

    def __init__(self, network: StreetNetwork, sources: np.ndarray) -> None:
        self.network, self.doors = network, count(-3, -1)
        self.graph = nx.Graph()
        for edge in np.argsort(-network.length, kind="stable"):  # of parallel streets the shortest stays
            self.graph.add_edge(int(network.start[edge]), int(network.end[edge]), weight=network.length[edge])
        self.at = network.snap(sources, np.inf)

    def nearest(self, xy: np.ndarray, is_open: np.ndarray) -> tuple[float, list[int]]:
        """Return the metres to the nearest open station and the nodes passed."""
        (edge, position, leg), graph = self.network.snap_one(xy), self.graph
        graph.add_edge(-1, int(self.network.start[edge]), weight=position)
        graph.add_edge(-1, int(self.network.end[edge]), weight=self.network.length[edge] - position)
        metres, nodes = nx.single_source_dijkstra(graph, -1, -2)
        graph.remove_node(-1)
        same = is_open & (self.at.edge == edge)
        along = np.abs(self.at.position - position) + self.at.leg
        return min(metres, along[same].min(initial=np.inf)) + leg, nodes

    def join(self, is_open: np.ndarray) -> None:
        """Join each open station to the last node, both ends of its street."""
        for station in np.flatnonzero(is_open):
            edge, leg, position = self.at.edge[station], self.at.leg[station], self.at.position[station]
            door = next(self.doors)
            self.graph.add_edge(int(self.network.start[edge]), door, weight=position)
            self.graph.add_edge(
                int(self.network.end[edge]), door, weight=self.network.length[edge] - position
            )
            self.graph.add_edge(door, -2, weight=leg)


def questions(name: str, streets: gpd.GeoSeries, sources: np.ndarray) -> Iterator[tuple]:
    """Yield a table's rows: making the network and the tables, then one answer."""
    is_open = np.random.default_rng(8).random(len(sources)) < OPEN_SHARE
    points = wuhan.beside(streets.to_numpy(), ASKED, seed=9)
    build, network = timed(lambda: StreetNetwork.build(streets))
    yield (
        f"{name}: network of {network.nodes:,} nodes",
        f"{build[0]:.2f} s",
        f"{build[1]:.2f} s",
        "",
        "",
        "",
        "",
    )
    made, routes = timed(lambda: RouteTable.build(network, sources))
    peer = Peer(network, sources)
    starts = [int(node) for node in network.start[peer.at.edge[:TABLES_OF_PEER]]]
    theirs, _ = timed(lambda: [nx.single_source_dijkstra(peer.graph, node) for node in starts])
    theirs *= len(sources) / TABLES_OF_PEER
    yield f"tables of {len(sources)} stations", *row(made, theirs, "s"), "1 s"
    peer.join(is_open)
    searched = RouteTable.build(network, sources, table_mib=0)
    ours, found = answers(lambda xy: routes.nearest(xy, is_open)[0], points)
    slow, again = answers(lambda xy: searched.nearest(xy, is_open)[0], points[:ASKED_OF_PEER])
    others, truth = answers(lambda xy: peer.nearest(xy, is_open)[0], points[:ASKED_OF_PEER])
    for one, other, metres in zip(found, again, truth, strict=False):
        assert abs(one.distance_m - metres) < 1e-3 and abs(other.distance_m - metres) < 1e-3
    for part, limit in ((50, ""), (99, "1 ms")):
        pair = (np.percentile(ours, part, axis=0), np.percentile(others, part, axis=0))
        yield f"one answer with its path, p{part}", *row(*pair, "ms"), limit
    yield "the same without tables, p50", *row(np.median(slow, axis=0), np.median(others, axis=0), "ms"), ""


def row(ours: np.ndarray, theirs: np.ndarray, unit: str) -> tuple[str, ...]:
    """Return both pairs of times, and how many times more of the processor theirs take."""
    return *(f"{took:.3f} {unit}" for took in (*ours, *theirs)), f"{theirs[1] / ours[1]:,.1f}"


def answers(ask: Callable, points: np.ndarray) -> tuple[np.ndarray, list]:
    """Return the milliseconds (n, 2) of each answer and the answers, some asked beforehand to be warm."""
    for xy in points[-3:]:
        ask(xy)
    pairs = [timed(lambda xy=xy: ask(xy)) for xy in points]
    return np.stack([seconds for seconds, _ in pairs]) * 1000, [found for _, found in pairs]


def reference() -> tuple[gpd.GeoSeries, np.ndarray]:
    """Return the reference county's streets and stations in metres."""
    streets, stations = (
        gpd.read_file(ROOT / "geodata" / f"{name}.geojson").to_crs("EPSG:4547")
        for name in ("streets", "stations")
    )
    return streets.geometry, shapely.get_coordinates(stations.geometry.values)


def city_instance(folder: Path, streets: gpd.GeoSeries, sources: np.ndarray) -> Path:
    """Return an instance with the city's streets and stations, and one grid around them."""
    instance = folder / "instance"
    gis_app("init", "--empty", instance_dir=instance)
    whole = gpd.GeoSeries([shapely.box(*streets.total_bounds).buffer(500)], crs=streets.crs)
    names = [f"S{number:03d}" for number in range(len(sources))]
    frames = {
        "grids": ({"grid_code": ["420102001001001"], "name": ["全城"]}, whole),
        "streets": ({"street_code": [f"R{n:06d}" for n in range(len(streets))]}, streets),
        "stations": (
            {"station_code": names, "name": names, "hours": ["24/7"] * len(names)},
            gpd.GeoSeries(shapely.points(sources), crs=streets.crs),
        ),
    }
    store = open_store(settings_of(instance).database_url)
    with store.write() as conn:
        for name, (columns, shapes) in frames.items():
            frame = gpd.GeoDataFrame(columns, geometry=shapes.to_numpy(), crs=streets.crs).to_crs(schema.CRS)
            replace_layer(conn, name, schema.complete(name, frame))
    store.dispose()
    return instance


def through_http(server: Server, cookie: str, lonlat: np.ndarray) -> np.ndarray:
    """Return the milliseconds of each answer of POST /field/nearest on one connection."""
    link = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    headers = {"Cookie": cookie, "Content-Type": "application/json", **FROM_OUR_PAGE}

    def ask(point: np.ndarray) -> dict:
        body = json.dumps({"lon": point[0], "lat": point[1], "accuracy_m": 10, "count": 3})
        link.request("POST", "/field/nearest", body, headers)
        answer = link.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return json.loads(text)

    taken, found = answers(ask, lonlat)
    assert all(answer["stations"] for answer in found)
    return taken[:, 0]


def http_row(name: str, instance: Path, streets: gpd.GeoSeries) -> tuple:
    """Return a row about one server on one county."""
    from tests.benchmarks.__main__ import cookie_of

    points = gpd.GeoSeries(
        shapely.points(wuhan.beside(streets.to_numpy(), ASKED_BY_HTTP, seed=10)), crs=streets.crs
    )
    lonlat = shapely.get_coordinates(points.to_crs(schema.CRS).values)
    with serve(instance) as server:
        taken = through_http(server, cookie_of(server, "leader"), lonlat)
    p50, p95, p99 = np.percentile(taken, [50, 95, 99])
    return name, f"{p50:.1f} ms", f"{p95:.1f} ms", f"{p99:.1f} ms", "20 ms at p95"


def main() -> None:
    """Print the table of both networks, and of both counties through HTTP."""
    from tests.benchmarks.__main__ import say

    county, stations = reference()
    city = wuhan.streets()
    made_up = wuhan.beside(city.to_numpy(), STATIONS, seed=7)
    print("\n## Nearest open station on foot\n")
    say(
        ("what", "ours", "processor", "networkx", "processor", "times", "limit"),
        *questions("reference county", county, stations),
        *questions("Wuhan", city, made_up),
    )
    print("\n## POST /field/nearest, three stations with their ways, one after another\n")
    with tempfile.TemporaryDirectory() as folder:
        gis_app("init", instance_dir=Path(folder) / "reference")
        rows = (
            http_row("reference county", Path(folder) / "reference", county),
            http_row("Wuhan", city_instance(Path(folder), city, made_up), city),
        )
    say(("county", "p50", "p95", "p99", "limit"), *rows)


if __name__ == "__main__":
    main()
