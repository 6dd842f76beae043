"""What holds for the half-year ledger of any history, by the calendar and by anniversaries."""

from collections import Counter
from dataclasses import fields, replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from histories import histories
from microloan import HalfYear, LedgerTotals, draw_up
from microloan.anniversary import Anniversary
from microloan.assignment import AssignedTo, Assignment
from microloan.coming_due import due_in
from microloan.late_fact import late_facts
from microloan.ledger_group import GroupBy, group_ledger
from microloan.window import window_for

ADJUSTED = {
    "principal_fen": "adjustments_fen",
    "interest_fen": "adjusted_interest_fen",
    "charges_fen": "adjusted_charges_fen",
    "due_fen": "adjusted_due_fen",
}


@st.composite
def books(draw):
    """Two loans of any history, the second one under a name of its own."""
    loans = [draw(histories()).loan, draw(histories(most=4)).loan]
    entry = replace(loans[1].entries[0], ref="HT-2")
    others = tuple(entry if one.number == 1 else one for one in loans[1].entries)
    return [loans[0], replace(loans[1], id="HT-2", entries=others)]


@st.composite
def handed_around(draw, loans):
    """Some assignments of loans on any days of their lives."""
    made = {}
    for _ in range(draw(st.integers(0, 6))):
        loan, what = draw(st.sampled_from(loans)), draw(st.sampled_from(AssignedTo))
        first, last = loan.terms.disbursed_on, loan.schedule[-1].due_on + timedelta(days=200)
        on = draw(st.dates(first, last))
        value = draw(st.sampled_from(["甲", "乙", "丙"]))
        made[loan.id, what, on] = Assignment(
            loan_id=loan.id, what=what, value=value, on=on, ref="管1"
        )
    return list(made.values())


def last_booking(loan):
    return max(*(entry.booked_on for entry in loan.entries), loan.schedule[-1].due_on)


def calendar(loans):
    """The half-years from before the first loan to after the last booking."""
    half = HalfYear.of(min(loan.terms.disbursed_on for loan in loans))
    end = HalfYear.of(max(map(last_booking, loans))).next
    while half <= end:
        yield half
        half = half.next


def anniversaries(loans):
    """The half-years of loans until after their last bookings."""
    half, open_still = Anniversary(1), True
    while open_still:
        yield half
        open_still = any(window_for(half, one.terms).last_day < last_booking(one) for one in loans)
        half = half.next


def any_halves(data, loans):
    return list(data.draw(st.sampled_from([calendar, anniversaries]))(loans))


@given(loans=books(), data=st.data())
def test_every_closing_is_the_next_opening_for_loans_groups_and_book(loans, data):
    halves = any_halves(data, loans)
    assignments = data.draw(handed_around(loans))
    by = data.draw(st.sampled_from(GroupBy))
    ledgers = [draw_up(loans, half, assignments=assignments) for half in halves]

    for ledger in ledgers:
        groups = group_ledger(ledger, by=by).groups
        assert ledger.broken == ()
        assert all(group.balances for group in groups)
        for field in fields(LedgerTotals):
            parts = sum(getattr(group.totals, field.name) for group in groups)
            assert parts == getattr(ledger.totals, field.name)
    for one, following in pairwise(ledgers):
        assert following.totals.opening == one.totals.closing
        closings = {line.loan_id: line.account.closing_fen for line in one.lines}
        for line in following.lines:
            assert line.account.opening_fen == closings.get(line.loan_id, 0)
        before, after = (
            Counter({group.key: amount(group.totals) for group in group_ledger(each, by=by).groups})
            for each, amount in (
                (one, lambda totals: totals.closing_fen),
                (following, lambda totals: totals.opening_fen),
            )
        )
        assert +before == +after


@given(loans=books(), data=st.data())
def test_late_facts_are_the_adjustments_each_of_them_once(loans, data):
    halves = any_halves(data, loans)
    for one, following in pairwise(halves):
        for loan in loans:
            facts = late_facts([loan], one)
            assert len({fact.entry.number for fact in facts}) == len(facts)
            shown = [fact for fact in facts if fact.appears_in == following]
            account = loan.account(following)
            for effect, line in ADJUSTED.items():
                assert sum(getattr(fact, effect) for fact in shown) == getattr(account, line)
            assert all(fact.appears_in >= following for fact in facts)


@given(loans=books(), data=st.data())
def test_a_late_fact_never_changes_a_sheet_read_as_it_was_known(loans, data):
    half = data.draw(st.sampled_from(any_halves(data, loans)))
    known = {}
    for loan in loans:
        last = window_for(half, loan.terms).last_day
        known[loan.id] = max(
            (entry.number for entry in loan.entries if entry.booked_on <= last), default=0
        )
    printed = draw_up(loans, half, through=known)
    now = {line.loan_id: line for line in draw_up(loans, half).lines}

    assert printed.lines == tuple(
        replace(
            now[line.loan_id],
            account=replace(now[line.loan_id].account, through=line.account.through),
        )
        for line in printed.lines
    )
    assert now.keys() == {line.loan_id for line in printed.lines}


@given(loans=books(), data=st.data())
def test_what_comes_due_is_what_the_account_says_fell_due_once_the_half_year_is_over(loans, data):
    half = data.draw(st.sampled_from(any_halves(data, loans)))
    for loan in loans:
        window = window_for(half, loan.terms)
        if any(entry.booked_on > window.last_day for entry in loan.entries):
            continue  # the list follows the day it happened, the account the day it was booked
        lines = due_in([loan], half, as_of=window.last_day)
        assert sum(line.principal_fen + line.interest_fen for line in lines) == (
            loan.account(half).due_fen
        )
        assert all(line.due_on in window for line in lines)
