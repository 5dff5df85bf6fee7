"""An appointment as a form says it: which post, who takes it, from when until when."""

from __future__ import annotations

import re

from gis_app.assignments.tables import ORGANISATION_HELD, ROLES, AssignmentTables
from gis_app.assignments.terms import check_term, posts
from gis_app.errors import BadInput
from gis_app.layers.atlas import Atlas

LONGEST_NAME, LONGEST_PHONE = 40, 32
PHONE = re.compile(r"[0-9*+() -]*")
BY_ZONE = "zone"  # who holds a zone is told by the table of zones


def check_appointment(atlas: Atlas, tables: AssignmentTables, form) -> dict[str, str]:
    """Return the values of an appointment; raises BadInput naming the field.

    A person is named and may have a telephone; where organisations answer, one of the county's is chosen.
    Every post has a term, so both days are needed.
    """
    role, code = form.get("role", ""), form.get("area_code", "")
    known = posts(atlas, tables)
    if role not in ROLES or role == BY_ZONE or not ((known["role"] == role) & (known["code"] == code)).any():
        raise BadInput("bad_post", "没有这个岗位", {"area_code": code[:40]})
    begins, ends = check_term(form)
    if not begins:
        raise BadInput("bad_term", "请填写到任日", {"term_from": "YYYY-MM-DD"})
    values = {"role": role, "area_code": code, "term_from": begins, "term_to": ends}
    return values | _holder(role, tables, form)


def _holder(role: str, tables: AssignmentTables, form) -> dict[str, str]:
    name, phone = ((form.get(field) or "").strip() for field in ("holder_name", "holder_phone"))
    organisation = (form.get("organisation_code") or "").strip()
    if role in ORGANISATION_HELD:
        if organisation not in set(tables.organisations["organisation_code"]):
            raise BadInput("bad_holder", "请选择单位", {"organisation_code": organisation[:40]})
    elif not name:
        raise BadInput("bad_holder", "请填写姓名", {"holder_name": ""})
    else:
        organisation = ""
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput("bad_holder", "姓名过长或含有不可见字符", {"holder_name": f"≤ {LONGEST_NAME}"})
    if len(phone) > LONGEST_PHONE or not PHONE.fullmatch(phone):
        raise BadInput("bad_holder", "电话只能有数字、空格和 + - * ( )", {"holder_phone": "139****0000"})
    return {"holder_name": name, "holder_phone": phone, "organisation_code": organisation}
