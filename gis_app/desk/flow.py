"""What the pages call: one function for each thing that a person does at the desk, see `desk`.

Every function asks first whether the person may and whether the import can; long work goes to the background.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from gis_app import clock
from gis_app.desk import layer_fields, reading, taking_in, telling
from gis_app.desk.access import may, own_import, require, seen_version, whose
from gis_app.desk.choosing import Choices, choices_of
from gis_app.desk.finding import FAULTS, fault_of
from gis_app.desk.folder import Folder
from gis_app.desk.offering import picture_of
from gis_app.desk.reading import GUESS, READ
from gis_app.desk.settling import begin, lost, settled
from gis_app.desk.showing import Shapes, nothing_chosen, shapes_of
from gis_app.desk.states import (
    CANCELLED,
    CHECKED,
    CHECKING,
    CHOOSING,
    FAILED,
    READING,
    STEPS,
    TAKEN_IN,
    TAKING_IN,
    UNDOING,
    UNDONE,
)
from gis_app.desk.workbook_faults import with_shapes
from gis_app.errors import Conflict, Fault
from gis_app.exchange.limits import from_settings
from gis_app.jobs import jobs
from gis_app.people.sessions import SignedIn
from gis_app.settings import Settings
from gis_app.storage import imports as rows
from gis_app.storage.engine import Row, Store
from gis_app.storage.revision import layers_number, revision

PAGE_SIZE = 200
_CHOOSABLE = (CHOOSING, CHECKED)
_CHECKED = (CHECKED, TAKING_IN, TAKEN_IN, UNDOING, UNDONE)


def state(store: Store, settings: Settings, person: SignedIn, import_id: str) -> dict[str, Any]:
    """Return an import as the page shows it."""
    row, job = own_import(store, person, import_id)
    folder = Folder(settings.instance_dir, import_id)
    if row.state in _CHOOSABLE and folder.read_json(READ) is None:
        row = lost(store, row)
    return telling.whole(store, folder, row, job)


def faults(
    store: Store,
    settings: Settings,
    person: SignedIn,
    import_id: str,
    page: int = 1,
    page_size: int = 50,
    severity: str | None = None,
) -> dict[str, Any]:
    """Return one page of the faults that the last check or a failed reading found, errors first."""
    items = _items(store, settings, person, import_id)
    if severity is not None:
        items = [one for one in items if one["severity"] == severity]
    size = min(max(int(page_size), 1), PAGE_SIZE)
    start = (max(int(page), 1) - 1) * size
    return {"items": items[start : start + size], "total": len(items)}


def fault_rows(
    store: Store, settings: Settings, person: SignedIn, import_id: str
) -> tuple[pd.DataFrame, list[Fault], dict[str, str]]:
    """Return the rows as they came (index: row label), their faults, and field → column of the file."""
    items = _items(store, settings, person, import_id)
    row, _ = own_import(store, person, import_id)
    choices = _choices(row) if row.choices else None
    if choices is None:
        raise Conflict("import_not_checked", "请先检查，再下载问题清单")
    table = Folder(settings.instance_dir, import_id).read_table(f"tables/{choices.table}")
    frame = pd.DataFrame(table.columns, index=table.rows, dtype=object)
    if table.geometry is not None:
        frame = with_shapes(frame, table.geometry, choices.crs or table.crs)
    return frame, [fault_of(one) for one in items], {n: c for n, c in choices.columns.items() if c}


def shapes(
    store: Store,
    settings: Settings,
    person: SignedIn,
    import_id: str,
    table: int | None = None,
    crs: str | None = None,
    columns: Mapping[str, str | None] | None = None,
) -> Shapes:
    """Return the file's features under the chosen system, or under what is being tried."""
    row, _ = own_import(store, person, import_id)
    folder = Folder(settings.instance_dir, import_id)
    read, guess = folder.read_json(READ), folder.read_json(GUESS)
    if read is None:
        raise Conflict("import_not_read", "文件还没有读取完")
    chosen = _choices(row) if row.choices else nothing_chosen(read, guess)
    tried = asdict(chosen)
    if table is not None:
        tried |= {"table": table if 0 <= table < len(read["tables"]) else 0}
        tried |= {"columns": {}} if tried["table"] != chosen.table else {}
    tried |= {"crs": crs} if crs else {}
    tried |= {"columns": dict(columns)} if columns is not None else {}
    asked = Choices(**tried)
    checked = row.state in _CHECKED and asked == chosen
    return shapes_of(folder, asked, checked, row.version)


def repair_picture(
    store: Store, settings: Settings, person: SignedIn, import_id: str, key: str, at: int = 0
) -> dict[str, Any]:
    """Return one place of an offered repair before and after."""
    own_import(store, person, import_id)
    folder = Folder(settings.instance_dir, import_id)
    found = folder.read_json("findings.json") or {}
    return picture_of(folder, found.get("repairs") or [], key, at)


