"""Which places a question about siting means: its candidates, its lists of names, and what contradicts what.

Places are named as people name them (a code, or a name that only one candidate has); a name that many
candidates share is sent back, never guessed.
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import shapely
from flask_babel import gettext as _

from gis_app.geo.validity import representative_points
from gis_app.layers.atlas import Atlas
from gis_app.stations.coverage import serving
from gis_app.stations.siting.county import UNUSABLE
from gis_app.stations.siting.street_points import street_points
from gis_app.web.current import Snapshot
from gis_app.web.table_columns import STATION_KINDS

_SEPARATORS = re.compile(r"[、，,;；\r\n\t]+")


def candidate_names(found: Snapshot, on: str) -> dict[str, str]:
    """Return the names of the places where a new station may stand, by code."""

    def names() -> dict[str, str]:
        frame = _candidates(found, on)
        return {code: name or "" for code, name in zip(frame["code"], frame["name"], strict=True)}

    return found.memo(("siting-names", on), names)


def candidate_points(found: Snapshot, on: str) -> dict[str, list]:
    """Return lon, lat and community_code of every candidate and of every station that serves, by code."""

    def points() -> dict[str, list]:
        stations = serving(found.atlas, tuple(STATION_KINDS))
        frame = _candidates(found, on)
        codes = [*stations["station_code"], *frame["code"]]
        where = shapely.get_coordinates([*stations.geometry, *frame["geometry"]]).round(6).tolist()
        area = [*stations["grid_code"].astype(object).str[:12], *frame["community_code"]]
        rows = zip(codes, where, area, strict=True)
        return {code: [*point, "" if pd.isna(one) else one] for code, point, one in rows}

    return found.memo(("siting-points", on), points)


def station_names(atlas: Atlas, kind: str) -> dict[str, str]:
    """Return the names of the stations that serve, by code."""
    stations = serving(atlas, kinds_of(kind))
    return dict(zip(stations["station_code"], stations["name"], strict=True))


def kinds_of(kind: str) -> tuple[str, ...]:
    """Return the kinds of station that a choice stands for."""
    return tuple(STATION_KINDS) if kind == "all" else (kind,)


def _candidates(found: Snapshot, on: str):
    def frame():
        if on == "streets":
            return street_points(found.atlas)
        blocks = found.atlas.blocks
        blocks = blocks[~blocks["land_use"].isin(UNUSABLE)]
        points = shapely.points(representative_points(blocks.geometry.values))
        return pd.DataFrame(
            {
                "code": blocks["block_code"].to_numpy(object),
                "name": blocks["name"].to_numpy(object),
                "community_code": blocks["community_code"].to_numpy(object),
                "geometry": list(points),
            }
        )

    return found.memo(("siting-candidates", on), frame)


def places_of(typed: dict[str, Any], found: Snapshot, faults: dict[str, str]) -> dict[str, Any]:
    """Return the codes of the lists and the candidates; say what is unknown and what contradicts what."""
    atlas, on = found.atlas, typed["on"]
    names, stations = candidate_names(found, on), station_names(atlas, typed["kind"])
    if on == "streets" and not len(atlas.streets):
        faults["on"] = _("本县没有路网数据，不能以道路为候选")
        return {}
    keep = _codes("must_keep", typed["must_keep"], names | stations, faults)
    ban = _codes("forbidden", typed["forbidden"], names | stations, faults)
    both = [code for code in keep if code in ban]
    if both:
        faults["forbidden"] = _(
            "这些地点同时列在必须设站里：%(places)s", places=_some(both, names | stations)
        )
    standing = [code for code in ban if code in stations]
    if standing and typed["existing"] == "kept":
        places = _some(standing, stations)
        faults["forbidden"] = _("现有站点已选择全部保留，不能同时禁止：%(places)s", places=places)
    counted = [code for code in keep if typed["existing"] == "open" or code not in stations]
    within = _within(typed["area"], found, on, keep, stations, faults)
    if typed["existing"] == "kept":
        keep = [code for code in keep if code not in stations]
    if within:
        ban = [code for code in ban if code in stations or code in within]
    open_ = (set(within or names) | (set(stations) if typed["existing"] == "open" else set())) - set(ban)
    _amounts(typed, len(counted), len(open_), faults)
    return {"must_keep_codes": keep, "forbidden_codes": ban, "candidates": within}


def _amounts(typed: dict[str, Any], kept: int, there: int, faults: dict[str, str]) -> None:
    """Say where the number or the budget cannot hold what has to be kept, or exceeds what there is."""
    k = None if typed["model"] == "lscp" else typed["k"]
    if k is not None and kept > k and "must_keep" not in faults:
        words = _("必须设站的有 %(n)s 处，多于站点数 %(k)s；请增加站点数，或移除几处", n=kept, k=k)
        faults["must_keep"] = words
    if k is not None and k > there and not faults.keys() & {"area", "forbidden"}:
        faults["k"] = _("可用的候选点只有 %(n)s 处，少于站点数；请减少站点数，或放宽范围", n=there)
    least = kept * typed["price_each"]
    if typed["budget"] is not None and least > typed["budget"] and "budget" not in faults:
        words = _(
            "必须设站的 %(n)s 处需要 %(least)s，超出预算；请提高预算或移除几处", n=kept, least=f"{least:g}"
        )
        faults["budget"] = words


def _within(
    area: str, found: Snapshot, on: str, keep: list[str], stations: dict, faults: dict[str, str]
) -> list[str]:
    """Return the candidates of one community with those to keep, none (all of them) without a community."""
    if not area:
        return []
    frame = _candidates(found, on)
    codes = list(frame.loc[frame["community_code"] == area, "code"])
    if area not in set(found.atlas.communities["community_code"]):
        faults["area"] = _("没有这个社区")
    elif not codes:
        faults["area"] = _("这个社区没有可用的候选点")
    return list(dict.fromkeys([*codes, *(code for code in keep if code not in stations)]))


def _codes(field: str, text: str, names: dict[str, str], faults: dict[str, str]) -> list[str]:
    """Return the codes of the places a text lists; raise nothing, say the first few that are not known."""
    by_name: dict[str, list[str]] = {}
    for code, name in names.items():
        by_name.setdefault(name, []).append(code)
    codes, wrong = [], []
    for part in (one.strip() for one in _SEPARATORS.split(text)):
        last = part.rsplit(" ", 1)[-1]
        if not part:
            continue
        if part in names or last in names:
            codes.append(part if part in names else last)
        elif len(by_name.get(part, ())) == 1:
            codes.append(by_name[part][0])
        elif part in by_name:
            wrong.append(_("“%(name)s”有 %(n)s 处，请写编码", name=part[:30], n=len(by_name[part])))
        else:
            wrong.append(_("没有候选点“%(name)s”", name=part[:30]))
    if wrong:
        faults[field] = "；".join(wrong[:5])
    return list(dict.fromkeys(codes))


def _some(codes: list[str], names: dict[str, str]) -> str:
    return "、".join(names.get(code) or code for code in codes[:5])
