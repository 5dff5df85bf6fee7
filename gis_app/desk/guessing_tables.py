"""Which column is which field of the tables that come in beside the layers: posts and incidents."""

from __future__ import annotations

from gis_app.desk.guessing_columns import ColumnGuess
from gis_app.desk.tables_fields import FIELDS
from gis_app.exchange import columns


def guess_table_columns(kind: str, names: list[str], meant: dict[str, str]) -> dict[str, ColumnGuess]:
    """Return field → column and reason by the fields' names and synonyms."""
    back = {meant.get(name, name): name for name in names}
    fields = FIELDS[kind]
    wanted = {field.name: f"{field.name} {field.zh} {field.synonyms}" for field in fields}
    found = columns.find(list(back), wanted)
    return {
        field.name: ColumnGuess(back[found[field.name]], f"列名“{found[field.name]}”即“{field.zh}”")
        if field.name in found
        else ColumnGuess(None, f"没有像“{field.zh}”的列")
        for field in fields
    }
