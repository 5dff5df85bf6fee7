"""The last long step, and the way back: write what was checked, in one transaction with its audit row.

What there was before is kept first. Nothing is written unless the layers stand as they were checked, and
nothing is taken back unless they stand as they were written. The trail learns numbers, never a file's name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gis_app import clock
from gis_app.desk import frames, layer_fields, tables
from gis_app.desk.choosing import Choices
from gis_app.desk.folder import Folder
from gis_app.desk.states import TAKEN_IN, TAKING_IN, UNDOING, UNDONE
from gis_app.errors import Conflict, GisError, Unavailable
from gis_app.storage import audit
from gis_app.storage import imports as rows
from gis_app.storage.engine import Connection, Row, Store
from gis_app.storage.layers import put_layers, read_layer
from gis_app.storage.revision import layers_number, revision

# layers that are made anew together: the grids and blocks of one plan
TOGETHER = {"grids": "blocks", "blocks": "grids"}
TOKEN, BEFORE, PREPARED = "token.json", "before", "prepared"
MOVED = "检查之后图层已被更改，没有写入任何内容；请重新检查后再导入"
NOT_LATEST = "这不是最近一次导入，只能撤销最近的一次"
MOVED_ON = "导入之后图层又有更改，撤销会丢失这些更改；请另行导入"
Tell = Callable[[float, str], None]


def take_in(
    store: Store,
    folder: Folder,
    row: Row,
    version: int,
    actor: str,
    cancelled: Callable[[], bool],
    tell: Tell,
) -> dict[str, Any]:
    """Write what was checked; raises Conflict("store_moved") and Unavailable("cancelled")."""
    choices = Choices(**folder_choices(row))
    if layer_fields.is_layer(choices.layer):
        return _take_in_layers(store, folder, row, version, actor, cancelled, tell)
    return _take_in_table(store, folder, row, choices, version, actor, cancelled, tell)


def folder_choices(row: Row) -> dict[str, Any]:
    """Return the choices that an import was checked with."""
    import json

    chosen = json.loads(row.choices)
    return chosen | {"repairs": tuple(chosen["repairs"])}


def _take_in_layers(store, folder, row, version, actor, cancelled, tell) -> dict[str, Any]:
    tell(0.05, "读取检查通过的数据")
    made = frames.kept(folder, PREPARED)
    if not made:
        raise Conflict("import_not_checked", "请先检查，没有错误后再导入")
    tell(0.3, "保存现有数据，以便撤销")
    with store.read() as conn:
        _require(layers_number(conn) == row.revision_before)
        before = {name: read_layer(conn, name) for name in _touched(made)}
    frames.keep(folder, BEFORE, before)
    _go_on(cancelled, tell)
    with store.write() as conn:
        _require(layers_number(conn) == row.revision_before)
        number = put_layers(conn, made)
        audit.append(conn, "layers:layer:imported", actor, row.layer, _detail(folder, row, number))
        _note(conn, row, version, TAKING_IN, TAKEN_IN, {"revision_after": number, "taken_in_at": clock.now()})
    return {"revision": number}


def _take_in_table(store, folder, row, choices, version, actor, cancelled, tell) -> dict[str, Any]:
    tell(0.1, "核对各行")
    table = folder.read_table(f"tables/{choices.table}")
    with store.read() as conn:
        _require(revision(conn) == row.revision_before)
        known = tables.read_known(conn, choices.layer)
    done = tables.prepare(choices.layer, table, known, choices.mode, choices.columns, choices.crs)
    _require(done.ok)
    _go_on(cancelled, tell)
    with store.write() as conn:
        _require(revision(conn) == row.revision_before)
        detail = {"import": row.import_id, "sha256": row.sha256[:16]}
        taken = tables.take_in(conn, choices.layer, done.frame, choices.mode, actor, detail)
        folder.write_json(TOKEN, taken.token)
        after = {"revision_after": taken.revision, "taken_in_at": clock.now()}
        _note(conn, row, version, TAKING_IN, TAKEN_IN, after)
    return {"revision": taken.revision}


def undo(
    store: Store,
    folder: Folder,
    row: Row,
    version: int,
    actor: str,
    cancelled: Callable[[], bool],
    tell: Tell,
) -> None:
    """Bring back what there was before an import.

    Raises Conflict with the reason where that cannot be, and Unavailable("cancelled").
    """
    tell(0.1, "读取导入之前的数据")
    if not layer_fields.is_layer(row.layer):
        token = folder.read_json(TOKEN)
        if token is None:
            raise Conflict("import_expired", "这次导入的文件已过保存期限，不能撤销")
        _go_on(cancelled, tell)
        with store.write() as conn:
            _require_latest(conn, row, True)
            tables.undo(conn, token, actor)
            _note(conn, row, version, UNDOING, UNDONE, {"undone_at": clock.now()})
        return
    before = frames.kept(folder, BEFORE)
    _go_on(cancelled, tell)
    with store.write() as conn:
        _require_latest(conn, row, bool(before))
        number = put_layers(conn, before)
        detail = {"import": row.import_id, "layers": sorted(before), "undone": row.revision_after}
        audit.append(conn, "layers:layer:undone", actor, row.layer, detail | {"revision": number})
        _note(conn, row, version, UNDOING, UNDONE, {"undone_at": clock.now()})


def why_not(conn: Connection, row: Row, kept: bool) -> str:
    """Return why an import cannot be undone now, "" where it can."""
    latest = rows.latest_taken_in(conn)
    if latest is None or latest.import_id != row.import_id:
        return NOT_LATEST
    if layer_fields.is_layer(row.layer) and layers_number(conn) != row.revision_after:
        return MOVED_ON
    return "" if kept else "导入前的数据已过保存期限，不能撤销"


def require_undoable(store: Store, folder: Folder, row: Row) -> None:
    """Raise Conflict with the reason where an import cannot be undone now."""
    with store.read() as conn:
        _require_latest(conn, row, has_before(folder))


def has_before(folder: Folder) -> bool:
    """Tell whether what there was before an import is still kept."""
    return bool(folder.names(f"{BEFORE}/*") or folder.names(TOKEN))


def _require_latest(conn: Connection, row: Row, kept: bool) -> None:
    why = why_not(conn, row, kept)
    if why:
        raise Conflict("undo_refused", why)


def _go_on(cancelled: Callable[[], bool], tell: Tell) -> None:
    """Say that the writing begins, unless nobody wants it any more."""
    tell(0.6, "写入数据库")
    if cancelled():
        raise Unavailable("cancelled", "已取消，没有写入任何内容")


def _touched(made: dict) -> list[str]:
    return sorted({*made, *(TOGETHER[name] for name in made if name in TOGETHER)})


def _require(holds: bool) -> None:
    if not holds:
        raise Conflict("store_moved", MOVED)


def _note(conn: Connection, row: Row, version: int, before: str, after: str, values: dict[str, Any]) -> None:
    """Say in the same transaction what became of the import; raises Stale where it is not the one meant."""
    rows.change(
        conn, row.import_id, version, (before,), clock.now(), {"state": after, "error": None, **values}
    )


def _detail(folder: Folder, row: Row, number: int) -> dict[str, Any]:
    """Return what the trail says: numbers and a mark of the file, nothing that somebody wrote."""
    found = folder.read_json("findings.json") or {}
    counts = {name: found.get(name, 0) for name in ("rows", "inserted", "updated", "removed")}
    told = {"import": row.import_id, "sha256": row.sha256[:16], "mode": row.mode, "crs": found.get("crs", "")}
    return {**told, **counts, "revision": number}


def failure(error: GisError) -> dict[str, Any]:
    """Return an error as an import keeps it."""
    return {"code": error.code, "message": error.message, "fields": error.fields}
