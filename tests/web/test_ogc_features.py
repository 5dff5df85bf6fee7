"""OGC API Features: what fits is given, in the system that was asked for; the rest is refused by name."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis_app.geo.crs import project
from tests.factory import COMMUNITIES, GRIDS, ORIGIN, toy_incidents, toy_layers
from tests.web.ogc_county import CRS84, EPSG, METRES, codes, items

LAYERS = [
    "county", "subdistricts", "communities", "grids", "blocks", "buildings", "streets", "water", "stations",
    "gates",
]  # fmt: skip


@pytest.fixture
def client(as_role):
    return as_role("planner")


def metres(x0: float, y0: float, x1: float, y1: float) -> str:
    """Return a box, metres from the origin, as bbox in the county's zone: northing first."""
    east, north = ORIGIN
    return f"{y0 + north},{x0 + east},{y1 + north},{x1 + east}"


def test_every_layer_that_has_rows_is_a_collection(client):
    told = client.get("/ogc/collections").json
    assert [one["id"] for one in told["collections"]] == [*LAYERS, "incidents"]
    grids = client.get("/ogc/collections/grids").json
    assert grids in told["collections"] and grids["crs"][0] == CRS84
    assert grids["crs"] == [CRS84, f"{EPSG}4326", f"{EPSG}4490", METRES]
    assert np.allclose(grids["extent"]["spatial"]["bbox"][0], toy_layers()["grids"].total_bounds)


def test_features_are_the_layer(client):
    told = items(client, "grids")
    layer = toy_layers()["grids"]
    assert told["numberMatched"] == told["numberReturned"] == 4
    assert [one["id"] for one in told["features"]] == list(GRIDS)
    for feature, shape, name in zip(told["features"], layer.geometry, layer["name"], strict=True):
        assert shapely.hausdorff_distance(shapely.geometry.shape(feature["geometry"]), shape) < 1e-7
        assert feature["properties"]["name"] == name


def test_one_feature_is_found_by_its_code(client):
    answer = client.get(f"/ogc/collections/grids/items/{GRIDS[2]}")
    assert answer.mimetype == "application/geo+json" and answer.json["id"] == GRIDS[2]
    assert {link["rel"] for link in answer.json["links"]} >= {"self", "alternate", "collection"}
    for code in ("410222001001009", "网格", "%00", "x" * 300):
        assert client.get(f"/ogc/collections/grids/items/{code}").status_code == 404
    assert client.get("/ogc/collections/nothing").status_code == 404


def test_pages_follow_each_other_and_hold_everything_once(client):
    address, seen, pages = "/ogc/collections/buildings/items?limit=5", [], 0
    while address:
        told = client.get(address).json
        links = {link["rel"]: link["href"] for link in told["links"]}
        seen += [one["id"] for one in told["features"]]
        assert told["numberMatched"] == 28 and ("prev" in links) == (pages > 0)
        address, pages = links.get("next"), pages + 1
    assert pages == 6 and seen == list(toy_layers()["buildings"]["building_code"])


def test_a_limit_beyond_the_most_is_no_mistake_and_none_below_one_is(client):
    assert items(client, "grids", limit=10**7)["numberReturned"] == 4
    assert items(client, "grids", offset=99)["features"] == []
    for limit in ("0", "-1", "1.5", "many", "", "１"):
        items(client, "grids", 400, limit=limit)


@pytest.mark.parametrize("system", [f"{EPSG}4326", f"{EPSG}4490"])
def test_systems_of_epsg_in_degrees_say_latitude_first(client, system):
    plain = items(client, "stations")["features"]
    answer = client.get("/ogc/collections/stations/items", query_string={"crs": system})
    assert answer.headers["Content-Crs"] == f"<{system}>"
    turned = [one["geometry"]["coordinates"][::-1] for one in answer.json["features"]]
    assert turned == [one["geometry"]["coordinates"] for one in plain]


def test_the_zone_in_metres_says_northing_first_and_is_the_same_place(client):
    told = items(client, "stations", crs=METRES)["features"]
    places = np.array([one["geometry"]["coordinates"] for one in told])
    assert np.allclose(places[:, ::-1] - ORIGIN, [(100, 400), (700, 410), (500, 100)], atol=0.02)
    incident = items(client, "incidents", crs=METRES, limit=1)["features"][0]
    plain = items(client, "incidents", limit=1)["features"][0]
    there = project([plain["geometry"]["coordinates"]], 4490, 4547)[0]
    assert np.allclose(incident["geometry"]["coordinates"][::-1], there, atol=0.02)


def test_a_box_leaves_what_meets_it_in_any_system(client):
    west = {"bbox": metres(10, 410, 390, 790), "bbox-crs": METRES}
    assert codes(client, "grids", **west) == [GRIDS[0]]
    assert codes(client, "grids", bbox=metres(390, 390, 410, 410), **{"bbox-crs": METRES}) == list(GRIDS)
    x0, y0, x1, y1 = shapely.bounds(toy_layers()["stations"].geometry.values[0])
    assert codes(client, "stations", bbox=f"{x0},{y0},{x1},{y1}") == ["Z001"]
    assert codes(client, "stations", bbox=f"{x0},{y0},-9,{x1},{y1},9") == ["Z001"]
    assert codes(client, "stations", bbox=f"{y0},{x0},{y1},{x1}", **{"bbox-crs": f"{EPSG}4326"}) == ["Z001"]
    assert codes(client, "stations", bbox=f"{y0},{x0},{y1},{x1}") == []


