"""What the tests of the data service share: keys, and short ways to ask."""

from __future__ import annotations

from flask import Flask

from gis_app import clock
from gis_app.storage import api_keys
from gis_app.web.services import KEY

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
METRES = f"{EPSG}4547"


def data_key(
    app: Flask, key: str = "a-key-for-data", role: str = "planner", scope: str = "", limit: int = 6000
) -> str:
    """Issue a key for data and return it."""
    reader = api_keys.DataReader(role, scope)
    with app.extensions[KEY].store.write() as conn:
        api_keys.insert_api_key(conn, key, "测试软件", "", limit, clock.now(), "administrator", reader)
    return key


def items(client, collection: str, status: int = 200, /, **asked):
    """Return what the items of a collection are for these parameters."""
    answer = client.get(f"/ogc/collections/{collection}/items", query_string=asked)
    assert answer.status_code == status, answer.text
    return answer.json


def codes(client, collection: str, /, **asked) -> list[str]:
    """Return the codes of the features that fit."""
    return [feature["id"] for feature in items(client, collection, 200, **asked)["features"]]
