"""Typesetting: the one door to typst, which runs in a child process with little time, memory and no network.

The same source, files and date give the same bytes. No text of a person belongs in the source: it goes into
a file (`json("…")`) or into a drawing, where nothing in it can be read as a command.
"""

from __future__ import annotations

import json
import os
import signal
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from gis_app.errors import BadInput, Unavailable
from gis_app.exchange.confined import run_confined

FONT = "Noto Sans CJK SC"
FORMATS = ("pdf", "png", "svg")
SECONDS = 120
MEMORY_BYTES = 4 << 30
ORDER, RESULT, FAULT, ROOT = "order.json", "result", "fault.json", "root"
FAULTS = {
    "no_chinese_font": "服务器缺少中文字体，不能生成文件",
    "typesetting_failed": "排版失败，未生成文件；请管理员查看服务日志",
    "typesetting_slow": "排版超过时间上限，已停止；请缩小纸张或范围后重试",
}
FONT_REMEDY = f"apt-get install fonts-noto-cjk（{FONT}）"


def compile(
    source: str,
    files: Mapping[str, bytes],
    format: Literal["pdf", "png", "svg"],
    created: datetime,
    *,
    dpi: float = 150.0,
    seconds: float = SECONDS,
    font: str = FONT,
) -> bytes:
    """Typeset a document and return its bytes.

    `files` are what the source may read, by plain name. `created` (aware) is the date that the document
    bears. `dpi` is for png; png and svg hold one page only. Raises BadInput for a wrong format or name, and
    Unavailable with code no_chinese_font, typesetting_failed or typesetting_slow.
    """
    _check(files, format, created)
    with tempfile.TemporaryDirectory(prefix="gis-paper-") as name:
        folder = Path(name)
        root = folder / ROOT
        root.mkdir()
        for file, content in files.items():
            (root / file).write_bytes(content)
        order = {
            "source": source,
            "format": format,
            "dpi": dpi,
            "timestamp": int(created.timestamp()),
            "font": font,
            "seconds": int(seconds) + 1,
            "memory_bytes": MEMORY_BYTES,
        }
        (folder / ORDER).write_text(json.dumps(order), encoding="utf-8")
        _run(folder, seconds)
        return (folder / RESULT).read_bytes()


def _check(files: Mapping[str, bytes], format: str, created: datetime) -> None:
    if format not in FORMATS:
        raise BadInput("bad_format", "没有这种文件格式", {"format": " ".join(FORMATS)})
    if created.tzinfo is None:
        raise BadInput("naive_time", "日期缺少时区", {"created": "带时区的时间"})
    for name in files:
        if Path(name).name != name or not name:
            raise BadInput("bad_file_name", "文件名只能是单独的名字", {"files": name})


def _run(folder: Path, seconds: float) -> None:
    """Run the child until it ends; raise what it says is wrong."""
    try:
        code = run_confined("gis_app.paper.typst_child", [str(folder)], folder, seconds, _fonts(folder))
    except TimeoutError:
        raise _unavailable("typesetting_slow") from None
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise _unavailable("typesetting_slow")
    fault = folder / FAULT
    if fault.is_file():
        told = json.loads(fault.read_text(encoding="utf-8"))
        raise _unavailable(told["code"], told.get("words", ""))
    if not (folder / RESULT).is_file():
        raise _unavailable("typesetting_failed", f"{code}")


def _unavailable(code: str, words: str = "") -> Unavailable:
    fields = {"font": FONT_REMEDY} if code == "no_chinese_font" else {"typst": words} if words else {}
    return Unavailable(code, FAULTS[code], fields)


def _fonts(folder: Path) -> dict[str, str]:
    """Return what leads to the fonts in a user's own folder, which count too."""
    return {
        "HOME": os.path.expanduser("~"),
        "XDG_CACHE_HOME": str(folder),
        "XDG_DATA_HOME": os.environ.get("XDG_DATA_HOME", os.path.expanduser("~/.local/share")),
    }
