"""Classes of incidents are changed over the version that was seen; keys of the API are kept as hashes."""

from __future__ import annotations

import pytest

from gis_app.errors import Conflict, NotFound
from gis_app.storage import api_keys, audit, classes
from gis_app.storage.revision import revision
from tests.storage.loop import T0

VALUES = {
    "class_code": "ENV01", "parent_code": "ENV", "name": "暴露垃圾", "category": "environment",
    "location_public": True, "time_limit": "4h", "handling_organisation_code": "O1",
}  # fmt: skip


@pytest.fixture
def known(store):
    """Return a store with one class."""
    with store.write() as conn:
        classes.insert_class(conn, VALUES, "planner")
    return store


def test_a_class_is_added_once_and_changed_over_its_version(known):
    with known.write() as conn:
        with pytest.raises(Conflict, match="class_code_taken"):
            classes.insert_class(conn, VALUES, "planner")
        assert classes.update_class(conn, "ENV01", 1, {"time_limit": "2h", "active": False}, "planner") == 2
        with pytest.raises(Conflict, match="stale_version"):
            classes.update_class(conn, "ENV01", 1, {"time_limit": "1h"}, "planner")
        with pytest.raises(NotFound, match="unknown_class"):
            classes.update_class(conn, "ENV02", 1, {"time_limit": "1h"}, "planner")
        with pytest.raises(ValueError, match="invented"):
            classes.update_class(conn, "ENV01", 2, {"invented": 1}, "planner")
    with known.read() as conn:
        found = classes.find_class(conn, "ENV01")
        assert (found.time_limit, found.active, found.version) == ("2h", False, 2)
        assert revision(conn) == 2
        assert [row.tag for row in audit.read_rows(conn)] == [
            "incidents:class:changed",
            "incidents:class:added",
        ]


def test_the_smallest_area_that_is_set_decides_who_handles_a_class(known):
    areas = {"410222": "O2", "410222001001": "O3"}
    with known.write() as conn:
        assert classes.handling_organisation(conn, "ENV01", "410222001001001") == "O1"
        classes.replace_class_handlers(conn, "ENV01", areas, "planner")
        classes.replace_class_handlers(conn, "ENV01", areas, "planner")
        assert classes.handling_organisation(conn, "ENV01", "410222001001001") == "O3"
        assert classes.handling_organisation(conn, "ENV01", "410222001002001") == "O2"
        assert classes.handling_organisation(conn, "ENV01", "410999001001001") == "O1"
        assert classes.handling_organisation(conn, "none", "410222001001001") == ""
        assert len(classes.read_class_handlers(conn)) == 2


def test_a_key_is_kept_as_a_hash_limited_and_revoked(store):
    with store.write() as conn:
        key_hash = api_keys.insert_api_key(conn, "secret", "某开发者", "dev@example.org", 30, T0, "admin")
        assert api_keys.find_api_key(conn, "secret").limit_per_minute == 30
        assert api_keys.find_api_key(conn, "Secret") is None
        api_keys.limit_api_key(conn, key_hash, 10, "admin")
        assert api_keys.find_api_key(conn, "secret").limit_per_minute == 10
        api_keys.revoke_api_key(conn, key_hash, T0, "admin")
        api_keys.revoke_api_key(conn, key_hash, T0, "admin")
        assert api_keys.find_api_key(conn, "secret") is None
        with pytest.raises(NotFound):
            api_keys.revoke_api_key(conn, "none", T0, "admin")
    with store.read() as conn:
        kept = api_keys.read_api_keys(conn)[0]
        assert "secret" not in str(kept) and kept.revoked_at == T0
        tags = [row.tag.rpartition(":")[2] for row in audit.read_rows(conn)]
        assert tags == ["revoked", "limited", "issued"]
