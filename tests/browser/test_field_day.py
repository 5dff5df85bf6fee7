"""The day on a phone: tasks with photos before and after, done without a network; a round, only counted."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import screenshot
from tests.browser.phone import Phone, Switched
from tests.browser.phone_fixtures import hash_of, rows


def dispatched(server: Switched) -> tuple[str, str]:
    """Return an incident that waits for the demo handler's organisation, and its state."""
    found = rows(
        server,
        "SELECT i.incident_code, i.state FROM incidents i JOIN accounts a ON a.username = 'handler'"
        " AND i.organisation_code = a.organisation_code WHERE i.state = 'dispatched' ORDER BY i.due_at",
    )
    return found[0]


def history(server: Switched, code: str) -> list[tuple]:
    return rows(server, "SELECT verb, photos FROM incident_history WHERE incident_code = ? ORDER BY at", code)


def test_a_task_is_handled_and_resolved_without_a_network(phone: Phone, server: Switched, photos: list[Path]):
    code, _state = dispatched(server)
    phone.page.context.clear_cookies()
    page = phone.sign_in("handler")
    page.tap("[data-tab=day]")
    card = page.locator(f".task[data-code='{code}']")
    expect(card).to_be_visible()
    page.tap("#task-order [data-order=distance]")
    far = [int("".join(filter(str.isdigit, text))) for text in page.locator(".task .quiet").all_inner_texts()]
    assert len(far) > 0
    page.context.set_offline(True)
    card.get_by_role("button", name="开始处置").tap()
    page.set_input_files(f".task[data-code='{code}'] input[type=file]", photos[0])
    expect(card.locator(".photo-thumb")).to_have_count(1)
    card.locator(".step-form [type=submit]").tap()
    expect(card).to_contain_text("待发：开始处置")
    card.get_by_role("button", name="处置反馈").tap()
    page.set_input_files(f".task[data-code='{code}'] input[type=file]", photos[1])
    expect(card.locator(".photo-thumb")).to_have_count(1)
    card.locator(".step-form [type=submit]").tap()
    expect(card.locator(".step-form .fault")).to_have_text("请写一句说明。")
    card.locator("textarea").fill("已处理完毕")
    screenshot(page, "field-day")
    card.locator(".step-form [type=submit]").tap()
    expect(card).to_contain_text("开始处置、处置反馈")
    phone.off()
    page = phone.on()
    phone.open("#queue")
    expect(page.locator("#queue-waiting")).to_contain_text("没有等待发送的内容", timeout=30_000)
    steps = history(server, code)[-2:]
    assert [verb for verb, _photos in steps] == ["handle", "resolve"]
    assert [hash_of(photo) in str(kept) for photo, (_verb, kept) in zip(photos, steps, strict=False)] == [
        True,
        True,
    ]
    assert rows(server, "SELECT state FROM incidents WHERE incident_code = ?", code) == [("resolved",)]


def test_a_round_is_ticked_on_the_phone_and_counted_on_the_server(phone: Phone, server: Switched):
    page = phone.page
    page.tap("[data-tab=day]")
    stops = page.locator(".patrol-stop input")
    expect(stops.first).to_be_visible()
    total = stops.count()
    page.context.set_offline(True)
    for number in (0, 1, 2):
        stops.nth(number).tap()
    expect(page.locator("#patrol-count")).to_have_text(f"已看 3 / {total} 处")
    stops.nth(1).tap()
    expect(page.locator("#patrol-count")).to_have_text(f"已看 2 / {total} 处")
    page.reload()
    phone.ready(kept=False)
    expect(page.locator("#patrol-count")).to_have_text(f"已看 2 / {total} 处")
    screenshot(page, "field-round")
    ((_key, kept),) = phone.stored("field", "ticks")
    assert sorted(kept) == ["day", "done", "grid_code", "total", "unsent"]  # no order, no time, no place
    with page.expect_response("**/field/patrols/**") as answered:
        page.context.set_offline(False)  # the page hears of it and sends by itself
    assert answered.value.ok and answered.value.request.post_data_json == {"done": 2, "total": total}
