"""The table of a layer is the map's twin: every row, sorted, filtered, paged and exported as it is shown."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd
import pytest

from gis_app.web import incident_now
from gis_app.web.services import KEY
from gis_app.web.table_columns import TABLES
from gis_app.web.table_files import safe_cell
from tests.factory import GRIDS, toy_incidents, toy_layers
from tests.web.conftest import sign_in
from tests.web.county import fill, toy_tables


def rows_of(client, address: str) -> list[dict[str, str]]:
    """Return the rows of a CSV export."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.data.startswith(b"\xef\xbb\xbf") and answer.headers["Content-Disposition"].startswith(
        "attachment"
    )
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def codes_on(client, address: str) -> list[str]:
    """Return the first cell of every row of a table page."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return re.findall(r'<th scope="row"[^>]*>([^<]*)</th>', answer.text)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_table_shows_and_exports_every_row(as_role, name, language):
    client = as_role("dispatcher")
    client.set_cookie("language", language)
    rows = rows_of(client, f"/layers/{name}.csv")
    assert rows or name == "street_pieces"  # whose streets all hang together
    assert all(list(row) and None not in row for row in rows)
    assert len(rows) == len(client.get(f"/layers/{name}.geojson?order=asc").json["features"])
    assert codes_on(client, f"/layers/{name}/table") == [next(iter(row.values())) for row in rows][:50]


def test_both_file_buttons_keep_the_filter_of_the_page(as_role):
    page = as_role("planner").get("/layers/stations/table?capacity=20&page=1").text
    links = re.findall(r'href="(/layers/stations\.(?:csv|geojson)[^"]*)"', page)
    assert links == ["/layers/stations.csv?capacity=20", "/layers/stations.geojson?capacity=20"]
    taken = as_role("planner").get(links[1]).json["features"]
    assert [one["id"] for one in taken] == codes_on(as_role("planner"), "/layers/stations/table?capacity=20")


def test_who_may_take_nothing_away_is_offered_no_file_that_would_be_refused(as_role):
    client = as_role("grid_worker")
    assert "/layers/stations.csv" not in client.get("/layers/stations/table").text
    assert "/layers/stations.geojson" not in client.get("/layers/stations/table?capacity=20").text


def test_columns_are_named_in_the_readers_language(as_role):
    assert list(rows_of(as_role("leader"), "/layers/stations.csv")[0])[:4] == [
        "站点编码",
        "名称",
        "类型",
        "状态",
    ]


def test_sorting_by_number_and_by_word_both_ways(as_role):
    client = as_role("leader")
    up = rows_of(client, "/layers/stations.csv?sort=capacity")
    assert [row["可容纳人数"] for row in up] == ["0", "10", "20"]
    down = rows_of(client, "/layers/stations.csv?sort=capacity&order=desc")
    assert down == up[::-1]
    assert codes_on(client, "/layers/stations/table?sort=capacity&order=desc") == ["Z002", "Z001", "Z003"]
    names = [row["名称"] for row in rows_of(client, "/layers/stations.csv?sort=name")]
    assert names == ["东街暖心驿站", "东社区党群服务中心", "西街暖心驿站"]


def test_filtering_by_any_column_by_code_and_by_word(as_role):
    client = as_role("leader")
    for query in ("kind=warm_station", "kind=暖心驿站", "q=暖心", "q=驿站"):
        assert len(rows_of(client, f"/layers/stations.csv?{query}")) == 2, query
    assert len(rows_of(client, "/layers/stations.csv?capacity=10")) == 1
    assert len(rows_of(client, "/layers/stations.csv?q=饮水")) == 1
    assert codes_on(client, "/layers/stations/table?q=z002") == ["Z002"]
    assert (
        rows_of(client, f"/layers/blocks.csv?grid_code={GRIDS[0]}&land_use=住宅")[0]["所属社区"] == "西社区"
    )
    assert [f["id"] for f in client.get("/layers/stations.geojson?capacity=20").json["features"]] == ["Z002"]
    assert "没有与" in client.get("/layers/stations/table?q=没有这样的").text
    assert len(rows_of(client, "/layers/streets.csv?bridge=否")) == 40


def test_an_export_holds_what_the_filter_leaves_and_a_page_fifty_rows(own_app):
    app = own_app()
    reports = toy_incidents(120)
    fill(app.extensions[KEY].store, reports=reports)
    client = app.test_client()
    sign_in(client, "dispatcher")
    pages = [
        codes_on(client, f"/layers/incidents/table?page={page}&sort=incident_code") for page in (1, 2, 3)
    ]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert [code for page in pages for code in page] == sorted(reports["incident_code"])
    closed = rows_of(client, "/layers/incidents.csv?state=closed")
    assert len(closed) == int((reports["state"] == "closed").sum())
    assert client.get("/layers/incidents/table?page=4").status_code == 400


def test_a_table_that_leaves_incidents_out_says_so_and_so_do_its_files(own_app, monkeypatch):
    app = own_app()
    fill(app.extensions[KEY].store, reports=toy_incidents(120))
    client = app.test_client()
    sign_in(client, "dispatcher")
    assert "table-note" not in client.get("/layers/incidents/table").text
    monkeypatch.setattr(incident_now, "AT_ONCE", 100)
    fill(app.extensions[KEY].store, reports=toy_incidents(120))
    said = client.get("/layers/incidents/table").text
    assert "只含最新的 100 件事件，另有更早的 20 件" in said
    answer = client.get("/layers/incidents.csv")
    assert "incidents-newest-100.csv" in answer.headers["Content-Disposition"]
    assert "20" in client.get("/layers/incidents.geojson?order=asc").json["note"]


def test_a_table_says_the_numbers_of_the_layer(as_role):
    rows = {row["网格编码"]: row for row in rows_of(as_role("leader"), "/layers/grids.csv")}
    assert rows[GRIDS[0]]["户数"] == "80" and rows[GRIDS[0]]["面积（平方公里）"] == "0.16"
    assert sum(int(row["户数"]) for row in rows.values()) == 280
    posts = rows_of(as_role("leader"), "/layers/assignments.csv?vacant=是")
    assert [row["区域编码"] for row in posts] == [GRIDS[1]]


def test_no_cell_is_a_formula(own_app):
    starts = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "＝1+1",
        '=HYPERLINK("http://x")',
        '=1";=2',
    ]
    app = own_app()
    stations = toy_layers()["stations"].iloc[[0] * len(starts)].reset_index(drop=True)
    stations["station_code"] = [f"X{i}" for i in range(len(starts))]
    stations["name"] = stations["address"] = starts
    fill(app.extensions[KEY].store, shapes={**toy_layers(), "stations": stations})
    client = app.test_client()
    sign_in(client, "leader")
    rows = rows_of(client, "/layers/stations.csv")
    for row, start in zip(rows, starts, strict=True):
        assert row["名称"] == row["地址"] == f"'{start}"
    for row in rows:
        assert not [cell for cell in row.values() if cell.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_numbers_stay_numbers_and_harmless_text_stays_as_it_is():
    assert safe_cell("西街 =1") == "西街 =1" and safe_cell("") == "" and safe_cell("24/7") == "24/7"


def test_an_empty_layer_is_a_table_without_rows(own_app):
    app = own_app()
    with app.extensions[KEY].store.write() as conn:
        from gis_app.layers import schema
        from gis_app.storage import assignments, layers

        for name in ("stations", "buildings", "streets", "water", "blocks"):
            layers.replace_layer(conn, name, schema.empty(name))
        for name, frame in toy_tables().items():
            assignments.replace_table(conn, name, frame.iloc[:0])
    client = app.test_client()
    sign_in(client, "leader")
    for name in TABLES:
        answer = client.get(f"/layers/{name}/table")
        assert answer.status_code == 200, name
        assert client.get(f"/layers/{name}.csv").status_code == 200, name
    assert "还没有数据" in client.get("/layers/stations/table").text
    assert client.get("/layers/stations.geojson").json == {"type": "FeatureCollection", "features": []}


def test_filtered_words_are_found_in_either_case(as_role):
    frame = pd.DataFrame(rows_of(as_role("leader"), "/layers/stations.csv?q=Z00"))
    assert len(frame) == 3
    assert len(rows_of(as_role("leader"), "/layers/stations.csv?q=z00")) == 3
