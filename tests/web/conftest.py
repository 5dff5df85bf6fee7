"""The toy county behind the real application: small enough to know every number by heart."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gis_app import create_app
from gis_app.settings import Settings
from gis_app.web.services import KEY
from tests.web import open311_county
from tests.web.county import PASSWORD, make_instance

FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="session")
def toy_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an instance folder with the toy county; nobody may change what is in it."""
    folder = tmp_path_factory.mktemp("toy") / "instance"
    make_instance(folder)
    return folder


def settings_of(folder: Path, **changes) -> Settings:
    """Return the settings of an instance folder."""
    return Settings(instance_dir=folder, geodata_dir=folder / "none", secret_key="k" * 40, **changes)


@pytest.fixture(scope="session")
def toy_app(toy_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return the application on a copy of the toy county, to be read only."""
    copy = shutil.copytree(toy_instance, tmp_path_factory.mktemp("toy_app") / "instance")
    application = create_app(settings_of(Path(copy)))
    yield application
    application.extensions[KEY].store.dispose()


@pytest.fixture
def own_app(toy_instance: Path, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Return a function that makes an application on a copy of the toy county which the test may change."""
    made = []

    def make(**changes) -> Flask:
        folder = tmp_path / "instance"
        if not folder.exists():
            shutil.copytree(toy_instance, folder)
        made.append(create_app(settings_of(folder, **changes)))
        return made[-1]

    yield make
    for application in made:
        application.extensions[KEY].store.dispose()


@pytest.fixture(scope="session")
def _tokens() -> dict[str, tuple[str, str]]:
    return {}


@pytest.fixture
def as_role(toy_app: Flask, _tokens: dict) -> Callable[[str | None], FlaskClient]:
    """Return a function that gives a client signed in with a role; None gives a stranger's."""

    def client(role: str | None = None) -> FlaskClient:
        if role is None:
            return toy_app.test_client()
        if role not in _tokens:
            _tokens[role] = sign_in(toy_app.test_client(), role)
        found = toy_app.test_client()
        found.set_cookie(*_tokens[role])
        return found

    return client


@pytest.fixture
def people(app: Flask) -> Callable[[str], FlaskClient]:
    """Return a function that gives a client signed in with a role; `app` is the test file's own."""
    known: dict[str, FlaskClient] = {}

    def client(role: str) -> FlaskClient:
        if role not in known:
            known[role] = app.test_client()
            sign_in(known[role], role)
        return known[role]

    return client


@pytest.fixture(scope="session")
def open311_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return the application on the county of Open311, to be read only."""
    folder = tmp_path_factory.mktemp("open311") / "instance"
    open311_county.make(folder)
    application = create_app(settings_of(folder))
    yield application
    application.extensions[KEY].store.dispose()


@pytest.fixture(scope="session")
def open311_posted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return the application on the county of Open311, into which everybody posts."""
    folder = tmp_path_factory.mktemp("open311_posted") / "instance"
    open311_county.make(folder, limit=6000)
    application = create_app(settings_of(folder))
    yield application
    application.extensions[KEY].store.dispose()


@pytest.fixture
def post_311(open311_posted: Flask) -> Callable:
    """Return a function that posts a service request and checks the status of the answer."""

    def send(form: dict | None, format_: str = "json", status: int = 200, **more):
        answer = open311_posted.test_client().post(f"/open311/v2/requests.{format_}", data=form, **more)
        assert answer.status_code == status, answer.text
        return answer

    return send


@pytest.fixture
def ask_311(open311_app: Flask) -> Callable:
    """Return a function that asks for an address of Open311 and checks the status of the answer."""

    def get(address: str, status: int = 200):
        answer = open311_app.test_client().get(f"/open311/v2{address}")
        assert answer.status_code == status, answer.text
        return answer

    return get


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD) -> tuple[str, str]:
    """Sign in through the form and return the session cookie's name and value."""
    answer = client.post("/sign-in", data={"username": username, "password": password}, headers=FROM_OUR_PAGE)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    name, _, value = answer.headers["Set-Cookie"].split(";")[0].partition("=")
    return name, value
