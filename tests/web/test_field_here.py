"""Where somebody stands and which open station is nearest, asked by POST; what is wrong is named."""

from __future__ import annotations

import json
from datetime import datetime

import numpy as np
import pytest

from gis_app.geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from tests.factory import GRIDS, lonlat
from tests.web.conftest import FROM_OUR_PAGE

ASKED = ("/field/here", "/field/nearest", "/incidents/placing.json", "/api/v1/incidents/placing")
DAYTIME, NIGHT = "2026-11-20T10:00:00+08:00", "2026-11-20T23:00:00+08:00"


def at(x: float, y: float, **more) -> dict:
    """Return a position in metres of the toy county as a request holds it."""
    lon, lat = (float(value) for value in lonlat([(x, y)])[0])
    return {"lon": lon, "lat": lat, **more}


def ask(client, address: str, body: dict, status: int = 200) -> dict:
    """Ask by POST and return what is said."""
    answer = client.post(address, json=body, headers=FROM_OUR_PAGE)
    assert answer.status_code == status, answer.text
    return answer.json


def test_the_grid_its_posts_and_the_border(as_role):
    worker = as_role("grid_worker")
    told = ask(worker, "/field/here", at(100, 600, accuracy_m=20))
    assert told["grid"] == {"code": GRIDS[0], "name": "第一网格", "community": "西社区"}
    assert told["near"] == [] and not told["outside"] and not told["far"] and "第一网格" in told["words"]
    assert told["posts"][0]["role"] == "grid_worker" and told["posts"][-1]["tel"] == "12345"
    border = ask(worker, "/field/here", at(390, 600, accuracy_m=5))
    assert [one["grid_code"] for one in border["near"]] == [GRIDS[2]]
    assert border["near"][0]["distance_m"] == pytest.approx(10, abs=0.5) and "边界" in border["words"]


def test_a_coarse_position_is_said_to_be_coarse(as_role):
    told = ask(as_role("grid_worker"), "/field/here", at(100, 600, accuracy_m=2000))
    assert told["far"] and "2.0 公里" in told["words"] and "点地图" in told["words"]


def test_in_the_county_but_in_no_grid(as_role):
    told = ask(as_role("leader"), "/field/here", at(-50, 400))
    assert told["outside"] and told["grid"] is None and told["posts"] == []


