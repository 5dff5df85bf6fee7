"""What is wrong is refused at the import desk with a reason, never answered by a fault of ours."""

from __future__ import annotations

import io

import pytest

from tests.web.conftest import FROM_OUR_PAGE
from tests.web.desk import JSON, form_on, given, received, send, upload


@pytest.fixture
def app(own_app):
    """Return an application on a copy of the toy county that the test may change."""
    return own_app(import_max_mib=1)


@pytest.fixture
def planner(people):
    """Return a client signed in as the planner."""
    return people("planner")


BAD_FILES = {
    "nothing": (b"", ""),
    "empty": (b"", "a.geojson"),
    "another kind": (b"MZ", "a.exe"),
    "no suffix": (b"{}", "geojson"),
    "a path": (b"MZ", "../../etc/passwd"),
    "a name of marks": (b"MZ", "\u202egpj.\x00exe"),
    "a long name": (b"{}", "长" * 3_000 + ".txt2"),
}


@pytest.mark.parametrize("body, name", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_file_that_is_not_taken_is_refused_on_the_page_with_a_reason(planner, body, name):
    answer = upload(planner, body, name)
    assert answer.status_code == 400 and 'id="problem"' in answer.text, answer.text[:300]
    told = planner.post("/desk", data={"file": (io.BytesIO(body), name)}, headers=JSON)
    assert told.status_code == 400 and told.json["error"]["fields"], told.text


def test_a_file_that_is_too_large_is_refused_before_it_is_read(app, planner):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    large = head + b" " * (3 * 2**20) + b"\r\n--x--\r\n"
    form = {"data": large, "content_type": "multipart/form-data; boundary=x"}
    assert planner.post("/desk", headers=FROM_OUR_PAGE, **form).status_code == 413
    assert planner.post("/desk", headers=JSON, **form).json["error"]["fields"]["file"]
    assert planner.get("/desk").text.count("desk-line") == 0


ASKED = (
    "?step=take_in", "?step=check", "?step=nothing", "?page=0", "?page=1x", "?severity=all", "?table=9",
    "?table=-1", "?layer=county", "?layer=incidents", "?layer=posts", "?nonsense=1", "/nothing",
    "/faults.json?page=999999", "/faults.json?page_size=9999", "/faults.xlsx", "/repair.json",
    "/repair.json?key=snap:1-2&at=5", "/repair.json?key=%00", "/shapes.geojson?crs=EPSG:999999",
    "/shapes.geojson?crs=BD-09", "/shapes.geojson?crs=%F0%9F%98%80", "/shapes.geojson?table=7",
    "/shapes.geojson?columns=[]", "/shapes.geojson?columns={", '/shapes.geojson?columns={"lon":"x"}',
    '/shapes.geojson?columns={"lon":"nothing","lat":"name"}', '/shapes.geojson?columns={"lon":3}',
    "/shapes.geojson?crs=EPSG:4547",
)  # fmt: skip
ELSEWHERE = [
    "/desk?page=0", "/desk?page=999999", "/desk/x", "/desk/..", f"/desk/{'0' * 16}", "/desk/templates/a.xlsx",
]  # fmt: skip


def test_no_address_of_an_import_is_answered_by_an_error_of_ours(app, planner):
    address = received(app, planner, given(app))
    asked = [f"{address}{path}" for path in ASKED] + ELSEWHERE
    statuses = {path: planner.get(path).status_code for path in asked}
    assert {path: status for path, status in statuses.items() if status not in (200, 400, 404, 409)} == {}


def test_no_form_of_an_import_is_answered_by_an_error_of_ours(app, planner):
    address = received(app, planner, given(app))
    good = form_on(planner.get(address).text, f"{address}/choose")
    forms = {
        "choose": [
            {}, {"version": "1"}, good | {"version": "x"}, good | {"layer": ""}, good | {"mode": "burn"},
            good | {"table": "²"}, good | {"table": "5"}, good | {"crs": "EPSG:0"}, good | {"crs": "a" * 300},
            good | {"column-name": "nothing"}, good | {"column-../x": "a"}, good | {"column-name": "n" * 999},
            good | {"crs": "other", "crs_other": ""}, good | {"repairs_shown": "1", "repairs": "x" * 300},
        ],
        "take-in": [{}, {"confirmed": "1"}, {"confirmed": "1", "version": good["version"]}],
        "undo": [{}, {"confirmed": "1", "version": good["version"]}],
        "read-again": [{}], "cancel": [{}],
    }  # fmt: skip
    for verb, given_forms in forms.items():
        for form in given_forms:
            answer = send(planner, f"{address}/{verb}", form)
            assert answer.status_code in (303, 400, 409, 412, 428), (verb, form, answer.status_code)
    assert send(planner, f"{address}/fly", {}).status_code == 404
