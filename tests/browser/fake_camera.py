"""A camera that sees one QR code: a film of a single picture, as Chromium's fake capture reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import segno

WIDTH, HEIGHT, FRAMES = 640, 480, 3
PIXELS, BORDER = 8, 4


def film(path: Path, text: str) -> Path:
    """Write a film that shows the code of a text, black on grey paper, and return its path."""
    code = np.array([list(row) for row in segno.make(text, error="m", micro=False).matrix], dtype=np.uint8)
    code = np.pad(code, BORDER).repeat(PIXELS, axis=0).repeat(PIXELS, axis=1)
    luma = np.full((HEIGHT, WIDTH), 180, dtype=np.uint8)
    top, left = (HEIGHT - code.shape[0]) // 2, (WIDTH - code.shape[1]) // 2
    luma[top : top + code.shape[0], left : left + code.shape[1]] = np.where(code, 30, 225)
    grey = np.full(HEIGHT * WIDTH // 2, 128, dtype=np.uint8).tobytes()
    header = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(header + (b"FRAME\n" + luma.tobytes() + grey) * FRAMES)
    return path
