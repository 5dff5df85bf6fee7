"""The maps of a report: which figure each shows, in the classes and colours of the screen."""

from __future__ import annotations

from gis_app.paper.document import Picture
from gis_app.paper.monthly_state import Material


def drawn(material: Material) -> dict[str, Picture]:
    """Return the pictures of a report by the names of `monthly.PICTURES`."""
    return {}
