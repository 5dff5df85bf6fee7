"""The headings of every template: posts, incidents, and each layer that may come as a table.

What may be chosen comes from the store as it is now: areas, blocks, classes, organisations. A list shows code
and name; the import takes the code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gis_app.desk import tables_fields as tables
from gis_app.desk.tables_known import Known
from gis_app.errors import NotFound
from gis_app.exchange.words import AMENITY_WORDS, EXAMPLE, FLAGS, WORDS
from gis_app.layers import codes, schema

TEXT, WHOLE, LON, LAT, DAY, MOMENT = "text", "whole", "lon", "lat", "day", "moment"
KINDS = (*schema.LAYERS, *tables.FIELDS)


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a template: `choices` makes a drop-down, which refuses other words when `closed`."""

    name: str
    title: str
    help: str = ""
    required: bool = False
    form: str = TEXT
    example: str = ""
    choices: list[str] = field(default_factory=list)
    closed: bool = True


def title_of(kind: str) -> str:
    """Return the Chinese name of a layer or table; raises NotFound for an unknown one."""
    if kind in tables.TITLES:
        return tables.TITLES[kind]["zh"]
    if kind not in schema.LAYERS:
        allowed = " ".join(KINDS)
        raise NotFound("unknown_template", f"没有“{kind[:40]}”的模板，可用的有：{allowed}", {"kind": allowed})
    return schema.title(kind)


def headings(kind: str, known: Known) -> list[Heading]:
    """Return the columns of a template in order, the identifying one first; raises NotFound."""
    title_of(kind)
    found = _of_table(kind, known) if kind in tables.FIELDS else _of_layer(kind, known)
    first = found[0]
    return [Heading(first.name, first.title, first.help, example=EXAMPLE), *found[1:]]


# ── posts and incidents ──
_FORMS = {tables.DAY: DAY, tables.MOMENT: MOMENT, LON: LON, LAT: LAT}


def _of_table(kind: str, known: Known) -> list[Heading]:
    return [
        Heading(
            one.name, one.zh, one.help, one.required, _FORMS.get(one.name) or _FORMS.get(one.kind, TEXT),
            _example(one, known), _table_choices(kind, one, known), one.kind != tables.ORGANISATION,
        )
        for one in tables.FIELDS[kind]
    ]  # fmt: skip


def _example(one: tables.Field, known: Known) -> str:
    if one.kind != tables.AREA:
        return one.example
    return next((code for code in known.areas if codes.level_of(code) == "grid"), one.example)


def _table_choices(kind: str, one: tables.Field, known: Known) -> list[str]:
    if one.kind == tables.CHOICE:
        return [labels["zh"] for labels in one.choices.values()]
    if one.kind == tables.CLASS:
        kept = known.classes[known.classes["active"].astype(bool) & (known.classes["parent_code"] != "")]
        return _named(zip(kept["class_code"], kept["name"], strict=True))
    if one.kind == tables.ORGANISATION:
        frame = known.organisations
        return _named(zip(frame["organisation_code"], frame["name"], strict=True))
    if one.kind == tables.AREA:
        levels = ("community", "grid") if kind == tables.POSTS else ("grid",)
        return _areas(known, *levels)
    return []


# ── layers ──
_EXAMPLES = {
    "name": "示例名称", "kind": "", "address": "文化路 1 号", "hours": "周一至周日 8:00-18:00",
    "amenities": "饮水；充电；休息座椅", "capacity": "20", "households": "320", "floors": "6",
}  # fmt: skip
_HELPS = {
    "hours": "例如 周一至周日 8:00-18:00，或 24/7",
    "amenities": "可写多项，用分号分隔：" + "、".join(dict.fromkeys(
        next(word for word, code in AMENITY_WORDS.items() if code == one) for one in AMENITY_WORDS.values()
    )),
    "grid_code": "15 位网格编码；空白则按位置填入",
    "community_code": "12 位社区编码；空白则按位置填入",
    "subdistrict_code": "9 位街道编码；空白则按位置填入",
    "county_code": "6 位县编码",
    "block_code": "地块编码；空白则按位置填入",
}  # fmt: skip
_SHAPES = {
    schema.POINT: "",
    schema.LINE: "LINESTRING (114.460 34.470, 114.462 34.471)",
    schema.AREA: "POLYGON ((114.460 34.470, 114.462 34.470, 114.462 34.472, 114.460 34.472, 114.460 34.470))",
}
WKT = "WKT（EPSG:4490）"
_WKT_HELP = "图形的 WKT 文字，经度在前、纬度在后；列名括号中写坐标系。图形很大时请改用 GeoPackage"
_LEVEL_OF_COLUMN = {"county_code": "county", "subdistrict_code": "subdistrict", "community_code": "community",
                    "grid_code": "grid"}  # fmt: skip


def _of_layer(layer: str, known: Known) -> list[Heading]:
    own, needed = schema.code_column(layer), schema.required_columns(layer)
    found = []
    for name, column in schema.schema(layer).columns.items():
        if name == "geometry":
            continue
        form = WHOLE if column.metadata["kind"] == "int64" else TEXT
        choices = _layer_choices(layer, name, known) if name != own else []
        found.append(
            Heading(
                name, column.title, _help(layer, name, own), name in needed and name != own, form,
                choices[0] if choices else _EXAMPLES.get(name, ""), choices,
            )
        )  # fmt: skip
    if layer == "grids":
        found.append(
            Heading("households", "户数", "网格内的户数；有楼栋或地块时以其为准", form=WHOLE, example="320")
        )
    shape = _SHAPES[schema.geometry_types(layer)]
    if shape:
        return [*found, Heading("geometry", WKT, _WKT_HELP, True, example=shape)]
    lon = Heading("lon", "经度", "十进制度，例如 114.467（CGCS2000 或 WGS 84）", True, LON, "114.467")
    lat = Heading("lat", "纬度", "十进制度，例如 34.480", True, LAT, "34.480")
    return [*found[:2], lon, lat, *found[2:]]


def _help(layer: str, name: str, own: str) -> str:
    if name == own:
        return "已有编码表示更新该行；空白则自动编码。按文本填写，不要让软件改成科学计数"
    return _HELPS.get(name, "")


def _layer_choices(layer: str, name: str, known: Known) -> list[str]:
    words = WORDS.get((layer, name)) or (FLAGS if name == "bridge" else None)
    if name == "bridge":
        return ["是", "否"]
    if words:
        first: dict[str, str] = {}
        for word, value in words.items():
            first.setdefault(value, word)
        return list(first.values())
    if name in _LEVEL_OF_COLUMN:
        return _areas(known, _LEVEL_OF_COLUMN[name])
    return list(known.existing.layers["blocks"]["block_code"]) if name == "block_code" else []


def _areas(known: Known, *levels: str) -> list[str]:
    lengths = {codes.LENGTHS[level] for level in levels}
    return _named((code, name) for code, name in known.areas.items() if len(code) in lengths)


def _named(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{code} {name}".strip() for code, name in pairs]
