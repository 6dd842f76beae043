"""Statements, promises, advances, approvals and limits of any fund, checked day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import oracle_fund as oracle
from fund_strategies import BANKS, FUND, GROUPS, stories
from histories import RULES
from microloan.approval import as_to_be_lent
from microloan.claim_filing import FilingState, claim_filings
from microloan.commitment import commitments
from microloan.errors import InsufficientBalance, NotCapital, SubLimitExceeded
from microloan.fund_decision import sublimits
from microloan.fund_ledger import FundEntryKind
from microloan.fund_money import capitalize_interest
from microloan.fund_outflow import advances
from microloan.fund_path import measure_leverage
from microloan.fund_statement import deposit_accounts, fund_flows
from microloan.history import standing
from microloan.ledger import EntryKind
from microloan.money import fen, from_fen
from microloan.pledge import pledges, pledges_by_level
from microloan.sublimit import measure_sublimits, require_sublimits

ONE_DAY = timedelta(days=1)
CAP_SINCE = date(2002, 12, 24)
for_limits = stories(acts=("deposit", "grant", "live", "limit", "commit", "release", "undo"))


def turning_days(office):
    """The days on which something changes, and those around them."""
    steps = (-ONE_DAY, timedelta(0), ONE_DAY)
    return sorted({day + step for day in office.days for step in steps})


def some_days(data, office, count):
    """A few of those days, in order."""
    days = st.sampled_from(turning_days(office))
    return sorted(data.draw(st.lists(days, min_size=count, max_size=count)))


@settings(max_examples=60)
@given(stories(), st.data())
def test_every_statement_balances_and_joins_the_next(story, data):
    fund = story.end.fund
    since, until, end = some_days(data, story.end, 3)
    whole = fund_flows(fund, since=since, until=end)
    first = fund_flows(fund, since=since, until=until)

    assert whole.balances
    assert first.balances
    assert whole.capital_closing == fund.balance(as_of=end)
    assert whole.income_closing == fund.income(as_of=end)
    if until < end:
        second = fund_flows(fund, since=until + ONE_DAY, until=end)
        assert (first.capital_closing, first.income_closing) == (
            second.capital_opening,
            second.income_opening,
        )
        for kind in FundEntryKind:
            assert first.amount(kind) + second.amount(kind) == whole.amount(kind)


@settings(max_examples=60)
@given(stories(), st.data())
def test_the_accounts_together_hold_capital_and_income(story, data):
    fund = story.end.fund
    for day in some_days(data, story.end, 5):
        listed = deposit_accounts(fund, as_of=day)

        assert sum(one.balance_fen for one in listed) == fen(
            fund.balance(as_of=day) + fund.income(as_of=day)
        )
        assert listed[0].account == ""
        assert all(one.opened_on <= day for one in listed[1:])


INCOME = ("deposit", "interest", "reward", "fee", "expense", "capitalize", "undo")


@settings(max_examples=60)
@given(stories(acts=INCOME))
def test_exactly_the_interest_that_was_earned_and_not_spent_may_become_capital(story):
    fund, last = story.end.fund, story.end.today
    reckoned = oracle.reckon(fund, ())
    for day in turning_days(story.end):
        assert 0 <= reckoned.interest_left(day) <= fen(fund.income(as_of=day))
    left = reckoned.interest_left(last)
    if left:
        capitalize_interest(fund, from_fen(left), on=last, ref="转增末")
    with pytest.raises((NotCapital, InsufficientBalance)):
        capitalize_interest(fund, from_fen(left + 1), on=last, ref="转增末")


@settings(max_examples=80)
@given(stories(acts=("commit", "release", "undo")))
def test_a_loan_has_one_approval_at_a_time(story):
    released = {line.against: line.on for line in story.end.standing(FundEntryKind.RELEASE)}
    for day in turning_days(story.end):
        held = [
            line.loan_id
            for line in story.end.standing(FundEntryKind.COMMITMENT)
            if line.on <= day < released.get(line.ref, line.until)
        ]
        assert len(held) == len(set(held))


@settings(max_examples=60)
@given(stories(acts=("grant", "live", "file claim", "reject claim", "undo")))
def test_of_the_claims_for_a_loan_one_at_most_was_not_rejected(story):
    filings = claim_filings(story.end.fund.entries, as_of=date.max)
    filed = [one.loan_id for one in filings if one.state is not FilingState.REJECTED]

    assert len(filed) == len(set(filed))


@settings(max_examples=40)
@given(stories(acts=("deposit", "advance", "advance back", "undo")), st.data())
def test_what_is_out_is_what_was_advanced_less_what_came_back(story, data):
    fund = story.end.fund
    for day in some_days(data, story.end, 5):
        listed = advances(fund, as_of=day)
        gone = fund.moved(FundEntryKind.ADVANCE, as_of=day)
        back = fund.moved(FundEntryKind.ADVANCE_RETURN, as_of=day)

        assert sum(one.outstanding_fen for one in listed) == fen(gone - back)
        assert all(one.outstanding_fen >= 0 <= one.days for one in listed)


@settings(max_examples=40)
@given(stories(acts=("deposit", "pledge", "undo")))
def test_a_promise_is_in_time_exactly_where_all_was_there_by_its_due_day(story):
    fund = story.end.fund
    for day in turning_days(story.end):
        listed = pledges(fund, as_of=day)
        for one in listed:
            paid = [line for line in fund.standing if line.against == one.ref and line.on <= day]
            by_due = sum(line.amount_fen for line in paid if line.on <= one.due_on)

            assert one.arrived_fen == sum(line.amount_fen for line in paid)
            assert one.on_time == (by_due >= one.pledged_fen)
            assert one.in_full == (one.arrived_fen >= one.pledged_fen)
            assert one.days_late <= max((day - one.due_on).days, 0)
        whole = pledges_by_level(listed)
        assert sum(level.short_fen for level in whole) == sum(one.short_fen for one in listed)


@settings(max_examples=40)
@given(for_limits, st.data())
def test_approvals_together_take_the_room_that_the_leverage_counts(story, data):
    office = story.end
    for day in some_days(data, office, 8):
        listed = commitments(office.fund.entries, office.loans, fund_id=FUND, as_of=day)
        room = sum(one.open_fen for one in listed)

        assert all(0 <= one.open_fen <= one.approved_fen for one in listed)
        assert all(not one.open_fen for one in listed if day >= one.lapses_on)
        if day >= CAP_SINCE:
            counted = measure_leverage(office.fund, office.loans, under=RULES, as_of=day)
            assert counted.committed_fen == room


def lent_by(loan, limit, day):
    """What was paid out of a loan in the period of a limit, by a day."""
    return sum(
        entry.principal_fen
        for entry in standing(loan.entries)
        if entry.kind is EntryKind.DISBURSEMENT and limit.since <= entry.on <= limit.through
        if entry.on <= day
    )


def exposed(loan, day):
    """What the fund stands behind for a loan at the end of a day."""
    return sum(step.exposure_fen for step in loan.exposure_steps() if step.on <= day)


def used_by(office, limit, day, *, to_be_lent_on=None):
    """What is used of a limit on a day, loan by loan and approval by approval.

    What is approved on the day of an act is to be lent, and lapses for nobody who looks ahead.
    """
    amount = 0
    for loan in office.mine:
        if limit.matches(loan.lender, loan.category.groups):
            amount += lent_by(loan, limit, day) if limit.through else exposed(loan, day)
    lines = office.fund.entries
    if to_be_lent_on is not None:
        lines = as_to_be_lent(lines, on=to_be_lent_on)
    for one in commitments(lines, office.loans, fund_id=FUND, as_of=day):
        in_time = limit.through is None or limit.since <= one.on <= limit.through
        if in_time and limit.matches(one.lender, one.groups):
            amount += one.open_fen
    return amount


@settings(max_examples=60)
@given(for_limits)
def test_the_use_of_a_limit_is_the_sum_of_what_counts_under_it(story):
    office = story.end
    for day in turning_days(office):
        uses = measure_sublimits(office.fund.entries, office.loans, fund_id=FUND, as_of=day)

        assert {use.limit.ref: use.used_fen for use in uses} == {
            limit.ref: used_by(office, limit, day)
            for limit in sublimits(office.fund.entries, as_of=day)
        }


@settings(max_examples=60)
@given(for_limits, st.sampled_from(BANKS), st.sets(st.sampled_from(GROUPS)), st.data())
def test_a_limit_stops_exactly_where_some_day_from_then_on_uses_too_much(
    story, lender, groups, data
):
    office = story.end
    set_by = office.standing(FundEntryKind.SUBLIMIT)
    assume(set_by)
    chosen = data.draw(st.sampled_from(set_by))
    lender, groups = chosen.lender or lender, groups | chosen.groups
    days = [day for day in turning_days(office) if day >= chosen.on - ONE_DAY]
    since = data.draw(st.sampled_from(days[:9]))
    over = {
        (day, limit.ref): used
        for day in turning_days(office)
        if day >= since
        for limit in sublimits(office.fund.entries, as_of=day)
        if limit.matches(lender, groups)
        and (used := used_by(office, limit, day, to_be_lent_on=since)) > limit.amount_fen
    }
    test = {"fund_id": FUND, "lender": lender, "groups": groups, "since": since}
    try:
        require_sublimits(office.fund.entries, office.loans, **test)
    except SubLimitExceeded as refusal:
        named = {
            key
            for key, amount in over.items()
            if amount == fen(refusal.value)
            and str(key[0]) in str(refusal)
            and key[1] in str(refusal)
        }
        assert named
    else:
        assert not over
