"""The five grades: by days past due, under the limits of the day, beside the rate of bad loans."""

from dataclasses import replace
from datetime import date

import pytest

from histories import RULES, a_fund, a_loan, pay_claim, pays_on_time
from microloan import (
    ZERO,
    Dated,
    InvalidDate,
    InvalidTerms,
    LoanGivenTwice,
    NotInForce,
    accelerate,
    cny,
    nonperforming_rate,
    receive_recovery,
    recover,
    write_off,
)
from microloan.grade import Grade, GradeTotal, grade_loan, grade_loans, grade_of_days
from microloan.policy import GradeDays, Line
from refusals import refused

OLD, NEW = date(2011, 6, 30), date(2024, 6, 30)


@pytest.mark.parametrize(
    ("on", "days", "grade"),
    [
        # From July 2023: past due, beyond 90, beyond 270, beyond 360.
        (NEW, 0, Grade.NORMAL),
        (NEW, 1, Grade.SPECIAL_MENTION),
        (NEW, 90, Grade.SPECIAL_MENTION),
        (NEW, 91, Grade.SUBSTANDARD),
        (NEW, 270, Grade.SUBSTANDARD),
        (NEW, 271, Grade.DOUBTFUL),
        (NEW, 360, Grade.DOUBTFUL),
        (NEW, 361, Grade.LOSS),
        # Before it: beyond 90 and beyond 180; no number of days makes a loss.
        (OLD, 0, Grade.NORMAL),
        (OLD, 90, Grade.SPECIAL_MENTION),
        (OLD, 91, Grade.SUBSTANDARD),
        (OLD, 180, Grade.SUBSTANDARD),
        (OLD, 181, Grade.DOUBTFUL),
        (OLD, 5_000, Grade.DOUBTFUL),
        (date(2023, 6, 30), 200, Grade.DOUBTFUL),
        (date(2023, 7, 1), 200, Grade.SUBSTANDARD),
    ],
)
def test_days_past_due_make_the_grade_once_a_limit_is_exceeded(on, days, grade):
    assert grade_of_days(days, under=RULES, on=on) is grade


def test_grades_rank_from_the_best_and_the_last_three_are_bad():
    assert [grade.rank for grade in Grade] == [0, 1, 2, 3, 4]
    assert [grade.zh for grade in Grade] == ["正常", "关注", "次级", "可疑", "损失"]
    assert [grade.nonperforming for grade in Grade] == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("day", "grade"),
    [
        (date(2024, 2, 15), Grade.NORMAL),  # due that day
        (date(2024, 2, 16), Grade.SPECIAL_MENTION),
        (date(2024, 5, 15), Grade.SPECIAL_MENTION),  # 90 days
        (date(2024, 5, 16), Grade.SUBSTANDARD),
        (date(2024, 11, 11), Grade.SUBSTANDARD),  # 270 days
        (date(2024, 11, 12), Grade.DOUBTFUL),
        (date(2025, 2, 9), Grade.DOUBTFUL),  # 360 days
        (date(2025, 2, 10), Grade.LOSS),
    ],
)
def test_a_loan_nobody_pays_falls_from_grade_to_grade(day, grade):
    assert grade_loan(a_loan(), under=RULES, as_of=day) is grade


def test_a_loan_called_in_or_paid_for_is_bad_at_once_and_one_written_off_is_a_loss():
    called = accelerate(pays_on_time(a_loan(), 1, 2), on=date(2024, 3, 25), ref="提1")
    fund, claimed = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="代1")
    gone = write_off(a_loan(), on=date(2024, 6, 1), ref="核1")

    def graded(loan, day):
        return grade_loan(loan, under=RULES, as_of=day)

    assert graded(called, date(2024, 3, 24)) is Grade.NORMAL
    assert graded(called, date(2024, 3, 25)) is Grade.SUBSTANDARD
    assert graded(claimed, date(2024, 5, 25)) is Grade.SUBSTANDARD  # 100 days
    assert graded(claimed, date(2024, 12, 1)) is Grade.DOUBTFUL  # 290 days
    assert graded(gone, date(2024, 5, 31)) is Grade.SUBSTANDARD
    assert graded(gone, date(2024, 6, 1)) is Grade.LOSS
    _, back = receive_recovery(fund, claimed, cny("122233.33"), on=date(2024, 7, 1), ref="追1")
    assert graded(back, date(2024, 7, 1)) is Grade.NORMAL  # nothing is owed any more
    regained = recover(gone, cny(1_000), on=date(2024, 7, 1), ref="追1")
    assert graded(regained, date(2024, 7, 1)) is Grade.LOSS  # not all of it came back


