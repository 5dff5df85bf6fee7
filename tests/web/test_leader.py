"""The leader's figures: each one recounted with plain pandas, and its list counted row by row."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from gis_app import clock
from gis_app.incidents.attention import Rule, broken, ranked
from gis_app.incidents.key_figures import KEY_FIGURES
from gis_app.stations.coverage import reach
from gis_app.storage import layers as stored_layers

GEODATA = Path(__file__).resolve().parents[2] / "geodata"
AREAS = ("", "410222001", "410222001026", "410222002002", "410222001026001")
PERIODS = ("period=6m", "period=12m&compare=year", "from=2023-03-01&to=2023-05-31")
FIGURES = list(KEY_FIGURES)
DATA_LIMIT = 60_000


@pytest.fixture(scope="module")
def incidents() -> pd.DataFrame:
    frame = pd.read_csv(GEODATA / "incidents.csv", dtype="str", keep_default_na=False)
    for name in ("reported_at", "due_at", "resolved_at", "closed_at"):
        frame[name] = pd.to_datetime(frame[name], format="ISO8601", errors="coerce")
    return frame


@pytest.fixture(scope="module")
def homes(reference_store, reference_settings) -> pd.DataFrame:
    """Return the county's homes with how far each is from a station."""
    from gis_app.layers.atlas import Atlas

    with reference_store.read() as conn:
        atlas = Atlas.build(stored_layers.read_layers(conn), 1)
    settings = reference_settings
    return reach(atlas, walking_speed=settings.walking_speed, snap_limit=settings.snap_limit)


