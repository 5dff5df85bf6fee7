"""Signing in on both databases: guessing is locked out, and nobody learns which accounts exist."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher

from gis_app import clock
from gis_app.errors import LockedOut, SignInRefused
from gis_app.people import accounts, passwords, sessions
from gis_app.people.limits import Limits
from gis_app.people.sign_in import sign_in
from gis_app.storage import audit
from gis_app.storage import people as table

START = datetime(2023, 5, 1, 8, 0, tzinfo=clock.ZONE)
GOOD, BAD, HERE = "correct horse battery", "wrong horse battery", "192.0.2.1"


@pytest.fixture
def wang(store, quick_hash):
    """Return a store in which one person has an account."""
    accounts.create_account(store, "wang", GOOD, "leader")
    return store


def outcome(store, username: str, password: str, address: str = HERE, limits: Limits = Limits()) -> str:  # noqa: B008
    try:
        sign_in(store, username, password, address, limits)
    except (SignInRefused, LockedOut) as error:
        return f"{error.code} {error.message} {error.fields}"
    return "in"


def trail(store) -> list[tuple[str, str, str]]:
    with store.read() as conn:
        return [(row.tag, row.actor, row.subject) for row in reversed(audit.read_rows(conn))][1:]


def test_the_right_password_opens_a_new_session_each_time(wang):
    first = sign_in(wang, " WANG ", GOOD, HERE)
    second = sign_in(wang, "wang", GOOD, HERE)
    assert first != second and sessions.find(wang, first).username == "wang"
    third = sign_in(wang, "wang", GOOD, HERE, replacing=first)
    assert sessions.find(wang, first) is None and sessions.find(wang, third) is not None
    assert trail(wang)[0] == ("people:sign_in:succeeded", "wang", "wang")


def test_wrong_unknown_and_disabled_get_the_same_answer(wang):
    accounts.create_account(wang, "li", GOOD, "leader")
    accounts.set_disabled(wang, "li", True)
    answers = {outcome(wang, *pair) for pair in (("wang", BAD), ("nobody", GOOD), ("li", GOOD), ("", ""))}
    assert len(answers) == 1 and answers.pop().startswith("sign_in_refused")


@pytest.mark.parametrize("text", ["\0", "\ud800", "' OR 1=1 --", "{{7*7}}", "%s", "网" * 300])
def test_any_text_is_a_name_and_a_password_that_nobody_has(wang, text):
    assert outcome(wang, text, text, text).startswith("sign_in_refused")
    assert outcome(wang, "wang", text, text).startswith("sign_in_refused")


def test_five_failures_lock_an_account_for_fifteen_minutes(wang):
    with clock.frozen(START):
        assert all(outcome(wang, "wang", BAD).startswith("sign_in") for _ in range(5))
        assert outcome(wang, "wang", GOOD).startswith("locked_out")
    with clock.frozen(START + timedelta(minutes=14, seconds=59)):
        assert outcome(wang, "wang", GOOD).startswith("locked_out")
    with clock.frozen(START + timedelta(minutes=15)):
        assert outcome(wang, "wang", GOOD) == "in"
    assert [tag for tag, *_ in trail(wang)] == [
        *["people:sign_in:failed"] * 5, "people:sign_in:locked", "people:sign_in:succeeded",
    ]  # fmt: skip


def test_a_stranger_locks_himself_out_and_not_the_person(wang):
    with clock.frozen(START):
        for _ in range(6):
            outcome(wang, "wang", BAD, "192.0.2.66")
        assert outcome(wang, "wang", GOOD, "192.0.2.66").startswith("locked_out")
        assert outcome(wang, "wang", GOOD) == "in"


def test_guessing_from_many_addresses_locks_the_account_for_all(wang):
    with clock.frozen(START):
        guesses = [outcome(wang, "wang", BAD, f"192.0.2.{n}") for n in range(21)]
        assert [one.split()[0] for one in guesses] == ["sign_in_refused"] * 20 + ["locked_out"]
        assert outcome(wang, "wang", GOOD, "192.0.2.99").startswith("locked_out")
    with clock.frozen(START + timedelta(minutes=15)):
        assert outcome(wang, "wang", GOOD, "192.0.2.99") == "in"


def test_the_lock_counts_from_the_last_failure(wang):
    for minutes in (0, 3, 6, 9, 12):
        with clock.frozen(START + timedelta(minutes=minutes)):
            outcome(wang, "wang", BAD)
    with clock.frozen(START + timedelta(minutes=26)):
        assert outcome(wang, "wang", GOOD).startswith("locked_out")
    with clock.frozen(START + timedelta(minutes=27)):
        assert outcome(wang, "wang", BAD).startswith("sign_in_refused")
        assert outcome(wang, "wang", GOOD) == "in"


def test_success_forgets_the_failures_before_it(wang):
    for _ in range(3):
        for _ in range(4):
            outcome(wang, "wang", BAD, "192.0.2.7")
        assert outcome(wang, "wang", GOOD, "192.0.2.8") == "in"


def test_a_name_that_nobody_has_is_locked_with_the_same_words(wang):
    known = [outcome(wang, "wang", BAD, "192.0.2.1") for _ in range(6)]
    unknown = [outcome(wang, "nobody", BAD, "192.0.2.2") for _ in range(6)]
    assert known == unknown and known[-1].startswith("locked_out")


def test_one_address_may_not_try_many_names(wang):
    with clock.frozen(START):
        tried = [outcome(wang, f"name{n}", BAD) for n in range(11)]
        assert [answer.split()[0] for answer in tried] == ["sign_in_refused"] * 10 + ["locked_out"]
        assert outcome(wang, "wang", GOOD).startswith("locked_out")
        assert outcome(wang, "wang", GOOD, "192.0.2.2") == "in"
    with clock.frozen(START + timedelta(minutes=5)):
        assert outcome(wang, "wang", GOOD) == "in"


def test_guesses_sent_at_once_are_counted_one_by_one(wang):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: outcome(wang, "wang", BAD), range(12)))
    assert sorted(answer.split()[0] for answer in answers) == ["locked_out"] * 7 + ["sign_in_refused"] * 5


def test_attempts_during_a_lock_write_nothing(wang):
    for _ in range(5):
        outcome(wang, "wang", BAD)
    before = trail(wang)
    for _ in range(3):
        outcome(wang, "wang", GOOD)
    assert trail(wang) == before


def test_the_trail_names_known_accounts_only_and_no_address(wang):
    outcome(wang, "my secret password", BAD)
    outcome(wang, "wang", BAD)
    assert trail(wang) == [("people:sign_in:failed", "", ""), ("people:sign_in:failed", "", "wang")]
    with wang.read() as conn:
        assert not any(HERE in row.detail or "secret" in row.detail for row in audit.read_rows(conn))


def test_other_limits_may_be_set(wang):
    strict = Limits(failures=3, lockout=timedelta(minutes=1))
    with clock.frozen(START):
        answers = [outcome(wang, "wang", BAD, limits=strict) for _ in range(4)]
    assert [answer.split()[0] for answer in answers] == ["sign_in_refused"] * 3 + ["locked_out"]


def test_a_hash_of_other_strength_is_renewed_at_sign_in(wang, monkeypatch):
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", stronger)
    assert outcome(wang, "wang", GOOD) == "in"
    with wang.read() as conn:
        kept = table.find_credentials(conn, "wang").password_hash
    assert not stronger.check_needs_rehash(kept)
    assert outcome(wang, "wang", GOOD) == "in"


def test_a_known_and_an_unknown_name_are_the_same_work(store):
    accounts.create_account(store, "wang", GOOD, "leader")
    wide = Limits(failures=100, address_failures=100)

    def seconds(username: str) -> float:
        """Return the processor time of a failed sign-in, which a busy machine does not stretch."""
        started = time.process_time()
        outcome(store, username, BAD, limits=wide)
        return time.process_time() - started

    seconds("nobody")
    pairs = [(seconds("wang"), seconds("nobody")) for _ in range(7)]
    known, unknown = (min(times) for times in zip(*pairs, strict=True))
    assert abs(known - unknown) < 0.05, (known, unknown)
    assert known > 0.01
