"""Makes the file of an export at once where it is small, and gives it to the background where it is not.

Either way the trail says who took what; it never says what somebody searched for.
"""

from __future__ import annotations

import re
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import shapely
from flask import Response, g
from flask_babel import gettext as _

from gis_app.exchange.writers import spool
from gis_app.exchange.writers.model import About, Layer
from gis_app.exchange.writers.write import media_type, write
from gis_app.jobs import jobs
from gis_app.jobs.queue import FILES, folder_of
from gis_app.storage import audit
from gis_app.web import tables
from gis_app.web.current import Snapshot, today
from gis_app.web.exports_about import COMMA, about_of
from gis_app.web.exports_ask import Asked
from gis_app.web.exports_rows import filter_words, layer_of, public
from gis_app.web.i18n import language
from gis_app.web.layers import frame_of, left_out_note
from gis_app.web.pages import county_name
from gis_app.web.services import services

KIND, TAG = "export", "exchange:layer:exported"
DIRECT_ROWS, DIRECT_POINTS = 20_000, 400_000
SPOOL, SPOOL_SECONDS = "spool-{}.json", 86_400
_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*%\s]+')


def layers_of(asked: Asked, found: Snapshot) -> list[Layer]:
    """Return the layers that are asked for, with the rows that the filter leaves and a file may hold."""
    lang, made = language(), []
    for table in asked.tables:
        rows = public(table, frame_of(found, table), found.classes)
        if asked.query is not None:
            rows = tables.select(table, rows, asked.query, lang)
        made.append(layer_of(table, rows, lang, asked.words))
    return made


def about(asked: Asked, layers: Sequence[Layer], found: Snapshot) -> About:
    """Return what a file says of itself."""
    parts, lang = services(), language()
    filtered = filter_words(asked.tables[0], asked.query, lang) if asked.query else ""
    notes = [note for table in asked.tables if (note := left_out_note(table))]
    told = about_of(layers, asked.system, found, parts.settings, parts.store, lang, filtered, notes)
    return replace(told, name=file_name(asked, found, ""))


def is_large(layers: Sequence[Layer]) -> bool:
    """Tell whether a file is better made in the background."""
    points = sum(
        int(shapely.get_num_coordinates(one.shapes).sum()) for one in layers if one.shapes is not None
    )
    return sum(map(len, layers)) > DIRECT_ROWS or points > DIRECT_POINTS


def at_once(asked: Asked, layers: Sequence[Layer], found: Snapshot) -> Response:
    """Make the file and answer with it."""
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = write(layers, asked.format.code, asked.system, about(asked, layers, found), Path(folder))
        body, suffix, content_type = path.read_bytes(), path.suffix, media_type(path)
    _note(asked, layers)
    headers = {
        "Content-Disposition": attachment(file_name(asked, found, suffix)),
        "Cache-Control": "no-store",
    }
    return Response(body, headers=headers, content_type=content_type)


def in_background(asked: Asked, layers: Sequence[Layer], found: Snapshot) -> int:
    """Keep the layers, give their writing to the background, and return the number of the job."""
    parts = services()
    folder = folder_of(parts.settings.instance_dir) / FILES
    _sweep(folder)
    kept = SPOOL.format(uuid.uuid4().hex)
    spool.keep(layers, about(asked, layers, found), folder / kept)
    params = {
        "spool": kept,
        "format": asked.format.code,
        "system": asked.system.code,
        "metric": found.atlas.metric_crs.to_wkt(),
        "title": title_of(asked),
        "name": file_name(asked, found, ""),
        "rows": sum(map(len, layers)),
    }
    try:
        number = jobs.enqueue(parts.store, parts.settings.instance_dir, KIND, params, g.account.account_id)
    except Exception:
        (folder / kept).unlink(missing_ok=True)
        raise
    _note(asked, layers, number)
    return number


def drop_spool(params: dict[str, Any]) -> None:
    """Delete the layers that were kept for a job which nobody wants any more."""
    folder = folder_of(services().settings.instance_dir) / FILES
    (folder / Path(params["spool"]).name).unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Delete kept layers whose job never came to read them."""
    for path in folder.glob(SPOOL.format("*")):
        if time.time() - path.stat().st_mtime > SPOOL_SECONDS:
            path.unlink(missing_ok=True)


def title_of(asked: Asked) -> str:
    """Return what an export holds, in a few words."""
    if len(asked.tables) > 3:
        return _("%(n)s 个图层和表", n=len(asked.tables))
    return COMMA[language()].join(str(table.title) for table in asked.tables)


def file_name(asked: Asked, found: Snapshot, suffix: str) -> str:
    """Return the name under which a file is saved: where, what, an offset system, and the day."""
    offset = asked.system.code if asked.system.offset else ""
    parts = (county_name(found), title_of(asked), offset, today())
    return "-".join(_UNSAFE.sub("-", part).strip("-.")[:60] for part in parts if part) + suffix


def attachment(name: str) -> str:
    """Return the header that saves an answer under a name that need not be ASCII."""
    suffix = name.rpartition(".")[2]
    return f"attachment; filename=\"export-{today()}.{suffix}\"; filename*=UTF-8''{quote(name, safe='')}"


def _note(asked: Asked, layers: Sequence[Layer], number: int | None = None) -> None:
    detail = {
        "tables": [layer.name for layer in layers],
        "rows": [len(layer) for layer in layers],
        "format": asked.format.code,
        "crs": asked.system.code,
        "filtered": asked.query is not None,
    }
    subject = f"export:{number}" if number else "export"
    with services().store.write() as conn:
        audit.append(conn, TAG, g.account.username, subject, detail)
