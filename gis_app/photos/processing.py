"""Turns an uploaded file into a photo that may be kept: decoded to its end, upright, and encoded anew.

What comes out is a plain JPEG without any metadata: neither position nor device nor time survive, nor
anything hidden beside the picture. Size is checked before decoding; two photos at most are decoded at once.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from hashlib import sha256

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from gis_app.photos import limits, sizes

pillow_heif.register_heif_opener(thumbnails=False)
# Sizes are checked here, before decoding, and against our own limit.
Image.MAX_IMAGE_PIXELS = None

QUALITY, THUMB_QUALITY = 85, 80
_DECODING = threading.BoundedSemaphore(2)
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True)
class Photo:
    """A photo ready to be kept: its bytes, a small picture of it, and its size in pixels."""

    photo_hash: str
    jpeg: bytes
    thumb: bytes
    width: int
    height: int


def process(data: bytes) -> Photo:
    """Return the photo in `data` made harmless.

    Raises TooLarge for more than 10 MB or 40 megapixels, BadInput for what is no photo or cannot be decoded.
    """
    if len(data) > limits.MAX_BYTES:
        raise limits.too_many_bytes()
    kind = sizes.kind_of(data)
    if kind is None:
        raise limits.unknown_kind()
    size = sizes.declared_size(data, kind)
    if size is None:
        raise limits.unreadable()
    _check_pixels(size)
    with _DECODING:
        return _encoded(_decoded(data, kind))


def _check_pixels(size: tuple[int, int]) -> None:
    if size[0] * size[1] > limits.MAX_PIXELS:
        raise limits.too_many_pixels()


def _decoded(data: bytes, kind: str) -> Image.Image:
    """Return the first picture of the file, whole, upright, in sRGB on white."""
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as opened:
            _check_pixels(opened.size)
            opened.load()
            return _on_white(_in_srgb(_upright(opened)))
    except (MemoryError, limits.TooLarge):
        raise limits.too_many_pixels() from None
    except Exception:  # decoders raise whatever they like at a broken file
        raise limits.unreadable() from None


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # metadata that cannot be read turn nothing
        return image.copy()


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "CMYK", "L"):
        return image
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, given, _SRGB, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # sixteen bits of grey
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        image = Image.alpha_composite(white, clear)
    return image.convert("RGB")


def _encoded(image: Image.Image) -> Photo:
    image.info.clear()
    image.thumbnail((limits.SIDE, limits.SIDE), Image.Resampling.LANCZOS)
    jpeg = _jpeg(image, QUALITY)
    small = image.copy()
    small.thumbnail((limits.THUMB_SIDE, limits.THUMB_SIDE), Image.Resampling.LANCZOS)
    return Photo(sha256(jpeg).hexdigest(), jpeg, _jpeg(small, THUMB_QUALITY), *image.size)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
