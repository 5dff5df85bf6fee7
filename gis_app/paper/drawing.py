"""A map as a vector drawing: millimetres of the sheet, text as text, the same bytes for the same sheet."""

from __future__ import annotations

from gis_app.paper.sheet import MapSheet


def draw_map(sheet: MapSheet) -> bytes:
    """Return the sheet as SVG whose user unit is the millimetre, `sheet.size_mm` wide and high."""
    width, height = sheet.size_mm
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}"></svg>'
    ).encode()
