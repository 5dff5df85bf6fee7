"""How well a column's values fit a field: one rule for each kind of field, in one table.

A rule returns points and a reason in words: from -3 (cannot be) over 0 (may be) to 2 (looks like nothing
else).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from gis_app.desk import guessing_values as values
from gis_app.desk.guessing_values import Profile
from gis_app.desk.guessing_words import ENDINGS, FIELDS
from gis_app.exchange.context import Existing
from gis_app.layers import codes, schema

NO = -3.0
_LAYER_OF_SUBJECT = {
    "county": "county",
    "subdistrict": "subdistricts",
    "community": "communities",
    "grid": "grids",
    "block": "blocks",
}
_LEVEL_OF_LAYER = {layer: level for level, layer in codes.LAYER_OF_LEVEL.items()}
YES_OR_NO = ("bridge", "passage")
MOST_HOUSEHOLDS, MOST_FLOORS, MOST_SEATS = 200_000, 120, 5_000


@dataclass
class Known:
    """What the store has already: codes and names of each layer, asked for once."""

    layer: str
    existing: Existing
    _found: dict = field(default_factory=dict)

    def of(self, layer: str, column: str) -> set[str]:
        """Return the values of a column of a layer."""
        if (layer, column) not in self._found:
            frame = self.existing.layers.get(layer)
            here = frame is not None and column in frame
            self._found[layer, column] = set(frame[column].dropna().astype(str)) - {""} if here else set()
        return self._found[layer, column]

    def codes(self, layer: str) -> set[str]:
        """Return the codes of a layer."""
        return self.of(layer, schema.code_column(layer))


def fit(layer: str, name: str, found: Profile, known: Known) -> tuple[float, str]:
    """Return points and the reason for a column's values as those of a field."""
    if not found.texts:
        return NO, ""
    subject, attribute = FIELDS[layer][name]
    if attribute == "code":
        own = name == schema.code_column(layer)
        return _own_code(layer, found, known) if own else _other_code(layer, subject, found, known)
    if attribute == "name":
        return _name(layer, subject, name, found, known)
    return _RULES.get(attribute, _words)(layer, name, found)


def _own_code(layer: str, found: Profile, known: Known) -> tuple[float, str]:
    there = values.share_known(found, known.codes(layer))
    if layer in _LEVEL_OF_LAYER:
        length = codes.LENGTHS[_LEVEL_OF_LAYER[layer]]
        share = found.lengths.get(length, 0.0)
        if share < 0.5:
            return NO, ""
        if found.unique < 0.9:
            return -2.0, ""
        points = 1.9 * share + (0.4 if there > 0.3 else 0.0)
        return points, f"值是 {length} 位数字，各行不同"
    if found.share("token") < 0.9:
        return NO, ""
    if there > 0.3 and found.unique > 0.9:
        return 2.0, f"{there:.0%} 的值是已有的编码"
    if found.unique < 0.95:
        return -1.5, ""
    if values.counts_up(found):
        return -1.8, ""
    return (0.4, "值各行不同") if found.share("fraction") == 0 else (NO, "")


def _other_code(layer: str, subject: str, found: Profile, known: Known) -> tuple[float, str]:
    other = _LAYER_OF_SUBJECT[subject]
    there = values.share_known(found, known.codes(other))
    if there > 0.6:
        return 2.0, f"值是已有{schema.title(other)}的编码"
    if other in _LEVEL_OF_LAYER:
        length = codes.LENGTHS[_LEVEL_OF_LAYER[other]]
        share = found.lengths.get(length, 0.0)
        return (1.8 * share, f"值是 {length} 位数字") if share > 0.8 else (NO, "")
    return (0.0, "") if found.share("token") > 0.9 else (NO, "")


def _name(layer: str, subject: str, name: str, found: Profile, known: Known) -> tuple[float, str]:
    if found.share("number") > 0.5:
        return NO, ""
    other = layer if name == "name" else _LAYER_OF_SUBJECT[subject]
    there = values.share_known(found, known.of(other, "name"))
    if there > 0.5:
        return 2.0, f"{there:.0%} 的值是已有{schema.title(other)}的名称"
    ending = values.share_ending(found, ENDINGS[other].split())
    if ending > 0.6:
        unique = name != "name" or found.unique > 0.8
        return (1.8 if unique else 0.6), f"值多以“{_commonest(found, ENDINGS[other])}”结尾"
    if found.share("hours") > 0.3 or found.share("amenity") > 0.5:
        return -1.0, ""
    if name != "name":
        return -0.5, ""
    return (0.3 if found.unique > 0.6 else -0.3) - (0.8 if found.share("address") > 0.6 else 0.0), ""


def _commonest(found: Profile, endings: str) -> str:
    counted = {word: sum(text.endswith(word) for text in found.texts) for word in endings.split()}
    return max(counted, key=lambda word: (counted[word], len(word)))


def _counting(most: int) -> Callable:
    def rule(layer: str, name: str, found: Profile) -> tuple[float, str]:
        low, high = found.span
        if found.share("count") < 0.9 or (np.isfinite(low) and (low < 0 or high > most)):
            return NO, ""
        return 0.3, ""

    return rule


def _looking_like(share: str, words: str) -> Callable:
    def rule(layer: str, name: str, found: Profile) -> tuple[float, str]:
        seen = found.share(share)
        return (2.0 * seen, words) if seen > 0.6 else (-0.5 if seen < 0.1 else 0.0, "")

    return rule


def _words(layer: str, name: str, found: Profile) -> tuple[float, str]:
    seen = values.share_words(found, layer, name)
    if seen > 0.7:
        vague = name in YES_OR_NO or found.share("number") > 0.5
        return (0.5 if vague else 1.9 * seen), f"值是“{found.texts[0][:10]}”一类的词"
    unlike = -1.5 if layer not in ("streets", "water") else -0.5
    return (unlike if seen < 0.3 else 0.0), ""


_RULES: dict[str, Callable] = {
    "households": _counting(MOST_HOUSEHOLDS),
    "floors": _counting(MOST_FLOORS),
    "capacity": _counting(MOST_SEATS),
    "hours": _looking_like("hours", "值是时间段"),
    "address": _looking_like("address", "值是地址"),
    "amenities": _looking_like("amenity", "值是设施"),
}
