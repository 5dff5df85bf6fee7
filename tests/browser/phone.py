"""A phone that can be switched off: a browser with its own folder, a server that stops and starts again.

The phone keeps what a real one keeps (its databases, caches and service workers) when the browser is closed,
and the server keeps its address, so that the same reports find it again.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, TimeoutError

from tests.conftest import BROWSERS, PASSWORD, USERNAMES
from tests.serving import ROOT, Server, free_port, wait_until_ready

SIZE = {"width": 390, "height": 844}
ARGUMENTS = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--no-proxy-server",
             "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")  # fmt: skip


@dataclass
class Switched:
    """The production server on an instance folder, at one address, on or off."""

    instance_dir: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Return where it answers while it is on."""
        return f"http://127.0.0.1:{self.port}"

    def on(self) -> None:
        """Start and wait until it answers."""
        server = Server(self.url, self.instance_dir, self.instance_dir / "serve.log")
        environ = {"GIS_INSTANCE_DIR": str(self.instance_dir), "GIS_GEODATA_DIR": str(ROOT / "geodata"),
                   "PYTHONPATH": str(ROOT)}  # fmt: skip
        command = [sys.executable, "-m", "gis_app.cli", "serve", "--host", "127.0.0.1"]
        with server.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                cwd=ROOT,
                env=os.environ | environ | self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until_ready(server, self.process)

    def off(self, how: int = signal.SIGTERM) -> None:
        """Stop, gently or (SIGKILL) in the middle of whatever it does, with the workers it started."""
        if self.process is None:
            return
        if how == signal.SIGKILL:
            os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.send_signal(how)
        self.process.wait(timeout=30)
        self.process = None


@dataclass
class Phone:
    """A persistent browser at 390 × 844 with touch and a mocked position; `page` is what it shows now."""

    playwright: Playwright
    folder: Path
    base_url: str
    place: tuple[float, float]
    accuracy: float = 8
    context: BrowserContext | None = None
    page: Page | None = None
    errors: list[str] = field(default_factory=list)

    def on(self) -> Page:
        """Switch on: the browser starts with what its folder holds."""
        executable = next(filter(None, map(shutil.which, BROWSERS)), None)
        assert executable, "no Chromium found"
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder,
            executable_path=executable,
            args=list(ARGUMENTS),
            base_url=self.base_url,
            viewport=SIZE,
            has_touch=True,
            is_mobile=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            geolocation={"longitude": self.place[0], "latitude": self.place[1], "accuracy": self.accuracy},
            permissions=["geolocation", "microphone"],
        )
        self.context.set_default_timeout(60_000)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        return self.page

    def off(self) -> None:
        """Close the browser as a whole."""
        if self.context:
            self.context.close()
        self.context = self.page = None

    def sign_in(self, role: str = "grid_worker") -> Page:
        """Sign in and open the field page, ready and kept for a start without a network."""
        page = self.page
        page.goto("/sign-in?next=/field")
        page.fill("#username", USERNAMES[role])
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/field*")
        return self.ready()

    def open(self, fragment: str = "") -> Page:
        """Open the field page anew."""
        self.page.goto(f"/field{fragment}")
        return self.ready(kept=False)

    def ready(self, kept: bool = True) -> Page:
        """Wait until the page is ready and, with `kept`, until the phone could start without a network."""
        self.page.wait_for_selector("html[data-ready='1']")
        if kept:
            wait_until(self.page, KEPT)
        return self.page

    def items(self) -> list[dict]:
        """Return what the outbox on the phone holds, of whoever."""
        return [value for _key, value in self.stored("outbox", "items")]

    def stored(self, database: str, store: str) -> list[tuple]:
        """Return keys and values of one of the phone's databases; of pictures their size alone."""
        return self.page.evaluate(STORED, [database, store])


KEPT = """async () => Boolean(navigator.serviceWorker.controller && await caches.match("/field"))"""
STORED = """async ([name, store]) => {
  const done = (asked) => new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  if (!(await indexedDB.databases()).some((one) => one.name === name)) return [];
  const db = await done(indexedDB.open(name));
  const held = db.objectStoreNames.contains(store) ? db.transaction(store).objectStore(store) : null;
  const all = held ? await Promise.all([done(held.getAllKeys()), done(held.getAll())]) : [[], []];
  db.close();
  return Promise.all(all[0].map(async (key, at) => {
    const value = all[1][at];
    if (!value?.blob) return [key, value];
    const size = await createImageBitmap(value.blob).catch(() => null);
    return [key, { bytes: value.blob.size, width: size?.width, height: size?.height }];
  }));
}"""


def wait_until(page: Page, asked: str, seconds: float = 60) -> None:
    """Wait until an asynchronous question is answered with yes; wait_for_function awaits no promise."""
    for _try in range(int(seconds * 10)):
        if page.evaluate(asked):
            return
        page.wait_for_timeout(100)
    raise AssertionError(asked)


@contextlib.contextmanager
def switched(instance_dir: Path, **settings: str) -> Iterator[Switched]:
    """Give a server that may be switched off and on, off at the end."""
    server = Switched(instance_dir, settings=settings)
    server.on()
    try:
        yield server
    finally:
        server.off()


def picture(path: Path, number: int, size: tuple[int, int] = (1200, 900), grain: int = 0) -> Path:
    """Make a photo that nothing else looks like: bars that count to `number`; grain makes it heavy."""
    image = Image.new("RGB", size, ((37 * number) % 256, (91 * number) % 256, (149 * number) % 256))
    if grain:
        image = Image.blend(image, Image.effect_noise(size, grain).convert("RGB"), 0.5)
    draw = ImageDraw.Draw(image)
    for bar in range(number):
        draw.rectangle((40 + bar * 60, 40, 80 + bar * 60, size[1] - 40), fill=(255, 255, 255))
    image.save(path, "JPEG", quality=92)
    return path


def report(page: Page, photos: list[Path], class_name: str | None = None) -> None:
    """Report in three taps: the tab (with the camera), a class, send."""
    page.tap("[data-tab=report]")
    page.set_input_files("#report-camera", photos[0])
    if photos[1:]:
        page.set_input_files("#report-files", photos[1:])
    page.wait_for_function(
        "count => document.querySelectorAll('.photo-thumb').length === count", arg=len(photos)
    )
    option = page.locator("#class-frequent .class-option")
    option = (option.filter(has_text=class_name) if class_name else option).first
    tap_until(option, "() => Boolean(document.querySelector('#class-frequent input:checked'))")
    tap_until(page.locator("#report-send"), "() => document.body.dataset.view === 'queue'")


def tap_until(target: Locator, done: str) -> None:
    """Tap as a person does, who taps again where nothing happened and nothing was said.

    Of some hundreds of taps the driven browser loses one; what the page itself says or hinders still fails.
    """
    page = target.page
    for patience in (8_000, 20_000, 60_000):
        with contextlib.suppress(TimeoutError):
            target.tap(timeout=patience)
            page.wait_for_function(done, timeout=patience)
        said = (page.text_content("#photo-said") or "").strip()
        if page.evaluate(done):
            return
        assert not said, said
    raise AssertionError(f"three taps did nothing: {target}")
