"""Which visits are due: by the rhythm, from the last visit, never chained."""

from dataclasses import replace
from datetime import date

import pytest

from histories import RULES, a_loan, pays_on_time
from microloan import Dated, InvalidDate, InvalidTerms, LoanGivenTwice, NotInForce, write_off
from microloan.due_visit import due_visits, last_visits, missed_visit
from microloan.policy import Line
from microloan.visit import BusinessState, FollowUpVisit
from refusals import refused


def seen(on, *, loan="HT-1", ref="访1", on_site=True):
    return FollowUpVisit(
        loan_id=loan,
        on=on,
        ref=ref,
        visitors=("O-1", "O-2"),
        state=BusinessState.NORMAL,
        on_site=on_site,
    )


def planned(loans, visits=(), *, until, as_of, under=RULES):
    """Each due visit as loan, day and days late."""
    due = due_visits(loans, visits, under=under, until=until, as_of=as_of)
    return [(one.loan_id, one.due_on, one.days_late) for one in due]


def test_a_year_has_a_visit_every_three_months_from_the_disbursement_to_maturity():
    # Paid out on 15 January 2024, matures a year later; the visit of that day is the last.
    assert planned([a_loan()], until=date(2026, 1, 1), as_of=date(2024, 1, 15)) == [
        ("HT-1", date(2024, 4, 15), 0),
        ("HT-1", date(2024, 7, 15), 0),
        ("HT-1", date(2024, 10, 15), 0),
        ("HT-1", date(2025, 1, 15), 0),
    ]


def test_months_are_counted_from_the_last_visit_and_never_chained():
    # 30 November + 3 months is 28 February, + 6 months 30 May.
    loan = a_loan(months=24)

    assert planned([loan], [seen(date(2024, 11, 30))], until=date(2025, 6, 1),
                   as_of=date(2024, 12, 1)) == [
        ("HT-1", date(2025, 2, 28), 0),
        ("HT-1", date(2025, 5, 30), 0),
    ]  # fmt: skip


def test_a_missed_visit_is_one_line_with_its_days_and_the_next_ones_follow_the_rhythm():
    # Due on 15 April and 15 July, nobody went; on 20 July it has been due for 96 days.
    [missed, coming] = due_visits(
        [a_loan()], [], under=RULES, until=date(2024, 12, 31), as_of=date(2024, 7, 20)
    )

    assert (missed.due_on, missed.days_late, missed.last_on) == (date(2024, 4, 15), 96, None)
    assert (coming.due_on, coming.days_late) == (date(2024, 10, 15), 0)
    assert (missed.borrower, missed.lender) == ("B-1", "BANK-1")
    assert missed.clause == str(RULES.visit_interval_months.at(date(2024, 7, 20)))


def test_a_visit_due_on_the_day_is_not_late():
    assert planned([a_loan()], until=date(2024, 4, 15), as_of=date(2024, 4, 15)) == [
        ("HT-1", date(2024, 4, 15), 0)
    ]
    assert planned([a_loan()], until=date(2024, 4, 14), as_of=date(2024, 4, 14)) == []


def test_only_the_last_visit_to_the_place_by_the_day_counts():
    visits = [
        seen(date(2024, 5, 10)),
        seen(date(2024, 2, 1), ref="访0"),
        seen(date(2024, 6, 1), ref="电1", on_site=False),
        seen(date(2024, 7, 1), ref="访2"),  # after the day asked about
        seen(date(2024, 6, 2), loan="HT-2"),
    ]

    assert last_visits(visits, as_of=date(2024, 6, 30)) == {
        "HT-1": date(2024, 5, 10),
        "HT-2": date(2024, 6, 2),
    }
    [due] = due_visits(
        [a_loan()], iter(visits), under=RULES, until=date(2024, 9, 1), as_of=date(2024, 6, 30)
    )
    assert (due.due_on, due.last_on) == (date(2024, 8, 10), date(2024, 5, 10))


def test_the_most_urgent_comes_first():
    loans = [a_loan("HT-3"), a_loan("HT-1"), a_loan("HT-2")]
    visits = [seen(date(2024, 3, 1), loan="HT-1")]

    assert planned(loans, visits, until=date(2024, 6, 30), as_of=date(2024, 6, 1)) == [
        ("HT-2", date(2024, 4, 15), 47),
        ("HT-3", date(2024, 4, 15), 47),
        ("HT-1", date(2024, 6, 1), 0),
    ]


