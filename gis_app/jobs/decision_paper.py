"""The decision paper of a draft as a job: reads the draft at the version asked for, and leaves one PDF."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from gis_app.errors import Unavailable
from gis_app.jobs.child import Job
from gis_app.paper.decision import build
from gis_app.paper.typeset_pdf import pdf
from gis_app.storage.engine import open_store
from gis_app.studio.decision import decision


def make(params: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """Make one paper; `params` are draft_id, version, day, language, review_number and attribution."""
    job.progress(0.02, "读取图层")
    store = open_store(job.database_url)
    try:
        day = date.fromisoformat(params["day"])
        material = decision(store, params["draft_id"], params["version"], day)
    finally:
        store.dispose()
    job.progress(0.4, "绘制地图")
    made = build(material, params["language"], params["review_number"], params["attribution"])
    if job.cancelled():
        raise Unavailable("cancelled", "已取消")
    job.progress(0.6, "生成文件")
    body = pdf(made)
    job.files.mkdir(parents=True, exist_ok=True)
    name = f"decision-{job.number}.pdf"
    draft = job.files / f"{name}.part"
    draft.write_bytes(body)
    draft.replace(job.files / name)
    return {"file": name, "bytes": len(body), "sha256": sha256(body).hexdigest(), "mark": made.mark}
