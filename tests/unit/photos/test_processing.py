"""Every kind of photo becomes a plain upright JPEG; what it said about its maker, place and time is gone."""

from __future__ import annotations

import io

import pillow_heif
import pytest
from PIL import Image

from gis_app.errors import BadInput, NotFound, TooLarge
from gis_app.photos import limits
from gis_app.photos.folder import PhotoFolder
from gis_app.photos.processing import process

KINDS = ("JPEG", "PNG", "WEBP", "HEIF")


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options) -> bytes:
    """Return a picture whose upper left corner is red and the rest teal."""
    image = Image.new(mode, size, "teal" if mode != "I;16" else 40_000)
    if mode in ("RGB", "RGBA"):
        image.paste("red", (0, 0, size[0] // 4, size[1] // 4))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def with_exif(turned: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turned, "SECRETPHONE"
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 28.0, 1.0)})
    return exif


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_becomes_a_plain_jpeg_with_a_small_one(kind):
    photo = process(picture(kind))
    image, thumb = opened(photo.jpeg), opened(photo.thumb)
    assert (
        (image.format, image.mode, image.size)
        == ("JPEG", "RGB", (64, 48))
        == ("JPEG", "RGB", (photo.width, photo.height))
    )
    assert thumb.format == "JPEG" and max(thumb.size) <= limits.THUMB_SIDE
    assert process(picture(kind)).photo_hash == photo.photo_hash


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_on_its_side_is_turned_upright_and_tells_nothing(kind):
    photo = process(picture(kind, size=(64, 48), exif=with_exif(6)))
    image = opened(photo.jpeg)
    assert image.size == (48, 64)
    red, _, blue = image.getpixel((44, 4))
    assert red > 150 > blue  # the corner moved from the upper left to the upper right
    assert not image.getexif() and b"SECRETPHONE" not in photo.jpeg + photo.thumb


def test_a_heic_photo_tells_nothing_either():
    heif = pillow_heif.from_pillow(Image.new("RGB", (64, 48), "teal"))
    out = io.BytesIO()
    heif.save(out, exif=with_exif(1).tobytes())
    photo = process(out.getvalue())
    assert not opened(photo.jpeg).getexif() and b"SECRETPHONE" not in photo.jpeg


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "1", "I;16", "CMYK"])
def test_every_kind_of_colour_is_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(process(picture(kind, mode=mode)).jpeg).mode == "RGB"


def test_a_large_photo_is_kept_smaller_than_it_came():
    photo = process(picture("JPEG", size=(4000, 1000)))
    assert (photo.width, photo.height) == (limits.SIDE, limits.SIDE // 4)


def test_the_limits_hold_to_the_pixel_and_the_byte():
    at_limit = picture("PNG", size=(8000, 5000), mode="1")
    assert process(at_limit).width == limits.SIDE
    with pytest.raises(TooLarge, match="photo_too_many_pixels"):
        process(picture("PNG", size=(8000, 5001), mode="1"))
    with pytest.raises(TooLarge, match="photo_too_large"):
        process(at_limit + b"\x00" * (limits.MAX_BYTES + 1 - len(at_limit)))


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a" + b"\x00" * 50, b"<?php echo 1;", b"%PDF-1.7", b"\x00" * 100],
    ids=["nothing", "gif", "php", "pdf", "zeros"],
)
def test_what_is_no_photo_is_refused(data):
    with pytest.raises(BadInput, match="photo_type"):
        process(data)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_photo_that_ends_early_is_refused(kind, share):
    data = picture(kind, size=(400, 300))
    with pytest.raises(BadInput, match=r"photo_(unreadable|type)"):
        process(data[: int(len(data) * share)])


def test_files_are_named_by_their_content_and_nothing_else_is_served(tmp_path):
    folder, photo = PhotoFolder(tmp_path), process(picture())
    made = folder.keep([photo])
    assert len(made) == 2 and folder.keep([photo]) == []
    assert (
        folder.read(photo.photo_hash) == photo.jpeg and folder.read(photo.photo_hash, "thumb") == photo.thumb
    )
    assert not list(tmp_path.rglob(".*"))
    for name in ("../gis", "0" * 63, "A" * 64, f"{photo.photo_hash}\n", ""):
        with pytest.raises(NotFound):
            folder.read(name)
    folder.drop(made)
    assert folder.files() == []
