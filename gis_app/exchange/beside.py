"""Look once more at the layers together, as they would be, and warn of what a planner should see to.

Gaps between grids and communities, borders that cross, counts that differ: none of it keeps a file out.
"""

from __future__ import annotations

import dataclasses
from collections import Counter

from gis_app.errors import Fault
from gis_app.exchange.context import Existing
from gis_app.exchange.messages import fault
from gis_app.layers.checks import check_layers

# layer -> layers to look at beside it
TOGETHER = {
    "communities": ("grids",),
    "grids": ("communities", "blocks"),
    "blocks": ("grids", "buildings"),
    "buildings": ("blocks",),
    "streets": (),
}
TOLD_ELSEWHERE = frozenset({"overlap", "unknown_parent", "station_outside_county", "station_outside_grids"})
MOST_ROWS = 20_000
MOST_TOLD = 10


def look(layer: str, existing: Existing, changed: dict) -> list[Fault]:
    """Return warnings about a layer among its neighbours; those that follow from it need no look."""
    if layer not in TOGETHER or len(changed[layer]) > MOST_ROWS:
        return []
    beside = [name for name in TOGETHER[layer] if name not in changed and len(existing.layers[name])]
    chosen = {layer: changed[layer]} | {name: existing.layers[name] for name in beside}
    if len(chosen) == 1 and layer != "streets":
        return []
    told: Counter[str] = Counter()
    warnings = []
    for found in check_layers(chosen):
        if found.message_code in TOLD_ELSEWHERE:
            continue
        told[found.message_code] += 1
        if told[found.message_code] <= MOST_TOLD:
            warnings.append(dataclasses.replace(found, row=None, severity="warning"))
    more = {code: count - MOST_TOLD for code, count in told.items() if count > MOST_TOLD}
    return warnings + [fault("more_beside_others", code, value=count) for code, count in more.items()]
