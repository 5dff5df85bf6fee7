"""How large a photo may be, and what is said about one that is not taken."""

from __future__ import annotations

from gis_app.errors import BadInput, TooLarge

MAX_BYTES = 10 * 2**20
MAX_PIXELS = 40_000_000
MAX_PHOTOS = 9
# What is kept: large enough to read a sign from, small enough for a phone.
SIDE, THUMB_SIDE = 3000, 320


def too_many_bytes() -> TooLarge:
    """Return the refusal of a file that is too large."""
    return TooLarge("photo_too_large", "照片超过 10 MB，请压缩后再传", {"photos": "10 MB"})


def too_many_pixels() -> TooLarge:
    """Return the refusal of an image that would unfold into too many pixels."""
    return TooLarge(
        "photo_too_many_pixels", "照片超过 4000 万像素，未予解码，请缩小后再传", {"photos": "40000000"}
    )


def too_many_photos() -> BadInput:
    """Return the refusal of more photos than one step may bring."""
    return BadInput("too_many_photos", "照片过多，最多 9 张", {"photos": str(MAX_PHOTOS)})


def unknown_kind() -> BadInput:
    """Return the refusal of a file that is no photo of a kind we take."""
    return BadInput(
        "photo_type", "不是可用的照片，只收 JPEG、PNG、WebP 和 HEIC", {"photos": "JPEG PNG WebP HEIC"}
    )


def unreadable() -> BadInput:
    """Return the refusal of a photo that cannot be decoded to its end."""
    kinds = "JPEG PNG WebP HEIC"
    return BadInput("photo_unreadable", "照片已损坏，无法读取，请重新拍摄或选择", {"photos": kinds})
