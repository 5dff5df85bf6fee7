"""Faults as the page lists them: by row, with the value, the place and the remedy; and counted by kind.

Remedies are said in the desk's words: what the command line calls an option is a choice on the page here.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from gis_app.desk import layer_fields
from gis_app.desk.folder import Folder
from gis_app.errors import Fault
from gis_app.exchange.limits import MOST_FAULTS
from gis_app.exchange.raw import RawTable

if TYPE_CHECKING:
    from gis_app.desk.checking import Checked

FAULTS, BY_ROW = "faults.json", "faults_by_row.json"
# code of a fault → what to do about it at the desk
REMEDIES = {
    "no_crs": "在“坐标系”中选择文件的坐标系，对照地图确认",
    "crs_assumed": "如为高德、百度坐标，在“坐标系”中改选 GCJ-02 或 BD-09",
    "crs_conflict": "在“坐标系”中改选文件自带的坐标系，或对照地图确认所选的坐标系",
    "crs_degrees": "在“坐标系”中改选 EPSG:4490（或 EPSG:4326）",
    "crs_metres": "在“坐标系”中改选投影坐标系",
    "crs_area": "在“坐标系”中改选另一个坐标系",
    "unknown_crs": "在“坐标系”中选择，或写 EPSG 编号，例如 EPSG:4490、EPSG:4547",
    "crs_not_china": "境外数据请在“坐标系”中选择 EPSG:4326",
    "suspected_offset": "对照地图，若确有偏移，在“坐标系”中改选后重新检查",
    "suspected_no_offset": "对照地图，若本无偏移，在“坐标系”中改选 EPSG:4490 后重新检查",
    "swapped_axes": "在“坐标系”中改选坐标轴颠倒的一项，或按“经度，纬度”的次序给出坐标",
    "existing_code": "方式改为“按编码更新”，或改用新的编码",
    "overlap": "修正边界，或采用下方列出的修复",
    "overlap_sliver": "如有需要，采用下方列出的修复",
    "overlaps_many": "如有需要，采用下方列出的修复",
    "no_coordinates": "在“列的对应”中指定经度、纬度（或东坐标、北坐标）两列",
    "another_county": "检查坐标系；若是另一个县的数据，请管理员另建一套数据",
    "osm_other_layer": "图层改选“路网”",
    "two_layers": "在“表”中选择其中一个图层",
    "store_moved": "重新检查一次",
}


def worded(found: Fault) -> Fault:
    """Return a fault with the remedy in the desk's words."""
    remedy = REMEDIES.get(found.message_code, found.remedy)
    return Fault(found.row, found.field, found.message_code, found.message, remedy, found.severity)


def told_faults(found: Checked, layer: str, table: RawTable, folder: Folder) -> dict[str, Any]:
    """Keep every fault as the page lists it and return the counts: errors, warnings, by kind."""
    ordered = sorted(
        dict.fromkeys(map(worded, found.faults)),
        key=lambda one: (not one.is_error, one.row or 0, one.field, one.message_code),
    )
    at = {row: position for position, row in reversed(list(enumerate(table.rows)))}
    folder.write_json(FAULTS, [_item(one, layer, found, table, at) for one in ordered[:MOST_FAULTS]])
    by_row = Counter(one.row for one in ordered if one.row is not None)
    folder.write_json(BY_ROW, {str(row): count for row, count in by_row.items()})
    counts = Counter(one.message_code for one in ordered)
    first = {one.message_code: one for one in reversed(ordered)}
    return {
        "errors": sum(one.is_error for one in ordered),
        "warnings": sum(not one.is_error for one in ordered),
        "faults_by": [
            {
                "code": code,
                "message": one.message,
                "remedy": one.remedy,
                "severity": one.severity,
                "count": counts[code],
            }
            for code, one in sorted(first.items(), key=lambda pair: (not pair[1].is_error, -counts[pair[0]]))
        ],
    }


def _item(one: Fault, layer: str, found: Checked, table: RawTable, at: dict[int, int]) -> dict[str, Any]:
    column = found.columns.get(one.field, one.field)
    position = at.get(one.row)
    value = table.columns[column][position] if column in table.columns and position is not None else None
    lon, lat = found.places.get(one.row, (None, None))
    return {
        "row": one.row,
        "field": one.field,
        "field_label": layer_fields.label(layer, one.field),
        "value": "" if value is None else str(value)[:120],
        "code": one.message_code,
        "message": one.message,
        "remedy": one.remedy,
        "severity": one.severity,
        "lon": lon,
        "lat": lat,
    }


def plain_item(one: Fault) -> dict[str, Any]:
    """Return a fault of a file that could not be read, as the page lists it."""
    one = worded(one)
    return {
        "row": one.row,
        "field": one.field,
        "field_label": layer_fields.label("", one.field),
        "value": "",
        "code": one.message_code,
        "message": one.message,
        "remedy": one.remedy,
        "severity": one.severity,
        "lon": None,
        "lat": None,
    }


def fault_of(item: dict[str, Any]) -> Fault:
    """Return a listed fault as a Fault."""
    return Fault(item["row"], item["field"], item["code"], item["message"], item["remedy"], item["severity"])
