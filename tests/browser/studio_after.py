"""What others see of a plan that takes effect: a worker's phone, the leader's page beside what is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from gis_app import clock
from gis_app.storage import tables
from gis_app.storage.engine import open_store
from gis_app.storage.plans import PUBLISHED
from tests.browser.conftest import PHONE
from tests.browser.studio_hands import table
from tests.conftest import settings_of

YEAR = "from=2023-01-01&to=2023-12-31"
BEGIN, END = (datetime(year, 1, 1, tzinfo=clock.ZONE) for year in (2023, 2024))
PLACES = "Object.fromEntries(studio.shapes.codes.map((code, i) => [code, studio.shapes.places[i]]))"
SERVED = """async () => Object.fromEntries((await (await fetch('/layers/blocks.geojson')).json()).features
  .map(({ id, properties }) => [id, properties.grid_code]))"""
PACKED = "async () => (await import('/static/js/field/pack.js')).current().grids.map(({ code }) => code)"
TAKEN_IN_HAND = "() => { document.dispatchEvent(new Event('visibilitychange')); }"
BASES = """() => Object.fromEntries([...document.querySelectorAll('#bars [data-area]')]
  .map((row) => [row.dataset.area, row.title]))"""


@dataclass
class Others:
    """A worker's phone and the leader's page, open before a plan is published, and what it is to change.

    `today` and `drawn` name the grid of each block by code or key, `places` its middle (lon, lat), `before`
    what the leader's page told of each grid: incidents reported in 2023 / households.
    """

    phone: Page
    leader: Page
    today: dict[str, str]
    drawn: dict[str, str]
    places: dict[str, list[float]]
    communities: list[str]
    before: dict[str, str]

    @classmethod
    def waiting(cls, new_page: Callable[..., Page], studio: Page) -> Others:
        """Open both while the old plan is in force; the phone keeps its pack."""
        phone = new_page("grid_worker", PHONE, permissions=["geolocation"])
        phone.goto("/field")
        phone.wait_for_selector("html[data-ready]")
        leader = new_page("leader")
        today, drawn = leader.evaluate(SERVED), table(studio)
        changed = {today[block][:12] for block in today if today[block] != drawn.get(block)}
        communities = sorted(changed)
        before = told_to_leader(leader, communities)
        return cls(phone, leader, today, drawn, studio.evaluate(PLACES), communities, before)

    def see_the_plan(self, instance: Path) -> None:
        """Hold what both show after the plan was published against what is served and what is stored."""
        served = self.leader.evaluate(SERVED)
        self._same_plan(served)
        self._phone_stands_in_its_new_grid(served)
        after = told_to_leader(self.leader, self.communities)
        assert set(after) == {code for code in served.values() if code[:12] in self.communities}
        assert after == {code: sums for code, sums in stored(instance).items() if code in after}
        assert len([code for code in after if after[code] != self.before.get(code)]) >= 2

    def _same_plan(self, served: dict[str, str]) -> None:
        """The grids that are served are those that were drawn, each by a code of the standard."""
        drawn = self.drawn
        groups = {frozenset(b for b in drawn if drawn[b] == key) for key in set(drawn.values())}
        assert groups == {frozenset(b for b in served if served[b] == code) for code in set(served.values())}
        assert all(len(code) == 15 and code.isdigit() for code in served.values())

    def _phone_stands_in_its_new_grid(self, served: dict[str, str]) -> None:
        """In a block that changed its grid the old pack says the old one, the pack fetched the new one."""
        moved = [block for block in self.today if served.get(block, self.today[block]) != self.today[block]]
        known = set(self.today.values())
        block = min(moved, key=lambda one: (served[one] in known, one))  # rather one of a grid that is new
        lon, lat = self.places[block]
        self.phone.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 8})
        expect(self.phone.locator("#grid-code")).to_have_text(self.today[block])
        assert set(self.phone.evaluate(PACKED)) == known
        with self.phone.expect_response(lambda answer: answer.url.endswith("/field/pack.json")) as fetched:
            self.phone.evaluate(TAKEN_IN_HAND)
        assert fetched.value.status == 200
        expect(self.phone.locator("#grid-code")).to_have_text(served[block])
        assert set(self.phone.evaluate(PACKED)) == set(served.values())


def told_to_leader(leader: Page, communities: list[str]) -> dict[str, str]:
    """Return what the leader's page tells of every grid of some communities, at the level of grids."""
    told: dict[str, str] = {}
    for code in communities:
        leader.goto(f"/leader?area={code}&level=grid&measure=report_rate&{YEAR}")
        leader.wait_for_selector("html[data-ready=leader]", state="attached")
        told |= leader.evaluate(BASES)
    return told


def stored(instance: Path) -> dict[str, str]:
    """Return the same of every grid in force from the store: incidents by grid, households by building."""
    homes, blocks, incidents = tables.buildings.c, tables.plan_blocks.c, tables.incidents.c
    households = (
        select(blocks.grid_code, func.sum(homes.households))
        .join_from(tables.plan_blocks, tables.buildings, homes.block_code == blocks.block_code)
        .where(blocks.plan_id == PUBLISHED.scalar_subquery())
        .group_by(blocks.grid_code)
    )
    in_year = (incidents.reported_at >= BEGIN, incidents.reported_at < END)
    reports = select(incidents.grid_code, func.count()).where(*in_year).group_by(incidents.grid_code)
    store = open_store(settings_of(instance).database_url)
    try:
        with store.read() as conn:
            reported = dict(map(tuple, conn.execute(reports)))
            return {code: f"{reported.get(code, 0):,} / {n:,}" for code, n in conn.execute(households)}
    finally:
        store.dispose()
