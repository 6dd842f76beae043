"""A lender files a claim, and the office decides upon it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from histories import PROMISE, a_fund, a_loan, pays, refused
from microloan import (
    ZERO,
    AlreadyClaimed,
    ClaimNotDue,
    ClaimPending,
    ClaimTooLarge,
    ClaimTooLate,
    Covers,
    EvidenceMissing,
    FundEntry,
    FundEntryKind,
    GuaranteeDischarged,
    InvalidAmount,
    InvalidDate,
    InvalidTerms,
    NotGuaranteed,
    NothingToAnswer,
    NothingToClaim,
    NotReversible,
    RefConflict,
    cny,
    discharge_guarantee,
    pay_claim,
    reverse_both,
)
from microloan.claim_filing import (
    ClaimFiling,
    FilingState,
    approve_claim,
    claim_filings,
    file_claim,
    latest_filing,
    reject_claim,
    require_evidence,
)

FILED, DECIDED, PAID = date(2024, 5, 25), date(2024, 6, 3), date(2024, 6, 10)
PAPERS = (("loan_contract", "HT-1"), ("催收记录", "C-7"))
NAMED = replace(PROMISE, evidence={"loan_contract", "催收记录"})
WITH_INTEREST = replace(PROMISE, covers=Covers.PRINCIPAL_AND_INTEREST)


def filed(guarantee=PROMISE, **parts):
    """Fund and loan with a claim filed on 25 May for all that is covered: 96,000."""
    loan = a_loan(guarantee=guarantee)
    return file_claim(a_fund(), loan, **{"on": FILED, "ref": "S1"} | parts), loan


def approved(guarantee=PROMISE, **parts):
    """The same, approved on 3 June."""
    fund, loan = filed(guarantee, **parts)
    return approve_claim(fund, "HT-1", filing="S1", on=DECIDED, ref="审1"), loan


def state_of(fund, as_of=date.max):
    """What became of each filing."""
    return [filing.state for filing in claim_filings(fund.entries, as_of=as_of)]


# ---- applying


def test_a_filing_is_an_entry_of_the_fund_and_moves_no_money():
    fund, loan = filed(NAMED, evidence=PAPERS, booked_on=date(2024, 5, 27))

    assert fund.entries[1] == FundEntry(
        number=2,
        kind=FundEntryKind.CLAIM_FILING,
        on=FILED,
        booked_on=date(2024, 5, 27),
        ref="S1",
        amount_fen=96_000_00,
        loan_id="HT-1",
        papers=PAPERS,
    )
    assert fund.balance(as_of=FILED) == cny(1_000_000)
    assert loan.payout is None


def test_what_is_filed_is_the_covered_loss_or_less():
    # 80 % of 120,000 and of 2,233.33 of interest.
    assert filed(WITH_INTEREST)[0].entries[1].amount == cny("97786.66")
    assert filed(amount=cny(96_000))[0].entries[1].amount == cny(96_000)
    assert filed(amount=cny(50_000))[0].entries[1].amount == cny(50_000)


def test_the_same_filing_again_changes_nothing():
    fund, loan = filed(NAMED, evidence=PAPERS)
    act = {"on": FILED, "ref": "S1", "evidence": PAPERS}

    assert file_claim(fund, loan, **act) is fund
    assert file_claim(fund, loan, **act, amount=cny(96_000), booked_on=FILED) is fund
    fund = approve_claim(fund, "HT-1", filing="S1", on=DECIDED, ref="审1")
    fund, loan = pay_claim(fund, loan, on=PAID, ref="P1")
    assert file_claim(fund, loan, **act) is fund


@pytest.mark.parametrize(
    "other",
    [
        {"on": date(2024, 5, 26)},
        {"amount": cny(95_999)},
        {"evidence": PAPERS[:1]},
        {"booked_on": date(2024, 5, 26)},
    ],
)
def test_a_voucher_cannot_stand_for_two_filings(other):
    fund, loan = filed(evidence=PAPERS)

    with refused(RefConflict, code="ledger.ref_conflict", value="S1", limit=2, keeps=fund):
        file_claim(fund, loan, **{"on": FILED, "ref": "S1", "evidence": PAPERS} | other)


def test_a_voucher_cannot_stand_for_filings_for_two_loans():
    fund, _ = filed()

    with refused(RefConflict, code="ledger.ref_conflict", value="S1", limit=2, keeps=fund):
        file_claim(fund, a_loan("HT-2"), on=FILED, ref="S1")


def test_with_another_fund_no_claim_is_filed():
    fund = replace(a_fund(), id="F-02")

    with refused(
        NotGuaranteed, code="guarantee.not_guaranteed", value="F-02", limit="F-01", keeps=fund
    ):
        file_claim(fund, a_loan(), on=FILED, ref="S1")


@pytest.mark.parametrize(
    ("on", "error", "code", "value", "limit"),
    [
        (date(2024, 5, 14), ClaimNotDue, "guarantee.claim_not_due", 89, 90),
        (
            date(2025, 7, 16),
            ClaimTooLate,
            "guarantee.claim_too_late",
            date(2025, 7, 16),
            date(2025, 7, 15),
        ),
        (
            date(2024, 1, 14),
            NothingToClaim,
            "guarantee.nothing_to_claim",
            ZERO,
            "more than 0.00",
        ),
    ],
)
def test_a_filing_outside_its_time_is_refused(on, error, code, value, limit):
    fund, loan = a_fund(), a_loan()

    with refused(error, code=code, value=value, limit=limit, keeps=(fund, loan)) as caught:
        file_claim(fund, loan, on=on, ref="S1")
    assert str(caught.value).startswith("HT-1")


def test_a_filing_after_the_payout_is_refused():
    fund, loan = pay_claim(a_fund(), a_loan(), on=FILED, ref="P1")

    with refused(
        AlreadyClaimed, code="guarantee.already_claimed", value="P1", limit=1, keeps=fund
    ) as caught:
        file_claim(fund, loan, on=DECIDED, ref="S1")
    assert str(caught.value).startswith("HT-1: the fund paid on 2024-05-25")


def test_for_a_guarantee_that_has_ended_nothing_is_claimed():
    ended = date(2024, 5, 20)
    fund, loan = a_fund(), discharge_guarantee(a_loan(), on=ended, ref="解1")

    for act in (
        lambda on: file_claim(fund, loan, on=on, ref="S1"),
        lambda on: pay_claim(fund, loan, on=on, ref="P1"),
    ):
        for on in (ended, FILED):
            with refused(
                GuaranteeDischarged,
                code="guarantee.discharged",
                value="解1",
                limit=ended,
                keeps=(fund, loan),
            ) as caught:
                act(on)
            assert str(caught.value).startswith("HT-1: the guarantee was discharged")
    assert file_claim(fund, loan, on=date(2024, 5, 19), ref="S1").entries[-1].ref == "S1"


@pytest.mark.parametrize(("make", "state"), [(filed, "open"), (approved, "approved")])
def test_there_is_one_filed_claim_at_a_time(make, state):
    fund, loan = make()

    with refused(
        ClaimPending,
        code="guarantee.claim_pending",
        value="S1",
        limit="one filed claim at a time",
        keeps=(fund, loan),
    ) as caught:
        file_claim(fund, loan, on=PAID, ref="S2")
    assert str(caught.value) == (
        f"HT-1: the claim S1 filed on 2024-05-25 is {state}; "
        "there is no room for another on 2024-06-10"
    )
    assert file_claim(fund, a_loan("HT-2"), on=PAID, ref="S2").entries[-1].loan_id == "HT-2"


def test_a_filing_lists_the_evidence_that_the_guarantee_names():
    fund, loan = a_fund(), a_loan(guarantee=NAMED)

    with refused(
        EvidenceMissing,
        code="guarantee.evidence_missing",
        value=("催收记录",),
        limit=("loan_contract", "催收记录"),
        keeps=(fund, loan),
    ) as caught:
        file_claim(fund, loan, on=FILED, ref="S1", evidence=PAPERS[:1])
    assert str(caught.value) == "HT-1: the claim lacks 催收记录, which the guarantee asks for"
    assert "缺少证据材料：催收记录" in caught.value.zh


def test_where_no_evidence_is_named_none_is_asked_for():
    require_evidence(PROMISE, (), of="HT-1")
    require_evidence(NAMED, PAPERS, of="HT-1")


def test_more_than_the_covered_loss_is_not_filed():
    fund, loan = a_fund(), a_loan()

    with refused(
        ClaimTooLarge,
        code="guarantee.claim_too_large",
        value=cny("96000.01"),
        limit=cny(96_000),
        keeps=(fund, loan),
    ) as caught:
        file_claim(fund, loan, on=FILED, ref="S1", amount=cny("96000.01"))
    assert "HT-1: a claim of 96,000.01 on 2024-05-25" in str(caught.value)


def test_a_filing_for_nothing_is_refused():
    fund, loan = a_fund(), a_loan()

    with refused(
        InvalidAmount, code="money.invalid_amount", value=ZERO, limit=ZERO, keeps=(fund, loan)
    ) as caught:
        file_claim(fund, loan, on=FILED, ref="S1", amount=ZERO)
    assert str(caught.value).startswith("a claim must be more than 0.00")


@pytest.mark.parametrize("day", ["2024-05-25", None])
def test_a_filing_and_a_decision_are_of_a_plain_day(day):
    fund, loan = filed()

    for act, what in (
        (lambda: file_claim(a_fund(), loan, on=day, ref="S1"), "a claim"),
        (lambda: approve_claim(fund, "HT-1", filing="S1", on=day, ref="审1"), "a decision"),
    ):
        with refused(
            InvalidDate, code="periods.invalid_date", value=day, limit="datetime.date"
        ) as caught:
            act()
        assert str(caught.value).startswith(f"the day of {what} must be a date")


# ---- deciding


def test_a_filing_goes_from_open_to_approved_to_paid():
    fund, loan = approved(NAMED, evidence=PAPERS)
    fund, loan = pay_claim(fund, loan, on=PAID, ref="P1")

    assert [state_of(fund, day) for day in (date(2024, 5, 24), FILED, DECIDED, PAID)] == [
        [],
        [FilingState.OPEN],
        [FilingState.APPROVED],
        [FilingState.PAID],
    ]
    assert claim_filings(fund.entries, as_of=PAID) == (
        ClaimFiling(
            loan_id="HT-1",
            ref="S1",
            filed_on=FILED,
            amount_fen=96_000_00,
            papers=PAPERS,
            state=FilingState.PAID,
            decided_on=DECIDED,
        ),
    )
    assert claim_filings(fund.entries, as_of=PAID)[0].amount == cny(96_000)


def test_a_decision_is_an_entry_that_answers_the_filing():
    fund, _ = filed()
    fund = approve_claim(
        fund, "HT-1", filing="S1", on=DECIDED, ref="审1", reason="材料齐全", booked_on=PAID
    )

    assert fund.entries[2] == FundEntry(
        number=3,
        kind=FundEntryKind.CLAIM_APPROVAL,
        on=DECIDED,
        booked_on=PAID,
        ref="审1",
        loan_id="HT-1",
        against="S1",
        reason="材料齐全",
    )


def test_after_a_rejection_the_lender_may_apply_again():
    fund, loan = filed()
    fund = reject_claim(
        fund, "HT-1", filing="S1", on=DECIDED, ref="审1", reason="缺催收记录", booked_on=PAID
    )
    (first,) = claim_filings(fund.entries, as_of=DECIDED)
    assert (first.state, first.decided_on, first.reason) == (
        FilingState.REJECTED,
        DECIDED,
        "缺催收记录",
    )
    assert (fund.entries[2].kind, fund.entries[2].booked_on) == (
        FundEntryKind.CLAIM_REJECTION,
        PAID,
    )

    fund = file_claim(fund, loan, on=PAID, ref="S2")
    assert state_of(fund) == [FilingState.REJECTED, FilingState.OPEN]
    assert latest_filing(fund, "HT-1").ref == "S2"
    assert latest_filing(fund, "HT-2") is None


def test_a_new_claim_is_not_dated_before_the_rejection_of_the_first():
    fund, loan = filed()
    rejected = reject_claim(fund, "HT-1", filing="S1", on=DECIDED, ref="审1", reason="缺催收记录")

    with refused(
        ClaimPending, code="guarantee.claim_pending", value="S1", limit="one filed claim at a time",
        keeps=rejected,
    ):  # fmt: skip
        file_claim(rejected, loan, on=DECIDED - timedelta(days=1), ref="S2")
    again = file_claim(rejected, loan, on=DECIDED, ref="S2")
    assert state_of(again) == [FilingState.REJECTED, FilingState.OPEN]


def test_a_rejection_says_why():
    fund, _ = filed()

    with refused(
        InvalidTerms, code="terms.invalid", value="", limit="said in words", keeps=fund
    ) as caught:
        reject_claim(fund, "HT-1", filing="S1", on=DECIDED, ref="审1", reason="")
    assert str(caught.value) == "the reason of a rejection must be said in words, got "


def test_an_open_filing_has_no_decision():
    (only,) = claim_filings(filed()[0].entries, as_of=PAID)

    assert (only.state, only.decided_on, only.reason) == (FilingState.OPEN, None, "")


def test_the_same_decision_again_changes_nothing():
    fund, _ = filed()
    yes = approve_claim(fund, "HT-1", filing="S1", on=DECIDED, ref="审1")
    no = reject_claim(fund, "HT-1", filing="S1", on=DECIDED, ref="审1", reason="材料不实")

    assert approve_claim(yes, "HT-1", filing="S1", on=DECIDED, ref="审1") is yes
    assert reject_claim(no, "HT-1", filing="S1", on=DECIDED, ref="审1", reason="材料不实") is no
    with refused(RefConflict, code="ledger.ref_conflict", value="审1", limit=3, keeps=yes):
        approve_claim(yes, "HT-1", filing="S1", on=PAID, ref="审1")
    with refused(RefConflict, code="ledger.ref_conflict", value="审1", limit=3, keeps=no):
        reject_claim(no, "HT-1", filing="S1", on=DECIDED, ref="审1", reason="另有原因")


@pytest.mark.parametrize("decide", [approve_claim, reject_claim])
@pytest.mark.parametrize(
    ("loan_id", "filing", "why"),
    [
        ("HT-1", "S9", "no such claim stands"),
        ("HT-2", "S1", "no such claim stands"),
        ("HT-3", "S3", "it was decided on 2024-06-03"),
    ],
)
def test_what_was_not_filed_or_was_decided_is_not_decided(decide, loan_id, filing, why):
    fund, _ = filed()
    fund = file_claim(fund, a_loan("HT-3"), on=FILED, ref="S3")
    fund = approve_claim(fund, "HT-3", filing="S3", on=DECIDED, ref="审3")
    reason = {"reason": "材料不实"} if decide is reject_claim else {}

    with refused(
        NothingToAnswer,
        code="fund.nothing_to_answer",
        value=filing,
        limit="a filed claim for the loan that is open",
        keeps=fund,
    ) as caught:
        decide(fund, loan_id, filing=filing, on=PAID, ref="审9", **reason)
    assert str(caught.value) == f"{loan_id}: the claim {filing} cannot be decided: {why}"
    assert caught.value.zh.endswith(("不能审核：该申请不存在", "不能审核：已于 2024-06-03 审核"))


def test_a_decision_does_not_precede_the_filing():
    fund, _ = filed()

    with refused(
        InvalidDate,
        code="periods.invalid_date",
        value=date(2024, 5, 24),
        limit=FILED,
        keeps=fund,
    ) as caught:
        approve_claim(fund, "HT-1", filing="S1", on=date(2024, 5, 24), ref="审1")
    assert str(caught.value).startswith("HT-1: a claim and its decision")
    same_day = approve_claim(fund, "HT-1", filing="S1", on=FILED, ref="审1")
    assert state_of(same_day) == [FilingState.APPROVED]


def test_a_decision_is_undone_before_the_filing():
    fund, _ = approved()

    with pytest.raises(NotReversible):
        fund.reverse(2, on=PAID, ref="C1")
    fund = fund.reverse(3, on=PAID, ref="C1")
    assert state_of(fund) == [FilingState.OPEN]
    assert state_of(fund.reverse(2, on=PAID, ref="C2")) == []


def test_a_payout_undone_leaves_the_filing_approved():
    fund, loan = approved()
    fund, loan = pay_claim(fund, loan, on=PAID, ref="P1")
    fund, loan = reverse_both(fund, loan, 2, on=PAID, ref="C1")

    assert state_of(fund) == [FilingState.APPROVED]
    assert pay_claim(fund, loan, on=PAID, ref="P2")[0].entries[-1].against == "S1"


def test_what_is_known_of_a_filing_does_not_depend_on_the_loan():
    fund, _ = filed()
    loan = pays(a_loan(), (10_600, date(2024, 6, 1)))

    assert file_claim(fund, loan, on=FILED, ref="S1") is fund
