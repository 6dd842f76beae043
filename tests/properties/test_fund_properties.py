"""What holds of any fund and its loans, and what a second calculation says of them day by day."""

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

import oracle_fund as oracle
from fund_strategies import (
    A_FUND,
    ACCOUNTS,
    BANKS,
    EVERY_ACT,
    FUND,
    GROUPS,
    NUMBERS,
    Impossible,
    fitting,
    promises,
    stories,
    tied_offices,
)
from histories import RULES, a_loan
from microloan import errors
from microloan.claim import pay_claim, receive_recovery
from microloan.claim_filing import file_claim
from microloan.clauses import Amortization
from microloan.commitment import approve_loan, commitments
from microloan.dated import Dated
from microloan.errors import LeverageExceeded, MicroloanError, NotInForce
from microloan.fund_decision import cap_in_force, raise_cap, sublimits
from microloan.fund_ledger import FundEntryKind
from microloan.fund_outflow import advance_subsidy, withdraw
from microloan.fund_path import leverage_path, measure_leverage, path_ahead, require_room
from microloan.history import standing
from microloan.ledger import EntryKind
from microloan.loss import loss_shares
from microloan.money import cny, fen, from_fen
from microloan.policy import ExposureBasis, Line
from microloan.quotient import Quotient
from microloan.recovery import RecoveryOrder, RecoverySource
from microloan.risk import payout_recovery_rate
from microloan.stress import what_if
from microloan.sublimit import measure_sublimits
from microloan.subrogation import subrogations, write_off_payout
from microloan.suspension import suspended_lenders
from microloan.upper_share import receive_upper_share, return_upper_share, upper_accounts

ONE_DAY = timedelta(days=1)
MONEY = ("deposit", "top up", "withdraw", "advance", "advance back", "undo", "transfer")
LENDING = ("grant", "disburse more", "live", "claim", "commit", "release", "decide cap")
CLAIMS = ("claim", "recover", "file claim", "approve claim", "upper share", "upper return")
anything = stories()
claims = stories(acts=("grant", "deposit", "live", "write off payout", *CLAIMS))
for_leverage = stories(acts=(*MONEY, *LENDING))
for_approval = stories(acts=(*LENDING, "deposit", "undo", "limit", "suspend", "lift"), most=20)


def figures(point):
    """A point of a path as the second calculation prints a day."""
    return oracle.Day(
        on=point.as_of,
        balance=point.balance_fen,
        exposure=point.exposure_fen,
        covered=point.covered_fen,
        committed=point.committed_fen,
        cap=point.cap.value,
    )


def on_same_day(day, other):
    """What a day would be if it were another one."""
    return replace(day, on=other.on)


def turning_days(office):
    """The days on which something changes, and those around them."""
    steps = (-ONE_DAY, timedelta(0), ONE_DAY)
    return sorted({day + step for day in office.days for step in steps})


# ---- the money


@settings(max_examples=40)
@given(anything)
def test_balance_income_and_accounts_are_inflows_less_outflows_by_kind(story):
    fund = story.end.fund
    reckoned = oracle.reckon(fund, ())
    for day in turning_days(story.end):
        balance, income = fen(fund.balance(as_of=day)), fen(fund.income(as_of=day))
        accounts = {name: fen(fund.account_balance(name, as_of=day)) for name in ("", *ACCOUNTS)}

        assert balance == reckoned.balance(day) >= 0
        assert income == reckoned.income(day) >= 0
        assert accounts == {name: reckoned.in_account(name, day) for name in accounts}
        assert min(accounts.values()) >= 0
        assert balance + income == sum(accounts.values())
        for kind in FundEntryKind:
            assert fen(fund.moved(kind, as_of=day)) == reckoned.moved(day, kind.value)


@settings(max_examples=50)
@given(anything)
def test_fund_and_loans_hold_each_payout_and_recovery_under_one_voucher(story):
    fund, loans = story.end.fund, story.end.loans

    assert oracle.entered(fund, "claim_payout") == oracle.payouts_of(loans, FUND)
    assert oracle.entered(fund, "recovery") == oracle.recoveries_of(loans, FUND)


