"""What time does to a phone: a clock that is a day wrong, a pack that is past its time."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from gis_app import clock
from tests.browser.phone import Phone, Switched, report, wait_until
from tests.browser.phone_fixtures import SENT, check_arrived, reported, rows

EXPIRE = """async () => {
  const done = (asked) => new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const db = await done(indexedDB.open("field"));
  const store = db.transaction("kept", "readwrite").objectStore("kept");
  const held = await done(store.get("pack"));
  held.pack.expires_at = Math.floor(Date.now() / 1000) - 60;
  await done(store.put(held, "pack"));
  db.close();
}"""


@pytest.mark.parametrize("days", [1, -1])
def test_a_report_of_a_phone_whose_clock_is_a_day_wrong_has_the_right_time(
    phone: Phone, server: Switched, photos: list[Path], days: int
):
    page = phone.page
    page.clock.set_system_time(datetime.now() + timedelta(days=days))
    phone.open()  # the server tells the time
    expect(page.locator("[data-notice=clock]")).to_be_visible()
    phone.context.set_offline(True)
    page.reload()
    phone.ready(kept=False)
    made = clock.now()
    report(page, [photos[0]])
    page.wait_for_timeout(3000)
    phone.context.set_offline(False)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    page.wait_for_function(SENT.format(1), timeout=60_000)
    check_arrived(server, photos[:1])
    asked = "SELECT reported_at FROM incidents WHERE incident_code = ?"
    ((told,),) = rows(server, asked, reported(server)[0])
    at = datetime.fromisoformat(told)
    at = at if at.tzinfo else at.replace(tzinfo=clock.ZONE)
    assert abs(at - made) < timedelta(seconds=30)


def test_a_pack_past_its_time_is_wiped_and_what_waits_is_kept(
    phone: Phone, server: Switched, photos: list[Path]
):
    page = phone.page
    phone.context.set_offline(True)
    report(page, [photos[0]])
    (before,) = phone.items()
    page.evaluate(EXPIRE)
    page.reload()
    wait_until(page, "async () => document.body.dataset.trouble === 'nodata'")
    assert phone.stored("field", "kept") == [] and phone.stored("field", "ticks") == []
    assert page.locator("#nearest article").count() == 0
    assert [(one["id"], one["state"]) for one in phone.items()] == [(before["id"], "waiting")]
    assert [key for key, _blob in phone.stored("outbox", "blobs")] == [before["photos"][0]["id"]]
    phone.context.set_offline(False)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    wait_until(page, "async () => (await import('/static/js/field/pack.js')).current() !== null")
    page.evaluate("() => { location.hash = 'queue'; }")
    page.wait_for_function(SENT.format(1), timeout=60_000)
    check_arrived(server, photos[:1])
    assert len(phone.stored("field", "kept")) == 1
