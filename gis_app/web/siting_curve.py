"""What each further station brings, as points to draw and lines to read: a small curve for k = 0 to 10."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from gis_app.web.siting_words import percent, plain

WIDTH, HEIGHT = 560, 220
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 16, 32
STEPS = (1, 2, 2.5, 5, 10)


def curve(result: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the curve of a finished gain job as marks in a box of WIDTH × HEIGHT, None without any."""
    rows = [row for row in (result or {}).get("curve", []) if row["objective"] is not None]
    if not rows:
        return None
    values = [_value(result["model"], row) for row in rows]
    low, high, step = _scale(values)
    last = max(row["k"] for row in rows) or 1

    def across(k: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * k / last, 1)

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low), 1)

    points = [_point(row, value, across, up) for row, value in zip(rows, values, strict=True)]
    ticks = [low + step * number for number in range(round((high - low) / step) + 1)]
    return {
        "title": _title(result["model"]),
        "unit": _unit(result["model"]),
        "box": f"0 0 {WIDTH} {HEIGHT}",
        "right": WIDTH - RIGHT,
        "left": LEFT,
        "base": HEIGHT - BOTTOM,
        "points": points,
        "line": " ".join(f"{point['x']},{point['y']}" for point in points),
        "ticks": [{"y": up(tick), "words": plain(tick, 1)} for tick in ticks],
        "proven": all(point["proven"] for point in points),
    }


def lines(result: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the curve as lines of a table, each with what the last station added and its worth."""
    if not result:
        return []
    names = {place["code"]: place["name"] or place["code"] for place in result["places"]}
    rows = []
    for row in result["curve"]:
        value = None if row["objective"] is None else _value(result["model"], row)
        gain = None if row["gain"] is None else _scaled(result["model"], row["gain"])
        rows.append(
            {
                "k": row["k"],
                "value": plain(value, 1),
                "gain": plain(gain, 1),
                "proven": row["status"] == "proven",
                "worth": _worth(row),
                "places": "、".join(names.get(code, code) for code in row["chosen"]),
            }
        )
    return rows


def _worth(row: dict[str, Any]) -> str:
    if row["status"] == "proven":
        return _("已证明最优")
    if row["objective"] is None:
        return _("没有可行方案") if row["status"] == "infeasible" else _("没有找到方案")
    return _("未证明最优，差距 %(gap)s", gap=percent(row["gap"]))


def _point(row: dict[str, Any], value: float, across, up) -> dict[str, Any]:
    words = _("%(k)s 个：%(n)s", k=row["k"], n=plain(value, 1))
    proven = row["status"] == "proven"
    return {"k": row["k"], "x": across(row["k"]), "y": up(value), "words": words, "proven": proven}


def _scaled(model: str, value: float) -> float:
    return value if model == "mclp" else value / 10_000


def _value(model: str, row: dict[str, Any]) -> float:
    return _scaled(model, row["objective"])


def _title(model: str) -> str:
    return _("覆盖户数") if model == "mclp" else _("总步行距离")


def _unit(model: str) -> str:
    return _("户") if model == "mclp" else _("万户·米")


def _scale(values: list[float]) -> tuple[float, float, float]:
    """Return the ends of an axis and its step: round numbers, three to six of them, around all values."""
    low, high = min(values), max(values)
    if high - low < 1e-9:
        low, high = low - 1, high + 1
    rough = (high - low) / 4
    power = 10.0 ** int(f"{rough:e}".split("e")[1])
    step = next(one * power for one in STEPS if one * power >= rough - 1e-12)
    bottom = step * (low // step)
    top = bottom + step * -(-(high - bottom) // step)
    return bottom, top, step
