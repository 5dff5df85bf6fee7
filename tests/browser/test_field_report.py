"""A report in three taps: kept at every step, for its owner alone, settled by the worker where it must be."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import screenshot
from tests.browser.phone import Phone, Switched, picture, report, wait_until
from tests.browser.phone_fixtures import SENT, check_arrived, database, photos_of, reported, rows
from tests.conftest import PASSWORD, USERNAMES

FIRST_CLASS = "#class-frequent .class-option"


def begin(page: Page, photo: Path) -> None:
    """Open the report and take a photo; it is kept when its picture is shown."""
    page.tap("[data-tab=report]")
    page.set_input_files("#report-camera", photo)
    page.wait_for_selector(".photo-thumb img")


def test_three_taps_make_an_incident_with_place_grid_and_address(
    phone: Phone, server: Switched, photos: list[Path]
):
    page = phone.page
    with page.expect_file_chooser():
        page.tap("[data-tab=report]")  # the first tap opens the camera
    page.set_input_files("#report-camera", photos[0])
    page.wait_for_selector(".photo-thumb img")
    expect(page.locator("#where-grid")).not_to_have_text("正在定位…")
    page.locator(FIRST_CLASS).first.tap()
    screenshot(page, "field-report")
    page.tap("#report-send")
    page.wait_for_function(SENT.format(1))
    check_arrived(server, photos[:1])
    ((lon, lat, grid, address, accuracy),) = rows(
        server,
        "SELECT lon, lat, grid_code, address, accuracy_m FROM incidents WHERE incident_code = ?",
        reported(server)[0],
    )
    assert (lon, lat) == pytest.approx(phone.place, abs=1e-6)
    assert len(grid) == 15 and address and accuracy == 8
    expect(page.locator("#queue-sent [data-code] .state").first).to_have_text("已上报")


def test_a_dragged_pin_and_words_go_with_the_report(phone: Phone, server: Switched, photos: list[Path]):
    page = phone.page
    begin(page, photos[0])
    page.wait_for_selector(".place-pin-holder")
    box = page.locator("#field-map").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    expect(page.locator("#where-said")).not_to_contain_text("误差")
    page.locator(FIRST_CLASS).first.tap()
    page.tap("#report-more summary")
    page.fill("#report-words", "井盖缺失")
    page.tap("#report-send")
    page.wait_for_function(SENT.format(1))
    ((lon, lat, words),) = rows(
        server, "SELECT lon, lat, description FROM incidents WHERE incident_code = ?", reported(server)[0]
    )
    assert words == "井盖缺失" and abs(lon - phone.place[0]) + abs(lat - phone.place[1]) > 1e-5


def test_a_page_that_is_killed_keeps_the_draft_with_its_photo(
    phone: Phone, server: Switched, photos: list[Path]
):
    page = phone.page
    begin(page, photos[0])
    page.locator(FIRST_CLASS).nth(1).tap()
    page.tap("#report-more summary")
    page.fill("#report-words", "写到一半")
    page.wait_for_timeout(600)
    with contextlib.suppress(Error):  # nobody is left to answer
        page.goto("chrome://crash", timeout=3000)
    phone.off()
    page = phone.on()
    phone.open("#report")
    expect(page.locator(".photo-thumb")).to_have_count(1)
    expect(page.locator("#report-words")).to_have_value("写到一半")
    expect(page.locator(FIRST_CLASS).nth(1).locator("input")).to_be_checked()
    page.tap("#report-send")
    page.wait_for_function(SENT.format(1))
    check_arrived(server, photos[:1])


def test_a_photo_that_breaks_off_half_way_is_said_and_loses_nothing(
    phone: Phone, photos: list[Path], tmp_path: Path
):
    page = phone.page
    begin(page, photos[0])
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(photos[1].read_bytes()[:40])
    page.set_input_files("#report-files", broken)
    expect(page.locator("#photo-said")).to_contain_text("没有读完整")
    empty = tmp_path / "empty.jpg"
    empty.write_bytes(b"")
    page.set_input_files("#report-files", empty)
    expect(page.locator("#photo-said")).to_contain_text("没有读完整")
    expect(page.locator(".photo-thumb")).to_have_count(1)


def test_a_large_photo_is_made_smaller_and_stays_upright(phone: Phone, server: Switched, tmp_path: Path):
    from PIL import Image

    large = picture(tmp_path / "large.jpg", 3, (4000, 3000))
    exif = Image.Exif()
    exif[274] = 6  # taken with the phone turned: to be shown rotated by 90°
    Image.open(large).save(large, "JPEG", quality=95, exif=exif)
    page = phone.page
    begin(page, large)
    for _try in range(50):
        ((_key, kept),) = phone.stored("outbox", "blobs")
        if kept["width"] < 4000 and kept["height"] < 4000:
            break
        page.wait_for_timeout(200)
    assert (kept["width"], kept["height"]) == (1920, 2560)
    page.locator(FIRST_CLASS).first.tap()
    page.tap("#report-send")
    page.wait_for_function(SENT.format(1))
    ((width, height),) = rows(
        server, "SELECT width, height FROM incident_photos WHERE incident_code = ?", reported(server)[0]
    )
    assert (width, height) == (1920, 2560)


def test_another_account_does_not_see_or_send_what_waits(phone: Phone, server: Switched, photos: list[Path]):
    page = phone.page
    page.context.set_offline(True)
    report(page, [photos[0]])
    page.context.set_offline(False)
    server.off()
    server.on()
    change_account(phone, "dispatcher")
    page.tap("#data-state")
    expect(page.locator("#queue-waiting")).to_contain_text("没有等待发送的内容")
    page.wait_for_timeout(3000)
    held = [item for item in phone.items() if item["state"] != "sent"]
    sent_by_worker = [item for item in phone.items() if item["state"] == "sent"]
    assert len(held) + len(sent_by_worker) == 1
    change_account(phone, "grid_worker")
    page.tap("#data-state")
    page.wait_for_function(SENT.format(1))
    check_arrived(server, photos[:1])
    ((reporter,),) = rows(
        server,
        "SELECT username FROM incidents JOIN accounts ON account_id = reporter_id WHERE incident_code = ?",
        reported(server)[0],
    )
    assert reporter == "worker"


def test_another_sign_in_in_a_second_tab_sends_nothing_of_the_first(
    phone: Phone, server: Switched, photos: list[Path]
):
    page = phone.page
    hold = phone.context.new_page()
    hold.goto("/incidents")
    hold.evaluate("() => { navigator.locks.request('field-outbox', () => new Promise(() => {})); }")
    page.bring_to_front()
    report(page, [photos[0]])
    other = phone.context.new_page()
    other.goto("/incidents")
    other.evaluate(
        "async ([username, password]) => { const form = new URLSearchParams({username, password});"
        " await fetch('/sign-in', {method: 'POST', body: form}); }",
        [USERNAMES["dispatcher"], PASSWORD],
    )
    hold.close()
    page.bring_to_front()
    page.evaluate("() => dispatchEvent(new Event('online'))")
    page.wait_for_timeout(3000)
    assert reported(server) == []
    assert [item["state"] for item in phone.items()] == ["waiting"]
    expect(page.locator("#queue-waiting .queue-card")).to_have_count(0)


def change_account(phone: Phone, role: str) -> None:
    """Sign out through the menu of the field page and in again as somebody else."""
    page = phone.page
    page.tap("#menu-button")
    page.tap("#sign-out button")
    page.wait_for_url("**/sign-in*")
    wait_until(page, "async () => !(await caches.has('field-page'))")
    assert phone.stored("field", "kept") == [] and phone.stored("field", "ticks") == []
    phone.sign_in(role)


def test_a_changed_scope_wipes_the_phone_and_keeps_the_queue(
    phone: Phone, server: Switched, photos: list[Path]
):
    page = phone.page
    page.context.set_offline(True)
    report(page, [photos[0]])
    before = account_key(phone)
    with database(server) as conn:
        conn.execute("UPDATE accounts SET scope_code = '410222' WHERE username = 'worker'")
    try:
        page.context.set_offline(False)
        page.evaluate("() => dispatchEvent(new Event('online'))")
        page.wait_for_function(SENT.format(1))
        assert account_key(phone) != before
        check_arrived(server, photos[:1])
    finally:
        with database(server) as conn:
            conn.execute("UPDATE accounts SET scope_code = '410222001006' WHERE username = 'worker'")


def account_key(phone: Phone) -> str:
    return dict(phone.stored("field", "kept"))["pack"]["pack"]["account"]["key"]


def test_a_full_phone_says_so_keeps_what_is_there_and_sends(
    phone: Phone, server: Switched, photos: list[Path], tmp_path: Path
):
    page = phone.page
    page.context.set_offline(True)
    report(page, [photos[0]])
    used = page.evaluate("async () => (await navigator.storage.estimate()).usage")
    phone.off()
    page = phone.on()  # a browser asks how much room there is once in a while only
    room = {"origin": server.url, "quotaSize": used + 200_000}
    phone.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", room)
    page.context.set_offline(True)
    phone.open()
    large = picture(tmp_path / "large.jpg", 7, (2400, 1800), grain=80)
    page.tap("[data-tab=report]")
    page.set_input_files("#report-camera", large)
    page.wait_for_selector(".photo-thumb img")
    expect(page.locator("#photo-said")).to_contain_text("手机存储已满")
    screenshot(page, "field-report-full")
    page.locator(FIRST_CLASS).first.tap()
    page.tap("#report-send")
    page.wait_for_timeout(1500)
    expect(page.locator("#photo-said")).to_contain_text("手机存储已满")
    expect(page.locator(".photo-thumb")).to_have_count(1)
    assert len([item for item in phone.items() if item["state"] == "waiting"]) == 1
    page.context.set_offline(False)
    page.tap("#report-send")
    page.wait_for_function(SENT.format(2), timeout=60_000)
    assert sorted(len(photos_of(server, code)) for code in reported(server)) == [1, 1]


def test_a_withdrawn_class_is_shown_and_settled_by_the_worker(
    phone: Phone, server: Switched, photos: list[Path]
):
    page = phone.page
    page.context.set_offline(True)
    report(page, [photos[0]])
    (item,) = phone.items()
    withdrawn = item["values"]["class_code"]
    with database(server) as conn:
        conn.execute("UPDATE incident_classes SET active = 0 WHERE class_code = ?", (withdrawn,))
    server.off()
    server.on()
    try:
        page.context.set_offline(False)
        page.tap("#queue-now")
        card = page.locator("#queue-conflicts .queue-card")
        expect(card).to_have_count(1, timeout=30_000)
        expect(card).to_contain_text("1 张照片都在这部手机上")
        screenshot(page, "field-conflict")
        assert reported(server) == []
        assert card.get_attribute("data-problem") == "class_withdrawn"
        card.locator("select").select_option(index=3)
        card.get_by_text("改类别并发送").tap()
        page.wait_for_function(SENT.format(1))
        check_arrived(server, photos[:1])
    finally:
        with database(server) as conn:
            conn.execute("UPDATE incident_classes SET active = 1 WHERE class_code = ?", (withdrawn,))
        server.off()


def test_an_expired_session_keeps_everything_until_the_worker_signs_in(
    phone: Phone, server: Switched, photos: list[Path]
):
    page = phone.page
    page.context.set_offline(True)
    report(page, [photos[0]])
    with database(server) as conn:
        conn.execute("DELETE FROM sessions")
    page.context.set_offline(False)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.locator("#queue-state a[href^='/sign-in']")).to_be_visible()
    expect(page.locator("#queue-waiting .queue-card")).to_have_count(1)
    page.tap("#queue-state a[href^='/sign-in']")
    page.fill("#username", USERNAMES["grid_worker"])
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    phone.ready()
    page.tap("#data-state")
    page.wait_for_function(SENT.format(1))
    check_arrived(server, photos[:1])
