"""What a command may name: areas and organisations of the store, and texts that can be written.

Where a county has loaded no areas or no organisations yet, any well-formed code of them is taken, so that
accounts may be made before there is a map. Whether a code is well-formed is decided where it is used.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from gis_app.errors import BadInput

if TYPE_CHECKING:
    from gis_app.storage.engine import Store


def check_scope(store: Store, scope: str) -> None:
    """Raise BadInput for the code of an area that is not among those of the store."""
    if is_area(store, scope) is False:
        reason = f"没有编码为 {scope} 的区域；应为已导入的县、街道、社区或网格的编码，不写为全县"
        raise BadInput("bad_scope", reason, {"scope": reason})


def is_area(store: Store, code: str) -> bool | None:
    """Tell whether an area is in the layer of its level, or, where that was never imported, in one below.

    None where nothing of this is loaded, and for what is no area code.
    """
    from gis_app.layers import codes, schema
    from gis_app.storage.layers import read_layer

    level = codes.level_of(code)
    below = codes.LEVELS[codes.LEVELS.index(level) :] if level else ()
    with store.read() as conn:
        for name in map(codes.LAYER_OF_LEVEL.get, below):
            present = read_layer(conn, name)[schema.code_column(name)]
            if len(present):
                return bool(present.str[: len(code)].eq(code).any())
    return None


def check_organisation(store: Store, organisation: str) -> None:
    """Raise BadInput for the code of an organisation that is not among those of the store."""
    from gis_app.storage.assignments import read_table

    code = organisation.strip()
    if not code:
        return
    with store.read() as conn:
        present = read_table(conn, "organisations")["organisation_code"]
    if len(present) and not present.eq(code).any():
        known = "、".join(sorted(present)[:10]) + ("……" if len(present) > 10 else "")
        shown = "".join(c if c.isprintable() else "?" for c in code[:32])
        reason = f"没有编码为 {shown} 的单位；已有 {known}"
        raise BadInput("bad_organisation", reason, {"organisation": reason})


def check_text(name: str, given: str | Path | None) -> None:
    """Raise BadInput for what cannot be kept or told: bytes that are not UTF-8, or a control character."""
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in str(given or "")):
        reason = f"{name} 含控制字符或不是 UTF-8 的字节；请换一个名称"
        raise BadInput("bad_text", reason, {name: reason})