def choose(
    store: Store,
    settings: Settings,
    person: SignedIn,
    import_id: str,
    choices: Mapping[str, Any],
    version: int | None = None,
) -> dict[str, Any]:
    """Keep what was chosen and start the check; return the state."""
    row, _ = own_import(store, person, import_id)
    require(row, "choose")
    folder = Folder(settings.instance_dir, import_id)
    read = folder.read_json(READ)
    if read is None:
        raise Conflict("import_expired", "这次导入的文件已过保存期限，请重新上传")
    chosen = choices_of(choices, read, _guess(store, folder, row, choices, read))
    values = {"choices": json.dumps(chosen.as_json(), ensure_ascii=False)}
    values |= {"layer": chosen.layer, "mode": chosen.mode, "findings": None}
    begin(store, settings, row, seen_version(row, version), _CHOOSABLE, CHECKING, values, {})
    return state(store, settings, person, import_id)


def _guess(
    store: Store, folder: Folder, row: Row, choices: Mapping[str, Any], read: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the guess, or the one for the table and layer that were chosen instead."""
    known = folder.read_json(GUESS) or {}
    if not isinstance(choices, Mapping):
        return known
    table, layer = choices.get("table", known.get("table")), choices.get("layer", known.get("layer"))
    same = (table, layer) == (known.get("table"), known.get("layer"))
    asked = {one["name"] for one in layer_fields.catalogue()["layers"]} & {str(layer)}
    if same or not asked or not isinstance(table, int) or not 0 <= table < len(read["tables"]):
        return known
    return reading.guess_for(store, folder, row.file, read, table, layer)


def take_in(
    store: Store, settings: Settings, person: SignedIn, import_id: str, version: int | None = None
) -> dict[str, Any]:
    """Start taking in what was checked; where the layers have moved on, start the check again and say so."""
    row, _ = own_import(store, person, import_id)
    require(row, "take_in")
    seen = seen_version(row, version)
    found = json.loads(row.findings or "{}")
    if found.get("errors", 1):
        raise Conflict("import_has_errors", "还有错误没有解决，不能导入；请改正文件或采用修复后重新检查")
    if _moved(store, row):
        begin(store, settings, row, seen, (CHECKED,), CHECKING, {"findings": None}, {})
        raise Conflict("store_moved", "检查之后图层已被更改，正在重新检查；请核对新的结果后再导入")
    begin(store, settings, row, seen, (CHECKED,), TAKING_IN, {}, {"actor": person.username})
    return state(store, settings, person, import_id)


def undo(
    store: Store, settings: Settings, person: SignedIn, import_id: str, version: int | None = None
) -> dict[str, Any]:
    """Start to bring back exactly what there was before the latest import; return the state."""
    row, _ = own_import(store, person, import_id)
    require(row, "undo")
    taking_in.require_undoable(store, Folder(settings.instance_dir, import_id), row)
    seen = seen_version(row, version)
    begin(store, settings, row, seen, (TAKEN_IN,), UNDOING, {}, {"actor": person.username})
    return state(store, settings, person, import_id)


def cancel(store: Store, settings: Settings, person: SignedIn, import_id: str) -> dict[str, Any]:
    """Cancel the long step in hand; where it is done already, it stays done."""
    row, job = own_import(store, person, import_id)
    if job is not None and row.state in STEPS:
        jobs.cancel(store, job.job_id)
    return state(store, settings, person, import_id)


def read_again(store: Store, settings: Settings, person: SignedIn, import_id: str) -> dict[str, Any]:
    """Read an upload once more after a reading that did not succeed."""
    row, _ = own_import(store, person, import_id)
    require(row, "read_again")
    limits = asdict(from_settings(settings))
    begin(store, settings, row, row.version, (FAILED, CANCELLED), READING, {}, {"limits": limits})
    return state(store, settings, person, import_id)


def discard(store: Store, settings: Settings, person: SignedIn, import_id: str) -> None:
    """Forget an import that is not in the layers, with its files."""
    row, _ = own_import(store, person, import_id)
    require(row, "discard")
    with store.write() as conn:
        rows.change(conn, import_id, row.version, (row.state,), clock.now(), {"state": "discarded"})
        rows.delete_import(conn, import_id)
    Folder(settings.instance_dir, import_id).drop()


def latest(
    store: Store, settings: Settings, person: SignedIn, page: int = 1, page_size: int = 20
) -> dict[str, Any]:
    """Return imports in short, the newest first: one's own, for an administrator everybody's."""
    may(person)
    size = min(max(int(page_size), 1), 100)
    with store.read() as conn:
        found, total = rows.read_imports(conn, whose(person), size, (max(int(page), 1) - 1) * size)
    return {"items": [telling.short(*settled(store, row)) for row in found], "total": total}


def _choices(row: Row) -> Choices:
    return Choices(**taking_in.folder_choices(row))


def _moved(store: Store, row: Row) -> bool:
    """Tell whether the layers are not those that were checked against."""
    is_layer = layer_fields.is_layer(row.layer)
    with store.read() as conn:
        return (layers_number if is_layer else revision)(conn) != row.revision_before


def _items(store: Store, settings: Settings, person: SignedIn, import_id: str) -> list[dict[str, Any]]:
    row, _ = own_import(store, person, import_id)
    if row.state not in (FAILED, *_CHECKED):
        return []
    return Folder(settings.instance_dir, import_id).read_json(FAULTS) or []
