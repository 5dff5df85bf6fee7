"""Runs QGIS without a screen: each task in a process of the distribution's own Python, where QGIS lives.

QGIS comes with Debian (python3-qgis) and not with pip; the libraries of the two never meet in one process.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

PYTHON = Path("/usr/bin/python3")
TASKS = Path(__file__).with_name("qgis_tasks.py")
REMEDY = "QGIS is missing; type this once:  sudo apt-get install --yes --no-install-recommends python3-qgis"
SECONDS = 120


def qgis(task: str, folder: Path, **asked: Any) -> Any:
    """Return what a task of `qgis_tasks` tells; fails with what QGIS said, or with the command to install it.

    `folder` takes the profile that QGIS keeps, and must be the test's own.
    """
    home = folder / "qgis-home"
    home.mkdir(mode=0o700, exist_ok=True)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GDAL_", "PROJ_"))
    }
    environ = kept | {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "LANG": "C.UTF-8",
    }
    answer = home / "answer.json"
    answer.unlink(missing_ok=True)
    done = subprocess.run(
        [PYTHON, "-s", TASKS, task, answer],
        input=json.dumps(asked, default=str),
        env=environ,
        capture_output=True,
        text=True,
        errors="replace",  # GDAL cuts what it says between two bytes
        timeout=SECONDS,
        check=False,
    )
    said = done.stdout + done.stderr
    assert "No module named 'qgis'" not in said, REMEDY
    assert answer.is_file(), f"{task} ended with {done.returncode}:\n{said}"
    return json.loads(answer.read_text(encoding="utf-8"))
