"""What a report of a class is asked beyond place and words: the attributes of an Open311 service definition.

Kept with the class as a JSON list; each has code, description, datatype (string, number, datetime, text,
singlevaluelist, multivaluelist), required, order, values [{key, name}], datatype_description, variable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gis_app.errors import BadInput
from gis_app.incidents.fields import read_number, read_text, read_time
from gis_app.incidents.messages import FieldFault, text

DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
LISTS = ("singlevaluelist", "multivaluelist")
LONGEST = {"string": 200, "text": 4000}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing a report is asked; `values` are (key, name) of a list; `variable` False only informs."""

    code: str
    description: str
    datatype: str = "string"
    required: bool = False
    order: int = 1
    values: tuple[tuple[str, str], ...] = ()
    datatype_description: str = ""
    variable: bool = True


@lru_cache(maxsize=512)
def parse_attributes(definition: str) -> tuple[Attribute, ...]:
    """Read a JSON list of attributes, in order; "" has none. Raises BadInput("bad_attributes")."""
    if not definition.strip():
        return ()
    try:
        found = [_attribute(number, item) for number, item in enumerate(json.loads(definition), 1)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _bad() from None
    codes = [attribute.code for attribute in found]
    orders = [attribute.order for attribute in found]
    if len(set(codes)) < len(codes) or len(set(orders)) < len(orders):
        raise _bad()
    return tuple(sorted(found, key=lambda attribute: attribute.order))


def read_attributes(
    attributes: tuple[Attribute, ...], given: Mapping[str, Any]
) -> tuple[dict[str, str | list[str]], list[FieldFault]]:
    """Return the answers of a report by code, lists as lists of keys, and what is wrong with them.

    An empty answer is none. The field of a fault is "attribute[CODE]".
    """
    answers: dict[str, str | list[str]] = {}
    known = {attribute.code: attribute for attribute in attributes if attribute.variable}
    faults = [FieldFault(f"attribute[{code}]", "unknown_attribute") for code in given if code not in known]
    for code, attribute in known.items():
        value, fault = _answer(attribute, given.get(code))
        if not fault and attribute.required and not value:
            fault = "attribute_required"
        if fault:
            faults.append(FieldFault(f"attribute[{code}]", fault))
        elif value:
            answers[code] = value
    return answers, faults


def _answer(attribute: Attribute, value: Any) -> tuple[str | list[str], str]:
    several = list(value) if isinstance(value, list | tuple) else [value]
    several = [one for one in several if one not in (None, "")]
    if attribute.datatype in LISTS:
        keys = [str(one) for one in several]
        fine = set(keys) <= {key for key, _ in attribute.values}
        if not fine or (attribute.datatype == "singlevaluelist" and len(keys) > 1):
            return "", "attribute_value"
        single = attribute.datatype == "singlevaluelist"
        return ("".join(keys), "") if single else (list(dict.fromkeys(keys)), "")
    if len(several) > 1:
        return "", "attribute_value"
    if not several:
        return "", ""
    return _single(attribute.datatype, several[0])


def _single(datatype: str, value: Any) -> tuple[str, str]:
    if datatype == "number":
        fine = read_number(value) is not None
    elif datatype == "datetime":
        fine = read_time(value, local=True) is not None
    else:
        return read_text(value, LONGEST[datatype])
    return (str(value).strip(), "") if fine else ("", "attribute_value")


def _attribute(number: int, item: Mapping[str, Any]) -> Attribute:
    values = tuple((str(value["key"]), str(value["name"])) for value in item.get("values", ()))
    attribute = Attribute(
        str(item["code"]),
        str(item["description"]),
        item.get("datatype", "string"),
        bool(item.get("required", False)),
        int(item.get("order", number)),
        values,
        str(item.get("datatype_description", "")),
        bool(item.get("variable", True)),
    )
    keys = [key for key, _ in values]
    fine = attribute.code.isidentifier() and attribute.datatype in DATATYPES and attribute.order > 0
    if not fine or bool(values) != (attribute.datatype in LISTS) or len(set(keys)) < len(keys) or "" in keys:
        raise _bad()
    return attribute


def _bad() -> BadInput:
    return BadInput("bad_attributes", text("bad_attributes"), {"attributes": text("bad_attributes")})
