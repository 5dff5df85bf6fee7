"""A voice note: recorded by a tap without a network, heard again, sent with its report, heard at the desk."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import screenshot
from tests.browser.phone import Phone, Switched
from tests.browser.phone_fixtures import SENT, check_arrived, reported, rows

RECORD, STOP, AGAIN = "录一段话", "停止录音", "#report-voice audio"
LENGTH = """async () => {
  const audio = document.querySelector("#report-voice audio");
  audio.muted = true;
  await audio.play();
  await new Promise((resolve) => setTimeout(resolve, 500));
  audio.pause();
  return audio.currentTime;
}"""


def begin(page: Page, photo: Path) -> None:
    """Write a report up to its voice note, which is being recorded."""
    page.tap("[data-tab=report]")
    page.set_input_files("#report-camera", photo)
    page.wait_for_selector(".photo-thumb img")
    page.locator("#class-frequent .class-option").first.tap()
    page.tap("#report-more summary")
    page.get_by_text(RECORD).tap()
    expect(page.get_by_text(STOP)).to_be_visible()
    page.wait_for_timeout(2200)


def voices(server: Switched) -> list[tuple[str, float]]:
    """Return the notes of the worker's one report: how it is kept, how long it is."""
    (code,) = reported(server)
    asked = "SELECT voice_hash, seconds FROM incident_voices WHERE incident_code = ?"
    return rows(server, asked, code)


def test_a_voice_note_is_kept_without_a_network_and_heard_at_the_desk(
    phone: Phone, server: Switched, photos: list[Path]
):
    page = phone.page
    phone.context.set_offline(True)
    begin(page, photos[0])
    page.get_by_text(STOP).tap()
    expect(page.locator(AGAIN)).to_be_visible()
    assert page.evaluate(LENGTH) > 0
    screenshot(page, "field-report-voice")
    phone.off()
    page = phone.on()
    phone.open("#report")
    expect(page.locator(AGAIN)).to_be_visible()  # the draft has it still
    page.tap("#report-send")
    page.wait_for_function(SENT.format(1), timeout=60_000)
    check_arrived(server, photos[:1])
    ((name, seconds),) = voices(server)
    assert 1 < seconds < 10
    assert len(list((server.instance_dir / "voices").rglob(f"{name}*"))) == 1
    page.goto(f"/incidents/{reported(server)[0]}")
    heard = page.locator("audio").first
    expect(heard).to_have_attribute("src", f"/voices/{name}")
    page.evaluate("() => { document.querySelector('audio').preload = 'metadata'; }")
    page.wait_for_function("() => document.querySelector('audio').readyState >= 1")
    assert page.evaluate("() => document.querySelector('audio').error") is None


def test_what_is_being_said_when_the_report_is_sent_goes_with_it(
    phone: Phone, server: Switched, photos: list[Path]
):
    page = phone.page
    begin(page, photos[0])
    page.tap("#report-send")
    page.wait_for_function(SENT.format(1), timeout=60_000)
    ((_name, seconds),) = voices(server)
    assert seconds > 1
    check_arrived(server, photos[:1])


def test_a_voice_note_that_is_taken_away_is_not_sent(phone: Phone, server: Switched, photos: list[Path]):
    page = phone.page
    begin(page, photos[0])
    page.get_by_text(STOP).tap()
    page.locator("#report-voice [aria-label='删除语音']").tap()
    expect(page.get_by_text(RECORD)).to_be_visible()
    page.tap("#report-send")
    page.wait_for_function(SENT.format(1), timeout=60_000)
    assert voices(server) == [] and phone.stored("outbox", "blobs") == []
    check_arrived(server, photos[:1])
