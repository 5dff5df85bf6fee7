"""Passwords: the common are refused by name, the long are welcome, the hash tells nothing."""

from __future__ import annotations

import time

import pytest

from gis_app.errors import BadInput
from gis_app.people import passwords
from gis_app.people.demonstration import PASSWORD

COMMON = [
    "password1234", "Password123!!", "P@ssw0rd12345", "qwertyuiop12", "1qaz2wsx3edc", "qwer1234asdf",
    "123456789012", "19900101199001", "aaaaaaaaaaaa", "abcabcabcabc", "woaini1314520", "admin-admin-2020",
    "!@#$%^&*()_+", "            ", "Kaifeng2026!!", "WelcomeWelcome1", "ADMINISTRATOR", "zxcvbnmasdfghjkl",
    "mimamimamima88", "loveyouforever", "WangGe@Shequ2026",
]  # fmt: skip
FINE = [
    "correct horse battery", "我爱吃开封的灌汤包子和花生糕呢", "x9$Lq2!vR7pZ", "a" * 3 + "river under stone",
    "Tongxu nights, 3 cups of tea", "k" + "0123456789abcdefghij" * 3,
]  # fmt: skip


@pytest.mark.parametrize("password", COMMON)
def test_what_is_guessed_first_is_refused(password):
    with pytest.raises(BadInput, match="weak_password") as refused:
        passwords.check_new_password(password)
    assert "password" in refused.value.fields


@pytest.mark.parametrize("password", FINE)
def test_a_long_uncommon_password_is_welcome_without_any_composition(password):
    passwords.check_new_password(password, "wang")


@pytest.mark.parametrize(
    ("password", "username"),
    [("x9$Lq2!vR7p", ""), ("x9$Lq2!vR7pZ" * 11, ""), ("xu.WangWei-9$Lq2", "wangwei"), (PASSWORD, "")],
)
def test_too_short_too_long_ones_own_name_and_the_published_one_are_refused(password, username):
    with pytest.raises(BadInput):
        passwords.check_new_password(password, username)


def test_a_hash_fits_its_password_only_and_is_never_twice_the_same():
    one, two = (passwords.hash_password("correct horse battery") for _ in range(2))
    assert one != two and one.startswith("$argon2id$") and "horse" not in one
    assert passwords.verify_password(one, "correct horse battery")
    assert not passwords.verify_password(one, "correct horse batterY")
    assert not passwords.needs_rehash(one)


def test_the_same_password_typed_on_another_keyboard_fits():
    kept = passwords.hash_password("ｃｏｒｒｅｃｔ é horse")
    assert passwords.verify_password(kept, "correct e\u0301 horse")


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
@pytest.mark.parametrize("password", ["", "x", "nobody has this password", "x" * 100_000])
def test_no_password_fits_where_there_is_no_hash(kept, password):
    assert not passwords.verify_password(kept, password)


def test_a_guess_costs_enough_and_a_person_does_not_wait():
    kept = passwords.hash_password("correct horse battery")
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        passwords.verify_password(kept, "wrong horse battery")
        taken.append(time.perf_counter() - started)
    assert 0.02 < min(taken) < 0.5
