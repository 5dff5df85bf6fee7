"""An export as a job: takes the layers that were kept for it, writes them, and leaves one file.

Which rows these are was settled, under the permissions of whoever asked, before the job was given.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyproj

from gis_app.errors import NotFound
from gis_app.exchange.writers import spool
from gis_app.exchange.writers.systems import system_of
from gis_app.exchange.writers.write import write
from gis_app.jobs.child import Job


def make(params: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """Write what waits in the file `spool`; `params` are format, system, metric (WKT) and spool.

    Raises NotFound where the kept layers have gone, and whatever `write` refuses.
    """
    kept = job.files / Path(params["spool"]).name
    if not kept.is_file():
        raise NotFound("no_spool", "要导出的数据已不在，请重新提交")
    try:
        job.progress(0.1, "读取图层")
        layers, about = spool.read(kept)
        job.progress(0.3, "生成文件")
        with tempfile.TemporaryDirectory(prefix="export-", dir=job.files) as folder:
            system = system_of(params["system"], pyproj.CRS.from_wkt(params["metric"]))
            made = write(layers, params["format"], system, about, Path(folder))
            name = f"export-{job.number}{made.suffix}"
            shutil.move(made, job.files / name)
    finally:
        kept.unlink(missing_ok=True)
    return {"file": name, "bytes": (job.files / name).stat().st_size}
