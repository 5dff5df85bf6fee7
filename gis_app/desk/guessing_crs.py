"""In which coordinate system a file's numbers are: every candidate with its share and a sentence why.

What the numbers allow is weighed by where it would put them, and by how near it brings them to what the
county has already. A system is named only where it is clearly ahead; otherwise it stays open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from gis_app.desk import guessing_compare as compare
from gis_app.desk.guessing_compare import Comparison, Distance
from gis_app.desk.guessing_provinces import of_codes
from gis_app.desk.guessing_systems import Reading, datum_of, readings, stated
from gis_app.exchange.context import Existing
from gis_app.exchange.matching import as_code

CLEAR = 0.6  # the least share of a named system
SHOWN = 6
AROUND = 0.03  # degrees around the county that still count as here
SHARPEST, BLUNTEST = 0.5, 25.0  # metres within which two systems are not told apart
ALIKE_METRES = 25.0  # nearest outlines farther away than this are others
APART = 0.5
FEW, EXACT_METRES, ALIKE_PAIRS = 3, 5.0, 300.0  # one thing alone is believed where it fits exactly
STEEP = 4
SHIFTED_METRES, STEADY = 12.0, 0.35
HALF_EARTH = 180.0
_SAMPLE = 600
AREA_CODES = ("county_code", "subdistrict_code", "community_code", "grid_code", "stated_grid")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the coordinates should be: what it is called, its bounds in lon/lat, and whether that is sure."""

    name: str
    bounds: tuple[float, float, float, float]
    known: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A coordinate system as it is declared, its name, why it may be, and its share of belief, 0 to 1."""

    code: str
    label: str
    why: str
    share: float


@dataclass(frozen=True, slots=True)
class CrsGuess:
    """The system believed in (None: not certain), why, and the candidates, the likeliest first."""

    code: str | None
    why: str
    candidates: list[Candidate] = field(default_factory=list)


def guess_crs(
    shapes: np.ndarray,
    own: str | None,
    names: str,
    layer: str | None,
    columns: dict[str, list],
    existing: Existing,
    beside: bool = True,
) -> CrsGuess:
    """Return the guess for shapes as the file gives them; without `beside` only the layer itself is compared.

    `own` is the file's statement, `names` the names in and of the file (for hints), `columns` the fields of
    the layer as far as they are known.
    """
    xy = _sample(shapes)
    if len(xy) == 0:
        return CrsGuess(None, "没有坐标，无从判断")
    place = _place(existing, columns)
    found = readings(xy, own, names, place.bounds if place else None)
    if not found:
        return CrsGuess(None, _unlike(xy))
    elsewhere = _located(found, xy, place)
    known = compare.comparisons(layer, shapes, columns, existing, beside) if layer else []
    distances = _compared(found, known)
    return _settled(found, distances, elsewhere, own, shapes)


def _unlike(xy: np.ndarray) -> str:
    spot = f"（{xy[0, 0]:.6g}, {xy[0, 1]:.6g}）"
    if (np.abs(xy) <= [360.0, 90.0]).all():
        return f"不确定：经度{spot}超过 180°，疑似跨越 180° 经线"
    return f"不确定：数值{spot}不像任何常用坐标系"


def _sample(shapes: np.ndarray) -> np.ndarray:
    xy = shapely.get_coordinates(shapes)
    xy = xy[np.isfinite(xy).all(axis=1)]
    return xy[:: max(1, len(xy) // _SAMPLE)]


def _place(existing: Existing, columns: dict[str, list]) -> Place | None:
    """Return the county that is there, else the province of the codes that come in, else None."""
    outline = existing.outline
    if outline is not None:
        return Place("本县", outline.bounds, known=True)
    listed = (column for name, column in columns.items() if name in AREA_CODES)
    found = of_codes(as_code(value) for column in listed for value in column[:_SAMPLE] if value is not None)
    return Place(*found) if found else None


def _share_inside(reading: Reading, xy: np.ndarray, place: Place) -> float:
    lonlat = reading.move(xy)
    west, south, east, north = place.bounds
    with np.errstate(invalid="ignore"):
        here = (lonlat >= [west - AROUND, south - AROUND]) & (lonlat <= [east + AROUND, north + AROUND])
    return float(here.all(axis=1).mean())


def _located(found: list[Reading], xy: np.ndarray, place: Place | None) -> str:
    """Weigh readings by the share of points that they put into a place; return its name where none does.

    A province told by codes alone is not held against data that lie elsewhere: other countries have codes of
    as many digits.
    """
    if place is None:
        return ""
    shares = [_share_inside(reading, xy, place) for reading in found]
    if max(shares) < 0.5 and not place.known:
        return ""
    for reading, share in zip(found, shares, strict=True):
        reading.belief *= max(share, 0.002)
        if share > 0.5:
            reading.why.append(
                f"落在{place.name}以内" if share > 0.99 else f"{share:.0%} 落在{place.name}以内"
            )
            continue
        away = np.median(reading.move(xy), axis=0)
        told = f"（{away[0]:.2f}, {away[1]:.2f}）" if np.isfinite(away).all() else ""
        reading.why.append(f"落在{place.name}以外{told}")
    return place.name if max(shares) < 0.5 else ""


def _compared(found: list[Reading], known: Iterable[Comparison]) -> dict[str, Distance]:
    """Weigh readings by the first comparison that says anything; return each reading's distance."""
    hopeful = [reading for reading in found if reading.belief > 0.01 * max(r.belief for r in found)]
    for comparison in known:
        distances = {r.code: d for r in hopeful if (d := comparison.to(r.move)) is not None}
        if not distances or not _says_something(comparison, distances):
            continue
        nearest = min(distance.median for distance in distances.values())
        sharp = float(np.clip(1.5 * nearest, SHARPEST, BLUNTEST))
        for reading in found:
            distance = distances.get(reading.code)
            if distance is None:
                reading.belief *= 1e-3
                continue
            reading.belief /= 1.0 + (distance.median / sharp) ** STEEP
            reading.why.append(distance.words)
        return distances
    return {}


