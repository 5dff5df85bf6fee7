"""Reports in haste: one after another, or sent while a photo is still read; each keeps its own photos."""

from __future__ import annotations

from pathlib import Path

from tests.browser.phone import Phone, Switched, picture, report
from tests.browser.test_field_report import FIRST_CLASS, begin

TWICE = """() => {
  const form = document.getElementById("report-form");
  form.requestSubmit();
  form.requestSubmit();
}"""
SLOW = """(() => {
  const listen = IDBTransaction.prototype.addEventListener;
  IDBTransaction.prototype.addEventListener = function (type, heard, ...more) {
    const later = (event) => setTimeout(() => heard.call(this, event), 700);
    listen.call(this, type, type === "complete" && this.mode === "readwrite" ? later : heard, ...more);
  };
})()"""


def test_reports_without_a_pause_each_keep_their_own_photo(
    phone: Phone, server: Switched, photos: list[Path]
):
    phone.context.set_offline(True)
    for turn in range(8):
        report(phone.page, [photos[turn % len(photos)]])
    waiting = [one for one in phone.items() if one["state"] != "draft"]
    assert [len(one["photos"]) for one in waiting] == [1] * 8


def test_a_photo_picked_before_two_taps_on_send_goes_with_the_one_report(
    phone: Phone, server: Switched, photos: list[Path], tmp_path: Path
):
    page = phone.page
    phone.context.set_offline(True)
    begin(page, photos[0])
    page.locator(FIRST_CLASS).first.tap()
    page.set_input_files("#report-files", picture(tmp_path / "large.jpg", 4, (4000, 3000), grain=60))
    page.evaluate(TWICE)  # the large one is still being read
    page.wait_for_function("() => document.body.dataset.view === 'queue'")
    (item,) = phone.items()
    assert len(item["photos"]) == 2 and phone.errors == []
    begin(page, photos[1])  # and the form is ready for the next


def test_a_class_chosen_before_a_slow_memory_has_the_photo_is_sent_with_it(
    phone: Phone, server: Switched, photos: list[Path]
):
    page = phone.page
    page.add_init_script(SLOW)
    page.reload()
    phone.ready(kept=False)
    phone.context.set_offline(True)
    for photo in photos:
        page.tap("[data-tab=report]")
        page.set_input_files("#report-camera", photo)
        page.locator(FIRST_CLASS).first.tap()
        page.tap("#report-send")
        page.wait_for_function("() => document.body.dataset.view === 'queue'", timeout=15_000)
    assert [len(one["photos"]) for one in phone.items()] == [1] * 3
    assert all(one["values"]["class_code"] and one["values"]["lon"] for one in phone.items())
