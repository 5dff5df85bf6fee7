"""The page of webhooks: what may be entered, that a secret is seen once, and what can be done about each."""

from __future__ import annotations

import re

import pytest

from gis_app import clock
from gis_app.jobs.deliveries import Deliverer
from gis_app.people.roles import Role
from gis_app.storage import audit
from gis_app.storage import webhook_outbox as outbox
from gis_app.storage import webhooks as stored
from gis_app.web.services import KEY
from gis_app.webhooks import signing
from tests.receiver import LOOPBACK, receiving, until
from tests.web.conftest import FROM_OUR_PAGE
from tests.web.incidents import clients, loop_app, report, step

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture
def receiver():
    with receiving() as made:
        yield made


@pytest.fixture
def app(own_app):
    def opened():
        return own_app(webhook_networks=(LOOPBACK,), webhook_ports="1024-65535", webhook_retry_seconds=0.02)

    return loop_app(opened)


@pytest.fixture
def admin(app):
    return clients(app)("administrator")


def entered(admin, url: str, name: str = "城管平台", **more) -> str:
    """Enter an address and return the page that answers."""
    answer = admin.post("/webhooks", data={"name": name, "url": url, **more}, headers=FROM_OUR_PAGE)
    return answer.get_data(as_text=True)


def rows(app) -> list:
    with app.extensions[KEY].store.read() as conn:
        return stored.read_webhooks(conn)


def sent(app) -> None:
    """Send everything that may be sent now, as the worker does."""
    parts = app.extensions[KEY]
    deliverer = Deliverer(parts.store, parts.settings)
    deliverer.start()
    try:
        with parts.store.read() as conn:
            until(lambda: not outbox.due_webhooks(conn, clock.now()) or conn.rollback())
        until(lambda: all(row.waiting == 0 for row in rows(app)))
    finally:
        deliverer.stop()


def test_a_secret_is_seen_once_and_signs_what_is_sent(app, admin, receiver):
    page = entered(admin, receiver.url)
    (secret,) = set(SECRET.findall(page))
    people = clients(app)
    code = report(people("grid_worker")).json["incident_code"]
    assert step(people("dispatcher"), code, "accept", 1).status_code == 200
    sent(app)
    assert len(receiver.got) == 2
    assert all(signing.is_signed(secret, got.headers, got.body, clock.now()) for got in receiver.got)
    for path in ("/webhooks", "/webhooks/1"):
        later = admin.get(path).get_data(as_text=True)
        assert not SECRET.findall(later) and rows(app)[0].salt not in later
    shown = admin.get("/webhooks/1").get_data(as_text=True)
    assert code in shown and "incident.accepted" in shown and "已送达" in shown and "taken" in shown
    with app.extensions[KEY].store.read() as conn:
        assert audit.verify(conn) is None
        kept = "".join(map(str, (*stored.read_webhooks(conn), *audit.read_rows(conn))))
    assert secret not in kept and secret.removeprefix("whsec_") not in kept


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://8.8.8.8:8080/", "内网"),
        ("http://169.254.169.254:8080/latest", "内网"),
        ("http://10.0.0.5:8080/", "内网"),
        ("http://127.0.0.1:22/", "端口"),
        ("http://nobody.invalid:8080/", "主机"),
        ("ftp://127.0.0.1/", "http"),
        ("http://user:secret@127.0.0.1:8080/", "用户名"),
        ("", "http"),
    ],
)
def test_what_is_not_private_is_refused_beside_its_field_and_stays_typed(app, admin, url, said):
    page = entered(admin, url)
    fault = re.search('id="hook-url-fault">([^<]+)<', page)
    assert fault and said in fault[1] and "城管平台" in page and rows(app) == []


