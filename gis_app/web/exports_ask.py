"""What may be asked of an export: tables, format, coordinate system, words or codes, and a table's filter.

The filter is a query of that table's page as it stands in its address, so a file holds what the screen shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from gis_app.errors import BadInput
from gis_app.exchange.writers.systems import DEFAULT, System, systems
from gis_app.exchange.writers.write import FORMATS, GEODETIC, Format
from gis_app.layers.schema import LAYERS
from gis_app.web.current import Snapshot
from gis_app.web.layers import offered, query_of, table_of
from gis_app.web.params import Params
from gis_app.web.table_columns import TABLES, Table
from gis_app.web.tables import Query

CHOICES = ("format", "crs", "values", "filter")
NAMES = ("tables", *CHOICES)
VALUES = ("codes", "words")
LONG_FILTER, PAGING = 2_000, ("page", "v")


@dataclass(frozen=True)
class Asked:
    """One question: which tables, written how, and the filter of the only one."""

    tables: tuple[Table, ...]
    format: Format
    system: System
    words: bool
    query: Query | None = None


def asked_of(form: MultiDict[str, str], found: Snapshot) -> Asked:
    """Return what is asked; raises BadInput naming the field, Forbidden for a table not for this role."""
    names = list(dict.fromkeys(form.getlist("tables")))
    params = Params(*NAMES, values=MultiDict([(key, form[key]) for key in form if key != "tables"]))
    chosen = _tables(names, found)
    code = params.choice("format", FORMATS, "gpkg")
    known = systems(found.atlas.metric_crs)
    system = known[params.choice("crs", known, DEFAULT)]
    if code == "kml" and system.code not in GEODETIC:
        raise bad("crs", _("KML 只能用经纬度（EPSG:4490 或 EPSG:4326）"))
    values = params.choice("values", VALUES, "words" if FORMATS[code].spreadsheet else "codes")
    query = filter_of(params.text("filter", LONG_FILTER), chosen)
    return Asked(chosen, FORMATS[code], system, values == "words", query)


def whole_county(found: Snapshot) -> list[str]:
    """Return the names of the geographic layers that hold anything."""
    return [table.name for table in offered(found) if table.name in LAYERS]


def bad(name: str, reason: str) -> BadInput:
    """Return the refusal of a parameter."""
    message = _("参数 %(name)s 不正确：%(reason)s", name=name, reason=reason)
    return BadInput("bad_parameter", message, {name: reason})


def _tables(names: Sequence[str], found: Snapshot) -> tuple[Table, ...]:
    if not names:
        raise bad("tables", _("至少选择一项"))
    for name in names:
        if name not in TABLES:
            raise bad("tables", _("可用的值：%(values)s", values="、".join(TABLES)))
    return tuple(table_of(name) for name in names)


def filter_of(text: str, chosen: Sequence[Table]) -> Query | None:
    """Return the filter that stands in a table page's address, None for none; raises BadInput."""
    if not text:
        return None
    if len(chosen) != 1:
        raise bad("filter", _("有筛选时只能导出这一张表"))
    try:
        pairs = parse_qsl(text, strict_parsing=True, keep_blank_values=True, max_num_fields=40)
    except ValueError:
        raise bad("filter", _("应为表格页地址中的筛选条件")) from None
    return query_of(chosen[0], MultiDict([pair for pair in pairs if pair[0] not in PAGING]))
