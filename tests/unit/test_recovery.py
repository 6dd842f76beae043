"""Who of fund and lender gets how much of what is recovered, in which order."""

from datetime import date

import pytest

from histories import a_fund, a_loan, pays, refused
from microloan import (
    ZERO,
    Entry,
    EntryKind,
    InvalidAmount,
    NotClaimed,
    RecoveryExceedsDebt,
    cny,
    pay_claim,
    percent,
    write_off,
)
from microloan.course import run_through
from microloan.recovery import RecoveryOrder, RecoveryShares, attributable, share_recovery


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


def test_what_the_lender_wrote_off_is_shared_as_though_it_had_not():
    # On 1 September 24,000 of principal and 2,233.33 of interest are written off. Of 50,000 the
    # fund gets 40,000; of 122,233.33 all that exceeds the principal is interest.
    _, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")
    loan = write_off(loan, on=date(2024, 9, 1), ref="H1")
    fold = run_through(loan.terms, loan.entries, as_of=date(2024, 9, 1))
    assert fold.outstanding_fen == 0

    assert share_recovery(fold, 50_000_00, of="HT-1") == RecoveryShares(
        subrogated_fen=40_000_00, principal_fen=10_000_00, interest_fen=0
    )
    assert share_recovery(fold, 122_233_33, of="HT-1") == RecoveryShares(
        subrogated_fen=96_000_00, principal_fen=24_000_00, interest_fen=2_233_33
    )


# ---- the order


@pytest.mark.parametrize(
    ("order", "money", "subrogated", "principal", "interest"),
    [
        # The fund lost 96,000 of principal, the lender 24,000; of 2,233.33 of interest the fund
        # paid 1,786.66.
        (RecoveryOrder.FUND_FIRST, 50_000_00, 50_000_00, 0, 0),
        (RecoveryOrder.FUND_FIRST, 96_000_00, 96_000_00, 0, 0),
        (RecoveryOrder.FUND_FIRST, 96_000_01, 96_000_00, 1, 0),
        (RecoveryOrder.FUND_FIRST, 121_000_00, 97_000_00, 24_000_00, 0),
        (RecoveryOrder.FUND_FIRST, 122_000_00, 97_786_66, 24_000_00, 213_34),
        (RecoveryOrder.LENDER_FIRST, 20_000_00, 0, 20_000_00, 0),
        (RecoveryOrder.LENDER_FIRST, 50_000_00, 26_000_00, 24_000_00, 0),
        (RecoveryOrder.LENDER_FIRST, 120_400_00, 96_000_00, 24_000_00, 400_00),
        (RecoveryOrder.LENDER_FIRST, 121_000_00, 96_553_33, 24_000_00, 446_67),
        (RecoveryOrder.LENDER_FIRST, 122_233_33, 97_786_66, 24_000_00, 446_67),
    ],
)
def test_an_order_meets_one_wholly_before_the_other_and_principal_before_interest(
    order, money, subrogated, principal, interest
):
    fold = claimed(96_000_00, 1_786_66)

    assert share_recovery(fold, money, of="HT-1", order=order) == RecoveryShares(
        subrogated_fen=subrogated, principal_fen=principal, interest_fen=interest
    )


def test_an_order_goes_on_where_the_last_recovery_ended():
    # 90,000 went to the fund first: of 10,000 more it gets the 6,000 that are left of 96,000.
    fold = claimed(96_000_00, recovered=[(90_000_00, 0, 0)])

    assert share_recovery(
        fold, 10_000_00, of="HT-1", order=RecoveryOrder.FUND_FIRST
    ) == RecoveryShares(subrogated_fen=6_000_00, principal_fen=4_000_00, interest_fen=0)


@pytest.mark.parametrize("order", RecoveryOrder)
def test_in_no_order_more_is_recovered_than_both_are_owed(order):
    fold = claimed(96_000_00, 1_786_66)

    with refused(
        RecoveryExceedsDebt,
        code="guarantee.recovery_exceeds_debt",
        value=cny("122233.34"),
        limit=cny("122233.33"),
    ):
        share_recovery(fold, 122_233_34, of="HT-1", order=order)


def test_of_a_payout_for_part_of_the_loss_the_fund_gets_its_part():
    # It paid 60,000 of a loss of 120,000, so half of what comes back is its own.
    fold = claimed(60_000_00)

    assert share_recovery(fold, 50_000_01, of="HT-1") == RecoveryShares(
        subrogated_fen=25_000_01, principal_fen=25_000_00, interest_fen=0
    )


# ---- security that is realized


@pytest.mark.parametrize(
    ("linked", "other", "prior_debt", "left"),
    [
        (1_000, 3_000, 2_000, 2_000),
        (0, 1_000, 2_000, 0),
        (500, 0, 0, 500),
        (1_000, 1_000, 2_000, 0),
    ],
)
def test_of_the_proceeds_of_security_debt_that_ranks_before_comes_off(
    linked, other, prior_debt, left
):
    found = attributable(linked=cny(linked), other=cny(other), prior_debt=cny(prior_debt))

    assert found == cny(left)


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("linked", "the linked proceeds must be at least 0.00 yuan, got -0.01"),
        ("other", "the other proceeds must be at least 0.00 yuan, got -0.01"),
        ("prior_debt", "the prior debt must be at least 0.00 yuan, got -0.01"),
    ],
)
def test_security_yields_nothing_below_zero(what, sentence):
    given = {"linked": ZERO, "other": ZERO, "prior_debt": ZERO} | {what: cny("-0.01")}

    with refused(
        InvalidAmount, code="money.invalid_amount", value=cny("-0.01"), limit=ZERO
    ) as caught:
        attributable(**given)
    assert str(caught.value) == sentence
