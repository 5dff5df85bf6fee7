"""Answers are made once, compressed once, named by what they depend on, and not sent to who has them."""

from __future__ import annotations

import gzip
import threading

import brotli
import pytest
import zstandard

from gis_app.storage import layers
from gis_app.web.bytes import ByteCache, matches, negotiated
from gis_app.web.services import KEY
from tests.factory import toy_layers
from tests.web.conftest import sign_in

DECODERS = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}
DATA = [
    "/layers/grids.geojson",
    "/layers/stations.geojson",
    "/overlays/coverage.geojson?level=grid&limit=500m",
    "/overlays/assignment.geojson?role=grid_worker",
    "/overlays/incidents.geojson",
    "/overlays/incident-counts.geojson",
    "/areas/410222.json",
    "/figures.json",
    "/search.json?q=1",
    "/map/shell.js",
    "/i18n/en.json",
    "/layers/grids.csv",
    "/static/css/base.css",
]


@pytest.mark.parametrize("coding", [*DECODERS, "identity"])
@pytest.mark.parametrize("address", DATA)
def test_every_coding_carries_the_same_body(as_role, address, coding):
    client = as_role("leader")
    plain = client.get(address)
    answer = client.get(address, headers={"Accept-Encoding": coding})
    assert answer.status_code == plain.status_code == 200
    if coding == "identity":
        assert "Content-Encoding" not in answer.headers and answer.data == plain.data
    else:
        assert answer.headers["Content-Encoding"] == coding
        assert DECODERS[coding](answer.data) == plain.data
        assert answer.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("address", DATA)
def test_a_matching_tag_is_answered_without_making_the_body(own_app, address):
    app = own_app()
    client = app.test_client()
    sign_in(client, "leader")
    tag = client.get(address).headers["ETag"]
    cache = app.extensions[KEY].cache
    for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        cache.clear()
        answer = client.get(address, headers={"If-None-Match": header})
        assert answer.status_code == 304 and answer.data == b""
        assert answer.headers["ETag"] == tag and answer.headers["Cache-Control"]
        assert cache.size == 0
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("address", [*DATA, "/map", "/layers/grids/table", "/healthz"])
def test_head_is_get_without_the_body(as_role, address):
    client = as_role("leader")
    got, head = client.get(address), client.head(address)
    assert head.status_code == got.status_code == 200 and head.data == b""
    changing = {"Content-Security-Policy", "X-Request-Id", "Date"}
    assert {k: v for k, v in head.headers if k not in changing} == {
        k: v for k, v in got.headers if k not in changing
    }


def test_private_answers_are_asked_for_again_and_kept_apart_by_cookie(as_role):
    headers = as_role("leader").get("/layers/grids.geojson").headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Encoding"} <= {word.strip() for word in headers["Vary"].split(",")}


def test_static_files_are_immutable_under_their_digest_only(as_role):
    client = as_role(None)
    page = client.get("/sign-in").get_data(as_text=True)
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "?v=" in address
    assert "immutable" in client.get(address).headers["Cache-Control"]
    assert "immutable" not in client.get(address.split("?")[0]).headers["Cache-Control"]
    assert "immutable" not in client.get(address.split("?")[0] + "?v=old").headers["Cache-Control"]


def test_the_tag_changes_with_the_revision_and_survives_a_restart(own_app):
    first = own_app()
    client = first.test_client()
    sign_in(client, "leader")
    before = client.get("/layers/grids.geojson").headers["ETag"]

    again = own_app().test_client()
    sign_in(again, "leader")
    assert again.get("/layers/grids.geojson").headers["ETag"] == before

    with first.extensions[KEY].store.write() as conn:
        layers.replace_layer(conn, "grids", toy_layers()["grids"].assign(name="改名"))
    for running in (client, again):
        answer = running.get("/layers/grids.geojson", headers={"If-None-Match": before})
        assert answer.status_code == 200 and answer.headers["ETag"] != before
        assert {f["properties"]["name"] for f in answer.json["features"]} == {"改名"}


def test_tags_of_different_languages_and_privacy_differ(as_role):
    english = as_role("leader")
    english.set_cookie("language", "en")
    overlay = "/overlays/incidents.geojson"
    tags = [
        as_role("leader").get(overlay).headers["ETag"],
        as_role("dispatcher").get(overlay).headers["ETag"],
        as_role("grid_worker").get(overlay).headers["ETag"],
        english.get(overlay).headers["ETag"],
    ]
    assert len(set(tags)) == 4


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.1, zstd;q=0.9", "zstd"),
        ("*", "br"),
        ("*;q=0", ""),
        ("identity", ""),
        ("deflate", ""),
        ("br;q=nonsense", ""),
        ("", ""),
    ],
)
def test_the_coding_is_what_the_client_likes_best(header, coding):
    assert negotiated(header) == coding


def test_no_header_of_tags_is_too_strange():
    assert not matches("", '"a"') and not matches(None, '"a"') and not matches("a", '"a"')
    assert matches('"x" , W/"a"', '"a"')


def test_the_cache_is_bounded_and_drops_the_longest_unused():
    cache = ByteCache(limit=100)
    for name in "abc":
        cache.get(name, "", lambda: b"x" * 40)
    assert cache.size == 80
    made = []
    cache.get("c", "", lambda: made.append(1) or b"")
    cache.get("a", "", lambda: made.append(2) or b"y")
    assert made == [2]
    cache.get("huge", "", lambda: b"z" * 200)
    assert cache.size <= 100


def test_two_requests_at_once_compute_an_answer_once():
    cache, made, gate = ByteCache(), [], threading.Event()

    def slow() -> bytes:
        made.append(1)
        gate.wait(5)
        return b"body"

    found = []
    threads = [threading.Thread(target=lambda: found.append(cache.get("k", "gzip", slow))) for _ in range(8)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert made == [1] and len(set(found)) == 1
