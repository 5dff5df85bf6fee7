"""The process that typesets one document: it limits itself, compiles, writes one result, and ends.

Started as `python -m gis_app.paper.typst_child FOLDER`. Whatever happens in here, the parent sees a result, a
fault in words, or the lack of both.
"""

from __future__ import annotations

import ctypes
import json
import resource
import sys
from pathlib import Path

ORDER, RESULT, FAULT, ROOT = "order.json", "result", "fault.json", "root"
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def main() -> int:
    """Read the order, compile, and write what came of it."""
    folder = Path(sys.argv[1])
    order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
    confine(order)
    import typst

    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)
    if order["font"] not in fonts.families():
        return _fault(folder, "no_chinese_font")
    try:
        made = typst.compile(
            order["source"].encode(),
            root=str(folder / ROOT),
            font_paths=fonts,
            format=order["format"],
            ppi=order["dpi"],
            timestamp=order["timestamp"],
            package_path=str(folder / "packages"),
            package_cache_path=str(folder / "packages"),
        )
    except typst.TypstError as error:
        return _fault(folder, "typesetting_failed", error.message[:200])
    if not isinstance(made, bytes):
        return _fault(folder, "typesetting_failed", "png, svg: 1 page")
    (folder / RESULT).write_bytes(made)
    return 0


def confine(order: dict) -> None:
    """Set hard limits on memory and time, and leave the network where that is allowed."""
    for what, most in (
        (resource.RLIMIT_AS, order["memory_bytes"]),
        (resource.RLIMIT_CPU, order["seconds"]),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    if sys.platform == "linux":
        unshare = getattr(ctypes.CDLL(None), "unshare", None)
        if unshare and unshare(_NEW_NETWORK) != 0:
            unshare(_NEW_USER | _NEW_NETWORK)


def _fault(folder: Path, code: str, words: str = "") -> int:
    text = json.dumps({"code": code, "words": words}, ensure_ascii=False)
    (folder / FAULT).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
