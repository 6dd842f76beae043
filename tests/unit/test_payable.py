"""Whether a claim that was filed may be paid on a day, and how much of it."""

from dataclasses import replace
from datetime import date

import pytest

from histories import PROMISE, a_fund, a_loan, pays, refused
from microloan import (
    ClaimNotApproved,
    ClaimNotDue,
    ClaimTooLarge,
    ClaimTooLate,
    Covers,
    EvidenceMissing,
    InvalidDate,
    RefConflict,
    approve_claim,
    cny,
    file_claim,
    pay_claim,
    reject_claim,
)

FILED, DECIDED, PAID = date(2024, 5, 25), date(2024, 6, 3), date(2024, 6, 10)
NAMED = replace(PROMISE, evidence={"loan_contract", "催收记录"})
WITH_INTEREST = replace(PROMISE, covers=Covers.PRINCIPAL_AND_INTEREST)


def approved(guarantee=PROMISE, **parts):
    """Fund and loan with a claim filed on 25 May, approved on 3 June."""
    loan = a_loan(guarantee=guarantee)
    fund = file_claim(a_fund(), loan, **{"on": FILED, "ref": "S1"} | parts)
    return approve_claim(fund, "HT-1", filing="S1", on=DECIDED, ref="审1"), loan


def test_the_payout_answers_the_filing():
    fund, loan = pay_claim(*approved(), on=PAID, ref="P1")

    assert fund.entries[-1].against == "S1"
    assert loan.payout.amount == cny(96_000)
    again = pay_claim(fund, loan, on=PAID, ref="P1")
    assert again[0] is fund
    assert again[1] is loan


def test_no_more_is_paid_than_was_filed():
    # By 10 June 333.33 are earned on 80,000 for 25 days, by 25 May it was 133.33 for 10.
    fund, loan = approved(WITH_INTEREST)
    paid, later = pay_claim(fund, loan, on=PAID, ref="P1")

    assert later.payout.amount == cny("97786.66")
    assert pay_claim(paid, later, on=PAID, ref="P1") == (paid, later)
    with refused(
        ClaimTooLarge,
        code="guarantee.claim_too_large",
        value=cny("97786.67"),
        limit=cny("97786.66"),
        keeps=(fund, loan),
    ):
        pay_claim(fund, loan, on=PAID, ref="P1", amount=cny("97786.67"))


def test_less_than_was_filed_may_be_paid():
    fund, loan = pay_claim(*approved(amount=cny(90_000)), on=PAID, ref="P1", amount=cny(80_000))

    assert loan.payout.amount == cny(80_000)
    assert pay_claim(fund, loan, on=PAID, ref="P1", amount=cny(80_000)) == (fund, loan)
    with refused(RefConflict, code="ledger.ref_conflict", value="P1", limit=2, keeps=(fund, loan)):
        pay_claim(fund, loan, on=PAID, ref="P1")  # that would be 90,000


def test_what_was_repaid_since_the_filing_is_not_paid_again():
    # 10,000 on 1 June meets 2,100 of interest and 7,900 of principal; 80 % of 112,100.
    fund, loan = approved()
    loan = pays(loan, (10_000, date(2024, 6, 1)))

    assert pay_claim(fund, loan, on=PAID, ref="P1")[1].payout.amount == cny(89_680)


def test_a_loan_no_longer_late_enough_is_not_paid_for():
    # 20,000 on 1 June meets 2,100 of interest and the principal of February: since 15 March late.
    fund, loan = approved()
    loan = pays(loan, (20_000, date(2024, 6, 1)))

    with refused(
        ClaimNotDue, code="guarantee.claim_not_due", value=87, limit=90, keeps=(fund, loan)
    ) as caught:
        pay_claim(fund, loan, on=PAID, ref="P1")
    assert str(caught.value).startswith("HT-1 is 87 days past due on 2024-06-10")


def test_evidence_may_be_split_between_filing_and_payout():
    one, other = (("loan_contract", "HT-1"),), (("催收记录", "C-7"),)
    loan = a_loan(guarantee=NAMED)
    asked = file_claim(a_fund(), a_loan(), on=FILED, ref="S1", evidence=one)
    fund = approve_claim(asked, "HT-1", filing="S1", on=DECIDED, ref="审1")

    with refused(
        EvidenceMissing,
        code="guarantee.evidence_missing",
        value=("催收记录",),
        limit=("loan_contract", "催收记录"),
        keeps=(fund, loan),
    ):
        pay_claim(fund, loan, on=PAID, ref="P1")
    paid, _ = pay_claim(fund, loan, on=PAID, ref="P1", evidence=other)
    assert paid.entries[-1].papers == other


def test_the_guarantee_period_is_kept_by_the_filing():
    # The period ends on 15 July 2025; the payout is of August.
    loan, last = a_loan(), date(2025, 7, 15)
    fund = file_claim(a_fund(), loan, on=last, ref="S1")
    fund = approve_claim(fund, "HT-1", filing="S1", on=date(2025, 8, 1), ref="审1")

    _, paid = pay_claim(fund, loan, on=date(2025, 8, 4), ref="P1")
    assert paid.payout.amount == cny(96_000)
    with refused(
        ClaimTooLate,
        code="guarantee.claim_too_late",
        value=date(2025, 8, 4),
        limit=last,
    ):
        pay_claim(a_fund(), loan, on=date(2025, 8, 4), ref="P1")


@pytest.mark.parametrize("state", ["open", "rejected"])
def test_what_was_filed_and_not_approved_is_not_paid(state):
    loan = a_loan()
    fund = file_claim(a_fund(), loan, on=FILED, ref="S1")
    if state == "rejected":
        fund = reject_claim(fund, "HT-1", filing="S1", on=DECIDED, ref="审1", reason="材料不实")

    with refused(
        ClaimNotApproved,
        code="guarantee.claim_not_approved",
        value="S1",
        limit="approved",
        keeps=(fund, loan),
    ) as caught:
        pay_claim(fund, loan, on=PAID, ref="P1")
    assert str(caught.value) == (
        f"HT-1: the claim S1 filed on 2024-05-25 is {state}; the fund pays what was approved"
    )


def test_a_later_filing_takes_the_place_of_a_rejected_one():
    loan = a_loan()
    fund = file_claim(a_fund(), loan, on=FILED, ref="S1")
    fund = reject_claim(fund, "HT-1", filing="S1", on=FILED, ref="审1", reason="材料不实")
    fund = file_claim(fund, loan, on=DECIDED, ref="S2", amount=cny(50_000))
    fund = approve_claim(fund, "HT-1", filing="S2", on=DECIDED, ref="审2")

    fund, loan = pay_claim(fund, loan, on=PAID, ref="P1")
    assert (fund.entries[-1].against, loan.payout.amount) == ("S2", cny(50_000))


def test_the_filing_for_one_loan_does_not_bind_the_payout_for_another():
    fund, _ = approved()

    paid, other = pay_claim(fund, a_loan("HT-2"), on=FILED, ref="P1")
    assert (paid.entries[-1].against, other.payout.amount) == ("", cny(96_000))


def test_a_payout_does_not_precede_the_approval():
    fund, loan = approved()

    with refused(
        InvalidDate,
        code="periods.invalid_date",
        value=date(2024, 6, 2),
        limit=DECIDED,
        keeps=(fund, loan),
    ) as caught:
        pay_claim(fund, loan, on=date(2024, 6, 2), ref="P1")
    assert str(caught.value).startswith("HT-1: the approval and the payout")
    assert pay_claim(fund, loan, on=DECIDED, ref="P1")[1].payout.on == DECIDED
