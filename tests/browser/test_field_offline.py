"""The phone without a network: it opens, finds and reports; every report arrives once, its photos intact."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
import time
from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.browser.conftest import screenshot
from tests.browser.phone import Phone, Switched, picture, report, wait_until
from tests.browser.phone_fixtures import SENT, check_arrived, reported
from tests.serving import free_port


def test_three_reports_survive_the_browser_and_arrive_once(
    phone: Phone, server: Switched, photos: list[Path]
):
    page = phone.page
    phone.context.set_offline(True)
    page.reload()
    phone.ready(kept=False)
    expect(page.locator("#nearest h2").first).to_be_visible()
    expect(page.locator("#state-word")).to_contain_text("离线")
    for photo in photos:
        report(page, [photo])
    expect(page.locator("#queue-waiting .queue-card")).to_have_count(3)
    expect(page.locator("#state-word")).to_contain_text("3 条待发")
    screenshot(page, "field-queue-offline")
    phone.off()
    server.off()

    page = phone.on()
    phone.open("#queue")
    expect(page.locator("#queue-waiting .queue-card")).to_have_count(3)
    expect(page.locator("#state-word")).to_contain_text("离线")
    assert {item["state"] for item in phone.items()} == {"waiting"}
    server.on()
    page.tap("#queue-now")
    page.wait_for_function(SENT.format(3), timeout=60_000)
    expect(page.locator("#queue-waiting .queue-card")).to_have_count(0)
    check_arrived(server, photos)
    page.reload()
    phone.ready(kept=False)
    time.sleep(2)
    assert len(reported(server)) == 3
    screenshot(page, "field-queue-sent")


def test_a_server_killed_in_the_middle_of_an_upload_has_each_report_once(
    phone: Phone, server: Switched, tmp_path: Path
):
    large = [picture(tmp_path / f"large{number}.jpg", number, (2400, 1800), grain=30) for number in (4, 5, 6)]
    page = phone.page
    phone.context.set_offline(True)
    for photo in large:
        report(page, [photo])
    session = phone.context.new_cdp_session(page)
    session.send("Network.enable")
    phone.context.set_offline(False)
    slow = {"offline": False, "latency": 50, "downloadThroughput": 200_000, "uploadThroughput": 30_000}
    session.send("Network.emulateNetworkConditions", slow)
    page.wait_for_function(
        "() => [...document.querySelectorAll('progress')].some((bar) => bar.value > 0.2)", timeout=60_000
    )
    server.off(signal.SIGKILL)
    page.wait_for_function("() => !document.querySelector('[data-state=sending]')", timeout=60_000)
    expect(page.locator("#queue-waiting .queue-card")).to_have_count(3)
    session.send(
        "Network.emulateNetworkConditions",
        slow | {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    server.on()
    page.evaluate("() => dispatchEvent(new Event('online'))")
    page.wait_for_function(SENT.format(3), timeout=60_000)
    check_arrived(server, large)


class LosesAnswers(threading.Thread):
    """A wire to the server that delivers all requests and, while `losing`, cuts before a POST is answered."""

    def __init__(self, port: int, to: int) -> None:
        super().__init__(daemon=True)
        self.to, self.losing, self.lost = to, True, 0
        self.carriers: list[threading.Thread] = []
        self.listener = socket.create_server(("127.0.0.1", port))

    def run(self) -> None:
        """Carry connections, each on two threads, until the listener is closed."""
        while True:
            try:
                near, _address = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.to))
            state = {"post": False}
            for ends in ((near, far, state, True), (far, near, state, False)):
                carrier = threading.Thread(target=self.carry, args=ends, daemon=True)
                self.carriers.append(carrier)
                carrier.start()

    def carry(self, source: socket.socket, target: socket.socket, state: dict, up: bool) -> None:
        """Carry one direction."""
        try:
            while data := source.recv(65536):
                if up and data[:5] in (b"POST ", b"GET /", b"PUT /"):
                    state["post"] = data.startswith(b"POST /api/v1/incidents ")
                if not up and state["post"] and self.losing:
                    self.lost += 1
                    break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        source.close()  # each end is one thread's to read from, and so to close


def test_an_answer_that_is_lost_makes_no_second_incident(
    driver: Playwright, server: Switched, place: tuple[float, float], tmp_path: Path, photos: list[Path]
):
    port = free_port()
    wire = LosesAnswers(port, server.port)
    wire.start()
    phone = Phone(driver, tmp_path / "phone", f"http://127.0.0.1:{port}", place)
    page = phone.on()
    phone.sign_in()
    report(page, [photos[0]])
    page.wait_for_function(
        "() => document.querySelector('#queue-waiting [data-state=waiting]')?.textContent.includes('已试')"
    )
    assert wire.lost >= 1 and len(reported(server)) == 1
    wire.losing = False
    page.evaluate("() => dispatchEvent(new Event('online'))")
    page.wait_for_function(SENT.format(1))
    check_arrived(server, photos[:1])
    assert phone.items()[0]["sent"]["incident_code"] == reported(server)[0]
    phone.off()
    wire.listener.shutdown(socket.SHUT_RDWR)
    wire.listener.close()
    wire.join(timeout=10)
    for carrier in wire.carriers:
        carrier.join(timeout=10)


def test_two_tabs_send_once(phone: Phone, server: Switched, photos: list[Path]):
    phone.context.set_offline(True)
    for photo in photos:
        report(phone.page, [photo])
    second = phone.context.new_page()
    second.goto("/field#queue")
    second.wait_for_selector("html[data-ready='1']")
    posts: list[str] = []
    phone.context.on(
        "request",
        lambda one: one.method == "POST" and one.url.endswith("/api/v1/incidents") and posts.append(one.url),
    )
    phone.context.set_offline(False)
    for page in (phone.page, second):
        page.evaluate("() => dispatchEvent(new Event('online'))")
    phone.page.bring_to_front()
    phone.page.wait_for_function(SENT.format(3), timeout=60_000)
    second.bring_to_front()
    expect(second.locator("#queue-waiting .queue-card")).to_have_count(0)
    check_arrived(server, photos)
    assert len(posts) == 3


def test_an_update_of_the_program_never_loses_the_queue(phone: Phone, server: Switched, photos: list[Path]):
    hold_back(phone)
    report(phone.page, [photos[0]])
    # in another language the application has other files, so there is another service worker
    phone.context.add_cookies([{"name": "language", "value": "en", "url": server.url}])
    page = phone.page
    page.evaluate("async () => { await (await navigator.serviceWorker.getRegistration()).update(); }")
    page.wait_for_selector("#new-version")
    expect(page.locator("#queue-waiting .queue-card")).to_have_count(1)
    screenshot(page, "field-new-version")
    with page.expect_navigation():
        page.tap("#new-version button")
    phone.ready(kept=False)
    assert page.locator("#new-version").count() == 0
    expect(page.locator("#queue-waiting .queue-card")).to_have_count(1)
    wait_until(page, "async () => (await caches.keys()).filter((name) => name.includes('files')).length == 1")
    phone.context.pages[-1].close()
    page.tap("#queue-now")
    page.wait_for_function(SENT.format(1))
    check_arrived(server, photos[:1])


def hold_back(phone: Phone) -> None:
    """Keep the phone from sending, as another tab does that is sending."""
    other = phone.context.new_page()
    other.goto("/incidents")
    other.evaluate("() => { navigator.locks.request('field-outbox', () => new Promise(() => {})); }")
    phone.page.bring_to_front()
