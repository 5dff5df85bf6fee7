"""The toy county with a catalogue that has everything Open311 must show, and everything that it must hide."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd

from gis_app import clock
from gis_app.storage import api_keys
from gis_app.storage.engine import open_store
from tests.factory import GRIDS, lonlat, toy_incidents
from tests.web.county import make_instance

KEY = "a-key-for-tests-0123456789abcdefghijklmnop"
REVOKED = "a-revoked-key-0123456789abcdefghijklmnopq"
ATTRIBUTES = [
    {"code": "DEPTH", "description": "积水深度（厘米）", "datatype": "number", "required": True, "order": 1,
     "datatype_description": "厘米"},
    {"code": "CAUSE", "description": "原因", "datatype": "singlevaluelist", "order": 2,
     "values": [{"key": "rain", "name": "下雨"}, {"key": "pipe", "name": "管道破裂"}]},
    {"code": "SEEN", "description": "影响", "datatype": "multivaluelist", "order": 3,
     "values": [{"key": "cars", "name": "车辆"}, {"key": "people", "name": "行人"}]},
    {"code": "HINT", "description": "请勿靠近", "datatype": "text", "order": 4, "variable": False},
]  # fmt: skip
# class_code -> (parent, name, category, public, active)
CLASSES = {
    "F": ("", "公用设施", "facilities", True, True),
    "F1": ("F", "路面积水", "facilities", True, True),
    "F2": ("F", "路灯不亮", "facilities", True, True),
    "F3": ("F", "旧类别", "facilities", True, False),
    "H": ("", "不公开的一组", "hazard", False, True),
    "H1": ("H", "组不公开", "hazard", True, True),
    "H2": ("F", "位置不公开", "hazard", False, True),
    "M": ("", "矛盾纠纷", "mediation", True, True),
    "M1": ("M", "邻里纠纷", "mediation", True, True),
}
PUBLIC, HIDDEN = ("F1", "F2"), ("H1", "H2", "M1")


def classes() -> pd.DataFrame:
    """Return the catalogue."""
    rows = [
        {
            "class_code": code, "parent_code": parent, "name": name, "category": category, "standard_ref": "",
            "location_public": public, "active": active, "time_limit": "5d" if parent else "",
            "accept_limit": "", "stages": "", "keywords": "积水;水坑" if code == "F1" else "",
            "handling_role": "handler", "handling_organisation_code": "ORG001", "group": "",
            "attributes": json.dumps(ATTRIBUTES, ensure_ascii=False) if code == "F1" else "", "version": 1,
        }
        for code, (parent, name, category, public, active) in CLASSES.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def reports(count: int = 60) -> pd.DataFrame:
    """Return incidents of every class that can have any, one every other day from 2023 on."""
    frame = toy_incidents(count)
    codes = [code for code, kind in CLASSES.items() if kind[0]]
    frame["class_code"] = [codes[number % len(codes)] for number in range(count)]
    frame["category"] = frame["class_code"].map(lambda code: CLASSES[code][2])
    closed = frame["state"].isin(("closed", "evaluated"))
    later = pd.to_datetime(frame["reported_at"]) + pd.Timedelta(days=4)
    frame["closed_at"] = [at.isoformat() if done else "" for at, done in zip(later, closed, strict=True)]
    frame["organisation_code"] = "ORG001"
    return frame


def make(folder: Path, limit: int = 1000, **frames) -> None:
    """Make an instance folder with the county and two keys, one of them revoked."""
    settings = make_instance(folder, **({"classes": classes(), "reports": reports()} | frames))
    store = open_store(settings.database_url)
    with store.write() as conn:
        api_keys.insert_api_key(conn, KEY, "测试单位", "", limit, clock.now(), "administrator")
        revoked = api_keys.insert_api_key(conn, REVOKED, "已吊销", "", limit, clock.now(), "administrator")
        api_keys.revoke_api_key(conn, revoked, clock.now(), "administrator")
    store.dispose()


def report(**changes) -> dict:
    """Return the form of a good service request of a service without attributes."""
    lon, lat = lonlat([100, 600])[0]
    form = {"api_key": KEY, "service_code": "F2", "lat": f"{lat:.7f}", "long": f"{lon:.7f}"}
    return {name: value for name, value in (form | changes).items() if value is not None}


def plain(element: ElementTree.Element):
    """Return an XML element as the JSON that says the same: lists by their children's names."""
    if len(element) == 0:
        return element.text or ""
    names = [child.tag for child in element]
    singular = {"attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format",
                "services": "service", "service_requests": "request", "errors": "error"}  # fmt: skip
    if element.tag in singular:
        assert set(names) == {singular[element.tag]}
        return [plain(child) for child in element]
    assert len(set(names)) == len(names)
    return {child.tag: plain(child) for child in element}


def as_texts(value):
    """Return a JSON value with every scalar as XML writes it, so that both formats can be compared."""
    if isinstance(value, dict):
        return {key: as_texts(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_texts(one) for one in value] or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


FIRST_GRID = GRIDS[0]