def test_names_and_events_are_checked(app, admin, receiver):
    assert "hook-name-fault" in entered(admin, receiver.url, name=" ")
    assert "hook-name-fault" in entered(admin, receiver.url, name="名" * 61)
    assert "没有这种事件" in entered(admin, receiver.url, events=["incident.closed", "incident.eaten"])
    assert rows(app) == []
    entered(admin, receiver.url, name="<b>&名", events=["incident.closed"])
    assert "&lt;b&gt;&amp;名" in admin.get("/webhooks").get_data(as_text=True)
    assert rows(app)[0].events == "incident.closed"


def test_a_test_is_sent_also_where_no_event_is_wanted(app, admin, receiver):
    entered(admin, receiver.url, events=["incident.closed"])
    report(clients(app)("grid_worker"))
    gone = admin.post("/webhooks/1/test", headers=FROM_OUR_PAGE)
    assert gone.status_code == 303 and gone.location == "/webhooks/1"
    sent(app)
    assert [b'"webhook.test"' in got.body for got in receiver.got] == [True]


def test_paused_it_keeps_what_comes_and_resumed_it_sends(app, admin, receiver):
    entered(admin, receiver.url)
    admin.post("/webhooks/1/pause", headers=FROM_OUR_PAGE)
    assert "已暂停" in admin.get("/webhooks/1").get_data(as_text=True)
    report(clients(app)("grid_worker"))
    assert rows(app)[0].waiting == 1
    admin.post("/webhooks/1/resume", headers=FROM_OUR_PAGE)
    sent(app)
    assert len(receiver.got) == 1


def test_a_new_secret_voids_the_former(app, admin, receiver):
    (former,) = set(SECRET.findall(entered(admin, receiver.url)))
    page = admin.post("/webhooks/1/secret", headers=FROM_OUR_PAGE).get_data(as_text=True)
    (latter,) = set(SECRET.findall(page))
    report(clients(app)("grid_worker"))
    sent(app)
    (got,) = receiver.got
    assert signing.is_signed(latter, got.headers, got.body, clock.now())
    assert not signing.is_signed(former, got.headers, got.body, clock.now())


def test_deleted_it_is_gone_and_what_is_not_there_is_said(app, admin, receiver):
    entered(admin, receiver.url)
    gone = admin.post("/webhooks/1/delete", headers=FROM_OUR_PAGE)
    assert gone.status_code == 303 and gone.location == "/webhooks" and rows(app) == []
    for method, path in (("GET", "/webhooks/1"), ("GET", "/webhooks/x"), ("POST", "/webhooks/1/test")):
        assert admin.open(path, method=method, headers=FROM_OUR_PAGE).status_code == 404
    assert admin.post("/webhooks/1/explode", headers=FROM_OUR_PAGE).status_code == 404


def test_nobody_but_an_administrator_comes_near(app, receiver):
    people = clients(app)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        client = people(role.value)
        assert client.get("/webhooks").status_code == 403
        data = {"name": "x", "url": receiver.url}
        assert client.post("/webhooks", data=data, headers=FROM_OUR_PAGE).status_code == 403
        assert "/webhooks" not in client.get("/map").get_data(as_text=True)
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert people("administrator").post("/webhooks", data={}, headers=elsewhere).status_code == 403


def test_mediation_is_told_to_nobody(app, admin, receiver):
    entered(admin, receiver.url)
    people = clients(app)
    made = report(people("dispatcher"), class_code="C2", description="张三与李四").json["incident_code"]
    assert step(people("dispatcher"), made, "accept", 1).status_code == 200
    public = report(people("grid_worker")).json["incident_code"]
    sent(app)
    said = b"".join(got.body for got in receiver.got).decode()
    assert public in said and made not in said and "mediation" not in said


def test_the_page_is_english_to_english_readers(app, admin, receiver):
    entered(admin, receiver.url, name="City")
    admin.set_cookie("language", "en")
    for path in ("/webhooks", "/webhooks/1"):
        main = admin.get(path).get_data(as_text=True).split("<main")[1].split("</main")[0]
        assert not re.search("[一-鿿]", main), path