@settings(max_examples=50)
@given(anything)
def test_no_more_comes_back_for_a_loan_than_was_paid_nor_is_paid_than_was_lost(story):
    fund = story.end.fund
    for loan in story.end.mine:
        back = sum(act[4] for act in oracle.entered(fund, "recovery") if act[0] == loan.id)
        gone = sum(act[4] for act in oracle.entered(fund, "write_off") if act[0] == loan.id)
        if loan.payout is None:
            assert back == gone == 0
            continue
        payout = loan.payout
        before = replace(loan, entries=loan.entries[: payout.number - 1])
        owed = before.position(as_of=payout.on)
        interest = owed.arrears_interest_fen + owed.accrued_fen
        assert 0 <= payout.principal_fen <= owed.outstanding_fen
        assert 0 <= payout.interest_fen <= interest
        assert back <= payout.amount_fen


# ---- leverage


def agrees_on_every_day(office):
    """Compare a whole path with the second calculation, walking every day of it."""
    reckoned = oracle.reckon(office.fund, office.loans)
    first, last = office.days[0], reckoned.last_change
    path = leverage_path(office.fund, office.loans, under=RULES, since=first, until=last)
    days = reckoned.days(first, last)

    for day in days:
        assert on_same_day(figures(path.at(day.on)), day) == day
    assert figures(path.worst) == oracle.worst(days)
    assert figures(path.best) == oracle.best(days)
    assert figures(path.tightest) == oracle.tightest(days)
    held = [point.as_of for point in path.points]
    assert held == sorted(set(held))
    assert [figures(point) for point in path.over_cap] == [
        day for day in days if day.on in held and day.exposure > day.cap * day.balance
    ]


@settings(max_examples=80)
@given(for_leverage)
def test_every_day_of_a_path_is_what_a_second_calculation_says(story):
    agrees_on_every_day(story.end)


@settings(max_examples=80)
@given(tied_offices())
def test_of_equal_days_the_worst_the_best_and_the_tightest_is_the_first(office):
    agrees_on_every_day(office)


@pytest.mark.slow
@settings(max_examples=1_000)
@given(anything)
def test_every_day_of_a_thousand_paths_is_what_a_second_calculation_says(story):
    agrees_on_every_day(story.end)


@pytest.mark.slow
@settings(max_examples=1_000)
@given(tied_offices())
def test_of_equal_days_on_a_thousand_paths_the_first_is_named(office):
    agrees_on_every_day(office)


@settings(max_examples=40)
@given(for_leverage)
def test_without_days_a_path_goes_from_the_first_change_through_the_last(story):
    office = story.end
    reckoned = oracle.reckon(office.fund, office.loans)
    days = reckoned.days(office.days[0], reckoned.last_change)
    shown = [replace(day, on=date.min, cap=0) for day in days]
    nothing = oracle.Day(date.min, 0, 0, 0, 0, 0)
    first = next((day.on for day, one in zip(days, shown, strict=True) if one != nothing), None)
    assume(first is not None)
    changes = {
        other.on
        for one, other in pairwise(days)
        if other.on > first and replace(one, on=other.on) != other
    }
    path = leverage_path(office.fund, office.loans, under=RULES)

    assert path.since == first
    assert {point.as_of for point in path.points} >= changes
    assert path.until >= max(changes, default=first)


@settings(max_examples=40)
@given(for_leverage, st.data())
def test_a_path_over_some_days_and_a_single_day_are_parts_of_the_whole(story, data):
    office = story.end
    some_days = st.sampled_from(turning_days(office))
    since, until = sorted(data.draw(st.tuples(some_days, some_days)))
    assume(since >= oracle.CAP_SINCE)
    reckoned = oracle.reckon(office.fund, office.loans)
    path = leverage_path(office.fund, office.loans, under=RULES, since=since, until=until)

    assert (path.since, path.until) == (since, until)
    for point in path.points:
        assert figures(point) == reckoned.day(point.as_of)
    measured = measure_leverage(office.fund, office.loans, under=RULES, as_of=until)
    assert figures(measured) == reckoned.day(until)
    assert measured.headroom_fen == max(reckoned.day(until).room, 0)


