"""The load and the gaps as files say what the page says, all of it, and who took them is noted."""

from __future__ import annotations

import csv
import io
import re

import pytest
from openpyxl import load_workbook

from gis_app.storage import audit
from gis_app.web.services import KEY

PAGES = {
    "load": ("by=worker", "by=organisation&sort=members", "by=member&order=asc", "area=410222001006"),
    "gaps": ("", "level=community&all=yes", "households_per_member=15&least=3", "area=410222001006&all=yes"),
}
ASKED = [(page, query) for page, queries in PAGES.items() for query in queries]


def as_csv(client, page: str, query: str) -> list[list[str]]:
    """Return the rows of the file, the titles first."""
    answer = client.get(f"/assignments/{page}.csv?{query}")
    assert answer.status_code == 200 and answer.data.startswith(b"\xef\xbb\xbf")
    assert f'filename="{page}-' in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize(("page", "query"), ASKED)
def test_both_kinds_of_file_hold_the_rows_of_the_page(client_as, page, query):
    client = client_as("planner")
    rows = as_csv(client, page, query)
    book = load_workbook(io.BytesIO(client.get(f"/assignments/{page}.xlsx?{query}").data))
    sheet = [["" if cell is None else str(cell) for cell in row] for row in book.active.values]
    assert [row[0] for row in sheet] == [row[0] for row in rows]
    for one, other in zip(sheet[1:], rows[1:], strict=True):
        numbers = [(a, b) for a, b in zip(one, other, strict=True) if a.replace(".", "").isdigit()]
        assert all(float(a) == float(b) for a, b in numbers)
    text = client.get(f"/assignments/{page}?{query}").get_data(as_text=True)
    if page == "load":
        assert int(re.search(r"共 ([\d,]+) 行", text).group(1).replace(",", "")) == len(rows) - 1
    else:
        shown = text.split('id="roles-title"')[0].count('<tr><th scope="row">')
        assert shown == len(rows) - 1


def test_the_gaps_in_the_file_add_up_to_the_figure_of_the_page(client_as):
    client = client_as("leader")
    rows = as_csv(client, "gaps", "all=yes")
    missing = sum(int(row[rows[0].index("缺")]) for row in rows[1:])
    text = client.get("/assignments/gaps?all=yes").get_data(as_text=True)
    assert int(re.search(r"共缺 <strong>([\d,]+)</strong>", text).group(1).replace(",", "")) == missing > 0
    assert len(rows) - 1 == 89


def test_other_kinds_and_other_people_are_refused_and_who_took_one_is_noted(app, client_as):
    json = {"Accept": "application/json"}
    assert client_as("planner").get("/assignments/load.pdf", headers=json).status_code == 400
    assert client_as("planner").get("/assignments/gaps.csv?level=block", headers=json).status_code == 400
    assert client_as("grid_worker").get("/assignments/load.csv", headers=json).status_code == 403
    as_csv(client_as("leader"), "load", "by=worker")
    with app.extensions[KEY].store.read() as conn:
        taken = [row for row in audit.read_rows(conn) if row.subject == "assignments:load"]
    assert taken and taken[0].actor == "leader"
