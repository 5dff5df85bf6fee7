"""What the tests of the monthly report share: a question, the material of a store, and a look into a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from gis_app.jobs import report
from gis_app.paper.monthly_question import Asked
from gis_app.paper.monthly_state import Material
from gis_app.storage.engine import Store

BASIS = {"walking_speed": 1.25, "snap_limit": 150.0, "households_per_seat": 20, "targets": {}}


def asked(end: str = "2023-06-30", area: str = "", language: str = "zh", at: str = "2024-03-01") -> Asked:
    """Return the question about the month of a day up to it."""
    return Asked.of(params(end, area, language, at))


def params(end: str, area: str = "", language: str = "zh", at: str = "2024-03-01") -> dict:
    """Return the parameters of a job."""
    told = {"end": end, "asked_at": f"{at}T00:00:00+08:00", "area": area, "language": language}
    return told | {"formats": ["pdf", "docx", "xlsx"], "basis": BASIS}


def material_of(store: Store, question: Asked) -> Material:
    """Return what a report is made from."""
    with store.read() as conn:
        return report.read(conn, question, lambda share, words: None)


@contextmanager
def opened(body: bytes) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF for a while."""
    document = pdfium.PdfDocument(body)
    try:
        yield document
    finally:
        document.close()


def texts_of(body: bytes) -> list[str]:
    """Return the text of every page."""
    found = []
    with opened(body) as document:
        for page in document:
            text = page.get_textpage()
            found.append(text.get_text_bounded())
            text.close()
            page.close()
    return found


def inked_shares(body: bytes, scale: float = 1.0) -> list[float]:
    """Return for every page which share of its dots is not white."""
    found = []
    with opened(body) as document:
        for page in document:
            dots = page.render(scale=scale).to_numpy()
            found.append(float((np.asarray(dots)[..., :3].min(axis=-1) < 200).mean()))
            page.close()
    return found


def fonts_not_embedded(body: bytes) -> int:
    """Return how many pieces of text are in a font that the file does not hold."""
    missing = 0
    with opened(body) as document:
        for page in document:
            for piece in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=5):
                font = raw.FPDFTextObj_GetFont(piece.raw)
                missing += raw.FPDFFont_GetIsEmbedded(font) != 1
            page.close()
    return missing
