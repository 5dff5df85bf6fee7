"""A file is what its first bytes show; an archive is believed in nothing; XML declares no entities."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from gis_app.errors import Rejected
from gis_app.exchange import formats, limits, raw, unpack
from gis_app.exchange.messages import MESSAGES, fault
from gis_app.exchange.readers.shapefile import attribute_encoding
from gis_app.exchange.xml_guard import XmlGuard
from gis_app.settings import Settings

SMALL = limits.Limits(unpacked_bytes=4 << 20, zip_ratio=100)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", "empty"),
        (b" \r\n\xef\xbb\xbf", "empty"),
        (b"PK\x03\x04", "zip"),
        (b'\xef\xbb\xbf {"type"', "geojson"),
        ('{"type"'.encode("utf-16"), "geojson"),
        (b"<?xml version='1.0'?><!-- <kml> --><OGRVRTDataSource>", "vrt"),
        (b'<?xml version="1.0"?><kml xmlns="x">', "kml"),
        (b"<k:kml xmlns:k='x'>", "kml"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"SQLite format 3\0" + bytes(52) + b"GPKG", "gpkg"),
        (b"SQLite format 3\0" + bytes(80), "sqlite"),
        (b"  0\r\nSECTION\r\n", "dxf"),
        (b"999\ncomment\n0\nSECTION\n", "dxf"),
        ("名称,经度".encode("gbk"), "text"),
        (b"\x00\x01\x02\x03", "binary"),
        (b"\xd0\xcf\x11\xe0", "xls"),
    ],
)
def test_the_first_bytes_tell_the_kind(head: bytes, kind: str):
    assert formats.kind_of_content(head) == kind


@pytest.mark.parametrize("kind", sorted(set(formats.KINDS.values())))
def test_no_kind_takes_a_vrt(kind: str):
    assert not formats.agrees(kind, "vrt")


def archive(path: Path, members: dict[str, bytes], flag_utf8: bool = True) -> Path:
    """Write an archive; without the flag, names are GBK as Chinese Windows wrote them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            label = name if flag_utf8 else name.encode("gbk").decode("cp437")
            made.writestr(label, data)
    if not flag_utf8:
        data = path.read_bytes()
        for name in members:
            stored = name.encode("gbk").decode("cp437").encode("utf-8")
            assert stored in data
    return path


def test_member_names_in_gbk_are_read_and_never_used_for_writing(tmp_path: Path):
    info = zipfile.ZipInfo("x")
    info.orig_filename, info.flag_bits = "网格.shp".encode("gbk").decode("cp437"), 0
    assert unpack.label_of(info) == "网格.shp"
    path = archive(tmp_path / "a.zip", {"目录/网格.shp": b"1", "目录/网格.DBF": b"2", "目录/说明.txt": b"3"})
    target = tmp_path / "out"
    target.mkdir()
    assert unpack.unpack_layer(path, target, SMALL) == target / "layer.shp"
    assert {one.name: one.read_bytes() for one in target.iterdir()} == {"layer.shp": b"1", "layer.dbf": b"2"}


def test_an_honest_archive_of_a_mac_is_taken(tmp_path: Path):
    members = {"a.geojson": b"{}", "__MACOSX/._a.geojson": b"x", ".DS_Store": b"y"}
    assert unpack.unpack_layer(archive(tmp_path / "a.zip", members), tmp_path, SMALL).name == "layer.geojson"


def test_sizes_are_counted_and_not_believed(tmp_path: Path):
    path = archive(tmp_path / "a.zip", {"a.shp": bytes(5 << 20)})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 1)
    path.write_bytes(bytes(data))
    target = tmp_path / "out"
    target.mkdir()
    with pytest.raises(Rejected) as caught:
        unpack.unpack_layer(path, target, SMALL)
    assert caught.value.faults[0].message_code in ("zip_bomb", "zip_broken")


@pytest.mark.parametrize(
    "pieces",
    [
        [b"<kml><!DOCT", b"YPE x>"],
        [b"<kml><!ENTITY a 'b'>"],
        ["<kml><!DOCTYPE x>".encode("utf-16")],
        ["<kml><!DOCTYPE x>".encode("utf-16-be")],
        [b"\x4c\x6f\xa7\x94\x93"],
        [b"<?xml version='1.0' encoding='cp037'?>"],
    ],
)
def test_xml_that_declares_or_hides_is_refused(pieces: list[bytes]):
    guard = XmlGuard()
    with pytest.raises(Rejected):
        for piece in pieces:
            guard.feed(piece)


def test_plain_xml_passes():
    guard = XmlGuard()
    for piece in (b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>', "<kml>网格".encode(), b"</kml>"):
        guard.feed(piece)


@pytest.mark.parametrize(
    ("text", "stored", "cpg", "found"),
    [
        ("下洼社区第一网格", "utf-8", None, "utf-8"),
        ("下洼社区第一网格", "gb18030", None, "gb18030"),
        ("下洼社区第一网格", "gb18030", "UTF-8", "gb18030"),
        ("下洼社区第一网格", "utf-8", "936", "utf-8"),
        ("plain", "ascii", "GBK", "utf-8"),
    ],
)
def test_the_encoding_of_attributes_is_found(
    text: str, stored: str, cpg: str | None, found: str, tmp_path: Path
):
    value = text.encode(stored)[:19].ljust(20)
    head = struct.pack("<B3xIHH20x", 3, 1, 65, 21)
    column = b"name".ljust(11, b"\0") + b"C" + bytes(4) + bytes([20]) + bytes(15)
    (tmp_path / "a.dbf").write_bytes(head + column + b"\r" + b" " + value)
    if cpg:
        (tmp_path / "a.cpg").write_text(cpg)
    assert attribute_encoding(tmp_path / "a.shp") == found


def test_the_childs_answer_is_bounded_and_plain(tmp_path: Path):
    path = tmp_path / "result"
    raw.write_result(path, raw.RawTable({"名": ["甲", None]}, [1, 2], None, None, [fault("no_crs", "crs")]))
    table = raw.read_result(path, limits.Limits())
    assert table.columns == {"名": ["甲", None]} and table.rows == [1, 2] and table.faults[0].remedy
    for broken in (b"", b"\xff" * 40, path.read_bytes()[:30]):
        path.write_bytes(broken)
        with pytest.raises(Rejected):
            raw.read_result(path, limits.Limits())
    with pytest.raises(Rejected):
        raw.read_result(path, limits.Limits(result_bytes=1))


def test_settings_set_the_limits():
    found = limits.from_settings(Settings(import_max_mib=3, import_seconds=5, import_max_features=7))
    assert (found.file_bytes, found.wall_seconds, found.features) == (3 << 20, 5, 7)
    assert all(hasattr(Settings(), name) for name in limits.SETTINGS)


def test_every_message_can_be_filled_in():
    for code, (_, _, severity) in MESSAGES.items():
        made = fault(code, "field", row=1, value="值", detail="细节", title="题")
        assert made.message and made.remedy and severity in ("error", "warning")
