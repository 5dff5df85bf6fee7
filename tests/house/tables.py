"""The tables of README.md as the code would write them.

`python -m tests.house.tables` puts them into README.md between their markers; the tests compare. README.zh.md
has the same first columns and explains in Chinese, by hand.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README, README_ZH = ROOT / "README.md", ROOT / "README.zh.md"


def settings_rows() -> list[list[str]]:
    """Return variable, type, default and reason of every setting."""
    from gis_app.settings import documented_settings

    return [
        [f"`{row.variable}`", row.type, f"`{row.default}`" if row.default else "", row.description]
        for row in documented_settings()
    ]


def routes_rows(app) -> list[list[str]]:
    """Return rule, methods and permission (or why none is asked) of every route."""
    from gis_app.web.access import documented_routes

    return [
        [
            f"`{row.rule}`",
            " ".join(row.methods),
            f"`{row.permission}`" if row.permission else f"none: {row.open_reason}",
        ]
        for row in documented_routes(app)
    ]


def permissions_rows() -> list[list[str]]:
    """Return every permission with a mark under each role that has it."""
    from gis_app.people.permissions import PERMISSIONS
    from gis_app.people.roles import Role

    return [
        [f"`{permission}`", *("✓" if role in roles else "" for role in Role)]
        for permission, roles in PERMISSIONS.items()
    ]


def read(readme: Path, name: str) -> list[list[str]]:
    """Return the rows of the table between the markers `<!-- name -->` and `<!-- /name -->`."""
    table = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", readme.read_text(), re.DOTALL)[1]
    rows = [line.strip().strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip().replace("¦", "|") for cell in row] for row in rows[2:]]


def write(readme: Path, name: str, rows: list[list[str]]) -> None:
    """Replace the rows of a table, keeping its heading."""
    text = readme.read_text()
    heading = re.search(rf"<!-- {name} -->\n(\|.*\n\|.*\n)", text)[1]
    body = "".join("|" + "|".join(f" {cell.replace('|', '¦')} " for cell in row) + "|\n" for row in rows)
    replaced = re.sub(
        rf"<!-- {name} -->\n.*?<!-- /{name} -->",
        lambda _: f"<!-- {name} -->\n{heading}{body}<!-- /{name} -->",
        text,
        flags=re.DOTALL,
    )
    readme.write_text(replaced)


def main() -> None:
    """Write the three tables of README.md."""
    import tempfile

    from gis_app import create_app
    from gis_app.settings import load_settings

    write(README, "settings", settings_rows())
    write(README, "permissions", permissions_rows())
    with tempfile.TemporaryDirectory() as folder:
        write(README, "routes", routes_rows(create_app(load_settings(instance_dir=Path(folder)))))


if __name__ == "__main__":
    main()
