"""Office files that are the same bytes for the same content: their archives bear one fixed date.

The libraries that write them put the present moment into every entry and into the properties.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

CORE = "docProps/core.xml"
EARLIEST = (1980, 1, 1, 0, 0, 0)
# The prefix is the process's: any library may have registered another one for the same namespace.
_DATED = re.compile(rb"(<(\w+:(?:created|modified))[^>]*>)[^<]*(</\2>)")


def dated(archive: bytes, created: datetime) -> bytes:
    """Return an Office file whose every date is `created` (aware); its content is otherwise the same."""
    moment = created.astimezone(UTC)
    stamp = max(moment.timetuple()[:6], EARLIEST)
    text = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            if name == CORE:
                body = _DATED.sub(rb"\g<1>" + text + rb"\g<3>", body)
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, body)
    return out.getvalue()
