"""Values in force from a day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from microloan.dated import Dated
from microloan.errors import InvalidDate, NotInForce
from refusals import refused

FIRST, SECOND, LAST = date(2002, 12, 24), date(2020, 4, 15), date(2026, 9, 19)
CAP = Dated("leverage cap", ((FIRST, 5), (SECOND, 10)))
KNOWN = Dated("prime rate", ((FIRST, 3), (SECOND, 4)), LAST)
ONE_DAY = timedelta(days=1)


def test_a_value_is_in_force_from_its_first_day_until_the_day_before_the_next():
    assert CAP.at(FIRST) == 5
    assert CAP.at(SECOND - ONE_DAY) == 5
    assert CAP.at(SECOND) == 10
    assert CAP.at(date.max) == 10


def test_asking_before_the_first_value_is_refused():
    before = FIRST - ONE_DAY

    with refused(
        NotInForce,
        "policy.not_in_force",
        value=before,
        limit=(FIRST, date.max),
        says="leverage cap: nothing in force on 2002-12-23; the first value starts 2002-12-24",
    ) as caught:
        CAP.at(before)
    assert "known through" not in str(caught.value)


def test_the_last_day_for_which_values_are_known_is_answered_and_the_next_is_refused():
    assert KNOWN.at(LAST) == 4

    with refused(
        NotInForce,
        "policy.not_in_force",
        value=LAST + ONE_DAY,
        limit=(FIRST, LAST),
        says="prime rate: nothing in force on 2026-09-20; the first value starts 2002-12-24, "
        "known through 2026-09-19",
    ):
        KNOWN.at(LAST + ONE_DAY)


def test_the_first_day_is_that_of_the_first_value():
    assert CAP.first_day == FIRST


def test_changes_lie_after_the_start_and_up_to_the_end():
    assert CAP.changes(FIRST - ONE_DAY, SECOND) == (FIRST, SECOND)
    assert CAP.changes(FIRST, SECOND - ONE_DAY) == ()
    assert CAP.changes(SECOND, date.max) == ()


@pytest.mark.parametrize(
    "days",
    [[], [SECOND, FIRST], [FIRST, FIRST], [FIRST, SECOND, SECOND]],
    ids=["none", "backwards", "twice", "the last twice"],
)
def test_days_that_do_not_strictly_increase_are_refused(days):
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=days,
        limit="strictly increasing days",
        says="leverage cap: each value needs a later day than the one before, "
        f"got {list(map(str, days))}",
    ):
        Dated("leverage cap", tuple((day, 5) for day in days))


def test_values_cannot_be_exchanged():
    with pytest.raises(AttributeError):
        CAP.values = ()


def test_one_value_may_hold_for_ever():
    forever = Dated.always("penalty", 3)

    assert (forever.at(date.min), forever.at(date.max)) == (3, 3)
    assert forever.first_day == date.min
    assert forever.changes(date.min, date.max) == ()
    assert forever == Dated("penalty", ((date.min, 3),))


@pytest.mark.parametrize(
    ("values", "known_through"),
    [
        ((("a", 1),), date.max),
        (((datetime(2024, 1, 1, tzinfo=UTC), 1),), date.max),
        (((date(2024, 1, 1), 1),), "x"),
    ],
)
def test_values_are_dated_by_plain_days(values, known_through):
    with pytest.raises(InvalidDate, match="values are dated by days"):
        Dated("cap", values, known_through)
