"""What holds for every plan and every life of a loan, and what a second engine says about both."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import oracle_contract as oracle
from contract_strategies import contracts, lives
from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    EntryKind,
    ExtensionTooLong,
    HalfYear,
    LevelBy,
    Loan,
    LoanTerms,
    Performance,
    Prepayment,
    PrincipalPart,
    Settlement,
    accelerate,
    amortize,
    change_rate,
    cny,
    disburse,
    extend,
    percent,
)
from microloan.clauses import EarlyInterest, Repricing
from refusals import refused

PARTS = LoanTerms(
    principal=cny(1_000),
    annual_rate=percent(12),
    disbursed_on=date(2024, 1, 15),
    months=12,
    amortization=Amortization.CUSTOM,
    day_count=DayCount.ACT_360,
    interval_months=3,
    parts=(
        PrincipalPart(due_on=date(2024, 5, 20), principal=cny(400)),
        PrincipalPart(due_on=date(2024, 6, 20), principal=cny(600)),
    ),
)
PART_AFTER_A_SETTLEMENT_DAY = replace(
    PARTS,
    settlement=Settlement(20),
    parts=(PrincipalPart(due_on=date(2024, 3, 21), principal=cny(1_000)),),
)
FLOATING = LoanTerms(
    principal=cny(1_000_000),
    annual_rate=percent("4.2"),
    disbursed_on=date(2024, 1, 31),
    months=360,
    amortization=Amortization.EQUAL_INSTALLMENTS,
    day_count=DayCount.ACT_365,
    level_by=LevelBy.EXACT_FACTORS,
    repricing=Repricing.FLOATING,
)


def granted(terms, disbursed=None):
    """A loan of a person, paid out."""
    return Loan.grant(
        "HT-1",
        borrower="B-1",
        lender="BANK-1",
        category=Category(kind=BorrowerKind.INDIVIDUAL),
        terms=terms,
        disbursed=disbursed,
    )


def planned(lines):
    """A plan of the library as the second engine prints its own."""
    return [
        oracle.Row(line.due_on, line.principal_fen, line.interest_fen, line.outstanding_fen)
        for line in lines
    ]


def stands(loan, day):
    """Where the library says a loan stands, as the second engine prints it."""
    at = loan.position(as_of=day)
    payments = [
        effect for effect in loan.applied if effect.entry.kind.pays and effect.entry.on <= day
    ]
    return oracle.Standing(
        outstanding=at.outstanding_fen,
        unpaid_principal=at.arrears_principal_fen,
        unpaid_interest=at.arrears_interest_fen,
        penalty=at.penalty_fen,
        compound=at.compound_fen,
        costs=at.costs_fen,
        accrued=at.accrued_fen,
        days_late=at.days_past_due,
        written_off=at.written_off_fen,
        met={effect.entry.number: met(effect) for effect in payments},
    )


def met(effect):
    """What a payment met, in fen."""
    charges = (effect.costs_fen, effect.penalty_fen, effect.compound_fen)
    return (*charges, effect.interest_fen, effect.principal_fen)


def figures(loan, day):
    """Every figure of a position but the number of entries behind it."""
    return {**asdict(loan.position(as_of=day)), "through": None}


def rebuilt(loan, entries):
    """A loan with the same acts, numbered anew in another order."""
    numbered = tuple(replace(entry, number=n) for n, entry in enumerate(entries, start=1))
    return replace(loan, entries=numbered)


# a second engine


def agrees_on_a_plan(terms):
    assert planned(amortize(terms)) == oracle.plan(terms)


def agrees_on_a_life(life):
    for day in life.some_days:
        assert stands(life.loan, day) == oracle.stand(life.loan.terms, life.loan.entries, day), day


@given(contracts())
@example(PARTS)
@example(PART_AFTER_A_SETTLEMENT_DAY)
def test_a_plan_agrees_to_the_fen_with_an_engine_written_apart(terms):
    agrees_on_a_plan(terms)


@given(lives())
def test_a_life_agrees_to_the_fen_with_an_engine_written_apart(life):
    agrees_on_a_life(life)


@pytest.mark.slow
@settings(max_examples=10_000)
@given(contracts())
def test_ten_thousand_plans_agree_to_the_fen(terms):
    agrees_on_a_plan(terms)


@pytest.mark.slow
@settings(max_examples=2_000)
@given(lives())
def test_two_thousand_lives_agree_to_the_fen(life):
    agrees_on_a_life(life)


@pytest.mark.parametrize("level_by", LevelBy)
@pytest.mark.parametrize("day_count", DayCount)
def test_a_plan_of_a_million_yuan_over_thirty_years_is_exact(day_count, level_by):
    terms = replace(FLOATING, day_count=day_count, level_by=level_by)
    plan = amortize(terms)

    assert len(plan) == 360
    assert planned(plan) == oracle.plan(terms)
    assert sum(line.principal_fen for line in plan) == 100_000_000
    assert plan[-1].outstanding_fen == 0
    assert len({line.total_fen for line in plan[:-1]}) == 1


# plans


@given(contracts())
@example(PARTS)
def test_a_plan_pays_back_the_loan_on_ever_later_days(terms):
    plan = amortize(terms)
    due = [line.due_on for line in plan]

    assert sum(line.principal_fen for line in plan) == terms.principal.amount * 100
    assert plan[-1].outstanding_fen == 0
    assert terms.disbursed_on < due[0]
    assert due == sorted(set(due))
    assert due[-1] <= terms.matures_on
    for line, following in pairwise(plan):
        assert following.opening_fen == line.outstanding_fen


@given(contracts())
def test_no_part_of_a_plan_is_negative(terms):
    for line in amortize(terms):
        assert min(line.principal_fen, line.interest_fen, line.outstanding_fen) >= 0


@given(contracts())
def test_the_explanation_of_an_installment_arrives_at_its_interest(terms):
    plan = amortize(terms)
    for line in (plan[0], plan[-1]):
        explains(line)


def explains(line):
    explanation = line.explain()
    steps = dict(explanation.steps)
    rounded, *_ = steps["rounded"].split(", half up")
    odd, *_ = steps.get("residue", "0.00").split(", taken")
    assert f"due {line.due_on}" in str(explanation)
    assert cny(rounded.replace(",", "")) + cny(odd.replace(",", "")) == line.interest


# lives that the second engine once saw otherwise than the library


QUARTERS = replace(
    PARTS, amortization=Amortization.INTEREST_ONLY, parts=(), repricing=Repricing.FLOATING
)
MONTHS_TO_THE_20TH = replace(
    QUARTERS,
    principal=cny(3_000),
    disbursed_on=date(2024, 1, 20),
    months=3,
    interval_months=1,
    settlement=Settlement(20),
)


def test_the_day_on_which_an_extended_loan_would_have_matured_bears_interest():
    loan = extend(granted(MONTHS_TO_THE_20TH), months=3, on=date(2024, 4, 20), ref="E1")
    loan = change_rate(loan, percent(24), on=date(2024, 4, 20), ref="R1")

    # A yuan a day for 91 days and, from 20 April through 19 July, two a day for 91 days.
    assert sum(line.interest_fen for line in loan.schedule) == 9_100 + 18_200
    agrees_on_every_day(loan)


def test_a_part_paid_out_on_a_settlement_day_bears_interest_from_that_day():
    loan = granted(MONTHS_TO_THE_20TH, cny(1_200))
    loan = disburse(loan, cny(900), on=date(2024, 3, 20), ref="D1")
    loan = disburse(loan, cny(900), on=date(2024, 3, 20), ref="D2")

    # One day of 1,800 yuan, 30 days of 3,000 yuan.
    assert loan.schedule[-1].interest_fen == 60 + 3_000
    agrees_on_every_day(loan)


def test_a_part_paid_out_after_interest_was_charged_early_bears_its_own():
    terms = replace(QUARTERS, early_interest=EarlyInterest.TO_NEXT_DUE_DATE)
    loan = granted(terms, cny(600))
    quote = loan.payoff(on=date(2024, 1, 25))
    loan = loan.prepay(
        cny(100) + quote.interest, on=date(2024, 1, 25), ref="P1", then=Prepayment.LOWER
    )
    loan = disburse(loan, cny(360), on=date(2024, 2, 4), ref="D1")
    loan = change_rate(loan, percent(24), on=date(2024, 3, 5), ref="R1")

    # 360 yuan for 30 days at 12 % and 41 days at 24 %; the other 500 were charged before.
    assert loan.schedule[1].interest_fen == 360 + 984
    agrees_on_every_day(loan)


def test_calling_in_a_loan_without_principal_to_come_calls_in_the_running_interest():
    loan = accelerate(granted(PARTS), on=date(2024, 6, 25), ref="A1")

    # 1,000 yuan for 35 days and 600 yuan for 31 days run from 15 April.
    assert loan.position(as_of=date(2024, 6, 25)).arrears_interest_fen == 3_033 + 1_787
    agrees_on_every_day(loan)


def test_running_interest_can_be_paid_off_where_no_principal_is_to_come():
    loan = granted(PARTS)
    quote = loan.payoff(on=date(2024, 6, 25))
    loan = loan.prepay(quote.total, on=date(2024, 6, 25), ref="P1", then=Prepayment.LOWER)

    assert loan.position(as_of=date(2024, 6, 25)).performance is Performance.MATURED
    agrees_on_every_day(loan)


def test_a_shortened_plan_keeps_the_parts_it_had_and_not_those_of_the_contract():
    loan = granted(PARTS, cny(500))
    quote = loan.payoff(on=date(2024, 2, 15))
    loan = loan.prepay(
        cny(100) + quote.interest, on=date(2024, 2, 15), ref="P1", then=Prepayment.SHORTEN
    )

    assert [line.principal_fen for line in loan.schedule if line.principal_fen] == [
        10_000,
        20_000,
        20_000,
    ]
    agrees_on_every_day(loan)


def test_a_plan_with_less_than_half_a_fen_of_interest_to_come_can_still_change():
    part = PrincipalPart(due_on=date(2024, 5, 20), principal=cny("0.02"))
    terms = replace(PARTS, principal=part.principal, parts=(part,), repricing=Repricing.FLOATING)
    loan = change_rate(granted(terms), percent(24), on=date(2024, 6, 1), ref="R1")

    assert loan.position(as_of=date(2024, 7, 15)).arrears_fen == 2
    agrees_on_every_day(loan)


def test_a_last_part_due_before_maturity_stays_due_when_the_loan_is_extended_that_day():
    parts = (PrincipalPart(due_on=date(2024, 10, 15), principal=cny(1_000)),)
    loan = granted(replace(PARTS, parts=parts))
    loan = extend(loan, months=3, on=date(2024, 10, 15), ref="E1")

    assert loan.position(as_of=date(2024, 10, 15)).arrears_principal_fen == 100_000
    agrees_on_every_day(loan)


def test_an_extension_that_lists_no_later_due_date_is_refused():
    days = (date(2024, 7, 1), date(2025, 1, 20))
    listed = replace(QUARTERS, due_dates=days)
    longer = replace(listed, months=13)

    between = (days[1], date(2026, 1, 20))
    with refused(ExtensionTooLong, "loan.extension_too_long", value=days[1], limit=between):
        extend(granted(listed), months=1, on=days[1], ref="E1", terms=longer)


def agrees_on_every_day(loan):
    first, last = loan.terms.disbursed_on, loan.schedule[-1].due_on
    for number in range((last - first).days + 40):
        day = first + timedelta(days=number)
        assert stands(loan, day) == oracle.stand(loan.terms, loan.entries, day), day


# lives


@given(lives())
def test_all_money_of_a_payment_meets_something(life):
    for effect in life.loan.applied:
        if effect.entry.kind.pays:
            assert sum(met(effect)) == effect.entry.received_fen
            assert min(met(effect)) >= 0


@given(lives())
def test_no_figure_of_a_position_is_negative(life):
    for day in life.some_days:
        at = asdict(life.loan.position(as_of=day))
        assert not {
            name: value for name, value in at.items() if name.endswith("_fen") and value < 0
        }


@given(lives())
def test_a_changed_plan_repays_what_was_paid_out_and_not_a_fen_more(life):
    paid_out = sum(
        entry.principal_fen
        for entry in oracle.standing(life.loan.entries)
        if entry.kind is EntryKind.DISBURSEMENT
    )

    assert sum(line.principal_fen for line in life.loan.schedule) == paid_out


@given(lives())
def test_the_lines_of_a_changed_plan_follow_one_another(life):
    lines = life.loan.schedule

    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    for line, following in pairwise(lines):
        assert line.due_on <= following.due_on
        assert min(line.principal_fen, line.interest_fen) >= 0


@given(lives(), st.randoms(use_true_random=False))
def test_acts_of_different_days_may_become_known_in_any_order(life, chance):
    first, *others = oracle.standing(life.loan.entries)
    by_day = {}
    for entry in others:
        by_day.setdefault(entry.on, []).append(entry)
    turns = [entry.on for entry in others]
    chance.shuffle(turns)
    known = [first, *(by_day[on].pop(0) for on in turns)]
    # Changes of the contract become known in the order of their days, or they are refused.
    changes = iter([entry for entry in others if entry.terms is not None])
    known = [entry if entry.terms is None else next(changes) for entry in known]
    usual = rebuilt(life.loan, [first, *others])
    shuffled = rebuilt(life.loan, known)

    for day in life.some_days:
        assert figures(shuffled, day) == figures(usual, day)


@given(lives())
def test_a_reversed_entry_leaves_no_trace_in_any_amount(life):
    untouched = rebuilt(life.loan, oracle.standing(life.loan.entries))

    for day in life.some_days:
        assert figures(life.loan, day) == figures(untouched, day)
    assert planned(life.loan.schedule) == planned(untouched.schedule)


@given(lives(acts=("repay_late", "prepay", "disburse", "change_rate", "extend", "costs")))
def test_undoing_the_last_act_restores_every_figure_of_the_day(life):
    loan = life.loan
    assume(len(loan.entries) > 1)
    last = loan.entries[-1]
    undone = loan.reverse(last.number, on=last.on, ref="undone")

    for day in life.some_days:
        assert figures(undone, day) == figures(replace(loan, entries=loan.entries[:-1]), day)


@given(lives())
def test_every_half_year_opens_with_what_the_one_before_closed_with(life):
    loan = life.loan
    half = HalfYear.of(loan.terms.disbursed_on)
    before, last = None, HalfYear.of(max(entry.booked_on for entry in loan.entries))
    while half <= last:
        account = loan.account(half)
        assert account.balances
        assert before is None or account.opening_fen == before.closing_fen
        before, half = account, half.next

    assert before.closing_fen == loan.position(as_of=date(2100, 12, 31)).outstanding_fen


@given(lives(), st.integers(0, 400), st.sampled_from(Prepayment))
def test_what_a_payoff_quotes_repays_the_loan_whole(life, days, then):
    loan = life.loan
    on = max(entry.on for entry in loan.entries) + timedelta(days=days)
    quote = loan.payoff(on=on)
    at = loan.position(as_of=on)
    assume(quote.total_fen and at.performance is not Performance.TERMINATED)
    if at.performance is Performance.DEFAULTED:
        repaid = loan.repay(quote.total, on=on, ref="all")
    else:
        repaid = loan.prepay(quote.total, on=on, ref="all", then=then)
    left = repaid.position(as_of=on + timedelta(days=5_000))

    assert repaid.payoff(on=on).total_fen == 0
    assert left.performance is Performance.MATURED
    assert left.outstanding_fen + left.arrears_fen + left.charges_fen + left.accrued_fen == 0


@given(lives())
def test_every_figure_of_a_life_explains_itself(life):
    loan = life.loan
    for line in loan.schedule[:5]:
        explains(line)
    for effect in loan.applied:
        assert effect.entry.ref in str(effect.explain())
    for day in life.some_days:
        accrual = loan.accrual(as_of=day)
        rounded, *_ = dict(accrual.explain().steps)["rounded"].split(", half up")
        assert cny(rounded.replace(",", "")) == accrual.accrued == loan.position(as_of=day).accrued
        assert str(loan.payoff(on=day).explain())
