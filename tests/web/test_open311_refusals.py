"""GeoReport v2 refuses a bad report with every fault in its shape, and keeps nothing of it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.factory import lonlat
from tests.web import open311_county as county
from tests.web.test_open311_posting import change_number

lon, lat = lonlat([100, 600])[0]
far_lon, far_lat = lonlat([90_000, 600])[0]
BAD = {
    "no key": (county.report(api_key=None), 403, "api_key_required"),
    "empty key": (county.report(api_key=""), 403, "api_key_required"),
    "wrong key": (county.report(api_key="wrong"), 403, "wrong_api_key"),
    "revoked key": (county.report(api_key=county.REVOKED), 403, "wrong_api_key"),
    "other jurisdiction": (county.report(jurisdiction_id="elsewhere"), 404, "unknown_jurisdiction"),
    "no service": (county.report(service_code=None), 400, "service_code_required"),
    "unknown service": (county.report(service_code="NO"), 404, "unknown_service"),
    "withdrawn service": (county.report(service_code="F3"), 404, "unknown_service"),
    "a group": (county.report(service_code="F"), 404, "unknown_service"),
    "place not public": (county.report(service_code="H2"), 404, "unknown_service"),
    "group not public": (county.report(service_code="H1"), 404, "unknown_service"),
    "mediation": (county.report(service_code="M1"), 404, "unknown_service"),
    "no place": (county.report(lat=None, long=None), 400, "location_required"),
    "empty place": (county.report(lat="", long=" "), 400, "location_required"),
    "half a place": (county.report(long=None), 400, "location_unreadable"),
    "no number": (county.report(lat="north"), 400, "location_unreadable"),
    "not finite": (county.report(lat="nan"), 400, "location_unreadable"),
    "out of range": (county.report(lat="91"), 400, "location_out_of_range"),
    "outside the county": (county.report(lat=f"{far_lat}", long=f"{far_lon}"), 400, "outside_county"),
    "swapped": (county.report(lat=f"{lon}", long=f"{lat}"), 400, "location_out_of_range"),
    "unknown address": (county.report(lat=None, long=None, address_string="月球"), 400, "address_not_found"),
    "unknown address id": (county.report(lat=None, long=None, address_id="NO"), 400, "address_not_found"),
    "long description": (county.report(description="字" * 4001), 400, "description_too_long"),
    "html": (county.report(description="<b>大</b>"), 400, "html_not_allowed"),
    "control character": (county.report(description="a\x07"), 400, "control_characters"),
    "link of another kind": (county.report(media_url="file:///etc/passwd"), 400, "bad_media_url"),
    "link without host": (county.report(media_url="http://"), 400, "bad_media_url"),
    "link too long": (county.report(media_url=f"http://a.example/{'x' * 2000}"), 400, "bad_media_url"),
    "bad phone": (county.report(phone="call me"), 400, "phone_format"),
    "bad mail": (county.report(email="nobody"), 400, "email_format"),
    "attribute missing": (county.report(service_code="F1"), 400, "attribute_required"),
    "attribute no number": (
        county.report(service_code="F1") | {"attribute[DEPTH]": "deep"}, 400, "attribute_value"),
    "attribute not listed": (
        county.report(service_code="F1") | {"attribute[DEPTH]": "1", "attribute[CAUSE]": "x"}, 400,
        "attribute_value"),
    "attribute unknown": (county.report() | {"attribute[NO]": "1"}, 400, "unknown_attribute"),
}  # fmt: skip


@pytest.mark.parametrize("format_", ["json", "xml"])
@pytest.mark.parametrize("case", BAD)
def test_a_bad_report_is_refused_and_changes_nothing(open311_posted, post_311, case, format_):
    form, status, code = BAD[case]
    before = change_number(open311_posted)
    answer = post_311(form, format_, status)
    told = answer.json if format_ == "json" else county.plain(ElementTree.fromstring(answer.data))
    assert {str(one["code"]) for one in told} == {str(status)}
    assert [one["description"].partition(":")[0] for one in told] == [code]
    assert " / " in told[0]["description"]
    assert change_number(open311_posted) == before


def test_several_faults_are_said_at_once(post_311):
    form = county.report(lat=None, long=None, media_url="x", description="<i>")
    told = post_311(form, status=400).json
    codes = [one["description"].partition(":")[0] for one in told]
    assert codes == ["html_not_allowed", "bad_media_url", "location_required"]
