"""What a fund promised: when it may be called on, what a claim comes to, who gets a recovery."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

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
    NotClaimed,
    NothingToClaim,
    Opening,
    RecoveryExceedsDebt,
    cny,
    percent,
)
from microloan.course import run_through
from microloan.guarantee import (
    Payout,
    RecoveryShares,
    check_claim,
    check_unclaimed,
    payout_of,
    share_recovery,
)
from microloan.months import MonthEnd

WITH_INTEREST = replace(PROMISE, covers=Covers.PRINCIPAL_AND_INTEREST)


def claimed(principal, interest=0, *, loan=None, on=date(2024, 5, 25), recovered=()):
    """A loan after a payout and recoveries, each (to the fund, principal, interest), in fen."""
    loan = a_loan() if loan is None else loan
    acts = [(EntryKind.CLAIM_PAYOUT, 0, principal, interest)]
    acts += [(EntryKind.RECOVERY, *amounts) for amounts in recovered]
    entries = loan.entries
    for kind, subrogated, part, of_interest in acts:
        entry = Entry(
            number=len(entries) + 1,
            kind=kind,
            on=on,
            booked_on=on,
            ref=f"Z{len(entries)}",
            principal_fen=part,
            interest_fen=of_interest,
            subrogated_fen=subrogated,
        )
        entries = (*entries, entry)
    return run_through(loan.terms, entries, as_of=date.max)


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
    ],
)
def test_a_promise_no_contract_could_contain_is_refused(fact, limit, what, zh):
    (value,) = fact.values()

    with refused(InvalidTerms, code="terms.invalid", value=value, limit=limit) as caught:
        replace(PROMISE, **fact)
    assert str(caught.value).startswith(what)
    assert str(caught.value).endswith(f"must be {limit}, got {value}")
    assert caught.value.zh.startswith(zh)


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


def test_a_recovery_is_shared_by_the_shares_of_the_lost_principal():
    fold = claimed(96_000_00)

    assert share_recovery(fold, 50_000_00, of="HT-1") == RecoveryShares(
        subrogated_fen=40_000_00, principal_fen=10_000_00, interest_fen=0
    )


def test_what_exceeds_the_principal_goes_to_interest():
    # Uncovered, all interest is the lender's: 2,233.33.
    fold = claimed(96_000_00)

    assert share_recovery(fold, 120_000_00, of="HT-1") == RecoveryShares(
        subrogated_fen=96_000_00, principal_fen=24_000_00, interest_fen=0
    )
    assert share_recovery(fold, 120_000_01, of="HT-1") == RecoveryShares(
        subrogated_fen=96_000_00, principal_fen=24_000_00, interest_fen=1
    )
    assert share_recovery(fold, 122_233_33, of="HT-1") == RecoveryShares(
        subrogated_fen=96_000_00, principal_fen=24_000_00, interest_fen=2_233_33
    )


def test_covered_interest_is_shared_by_what_each_is_still_owed():
    # The fund is owed 1,786.66 of interest, the lender 446.67: of 1,000 the fund gets 799.998.
    fold = claimed(96_000_00, 1_786_66)

    assert share_recovery(fold, 121_000_00, of="HT-1") == RecoveryShares(
        subrogated_fen=96_800_00, principal_fen=24_000_00, interest_fen=200_00
    )
    assert share_recovery(fold, 122_233_33, of="HT-1") == RecoveryShares(
        subrogated_fen=97_786_66, principal_fen=24_000_00, interest_fen=446_67
    )


def test_a_later_recovery_goes_on_where_the_last_one_ended():
    fold = claimed(96_000_00, 1_786_66, recovered=[(40_000_00, 10_000_00, 0)])

    # 70,000 of principal is left, 56,000 and 14,000; of 1,000 of interest the fund gets 800.
    assert share_recovery(fold, 71_000_00, of="HT-1") == RecoveryShares(
        subrogated_fen=56_800_00, principal_fen=14_000_00, interest_fen=200_00
    )


def test_interest_recovered_before_lowers_what_is_still_owed():
    fold = claimed(96_000_00, 1_786_66, recovered=[(96_800_00, 24_000_00, 200_00)])

    # 986.66 and 246.67 of interest are left.
    assert share_recovery(fold, 1_233_33, of="HT-1") == RecoveryShares(
        subrogated_fen=986_66, principal_fen=0, interest_fen=246_67
    )
    with refused(
        RecoveryExceedsDebt,
        code="guarantee.recovery_exceeds_debt",
        value=cny("1233.34"),
        limit=cny("1233.33"),
    ):
        share_recovery(fold, 1_233_34, of="HT-1")


def test_the_shares_are_those_of_the_principal_lost_after_what_was_repaid():
    # 9,900 on 20 May: 2,100 of interest, 7,800 of principal. Of 112,200 left the fund pays 89,760.
    loan = pays(a_loan(), (9_900, date(2024, 5, 20)))
    fold = claimed(89_760_00, loan=loan)

    assert share_recovery(fold, 1_000_00, of="HT-1").subrogated_fen == 800_00


def tiny(coverage_fen):
    """A claim on a loan of 0.04 yuan without interest, of which the fund paid so many fen."""
    loan = a_loan(principal=cny("0.04"), months=1, annual_rate=percent("0"))
    return lambda recovered: claimed(coverage_fen, loan=loan, recovered=recovered)


def test_the_fund_gets_no_more_than_it_lost_however_often_it_is_rounded_up():
    # The fund lost 2 of 4 fen. Of 1 fen its half is rounded up to 1, but two are all it lost.
    after = tiny(2)

    one = RecoveryShares(subrogated_fen=1, principal_fen=0, interest_fen=0)
    other = RecoveryShares(subrogated_fen=0, principal_fen=1, interest_fen=0)
    assert share_recovery(after([]), 1, of="HT-1") == one
    assert share_recovery(after([(1, 0, 0)]), 1, of="HT-1") == one
    assert share_recovery(after([(1, 0, 0), (1, 0, 0)]), 1, of="HT-1") == other


def test_the_lender_gets_no_more_than_it_lost_however_often_it_takes_the_rest():
    # The fund lost 1 of 4 fen. Of 1 fen its quarter is rounded down to 0; the fourth fen is its.
    after = tiny(1)

    theirs = [(0, 1, 0), (0, 1, 0), (0, 1, 0)]
    assert share_recovery(after(theirs[:2]), 1, of="HT-1").principal_fen == 1
    assert share_recovery(after(theirs), 1, of="HT-1") == RecoveryShares(
        subrogated_fen=1, principal_fen=0, interest_fen=0
    )


def test_a_recovery_beyond_what_both_are_owed_is_refused():
    fold = claimed(96_000_00)

    with refused(
        RecoveryExceedsDebt,
        code="guarantee.recovery_exceeds_debt",
        value=cny("122233.34"),
        limit=cny("122233.33"),
    ) as caught:
        share_recovery(fold, 122_233_34, of="HT-1")
    assert str(caught.value) == ("HT-1: 122,233.34 recovered, but only 122,233.33 is still owed")


def test_nothing_is_recovered_before_the_fund_has_paid():
    loan = a_loan()

    with refused(
        NotClaimed,
        code="guarantee.not_claimed",
        value="HT-1",
        limit="a loan for which the fund has paid",
    ) as caught:
        share_recovery(run_through(loan.terms, loan.entries, as_of=date.max), 1, of="HT-1")
    assert str(caught.value) == "HT-1: the fund has paid nothing, so nothing can be recovered"


def test_a_guarantee_is_exercised_once():
    fold = claimed(96_000_00)

    check_unclaimed(None, of="HT-1")
    with refused(AlreadyClaimed, code="guarantee.already_claimed", value="Z1", limit=1) as caught:
        check_unclaimed(fold.applied[-1].entry, of="HT-1")
    assert str(caught.value) == (
        "HT-1: the fund paid on 2024-05-25 (voucher Z1); a guarantee is exercised once"
    )
