"""Take one layer out of a ZIP file, believing nothing that the archive says about itself.

Member names are labels only: what is written has a name made here. Sizes are counted while streaming. No
link, no device, no nested archive is followed.
"""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gis_app.errors import Rejected
from gis_app.exchange.limits import Limits
from gis_app.exchange.messages import fault
from gis_app.exchange.xml_guard import XmlGuard

SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# Side files that honest programs add; they are left in the archive.
IGNORED = frozenset(
    [
        ".sbn",
        ".sbx",
        ".qix",
        ".qpj",
        ".qmd",
        ".fbn",
        ".fbx",
        ".ain",
        ".aih",
        ".atx",
        ".ixs",
        ".mxs",
        ".idx",
        ".cst",
        ".xml",
        ".txt",
        ".md",
        ".html",
        ".pdf",
    ]
)
LAYERS_IN_ZIP = (".geojson", ".json", ".gpkg", ".kml", ".fgb", ".dxf", ".csv")
MACROS = re.compile(r"(^|/)(vbaProject\w*\.bin|macrosheets/.*)$", re.IGNORECASE)
CELLS = (b"<si>", b"<si ", b"<c ", b"<c>")  # a shared string is read even where no cell uses it
PLACE = b"<Placemark"
CHUNK = 1 << 16
RATIO_FREE_BYTES = 1 << 20
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1


def layers_in(source: Path, limits: Limits) -> list[str]:
    """Return the names of the layers in a ZIP file; raises Rejected as `unpack_layer`."""
    with _opened(source) as archive:
        return [label_of(member) for member in _layers(_checked_members(archive, limits))]


def unpack_layer(source: Path, target: Path, limits: Limits, wanted: str | None = None) -> Path:
    """Unpack the one layer in a ZIP file, or the one of that name, into `target`; return the file to read.

    Raises Rejected with every fault of the archive's list of members.
    """
    with _opened(source) as archive:
        members = _checked_members(archive, limits)
        chosen = _choose(members, wanted)
        _write_all(archive, chosen, target, limits)
    return target / next(name for name in chosen if not _is_side_part(name))


def unpack_member(source: Path, suffix: str, target: Path, limits: Limits) -> Path:
    """Unpack the member with that suffix (the `doc.kml` of a KMZ, or what it links to) into `target`."""
    with _opened(source) as archive:
        members = [m for m in _checked_members(archive, limits, any_suffix=True) if _suffix(m) == suffix]
        if not members:
            raise Rejected([fault("zip_no_layer", "file", value=suffix)])
        name = "layer" + suffix
        chosen = members[0] if len(members) == 1 else _with_places(archive, members, limits)
        _write_all(archive, {name: chosen}, target, limits)
    return target / name


def _with_places(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], limits: Limits) -> zipfile.ZipInfo:
    """Return the document that holds places: the first, or the only other one where the first has none."""
    budget = _Budget(limits)
    filled = [one for one in members if _mentions(_chunks(archive, one, budget), PLACE)]
    if not filled or filled[0] is members[0]:
        return members[0]
    if len(filled) > 1:
        raise Rejected([fault("zip_two_layers", "file", value="、".join(map(label_of, filled)))])
    return filled[0]


def _mentions(chunks: Iterator[bytes], words: bytes) -> bool:
    last = b""
    for chunk in chunks:
        if words in last + chunk:
            return True
        last = chunk[-len(words) :]
    return False


def check_workbook(source: Path, limits: Limits) -> None:
    """Unpack an xlsx in thought: count its bytes, refuse bombs and XML with entities; write nothing."""
    with _opened(source) as archive:
        budget, cells = _Budget(limits), 0
        for member in _checked_members(archive, limits, any_suffix=True, members_allowed=10):
            if MACROS.search(label_of(member)):
                raise Rejected([fault("xlsx_macros", "file", value=label_of(member))])
            guard = XmlGuard() if _suffix(member) in (".xml", ".rels", ".vml") else None
            for chunk in _chunks(archive, member, budget):
                if guard:
                    guard.feed(chunk)
                    cells += sum(map(chunk.count, CELLS))
        if cells > limits.cells:
            raise Rejected([fault("too_many_cells", "file", value=cells, detail=limits.cells)])


