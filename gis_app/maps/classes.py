"""Classes for a choropleth and the legend that goes with them.

Natural breaks by mapclassify, rounded to numbers a person can read. "No data" and "none" are classes of their
own, so that a missing number and a zero can never look the same. Drawing happens in the browser, not here.
"""

import threading
import warnings
from collections.abc import Sequence
from itertools import pairwise

import mapclassify
import numpy as np

NO_DATA_LABEL = "无数据"
NONE_LABEL = "无"
NO_DATA_COLOUR = "#9AA5B1"
NONE_COLOUR = "#FFFFFF"

# ColorBrewer, five classes: sequential, and diverging around a norm.
PALETTES: dict[str, tuple[str, ...]] = {
    "YlGnBu": ("#FFFFCC", "#A1DAB4", "#41B6C4", "#2C7FB8", "#253494"),
    "YlOrBr": ("#FFFFD4", "#FED98E", "#FE9929", "#D95F0E", "#993404"),
    "PuOr": ("#E66101", "#FDB863", "#F7F7F7", "#B2ABD2", "#5E3C99"),
}
DIVERGING = frozenset({"PuOr"})

# Fisher–Jenks costs n²; beyond this many distinct values their quantiles give the same rounded breaks.
MAX_DISTINCT = 160

# Rounding a break may move this share of the values into the next class.
MOST_MOVED = 0.1

_steps = (5.0, 2.5, 2.0, 1.0)
_warnings_lock = threading.Lock()


def classify(
    values: Sequence[float], k: int = 5, unit: str = "", palette: str = "YlGnBu", centre: float = 0.0
) -> list[dict]:
    """Divide values into at most k readable classes.

    Returns a list of ``{kind, lower, upper, label, colour, count}`` in drawing order. ``kind`` is "range"
    (lower < v ≤ upper; the first range also holds its lower bound), "none" (exactly zero) or "no_data" (NaN).
    A diverging palette has no "none" class: its middle is ``centre``. ``unit`` "%" keeps bounds within 0 to
    100. Every value falls in exactly one class, so the counts add up to ``len(values)``.
    """
    numbers = _as_floats(values)
    known = numbers[np.isfinite(numbers)]
    k = min(k, len(PALETTES[palette]))
    missing = known.size < numbers.size
    classes: list[dict] = []
    diverging = palette in DIVERGING
    if not diverging and (known == 0).any():
        classes.append(_special("none", NONE_LABEL, NONE_COLOUR, 0.0))
        known = known[known != 0]
    if known.size:
        edges = _diverging_edges(known, k, centre) if diverging else _edges(known, k)
        if unit == "%" and not diverging and known.min() >= 0 and known.max() <= 100:
            edges = [min(max(edge, 0.0), 100.0) for edge in edges]
        whole = unit != "%" and _whole(known)
        classes += _ranges(edges, _colours(palette, len(edges) - 1), known, whole)
    if missing:
        classes.append(_special("no_data", NO_DATA_LABEL, NO_DATA_COLOUR, None))
    members = assign(numbers, classes)
    for index, one in enumerate(classes):
        one["count"] = int((members == index).sum())
    return classes


def assign(values: Sequence[float], classes: list[dict]) -> np.ndarray:
    """Give each value the index of its class.

    Returns an int array as long as ``values``; -1 only for a value outside classes made from other values.
    """
    numbers = _finite_or_nan(_as_floats(values))
    members = np.full(numbers.size, -1, dtype=int)
    first = True
    for index, one in enumerate(classes):
        if one["kind"] == "no_data":
            hit = np.isnan(numbers)
        elif one["kind"] == "none":
            hit = numbers == 0
        else:
            above = numbers >= one["lower"] if first else numbers > one["lower"]
            hit = above & (numbers <= one["upper"])
            first = False
        members[hit & (members < 0)] = index
    return members


def categories(labels: Sequence[str], colours: Sequence[str], counts: Sequence[int]) -> list[dict]:
    """Make legend classes for named categories, in the order given."""
    return [
        {**_special("category", label, colour, None), "count": int(count)}
        for label, colour, count in zip(labels, colours, counts, strict=True)
    ]


def legend(title: str, classes: list[dict], unit: str = "", date: str = "", rule: str = "") -> dict:
    """Wrap classes as the legend every overlay carries."""
    return {"title": title, "unit": unit, "classes": classes, "date": date, "rule": rule}


def format_number(value: float) -> str:
    """Write a class bound: thousands separated, no needless zeros."""
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.4f}".rstrip("0").rstrip(".") if abs(value) >= 0.001 else f"{value:.3g}"


def _as_floats(values: Sequence[float]) -> np.ndarray:
    if isinstance(values, list):
        values = [np.nan if value is None else value for value in values]
    return np.asarray(values, dtype=float)


