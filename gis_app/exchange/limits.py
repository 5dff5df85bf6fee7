"""Every limit on an imported file, with its reason; some are settings (see `SETTINGS`).

The values suit a county: the largest honest layer (100,000 grids, or the buildings of a large town) fits, and
a file made to harm runs out of room in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MIB = 1024 * 1024
MOST_FAULTS = 20_000  # who has more mends the first and looks again


def _limit(value: int, reason: str):
    return field(default=value, metadata={"reason": reason})


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one import; sizes in bytes, times in seconds."""

    file_bytes: int = _limit(200 * MIB, "a county's largest layer is below 100 MiB as GeoJSON")
    zip_members: int = _limit(40, "a Shapefile has at most some fifteen side files; more is not one layer")
    unpacked_bytes: int = _limit(200 * MIB, "counted while streaming, because declared sizes lie")
    zip_ratio: int = _limit(120, "zeros pack 1000:1; honest DBF tables stay below 60:1")
    json_depth: int = _limit(24, "GeoJSON needs 8 levels; parsers recurse on deeper ones")
    features: int = _limit(300_000, "three times the largest county measured")
    columns: int = _limit(256, "a dBASE table cannot have more")
    vertices_per_shape: int = _limit(20_000, "testing validity takes seconds from there on")
    vertices: int = _limit(4_000_000, "keeps the whole layer below 100 MB in memory")
    cells: int = _limit(2_000_000, "a worksheet may declare 17 billion cells in one line")
    text_bytes: int = _limit(20_000, "longer than any note that belongs on a map")
    result_bytes: int = _limit(256 * MIB, "what the reading process may hand back")
    memory_bytes: int = _limit(2048 * MIB, "address space of the reading process")
    cpu_seconds: int = _limit(120, "processor time of the reading process")
    wall_seconds: int = _limit(120, "waiting time for the reading process")
    open_files: int = _limit(64, "the reading process needs some twenty")


# setting -> limits that it sets, and the factor from the setting's unit
SETTINGS: dict[str, tuple[tuple[str, ...], int]] = {
    "import_max_mib": (("file_bytes", "unpacked_bytes"), MIB),
    "import_max_features": (("features",), 1),
    "import_max_vertices": (("vertices_per_shape",), 1),
    "import_seconds": (("cpu_seconds", "wall_seconds"), 1),
    "import_memory_mib": (("memory_bytes",), MIB),
}


def from_settings(settings: object | None) -> Limits:
    """Return the limits, with those that the settings declare taken from there."""
    own = {}
    for name, (targets, factor) in SETTINGS.items():
        value = getattr(settings, name, None)
        if value is not None:
            own.update(dict.fromkeys(targets, int(value) * factor))
    return Limits(**own)
