"""The catalogue of classes as a page, and the form with which a planner or administrator changes a class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request
from flask_babel import gettext as _

from gis_app.errors import BadInput, Conflict, GisError, NotFound, Stale
from gis_app.incidents.catalogue import IncidentClass
from gis_app.incidents.class_edits import check_class
from gis_app.incidents.messages import FieldFault, Refused
from gis_app.incidents.model import CATEGORIES, label
from gis_app.people.roles import Role
from gis_app.storage import classes as stored_classes
from gis_app.web.access import may, requires
from gis_app.web.current import snapshot
from gis_app.web.i18n import language
from gis_app.web.incident_access import catalogue
from gis_app.web.incident_forms import organisation_choices
from gis_app.web.incident_steps import version_of
from gis_app.web.incident_words import organisation_names
from gis_app.web.pages import CONTENT_TYPE
from gis_app.web.params import Params
from gis_app.web.problem_words import told
from gis_app.web.problems import status_of, wants_data
from gis_app.web.services import services

rooms = Blueprint("incident_classes", __name__)
NEW = "new"
TEXTS = (
    "class_code",
    "parent_code",
    "name",
    "category",
    "standard_ref",
    "handling_role",
    "handling_organisation_code",
    "accept_limit",
    "time_limit",
    "stages",
    "keywords",
    "attributes",
)
FLAGS = ("location_public", "active")
MAX_HANDLERS = 500


@rooms.get("/incident-classes")
@requires("incidents:class:read")
def classes() -> Response:
    """Show every class under its group, the withdrawn ones marked."""
    found, lang = catalogue(), language()
    groups = []
    for group in found.groups(active_only=False):
        below = found.children(group.class_code, active_only=False)
        groups.append({"group": group, "category": label(group.category, lang), "classes": below})
    alone = [
        kind for kind in found.classes.values() if kind.parent_code and found.find(kind.parent_code) is None
    ]
    page = render_template(
        "incidents/classes.html",
        groups=groups,
        alone=alone,
        total=len(found.classes),
        organisations=organisation_names(snapshot()),
        roles={str(role): role.label(lang) for role in Role},
        may_edit=may("incidents:class:manage"),
    )
    return Response(page, content_type=CONTENT_TYPE)


@rooms.get("/incident-classes/<class_code>")
@requires("incidents:class:manage")
def edit(class_code: str) -> Response:
    """Show the form of a class, or an empty one for a new class."""
    params = Params("parent")
    kind = _existing(class_code)
    typed = _typed_of(kind) if kind else _blank(params.text("parent", 16))
    return Response(_form(kind, typed), content_type=CONTENT_TYPE)


@rooms.post("/incident-classes/<class_code>")
@requires("incidents:class:manage")
def save(class_code: str) -> Response:
    """Change a class that is still at the version shown, or add a new one."""
    kind = _existing(class_code)
    typed = {name: request.form.get(name, "") for name in TEXTS}
    typed |= {name: "1" if request.form.get(name) else "0" for name in FLAGS}
    typed |= {"handlers": request.form.get("handlers", ""), "version": request.form.get("version", "")}
    try:
        saved = _save(kind, typed)
    except GisError as error:
        if wants_data():
            raise
        message, fields = told(error, language())
        problem = {"code": error.code, "message": message, "fields": fields}
        return Response(_form(kind, typed, problem), status_of(error), content_type=CONTENT_TYPE)
    return redirect(f"/incident-classes#class-{saved}", code=303)


def _existing(class_code: str) -> IncidentClass | None:
    if class_code == NEW:
        return None
    kind = catalogue().find(class_code)
    if kind is None:
        raise NotFound("unknown_class", _("没有这个事件类别"), {"class_code": class_code[:40]})
    return kind


def _save(kind: IncidentClass | None, typed: Mapping[str, str]) -> str:
    version = version_of(typed["version"]) if kind else 1
    values = {name: typed[name] for name in (*TEXTS, *FLAGS)}
    new = check_class(values, catalogue(), organisation_names(snapshot()), kind)
    handlers = _handlers(typed["handlers"])
    row = {name: value for name, value in asdict(new).items() if name != "version"}
    who = g.account.username
    with services().store.write() as conn:
        if kind is None:
            stored_classes.insert_class(conn, row, who)
        else:
            try:
                stored_classes.update_class(conn, kind.class_code, version, row, who)
            except Conflict as error:
                raise Stale() if error.code == "stale_version" else error from None
        if handlers != dict(catalogue().handlers.get(new.class_code, {})):
            stored_classes.replace_class_handlers(conn, new.class_code, handlers, who)
    return new.class_code


def _handlers(text: str) -> dict[str, str]:
    """Return area → organisation from lines "area organisation"; raises Refused naming what is unknown."""
    found: dict[str, str] = {}
    faults: list[FieldFault] = []
    for one in text[: MAX_HANDLERS * 60].splitlines():
        parts = one.replace("\t", " ").replace(",", " ").split()
        if not parts:
            continue
        if len(parts) != 2 or snapshot().atlas.area(parts[0]) is None:
            faults.append(FieldFault("handlers", "unknown_area"))
        elif parts[1] not in organisation_names(snapshot()):
            faults.append(FieldFault("handlers", "unknown_organisation"))
        else:
            found[parts[0]] = parts[1]
    if faults:
        raise Refused("class_rejected", faults)
    if len(found) > MAX_HANDLERS:
        raise BadInput("too_many_handlers", _("分区处置单位过多"), {"handlers": str(MAX_HANDLERS)})
    return found


def _typed_of(kind: IncidentClass) -> dict[str, str]:
    typed = {name: str(getattr(kind, name)) for name in TEXTS}
    typed |= {name: "1" if getattr(kind, name) else "0" for name in FLAGS}
    areas = catalogue().handlers.get(kind.class_code, {})
    handlers = "\n".join(f"{area} {organisation}" for area, organisation in sorted(areas.items()))
    return typed | {"handlers": handlers, "version": str(kind.version)}


def _blank(parent_code: str) -> dict[str, str]:
    parent = catalogue().find(parent_code)
    typed = dict.fromkeys(TEXTS, "") | {"handling_role": "handler", "location_public": "1", "active": "1"}
    typed |= {"handlers": "", "version": "", "parent_code": parent_code if parent else ""}
    return typed | {"category": parent.category if parent else ""}


def _form(kind: IncidentClass | None, typed: Mapping[str, str], problem: dict[str, Any] | None = None) -> str:
    lang = language()
    return render_template(
        "incidents/class_form.html",
        kind=kind,
        typed=typed,
        problem=problem,
        categories=[(code, labels[lang]) for code, labels in CATEGORIES.items()],
        groups=[(one.class_code, one.name) for one in catalogue().groups(active_only=False)],
        organisations=organisation_choices(),
        roles=[(str(role), role.label(lang)) for role in Role],
    )
