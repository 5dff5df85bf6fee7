"""OGC API Features as others test it: the conformance suite `ogctests`, from an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from gis_app import create_app
from gis_app.web.services import KEY
from tests.web.conftest import settings_of
from tests.web.county import make_instance
from tests.web.ogc_county import data_key

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(sys.prefix) / "ogctests"
RUN = "import sys, ogctests.main as suite; suite.run_ogctests('features/core', sys.argv[1], sys.argv[2:])"
CASES = 29


class Quiet(WSGIRequestHandler):
    """Answers in HTTP/1.1, as the suite wants and our server does, without a line for each request."""

    protocol_version = "HTTP/1.1"

    def log(self, kind: str, message: str, *args: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def suite() -> Path:
    """Return the Python that has the suite, installed where scripts/test has not done it."""
    python = FOLDER / "bin" / "python"
    if not python.exists():
        script = ROOT / "scripts" / "machine" / "ogctests.py"
        subprocess.run([sys.executable, script, FOLDER], check=True, cwd=script.parent)
    return python


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Iterator[str]:
    """Serve the toy county, each request with a key: the suite knows no way to send one."""
    folder = tmp_path_factory.mktemp("conformance") / "instance"
    make_instance(folder)
    app = create_app(settings_of(folder))
    key, inner = data_key(app), app.wsgi_app

    def keyed(environ, start_response):
        return inner(environ | {"HTTP_X_API_KEY": key}, start_response)

    server = make_server("127.0.0.1", 0, keyed, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/ogc"
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions[KEY].store.dispose()


def test_every_case_of_the_conformance_suite_passes(suite, service, tmp_path):
    report, own = tmp_path / "report.xml", tmp_path / "pytest.ini"
    # Without it the suite, whose environment lies in our folder, would take our settings: warnings as errors.
    own.write_text("[pytest]\n")
    flags = ["-c", str(own), f"--junit-xml={report}", "-q", "-p", "no:cacheprovider", "--tb=short"]
    done = subprocess.run(
        [suite, "-c", RUN, service, *flags], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert report.exists(), done.stdout + done.stderr
    found = ElementTree.parse(report).getroot().find("testsuite").attrib
    counts = {name: int(found[name]) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": CASES, "failures": 0, "errors": 0, "skipped": 0}, done.stdout