@settings(max_examples=30)
@given(for_leverage, st.dates(date(2003, 6, 1), date(2022, 12, 31)))
def test_from_the_day_on_which_only_the_covered_share_counts_it_alone_is_held_against_the_cap(
    story, since
):
    office = story.end
    reckoned = oracle.reckon(office.fund, office.loans)
    days = [
        replace(day, exposure=day.covered) if day.on >= since else day
        for day in reckoned.days(office.days[0], reckoned.last_change)
    ]
    rules = counting_the_covered_share(since)
    asked = {"since": days[0].on, "until": days[-1].on}
    path = leverage_path(office.fund, office.loans, under=rules, **asked)

    for day in days:
        assert on_same_day(held_against_the_cap(path.at(day.on)), day) == day
    assert held_against_the_cap(path.worst) == oracle.worst(days)
    assert held_against_the_cap(path.best) == oracle.best(days)
    assert held_against_the_cap(path.tightest) == oracle.tightest(days)


def held_against_the_cap(point):
    """A point with what counts by its basis."""
    return replace(figures(point), exposure=point.counted_fen)


def counting_the_covered_share(since):
    """Rules by which only the covered share counts from a day on."""
    first, full = RULES.exposure_basis.values[0]
    covered = replace(full, value=ExposureBasis.COVERED, since=since)
    return replace(RULES, exposure_basis=Line(Dated("basis", ((first, full), (since, covered)))))


# ---- the room under the cap


@settings(max_examples=60)
@given(for_leverage, st.data())
def test_room_is_refused_exactly_where_some_day_from_then_on_has_too_much(story, data):
    office = story.end
    since = data.draw(st.sampled_from(office.days))
    assume(since >= oracle.CAP_SINCE)
    reckoned = oracle.reckon(office.fund, office.loans)
    path = path_ahead(office.fund, office.loans, under=RULES, since=since)
    over = reckoned.first_day_over(since)
    if over is None:
        require_room(path, since=since)
        return
    with pytest.raises(LeverageExceeded, match=str(over.on)) as caught:
        require_room(path, since=since)
    assert fen(caught.value.value) == over.exposure + over.committed
    assert fen(caught.value.limit) == over.cap * over.balance


def leaves_where_every_day_bears_it(story, data):
    office = story.end
    act, kind = data.draw(
        st.sampled_from(
            [(withdraw, FundEntryKind.WITHDRAWAL), (advance_subsidy, FundEntryKind.ADVANCE)]
        )
    )
    doing = {
        "on": data.draw(st.sampled_from(turning_days(office))),
        "ref": "退1",
        "account": data.draw(st.sampled_from(["", *ACCOUNTS])),
    }
    assume(doing["on"] >= oracle.CAP_SINCE)
    amount = data.draw(st.integers(1, 10) | st.integers(1, 1_000_000))
    expected = refusal = None
    try:
        less = office.fund.with_entry(kind, amount_fen=amount, booked_on=None, **doing)
    except MicroloanError as other:
        expected = type(other)
    else:
        over = oracle.reckon(less, office.loans).first_day_over(doing["on"])
        expected = None if over is None else LeverageExceeded
    try:
        done = act(office.fund, office.loans, from_fen(amount), under=RULES, **doing)
    except MicroloanError as other:
        refusal = type(other)
    else:
        assert done == less
    assert refusal is expected


