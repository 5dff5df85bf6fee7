"""What every test may ask for: the reference county in a database, the application on it, someone signed in.

The reference county is loaded once per run, by the command that a newcomer's first start calls. A test that
changes anything takes `own_instance`, a copy. A skipped test counts as failed: what is not run is not known.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.serving import Server, serve

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "Wangge-2026-demo"
USERNAMES = {
    "leader": "leader",
    "grid_worker": "worker",
    "planner": "planner",
    "dispatcher": "dispatcher",
    "administrator": "admin",
    "handler": "handler",
    "inspector": "inspector",
    "duty_staff": "duty",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}

# A busy machine is no fault of what is tested: an example may take as long as it takes.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the picture in the readme be taken again:  scripts/test --readme-picture tests/browser."""
    parser.addoption("--readme-picture", action="store_true", help="take the readme's picture again")
    parser.addoption("--help-pictures", action="store_true", help="take the manual's pictures again")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skipped or expected-to-fail test into a failed one."""
    report = yield
    if report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: nothing may be skipped here ({report.longrepr})"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Turn a file that skips itself into a failed one."""
    report = yield
    if report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid}: nothing may be skipped here ({report.longrepr})"
    return report


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """Keep the settings of the machine out of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("GIS_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def reference_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an instance folder filled by `gis-app init`; nobody may change what is in it."""
    folder = tmp_path_factory.mktemp("reference") / "instance"
    gis_app("init", instance_dir=folder)
    return folder


@pytest.fixture
def own_instance(reference_instance: Path, tmp_path: Path) -> Path:
    """Return a copy of the reference instance that the test may change."""
    return Path(shutil.copytree(reference_instance, tmp_path / "instance"))


@pytest.fixture(scope="session")
def reference_settings(reference_instance: Path):
    """Return the settings of the reference instance."""
    return settings_of(reference_instance)


@pytest.fixture(scope="session")
def reference_store(reference_settings):
    """Return the store of the reference county, to be read only."""
    from gis_app.storage.engine import open_store

    return open_store(reference_settings.database_url)


@pytest.fixture(scope="session")
def app(reference_instance: Path, tmp_path_factory: pytest.TempPathFactory):
    """Return the application on a copy of the reference county: sessions may change, the county may not."""
    from gis_app import create_app

    copy = shutil.copytree(reference_instance, tmp_path_factory.mktemp("app") / "instance")
    application = create_app(settings_of(Path(copy)))
    application.testing = True
    return application


@pytest.fixture(scope="session")
def _cookies(app) -> dict[str, tuple[float, str, str]]:
    return {}


@pytest.fixture
def client_as(app, _cookies) -> Callable:
    """Return a function that gives a test client signed in with a role; None gives a stranger's.

    Each role signs in through the form, again after ten minutes, since a session ends when idle; a test that
    signs out signs in again itself.
    """

    def client(role: str | None = None):
        if role is None:
            return app.test_client()
        if role not in _cookies or time.monotonic() - _cookies[role][0] > 600:
            _cookies[role] = (time.monotonic(), *sign_in(app.test_client(), USERNAMES[role]))
        _since, name, value = _cookies[role]
        signed_in = app.test_client()
        signed_in.set_cookie(name, value)
        return signed_in

    return client


@pytest.fixture(scope="session")
def live_server(reference_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the production server on a copy of the reference county, on a free port of loopback."""
    copy = shutil.copytree(reference_instance, tmp_path_factory.mktemp("live") / "instance")
    with serve(Path(copy)) as server:
        yield server


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """Start what drives browsers; there can be one in a process."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(driver: Playwright) -> Iterator[Browser]:
    """Start the machine's own browser, with every host name but loopback unresolvable."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail("no Chromium found; install it:  sudo apt-get install chromium", pytrace=False)
    started = driver.chromium.launch(
        executable_path=found,
        args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--no-proxy-server"],
    )
    yield started
    started.close()


def sign_in(client, username: str, password: str = PASSWORD) -> tuple[str, str]:
    """Sign in through the form and return the session cookie's name and value."""
    answer = client.post("/sign-in", data={"username": username, "password": password}, headers=FROM_OUR_PAGE)
    assert answer.status_code in (302, 303), answer.get_data(as_text=True)
    name, _, value = answer.headers["Set-Cookie"].split(";")[0].partition("=")
    return name, value


def settings_of(instance_dir: Path):
    """Return the settings of a server on this instance folder and the committed geodata."""
    from gis_app.settings import load_settings

    return load_settings(instance_dir=instance_dir, geodata_dir=ROOT / "geodata")


def gis_app(*arguments: str | Path, instance_dir: Path, fails: int = 0, **settings: str):
    """Run the `gis-app` command on an instance folder as a user would, and return the finished process."""
    done = subprocess.run(
        [sys.executable, "-m", "gis_app.cli", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ
        | {"GIS_INSTANCE_DIR": str(instance_dir), "GIS_GEODATA_DIR": str(ROOT / "geodata")}
        | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == fails, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done
