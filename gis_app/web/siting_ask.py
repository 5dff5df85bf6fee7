"""Reads the form that asks where stations go: every fault at once, each under its field and in words.

Which places its lists mean, and what contradicts what, is read by `siting_places`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from gis_app.errors import BadInput
from gis_app.web.current import Snapshot
from gis_app.web.services import services
from gis_app.web.siting_places import kinds_of, places_of
from gis_app.web.table_columns import STATION_KINDS

MODELS = ("mclp", "median", "center", "capacitated_median", "lscp")
CURVES = ("mclp", "median")
LOOKED_UP = {"on", "kind", "existing", "area", "must_keep", "forbidden"}
LONG = 4000
"""Characters of a list of places: some two hundred names."""
# name -> lowest, highest, what stands there where nothing was typed
WHOLE: dict[str, tuple[int, int, int | None]] = {
    "k": (1, 200, None),
    "limit": (50, 5000, 500),
    "share": (1, 100, 90),
    "per_community": (0, 20, 0),
    "seats": (1, 10_000, 20),
    "seconds": (5, 900, 120),
}
AMOUNTS: dict[str, tuple[float, float, float | None]] = {
    "budget": (0, 1e9, None),
    "price_each": (0, 1e9, 1.0),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "model": MODELS,
    "on": ("blocks", "streets"),
    "kind": (*STATION_KINDS, "all"),
    "existing": ("kept", "open"),
}
TEXTS = {"name": 60, "area": 12, "must_keep": LONG, "forbidden": LONG}
FIELDS = (*WHOLE, *AMOUNTS, *CHOICES, *TEXTS, "curve")
USUAL = {"model": "mclp", "k": "3", "on": "blocks", "kind": "warm_station", "existing": "kept", "curve": "1"}
_NUMBER = re.compile(r"\d{1,10}(\.\d{1,4})?")


def usual() -> dict[str, str]:
    """Return what an empty form shows."""
    numbers = {name: f"{one[2]:g}" for name, one in (WHOLE | AMOUNTS).items() if one[2] is not None}
    return numbers | USUAL


def asked_of(form: Mapping[str, str], found: Snapshot) -> dict[str, Any]:
    """Return the parameters of the job that a form asks for; raises BadInput naming every faulty field."""
    faults: dict[str, str] = {}
    for name in form:
        if name not in FIELDS:
            faults["".join(c if c.isprintable() else "?" for c in name[:40])] = _("没有这个参数")
    typed = _typed(form, faults)
    if "k" not in faults:
        _together(typed, faults)
    if not faults.keys() & LOOKED_UP:
        typed |= places_of(typed, found, faults)
    if faults:
        raise BadInput("bad_siting_question", _("有 %(n)s 处需要改正", n=len(faults)), faults)
    return _params(typed)


def _typed(form: Mapping[str, str], faults: dict[str, str]) -> dict[str, Any]:
    typed: dict[str, Any] = {"curve": form.get("curve", "") == "1"}
    for name, (low, high, default) in WHOLE.items():
        typed[name] = _whole(name, form.get(name, "").strip(), (low, high), default, faults)
    for name, (low, high, default) in AMOUNTS.items():
        typed[name] = _amount(name, form.get(name, "").strip(), (low, high), default, faults)
    for name, allowed in CHOICES.items():
        typed[name] = form.get(name, "") or (None if name == "model" else USUAL[name])
        if typed[name] not in allowed:
            faults[name] = _("请从列出的选项中选择")
    for name, limit in TEXTS.items():
        typed[name] = form.get(name, "").strip()
        if len(typed[name]) > limit:
            faults[name] = _("最多 %(limit)s 个字", limit=limit)
        elif any(ord(c) < 32 and c not in "\r\n\t" for c in typed[name]):
            faults[name] = _("不能含有控制字符")
    return typed


def _whole(name: str, text: str, ends: tuple[int, int], default: int | None, faults: dict) -> int | None:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and ends[0] <= int(text) <= ends[1]):
        faults[name] = _("应为 %(low)s 到 %(high)s 之间的整数", low=ends[0], high=ends[1])
        return default
    return int(text)


def _amount(name: str, text: str, ends: tuple[float, float], default: float | None, faults: dict) -> Any:
    if not text:
        return default
    if not _NUMBER.fullmatch(text) or not text.isascii() or not ends[0] <= float(text) <= ends[1]:
        faults[name] = _("应为 %(low)s 到 %(high)s 之间的数", low=f"{ends[0]:g}", high=f"{ends[1]:.0f}")
        return default
    return float(text)


def _together(typed: dict[str, Any], faults: dict[str, str]) -> None:
    """Say what is faulty only beside other fields."""
    if typed["k"] is None and typed["model"] != "lscp" and typed["budget"] is None:
        faults["k"] = _("请填写新增站点数，或填写预算")
    if typed["k"] is None and typed["model"] == "center":
        faults["k"] = _("这种目标必须填写站点数")
    if typed["budget"] is not None and typed["price_each"] == 0:
        faults["price_each"] = _("填了预算时，每个新站点的造价应大于 0")
    known = typed["budget"] is not None and not faults.keys() & {"budget", "price_each"}
    if known and typed["budget"] < typed["price_each"]:
        faults["budget"] = _("预算不够一个新站点；请至少填 %(least)s", least=f"{typed['price_each']:g}")


def _params(typed: dict[str, Any]) -> dict[str, Any]:
    """Return what the job takes, with the form as it was typed, to be asked again."""
    settings = services().settings
    kept = {name: typed[name] for name in (*WHOLE, *AMOUNTS, *CHOICES, *TEXTS)}
    form = {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in kept.items()
            if value is not None}  # fmt: skip
    return {
        "model": typed["model"],
        "name": typed["name"],
        "form": form | {"curve": "1" if typed["curve"] else ""},
        "k": None if typed["model"] == "lscp" else typed["k"],
        "limit_m": float(typed["limit"]),
        "share": typed["share"] / 100,
        "kinds": list(kinds_of(typed["kind"])),
        "keep_existing": typed["existing"] == "kept",
        "candidates_on": typed["on"],
        "candidates": typed["candidates"],
        "must_keep": typed["must_keep_codes"],
        "forbidden": typed["forbidden_codes"],
        "budget": typed["budget"],
        "price_each": typed["price_each"],
        "capacity": float(typed["seats"] * settings.households_per_seat),
        "households_per_seat": float(settings.households_per_seat),
        "per_community": typed["per_community"],
        "snap_limit": float(settings.snap_limit),
    }
