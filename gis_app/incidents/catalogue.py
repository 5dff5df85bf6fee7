"""The catalogue of classes: two levels, what each is called, who handles it, by when, and who may see where.

Classes are data: a planner or administrator edits them, and `check_class` says what is wrong with an edit. A
class of the first level ("" as its parent) groups others; incidents are of the second level.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from gis_app.incidents.attributes import Attribute, parse_attributes
from gis_app.incidents.model import CATEGORIES, PRIVATE_CATEGORIES
from gis_app.incidents.transitions import HANDLER

COLUMNS = (
    "class_code",
    "parent_code",
    "name",
    "category",
    "standard_ref",
    "handling_role",
    "handling_organisation_code",
    "location_public",
    "accept_limit",
    "time_limit",
    "stages",
    "keywords",
    "active",
    "attributes",
)
_TRUE = ("1", "true", "1.0", "yes", "on", "是")


@dataclass(frozen=True, slots=True)
class IncidentClass:
    """One class of incidents; limits are texts such as "4h" (see `worktime.Limit`), stages "stop:4h;…"."""

    class_code: str
    name: str
    category: str
    parent_code: str = ""
    standard_ref: str = ""
    handling_role: str = HANDLER
    handling_organisation_code: str = ""
    location_public: bool = True
    accept_limit: str = ""
    time_limit: str = ""
    stages: str = ""
    keywords: str = ""
    active: bool = True
    attributes: str = ""
    version: int = 1

    @property
    def is_group(self) -> bool:
        """Tell whether this is a class of the first level, which has no incidents of its own."""
        return not self.parent_code

    @property
    def is_public(self) -> bool:
        """Tell whether everybody may see where its incidents are."""
        return self.location_public and self.category not in PRIVATE_CATEGORIES

    @property
    def attribute_list(self) -> tuple[Attribute, ...]:
        """Return what a report of this class is asked, in order."""
        return parse_attributes(self.attributes)

    @property
    def keyword_list(self) -> tuple[str, ...]:
        """Return the words that find the class."""
        return tuple(word for word in self.keywords.replace("，", ";").split(";") if word)


@dataclass(frozen=True)
class Catalogue:
    """Every class, the withdrawn ones too, and the organisations that handle a class in single areas."""

    classes: Mapping[str, IncidentClass]
    handlers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, frame: pd.DataFrame, class_handlers: pd.DataFrame | None = None) -> Catalogue:
        """Return the catalogue of a frame of classes; columns that it lacks have their defaults.

        `class_handlers` has class_code, area_code, organisation_code.
        """
        known = [name for name in (*COLUMNS, "version") if name in frame.columns]
        rows = (dict(zip(known, row, strict=True)) for row in frame[known].itertuples(index=False, name=None))
        classes = [class_of(row) for row in rows]
        handlers: dict[str, dict[str, str]] = {}
        if class_handlers is not None:
            columns = [class_handlers[name] for name in ("class_code", "area_code", "organisation_code")]
            for code, area, organisation in zip(*columns, strict=True):
                handlers.setdefault(str(code), {})[str(area)] = str(organisation)
        return cls({kind.class_code: kind for kind in classes}, handlers)

    def find(self, class_code: str) -> IncidentClass | None:
        """Return a class, None for an unknown code."""
        return self.classes.get(class_code)

    def groups(self, active_only: bool = True) -> list[IncidentClass]:
        """Return the classes of the first level, by category and code."""
        return self._sorted((kind for kind in self.classes.values() if kind.is_group), active_only)

    def children(self, class_code: str, active_only: bool = True) -> list[IncidentClass]:
        """Return the classes below one of the first level, by code."""
        below = (kind for kind in self.classes.values() if class_code and kind.parent_code == class_code)
        return self._sorted(below, active_only)

    def reportable(self, public_only: bool = False) -> list[IncidentClass]:
        """Return the classes that may be reported now, by category and code; `public_only` for Open311."""
        usable = (kind for kind in self.classes.values() if self.is_reportable(kind))
        return self._sorted((kind for kind in usable if kind.is_public or not public_only), True)

    def is_reportable(self, kind: IncidentClass) -> bool:
        """Tell whether incidents of a class may be reported now: neither it nor its group is withdrawn.

        A class of the first level may not, unless the county's catalogue has one level only.
        """
        if not kind.active:
            return False
        if kind.is_group:
            return bool(kind.time_limit) and not self.children(kind.class_code, active_only=False)
        parent = self.find(kind.parent_code)
        return parent is None or parent.active

    def group_name(self, kind: IncidentClass) -> str:
        """Return the name of the class above, that of the category where there is none."""
        parent = self.find(kind.parent_code)
        return parent.name if parent else CATEGORIES.get(kind.category, {}).get("zh", kind.category)

    def organisation_for(self, class_code: str, grid_code: str) -> str:
        """Return the organisation that handles a class at a grid, "" where none is named.

        That of the smallest area that holds the grid, else the class's own, else its group's.
        """
        kind = self.find(class_code)
        if kind is None:
            return ""
        for code in (class_code, kind.parent_code):
            areas = self.handlers.get(code, {})
            fitting = [area for area in areas if grid_code.startswith(area)]
            if fitting:
                return areas[max(fitting, key=len)]
        parent = self.find(kind.parent_code)
        return kind.handling_organisation_code or (parent.handling_organisation_code if parent else "")

    def _sorted(self, classes: Iterable[IncidentClass], active_only: bool) -> list[IncidentClass]:
        order = {category: number for number, category in enumerate(CATEGORIES)}
        chosen = [kind for kind in classes if kind.active or not active_only]
        return sorted(chosen, key=lambda kind: (order.get(kind.category, len(order)), kind.class_code))


def class_of(row: Mapping[str, Any]) -> IncidentClass:
    """Return the class of a row of texts or of the store; what the row lacks has its default."""
    values = {name: row[name] for name in row if name in IncidentClass.__dataclass_fields__}
    clean = {
        name: is_true(value) if name in ("location_public", "active") else _text(value)
        for name, value in values.items()
        if name != "version"
    }
    if values.get("version") not in (None, ""):
        clean["version"] = int(values["version"])
    return IncidentClass(**clean)


def is_true(value: Any) -> bool:
    """Tell whether a flag of a file, a form or the store says yes."""
    return str(value).strip().lower() in _TRUE


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)
