"""Which of the numbers that posts have may be dialled; a masked one is shown and not made a link."""

from __future__ import annotations

import re

from flask_babel import gettext as _

SERVICE_LINE_ROLE = "service_line"
_NUMBER = re.compile(r"\+?[0-9][0-9 ()\-]{2,19}")


def dialled(phone: str) -> str:
    """Return what a call link dials, "" for no number or a masked one.

    >>> dialled("0371-2497 0000"), dialled("138****1234")
    ('037124970000', '')
    """
    text = (phone or "").strip()
    return re.sub(r"[ ()\-]", "", text) if _NUMBER.fullmatch(text) else ""


def service_line() -> str:
    """Return what the county's own line is called."""
    return _("便民服务热线")
