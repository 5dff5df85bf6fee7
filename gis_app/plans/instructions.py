"""What an edit may say: one pydantic model per verb, and the reading of what a browser sent into one.

A malformed instruction is refused here with the field at fault; whether it can be carried out is decided by
the verb itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from gis_app.plans.refusals import refusal

MAX_BLOCKS = 200_000
MAX_VERTICES = 5_000
MAX_PARTS = 50
MAX_NAME = 40
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
LOCKABLE = ("grid", "community", "block", "border")


def _lonlat(point: tuple[float, float]) -> tuple[float, float]:
    lon, lat = point
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError("not a place on the earth")
    return point


def _plain(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control characters")
    return text


Code = Annotated[str, StringConstraints(min_length=1, max_length=80), AfterValidator(_plain)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_NAME), AfterValidator(_plain)]
Blocks = Annotated[list[Code], Field(min_length=1, max_length=MAX_BLOCKS)]
Point = Annotated[tuple[float, float], AfterValidator(_lonlat)]
Line = Annotated[list[Point], Field(min_length=2, max_length=MAX_VERTICES)]


class Instruction(BaseModel):
    """One edit; nothing but the declared fields, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Transfer(Instruction):
    """Give blocks to a grid, or to none."""

    blocks: Blocks
    to: Code | None


class NewGrid(Instruction):
    """Make a grid of blocks."""

    blocks: Blocks
    community: Code | None = None
    name: Name = ""


class SplitLine(Instruction):
    """Split a grid in two along a line."""

    grid: Code
    line: Line


class SplitParts(Instruction):
    """Split a grid into balanced, contiguous parts."""

    grid: Code
    parts: Annotated[int, Field(ge=2, le=MAX_PARTS)]


class Merge(Instruction):
    """Make one grid of neighbours."""

    grids: Annotated[list[Code], Field(min_length=2, max_length=100)]


class MoveBorder(Instruction):
    """Draw the border between two neighbours anew; `cut` also cuts the blocks that the line crosses."""

    grid: Code
    line: Line
    other: Code | None = None
    cut: bool = False


class CutBlock(Instruction):
    """Cut a block along a line."""

    block: Code
    line: Line


class Dissolve(Instruction):
    """Give a grid's blocks to its neighbours."""

    grid: Code


class Lock(Instruction):
    """Keep something from being changed; a border's key is its two grids, joined by "|"."""

    what: Literal["grid", "community", "block", "border"]
    key: Annotated[str, StringConstraints(min_length=1, max_length=161), AfterValidator(_plain)]


class Rename(Instruction):
    """Call a grid something else."""

    grid: Code
    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME),
        AfterValidator(_plain),
    ]


class MoveCommunity(Instruction):
    """Move a community's border: blocks go to another community."""

    blocks: Blocks
    to: Code


class Adopt(Instruction):
    """Take over a table block → grid, a proposal's for instance, whole or for some communities."""

    table: Annotated[dict[Code, Code | None], Field(min_length=1, max_length=MAX_BLOCKS)]
    communities: Annotated[list[Code], Field(min_length=1, max_length=10_000)] | None = None


class Fill(Instruction):
    """Give every block without a grid to a neighbour."""


REMEDIES = {
    "blocks": "先选择至少一个地块，再执行操作",
    "to": "选择目标网格或社区",
    "grid": "选择一个网格",
    "grids": "选择两个以上相邻的网格",
    "other": "选择一个相邻的网格",
    "line": f"用经纬度画一条 2 至 {MAX_VERTICES} 个点的线",
    "parts": f"2–{MAX_PARTS}",
    "block": "选择一个地块",
    "name": f"1–{MAX_NAME} 个字，不含控制字符",
    "what": " ".join(LOCKABLE),
    "key": "选择要锁定或解锁的对象",
    "table": "地块编码 → 网格编码，至少一行",
    "communities": "选择至少一个社区",
    "community": "选择一个社区",
    "cut": "true 或 false",
}


def read(model: type[Instruction], params: Mapping) -> Instruction:
    """Return the instruction, raise BadInput for the first field that is not as declared."""
    try:
        return model.model_validate(_listed(params))
    except ValidationError as found:
        first = found.errors(include_url=False, include_input=False, include_context=False)[0]
        field = str(first["loc"][0])[:40] if first["loc"] else "operation"
        if field == "line":
            raise _bad_line(first) from None
        if first["type"] == "extra_forbidden":
            raise refusal("bad_operation", "编辑指令含有不认识的内容", field, "删除该项") from None
        if field == "blocks" and first["type"] == "too_short":
            raise refusal("empty_selection", "没有选中任何地块", field, REMEDIES[field]) from None
        raise refusal("bad_operation", "编辑指令有误", field, REMEDIES.get(field, "改正该项")) from None


def _bad_line(first: dict) -> Exception:
    if first["type"] == "too_long":
        return refusal("line_too_long", "线的点数过多", "line", f"简化为不超过 {MAX_VERTICES} 个点的线")
    if first["type"] == "too_short" and len(first["loc"]) == 1:
        return refusal("line_too_short", "线至少要有两个点", "line", REMEDIES["line"])
    return refusal("bad_line", "线的坐标有误", "line", REMEDIES["line"])


def _listed(params: Mapping) -> dict:
    """Return the fields with points as tuples of floats, which strict reading wants."""
    fields = dict(params)
    line = fields.get("line")
    if isinstance(line, list | tuple) and len(line) <= MAX_VERTICES:
        fields["line"] = [_point(point) for point in line]
    for name in ("blocks", "grids", "communities"):
        if isinstance(fields.get(name), tuple):
            fields[name] = list(fields[name])
    return fields


def _point(point: object) -> object:
    if not isinstance(point, list | tuple) or len(point) != 2:
        return point
    return tuple(_number(value) for value in point)


def _number(value: object) -> object:
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1000
    return float(value) if whole else value