def a_book():
    """Six loans on 30 June 2024, which owe 120,000, 70,000, 100,000, 120,000, 24,000 and 0."""
    _, claimed = pay_claim(a_fund(), a_loan("HT-5"), on=date(2024, 5, 25), ref="代1")
    return [
        a_loan("HT-1", disbursed_on=date(2024, 6, 1)),  # nothing due yet
        pays_on_time(a_loan("HT-2"), 1, 5),  # five paid, the next on 15 July
        pays_on_time(a_loan("HT-3"), 1, 2),  # April's is 76 days late
        a_loan("HT-4"),  # February's is 136 days late
        claimed,  # 20 % of 120,000 stay with the bank
        pays_on_time(a_loan("HT-6"), 1, 12),
    ]


def test_a_book_is_counted_by_grade_with_what_is_outstanding():
    book = a_book()

    assert [
        (total.grade, total.loans, total.outstanding)
        for total in grade_loans(book[:5], under=RULES, as_of=NEW)
    ] == [
        (Grade.NORMAL, 2, cny(190_000)),
        (Grade.SPECIAL_MENTION, 1, cny(100_000)),
        (Grade.SUBSTANDARD, 2, cny(144_000)),
        (Grade.DOUBTFUL, 0, ZERO),
        (Grade.LOSS, 0, ZERO),
    ]


def test_a_loan_counts_while_something_is_owed_to_its_lender():
    settled = pays_on_time(a_loan(), 1, 12)

    assert grade_loans([settled], under=RULES, as_of=date(2025, 1, 14))[0].loans == 1
    assert {
        total.loans for total in grade_loans([settled], under=RULES, as_of=date(2025, 1, 15))
    } == {0}
    assert grade_loans([], under=RULES, as_of=NEW)[0] == GradeTotal(
        grade=Grade.NORMAL, loans=0, outstanding_fen=0
    )


@pytest.mark.parametrize("day", [date(2024, 3, 1), NEW, date(2025, 6, 30)])
def test_the_bad_grades_are_the_rate_of_bad_loans_beyond_the_days_of_substandard(day):
    book = a_book()
    totals = grade_loans(book, under=RULES, as_of=day)
    rate = nonperforming_rate(book, as_of=day, beyond_days=90)

    assert rate.part == sum(one.outstanding_fen for one in totals if one.grade.nonperforming)
    assert rate.whole == sum(one.outstanding_fen for one in totals)


def test_another_table_is_another_policy():
    # The rule for credit cards: 90, 120 and 180 days.
    limits = GradeDays(special_mention=0, substandard=90, doubtful=120, loss=180)
    known = RULES.grade_days.at(NEW).of(limits)
    rules = replace(RULES, grade_days=Line(Dated("grade_days", ((date(2024, 1, 1), known),))))

    assert [grade_of_days(days, under=rules, on=NEW) for days in (90, 120, 121, 180, 181)] == [
        Grade.SPECIAL_MENTION,
        Grade.SUBSTANDARD,
        *(Grade.DOUBTFUL, Grade.DOUBTFUL, Grade.LOSS),
    ]
    with refused(
        NotInForce,
        "policy.not_in_force",
        value=date(2023, 12, 31),
        limit=(date(2024, 1, 1), date.max),
    ):
        grade_of_days(0, under=rules, on=date(2023, 12, 31))


@pytest.mark.parametrize("days", [-1, 1.0, "1", None, True])
def test_days_are_a_whole_number(days):
    with refused(InvalidTerms, "terms.invalid", value=days, limit="a whole number from 0"):
        grade_of_days(days, under=RULES, on=NEW)


def test_what_is_no_loan_or_no_day_is_refused():
    with refused(InvalidTerms, "terms.invalid", value="str", limit="a Loan"):
        grade_loan("HT-1", under=RULES, as_of=NEW)
    with refused(InvalidDate, "periods.invalid_date", value="2024", limit="datetime.date"):
        grade_of_days(0, under=RULES, on="2024")
    with refused(InvalidTerms, "terms.invalid", value="HT-1", limit="several Loan"):
        grade_loans(["HT-1"], under=RULES, as_of=NEW)
    with refused(LoanGivenTwice, "request.loan_given_twice", value="HT-1", limit="each loan once"):
        grade_loans([a_loan(), a_loan()], under=RULES, as_of=NEW)