def is_approved_where_nothing_stands_in_the_way(story, data):
    office = story.end
    reckoned = oracle.reckon(office.fund, office.loans)
    name, bank = data.draw(st.sampled_from(NUMBERS)), data.draw(st.sampled_from(BANKS))
    on = data.draw(st.sampled_from(office.days))
    lapses_on = on + timedelta(days=data.draw(st.sampled_from([40, 1, 400, 40, 1, 0])))
    amount = from_fen(data.draw(st.sampled_from([1, 100_000, 1_000_000, 10_000_000])))
    groups = data.draw(st.frozensets(st.sampled_from(GROUPS)))
    parts = {"lender": bank, "groups": groups}
    doing = {"on": on, "ref": "批1"}
    expected = reckoned.stands_in_the_way(name, on, lapses_on)
    if expected is None:
        entered = {"amount_fen": fen(amount), "loan_id": name, "until": lapses_on}
        kind = FundEntryKind.COMMITMENT
        more = office.fund.with_entry(kind, booked_on=None, **doing, **parts, **entered)
        after = oracle.reckon(more, office.loans)
        if bank in reckoned.suspended(on):
            expected = "LenderSuspended"
        elif after.first_limit_over(bank, groups, on):
            expected = "SubLimitExceeded"
        elif after.first_day_over(on):
            expected = "LeverageExceeded"
    try:
        approved = approve_loan(
            office.fund,
            office.loans,
            name,
            amount,
            lapses_on=lapses_on,
            under=RULES,
            **parts,
            **doing,
        )
    except MicroloanError as refusal:
        said = type(refusal).__name__
    else:
        assert approved == more
        said = None
    event(f"approval: {said}")
    assert said == expected


@settings(max_examples=60)
@given(for_leverage, st.data())
def test_capital_leaves_exactly_where_every_day_from_then_on_bears_it(story, data):
    leaves_where_every_day_bears_it(story, data)


@pytest.mark.slow
@settings(max_examples=1_000)
@given(for_leverage, st.data())
def test_a_thousand_times_capital_leaves_where_every_day_bears_it(story, data):
    leaves_where_every_day_bears_it(story, data)


@settings(max_examples=60)
@given(for_approval, st.data())
def test_a_loan_is_approved_exactly_where_nothing_stands_in_the_way(story, data):
    is_approved_where_nothing_stands_in_the_way(story, data)


@pytest.mark.slow
@settings(max_examples=1_000)
@given(for_approval, st.data())
def test_a_thousand_loans_are_approved_where_nothing_stands_in_the_way(story, data):
    is_approved_where_nothing_stands_in_the_way(story, data)


@settings(max_examples=40)
@given(stories(acts=(*LENDING, "deposit", "undo", "limit"), most=20))
def test_approvals_and_the_use_of_limits_on_any_day_are_what_a_second_calculation_says(story):
    office = story.end
    entries, reckoned = office.fund.entries, oracle.reckon(office.fund, office.loans)
    for day in turning_days(office):
        asked = {"fund_id": FUND, "as_of": day}
        assert {(one.ref, one.open_fen) for one in commitments(entries, office.loans, **asked)} == {
            (act.ref, left) for act, left in reckoned.approved(day)
        }
        assert {
            (one.limit.ref, one.used_fen)
            for one in measure_sublimits(entries, office.loans, **asked)
        } == {(act.ref, reckoned.used(act, day)) for act in reckoned.limits(day)}


@pytest.mark.parametrize("later", [(), (date(2020, 10, 1),)])
def test_a_lower_multiple_decided_for_a_later_day_is_tested_on_it_whatever_follows(later):
    # 10 × 100,000 until the end of August, 6 × from September: 6 × 95,000 bears 570,000 of 590,000.
    fund = A_FUND.deposit(cny(100_000), on=date(2020, 5, 1), ref="财预1")
    rate = Quotient(name="r", part=1, whole=1)
    for multiple, on in ((10, date(2020, 5, 1)), (6, date(2020, 9, 1))):
        fund = raise_cap(
            fund, to=multiple, repayment_rate=rate, under=RULES, on=on, ref=f"决{multiple}"
        )
    for on in later:
        fund = fund.deposit(cny("0.01"), on=on, ref="财预2")
    loan = a_loan(
        principal=cny(590_000),
        disbursed_on=date(2020, 6, 1),
        months=24,
        amortization=Amortization.BULLET,
    )
    with pytest.raises(LeverageExceeded, match="2020-09-01"):
        withdraw(fund, [loan], cny(5_000), under=RULES, on=date(2020, 7, 1), ref="退1")


# ---- decisions