def test_a_box_touches_shapes_and_not_only_their_bounds(client):
    """The only lake lies in the south-east; a box in a corner of nothing finds nothing."""
    assert codes(client, "water", bbox=metres(630, 30, 640, 40), **{"bbox-crs": METRES}) == ["W1"]
    assert codes(client, "water", bbox=metres(0, 0, 600, 600), **{"bbox-crs": METRES}) == []


def test_a_box_across_the_date_line_is_two(client):
    assert codes(client, "stations", bbox="170,-10,-170,10") == []
    assert len(codes(client, "stations", bbox="100,30,-170,40")) == 3
    assert codes(client, "stations", bbox="120,30,100,40") == []


@pytest.mark.parametrize(
    "box",
    ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,0,1,1", "0,0,inf,1", "0,2,1,1", "1e400,0,1,1", "１,1,2,2"],
)
def test_a_senseless_box_is_refused(client, box):
    assert "bbox" in items(client, "grids", 400, bbox=box)["error"]["fields"]


def test_properties_are_filtered_by_type(client):
    assert codes(client, "stations", kind="party_service_centre") == ["Z003"]
    assert codes(client, "grids", community_code=COMMUNITIES[1]) == list(GRIDS[2:])
    assert len(codes(client, "blocks", households=40)) == 7 and codes(client, "blocks", households=41) == []
    assert (
        len(codes(client, "streets", bridge="false")) == 40 and codes(client, "streets", bridge="true") == []
    )
    both = {"kind": "warm_station", "name": "东街暖心驿站"}
    assert codes(client, "stations", **both) == ["Z002"]
    assert "households" in items(client, "blocks", 400, households="many")["error"]["fields"]
    assert "bridge" in items(client, "streets", 400, bridge="perhaps")["error"]["fields"]


def test_what_can_be_asked_is_what_the_queryables_say(client):
    for name in (*LAYERS, "incidents"):
        told = client.get(f"/ogc/collections/{name}/queryables")
        assert told.mimetype == "application/schema+json"
        for key, field in told.json["properties"].items():
            value = {"string": "x", "integer": "1", "boolean": "true"}[field["type"]]
            assert items(client, name, 200, **{key: value})["type"] == "FeatureCollection"


def test_time_counts_for_incidents_and_for_nothing_else(client):
    public = [one for one in _public() if one.startswith("XX")]
    assert codes(client, "incidents", datetime="../..", limit=99) == public
    assert codes(client, "incidents", datetime="2023-01-01") == ["XX2023-000001"]
    assert codes(client, "incidents", datetime="2023-01-01T00:00:00Z") == ["XX2023-000001"]
    assert codes(client, "incidents", datetime="2023-01-01T08:00:00+08:00/2023-01-09") == public[:2]
    assert codes(client, "incidents", datetime="../2022-12-31T23:59:59Z") == []
    assert codes(client, "incidents", datetime="2024-01-01/") == []
    assert len(codes(client, "grids", datetime="1999-01-01")) == 4


@pytest.mark.parametrize(
    "moment", ["", "now", "2023", "2023-13-01", "2023-02-30", "2023-01-02/2023-01-01", "a/b/c"]
)
def test_a_senseless_time_is_refused(client, moment):
    assert "datetime" in items(client, "grids", 400, datetime=moment)["error"]["fields"]


@pytest.mark.parametrize("asked", ["ooga=booga", "crs=EPSG:4326", "bbox-crs=x", "f=xml", "limit=1&limit=2"])
def test_an_unknown_parameter_or_value_is_refused(client, asked):
    assert client.get(f"/ogc/collections/grids/items?{asked}").status_code == 400


def test_no_mediation_and_no_private_class_is_a_place_for_anybody(as_role):
    private = set(toy_incidents()["incident_code"]) - set(_public())
    for role in ("dispatcher", "planner", "leader", "administrator", "inspector"):
        assert codes(as_role(role), "incidents", limit=100) == _public()
        assert codes(as_role(role), "incidents", category="mediation") == []
        for code in sorted(private)[:2]:
            assert as_role(role).get(f"/ogc/collections/incidents/items/{code}").status_code == 404
    properties = items(as_role("planner"), "incidents", limit=1)["features"][0]["properties"]
    assert not {"contact_name", "contact_phone", "reporter_id"} & properties.keys()


def test_an_answer_is_not_sent_twice(client):
    first = client.get("/ogc/collections/grids/items")
    again = client.get("/ogc/collections/grids/items", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    other = client.get(
        "/ogc/collections/grids/items?limit=1", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert other.status_code == 200


def test_people_get_pages_and_programs_get_data(client):
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    paths = ["", "/conformance", "/api", "/collections", "/collections/grids", "/collections/grids/items"]
    for path in (*paths, f"/collections/grids/items/{GRIDS[0]}", "/collections/incidents"):
        assert client.get(f"/ogc{path}", headers=browser).mimetype == "text/html"
        assert client.get(f"/ogc{path}?f=html").mimetype == "text/html"
        assert client.get(f"/ogc{path}").mimetype.endswith("json")
        assert client.get(f"/ogc{path}?f=json", headers=browser).mimetype.endswith("json")
    assert "第一网格" in client.get("/ogc/collections/grids/items?f=html").text
    assert client.get("/ogc/collections/nothing", headers=browser).mimetype == "text/html"


def test_every_link_leads_somewhere(client):
    for path in ("", "/collections", "/collections/grids", "/collections/grids/items?limit=2"):
        for link in client.get(f"/ogc{path}").json["links"]:
            answer = client.get(link["href"])
            assert answer.status_code == 200 and answer.mimetype == link["type"].split(";")[0], link


def _public() -> list[str]:
    table = toy_incidents()
    return list(table.loc[table["category"] != "mediation", "incident_code"])