def _finite_or_nan(numbers: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _special(kind: str, label: str, colour: str, bound: float | None) -> dict:
    return {"kind": kind, "lower": bound, "upper": bound, "label": label, "colour": colour, "count": 0}


def _edges(known: np.ndarray, k: int) -> list[float]:
    """Outer bounds and inner breaks, rounded, strictly rising; at least two numbers."""
    low, high = float(known.min()), float(known.max())
    if low == high:
        return [low, high]
    distinct = np.unique(known)
    if distinct.size <= k:
        if _whole(distinct):
            return [low - 1, *map(float, distinct)]
        return _outward(_rounded((distinct[:-1] + distinct[1:]) / 2, known), low, high)
    return _outward(_rounded(_natural_breaks(known, distinct, k), known), low, high)


def _natural_breaks(known: np.ndarray, distinct: np.ndarray, k: int) -> np.ndarray:
    if distinct.size > MAX_DISTINCT:
        sample = np.unique(np.quantile(known, np.linspace(0, 1, MAX_DISTINCT)))
        distinct = sample if sample.size > k else distinct[:: -(-distinct.size // MAX_DISTINCT)]
        known = distinct
    elif known.size > MAX_DISTINCT:
        known = distinct
    with _warnings_lock, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Numba not installed")
        bins = mapclassify.FisherJenks(known, k=min(k, distinct.size)).bins
    return np.unique(np.asarray(bins, dtype=float))[:-1]


def _rounded(breaks: np.ndarray, known: np.ndarray) -> list[float]:
    """Round breaks with the coarsest step that empties no class and moves few values into another."""
    low, high = float(known.min()), float(known.max())
    before = np.searchsorted(breaks, known)
    power = int(np.floor(np.log10(high - low)))
    for exponent in range(power, power - 12, -1):
        for lead in _steps:
            step = lead * 10.0**exponent
            rounded = np.round(np.round(breaks / step) * step, 12)
            after = np.searchsorted(rounded, known)
            filled = np.bincount(after, minlength=breaks.size + 1).all()
            if (np.diff(rounded) > 0).all() and filled and (before != after).mean() <= MOST_MOVED:
                return [float(b) for b in rounded]
    return _increasing(breaks, low, high)


def _increasing(breaks: np.ndarray, low: float, high: float) -> list[float]:
    return sorted({float(b) for b in breaks if low <= b < high})


def _outward(breaks: list[float], low: float, high: float) -> list[float]:
    """Add the outer bounds, rounded away from the data so that no value is left outside."""
    gap = (high - low) / max(len(breaks) + 1, 2)
    step = 10.0 ** np.floor(np.log10(gap)) if gap > 0 else 1.0
    lower = float(np.round(np.floor(low / step) * step, 12))
    upper = float(np.round(np.ceil(high / step) * step, 12))
    if low > 0 >= lower:
        lower = 0.0
    lower = lower if lower <= low and (not breaks or lower < breaks[0]) else low
    upper = upper if upper >= high and (not breaks or upper > breaks[-1]) else high
    return [lower, *[b for b in breaks if b > lower], upper]


def _diverging_edges(known: np.ndarray, k: int, centre: float) -> list[float]:
    """Edges that lie symmetrically around the norm, an odd number of classes."""
    distance = np.abs(known - centre)
    reach = float(distance.max())
    if reach == 0:
        return [centre, centre]
    half = max(k // 2, 1)
    inner = [edge for edge in _edges(distance, half + 1)[1:-1] if edge > 0] or [reach / 2]
    outer = max(float(_edges(distance, half + 1)[-1]), reach)
    above = [*inner, outer]
    return [centre - b for b in reversed(above)] + [centre + b for b in above]


def _ranges(edges: list[float], colours: Sequence[str], known: np.ndarray, whole: bool) -> list[dict]:
    whole = whole and all(float(edge).is_integer() for edge in edges)
    classes = []
    for index, (lower, upper) in enumerate(pairwise(edges)):
        start = lower
        if whole and (index > 0 or lower < known.min()):
            start = lower + 1 if index > 0 else max(lower, min(lower + 1, float(known.min())))
        label = format_number(start) if start >= upper else f"{format_number(start)}–{format_number(upper)}"
        classes.append({**_special("range", label, colours[index], lower), "upper": upper})
    return classes


def _colours(palette: str, n: int) -> tuple[str, ...]:
    """Spread n classes over the palette, keeping its ends."""
    ramp = PALETTES[palette]
    if n == 1:
        return (ramp[len(ramp) // 2],)
    return tuple(ramp[i] for i in np.linspace(0, len(ramp) - 1, n).round().astype(int))


def _whole(numbers: np.ndarray) -> bool:
    return bool((numbers % 1 == 0).all())
