"""A wall map as a job: reads the county's shapes, draws what was ordered, and leaves one file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gis_app.errors import Conflict
from gis_app.jobs.child import Job
from gis_app.layers.atlas import Atlas
from gis_app.paper.county import Order, sheet_of
from gis_app.paper.wall_map import made
from gis_app.storage.engine import open_store
from gis_app.storage.layers import read_layers
from gis_app.storage.revision import revision

CHANGED = "提交后县的图层已更新，图上的数字与新的边界不再相符；请重新生成"


def make(params: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """Make the file of an order; `params` are order, revision, format, dpi and created.

    Raises Conflict where the county's layers are not those that the figures were worked out on.
    """
    job.progress(0.02, "读取图层")
    store = open_store(job.database_url)
    with store.read() as conn:
        if revision(conn) != params["revision"]:
            raise Conflict("county_changed", CHANGED)
        atlas = Atlas.build(read_layers(conn), params["revision"])
    store.dispose()
    job.progress(0.2, "绘制地图")
    sheet = sheet_of(Order.of(params["order"]), atlas)
    job.progress(0.4, "生成文件")
    body = made(sheet, params["format"], datetime.fromisoformat(params["created"]), params["dpi"])
    job.files.mkdir(parents=True, exist_ok=True)
    name = f"wall-map-{job.number}.{params['format']}"
    (job.files / name).write_bytes(body)
    return {"file": name, "bytes": len(body)}
