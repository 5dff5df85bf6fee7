"""The command `gis-app export`: layers and tables as one file, with the writers and the rules of the page.

It sees the whole county; what no file may hold, mediation above all, is in none of its files either.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gis_app import clock
from gis_app.cli.group import Command, ready_store, settings_for
from gis_app.cli.known import check_text
from gis_app.cli.telling import as_json, dry_run, progress, tell
from gis_app.errors import BadInput, Conflict, Unavailable

if TYPE_CHECKING:
    import pandas as pd

    from gis_app.exchange.writers.model import Layer
    from gis_app.exchange.writers.systems import System
    from gis_app.storage.engine import Store
    from gis_app.web.current import Snapshot
    from gis_app.web.table_columns import Table
    from gis_app.web.tables import Query

FORMATS = ("gpkg", "geojson", "shp", "kml", "csv", "xlsx")
_SUFFIXES = {f".{one}": one for one in FORMATS} | {".json": "geojson"}
TAG = "exchange:layer:exported"


@dataclass(frozen=True)
class _Order:
    """What was asked for, checked."""

    tables: list[Table]
    format: str
    system: System
    words: bool
    query: Query | None


@click.command(cls=Command)
@click.argument("tables", nargs=-1)
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="格式；不写则按 --out 的后缀，也没有则为 gpkg。"
)
@click.option("--crs", default="EPSG:4490", show_default=True,
              help="EPSG:4490、EPSG:4326、本县的米制投影带（如 EPSG:4547）、GCJ-02、BD-09。")  # fmt: skip
@click.option("--values", type=click.Choice(["codes", "words"]),
              help="codes 代码和全部字段，words 屏幕上的文字；不写则 CSV、XLSX 用文字。")  # fmt: skip
@click.option(
    "--filter", "filter_", default="", help="一张表的筛选和排序，写法同表格页地址，如 q=驿站&sort=name。"
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False),
              help="写到哪个文件，后缀须与格式相符；不写则为当前文件夹中的 export-日期。")  # fmt: skip
@click.option("--force", is_flag=True, help="覆盖已有的文件。")
@dry_run
@as_json
def export(tables, format_, crs, values, filter_, out, force, dry_run, as_json) -> None:
    """导出图层和表格 TABLES 为一个文件；不写 TABLES 则为全县所有图层。

    TABLES：grids communities subdistricts county stations blocks buildings streets street_pieces gates water
    assignments organisations incidents。

    Shapefile 和 CSV 打成 .zip，附说明；矛盾纠纷等不公开位置的事件不在任何文件中。
    """
    from gis_app.web.current import Snapshots

    check_text("out", out)
    settings = settings_for(dry_run)
    store = ready_store(settings, dry_run)
    found = Snapshots(store).newest()
    order = _order(found, tables, format_ or _format_of(out), crs, values, filter_)
    suffix = _suffix(order, out)
    target = out or Path(f"export-{clock.now():%Y-%m-%d}{suffix}")
    _check_suffix(target, suffix, order.format)
    if target.exists() and not force:
        raise Conflict("file_exists", f"文件已存在：{target.name}；加 --force 覆盖")
    layers = [_layer(order, table, found, store) for table in order.tables]
    told: dict[str, Any] = {
        "tables": [{"name": one.name, "title": one.title, "rows": len(one)} for one in layers],
        "format": order.format,
        "crs": order.system.code,
        "revision": found.revision,
        "path": str(target),
        "warnings": list(order.system.warnings("zh")),
        "written": not dry_run,
    }
    lines = [f"{one.title}：{len(one):,} 行" for one in layers] + told["warnings"]
    if dry_run:
        tell(told, as_json, *lines, f"将写入：{target}", "未作改动")
        return
    told["bytes"] = _write(order, layers, found, settings, store, target)
    _record(store, told, bool(filter_))
    store.dispose()
    tell(told, as_json, *lines, f"{target}（{told['bytes']:,} 字节）")


def _order(found: Snapshot, names, format_: str, crs: str, values: str | None, filter_: str) -> _Order:
    from gis_app.exchange.writers.systems import system_of
    from gis_app.exchange.writers.write import check
    from gis_app.layers.schema import LAYERS
    from gis_app.web.exports_ask import filter_of
    from gis_app.web.table_columns import TABLES

    unknown = [name for name in names if name not in TABLES]
    if unknown:
        message = f"没有这些图层或表：{' '.join(unknown)}；可用 {' '.join(TABLES)}"
        raise BadInput("unknown_layer", message, {"tables": " ".join(TABLES)})
    chosen = list(dict.fromkeys(names)) or [name for name in LAYERS if len(found.atlas.layer(name))]
    system = system_of(crs, found.atlas.metric_crs)
    spreadsheet = check(format_, system).spreadsheet
    tables = [TABLES[name] for name in chosen]
    words = values == "words" if values else spreadsheet
    return _Order(tables, format_, system, words, filter_of(filter_, tables))


def _layer(order: _Order, table: Table, found: Snapshot, store: Store) -> Layer:
    from gis_app.web import tables
    from gis_app.web.exports_rows import layer_of, public

    rows = public(table, _frame(table, found, store), found.classes)
    if order.query is not None:
        rows = tables.select(table, rows, order.query, "zh")
    return layer_of(table, rows, "zh", order.words)


def _frame(table: Table, found: Snapshot, store: Store) -> pd.DataFrame:
    from gis_app.storage.incidents import read_incidents
    from gis_app.web.station_now import StationStatuses
    from gis_app.web.table_rows import stations_at

    if table.name == "incidents":
        with store.read() as conn:
            return table.frame(found, read_incidents(conn))
    frame = table.frame(found)
    return stations_at(frame, StationStatuses(store).now().unusual()) if table.name == "stations" else frame


def _suffix(order: _Order, out: Path | None) -> str:
    if _is_bare(order, out):
        return ".csv"
    zipped = order.format in ("shp", "csv") or (order.format == "geojson" and len(order.tables) > 1)
    return ".zip" if zipped else f".{order.format}"


def _is_bare(order: _Order, out: Path | None) -> bool:
    """Tell whether a single table is to be written as CSV alone, without the note that travels with it."""
    named = out is not None and out.suffix.lower() == ".csv"
    return named and order.format == "csv" and len(order.tables) == 1


def _bare(archive: Path) -> Path:
    """Take the one table out of an archive."""
    with zipfile.ZipFile(archive) as packed:
        (name,) = (one for one in packed.namelist() if one.endswith(".csv"))
        return Path(packed.extract(name, archive.parent))


def _format_of(out: Path | None) -> str:
    """Return the format that the name of a file asks for, GeoPackage where it asks for none."""
    suffix = out.suffix.lower() if out else ""
    return _SUFFIXES.get(suffix) or FORMATS[0]


def _check_suffix(target: Path, suffix: str, format_: str) -> None:
    """Raise BadInput for a file whose name tells of another kind than will be written."""
    told = target.suffix.lower()
    if told not in (*_SUFFIXES, ".zip") or _SUFFIXES.get(told, told) == _SUFFIXES.get(suffix, suffix):
        return
    why = f"{format_} 在这里打成压缩包" if suffix == ".zip" else f"将写成 {format_} 格式"
    reason = f"{why}，--out 的后缀应为 {suffix}：--format {format_} --out {target.stem}{suffix}"
    raise BadInput("wrong_suffix", reason, {"out": suffix})


def _write(order: _Order, layers: list[Layer], found: Snapshot, settings, store: Store, target: Path) -> int:
    """Write beside the target and put the file in its place when it is whole; return its size in bytes."""
    from gis_app.exchange.writers.write import write
    from gis_app.web.exports_about import about_of
    from gis_app.web.exports_rows import filter_words

    say = progress()
    say(0.1, "读取图层")
    filtered = filter_words(order.tables[0], order.query, "zh") if order.query else ""
    about = about_of(layers, order.system, found, settings, store, "zh", filtered)
    about = replace(about, name=target.stem)
    try:
        with tempfile.TemporaryDirectory(prefix=".gis-export-", dir=target.parent) as folder:
            say(0.3, "生成文件")
            made = write(layers, order.format, order.system, about, Path(folder))
            made = _bare(made) if _is_bare(order, target) else made
            size = made.stat().st_size
            os.replace(made, target)
    except OSError as error:
        raise Unavailable("cannot_write", f"不能写入 {target}：{error.strerror}") from None
    say(1.0, "完成")
    return size


def _record(store: Store, told: dict[str, Any], filtered: bool) -> None:
    from gis_app.storage import audit

    detail = {
        "tables": [one["name"] for one in told["tables"]],
        "rows": [one["rows"] for one in told["tables"]],
        "format": told["format"],
        "crs": told["crs"],
        "filtered": filtered,
    }
    with store.write() as conn:
        audit.append(conn, TAG, "gis-app export", "export", detail)