@settings(max_examples=50)
@given(
    st.dates(date(2019, 1, 1), date(2023, 12, 31)),
    st.integers(4, 11),
    st.integers(0, 1_000).map(lambda parts: (parts, 1_000)) | st.just((0, 0)),
)
def test_the_cap_may_be_raised_exactly_where_the_rule_allows_it(on, multiple, ratio):
    part, whole = ratio
    rate = Quotient(name="r", part=part, whole=whole)
    reached = whole > 0 and Fraction(part, whole) >= Fraction(9, 10)
    allowed = on >= date(2020, 4, 15) and reached and 5 < multiple <= 10
    fund = A_FUND
    try:
        fund = raise_cap(fund, to=multiple, repayment_rate=rate, under=RULES, on=on, ref="决1")
    except (errors.CapNotRaisable, NotInForce):
        assert not allowed
        return
    assert allowed
    ends = date(on.year, 12, 31)
    caps = [
        cap_in_force(fund.entries, under=RULES, on=day).value
        for day in (on - ONE_DAY, on, ends, ends + ONE_DAY)
    ]
    assert caps == [5, multiple, multiple, 5]


@settings(max_examples=50)
@given(stories(acts=("suspend", "lift", "limit", "undo", "deposit", "decide cap")))
def test_suspensions_and_limits_on_any_day_are_the_last_ones_decided_by_then(story):
    entries = story.end.fund.entries
    reckoned = oracle.reckon(story.end.fund, ())
    for day in turning_days(story.end):
        assert suspended_lenders(entries, as_of=day) == reckoned.suspended(day)
        held = {(limit.ref, limit.amount_fen) for limit in sublimits(entries, as_of=day)}
        assert held == {(act.ref, act.amount_fen) for act in reckoned.limits(day)}
        if day >= oracle.CAP_SINCE:
            assert cap_in_force(entries, under=RULES, on=day).value == reckoned.cap(day)


def test_a_decision_that_became_known_late_does_not_take_the_place_of_a_later_one():
    # 7 × from September on; that 9 × had been decided in June is entered afterwards.
    rate, fund = Quotient(name="r", part=1, whole=1), A_FUND
    for multiple, on in ((7, date(2020, 9, 1)), (9, date(2020, 6, 1))):
        fund = raise_cap(
            fund, to=multiple, repayment_rate=rate, under=RULES, on=on, ref=f"决{multiple}"
        )
    caps = [
        cap_in_force(fund.entries, under=RULES, on=date(2020, month, 1)).value
        for month in (5, 6, 8, 9, 12)
    ]
    assert caps == [5, 9, 9, 7, 7]


# ---- losses and what comes back


@given(promises(), st.integers(0, 10**12))
def test_the_parts_of_a_loss_add_up_and_nobody_bears_less_than_nothing(promise, loss):
    shares = loss_shares(promise, loss)
    above = [part.amount_fen for part in shares.upper]

    assert shares.fund_fen + sum(above) + shares.lender_fen == loss
    assert min(shares.fund_fen, shares.lender_fen, 0, *above) == 0
    assert sum(above) + shares.fund_fen == oracle.nearest(Fraction(promise.coverage) * loss)
    for one, amount in zip(promise.upper, above, strict=True):
        whole = shares.fund_fen + sum(above)
        assert abs(amount - Fraction(one.share) * whole) <= Fraction(1, 2)


@settings(max_examples=50)
@given(claims)
def test_who_comes_first_in_the_order_of_a_guarantee_is_met_wholly_before_the_other(story):
    for before, after in pairwise(story.states):
        for old, loan in zip(before.loans, after.loans, strict=False):
            if loan is old or loan.entries[-1].kind is not EntryKind.RECOVERY or not loan.payout:
                continue
            entry, order = loan.entries[-1], loan.guarantee.recovery_order
            event(f"recovery: {order.name}")
            check_recovery(old, loan, entry, order)


