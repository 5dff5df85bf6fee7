"""The import desk: a file is received, read, understood, checked, taken in, and can be taken back.

Rules and flow; no Flask, no SQL. `flow` is what pages call, `work` what the background does, `guessing` and
`repairs` the pure rules, `tables` and `workbook` what posts and incidents need. The CLI's import goes through
the same steps of `exchange.importing`.

An import is a row of the table `imports` and a folder `imports/<id>/` of the instance folder. Its states:

    reading → choosing → checking → checked → taking_in → taken_in → undoing → undone
    failed (could not be read)   cancelled (while reading)   discarded (its files are gone)

`reading`, `checking`, `taking_in` and `undoing` are jobs (`import_read`, `import_check`, …). A job that
is killed, cancelled or fails leaves the import where it was before it: `checking` → `choosing`, `taking_in` →
`checked`, `undoing` → `taken_in`; `error` says why. Every change of state or of choices raises `version`; who
acts says which version he saw, and two tabs never take in something that only one has seen (Stale).

Functions (`person` is a `people.sessions.SignedIn`; each raises NotFound for an import of somebody else,
which only an administrator sees, and Conflict with a reason where `can` does not name it):

    receive(store, settings, person, filename, stream, length=None) -> id    TooLarge, Rejected, Unavailable
    state(store, settings, person, import_id) -> dict
    faults(store, settings, person, import_id, page=1, page_size=50, severity=None) -> dict
    fault_rows(store, settings, person, import_id) -> (DataFrame of the rows as they came, index = row label,
        columns = the file's names; list[Fault]; {field: column of the file})     for workbook.fault_list
    shapes(store, settings, person, import_id, table=None, crs=None, columns=None) -> Shapes(etag, body)
    repair_picture(store, settings, person, import_id, key, at=0) -> dict
    choose(store, settings, person, import_id, choices, version) -> state     starts the check
    take_in(store, settings, person, import_id, version) -> state
    undo(store, settings, person, import_id, version) -> state
    cancel(store, settings, person, import_id) -> state
    discard(store, settings, person, import_id) -> None
    read_again(store, settings, person, import_id) -> state                   after a failed reading
    latest(store, settings, person, page=1, page_size=20) -> {"items": [state in short], "total": 3}
    catalogue() -> dict                                                      what may be chosen, see below

catalogue():

    {"layers": [{"name": "grids", "title": "网格", "geometry": "polygon",
                 "modes": ["replace", "add", "update"], "mode": "replace",
                 "fields": [{"name": "grid_code", "title": "网格编码", "required": false, "words": []}, …]},
                …, {"name": "posts", …, "geometry": "none"}, {"name": "incidents", …}],
     "systems": [{"code": "EPSG:4490", "title": "CGCS2000 经纬度"}, {"code": "GCJ-02", "title": …}, …]}

`fields` of a layer are its columns and what helps to make them; a table without shapes has lon, lat
(degrees), x, y (metres) and pair ("114.4,34.5") besides. A code of a system may end in
"/yx": the axes are swapped.

state():

    {"id": "3f2c9a1e5b7d4c60", "state": "checked", "version": 5, "file": "通许网格.zip", "size": 48213,
     "sha256": "9f…", "actor": "planner", "created_at": "2026-11-22T21:40:00+08:00",
     "changed_at": "…", "taken_in_at": null, "undone_at": null, "expires_at": "2026-12-22T21:40:00+08:00",
     "progress": {"share": 0.4, "words": "检查图形"} or null, "job": 17 or null,
     "error": {"code": "store_moved", "message": "…", "fields": {}} or null,
     "read": {"tables": [{"name": "grids", "rows": 89, "geometry": "polygon", "crs": "EPSG:4547" or null,
                          "columns": [{"name": "网格名称", "kind": "text", "sample": ["东关一", "…"]}]}],
              "encoding": "GB18030" or null, "format": "Shapefile", "notes": ["文字疑似乱码…"],
              "faults": [fault of a table that could not be read]} or null,
     "guess": {"table": 0, "layer": "grids", "mode": "replace",
               "columns": {"grid_code": {"column": null, "why": "没有像编码的列，编码将自动生成"},
                           "name": {"column": "网格名称", "why": "列名相同"}},
               "crs": {"code": "EPSG:4547", "why": "文件自带", "candidates": [
                   {"code": "EPSG:4547", "label": "CGCS2000 / 3° 114E", "why": "文件自带", "share": 1.0}]},
               "why": "…", "layers": [{"layer", "label", "why", "share"}], "notes": ["…"]},
     "choices": {"table": 0, "layer": "grids", "mode": "replace",
                 "columns": {"grid_code": null, "name": "网格名称"}, "crs": "EPSG:4547",
                 "repairs": ["close_ring:3"]},
     "findings": {"rows": 89, "inserted": 2, "updated": 7, "removed": 0, "unchanged": 80,
                  "errors": 1, "warnings": 2, "crs": "EPSG:4547", "revision": 12,
                  "faults_by": [{"code": "overlap", "message": "与第 4 行重叠", "remedy": "修正边界…",
                                 "severity": "error", "count": 1}],
                  "repairs": [{"key": "snap:3-4", "kind": "snap", "title": "…", "rows": [3, 4],
                               "area_m2": 3.2, "offered": true, "taken": false}]} or null,
     "preview": {"columns": [{"name": "grid_code", "title": "网格编码"}],
                 "rows": [{"row": 1, "values": ["410222001001001"], "change": "updated"}]} or null,
     "undo": {"possible": false, "why": "之后图层又有更改，不能撤销"} or null,
     "can": ["choose", "check", "take_in", "undo", "cancel", "discard", "read_again"]}

`table` is the position in `read.tables`. `choices.crs` null means the file's own. In `choices.columns` a
field that is left out is taken from the guess, null takes none. "check" in `can` means `choose` with the same
choices again. `faults_by[].message` is that of the first such fault.

faults():

    {"items": [{"row": 3, "field": "geometry", "field_label": "几何图形", "value": "",
                "code": "invalid_shape", "message": "…", "remedy": "…", "severity": "error",
                "lon": 114.46, "lat": 34.47}], "total": 3}

`row` is the number a person sees in the file, null for the file as a whole; `lon`, `lat` are null where no
place is known.

shapes.body: GeoJSON bytes {"type": "FeatureCollection", "total": 89, "shown": 89, "features": [{"type":
"Feature", "geometry": …, "properties": {"row": 3, "faults": 1}}]}: at most 20,000, simplified beyond.

repair_picture():

    {"before": FeatureCollection, "after": FeatureCollection, "words": "第 3 行与第 4 行之间的缝隙已合拢",
     "metres_per_degree": [92034.1, 111320.0], "places": 4, "at": 0}

Features of both have the properties {"row", "role": "area" or "place"}; `at` says which of the
`places` this is.
"""

from gis_app.desk.flow import (
    cancel,
    choose,
    discard,
    fault_rows,
    faults,
    latest,
    read_again,
    repair_picture,
    shapes,
    state,
    take_in,
    undo,
)
from gis_app.desk.layer_fields import catalogue
from gis_app.desk.receiving import receive

__all__ = [
    "cancel", "catalogue", "choose", "discard", "fault_rows", "faults", "latest", "read_again", "receive",
    "repair_picture", "shapes", "state", "take_in", "undo",
]  # fmt: skip
