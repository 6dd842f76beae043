"""What is chasing and what a mere reminder, and which contacts cannot have been made."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from histories import a_fund, a_loan, a_quarterly_loan, pays, pays_on_time
from microloan import (
    InvalidDate,
    InvalidTerms,
    Prepayment,
    accelerate,
    cny,
    pay_claim,
)
from microloan.contact import Contact, Outcome, chased, make_contact
from microloan.errors import VisitTooEarly
from microloan.reminder import Channel
from refusals import refused

FEBRUARY, MARCH = date(2024, 2, 15), date(2024, 3, 15)
LATER = date(2024, 12, 31)


def called(on, *, due_on=FEBRUARY, days=1, loan="HT-1", ref="催1"):
    return Contact(
        loan_id=loan,
        due_on=due_on,
        days=days,
        on=on,
        channel=Channel.PHONE,
        officer="O-1",
        outcome=Outcome.PROMISED,
        ref=ref,
    )


def counts(contact, loan=None, by=LATER):
    return chased(loan or a_loan(), [contact], by=by) == (contact,)


# ---- what counts as chasing


def test_who_was_called_about_an_unpaid_day_was_chased_from_that_day_on():
    assert counts(called(date(2024, 2, 16)))
    assert counts(called(FEBRUARY, days=0))
    assert counts(called(date(2024, 6, 1), days=90))
    assert not counts(called(date(2024, 2, 14), days=0))
    assert not counts(called(date(2024, 2, 1)))


def test_only_what_was_done_by_the_day_counts():
    call = called(date(2024, 2, 16))

    assert counts(call, by=date(2024, 2, 16))
    assert not counts(call, by=date(2024, 2, 15))


@pytest.mark.parametrize("days", [-30, -7, -1])
def test_a_reminder_is_no_chasing_even_where_it_came_late(days):
    assert not counts(called(date(2024, 2, 16), days=days))


def test_a_day_on_which_nothing_falls_due_or_of_another_loan_counts_for_nothing():
    assert not counts(called(date(2024, 2, 17), due_on=date(2024, 2, 16)))
    assert not counts(called(date(2024, 2, 16), loan="HT-2"))
    assert not counts(called(date(2023, 2, 16), due_on=date(2023, 2, 15)))
    assert not counts(called(date(1990, 1, 1), due_on=date(1990, 1, 1), days=0))


def test_what_was_paid_on_its_day_cannot_be_chased():
    paid = pays_on_time(a_loan(), 1, 1)

    assert not counts(called(FEBRUARY, days=0), paid)
    assert not counts(called(date(2024, 2, 16)), paid)
    assert counts(called(date(2024, 3, 16), due_on=MARCH), paid)


def test_the_call_of_the_day_on_which_it_was_paid_still_counts_and_none_after_it():
    # Due on 15 February, paid on the 20th: perhaps because of the call of that morning.
    paid = pays(a_loan(), (10_600, date(2024, 2, 20)))

    assert counts(called(date(2024, 2, 19)), paid)
    assert counts(called(date(2024, 2, 20)), paid)
    assert not counts(called(date(2024, 2, 21)), paid)


def test_a_fen_unpaid_is_unpaid():
    short = pays(a_loan(), ("10599.99", FEBRUARY))

    assert counts(called(date(2024, 2, 16)), short)


def test_what_was_paid_ahead_was_never_unpaid():
    # 40,000 ahead on 20 January; what then falls due on 15 February is due all the same.
    ahead = a_loan().prepay(cny(40_000), on=date(2024, 1, 20), ref="P1", then=Prepayment.LOWER)

    assert not counts(called(date(2024, 1, 21), due_on=date(2024, 1, 20)), ahead)
    assert counts(called(date(2024, 2, 16)), ahead)


def test_a_loan_called_in_is_chased_about_the_day_it_was_called_in():
    called_in = accelerate(a_quarterly_loan(), on=date(2024, 5, 2), ref="提1")

    assert counts(called(date(2024, 5, 3), due_on=date(2024, 5, 2)), called_in)


def test_what_the_payout_made_due_was_chased_by_nobody_before_it():
    _, claimed = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="代1")

    about_it = called(date(2024, 5, 25), due_on=date(2024, 5, 25), days=0)
    assert not counts(about_it, claimed)
    assert counts(called(date(2024, 5, 25)), claimed)


def test_chasing_comes_in_the_order_given():
    first, second = called(date(2024, 2, 22), ref="催2"), called(date(2024, 2, 16))

    assert chased(a_loan(), iter([first, second]), by=LATER) == (first, second)


def test_chasing_is_asked_for_properly():
    with refused(InvalidTerms, "terms.invalid", value="str", limit="a Loan"):
        chased("HT-1", [], by=LATER)
    with refused(InvalidTerms, "terms.invalid", value="str", limit="several Contact"):
        chased(a_loan(), ["催1"], by=LATER)
    with refused(InvalidDate, "periods.invalid_date", value=None, limit="datetime.date"):
        chased(a_loan(), [], by=None)


# ---- which contacts can be made


def make(loan, on, *, due_on=FEBRUARY, days=1):
    return make_contact(
        loan,
        due_on=due_on,
        days=days,
        on=on,
        channel=Channel.PHONE,
        officer="O-1",
        outcome=Outcome.DELIVERED,
        ref="催1",
    )


@pytest.mark.parametrize("due_on", [date(2024, 2, 14), date(2024, 1, 15), date(2025, 2, 15)])
def test_nobody_is_contacted_about_a_day_on_which_nothing_falls_due(due_on):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=due_on,
        limit="a day on which something falls due",
        says="HT-1",
    ):
        make(a_loan(), date(2024, 2, 16), due_on=due_on)


def test_a_contact_about_what_is_paid_is_one_and_about_an_early_repayment_is_none():
    paid = pays_on_time(a_loan(), 1, 1)
    ahead = a_loan().prepay(cny(40_000), on=date(2024, 1, 20), ref="P1", then=Prepayment.LOWER)

    assert make(paid, date(2024, 2, 16)).due_on == FEBRUARY
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=date(2024, 1, 20),
        limit="a day on which something falls due",
    ):
        make(ahead, date(2024, 1, 21), due_on=date(2024, 1, 20))


def test_on_the_day_of_an_act_the_plan_before_it_is_known_still():
    # All due on 15 January 2025, called in on 16 December: the letter of that morning knew nothing.
    called_in = accelerate(a_loan(months=12, interval_months=12), on=date(2024, 12, 16), ref="提1")
    old = date(2025, 1, 15)

    assert make(called_in, date(2024, 12, 16), due_on=old, days=-30).due_on == old
    assert make(called_in, date(2024, 12, 16), due_on=date(2024, 12, 16)).on == date(2024, 12, 16)
    with refused(
        InvalidTerms, "terms.invalid", value=old, limit="a day on which something falls due"
    ):
        make(called_in, date(2024, 12, 17), due_on=old, days=-30)


@pytest.mark.parametrize(
    ("days", "earliest"),
    [
        (-7, date(2024, 10, 8)),  # a month before 8 November
        (-1, date(2024, 10, 14)),
        (0, date(2024, 11, 15)),  # chasing: not before the due day
        (1, date(2024, 11, 15)),
        (30, date(2024, 11, 15)),  # 15 December less a month
        (60, date(2024, 12, 14)),  # 14 January less a month
    ],
)
def test_a_step_is_done_a_month_before_its_rung_at_most(days, earliest):
    due_on = date(2024, 11, 15)

    assert make(a_loan(), earliest, due_on=due_on, days=days).on == earliest
    with refused(
        VisitTooEarly,
        "tracking.too_early",
        value=earliest - timedelta(days=1),
        limit=earliest,
        says=f"T{days:+d} of 2024-11-15",
    ):
        make(a_loan(), earliest - timedelta(days=1), due_on=due_on, days=days)


def test_the_record_of_another_office_is_taken_as_it_is():
    assert replace(called(date(2024, 2, 1)), days=90).days == 90
