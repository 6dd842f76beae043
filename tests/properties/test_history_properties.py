"""What holds for any history of a loan and its fund, whatever happened, whenever it was booked."""

from collections import Counter
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import oracles_history as oracle
from histories import (
    ANY_RATE,
    HALF_MORE,
    PERSON,
    PLANS,
    PROMISE,
    RULES,
    a_fund,
    histories,
    next_act,
)
from microloan import (
    ZERO,
    Amortization,
    DayCount,
    EntryKind,
    FundEntryKind,
    HalfYear,
    InterestQuarter,
    Loan,
    MicroloanError,
    OverRepayment,
    Performance,
    Prepayment,
    Residue,
    cny,
    draw_up,
    fen,
    measure_leverage,
    pay_claim,
    plan_subsidy,
    quarter_lines,
    subsidize,
)
from microloan.account import account_of
from microloan.course import run_through
from microloan.fund import balance_steps
from microloan.history import find_reversal, standing
from microloan.position import position_of
from strategies import amounts, days, guarantees, rates, terms

PAYING = ("repay", "reverse")
CLAIMING = ("claim", "recover", "reverse")
ON_PLAN = ("repay", "reverse", "prepay", "disburse", "extend", "reprice", "relevel")
anything = histories()


@st.composite
def plain_terms(draw, first=date(1991, 1, 1), last=date(2045, 12, 31)):
    """Terms of the three plans that the oracle knows."""
    agreed = draw(
        terms(
            longest=36,
            amortizations=(
                Amortization.INTEREST_ONLY,
                Amortization.EQUAL_PRINCIPAL,
                Amortization.BULLET,
            ),
        )
    )
    on = draw(days(first, last))
    return replace(
        agreed,
        disbursed_on=on,
        signed_on=on - timedelta(days=draw(st.integers(0, min(60, (on - first).days)))),
        day_count=draw(st.sampled_from([DayCount.ACT_360, DayCount.ACT_365])),
        grace_months=0,
    )


@st.composite
def subsidized_loans(draw):
    """Loans of individuals under the rules from September 2013 on, with their reference rate."""
    agreed = draw(plain_terms(first=date(2013, 9, 1), last=date(2040, 12, 31)))
    commercial = draw(st.integers(0, fen(agreed.principal)))
    category = replace(
        PERSON,
        reference_rate=draw(rates("0.09")),
        commercial_part=draw(st.sampled_from([cny(0), agreed.principal]) | amounts(1, commercial))
        if commercial
        else cny(0),
    )
    return Loan.grant(
        f"HT-{draw(st.integers(1, 99))}",
        borrower="B-1",
        lender="BANK-1",
        category=category,
        terms=agreed,
        guarantee=draw(guarantees()),
    )


def half_years(loan):
    """The half-years from the one before the loan to the one after its last booking."""
    last = max(entry.booked_on for entry in loan.entries)
    end = HalfYear.of(max(last, loan.schedule[-1].due_on)).next
    half = HalfYear.of(loan.terms.disbursed_on)
    while half <= end:
        yield half
        half = half.next


def some_days(data, history):
    """A few days worth a look."""
    return data.draw(st.lists(st.sampled_from(history.days), min_size=1, max_size=4))


def money(position):
    """A position without what was known."""
    return replace(position, through=0)


# ---- the account


@given(anything)
def test_every_half_year_closes_where_the_next_one_opens(history):
    accounts = [history.loan.account(half) for half in half_years(history.loan)]

    assert accounts[0].opening == ZERO
    for one, following in pairwise(accounts):
        assert one.closing == following.opening
    assert accounts[-1].closing == history.loan.position(as_of=date.max).outstanding


@given(anything)
def test_opening_and_movements_make_the_closing_of_every_half_year(history):
    for half in half_years(history.loan):
        assert history.loan.account(half).balances
        assert draw_up([history.loan], half).totals.balances


@given(anything)
def test_movements_and_adjustments_of_all_half_years_add_up_to_what_happened(history):
    loan = history.loan
    accounts = [loan.account(half) for half in half_years(loan)]
    effects = run_through(loan.terms, loan.entries, as_of=date.max).applied
    paid = [effect for effect in effects if effect.entry.kind.pays]

    assert sum(
        account.repaid_interest_fen + account.adjusted_interest_fen for account in accounts
    ) == sum(effect.interest_fen for effect in paid)
    assert sum(
        account.disbursed_fen
        - account.repaid_principal_fen
        - account.paid_by_fund_fen
        - account.recovered_fen
        - account.written_off_fen
        + account.adjustments_fen
        for account in accounts
    ) == -sum(effect.principal_fen for effect in effects)