def test_a_loan_that_is_over_or_not_yet_paid_out_is_not_visited():
    settled = pays_on_time(a_loan(), 1, 12)
    gone = write_off(a_loan(), on=date(2024, 6, 1), ref="核1")
    day = date(2025, 2, 1)

    assert planned([settled], until=date(2026, 1, 1), as_of=day) == []
    assert planned([gone], until=date(2026, 1, 1), as_of=day) == []
    assert planned([a_loan()], until=date(2024, 12, 31), as_of=date(2024, 1, 14)) == []


def test_a_loan_that_outlived_its_maturity_is_visited_on():
    # Nobody paid and nobody went: missed since April 2024; the next ones after maturity follow.
    assert planned([a_loan()], until=date(2025, 8, 1), as_of=date(2025, 2, 1)) == [
        ("HT-1", date(2024, 4, 15), 292),
        ("HT-1", date(2025, 4, 15), 0),
        ("HT-1", date(2025, 7, 15), 0),
    ]


def test_a_missed_visit_is_told_by_its_day():
    loan = a_loan()

    assert missed_visit(loan, None, under=RULES, as_of=date(2024, 4, 15)) is None
    assert missed_visit(loan, None, under=RULES, as_of=date(2024, 4, 16)) == date(2024, 4, 15)
    last = date(2024, 4, 16)
    assert missed_visit(loan, last, under=RULES, as_of=date(2024, 7, 16)) is None
    assert missed_visit(loan, last, under=RULES, as_of=date(2024, 7, 17)) == date(2024, 7, 16)


def test_another_rhythm_is_another_policy():
    monthly = RULES.visit_interval_months.at(date(2024, 1, 1)).of(1)
    line = Line(Dated("visit_interval_months", ((date(2024, 1, 1), monthly),)))
    rules = replace(RULES, visit_interval_months=line)

    assert planned([a_loan()], until=date(2024, 3, 20), as_of=date(2024, 1, 20), under=rules) == [
        ("HT-1", date(2024, 2, 15), 0),
        ("HT-1", date(2024, 3, 15), 0),
    ]
    with refused(
        NotInForce,
        "policy.not_in_force",
        value=date(2023, 12, 31),
        limit=(date(2024, 1, 1), date.max),
    ):
        planned([], until=date(2024, 1, 1), as_of=date(2023, 12, 31), under=rules)


@pytest.mark.parametrize(
    ("loans", "visits", "value", "limit"),
    [
        (["HT-1"], [], "HT-1", "several Loan"),
        ([], ["HT-1"], "str", "several FollowUpVisit"),
        ([], seen(date(2024, 2, 1)), "FollowUpVisit", "several FollowUpVisit"),
        ([], None, "NoneType", "several FollowUpVisit"),
    ],
)
def test_what_is_no_loan_or_no_visit_is_refused(loans, visits, value, limit):
    with refused(InvalidTerms, "terms.invalid", value=value, limit=limit):
        due_visits(
            loans, visits, under=RULES, until=date(2024, 6, 1), as_of=date(2024, 6, 1)
        )  # fmt: skip


def test_a_plan_needs_its_days_in_order_and_each_loan_once():
    with refused(
        InvalidDate, "periods.invalid_date", value=date(2024, 5, 31), limit=date(2024, 6, 1)
    ):
        due_visits([], [], under=RULES, until=date(2024, 5, 31), as_of=date(2024, 6, 1))
    with refused(InvalidDate, "periods.invalid_date", value=date.max, limit=(1990, 2100)):
        due_visits([a_loan()], [], under=RULES, until=date.max, as_of=date(2024, 6, 1))
    with refused(InvalidDate, "periods.invalid_date", value="2024", limit="datetime.date"):
        last_visits([], as_of="2024")
    with refused(LoanGivenTwice, "request.loan_given_twice", value="HT-1", limit="each loan once"):
        due_visits(
            [a_loan(), a_loan()], [], under=RULES, until=date(2024, 6, 1), as_of=date(2024, 6, 1)
        )