class _Budget:
    """Counts what comes out of an archive against the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.total = limits, 0

    def spend(self, label: str, written: int, size: int, packed: int) -> None:
        self.total += size
        ratio_broken = written > RATIO_FREE_BYTES and written > self.limits.zip_ratio * max(packed, 1)
        if self.total > self.limits.unpacked_bytes or ratio_broken:
            detail = f"{self.limits.unpacked_bytes >> 20} MiB，{self.limits.zip_ratio}:1"
            raise Rejected([fault("zip_bomb", "file", value=label, detail=detail)])


def _opened(source: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        raise Rejected([fault("zip_broken", "file")]) from None


def label_of(member: zipfile.ZipInfo) -> str:
    """Return a member's name as its maker wrote it: UTF-8 where flagged, else GBK, else as stored."""
    name = member.orig_filename.replace("\\", "/")
    if not member.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                return unicodedata.normalize("NFC", raw.decode(encoding))
            except UnicodeDecodeError:
                continue
    return unicodedata.normalize("NFC", name)


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(label_of(member)).suffix.lower()


def _checked_members(
    archive: zipfile.ZipFile, limits: Limits, any_suffix: bool = False, members_allowed: int = 1
) -> list[zipfile.ZipInfo]:
    found = archive.infolist()
    allowed = limits.zip_members * members_allowed
    if len(found) > allowed:
        raise Rejected([fault("zip_members", "file", value=len(found), detail=allowed)])
    faults, kept, seen = [], [], set()
    for member in found:
        label = label_of(member)
        problem = _problem(member, label, any_suffix)
        if problem:
            faults.append(fault(problem, "file", value=label))
        elif not label.endswith("/") and not _is_litter(label):
            if label.lower() in seen:
                faults.append(fault("zip_duplicate", "file", value=label))
            seen.add(label.lower())
            kept.append(member)
    declared = sum(member.file_size for member in found)
    if declared > limits.unpacked_bytes:
        detail = f"{limits.unpacked_bytes >> 20} MiB"
        faults.append(fault("zip_bomb", "file", value=f"{declared >> 20} MiB", detail=detail))
    if faults:
        raise Rejected(faults)
    return kept


def _problem(member: zipfile.ZipInfo, label: str, any_suffix: bool) -> str | None:
    parts = label.rstrip("/").split("/")
    unsafe = any(part in ("", ".", "..") for part in parts) or ":" in label or not label.isprintable()
    if label.startswith("/") or unsafe:
        return "zip_name"
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR) or member.flag_bits & _ENCRYPTED_FLAG:
        return "zip_special"
    known = _suffix(member) in (*SHAPEFILE_PARTS, *LAYERS_IN_ZIP) or _suffix(member) in IGNORED
    return None if any_suffix or label.endswith("/") or _is_litter(label) or known else "zip_suffix"


def _is_litter(label: str) -> bool:
    return label.startswith("__MACOSX/") or label.endswith((".DS_Store", "Thumbs.db", "desktop.ini"))


def _is_side_part(name: str) -> bool:
    return name.endswith(SHAPEFILE_PARTS[1:])


def _layers(members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    return [member for member in members if _suffix(member) in (".shp", *LAYERS_IN_ZIP)]


def _choose(members: list[zipfile.ZipInfo], wanted: str | None) -> dict[str, zipfile.ZipInfo]:
    """Return our own file names with the members that fill them, for the one layer that is meant."""
    layers = [member for member in _layers(members) if wanted in (None, label_of(member))]
    if not layers:
        raise Rejected([fault("zip_no_layer", "file", value=".shp")])
    if len(layers) > 1:
        raise Rejected([fault("zip_two_layers", "file", value="、".join(label_of(m) for m in layers))])
    layer = layers[0]
    if _suffix(layer) != ".shp":
        return {"layer" + _suffix(layer): layer}
    stem = PurePosixPath(label_of(layer)).with_suffix("").as_posix().lower()
    parts = {}
    for member in members:
        own = PurePosixPath(label_of(member))
        if own.suffix.lower() in SHAPEFILE_PARTS and own.with_suffix("").as_posix().lower() == stem:
            parts["layer" + own.suffix.lower()] = member
    return parts


def _write_all(archive, chosen: dict[str, zipfile.ZipInfo], target: Path, limits: Limits) -> None:
    budget = _Budget(limits)
    for name, member in chosen.items():
        with open(target / name, "xb") as file:
            for chunk in _chunks(archive, member, budget):
                file.write(chunk)


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget) -> Iterator[bytes]:
    written = 0
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                written += len(chunk)
                budget.spend(label_of(member), written, len(chunk), member.compress_size)
                yield chunk
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise Rejected([fault("zip_broken", "file")]) from None