def _says_something(comparison: Comparison, distances: dict[str, Distance]) -> bool:
    """Tell whether a comparison can be trusted: the same things, or outlines that fit under one reading."""
    medians = [distance.median for distance in distances.values()]
    if comparison.paired:
        few = max(distance.count for distance in distances.values()) < FEW
        return min(medians) < (EXACT_METRES if few else ALIKE_PAIRS)
    return min(medians) < ALIKE_METRES and (len(medians) == 1 or min(medians) < APART * max(medians))


def _metres(value: float) -> str:
    return f"{value:.1f} 米" if value < 10 else f"{value:,.0f} 米"


def _settled(found, distances: dict[str, Distance], elsewhere: str, own, shapes) -> CrsGuess:
    total = sum(reading.belief for reading in found)
    ordered = sorted(found, key=lambda reading: -reading.belief)
    candidates = [_candidate(reading, total) for reading in ordered[:SHOWN]]
    best = candidates[0]
    notes = _notes(shapes)
    if elsewhere:
        return CrsGuess(None, f"不确定：按任何一种坐标系都不在{elsewhere}以内{notes}", candidates)
    shift = distances.get(best.code)
    if shift is not None and _shifted(shift):
        words = f"整体相差 {_metres(shift.median)} 且方向一致"
        cause = "可能是西安80、北京54 或地方坐标系，没有公开的精确参数"
        return CrsGuess(None, f"不确定：与{shift.how}{words}，{cause}{notes}", candidates)
    if best.share < CLEAR:
        return CrsGuess(
            None, f"不确定：{_choices(candidates)}都有可能{_missing_hint(distances)}{notes}", candidates
        )
    words = best.why + _reserve(best, candidates, distances) + notes
    told = stated(own)
    if told and not told[2] and told[0] != best.code:
        words = f"文件自带的 {told[1]} 与坐标不符；{words}"
    return CrsGuess(best.code, words, [replace(best, why=words), *candidates[1:]])


def _candidate(reading: Reading, total: float) -> Candidate:
    return Candidate(reading.code, reading.label, "；".join(reading.why), round(reading.belief / total, 3))


def _shifted(shift: Distance) -> bool:
    """Tell whether all pairs differ by about the same, too much for the accuracy of a survey."""
    return shift.how.startswith(tuple("0123456789")) and (
        shift.median > SHIFTED_METRES and shift.spread < STEADY * shift.median
    )


def _choices(candidates: list[Candidate]) -> str:
    return "、".join(candidate.label for candidate in candidates[:3])


def _missing_hint(distances: dict[str, Distance]) -> str:
    return "" if distances else "，没有已有数据可比较"


def _reserve(best: Candidate, candidates: list[Candidate], distances: dict[str, Distance]) -> str:
    """Say what is not known in spite of the choice."""
    if datum_of(best.code):
        return "；西安80、北京54 与 CGCS2000 之间没有公开的精确参数，可能差几十米"
    if distances:
        return ""
    if any(candidate.code.startswith(("GCJ-02", "BD-09")) for candidate in candidates):
        return "；没有已有数据可比较，不能排除 GCJ-02、BD-09 偏移"
    if any(datum_of(candidate.code) for candidate in candidates):
        return "；没有已有数据可比较，不能排除西安80、北京54"
    return ""


def _notes(shapes: np.ndarray) -> str:
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        degrees = np.nanmax(np.abs(bounds)) <= 360 if np.isfinite(bounds).any() else False
        wide = degrees and bool((bounds[:, 2] - bounds[:, 0] > HALF_EARTH).any())
    return "；有图形宽过半个地球，疑似跨越 180° 经线" if wide else ""
