"""What a fund promised: when it may be called on, and what a claim comes to."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from histories import PROMISE, a_loan, a_quarterly_loan, pays, pays_on_time, refused
from microloan import (
    ZERO,
    AlreadyClaimed,
    ClaimNotDue,
    ClaimTooLate,
    Covers,
    Entry,
    EntryKind,
    InvalidIdentity,
    InvalidRate,
    InvalidTerms,
    Level,
    NothingToClaim,
    Opening,
    RecoveryOrder,
    cny,
    percent,
)
from microloan.guarantee import Payout, UpperShare, check_claim, check_unclaimed, payout_of
from microloan.months import MonthEnd

WITH_INTEREST = replace(PROMISE, covers=Covers.PRINCIPAL_AND_INTEREST)
PROVINCE = UpperShare(level=Level.PROVINCE, share=percent("10"))
CITY = UpperShare(level=Level.CITY, share=percent("10"))


def check(promise, loan, on):
    """Ask whether a claim may be paid on a day."""
    check_claim(promise, loan.terms, loan.position(as_of=on), of=loan.id)


@pytest.mark.parametrize(
    "fact",
    [
        {"coverage": percent("0.01"), "claimable_after_days": 0, "months_after_maturity": 0},
        {"coverage": percent("100"), "claimable_after_days": 3650, "months_after_maturity": 120},
    ],
)
def test_the_widest_promises_a_contract_may_contain_are_accepted(fact):
    promise = replace(PROMISE, **fact)

    assert {name: getattr(promise, name) for name in fact} == fact


def test_a_promise_covers_principal_for_six_months_unless_it_says_otherwise():
    assert PROMISE.covers is Covers.PRINCIPAL
    assert PROMISE.opening is Opening.AT_OR_AFTER
    assert PROMISE.months_after_maturity == 6
    assert PROMISE.evidence == frozenset()
    assert PROMISE.recovery_order is RecoveryOrder.PRO_RATA
    assert PROMISE.upper == ()


def test_a_promise_may_name_evidence_an_order_of_recoveries_and_levels_above():
    promise = replace(
        PROMISE,
        evidence=["loan_contract", "催收记录"],
        recovery_order=RecoveryOrder.FUND_FIRST,
        upper=(PROVINCE, CITY),
    )

    assert promise.evidence == frozenset({"loan_contract", "催收记录"})
    assert promise.recovery_order is RecoveryOrder.FUND_FIRST
    assert promise.upper == (PROVINCE, CITY)
    assert hash(promise) == hash(replace(promise, evidence=("催收记录", "loan_contract")))


@pytest.mark.parametrize("code", [["x"], "Loan contract", None])
def test_evidence_of_which_one_name_is_no_code_is_refused(code):
    with refused(
        InvalidTerms, code="terms.invalid", value=code, limit="a lower-case code or a Chinese name"
    ):
        replace(PROMISE, evidence=[code])


def test_levels_above_may_bear_all_that_the_fund_pays():
    halves = tuple(replace(one, share=percent("50")) for one in (PROVINCE, CITY))

    assert replace(PROMISE, upper=halves).upper == halves
    assert replace(PROMISE, upper=(replace(CITY, share=percent("100")),)).upper[0].share == 1


@pytest.mark.parametrize(
    ("fact", "limit", "what", "zh"),
    [
        ({"coverage": Decimal(0)}, "above 0 and at most 1", "the coverage", "担保责任比例"),
        ({"coverage": Decimal("1.01")}, "above 0 and at most 1", "the coverage", "担保责任比例"),
        ({"claimable_after_days": -1}, "0-3650", "the days before a claim", "代偿等待天数"),
        ({"claimable_after_days": 3651}, "0-3650", "the days before a claim", "代偿等待天数"),
        ({"claimable_after_days": True}, "0-3650", "the days before a claim", "代偿等待天数"),
        ({"months_after_maturity": -1}, "0-120", "the guarantee period", "担保期间"),
        ({"months_after_maturity": 121}, "0-120", "the guarantee period", "担保期间"),
        ({"months_after_maturity": 6.0}, "0-120", "the guarantee period", "担保期间"),
        ({"covers": "principal"}, "a Covers", "the cover must", "担保范围"),
        ({"opening": "at_or_after"}, "an Opening", "the opening of claims", "代偿起算口径"),
        (
            {"recovery_order": "fund_first"},
            "a RecoveryOrder",
            "the order of recoveries",
            "追偿分配顺序",
        ),
        ({"evidence": "loan_contract"}, "a set of codes", "the evidence", "证据材料"),
        ({"evidence": 5}, "a set of codes", "the evidence", "证据材料"),
        (
            {"upper": (PROVINCE, PROVINCE)},
            "a tuple of UpperShare, one for a level",
            "the shares above",
            "上级分担",
        ),
        (
            {"upper": [PROVINCE]},
            "a tuple of UpperShare, one for a level",
            "the shares above",
            "上级分担",
        ),
        (
            {"upper": ("province",)},
            "a tuple of UpperShare, one for a level",
            "the shares above",
            "上级分担",
        ),
    ],
)
def test_a_promise_no_contract_could_contain_is_refused(fact, limit, what, zh):
    (value,) = fact.values()

    with refused(InvalidTerms, code="terms.invalid", value=value, limit=limit) as caught:
        replace(PROMISE, **fact)
    assert str(caught.value).startswith(what)
    assert str(caught.value).endswith(f"must be {limit}, got {value}")
    assert caught.value.zh.startswith(zh)


@pytest.mark.parametrize("code", ["Loan contract", "", 7])
def test_evidence_is_named_by_codes(code):
    with refused(
        InvalidTerms, code="terms.invalid", value=code, limit="a lower-case code or a Chinese name"
    ) as caught:
        replace(PROMISE, evidence={code})
    assert str(caught.value).startswith("the evidence must be a lower-case code")
    assert caught.value.zh.startswith("证据材料应为")


def test_levels_above_bear_no_more_than_the_whole():
    more = (replace(PROVINCE, share=percent("95")), CITY)

    with refused(
        InvalidTerms, code="terms.invalid", value=Fraction(105, 100), limit="at most 1"
    ) as caught:
        replace(PROMISE, upper=more)
    assert str(caught.value) == "the sum of the shares above must be at most 1, got 21/20"
    assert caught.value.zh.startswith("上级分担合计应为")


@pytest.mark.parametrize("share", [Decimal(0), Decimal("1.01")])
def test_a_level_above_bears_something_and_no_more_than_all(share):
    with refused(
        InvalidTerms, code="terms.invalid", value=share, limit="above 0 and at most 1"
    ) as caught:
        UpperShare(level=Level.CITY, share=share)
    assert str(caught.value).startswith("the share of a level above must be above 0")
    assert caught.value.zh.startswith("上级分担比例应为")


def test_a_share_above_needs_a_level_and_a_rate():
    with refused(InvalidTerms, code="terms.invalid", value="city", limit="a Level") as caught:
        UpperShare(level="city", share=percent("10"))
    assert str(caught.value) == "the level must be a Level, got city"
    assert caught.value.zh.startswith("财政级次应为")
    with pytest.raises(InvalidRate):
        UpperShare(level=Level.CITY, share=0.1)


def test_a_promise_needs_a_fund_and_a_rate():
    with refused(InvalidIdentity, code="identity.invalid", value="", limit=64) as caught:
        replace(PROMISE, fund_id="")
    assert "the identity of a fund must" in str(caught.value)
    with pytest.raises(InvalidRate):
        replace(PROMISE, coverage=0.8)


@pytest.mark.parametrize(
    ("days", "opening", "opens_at"),
    [
        (90, Opening.AT_OR_AFTER, 90),  # 满 90 天
        (90, Opening.STRICTLY_AFTER, 91),  # 超过 90 天
        (1, Opening.AT_OR_AFTER, 1),
        (0, Opening.STRICTLY_AFTER, 1),
        (0, Opening.AT_OR_AFTER, 1),  # a loan that is not late cannot be claimed for
    ],
)
def test_claims_open_on_a_day_past_due(days, opening, opens_at):
    promise = replace(PROMISE, claimable_after_days=days, opening=opening)

    assert promise.claims_open_at() == opens_at


def test_the_guarantee_period_is_counted_from_the_disbursement():
    # 12 + 6 months after 15 January 2024; 31 August + 12 + 6 is the last of February.
    assert PROMISE.ends_on(a_loan().terms) == date(2025, 7, 15)
    assert PROMISE.ends_on(a_loan(disbursed_on=date(2024, 8, 31)).terms) == date(2026, 2, 28)
    spent_at_maturity = replace(PROMISE, months_after_maturity=0)
    assert spent_at_maturity.ends_on(a_loan().terms) == date(2025, 1, 15)


@pytest.mark.parametrize(
    ("agreed", "last"),
    [
        # February has no 31st: the loan matures on the last day of it, or on 1 March.
        ({}, date(2025, 8, 31)),
        ({"month_end": MonthEnd.ROLL}, date(2025, 9, 1)),
        ({"due_dates": (date(2024, 12, 31), date(2025, 2, 10))}, date(2025, 8, 10)),
    ],
)
def test_the_guarantee_period_counts_from_a_maturity_that_is_no_anniversary(agreed, last):
    loan = a_loan(disbursed_on=date(2024, 8, 31), months=6, **agreed)

    assert PROMISE.ends_on(loan.terms) == last


@pytest.mark.parametrize(
    ("coverage", "amount", "covered"),
    [
        ("80", 27_633_321, 22_106_657),  # 22,106,656.8
        ("50", 1, 1),  # half a fen goes to the fund
        ("49.99", 1, 0),
        ("100", 27_633_321, 27_633_321),
        ("80", 0, 0),
    ],
)
def test_the_share_of_the_fund_is_rounded_half_up(coverage, amount, covered):
    assert replace(PROMISE, coverage=percent(coverage)).covered_fen(amount) == covered


@pytest.mark.parametrize(
    ("on", "opening", "days_past_due", "opens_at"),
    [
        (date(2024, 5, 14), Opening.AT_OR_AFTER, 89, 90),
        (date(2024, 5, 15), Opening.STRICTLY_AFTER, 90, 91),
        (date(2024, 1, 20), Opening.AT_OR_AFTER, 0, 90),
    ],
)
def test_a_claim_before_the_waiting_time_is_over_is_refused(on, opening, days_past_due, opens_at):
    # The installment of 15 February is missed: 90 days past due on 15 May.
    loan = a_loan()
    sentence = f"HT-1 is {days_past_due} days past due on {on}; claims open at {opens_at}"

    with refused(
        ClaimNotDue, code="guarantee.claim_not_due", value=days_past_due, limit=opens_at, keeps=loan
    ) as caught:
        check(replace(PROMISE, opening=opening), loan, on)
    assert str(caught.value) == sentence


def test_a_claim_on_the_day_the_waiting_time_is_over_is_accepted():
    check(PROMISE, a_loan(), date(2024, 5, 15))
    check(replace(PROMISE, opening=Opening.STRICTLY_AFTER), a_loan(), date(2024, 5, 16))


def test_a_loan_on_time_cannot_be_claimed_for_whatever_the_promise():
    at_once = replace(PROMISE, claimable_after_days=0)

    with refused(ClaimNotDue, code="guarantee.claim_not_due", value=0, limit=1):
        check(at_once, a_loan(), date(2024, 2, 15))
    check(at_once, a_loan(), date(2024, 2, 16))


def test_a_claim_after_the_guarantee_period_is_refused():
    check(PROMISE, a_loan(), date(2025, 7, 15))
    with refused(
        ClaimTooLate,
        code="guarantee.claim_too_late",
        value=date(2025, 7, 16),
        limit=date(2025, 7, 15),
    ) as caught:
        check(PROMISE, a_loan(), date(2025, 7, 16))
    assert "HT-1: the guarantee ended on 2025-07-15; a claim on 2025-07-16" in str(caught.value)


def test_the_guarantee_period_is_kept_by_calling_on_the_fund_in_time():
    loan, late = a_loan(), date(2025, 7, 16)
    position = loan.position(as_of=late)

    check_claim(PROMISE, loan.terms, position, of="HT-1", called_on=date(2025, 7, 15))
    with refused(
        ClaimTooLate, code="guarantee.claim_too_late", value=late, limit=date(2025, 7, 15)
    ):
        check_claim(PROMISE, loan.terms, position, of="HT-1", called_on=late)


@pytest.mark.parametrize("day", [date(2024, 1, 14), date(2025, 1, 15)])
def test_a_claim_where_nothing_is_outstanding_is_refused(day):
    repaid = pays_on_time(a_loan(), 1, 12)

    with refused(
        NothingToClaim, code="guarantee.nothing_to_claim", value=ZERO, limit="more than 0.00"
    ) as caught:
        check(PROMISE, repaid, day)
    assert f"0.00 of principal outstanding on {day}" in str(caught.value)


def test_a_claim_whose_covered_share_comes_to_nothing_is_refused():
    # 10 % of 4 fen is 0.4; 12.5 % is half a fen and rounded up.
    small = a_loan(principal=cny("0.04"), months=1, annual_rate=percent("0"))
    tenth = replace(PROMISE, coverage=percent("10"))

    with refused(
        NothingToClaim,
        code="guarantee.nothing_to_claim",
        value=cny("0.04"),
        limit="more than 0.00",
    ):
        check(tenth, small, date(2024, 6, 15))
    check(replace(PROMISE, coverage=percent("12.5")), small, date(2024, 6, 15))


def test_a_claim_comes_to_the_covered_share_of_the_outstanding_principal():
    # 20,000 paid on 20 March: 1,150 of interest, 18,850 of principal. 80 % of 101,150 is 80,920.
    loan = pays(a_loan(), (20_000, date(2024, 3, 20)))
    payout = payout_of(PROMISE, loan.position(as_of=date(2024, 7, 1)))

    assert payout == Payout(principal_fen=80_920_00, interest_fen=0)
    assert payout.amount == cny(80_920)


def test_covered_interest_is_that_in_arrears_and_that_earned_since():
    # 25 May: arrears 600 + 550 + 500 + 450 = 2,100; earned 80,000 × 6 % × 10 / 360 = 133.33.
    # 80 % of 2,233.33 is 1,786.664.
    payout = payout_of(WITH_INTEREST, a_loan().position(as_of=date(2024, 5, 25)))

    assert payout == Payout(principal_fen=96_000_00, interest_fen=1_786_66)
    assert payout.amount == cny("97786.66")
    on_a_due_date = payout_of(WITH_INTEREST, a_loan().position(as_of=date(2024, 5, 15)))
    assert on_a_due_date.interest_fen == 1_680_00  # 80 % of 2,100; nothing earned since


def test_interest_of_a_quarter_is_covered_up_to_the_day_of_the_claim():
    # 120,000 × 6 % / 360 = 20 a day: 66 days to 20 March, 92 to 20 June, 10 from 21 June to 1 July.
    payout = payout_of(WITH_INTEREST, a_quarterly_loan().position(as_of=date(2024, 7, 1)))

    assert payout.interest_fen == 2_688_00  # 80 % of 20 × 168 = 3,360


@pytest.mark.parametrize(
    ("amount", "principal", "interest"),
    [
        (97_786_66, 96_000_00, 1_786_66),
        (96_000_01, 96_000_00, 1),
        (96_000_00, 96_000_00, 0),
        (1, 1, 0),
    ],
)
def test_where_less_is_paid_principal_comes_first(amount, principal, interest):
    whole = payout_of(WITH_INTEREST, a_loan().position(as_of=date(2024, 5, 25)))

    assert whole.reduced_to(amount) == Payout(principal_fen=principal, interest_fen=interest)


def test_a_guarantee_is_exercised_once():
    payout = Entry(
        number=2,
        kind=EntryKind.CLAIM_PAYOUT,
        on=date(2024, 5, 25),
        booked_on=date(2024, 5, 25),
        ref="Z1",
        principal_fen=96_000_00,
    )

    check_unclaimed(None, of="HT-1")
    with refused(AlreadyClaimed, code="guarantee.already_claimed", value="Z1", limit=1) as caught:
        check_unclaimed(payout, of="HT-1")
    assert str(caught.value) == (
        "HT-1: the fund paid on 2024-05-25 (voucher Z1); a guarantee is exercised once"
    )