def ask(client, query: str = "") -> dict:
    answer = client.get(f"/leader.json?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json


def recounted(code: str, area: str, span: tuple[str, str], incidents, homes) -> tuple[float, float]:
    """Return numerator and denominator as the rules say them, from the files."""
    here = homes[homes["grid_code"].fillna("").str.startswith(area)]
    if code == "coverage":
        return here.loc[here["walk_m"] <= 500.001, "households"].sum(), here["households"].sum()
    if code == "posts":
        return posts(area)
    rows = incidents[incidents["grid_code"].str.startswith(area)]
    day = rows["reported_at"].dt.strftime("%Y-%m-%d")
    rows = rows[(day >= span[0]) & (day <= span[1])]
    if code == "report_rate":
        return len(rows), here["households"].sum()
    now = pd.Timestamp(clock.now())
    counted = ~rows["state"].isin(["returned", "rejected", "duplicate"])
    closed = counted & rows["closed_at"].notna()
    due = closed | (counted & (rows["due_at"] <= now))
    in_time = closed & (
        rows["due_at"].isna() | (rows["resolved_at"].fillna(rows["closed_at"]) <= rows["due_at"])
    )
    still = rows["state"].isin(["reported", "accepted", "dispatched", "handling", "paused"])
    pairs = {
        "closing_rate": (closed, due),
        "in_time_rate": (in_time, due),
        "overdue_rate": (still & (rows["due_at"] < now), still),
    }
    above, below = pairs[code]
    return int(above.sum()), int(below.sum())


def posts(area: str) -> tuple[int, int]:
    """Return the posts held and all posts of an area, from the files."""
    read = {"dtype": "str", "keep_default_na": False}
    posts = pd.read_csv(GEODATA / "assignments.csv", **read)
    today = clock.now().date().isoformat()
    posts = posts[(posts["term_from"] <= today) & ((posts["term_to"] == "") | (posts["term_to"] >= today))]
    held = (posts["holder_name"] != "").where(
        posts["role"] != "paired_organisation", posts["organisation_code"] != ""
    )
    filled = set(zip(posts["role"][held], posts["area_code"][held], strict=True))
    zones = pd.read_csv(GEODATA / "zone_communities.csv", **read)
    roles = set(posts["role"])
    filled |= {("zone", code) for code in zones["community_code"]}
    grids, communities = (
        [
            feature["properties"][key]
            for feature in json.loads((GEODATA / f"{name}.geojson").read_text())["features"]
        ]
        for name, key in (("grids", "grid_code"), ("communities", "community_code"))
    )
    every = {(role, code) for role in roles & {"grid_worker", "grid_leader"} for code in grids}
    every |= {
        (role, code) for role in (roles | {"zone"}) - {"grid_worker", "grid_leader"} for code in communities
    }
    inside = {post for post in every if post[1].startswith(area)}
    return len(inside & filled), len(inside)


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("period", PERIODS)
def test_every_figure_agrees_with_plain_pandas(client_as, incidents, homes, area, period):
    told = ask(client_as("leader"), f"area={area}&{period}")
    span = (told["asked"]["from"], told["asked"]["to"])
    for figure in told["figures"]:
        above, below = recounted(figure["code"], area, span, incidents, homes)
        assert (figure["numerator"], figure["denominator"]) == (above, below), figure["code"]
        scale = 1000 if figure["code"] == "report_rate" else 1
        assert figure["value"] == (pytest.approx(above / below * scale, abs=1e-6) if below else None)
        assert figure["rule"] and figure["list"].startswith(f"/leader/list?figure={figure['code']}")


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("code", FIGURES)
def test_the_lists_add_up_to_their_figure(client_as, area, code):
    client = client_as("leader")
    figure = next(one for one in ask(client, f"area={area}&period=6m")["figures"] if one["code"] == code)
    for part, number in (("above", figure["numerator"]), ("below", figure["denominator"])):
        rows, page = [], 1
        while True:
            told = client.get(
                f"/leader/list.json?{figure['list'].split('?')[1]}&part={part}&page={page}"
            ).json
            rows += told["rows"]
            if page >= told["pages"]:
                break
            page += 1
        assert len(rows) == told["size"]
        assert sum(row[-1] for row in rows) == told["total"] == number


def test_areas_of_the_map_add_up_to_the_county(client_as, incidents):
    for level in ("subdistrict", "community", "grid"):
        told = ask(client_as("leader"), f"level={level}&period=12m")
        for figure in told["figures"]:
            if figure["code"] == "posts" and level == "grid":
                continue  # a community's own posts lie in no grid
            above = sum(area["values"][figure["code"]][1] for area in told["areas"])
            outside = (incidents["grid_code"] == "").sum()
            assert abs(above - figure["numerator"]) <= outside, (level, figure["code"])
            classes = told["legends"][figure["code"]]["classes"]
            assert sum(one["count"] for one in classes) == len(told["areas"])


def test_no_list_shows_mediation_one_by_one(client_as, incidents):
    private = set(incidents.loc[incidents["category"] == "mediation", "incident_code"])
    client = client_as("leader")
    page, seen, hidden = 1, set(), 0
    while True:
        told = client.get(
            f"/leader/list.json?figure=report_rate&from=2023-01-01&to=2023-12-31&page={page}"
        ).json
        seen |= {row[0] for row in told["rows"] if row[0]}
        hidden += sum(row[-1] for row in told["rows"] if not row[0])
        if page >= told["pages"]:
            break
        page += 1
    assert private and not private & seen
    assert hidden >= len(private) and len(seen) + hidden == len(incidents)


def test_the_trend_is_the_figure_of_each_month(client_as, incidents, homes):
    told = ask(client_as("leader"), "period=6m")
    months = told["trend"]["months"]
    assert months == [f"2023-{month:02d}" for month in range(1, 13)]
    for code in ("report_rate", "closing_rate", "in_time_rate", "overdue_rate"):
        for month, (_value, above, below) in zip(months, told["trend"]["series"][code], strict=True):
            span = (f"{month}-01", f"{month}-31")
            assert (above, below) == recounted(code, "", span, incidents, homes), (code, month)
    value, *base = told["trend"]["series"]["coverage"][-1]
    assert (value, base) == (
        told["figures"][0]["value"],
        list(recounted("coverage", "", ("", ""), incidents, homes)),
    )
    assert told["trend"]["series"]["posts"] is None


def test_the_period_before_is_as_long_and_the_change_is_told(client_as, incidents, homes):
    told = ask(client_as("leader"), "period=6m")
    assert told["asked"]["before"] == ["2023-01-01", "2023-06-30"]
    figure = next(one for one in told["figures"] if one["code"] == "report_rate")
    above, below = recounted("report_rate", "", tuple(told["asked"]["before"]), incidents, homes)
    assert figure["change"]["difference"] == pytest.approx(figure["value"] - above / below * 1000, abs=1e-5)
    assert ask(client_as("leader"), "compare=none")["figures"][3]["change"] is None


def test_needs_are_shares_of_what_is_missing(client_as):
    told = ask(client_as("leader"), "period=6m")
    rows = told["attention"]["rows"]
    assert sum(row["need"] for row in rows) == pytest.approx(1, abs=0.01)
    assert [row["need"] for row in rows] == sorted((row["need"] for row in rows), reverse=True)
    assert all(row["reasons"] and row["reasons"][0]["text"] for row in rows)
    thin = next(row for row in rows if row["name"] == "毛李社区")
    assert any("步行 500 米内没有驿站" in reason["text"] for reason in thin["reasons"])


def test_ranking_and_rules_on_numbers_known_by_heart():
    table = pd.DataFrame(
        {"numerator": [9.0, 2.0, 0.0], "denominator": [10.0, 10.0, 0.0], "value": [0.9, 0.2, None]},
        index=["A", "B", "C"],
    )
    need = ranked({"coverage": table}, KEY_FIGURES, {"coverage": 0.5})
    assert need["need"].to_dict() == {"B": 1.0}
    above = Rule(1, "coverage", "community", "", "above", 0.2, 1)
    assert list(broken(above, table).index) == ["A"]  # equal to the threshold is not above it
    below = Rule(2, "coverage", "community", "", "below", 0.95, 1)
    assert list(broken(below, table).index) == ["B", "A"]
    assert broken(Rule(3, "coverage", "community", "", "below", 0.95, 11), table).empty


def test_the_answer_is_small(client_as):
    for query in ("", "level=grid", "level=grid&period=12m&compare=year", "area=410222001"):
        answer = client_as("leader").get(f"/leader.json?{query}", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.data) < DATA_LIMIT
        assert gzip.decompress(answer.data)


def test_an_alert_stands_where_the_first_rule_is_broken(client_as, incidents):
    told = ask(client_as("leader"))["alerts"]
    rule = told["rules"][0]
    assert (rule["measure"], rule["level"], rule["side"], rule["threshold"]) == (
        "overdue_rate",
        "community",
        "above",
        0.1,
    )
    still = incidents[incidents["state"].isin(["reported", "accepted", "dispatched", "handling", "paused"])]
    late = still["due_at"] < pd.Timestamp(clock.now())
    share = late.groupby(still["grid_code"].str[:12]).mean()
    expected = {code for code, value in share.items() if code and value > 0.1}
    assert {one["area"]["code"] for one in told["alerts"]} == expected


@pytest.mark.parametrize(
    "query",
    ["measure=x", "period=2m", "compare=x", "area=99", "level=block", "from=2023-13-01", "other=1",
     "from=2023-05-01&to=2023-04-01"],
)  # fmt: skip
def test_a_wrong_question_names_its_field(client_as, query):
    answer = client_as("leader").get(f"/leader.json?{query}")
    assert answer.status_code == 400 and answer.json["error"]["fields"]


def test_a_county_without_streets_incidents_or_posts_is_told_without_lies(as_role):
    told = as_role("leader").get("/leader.json").json
    assert told["figures"][0]["denominator"] == 280
    page = as_role("leader").get("/leader/list?figure=posts&part=rest")
    assert page.status_code == 200 and "空缺" in page.text