@given(histories(acts=PAYING))
def test_every_line_of_the_plan_falls_due_in_one_half_year(history):
    loan = history.loan
    accounts = [loan.account(half) for half in half_years(loan)]

    assert sum(account.due_principal_fen for account in accounts) == fen(loan.terms.principal)
    assert sum(account.due_interest_fen for account in accounts) == sum(
        due.interest_fen for due in loan.schedule
    )


@given(anything, st.data())
def test_an_appended_entry_never_changes_an_account_read_through_an_earlier_number(history, data):
    then = data.draw(st.sampled_from(history.moments)).loan
    now, through = history.loan, len(then.entries)

    for half in half_years(now):
        assert now.account(half, through=through) == then.account(half)
    for day in some_days(data, history):
        assert now.position(as_of=day, through=through) == then.position(as_of=day)


@given(anything)
def test_an_entry_booked_later_never_changes_an_account_of_an_earlier_half_year(history):
    loan = history.loan
    for half in half_years(loan):
        known = [entry for entry in loan.entries if entry.booked_on <= half.last_day]
        assert replace(loan.account(half), through=0) == replace(
            account_of(loan.terms, known, half), through=0
        )


# ---- the position


@given(histories(acts=PAYING, agreed=plain_terms()), st.data())
def test_a_position_is_what_a_second_calculation_says(history, data):
    for day in some_days(data, history):
        standing_on = history.loan.position(as_of=day)
        assert oracle.Standing(
            outstanding=standing_on.outstanding_fen,
            unpaid_principal=standing_on.arrears_principal_fen,
            unpaid_interest=standing_on.arrears_interest_fen,
            days_late=standing_on.days_past_due,
        ) == oracle.stand(history.loan.terms, history.loan.entries, day)


@given(histories(acts=PAYING, agreed=plain_terms()))
def test_a_closing_is_what_a_second_calculation_says_of_the_bookings(history):
    loan = history.loan
    for half in half_years(loan):
        booked = [entry for entry in loan.entries if entry.booked_on <= half.last_day]
        expected = oracle.stand(loan.terms, booked, half.last_day)
        account = loan.account(half)
        assert account.closing_fen == expected.outstanding
        assert account.arrears_principal_fen == expected.unpaid_principal
        assert account.arrears_interest_fen == expected.unpaid_interest


