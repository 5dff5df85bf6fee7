"""Incidents in the store: reported, moved on step by step, listed, followed, and told as frames.

Every verb works within the transaction of the connection it is given: the row, its history and its audit row
stand together or not at all. None of them bumps the county's revision; `change_number` tells that something
changed.
"""

from gis_app.storage.incidents.changes import (
    change_number,
    changed_since,
    hold_reports,
    replaced_at_number,
)
from gis_app.storage.incidents.contacts import erase_contacts, expired_contacts, reveal_contact
from gis_app.storage.incidents.duplicates import Nearby, nearby_open
from gis_app.storage.incidents.followers import add_follower, followers
from gis_app.storage.incidents.frames import COLUMNS, read_incidents, replace_incidents
from gis_app.storage.incidents.lists import InboxQuery, Line, Page, count_inbox, inbox
from gis_app.storage.incidents.photos import Photo, add_photos, incidents_of_photo, photos
from gis_app.storage.incidents.records import find, find_by_key, find_many, history
from gis_app.storage.incidents.reports import insert_report
from gis_app.storage.incidents.steps import apply_step
from gis_app.storage.incidents.voices import Voice, incidents_of_voice, voices_of

# the classes were here before they had a module of their own
from gis_app.storage.classes import read_incident_classes, replace_incident_classes  # isort: skip

__all__ = [
    "COLUMNS",
    "InboxQuery",
    "Line",
    "Nearby",
    "Page",
    "Photo",
    "Voice",
    "add_follower",
    "add_photos",
    "apply_step",
    "change_number",
    "changed_since",
    "count_inbox",
    "erase_contacts",
    "expired_contacts",
    "find",
    "find_by_key",
    "find_many",
    "followers",
    "history",
    "hold_reports",
    "inbox",
    "incidents_of_photo",
    "incidents_of_voice",
    "insert_report",
    "nearby_open",
    "photos",
    "read_incident_classes",
    "read_incidents",
    "replace_incident_classes",
    "replace_incidents",
    "replaced_at_number",
    "reveal_contact",
    "voices_of",
]
