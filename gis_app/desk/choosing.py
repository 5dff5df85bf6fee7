"""What a person chose for an import: completed from the guess, and refused where it cannot be meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gis_app.desk import layer_fields
from gis_app.errors import BadInput, Rejected
from gis_app.exchange.crs import declared_source
from gis_app.exchange.steps import MODES

MOST_REPAIRS = 5_000


@dataclass(frozen=True, slots=True)
class Choices:
    """Which table goes into which layer and how; `columns` maps a field to a column of the file or None."""

    table: int
    layer: str
    mode: str
    columns: dict[str, str | None]
    crs: str | None
    repairs: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the choices as they are kept and shown."""
        return {
            "table": self.table,
            "layer": self.layer,
            "mode": self.mode,
            "columns": dict(self.columns),
            "crs": self.crs,
            "repairs": list(self.repairs),
        }


def choices_of(given: Mapping[str, Any], read: Mapping[str, Any], guess: Mapping[str, Any] | None) -> Choices:
    """Return choices from JSON, what is left out taken from the guess; raises BadInput naming each field."""
    guess, faults = guess or {}, {}
    if not isinstance(given, Mapping):
        raise BadInput("bad_choices", "选择的内容有误", {"choices": "JSON"})
    table = given.get("table", guess.get("table") or 0)
    if not isinstance(table, int) or isinstance(table, bool) or not 0 <= table < len(read["tables"]):
        faults["table"] = "请选择文件中的一张表"
        table = 0
    layer = given.get("layer", guess.get("layer"))
    layers = [one["name"] for one in layer_fields.catalogue()["layers"]]
    if layer not in layers:
        raise BadInput("bad_choices", "请选择要导入的图层", faults | {"layer": " ".join(layers)})
    mode = given.get("mode", guess.get("mode") or "replace")
    if mode not in MODES:
        faults["mode"] = " ".join(MODES)
    same = layer == guess.get("layer") and table == guess.get("table")
    columns = _columns(
        given.get("columns") or {}, layer, read["tables"][table], guess if same else {}, faults
    )
    crs = given["crs"] if "crs" in given else (guess.get("crs") or {}).get("code") if same else None
    if crs is not None and not _known_crs(crs):
        faults["crs"] = "请选择列出的坐标系，或写 EPSG 编号，例如 EPSG:4490"
    repairs = given.get("repairs") or []
    if not isinstance(repairs, list) or len(repairs) > MOST_REPAIRS or not _texts(repairs):
        faults["repairs"] = "修复项有误，请刷新后重选"
    if faults:
        raise BadInput("bad_choices", "有的选择不可用，请改正", faults)
    return Choices(table, layer, mode, columns, crs, tuple(dict.fromkeys(repairs)))


def _texts(values: list) -> bool:
    return all(isinstance(value, str) and len(value) <= 200 for value in values)


def _known_crs(crs: object) -> bool:
    if not isinstance(crs, str) or not 0 < len(crs) <= 60:
        return False
    try:
        declared_source(crs)
    except Rejected:
        return False
    return True


def _columns(
    given: object, layer: str, table: Mapping[str, Any], guess: Mapping[str, Any], faults: dict[str, str]
) -> dict[str, str | None]:
    names, known = {one["name"] for one in table["columns"]}, layer_fields.fields(layer)
    if not isinstance(given, Mapping):
        faults["columns"] = "列的对应有误"
        return {}
    guessed = {name: one.get("column") for name, one in (guess.get("columns") or {}).items()}
    chosen = {name: column for name, column in guessed.items() if name in known} | dict(given)
    for field, column in chosen.items():
        if field not in known:
            faults[f"columns.{field}"[:60]] = "没有这个字段"
        elif column is not None and (not isinstance(column, str) or column not in names):
            faults[f"columns.{field}"] = "文件中没有这一列"
    used = [column for column in chosen.values() if column is not None and isinstance(column, str)]
    for field, column in given.items():
        if isinstance(column, str) and used.count(column) > 1 and field in known:
            others = [name for name in given if name != field and given[name] == column]
            if others:
                faults[f"columns.{field}"] = "同一列不能对应两个字段"
            else:  # a person's word goes before a guess
                chosen = {n: None if c == column and n not in given else c for n, c in chosen.items()}
    return chosen