@st.composite
def terms_with_a_penalty(draw):
    """Plain terms without a settlement day, whose overdue principal bears 1.5 times the rate."""
    agreed = draw(plain_terms())
    return replace(
        agreed,
        settlement=None,
        months=agreed.interval_months * draw(st.integers(1, 24 // agreed.interval_months)),
        day_count=DayCount.ACT_360,
        penalty=HALF_MORE,
    )


@settings(max_examples=30)
@given(histories(acts=PAYING, agreed=terms_with_a_penalty(), most=6), st.integers(0, 90))
def test_the_penalty_is_what_counting_day_by_day_says(history, days_on):
    loan = history.loan
    first, day_rate = loan.schedule[0].due_on, Fraction(loan.terms.annual_rate) * 3 / 720
    exact = sum(
        loan.position(as_of=first + timedelta(days=gone)).arrears_principal_fen * day_rate
        for gone in range(days_on)
    )
    day = first + timedelta(days=days_on)
    fold = run_through(loan.terms, loan.entries, as_of=day)
    paid = sum(effect.penalty_fen for effect in fold.applied)

    assert loan.position(as_of=day).penalty_fen == oracle.nearest(Fraction(exact)) - paid


@given(histories(acts=("repay",)), st.data())
def test_repayments_posted_in_another_order_give_the_same_position(history, data):
    paid = history.loan.entries[1:]
    other = replace(history.loan, entries=history.loan.entries[:1])
    for entry in data.draw(st.permutations(paid)):
        other = other.repay(entry.amount, on=entry.on, ref=entry.ref, booked_on=entry.booked_on)

    for day in history.days:
        assert other.position(as_of=day) == history.loan.position(as_of=day)
    for half in half_years(other):
        assert other.account(half) == history.loan.account(half)


@given(anything, st.data())
def test_a_reversed_entry_leaves_no_trace_in_the_position(history, data):
    loan = history.loan
    left = standing(loan.entries)
    for day in some_days(data, history):
        without = position_of(loan.terms, left, as_of=day)
        assert money(without) == money(loan.position(as_of=day))


@given(histories(acts=PAYING), st.data())
def test_a_repayment_that_is_undone_at_once_changes_no_day(history, data):
    loan = history.loan
    on = data.draw(st.sampled_from([due.due_on for due in loan.schedule]))
    owed = loan.position(as_of=on).arrears
    assume(owed > ZERO)
    try:
        paid = loan.repay(owed, on=on, ref="once")
    except MicroloanError:
        assume(False)
    undone = paid.reverse(len(paid.entries), on=on, ref="back")

    for day in history.days:
        assert money(undone.position(as_of=day)) == money(loan.position(as_of=day))
    for half in half_years(loan):
        assert replace(undone.account(half), through=0) == replace(loan.account(half), through=0)


@given(anything)
def test_the_parts_of_an_entry_add_up_to_its_money(history):
    loan = history.loan
    for effect in run_through(loan.terms, loan.entries, as_of=date.max).applied:
        entry, for_charges = effect.entry, effect.charges_fen
        assert effect.excess_fen == effect.short_fen == 0
        if entry.kind.pays:
            assert effect.principal_fen + effect.interest_fen + for_charges == entry.received_fen
            assert min(effect.principal_fen, effect.interest_fen, for_charges) >= 0
        elif entry.kind is EntryKind.RECOVERY:
            assert (
                effect.principal_fen + effect.interest_fen + for_charges + effect.regained_fen
                == entry.principal_fen + entry.interest_fen
            )
        elif entry.kind in {EntryKind.CLAIM_PAYOUT, EntryKind.WRITE_OFF}:
            assert effect.principal_fen == entry.principal_fen
        elif entry.kind is not EntryKind.DISBURSEMENT:
            assert effect.principal_fen == effect.interest_fen == for_charges == 0


@given(anything, st.data())
def test_nothing_owed_is_ever_negative_and_what_is_paid_and_owed_is_what_was_due(history, data):
    loan = history.loan
    for day in some_days(data, history):
        at = loan.position(as_of=day)
        fold = run_through(loan.terms, loan.entries, as_of=day)
        paid = [effect for effect in fold.applied if effect.principal_fen >= 0]
        assert min(at.arrears_principal_fen, at.arrears_interest_fen, at.accrued_fen) >= 0
        assert at.outstanding_fen >= at.arrears_principal_fen
        assert min(at.subrogated_fen, at.written_off_fen, at.charges_fen, at.accrued_fen) >= 0
        assert 0 <= at.days_delinquent <= at.days_past_due
        assert (at.days_past_due > 0) == (at.oldest_unpaid_on is not None)
        if fold.ended is not None and fold.ended.kind is EntryKind.WRITE_OFF:
            assert at.outstanding_fen == at.arrears_fen == at.charges_fen == at.accrued_fen == 0
            continue
        assert sum(effect.principal_fen for effect in paid) == (
            at.due_principal_fen - at.arrears_principal_fen
        )
        assert sum(effect.interest_fen for effect in paid) == (
            at.due_interest_fen - at.arrears_interest_fen
        )


@given(terms(longest=36, amortizations=PLANS), st.data())
def test_interest_earned_never_exceeds_what_falls_due_next(agreed, data):
    # Where the last interest takes the odd fen, it is the plan that differs from what is earned.
    loan = _granted(replace(agreed, residue=Residue.LAST_INSTALLMENT))
    line = data.draw(st.sampled_from(loan.schedule))
    length = (line.due_on - line.period.opens_on).days
    for gone in {0, 1, length // 2, length - 1}:
        day = line.period.opens_on + timedelta(days=gone)
        if day < line.due_on:
            assert 0 <= loan.position(as_of=day).accrued_fen <= line.interest_fen
    assert loan.position(as_of=line.due_on).accrued == ZERO


def _granted(agreed, guarantee=PROMISE, name="HT-1"):
    return Loan.grant(
        name,
        borrower="B-1",
        lender="BANK-1",
        category=PERSON,
        terms=agreed,
        guarantee=guarantee,
    )


# ---- claims and recoveries


@given(histories(acts=CLAIMING))
def test_the_fund_pays_its_share_of_what_was_owed_and_no_more(history):
    for before, after in pairwise(history.moments):
        payout = after.loan.payout
        if payout is None or before.loan.payout is not None:
            continue
        owed = before.loan.position(as_of=payout.on)
        interest = owed.arrears_interest_fen + owed.accrued_fen
        promise = after.loan.guarantee
        assert payout.principal_fen == promise.covered_fen(owed.outstanding_fen)
        assert payout.principal_fen <= owed.outstanding_fen
        assert payout.interest_fen in {0, promise.covered_fen(interest)}
        assert payout.interest_fen <= interest
        at = after.loan.position(as_of=payout.on)
        assert at.outstanding_fen == owed.outstanding_fen - payout.principal_fen
        assert at.arrears_interest_fen == interest - payout.interest_fen
        assert at.arrears_principal_fen == at.outstanding_fen
        assert owed.days_past_due >= promise.claims_open_at() >= 1


@given(histories(acts=CLAIMING))
def test_no_more_is_recovered_than_was_paid_and_owed(history):
    loan = history.loan
    at = loan.position(as_of=date.max)
    recovered = [entry for entry in standing(loan.entries) if entry.kind is EntryKind.RECOVERY]
    paid = loan.payout.amount_fen if loan.payout else 0

    assert sum(entry.subrogated_fen for entry in recovered) == paid - at.subrogated_fen
    assert at.subrogated_fen >= 0
    assert at.arrears_fen >= 0
    for entry in recovered:
        assert entry.amount_fen > entry.costs_fen >= 0


@given(histories(acts=CLAIMING))
def test_a_first_recovery_is_shared_to_half_a_fen_by_the_shares_of_the_loss(history):
    for before, after in pairwise(history.moments):
        entry, payout = after.loan.entries[-1], after.loan.payout
        earlier = [act.kind for act in standing(before.loan.entries)]
        if entry.kind is not EntryKind.RECOVERY or EntryKind.RECOVERY in earlier:
            continue
        lost = payout.principal_fen + before.loan.position(as_of=date.max).outstanding_fen
        net = entry.amount_fen - entry.costs_fen
        if net <= lost:
            assert entry.interest_fen == 0
            assert 2 * abs(entry.subrogated_fen * lost - net * payout.principal_fen) <= lost
        else:
            assert entry.principal_fen == lost - payout.principal_fen
            assert entry.subrogated_fen >= payout.principal_fen


@given(anything)
def test_the_balance_of_the_fund_is_deposits_less_payouts_plus_recoveries(history):
    acts = standing(history.loan.entries)
    fund = history.fund
    deposits = fund.moved(FundEntryKind.DEPOSIT, as_of=date.max)
    paid = sum(entry.amount_fen for entry in acts if entry.kind is EntryKind.CLAIM_PAYOUT)
    back = sum(entry.subrogated_fen for entry in acts)

    assert fen(fund.balance(as_of=date.max)) == fen(deposits) - paid + back
    assert fen(fund.moved(FundEntryKind.CLAIM_PAYOUT, as_of=date.max)) == paid
    assert fen(fund.moved(FundEntryKind.RECOVERY, as_of=date.max)) == back
    running = 0
    for _, change in balance_steps(fund.entries):
        running += change
        assert running >= 0


@given(anything)
def test_fund_and_loan_hold_each_shared_act_under_one_voucher(history):
    def act(entry, amount):
        return (entry.kind.value, entry.ref, entry.on, entry.booked_on, amount)

    fund = {
        act(entry, entry.amount_fen)
        for entry in standing(history.fund.entries)
        if entry.kind is not FundEntryKind.DEPOSIT
    }
    lines = standing(history.loan.entries)
    payout = next((line for line in lines if line.kind is EntryKind.CLAIM_PAYOUT), None)
    after = [] if payout is None else [line for line in lines if line.number > payout.number]
    loan = {act(payout, payout.amount_fen)} if payout else set()
    for line in after:
        if line.kind is EntryKind.RECOVERY:
            way = FundEntryKind.RECOVERY if line.subrogated_fen else FundEntryKind.LENDER_RECOVERY
            loan.add((way.value, line.ref, line.on, line.booked_on, line.subrogated_fen))
    assert fund == loan
    assert {entry.loan_id for entry in history.fund.entries} <= {"", history.loan.id}


# ---- exposure and leverage


@given(anything, st.data())
def test_exposure_steps_add_up_to_the_outstanding_principal_until_the_guarantee_ends(history, data):
    loan = history.loan
    steps = loan.exposure_steps()
    for day in some_days(data, history):
        at = loan.position(as_of=day)
        ended = {EntryKind.CLAIM_PAYOUT, EntryKind.DISCHARGE}
        over = any(entry.kind in ended and entry.on <= day for entry in standing(loan.entries))
        expected = 0 if over else at.outstanding_fen
        gone_by = [step for step in steps if step.on <= day]
        assert sum(step.exposure_fen for step in gone_by) == expected
        assert sum(step.covered_fen for step in gone_by) == loan.guarantee.covered_fen(expected)
    assert [step.on for step in steps] == sorted(step.on for step in steps)


@given(
    st.lists(histories(acts=PAYING, most=4, agreed=plain_terms()), max_size=4),
    st.lists(st.sampled_from(["F-01", "F-02", ""]), min_size=4, max_size=4),
    days(date(2002, 12, 24), date(2050, 12, 31)),
)
def test_leverage_is_what_a_second_calculation_says(several, funds, day):
    loans = []
    for number, (history, fund_id) in enumerate(zip(several, funds, strict=False)):
        promise = replace(history.loan.guarantee, fund_id=fund_id) if fund_id else None
        loans.append(replace(history.loan, id=f"HT-{number}", guarantee=promise))
    whole, covered = oracle.exposure(loans, "F-01", day)

    measured = measure_leverage(a_fund(1), loans, under=RULES, as_of=day)
    assert (measured.exposure_fen, measured.covered_fen) == (whole, covered)
    assert measured.within_cap == (whole <= 5 * measured.balance_fen)
    assert measured.headroom_fen == max(5 * measured.balance_fen - whole, 0)
    assert 5 * (measured.balance_fen + measured.top_up_fen) >= whole


@given(histories(acts=CLAIMING, agreed=plain_terms()), st.data())
def test_a_claimed_loan_counts_for_nothing_from_the_day_of_the_payout(history, data):
    for day in some_days(data, history):
        assume(day >= date(2002, 12, 24))
        measured = measure_leverage(history.fund, [history.loan], under=RULES, as_of=day)
        assert (measured.exposure_fen, measured.covered_fen) == oracle.exposure(
            [history.loan], "F-01", day
        )


# ---- the subsidy


@given(subsidized_loans(), st.data())
def test_treasury_and_borrower_bear_all_interest_that_fell_due(loan, data):
    planned = plan_subsidy(loan, under=ANY_RATE)
    last = loan.terms.matures_on
    day = data.draw(st.dates(loan.terms.disbursed_on, last + timedelta(days=200)))
    with suppress(MicroloanError):  # a loan that cannot be claimed for runs to its end
        _, loan = pay_claim(a_fund(10**9), loan, on=day, ref="P1")
    for as_of in {day, day - timedelta(days=1), last}:
        for line in (*planned, *subsidize(loan, under=ANY_RATE, as_of=as_of)):
            assert line.treasury + line.borrower == line.interest
            assert min(line.treasury_fen, line.borrower_fen) >= 0
        due = loan.position(as_of=as_of).due_interest_fen
        assert (
            sum(line.interest_fen for line in subsidize(loan, under=ANY_RATE, as_of=as_of)) == due
        )


@given(st.lists(subsidized_loans(), min_size=1, max_size=4), st.data())
def test_the_treasury_bears_in_a_quarter_what_a_second_calculation_says(loans, data):
    borne = [oracle.treasury(loan.terms, loan.category) for loan in loans]
    due_on = data.draw(st.sampled_from([day for lines in borne for day, _ in lines]))
    quarter = _quarter_of(due_on)

    lines = quarter_lines(loans, quarter, under=ANY_RATE)
    in_quarter = [
        amount
        for lines_of_loan in borne
        for day, amount in lines_of_loan
        if quarter.first_day <= day <= quarter.last_day
    ]
    assert [line.treasury_fen for line in lines] == in_quarter
    assert due_on in {line.due_on for line in lines}


def _quarter_of(day):
    """The interest quarter of a day, found by trying."""
    years = range(day.year, day.year + 2)
    quarters = [InterestQuarter(year, number) for year in years for number in (1, 2, 3, 4)]
    return next(quarter for quarter in quarters if day <= quarter.last_day)


@given(subsidized_loans())
def test_the_treasury_bears_no_more_than_the_interest_of_the_ceiling(loan):
    ceilings = [yuan for since, yuan in oracle.CEILINGS if since <= loan.terms.signed_on]
    within = ceilings[-1] * 100
    policy_part = fen(loan.terms.principal) - fen(loan.category.commercial_part)
    for line in plan_subsidy(loan, under=ANY_RATE):
        for segment in line.segments:
            assert 0 <= segment.subsidized_fen <= min(within, policy_part, segment.principal_fen)


# ---- acts


@given(anything, st.data())
def test_a_refused_act_leaves_everything_as_it_was(history, data):
    moment = history.moments[-1]
    before = deepcopy(moment)
    act = next_act(data.draw, moment)
    with suppress(MicroloanError):
        fund, loan = act(data.draw, moment, "next")
        assert loan.entries[: len(moment.loan.entries)] == moment.loan.entries
        assert fund.entries[: len(moment.fund.entries)] == moment.fund.entries
        assert len(loan.entries) == len(moment.loan.entries) + 1
    assert moment == before


@given(anything, st.data())
def test_what_a_payoff_quotes_repays_the_loan_whole(history, data):
    loan = history.loan
    last = max(entry.on for entry in loan.entries)
    on = last + timedelta(days=data.draw(st.integers(0, 400)))
    at = loan.position(as_of=on)
    assume(loan.payout is None and at.performance not in SETTLED_OR_CALLED_IN)
    total = loan.payoff(on=on).total
    assume(total > ZERO)

    booked_on = max(on, *(entry.booked_on for entry in loan.entries))
    act = {"on": on, "ref": "all", "booked_on": booked_on}
    repaid = loan.prepay(total, **act, then=data.draw(st.sampled_from(Prepayment)))
    assert repaid.position(as_of=on).performance is Performance.MATURED
    assert repaid.position(as_of=date.max).settled
    with suppress(OverRepayment):
        loan.prepay(total + cny("0.01"), **act, then=Prepayment.LOWER)
        raise AssertionError


SETTLED_OR_CALLED_IN = {Performance.MATURED, Performance.DEFAULTED, Performance.TERMINATED}


@given(histories(acts=ON_PLAN))
def test_whatever_became_of_a_plan_it_repays_what_was_lent(history):
    loan = history.loan
    lent = sum(
        entry.principal_fen
        for entry in standing(loan.entries)
        if entry.kind is EntryKind.DISBURSEMENT
    )
    plan = list(loan.schedule)

    assert sum(due.principal_fen for due in plan) == lent
    assert all(due.principal_fen >= 0 and due.interest_fen >= 0 for due in plan)
    assert [due.number for due in plan] == list(range(1, len(plan) + 1))
    assert [due.due_on for due in plan] == sorted(due.due_on for due in plan)
    end = loan.position(as_of=plan[-1].due_on)
    assert end.due_principal_fen == lent
    assert end.due_interest_fen == sum(due.interest_fen for due in plan)


@given(anything)
def test_any_repayment_and_reversal_made_again_changes_nothing(history):
    loan = history.loan
    for entry in standing(loan.entries):
        if entry.kind is EntryKind.REPAYMENT:
            again = loan.repay(entry.amount, on=entry.on, ref=entry.ref, booked_on=entry.booked_on)
            assert again is loan
    for entry in loan.entries:
        if entry.undoes and loan.entries[entry.undoes - 1].kind is EntryKind.REPAYMENT:
            again = loan.reverse(
                entry.undoes, on=entry.on, ref=entry.ref, booked_on=entry.booked_on
            )
            assert again is loan
            assert find_reversal(loan.entries, entry.undoes, entry.ref) == entry


@pytest.mark.slow
def test_random_histories_reach_what_they_are_about():
    # A strategy that drew refusals only would prove nothing.
    seen = Counter()
    whole_life = {EntryKind.REPAYMENT, EntryKind.CLAIM_PAYOUT, EntryKind.RECOVERY}

    @settings(max_examples=1_000, derandomize=True, database=None)
    @given(anything)
    def look(history):
        kinds = [entry.kind for entry in history.loan.entries]
        seen.update(set(kinds))
        seen.update(
            {("undone", kinds[entry.undoes - 1]) for entry in history.loan.entries if entry.undoes}
        )
        seen["late"] += any(entry.booked_on > entry.on for entry in history.loan.entries)
        seen["refused"] += bool(history.refusals)
        seen["paid, claimed and recovered"] += whole_life <= {*kinds}

    look()
    acts = [kind for kind in EntryKind if kind is not EntryKind.REVERSAL]
    undone = [("undone", kind) for kind in (EntryKind.REPAYMENT, EntryKind.CLAIM_PAYOUT)]
    for what in (*acts, *undone, ("undone", EntryKind.PREPAYMENT), "late", "refused"):
        assert seen[what] >= 5, f"hardly any history has {what}"
    assert seen["paid, claimed and recovered"], dict(seen)
