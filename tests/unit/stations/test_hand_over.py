"""A link to a map application carries the place in its coordinates, by another library's conversion."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import eviltransform
import pytest

from gis_app.stations.hand_over import links, links_of

LON, LAT, NAME = 114.4379669, 34.482354, "咸平湖 暖心驿站（东门）&1|2,3?#"
A_METRE = 1e-5


def close(found: tuple[str, str], expected: tuple[float, float]) -> bool:
    return all(abs(float(a) - b) < A_METRE for a, b in zip(found, expected, strict=True))


def query(url: str) -> dict[str, str]:
    assert " " not in url and url.isascii()
    return {key: value[0] for key, value in parse_qs(urlsplit(url).query).items()}


def test_amap_wants_gcj02_longitude_first():
    said = query(links(LON, LAT, NAME)["amap"])
    lon, lat, name = said["to"].split(",")
    assert close((lat, lon), eviltransform.wgs2gcj(LAT, LON))
    assert said["mode"] == "walk" and said["coordinate"] == "gaode" and name == NAME.replace(",", " ")


def test_tencent_wants_gcj02_latitude_first():
    said = query(links(LON, LAT, NAME)["tencent"])
    assert close(tuple(said["tocoord"].split(",")), eviltransform.wgs2gcj(LAT, LON))
    assert said["type"] == "walk" and said["to"] == NAME


def test_baidu_wants_bd09_and_says_so():
    said = query(links(LON, LAT, NAME)["baidu"])
    place, name = said["destination"].split("|")
    assert close(tuple(place.removeprefix("latlng:").split(",")), eviltransform.wgs2bd(LAT, LON))
    assert (said["mode"], said["coord_type"]) == ("walking", "bd09ll")
    assert name == "name:" + NAME.replace("|", " ")


def test_the_phone_itself_wants_the_true_place():
    url = links(LON, LAT, NAME)["system"]
    assert url.startswith("geo:34.482354,114.437967?q=34.482354,114.437967(")
    assert unquote(url).endswith(f"({NAME})") and "#" not in url


def test_outside_china_nothing_is_offset():
    found = links(24.94, 60.17, "Helsinki")
    assert "24.940000,60.170000" in found["amap"] and "60.170000,24.940000" in found["tencent"]


@pytest.mark.parametrize("kind", ["amap", "baidu", "tencent", "system", "apple"])
def test_many_at_once_are_the_same_links(kind):
    places = [(LON, LAT, NAME), (114.4, 34.4, "二村暖心驿站")]
    assert [one[kind] for one in links_of(*zip(*places, strict=True))] == [
        links(*one)[kind] for one in places
    ]
