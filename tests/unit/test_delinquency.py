"""How long a loan counts as delinquent: beyond days of grace, and not during a pause."""

from datetime import date

import pytest

from microloan.delinquency import delinquent_days, delinquent_since


def october(day):
    return date(2023, 10, day)


def days(as_of, *pauses, grace_days=3):
    """Due on 1 October; with three days of grace, not delinquent through the 4th."""
    return delinquent_days(october(1), as_of=october(as_of), grace_days=grace_days, pauses=pauses)


FOUR_WEEKS = (october(6), october(30))


def test_a_loan_is_delinquent_from_the_day_after_its_grace():
    assert delinquent_since(october(1), grace_days=0) == october(1)
    assert delinquent_since(october(1), grace_days=3) == october(4)
    assert [days(day) for day in (1, 3, 4, 5, 31)] == [0, 0, 0, 1, 27]


def test_without_grace_it_is_delinquent_from_the_day_after_the_due_date():
    assert [days(day, grace_days=0) for day in (1, 2, 31)] == [0, 1, 30]


def test_before_the_due_date_nothing_is_delinquent():
    assert delinquent_days(october(20), as_of=october(2)) == 0
    assert delinquent_days(october(20), as_of=october(2), pauses=[FOUR_WEEKS]) == 0


@pytest.mark.parametrize(
    ("as_of", "delinquent"),
    [(5, 1), (6, 2), (7, 2), (30, 2), (31, 3)],
)
def test_a_pause_stops_the_count_after_its_first_day_and_lets_it_go_on_after_its_last(
    as_of, delinquent
):
    # Published with Apache Fineract's scenarios of the delinquency pause: due on 1 October 2023
    # with three days of grace and a pause from the 6th to the 30th: 1 on the 5th, 2 on the 6th and
    # still 2 on the 30th, 29 days past due.
    assert days(as_of, FOUR_WEEKS) == delinquent


@pytest.mark.parametrize(
    "pauses",
    [
        [(october(6), october(20)), (october(15), october(30))],
        [(october(15), october(30)), (october(6), october(20))],
        [FOUR_WEEKS, (october(10), october(12))],
        [FOUR_WEEKS, FOUR_WEEKS],
        [(october(6), october(20)), (october(6), october(30))],
        [(october(6), october(20)), (october(20), october(30))],
    ],
    ids=["overlapping", "in any order", "one inside", "the same twice", "nested", "touching"],
)
@pytest.mark.parametrize(("as_of", "delinquent"), [(5, 1), (6, 2), (18, 2), (30, 2), (31, 3)])
def test_a_day_of_two_pauses_is_left_out_once(pauses, as_of, delinquent):
    assert days(as_of, *pauses) == delinquent


def test_between_two_pauses_the_count_goes_on():
    # 5, 6 | 11, 12 | 21: the 6th and the 12th are first days of a pause.
    pauses = [(october(6), october(10)), (october(12), october(20))]

    assert [days(day, *pauses) for day in (6, 10, 11, 12, 20, 21)] == [2, 2, 3, 4, 4, 5]


def test_two_pauses_that_follow_each_other_are_one():
    # As the pause from the 6th to the 20th: the count stands at 2 from the evening of the 6th.
    pauses = [(october(6), october(12)), (october(13), october(20))]

    assert [days(day, *pauses) for day in (6, 12, 13, 20, 21)] == [2, 2, 2, 2, 3]


def test_a_pause_within_the_grace_leaves_out_only_days_after_it():
    # Delinquent days would be 5, 6, 7, …; the pause leaves out the 5th to the 10th.
    pause = (october(1), october(10))

    assert [days(day, pause) for day in (4, 5, 10, 11, 12)] == [0, 0, 0, 1, 2]


def test_a_pause_that_is_over_before_the_grace_or_still_to_come_changes_nothing():
    for pause in ((october(1), october(3)), (october(4), october(4)), (october(25), october(30))):
        assert days(20, pause) == days(20) == 16


def test_a_pause_of_one_day_stops_nothing():
    # It begins and ends in the same evening.
    assert [days(day, (october(8), october(8))) for day in (7, 8, 9)] == [3, 4, 5]