@pytest.mark.parametrize(("system", "shifted"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_an_offset_position_is_believed_when_it_is_declared(as_role, system, shifted):
    true = lonlat([(390, 600)])
    lon, lat = (float(value) for value in shifted(true)[0])
    body = {"lon": lon, "lat": lat, "accuracy_m": 5, "crs": system}
    told = ask(as_role("grid_worker"), "/field/here", body)
    assert told["grid"]["code"] == GRIDS[0] and told["near"][0]["distance_m"] == pytest.approx(10, abs=1)


def test_the_nearest_station_by_the_streets_with_its_way(as_role):
    told = ask(as_role("grid_worker"), "/field/nearest", at(110, 610, moment=DAYTIME, count=3))["stations"]
    assert [one["station_code"] for one in told] == ["Z001", "Z002", "Z003"]
    first = told[0]
    assert first["walk_m"] == pytest.approx(10 + 90 + 200 + 100, abs=1)
    assert first["walk_min"] == pytest.approx(first["walk_m"] / 75, abs=0.1) and first["reason"] == "ok"
    way = np.array(first["way"])
    assert np.allclose(way[0], [at(110, 610)["lon"], at(110, 610)["lat"]], atol=1e-5)
    assert np.allclose(way[-1], lonlat([(100, 400)])[0], atol=1e-5)


def test_only_what_is_open_unless_all_is_wanted(as_role):
    worker, body = as_role("grid_worker"), at(690, 400, count=3)
    by_day = ask(worker, "/field/nearest", body | {"moment": DAYTIME})["stations"]
    by_night = ask(worker, "/field/nearest", body | {"moment": NIGHT})["stations"]
    assert by_day[0]["station_code"] == "Z002" and [one["station_code"] for one in by_night] == ["Z001"]
    everything = ask(worker, "/field/nearest", body | {"moment": NIGHT, "open_only": False})["stations"]
    assert {one["station_code"] for one in everything} == {"Z001", "Z002", "Z003"}


def test_filters_by_amenity_and_kind(as_role):
    worker, body = as_role("grid_worker"), at(690, 400, moment=DAYTIME)
    for wanted, codes in (
        ({"amenities": ["drinking_water"]}, ["Z001"]),
        ({"amenities": ["charging"]}, ["Z002"]),
        ({"kinds": ["party_service_centre"]}, ["Z003"]),
        ({"amenities": ["toilet"]}, []),
    ):
        told = ask(worker, "/field/nearest", body | wanted)["stations"]
        assert [one["station_code"] for one in told] == codes


def test_a_moment_may_be_in_epoch_seconds(as_role):
    seconds = datetime.fromisoformat(NIGHT).timestamp()
    told = ask(as_role("grid_worker"), "/field/nearest", at(690, 400, moment=seconds))["stations"]
    assert [one["station_code"] for one in told] == ["Z001"]


HERE = at(100, 600)
WRONG = [
    ("lon", HERE | {"lon": "114.4"}),
    ("lon", HERE | {"lon": None}),
    ("lon", HERE | {"lon": True}),
    ("lon", HERE | {"lon": [114.4]}),
    ("lon", HERE | {"lon": 181}),
    ("lat", HERE | {"lat": -91}),
    ("lat", {"lon": HERE["lon"]}),
    ("accuracy_m", HERE | {"accuracy_m": -1}),
    ("accuracy_m", HERE | {"accuracy_m": "5"}),
    ("crs", HERE | {"crs": "epsg:3857"}),
    ("crs", HERE | {"crs": 4326}),
    ("nonsense", HERE | {"nonsense": 1}),
    ("location", {"lon": 1.5, "lat": 2.5}),
    ("location", at(90_000, 0)),
]


@pytest.mark.parametrize("address", ASKED)
@pytest.mark.parametrize(("field", "body"), WRONG)
def test_a_wrong_field_is_named_in_chinese(as_role, address, field, body):
    error = ask(as_role("grid_worker"), address, body, 400)["error"]
    assert field in error["fields"] and any("\u4e00" <= char <= "\u9fff" for char in error["message"])


@pytest.mark.parametrize("address", ASKED)
@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ('{"lon": NaN, "lat": 34}', "lon"),
        ('{"lon": 1e400, "lat": 34}', "lon"),
        ('{"lon": -Infinity, "lat": 34}', "lon"),
        ('{"lon": ' + "9" * 400 + ', "lat": 34}', "lon"),
        ('{"lon": ' + "9" * 5000 + ', "lat": 34}', "body"),
        ("[1, 2]", "body"),
        ("", "body"),
        ("null", "body"),
        ("[" * 9000, "body"),
        (" " * 20_000, "body"),
        (b"\xff\xfe\x00", "body"),
        ('{"\\ud800": 1}', "?"),
    ],
)
def test_what_is_hardly_json_is_refused_by_name(as_role, address, raw, field):
    answer = as_role("grid_worker").post(
        address, data=raw, headers=FROM_OUR_PAGE, content_type="application/json"
    )
    assert answer.status_code == 400 and field in answer.json["error"]["fields"], answer.text


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("count", {"count": 0}), ("count", {"count": 11}), ("count", {"count": 2.5}),
        ("count", {"count": "2"}),
        ("moment", {"moment": "yesterday"}), ("moment", {"moment": "2026-11-20T10:00:00"}),
        ("moment", {"moment": -5}), ("moment", {"moment": "1850-01-01T00:00:00+08:00"}),
        ("amenities", {"amenities": "charging"}), ("amenities", {"amenities": ["sauna"]}),
        ("amenities", {"amenities": [["charging"]]}), ("kinds", {"kinds": {"warm_station": 1}}),
        ("open_only", {"open_only": "yes"}),
    ],
)  # fmt: skip
def test_a_wrong_wish_for_stations_is_named(as_role, field, more):
    error = ask(as_role("grid_worker"), "/field/nearest", HERE | more, 400)["error"]
    assert field in error["fields"]


def test_a_position_is_never_asked_for_in_an_address(as_role):
    for address in ("/field/here", "/field/nearest", "/incidents/placing.json", "/incidents/duplicates.json"):
        assert as_role("grid_worker").get(address, query_string=HERE).status_code in (404, 405)
    assert as_role("grid_worker").get("/incidents?order=distance&near=114.4,34.4").status_code == 400


def test_a_huge_body_is_refused_without_reading_it(as_role):
    body = json.dumps(HERE | {"pad": "x" * 3_000_000})
    answer = as_role("leader").post(
        "/field/here", data=body, headers=FROM_OUR_PAGE, content_type="application/json"
    )
    assert (answer.status_code, answer.json["error"]["fields"]) == (400, {"body": "16 KiB"})
