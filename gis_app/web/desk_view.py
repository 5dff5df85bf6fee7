"""What the page of an import shows: its state in words, the form of choices, the faults.

Plain mappings for the template; nothing here changes an import.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
from flask import g
from flask_babel import gettext as _

from gis_app import desk
from gis_app.exchange import columns
from gis_app.web.desk_words import (
    BUSY,
    CHANGES,
    MODES,
    SEVERITIES,
    SHAPES,
    STEP_OF,
    change_words,
    field_title,
    is_faulty,
    layer_title,
    size_words,
    state_words,
    steps,
    table_address,
)
from gis_app.web.i18n import language
from gis_app.web.incident_words import moment
from gis_app.web.params import Params
from gis_app.web.services import services
from gis_app.web.table_columns import TABLES
from gis_app.web.tables import worded

PAGE_FAULTS = 50
ASKED = ("step", "page", "severity", "table", "layer")
# What a step shows is in files, which go sooner than the row of the import.
KEPT = {"choose": ("read", "guess"), "check": ("choices", "findings")}
# What shapes most likely are where nothing else says it.
LIKELY = {"polygon": "grids", "line": "streets"}
PLACES = ("lon", "x", "pair", "geometry")
SHOWN_STEPS = {"choosing": ("choose",), "checked": ("check", "choose", "take_in")}


def line(one: dict[str, Any]) -> dict[str, Any]:
    """Return an import as a list shows it."""
    return {
        "id": one["id"],
        "file": one["file"],
        "size": size_words(one.get("size")),
        "state": one["state"],
        "state_label": state_words(one),
        "faulty": is_faulty(one),
        "layer": layer_title((one.get("choices") or {}).get("layer") or one.get("layer")),
        "actor": one.get("actor") or "",
        "at": _moment(one.get("created_at")),
    }


def view_of(import_id: str, problem: dict[str, Any] | None = None, step: str = "") -> dict[str, Any]:
    """Return everything that the page of an import shows, at `step` if any; raises NotFound and BadInput."""
    params = Params(*ASKED)
    parts = services()
    state = desk.state(parts.store, parts.settings, g.account, import_id)
    shown = params.choice("step", ("choose", "check", "take_in")) or step
    if shown not in SHOWN_STEPS.get(state["state"], ()):
        shown = SHOWN_STEPS.get(state["state"], (STEP_OF.get(state["state"], "read"),))[0]
    known = state | {
        "step": shown,
        "steps": steps(state, shown),
        "state_label": state_words(state),
        "faulty": is_faulty(state),
        "busy": state["state"] in BUSY,
        "size_label": size_words(state["size"]),
        "layer_title": layer_title((state.get("choices") or {}).get("layer")),
        "change_words": change_words(state["findings"]) if state.get("findings") else "",
        "at": {name: _moment(state.get(name)) for name in ("created_at", "taken_in_at", "undone_at")},
        "severities": {name: (str(title), icon) for name, (title, icon) in SEVERITIES.items()},
        "changes": {name: str(title) for name, title in CHANGES.items()},
        "table_address": table_address((state.get("choices") or {}).get("layer")),
    }
    known["placed"] = True
    known["lost"] = shown in KEPT and not known["busy"] and not all(state.get(one) for one in KEPT[shown])
    if known["lost"] or known["busy"]:
        return known
    if shown == "choose":
        known["form"] = form_of(state, params, problem)
        known["placed"] = placed(known["form"]["layer"])
    if shown == "check":
        known["placed"] = placed(state["choices"]["layer"])
        known["faults"] = _faults(import_id, params)
        known["heads"] = _heads(state)
        known["preview"] = _preview(state)
    return known


def placed(name: str) -> bool:
    """Tell whether the rows of a layer or table have a place on the map."""
    layer = next(one for one in desk.catalogue()["layers"] if one["name"] == name)
    return layer["geometry"] != "none" or any(field["name"] in PLACES for field in layer["fields"])


def form_of(state: dict[str, Any], params: Params, problem: dict[str, Any] | None) -> dict[str, Any]:
    """Return the form of choices: as chosen or guessed, or for the layer or table that is asked for."""
    tables, catalogue = state["read"]["tables"], desk.catalogue()
    layers = {layer["name"]: layer for layer in catalogue["layers"]}
    chosen = state.get("choices") or state["guess"]
    table = params.whole("table", 0, max(0, len(tables) - 1), chosen.get("table") or 0)
    likely = LIKELY.get(tables[table]["geometry"], "stations")
    name = params.choice("layer", layers, chosen.get("layer")) or likely
    layer, own = layers[name], (table, name) == (chosen.get("table") or 0, chosen.get("layer"))
    columns_of = tables[table]["columns"]
    typed = (problem or {}).get("typed") or {}
    mode = typed.get("mode") or (chosen.get("mode") if own else layer.get("mode"))
    return {
        "table": table,
        "tables": [(at, _table_words(one)) for at, one in enumerate(tables)],
        "layer": name,
        "layers": [(one["name"], layer_title(one["name"])) for one in catalogue["layers"]],
        "geometry": layer["geometry"],
        "mode": mode if mode in layer["modes"] else layer["modes"][0],
        "modes": [(code, str(MODES[code][0]), str(MODES[code][1])) for code in layer["modes"]],
        "columns": columns_of,
        "samples": {one["name"]: "、".join(map(str, one["sample"])) for one in columns_of},
        "fields": _fields(layer, [one["name"] for one in columns_of], state, own, typed),
        "systems": _systems(state, catalogue, chosen, typed),
    }


def _fields(
    layer: dict[str, Any], names: list[str], state: dict[str, Any], own: bool, typed: dict[str, str]
) -> list[dict[str, Any]]:
    """Return each field of the layer with the column that fills it and why."""
    guessed = state["guess"].get("columns") or {} if layer["name"] == state["guess"].get("layer") else {}
    found = _found(layer["name"], names) if not own else {}
    chosen = (state.get("choices") or {}).get("columns") or {} if own else {}
    rows = []
    for field in layer["fields"]:
        name = field["name"]
        guess = guessed.get(name) or {}
        column = chosen[name] if name in chosen else guess.get("column") if own else found.get(name)
        column = typed.get(f"column-{name}", column) or ""
        same = column == (guess.get("column") or "")
        rows.append(
            field
            | {
                "title": field_title(layer["name"], name, field["title"]),
                "column": column if column in names else "",
                "why": guess.get("why") or "" if same else "",
            }
        )
    return rows


def _found(layer: str, names: list[str]) -> dict[str, str]:
    return columns.find_columns(layer, names) if layer in columns.SYNONYMS else {}


def _systems(
    state: dict[str, Any], catalogue: dict[str, Any], chosen: dict[str, Any], typed: dict[str, str]
) -> dict[str, Any]:
    """Return the candidates of the reference system, the chosen one, and the others that may be chosen."""
    guess = state["guess"].get("crs") or {}
    candidates = guess.get("candidates") or []
    known = [one["code"] for one in candidates]
    code = chosen["crs"] if isinstance(chosen.get("crs"), str) else guess.get("code") or ""
    code = typed.get("crs_other") or code if typed.get("crs") == "other" else typed.get("crs", code)
    return {
        "code": code,
        "why": guess.get("why") or "",
        "candidates": candidates,
        "other": code if code and code not in known else "",
        "others": [
            (one["code"], f"{one['title']} · {one['code']}")
            for one in catalogue["systems"]
            if one["code"] not in known
        ],
    }


def _faults(import_id: str, params: Params) -> dict[str, Any]:
    parts = services()
    severity, page = params.choice("severity", tuple(SEVERITIES)), params.whole("page", 1, 10**6, 1)
    call = (parts.store, parts.settings, g.account, import_id)
    found = desk.faults(*call, page=page, page_size=PAGE_FAULTS, severity=severity)
    pages = max(1, -(-found["total"] // PAGE_FAULTS))
    if page > pages:  # of a list that has become shorter since
        page, found = pages, desk.faults(*call, page=pages, page_size=PAGE_FAULTS, severity=severity)
    return found | {"page": page, "pages": pages, "severity": severity or ""}


def _heads(state: dict[str, Any]) -> list[str]:
    """Return what the columns of the first rows are called."""
    layer, shown = state["choices"]["layer"], state.get("preview") or {"columns": []}
    return [field_title(layer, one["name"], one["title"]) for one in shown["columns"]]


def _preview(state: dict[str, Any]) -> dict[str, Any] | None:
    """Return the first rows with their codes in words, as the layer's table will show them."""
    shown, table = state.get("preview"), TABLES.get(state["choices"]["layer"])
    if not shown or not shown["rows"] or table is None:
        return shown
    frame = pd.DataFrame([row["values"] for row in shown["rows"]], dtype=object)
    known = {column.key: column for column in table.columns}
    for at, one in enumerate(shown["columns"]):
        if one["name"] in known:
            frame[at] = worded(known[one["name"]], frame[at], language())
    values = frame.where(frame.notna(), None).to_numpy().tolist()
    rows = [row | {"values": said} for row, said in zip(shown["rows"], values, strict=True)]
    return shown | {"rows": rows}


def _table_words(table: dict[str, Any]) -> str:
    shape = SHAPES.get(table["geometry"], table["geometry"])
    parts = (table["name"], str(shape), _("%(n)s 行", n=f"{table['rows']:,}"))
    return " · ".join(part for part in parts if part)


def _moment(text: str | None) -> dict[str, str]:
    return moment(datetime.fromisoformat(text) if text else None)
