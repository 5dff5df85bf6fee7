"""What the store holds already, as rows of posts and incidents are checked against it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from gis_app.desk.tables_fields import INCIDENTS
from gis_app.exchange.context import Existing
from gis_app.incidents.model import empty_incidents
from gis_app.layers import codes, schema
from gis_app.storage import assignments, classes, incident_ledger
from gis_app.storage.engine import Connection
from gis_app.storage.layers import read_layers

NO_CODES = pd.DataFrame({"incident_code": [], "state": [], "version": [], "ours": []}, dtype="str").astype(
    {"version": "int64", "ours": bool}
)


@dataclass(frozen=True)
class Known:
    """The county's areas, organisations, classes, posts, and what is on record of its incidents.

    `incidents` has incident_code, state, version and `ours`; `ledger` those that came from files before;
    `posts` is the table of assignments.
    """

    existing: Existing
    organisations: pd.DataFrame
    classes: pd.DataFrame
    posts: pd.DataFrame
    incidents: pd.DataFrame
    ledger: pd.DataFrame

    @cached_property
    def areas(self) -> dict[str, str]:
        """Return the names of all areas by code, from the county down."""
        found: dict[str, str] = {}
        for layer in codes.LAYER_OF_LEVEL.values():
            frame = self.existing.derived[layer]
            found |= dict(zip(frame[schema.code_column(layer)], frame["name"], strict=True))
        return found

    @cached_property
    def organisation_codes(self) -> dict[str, str]:
        """Return organisation codes by their own words: the code, and the name where only one has it."""
        frame = self.organisations
        alone = frame.drop_duplicates("name", keep=False)
        own = dict(zip(frame["organisation_code"], frame["organisation_code"], strict=True))
        return dict(zip(alone["name"], alone["organisation_code"], strict=True)) | own

    @cached_property
    def class_codes(self) -> dict[str, str]:
        """Return class codes by the code, and by the name where only one class of the second level has it."""
        frame = self.classes[self.classes["parent_code"] != ""]
        alone = frame.drop_duplicates("name", keep=False)
        own = dict(zip(self.classes["class_code"], self.classes["class_code"], strict=True))
        return dict(zip(alone["name"], alone["class_code"], strict=True)) | own


def read_known(conn: Connection, kind: str = INCIDENTS) -> Known:
    """Return what is in the store, as far as rows of this kind, or its template, need it.

    Only incidents are checked against those on record, of which there may be a million.
    """
    tables = assignments.read_tables(conn)
    ledger = kind == INCIDENTS
    return Known(
        Existing(read_layers(conn)),
        tables["organisations"],
        classes.read_incident_classes(conn),
        tables["assignments"],
        incident_ledger.read_codes(conn) if ledger else NO_CODES,
        incident_ledger.read_ledger(conn) if ledger else empty_incidents(),
    )
