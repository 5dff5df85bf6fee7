"""The clock can be stopped, and every error has a code, a sentence and its fields."""

from datetime import UTC, datetime, timedelta

import pytest

from gis_app import clock, errors


def test_the_clock_runs_in_china():
    assert clock.now().utcoffset() == timedelta(hours=8)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_clock_can_be_stopped_and_goes_on_afterwards():
    noon = datetime(2023, 7, 1, 4, tzinfo=UTC)
    with clock.frozen(noon):
        assert clock.now().isoformat() == "2023-07-01T12:00:00+08:00"
    with clock.frozen(datetime(2023, 7, 1, 12)):
        assert clock.now() == noon
    assert clock.now().year > 2023


def test_the_clock_goes_on_after_an_error():
    with pytest.raises(ValueError, match="stop"), clock.frozen(datetime(2000, 1, 1)):
        raise ValueError("stop")
    assert clock.now().year > 2000


KINDS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.GisError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_can_be_raised_bare(kind):
    problem = kind()
    assert problem.code and problem.message
    assert problem.fields == {}


def test_codes_are_unique():
    assert len({kind.default_code for kind in KINDS}) == len(KINDS)


def test_an_error_names_the_fields_at_fault():
    problem = errors.BadInput("bad_level", "不支持该层级", {"level": "grid community"})
    assert (problem.code, problem.fields["level"]) == ("bad_level", "grid community")
    assert errors.Rejected([errors.Fault(1, "name", "missing_value", "空", "填写")]).faults[0].is_error