def check_recovery(old, loan, entry, order):
    """Principal comes before interest, and within both the one who is named comes first."""
    paid = loan.payout
    back = sum(one.subrogated_fen for one in standing(old.entries))
    fund_principal = max(paid.principal_fen - back, 0)
    fund_interest = paid.amount_fen - back - fund_principal
    met = min(entry.subrogated_fen, fund_principal)
    fund_left, lender_left = (
        fund_principal - met,
        oracle.lender_principal(old) - entry.principal_fen,
    )
    if entry.interest_fen or entry.subrogated_fen > fund_principal:
        assert fund_left == lender_left == 0
    assert entry.subrogated_fen <= fund_principal + fund_interest
    assert entry.principal_fen <= oracle.lender_principal(old)
    if order is RecoveryOrder.FUND_FIRST:
        assert not (entry.principal_fen and fund_left)
        assert not (entry.interest_fen and back + entry.subrogated_fen < paid.amount_fen)
    elif order is RecoveryOrder.LENDER_FIRST:
        assert not (entry.subrogated_fen and lender_left)
    elif fund_left and lender_left:
        lost = oracle.principal_at_payout(loan)
        exact = Fraction((met + entry.principal_fen) * paid.principal_fen, lost)
        assert abs(met - exact) <= Fraction(1, 2)


@settings(max_examples=40)
@given(claims)
def test_what_is_owed_to_a_fund_and_to_the_levels_above_it_is_what_moved(story):
    office = story.end
    reckoned = oracle.reckon(office.fund, office.loans)
    for day in turning_days(office):
        for one in subrogations(office.fund.entries, as_of=day):
            paid, back, gone = reckoned.of_loan(
                one.loan_id, day, "claim_payout", "recovery", "write_off"
            )
            assert (one.paid_fen, one.recovered_fen, one.written_off_fen) == (paid, back, gone)
            assert (
                one.outstanding_fen == paid - back >= one.carried_fen == max(paid - back - gone, 0)
            )
        first = min(day, office.days[0])
        rate = payout_recovery_rate(office.fund, since=first, until=day)
        assert rate.part == reckoned.moved(day, "recovery") <= rate.whole
        assert rate.whole == reckoned.moved(day, "claim_payout")
    for loan in office.mine:
        for account in upper_accounts(office.fund, loan, as_of=date.max):
            paid, back = reckoned.of_loan(loan.id, date.max, "claim_payout", "recovery")
            assert 0 <= account.due_back_fen <= account.received_fen - account.returned_fen
            assert account.borne_fen <= paid
            assert account.due_back_fen <= back


# ---- what if nothing fails


@settings(max_examples=40)
@given(stories(acts=(*MONEY, *LENDING), most=16), st.data())
def test_if_nothing_fails_a_what_if_is_the_plan(story, data):
    office = story.end
    as_of = data.draw(st.sampled_from(turning_days(office)))
    assume(as_of >= oracle.CAP_SINCE)
    today = oracle.reckon(office.fund, office.loans).day(as_of)
    path = what_if(
        office.fund, office.loans, under=RULES, as_of=as_of, default_rate=Decimal(0), halves=5
    )

    assert figures(path.start) == today
    assert path.start == measure_leverage(office.fund, office.loans, under=RULES, as_of=as_of)
    for half in path.halves:
        at = half.leverage
        left = sum(oracle.planned_after(loan, as_of, half.half.last_day) for loan in office.mine)
        assert (at.balance_fen, at.exposure_fen) == (today.balance, left)
        assert half.failed_fen == half.ended_fen == half.paid_out_fen == half.lent_fen == 0


# ---- acts


@settings(max_examples=40)
@given(anything, st.data())
def test_a_refused_act_leaves_fund_and_loans_as_they_were(story, data):
    office = story.end
    before = deepcopy(office)
    name = data.draw(st.sampled_from(fitting(office)) | st.sampled_from(sorted(EVERY_ACT)))
    try:
        after = EVERY_ACT[name](data.draw, office, "next")
    except (MicroloanError, Impossible):
        after = office
    assert office == before
    assert after.fund.entries[: len(office.fund.entries)] == office.fund.entries


@settings(max_examples=40)
@given(anything)
def test_an_act_made_again_is_the_same_fund_and_the_same_loan(story):
    office = story.end
    loans = {loan.id: loan for loan in office.loans}
    for entry in standing(office.fund.entries):
        parts = {name: getattr(entry, name) for name in PARTS if getattr(entry, name)}
        again = {"on": entry.on, "ref": entry.ref, "booked_on": entry.booked_on}
        other = again | {"on": entry.on - ONE_DAY}

        assert office.fund.with_entry(entry.kind, **again, **parts) is office.fund
        with pytest.raises(errors.RefConflict):
            office.fund.with_entry(entry.kind, **other, **parts)
        act = AGAIN.get(entry.kind)
        if act is not None:
            after = act(office, loans.get(entry.loan_id), entry, again)
            assert after == office.fund or after == (office.fund, loans[entry.loan_id])
            with pytest.raises(errors.RefConflict):
                act(office, loans.get(entry.loan_id), entry, other)


