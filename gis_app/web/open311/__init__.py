"""Open311 GeoReport v2 as the specification freezes it, for programs that report and read without an account.

Two copies of one set of views: the production address keeps what is sent, the test address checks and answers
and keeps nothing. Everything that belongs to the rest of the house (pages, sessions, our own error shape)
stays outside.
"""

from gis_app.web.open311 import description, discovery, posting, reading, services, strays
from gis_app.web.open311.room import Room

PREFIX, TEST_PREFIX = "/open311/v2", "/open311/test/v2"


def _room(name: str, prefix: str) -> Room:
    room = Room(name, prefix)
    for part in (discovery, description, services, reading, posting):
        part.add_to(room)
    return room


production = _room("open311", PREFIX)
testing = _room("open311_test", TEST_PREFIX)
# The last: whatever lies under /open311 and is none of the above.
astray = Room("open311_astray", "/open311")
strays.add_to(astray)