PARTS = (
    *("amount_fen", "loan_id", "account", "to_account", "lender", "level", "groups", "against"),
    *("until", "multiple", "part_fen", "whole_fen", "papers", "reason"),
)


def _place(entry):
    return {"account": entry.account, "level": entry.level}


def _recovered(office, loan, entry, again):
    """The recovery that the loan holds, once more on both."""
    [act] = [one for one in standing(loan.entries) if one.ref == entry.ref and one.subrogated_fen]
    received = {"source": RecoverySource(entry.reason), "account": entry.account}
    costs = from_fen(act.costs_fen)
    return receive_recovery(office.fund, loan, act.amount, costs=costs, **received, **again)


AGAIN = {
    FundEntryKind.DEPOSIT: lambda office, _, entry, again: office.fund.deposit(
        entry.amount, against=entry.against, **_place(entry), **again
    ),
    FundEntryKind.WITHDRAWAL: lambda office, _, entry, again: withdraw(
        office.fund, office.loans, entry.amount, under=RULES, **_place(entry), **again
    ),
    FundEntryKind.ADVANCE: lambda office, _, entry, again: advance_subsidy(
        office.fund, office.loans, entry.amount, under=RULES, **_place(entry), **again
    ),
    FundEntryKind.CLAIM_FILING: lambda office, loan, entry, again: file_claim(
        office.fund, loan, amount=entry.amount, evidence=entry.papers, **again
    ),
    FundEntryKind.CLAIM_PAYOUT: lambda office, loan, entry, again: pay_claim(
        office.fund,
        loan,
        amount=entry.amount,
        evidence=entry.papers,
        account=entry.account,
        **again,
    ),
    FundEntryKind.RECOVERY: _recovered,
    FundEntryKind.WRITE_OFF: lambda office, loan, entry, again: write_off_payout(
        office.fund, loan.id, approval=entry.reason, **again
    ),
    FundEntryKind.UPPER_SHARE: lambda office, loan, entry, again: receive_upper_share(
        office.fund, loan, entry.level, account=entry.account, **again
    ),
    FundEntryKind.UPPER_RETURN: lambda office, loan, entry, again: return_upper_share(
        office.fund, loan, entry.level, account=entry.account, **again
    ),
}
"""The verbs that could tell another amount the second time, done once more."""


# ---- what the histories are


@pytest.mark.slow
def test_random_histories_reach_what_they_are_about():
    # A strategy that drew refusals only would prove nothing.
    seen = Counter()

    @settings(max_examples=500, derandomize=True, database=None)
    @given(anything)
    def look(story):
        entries = (*story.end.fund.entries, *(e for loan in story.end.loans for e in loan.entries))
        seen.update({entry.kind for entry in entries})
        seen["late"] += any(entry.booked_on > entry.on for entry in entries)
        seen["out of order"] += any(one.on > other.on for one, other in pairwise(entries))
        seen["another year"] += len({entry.on.year for entry in entries}) > 1
        seen["refused"] += bool(story.refusals)
        seen["five loans"] += len(story.end.loans) >= 4

    look()
    told = (*("late", "out of order", "another year", "refused", "five loans"), *FundEntryKind)
    for what in (*told, *LOAN_KINDS):
        assert seen[what] >= 5, f"hardly any history has {what}"


LOAN_KINDS = (
    *(EntryKind.DISBURSEMENT, EntryKind.REPAYMENT, EntryKind.PREPAYMENT, EntryKind.EXTENSION),
    *(EntryKind.ACCELERATION, EntryKind.CLAIM_PAYOUT, EntryKind.RECOVERY, EntryKind.WRITE_OFF),
    *(EntryKind.DISCHARGE, EntryKind.REVERSAL),
)
