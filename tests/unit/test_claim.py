"""Claims, recoveries and their undoing: acts that a fund and a loan share."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from histories import HALF_MORE, PROMISE, RULES, a_fund, a_loan, pays, refused
from microloan import (
    ZERO,
    AlreadyClaimed,
    ClaimNotDue,
    ClaimTooLarge,
    ClaimTooLate,
    Compounding,
    Covers,
    Entry,
    EntryKind,
    EvidenceMissing,
    FundEntry,
    FundEntryKind,
    InsufficientBalance,
    InvalidAmount,
    InvalidDate,
    InvalidHistory,
    InvalidTerms,
    LoanEnded,
    NotClaimed,
    NotGuaranteed,
    NothingToClaim,
    NotReversible,
    Prepayment,
    RecoveryExceedsDebt,
    RecoveryOrder,
    RecoverySource,
    RefConflict,
    UnknownAccount,
    UnpairedEntry,
    accelerate,
    charge_costs,
    cny,
    extend,
    extend_without_consent,
    file_claim,
    measure_leverage,
    pay_claim,
    receive_recovery,
    reverse_both,
    write_off,
)

CLAIM_DAY, LATER = date(2024, 5, 25), date(2024, 9, 1)
WITH_INTEREST = replace(PROMISE, covers=Covers.PRINCIPAL_AND_INTEREST)


def claimed(guarantee=PROMISE):
    """Fund and loan after the payout of 96,000, and of 1,786.66 where interest is covered."""
    return pay_claim(a_fund(), a_loan(guarantee=guarantee), on=CLAIM_DAY, ref="P1")


def recovered(amount=50_000):
    """Fund and loan after a recovery too: of 50,000, 40,000 for the fund, 10,000 for the lender."""
    return receive_recovery(*claimed(), cny(amount), on=LATER, ref="Z1")


# ---- claims


def test_a_claim_is_one_entry_on_the_fund_and_one_on_the_loan_with_one_voucher():
    fund, loan = pay_claim(
        a_fund(),
        a_loan(guarantee=WITH_INTEREST),
        on=CLAIM_DAY,
        ref="P1",
        booked_on=date(2024, 6, 3),
    )

    assert loan.entries[1] == Entry(
        number=2,
        kind=EntryKind.CLAIM_PAYOUT,
        on=CLAIM_DAY,
        booked_on=date(2024, 6, 3),
        ref="P1",
        principal_fen=96_000_00,
        interest_fen=1_786_66,  # 80 % of 2,100 in arrears and 133.33 earned since
    )
    assert fund.entries[1] == FundEntry(
        number=2,
        kind=FundEntryKind.CLAIM_PAYOUT,
        on=CLAIM_DAY,
        booked_on=date(2024, 6, 3),
        ref="P1",
        amount_fen=97_786_66,
        loan_id="HT-1",
    )


def test_a_claim_is_booked_on_its_day_unless_it_is_said_otherwise():
    fund, loan = claimed()

    assert fund.entries[1].booked_on == loan.entries[1].booked_on == CLAIM_DAY


def test_the_same_claim_again_changes_nothing():
    fund, loan = claimed()

    again = pay_claim(fund, loan, on=CLAIM_DAY, ref="P1")
    assert again[0] is fund
    assert again[1] is loan
    assert pay_claim(fund, loan, on=CLAIM_DAY, ref="P1", booked_on=CLAIM_DAY) == (fund, loan)


def test_a_claim_that_reached_the_loan_only_is_completed_on_the_fund():
    fund, loan = claimed()

    assert pay_claim(a_fund(), loan, on=CLAIM_DAY, ref="P1") == (fund, loan)


@pytest.mark.parametrize("other", [{"on": date(2024, 5, 26)}, {"booked_on": date(2024, 5, 26)}])
def test_a_voucher_cannot_stand_for_two_claims_on_one_loan(other):
    fund, loan = claimed()

    with refused(
        RefConflict, code="ledger.ref_conflict", value="P1", limit=2, keeps=(fund, loan)
    ) as caught:
        pay_claim(fund, loan, **{"on": CLAIM_DAY, "ref": "P1"} | other)
    assert str(caught.value) == "HT-1: voucher P1 already stands for claim_payout 2 of 2024-05-25"


def test_a_voucher_cannot_stand_for_the_claims_of_two_loans():
    fund, _ = claimed()
    other = a_loan("HT-2")

    with refused(RefConflict, code="ledger.ref_conflict", value="P1", limit=2, keeps=(fund, other)):
        pay_claim(fund, other, on=CLAIM_DAY, ref="P1")


def test_a_second_claim_is_refused():
    fund, loan = claimed()

    with refused(
        AlreadyClaimed,
        code="guarantee.already_claimed",
        value="P1",
        limit=1,
        keeps=(fund, loan),
    ) as caught:
        pay_claim(fund, loan, on=date(2024, 6, 1), ref="P2")
    assert str(caught.value).startswith("HT-1: the fund paid on 2024-05-25")


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
def test_a_claim_outside_its_time_is_refused(on, error, code, value, limit):
    fund, loan = a_fund(), a_loan()

    with refused(error, code=code, value=value, limit=limit, keeps=(fund, loan)):
        pay_claim(fund, loan, on=on, ref="P1")


@pytest.mark.parametrize("act", [pay_claim, receive_recovery, reverse_both])
def test_another_fund_can_neither_pay_nor_recover_nor_undo(act):
    fund, loan = claimed()
    other = replace(fund, id="F-02")
    more = {receive_recovery: (cny(1),), reverse_both: (2,)}.get(act, ())

    with refused(
        NotGuaranteed,
        code="guarantee.not_guaranteed",
        value="F-02",
        limit="F-01",
        keeps=(other, loan),
    ):
        act(other, loan, *more, on=LATER, ref="P1")


def test_a_fund_pays_no_more_than_it_has():
    fund, loan = a_fund(90_000), a_loan()

    with refused(
        InsufficientBalance,
        code="fund.insufficient_balance",
        value=cny(-6_000),
        limit=ZERO,
        keeps=(fund, loan),
    ):
        pay_claim(fund, loan, on=CLAIM_DAY, ref="P1")
    assert pay_claim(a_fund(96_000), loan, on=CLAIM_DAY, ref="P1")[0].balance(as_of=LATER) == ZERO


def test_a_payout_is_not_refused_for_the_cap_and_may_raise_a_top_up_duty():
    # 100,000 carries 500,000; HT-1 and three more stand for 480,000. After the payout of 96,000
    # there are 4,000, which carry 20,000 of the 360,000 left: 340,000 ÷ 5 = 68,000 is lacking.
    fund, loan = a_fund(100_000), a_loan("HT-1")
    others = [a_loan(f"HT-{number}") for number in (2, 3, 4)]
    before = measure_leverage(fund, [loan, *others], under=RULES, as_of=CLAIM_DAY)
    assert before.within_cap

    fund, loan = pay_claim(fund, loan, on=CLAIM_DAY, ref="P1")
    after = measure_leverage(fund, [loan, *others], under=RULES, as_of=CLAIM_DAY)
    assert not after.within_cap
    assert after.top_up == cny(68_000)


def test_a_payout_cannot_precede_what_has_happened_since():
    loan = pays(a_loan(), (10_600, date(2024, 6, 1)))
    fund = a_fund()

    with refused(
        InvalidHistory,
        code="ledger.invalid_history",
        value=2,
        limit=date(2024, 6, 1),
        keeps=(fund, loan),
    ) as caught:
        pay_claim(fund, loan, on=CLAIM_DAY, ref="P1")
    assert str(caught.value) == (
        "HT-1: a payout cannot precede entry 2 of 2024-06-01; reverse that one first"
    )
    undone = loan.reverse(2, on=date(2024, 6, 2), ref="C1")
    assert pay_claim(fund, undone, on=CLAIM_DAY, ref="P1")[1].payout.on == CLAIM_DAY


def test_a_payment_of_the_day_of_the_payout_has_come_before_it():
    # 2,100 of interest and 7,900 of principal; 80 % of 112,100.
    loan = pays(a_loan(), (10_000, CLAIM_DAY))
    _, loan = pay_claim(a_fund(), loan, on=CLAIM_DAY, ref="P1")

    assert loan.payout.principal_fen == 89_680_00
    assert loan.position(as_of=CLAIM_DAY).outstanding == cny(22_420)


# ---- part of the loss, evidence, accounts


@pytest.mark.parametrize(
    ("amount", "principal", "interest"),
    [
        ("97786.66", 96_000_00, 1_786_66),
        ("97000.00", 96_000_00, 1_000_00),
        ("60000.00", 60_000_00, 0),
        ("0.01", 1, 0),
    ],
)
def test_less_than_the_covered_loss_may_be_paid_and_meets_principal_first(
    amount, principal, interest
):
    fund, loan = pay_claim(
        a_fund(), a_loan(guarantee=WITH_INTEREST), on=CLAIM_DAY, ref="P1", amount=cny(amount)
    )

    assert (loan.payout.principal_fen, loan.payout.interest_fen) == (principal, interest)
    assert fund.entries[1].amount == cny(amount)
    standing = loan.position(as_of=CLAIM_DAY)
    assert standing.outstanding_fen == 120_000_00 - principal
    with refused(AlreadyClaimed, code="guarantee.already_claimed", value="P1", limit=1):
        pay_claim(fund, loan, on=CLAIM_DAY, ref="P2")


def test_what_the_fund_paid_of_the_loss_is_its_share_of_a_recovery():
    # 60,000 of 120,000 were paid: 5,000 and 5,000 of 10,000.
    fund, loan = pay_claim(a_fund(), a_loan(), on=CLAIM_DAY, ref="P1", amount=cny(60_000))
    _, loan = receive_recovery(fund, loan, cny(10_000), on=LATER, ref="Z1")

    assert loan.entries[2].subrogated_fen == loan.entries[2].principal_fen == 5_000_00


def test_more_than_the_covered_loss_is_not_paid():
    fund, loan = a_fund(), a_loan()

    with refused(
        ClaimTooLarge,
        code="guarantee.claim_too_large",
        value=cny("96000.01"),
        limit=cny(96_000),
        keeps=(fund, loan),
    ) as caught:
        pay_claim(fund, loan, on=CLAIM_DAY, ref="P1", amount=cny("96000.01"))
    assert str(caught.value) == (
        "HT-1: a claim of 96,000.01 on 2024-05-25, but no more than 96,000.00 may be paid"
    )


def test_a_payout_of_nothing_is_refused():
    fund, loan = a_fund(), a_loan()

    with refused(
        InvalidAmount, code="money.invalid_amount", value=ZERO, limit=ZERO, keeps=(fund, loan)
    ) as caught:
        pay_claim(fund, loan, on=CLAIM_DAY, ref="P1", amount=ZERO)
    assert str(caught.value).startswith("a payout must be more than 0.00")


NAMED = replace(PROMISE, evidence={"loan_contract", "催收记录"})
PAPERS = (("loan_contract", "HT-1"), ("催收记录", "C-7"), ("photo", "1"))


def test_a_claim_lists_the_evidence_that_the_guarantee_names_and_the_fund_keeps_it():
    fund, _ = pay_claim(a_fund(), a_loan(guarantee=NAMED), on=CLAIM_DAY, ref="P1", evidence=PAPERS)

    assert fund.entries[1].papers == PAPERS


@pytest.mark.parametrize(
    ("papers", "missing", "words"),
    [
        ((), ("loan_contract", "催收记录"), "loan_contract, 催收记录"),
        ((("loan_contract", "HT-1"),), ("催收记录",), "催收记录"),
        ((("催收记录", "1"), ("催收记录", "2")), ("loan_contract",), "loan_contract"),
    ],
)
def test_a_claim_without_the_evidence_that_the_guarantee_names_is_refused(papers, missing, words):
    fund, loan = a_fund(), a_loan(guarantee=NAMED)

    with refused(
        EvidenceMissing,
        code="guarantee.evidence_missing",
        value=missing,
        limit=("loan_contract", "催收记录"),
        keeps=(fund, loan),
    ) as caught:
        pay_claim(fund, loan, on=CLAIM_DAY, ref="P1", evidence=papers)
    assert str(caught.value) == f"HT-1: the claim lacks {words}, which the guarantee asks for"
    assert caught.value.zh.endswith("、".join(missing))


@pytest.mark.parametrize("papers", [("HT-1",), (("loan_contract",),), (("Photo", "1"),)])
def test_evidence_that_is_no_kind_and_number_is_refused(papers):
    fund, loan = a_fund(), a_loan()

    with pytest.raises(InvalidTerms, match="evidence must be"):
        pay_claim(fund, loan, on=CLAIM_DAY, ref="P1", evidence=papers)
    assert len(fund.entries) == len(loan.entries) == 1


def with_account(fund, name="二号户", money=200_000):
    """The fund with money in a deposit account of its own."""
    opened = fund.with_entry(
        FundEntryKind.ACCOUNT,
        on=date(2024, 1, 15),
        ref="开户1",
        booked_on=None,
        account=name,
        lender="BANK-2",
    )
    return opened.deposit(cny(money), on=date(2024, 1, 15), ref="财预2", account=name)


def test_a_payout_leaves_one_account_and_a_recovery_may_go_into_another():
    fund, loan = pay_claim(
        with_account(a_fund()), a_loan(), on=CLAIM_DAY, ref="P1", account="二号户"
    )
    fund, _ = receive_recovery(fund, loan, cny(50_000), on=LATER, ref="Z1")

    assert fund.account_balance("二号户", as_of=LATER) == cny(104_000)
    assert fund.account_balance(as_of=LATER) == cny(1_040_000)
    fund, _ = receive_recovery(fund, loan, cny(10_000), on=LATER, ref="Z2", account="二号户")
    assert fund.account_balance("二号户", as_of=LATER) == cny(112_000)


def test_an_account_pays_no_more_than_it_has_and_none_that_is_not_open():
    fund, loan = with_account(a_fund(), money=95_000), a_loan()

    with refused(
        InsufficientBalance,
        code="fund.insufficient_balance",
        value=cny(-1_000),
        limit=ZERO,
        keeps=(fund, loan),
    ):
        pay_claim(fund, loan, on=CLAIM_DAY, ref="P1", account="二号户")
    with pytest.raises(UnknownAccount):
        pay_claim(fund, loan, on=CLAIM_DAY, ref="P1", account="三号户")


FULL = {"amount": cny(60_000), "evidence": PAPERS, "account": "二号户"}


def test_the_same_claim_with_all_its_parts_again_changes_nothing():
    before, act = with_account(a_fund()), {"on": CLAIM_DAY, "ref": "P1"} | FULL
    fund, loan = pay_claim(before, a_loan(guarantee=NAMED), **act)

    again = pay_claim(fund, loan, **act)
    assert again[0] is fund
    assert again[1] is loan
    assert pay_claim(before, loan, **act) == (fund, loan)


@pytest.mark.parametrize(
    "other",
    [
        {"amount": cny(59_999)},
        {"amount": None},  # all of it would be 96,000
        {"evidence": PAPERS[:2]},
        {"account": ""},
    ],
)
def test_a_voucher_cannot_stand_for_claims_of_other_parts(other):
    act = {"on": CLAIM_DAY, "ref": "P1"} | FULL
    fund, loan = pay_claim(with_account(a_fund()), a_loan(guarantee=NAMED), **act)

    with pytest.raises(RefConflict) as caught:
        pay_claim(fund, loan, **act | other)
    assert caught.value.value == "P1"


def test_the_whole_loss_named_as_an_amount_is_the_same_act():
    fund, loan = claimed()

    assert pay_claim(fund, loan, on=CLAIM_DAY, ref="P1", amount=cny(96_000)) == (fund, loan)


# ---- a loan and its payout


def test_a_loan_whose_payout_is_above_the_covered_loss_does_not_exist():
    _, loan = claimed()
    more = replace(loan.payout, principal_fen=96_000_01)

    with refused(
        ClaimTooLarge,
        code="guarantee.claim_too_large",
        value=cny("96000.01"),
        limit=cny(96_000),
        keeps=loan,
    ) as caught:
        replace(loan, entries=(loan.entries[0], more))
    assert str(caught.value) == (
        "HT-1: a claim of 96,000.01 on 2024-05-25, but no more than 96,000.00 may be paid"
    )


def test_a_payout_holds_no_interest_that_is_not_covered():
    _, loan = claimed()
    other = replace(loan.payout, principal_fen=95_000_00, interest_fen=1)

    with refused(
        ClaimTooLarge,
        code="guarantee.claim_too_large",
        value=cny("95000.01"),
        limit=cny(96_000),
    ):
        replace(loan, entries=(loan.entries[0], other))


def test_a_payout_for_a_loan_that_is_not_guaranteed_does_not_exist():
    _, loan = claimed()

    with refused(
        InvalidHistory,
        code="ledger.invalid_history",
        value=2,
        limit="a guaranteed loan",
        keeps=loan,
    ) as caught:
        replace(loan, guarantee=None)
    assert str(caught.value) == (
        "HT-1: entry 2 is a payout of a fund, but no fund guarantees the loan"
    )


def test_a_payout_is_held_against_the_loss_of_its_day_whatever_came_later():
    # 80 % of the 112,100 that were left; what is recovered of it changes nothing of that.
    loan = pays(a_loan(), (10_000, CLAIM_DAY))
    fund, loan = pay_claim(a_fund(), loan, on=CLAIM_DAY, ref="P1")
    _, loan = receive_recovery(fund, loan, cny(100_000), on=CLAIM_DAY, ref="Z1")

    assert replace(loan, borrower="B-2").payout.principal_fen == 89_680_00


# ---- recoveries


def test_a_recovery_is_shared_between_fund_and_lender():
    fund, loan = recovered()

    assert loan.entries[2] == Entry(
        number=3,
        kind=EntryKind.RECOVERY,
        on=LATER,
        booked_on=LATER,
        ref="Z1",
        principal_fen=10_000_00,
        subrogated_fen=40_000_00,
    )
    assert fund.entries[2] == FundEntry(
        number=3,
        kind=FundEntryKind.RECOVERY,
        on=LATER,
        booked_on=LATER,
        ref="Z1",
        amount_fen=40_000_00,
        loan_id="HT-1",
        reason="borrower",
    )
    standing = loan.position(as_of=LATER)
    assert (standing.subrogated, standing.outstanding) == (cny(56_000), cny(14_000))


def test_costs_are_kept_back_before_a_recovery_is_shared():
    fund, loan = receive_recovery(
        *claimed(), cny(50_000), on=LATER, ref="Z1", costs=cny(2_000), booked_on=date(2024, 10, 1)
    )

    # 48,000 is shared 38,400 and 9,600.
    entry = loan.entries[2]
    assert (entry.subrogated_fen, entry.principal_fen, entry.costs_fen) == (
        38_400_00,
        9_600_00,
        2_000_00,
    )
    assert entry.amount == cny(50_000)
    assert fund.entries[2].amount == cny(38_400)
    assert fund.entries[2].booked_on == entry.booked_on == date(2024, 10, 1)


def test_a_recovery_beyond_the_principal_pays_interest():
    _, loan = receive_recovery(*claimed(), cny(121_000), on=LATER, ref="Z1")

    entry, standing = loan.entries[2], loan.position(as_of=LATER)
    assert (entry.principal_fen, entry.interest_fen) == (24_000_00, 1_000_00)
    assert (standing.outstanding, standing.subrogated) == (ZERO, ZERO)
    assert standing.arrears == cny("1233.33")
    assert not standing.settled


def test_a_debt_recovered_in_full_is_settled():
    fund, loan = receive_recovery(*claimed(WITH_INTEREST), cny("122233.33"), on=LATER, ref="Z1")

    assert loan.position(as_of=LATER).settled
    assert fund.balance(as_of=LATER) == cny(1_000_000)


def test_a_recovery_of_which_the_fund_gets_nothing_moves_no_money_of_it():
    # All principal is recovered: what follows is the lender's interest.
    fund, loan = recovered(120_000)
    after, loan = receive_recovery(fund, loan, cny(100), on=LATER, ref="Z2")

    assert after.entries[-1].kind is FundEntryKind.LENDER_RECOVERY
    assert after.balance(as_of=LATER) == fund.balance(as_of=LATER)
    assert loan.entries[3].interest_fen == 100_00
    back, loan = reverse_both(after, loan, 4, on=LATER, ref="C1")
    assert back.standing == fund.standing
    assert loan.position(as_of=LATER).arrears == cny("2233.33")


def test_the_same_recovery_again_changes_nothing():
    fund, loan = receive_recovery(*claimed(), cny(500), on=LATER, ref="Z1", costs=cny(20))

    for booking in ({}, {"booked_on": LATER}):
        again = receive_recovery(fund, loan, cny(500), on=LATER, ref="Z1", costs=cny(20), **booking)
        assert again[0] is fund
        assert again[1] is loan


@pytest.mark.parametrize(
    "other",
    [
        {"amount": cny(501)},
        {"on": date(2024, 9, 2)},
        {"costs": cny(21)},
        {"booked_on": date(2024, 9, 2)},
        {"amount": cny(501), "costs": cny(21)},
    ],
)
def test_a_voucher_cannot_stand_for_two_recoveries(other):
    fund, loan = receive_recovery(*claimed(), cny(500), on=LATER, ref="Z1", costs=cny(20))
    act = {"amount": cny(500), "on": LATER, "costs": cny(20)} | other

    with refused(
        RefConflict, code="ledger.ref_conflict", value="Z1", limit=3, keeps=(fund, loan)
    ) as caught:
        receive_recovery(fund, loan, act.pop("amount"), ref="Z1", **act)
    assert str(caught.value) == "HT-1: voucher Z1 already stands for recovery 3 of 2024-09-01"


@pytest.mark.parametrize("source", RecoverySource)
def test_the_fund_notes_where_a_recovery_came_from(source):
    fund, _ = receive_recovery(*claimed(), cny(500), on=LATER, ref="Z1", source=source)

    assert fund.entries[2].reason == source.value


@pytest.mark.parametrize(
    "other", [{"source": RecoverySource.COURT}, {"account": "二号户"}], ids=["source", "account"]
)
def test_a_voucher_cannot_stand_for_recoveries_from_two_sources_or_into_two_accounts(other):
    fund, loan = pay_claim(with_account(a_fund()), a_loan(), on=CLAIM_DAY, ref="P1")
    fund, loan = receive_recovery(fund, loan, cny(500), on=LATER, ref="Z1")

    with refused(
        RefConflict,
        code="ledger.ref_conflict",
        value="Z1",
        limit=fund.entries[-1].number,
        keeps=(fund, loan),
    ):
        receive_recovery(fund, loan, cny(500), on=LATER, ref="Z1", **other)


def test_a_source_of_a_recovery_is_one_of_four():
    fund, loan = claimed()

    with refused(
        InvalidTerms,
        code="terms.invalid",
        value="court",
        limit="a RecoverySource",
        keeps=(fund, loan),
    ) as caught:
        receive_recovery(fund, loan, cny(500), on=LATER, ref="Z1", source="court")
    assert str(caught.value).startswith("the source of a recovery must be")
    assert caught.value.zh.startswith("追偿来源应为")


@pytest.mark.parametrize(
    ("order", "fund_part", "lender_part"),
    [
        (RecoveryOrder.PRO_RATA, 40_000_00, 10_000_00),
        (RecoveryOrder.FUND_FIRST, 50_000_00, 0),
        (RecoveryOrder.LENDER_FIRST, 26_000_00, 24_000_00),
    ],
)
def test_a_recovery_is_shared_in_the_order_that_the_guarantee_names(order, fund_part, lender_part):
    shared = claimed(replace(PROMISE, recovery_order=order))
    fund, loan = receive_recovery(*shared, cny(50_000), on=LATER, ref="Z1")

    entry = loan.entries[2]
    assert (entry.subrogated_fen, entry.principal_fen) == (fund_part, lender_part)
    assert fund.entries[2].amount_fen == fund_part


def test_where_the_lender_comes_first_the_fund_may_get_nothing():
    shared = claimed(replace(PROMISE, recovery_order=RecoveryOrder.LENDER_FIRST))
    fund, loan = receive_recovery(*shared, cny(24_000), on=LATER, ref="Z1")

    assert fund.balance(as_of=LATER) == shared[0].balance(as_of=LATER)
    assert loan.entries[2].principal_fen == 24_000_00
    back, loan = reverse_both(fund, loan, 3, on=LATER, ref="C1")
    assert back.standing == shared[0].standing
    assert loan.position(as_of=LATER).outstanding == cny(24_000)


def test_a_recovery_without_a_part_for_the_fund_keeps_its_source_and_account():
    promise = replace(PROMISE, recovery_order=RecoveryOrder.LENDER_FIRST)
    shared = pay_claim(with_account(a_fund()), a_loan(guarantee=promise), on=CLAIM_DAY, ref="P1")
    act = {"on": LATER, "ref": "Z1", "source": RecoverySource.COURT, "account": "二号户"}
    fund, loan = receive_recovery(*shared, cny(24_000), **act)

    line = fund.entries[-1]
    assert (line.kind, line.amount_fen) == (FundEntryKind.LENDER_RECOVERY, 0)
    assert (line.on, line.ref, line.loan_id) == (LATER, "Z1", "HT-1")
    assert (line.reason, line.account) == ("court", "二号户")
    assert receive_recovery(fund, loan, cny(24_000), **act) == (fund, loan)
    for other in ({"source": RecoverySource.COLLATERAL}, {"account": ""}):
        with refused(
            RefConflict,
            code="ledger.ref_conflict",
            value="Z1",
            limit=line.number,
            keeps=(fund, loan),
        ):
            receive_recovery(fund, loan, cny(24_000), **act | other)
    with pytest.raises(UnknownAccount):
        receive_recovery(*shared, cny(24_000), **act | {"account": "三号户"})
    with pytest.raises(NotReversible, match="a lender_recovery is not undone on the fund alone"):
        fund.reverse(line.number, on=LATER, ref="C1")


def test_the_same_recovery_again_changes_nothing_even_when_nothing_more_is_owed():
    fund, loan = receive_recovery(*claimed(), cny("122233.33"), on=LATER, ref="Z1")

    again = receive_recovery(fund, loan, cny("122233.33"), on=LATER, ref="Z1")
    assert again == (fund, loan)


def test_a_recovery_before_the_fund_has_paid_is_refused():
    fund, loan = a_fund(), a_loan()

    with refused(
        NotClaimed,
        code="guarantee.not_claimed",
        value="HT-1",
        limit="a loan for which the fund has paid",
        keeps=(fund, loan),
    ):
        receive_recovery(fund, loan, cny(1), on=LATER, ref="Z1")


def test_a_recovery_dated_before_the_payout_is_refused():
    fund, loan = claimed()

    with refused(
        InvalidDate,
        code="periods.invalid_date",
        value=date(2024, 5, 24),
        limit=CLAIM_DAY,
        keeps=(fund, loan),
    ) as caught:
        receive_recovery(fund, loan, cny(1), on=date(2024, 5, 24), ref="Z1")
    assert "HT-1: the payout and a recovery" in str(caught.value)
    _, recovered_at_once = receive_recovery(fund, loan, cny(1), on=CLAIM_DAY, ref="Z1")
    assert recovered_at_once.entries[2].on == CLAIM_DAY


@pytest.mark.parametrize(
    ("amount", "costs", "value", "what"),
    [
        (cny(0), ZERO, cny(0), "a recovery must"),
        (cny(5), cny(5), ZERO, "a recovery less its costs must"),
        (cny(5), cny(6), cny(-1), "a recovery less its costs must"),
    ],
)
def test_a_recovery_of_which_nothing_is_left_is_refused(amount, costs, value, what):
    fund, loan = claimed()

    with refused(
        InvalidAmount, code="money.invalid_amount", value=value, limit=ZERO, keeps=(fund, loan)
    ) as caught:
        receive_recovery(fund, loan, amount, on=LATER, ref="Z1", costs=costs)
    assert str(caught.value).startswith(what)


def test_negative_costs_are_refused():
    fund, loan = claimed()

    with refused(
        InvalidAmount,
        code="money.invalid_amount",
        value=cny(-1),
        limit=ZERO,
        keeps=(fund, loan),
    ) as caught:
        receive_recovery(fund, loan, cny(5), on=LATER, ref="Z1", costs=cny(-1))
    assert str(caught.value) == "the costs of a recovery must be at least 0.00 yuan, got -1.00"


@pytest.mark.parametrize("evidence", [None, 5, [5], ["x"], ["ab"], "ab", {("loan_contract", "1")}])
def test_evidence_that_is_no_list_of_pairs_is_refused(evidence):
    fund, loan = a_fund(), a_loan(guarantee=replace(PROMISE, evidence={"loan_contract"}))

    for act in (pay_claim, file_claim):
        with refused(
            InvalidTerms,
            code="terms.invalid",
            value=evidence,
            limit="pairs of a kind and a number",
            keeps=(fund, loan),
        ):
            act(fund, loan, on=CLAIM_DAY, ref="P1", evidence=evidence)


def test_evidence_may_be_handed_over_one_by_one():
    fund, loan = a_fund(), a_loan(guarantee=replace(PROMISE, evidence={"loan_contract"}))
    papers = (("loan_contract", "HT-1"),)

    fund = file_claim(fund, loan, on=CLAIM_DAY, ref="S1", evidence=iter(papers))
    assert fund.entries[-1].papers == papers


@pytest.mark.parametrize("number", [2.0, True, "2", None])
def test_what_is_undone_on_both_is_named_by_its_number(number):
    fund, loan = claimed()

    with refused(
        NotReversible,
        code="ledger.not_reversible",
        value=number,
        limit="a standing entry on which nothing rests",
        keeps=(fund, loan),
    ):
        reverse_both(fund, loan, number, on=LATER, ref="C1")
    undone = reverse_both(fund, loan, 2, on=LATER, ref="C1")
    with pytest.raises(NotReversible):
        reverse_both(*undone, number, on=LATER, ref="C1")


def test_more_than_fund_and_lender_are_owed_cannot_be_recovered():
    fund, loan = recovered()

    # 122,233.33 less 50,000; the costs come on top.
    with refused(
        RecoveryExceedsDebt,
        code="guarantee.recovery_exceeds_debt",
        value=cny("72233.34"),
        limit=cny("72233.33"),
        keeps=(fund, loan),
    ):
        receive_recovery(fund, loan, cny("72243.34"), on=LATER, ref="Z2", costs=cny(10))


# ---- undoing what fund and loan share


def test_a_payout_is_undone_on_fund_and_loan_together():
    fund, loan = reverse_both(*claimed(), 2, on=LATER, ref="C1", booked_on=date(2024, 10, 1))

    for entries in (fund.entries, loan.entries):
        line = entries[2]
        assert (line.number, line.kind.value, line.undoes) == (3, "reversal", 2)
        assert (line.on, line.booked_on, line.ref) == (LATER, date(2024, 10, 1), "C1")
    assert fund.balance(as_of=CLAIM_DAY) == cny(1_000_000)
    assert loan.payout is None
    assert loan.position(as_of=LATER) == replace(a_loan().position(as_of=LATER), through=3)
    assert measure_leverage(fund, [loan], under=RULES, as_of=LATER).exposure == cny(120_000)


def test_after_a_payout_is_undone_the_guarantee_may_be_exercised():
    fund, loan = reverse_both(*claimed(), 2, on=LATER, ref="C1")
    fund, loan = pay_claim(fund, loan, on=date(2024, 9, 2), ref="P1")

    assert loan.payout.number == 4
    assert fund.balance(as_of=date(2024, 9, 2)) == cny(904_000)


def test_a_recovery_is_undone_on_fund_and_loan_together():
    fund, loan = recovered()
    back, undone = reverse_both(fund, loan, 3, on=date(2024, 9, 2), ref="C1")

    assert back.balance(as_of=LATER) == cny(904_000)
    standing = undone.position(as_of=LATER)
    assert (standing.subrogated, standing.outstanding) == (cny(96_000), cny(24_000))
    assert undone.entries[3].booked_on == date(2024, 9, 2)


def test_only_the_act_itself_is_undone_on_the_fund():
    # Two loans and two recoveries of one fund; the recovery Z1 of HT-1 alone goes back.
    fund, loan = recovered()
    fund, loan = receive_recovery(fund, loan, cny(100), on=LATER, ref="Z2")
    fund, other = pay_claim(fund, a_loan("HT-2"), on=CLAIM_DAY, ref="Z1")
    fund, _ = receive_recovery(fund, other, cny(10), on=LATER, ref="Z3")
    back, _ = reverse_both(fund, loan, 3, on=date(2024, 9, 2), ref="C1")

    assert [entry.undoes for entry in back.entries[len(fund.entries) :]] == [3]


def test_the_same_undoing_again_changes_nothing():
    fund, loan = reverse_both(*claimed(), 2, on=LATER, ref="C1")

    again = reverse_both(fund, loan, 2, on=LATER, ref="C1")
    assert again[0] is fund
    assert again[1] is loan
    with refused(RefConflict, code="ledger.ref_conflict", value="C1", limit=3, keeps=(fund, loan)):
        reverse_both(fund, loan, 2, on=LATER, ref="C1", booked_on=date(2024, 12, 31))


@pytest.mark.parametrize(
    ("number", "why", "zh"),
    [
        (1, "it is the loan's alone", "：该流水只属于贷款一方"),
        (2, "recoveries rest on the payout", "：其后的追偿以其为据"),
        (4, "it does not stand", "冲正"),
        (9, "it does not stand", "冲正"),
    ],
)
def test_what_fund_and_loan_do_not_share_or_what_others_rest_on_is_not_undone(number, why, zh):
    fund, loan = recovered()
    fund, loan = receive_recovery(fund, loan, cny(100), on=LATER, ref="Z2")
    fund, loan = reverse_both(fund, loan, 4, on=LATER, ref="C1")

    with refused(
        NotReversible,
        code="ledger.not_reversible",
        value=number,
        limit="a standing entry on which nothing rests",
        keeps=(fund, loan),
    ) as caught:
        reverse_both(fund, loan, number, on=LATER, ref="C2")
    assert str(caught.value) == f"HT-1: entry {number} cannot be reversed: {why}"
    assert caught.value.zh.endswith(zh)


def test_a_payout_whose_recoveries_are_undone_can_be_undone():
    fund, loan = reverse_both(*recovered(), 3, on=LATER, ref="C1")
    fund, loan = reverse_both(fund, loan, 2, on=LATER, ref="C2")

    assert fund.balance(as_of=LATER) == cny(1_000_000)
    assert loan.position(as_of=LATER).outstanding == cny(120_000)


def test_a_recovery_whose_money_is_spent_cannot_be_undone():
    # 96,000 paid for HT-1 leave 4,000; with 92,000 back, 96,000 are paid for HT-2.
    fund, loan = pay_claim(a_fund(100_000), a_loan(), on=CLAIM_DAY, ref="P1")
    fund, loan = receive_recovery(fund, loan, cny(115_000), on=LATER, ref="Z1")
    fund, _ = pay_claim(fund, a_loan("HT-2"), on=date(2024, 9, 2), ref="P2")

    with refused(
        InsufficientBalance,
        code="fund.insufficient_balance",
        value=cny(-92_000),
        limit=ZERO,
        keeps=(fund, loan),
    ):
        reverse_both(fund, loan, 3, on=date(2024, 9, 3), ref="C1")


@pytest.mark.parametrize("day", [datetime(2024, 9, 1, tzinfo=UTC), "2024-09-01"])
def test_a_shared_act_on_anything_but_a_plain_day_is_refused(day):
    fund, loan = claimed()

    for what, act in (
        ("a payout", lambda: pay_claim(a_fund(), a_loan(), on=day, ref="P2")),
        ("a recovery", lambda: receive_recovery(fund, loan, cny(1), on=day, ref="Z1")),
        ("a reversal", lambda: reverse_both(fund, loan, 2, on=day, ref="C1")),
    ):
        with refused(
            InvalidDate,
            code="periods.invalid_date",
            value=day,
            limit="datetime.date",
            keeps=(fund, loan),
        ) as caught:
            act()
        assert f"the day of {what} must" in str(caught.value)


def test_undoing_an_act_needs_the_fund_that_holds_its_side():
    fund, loan = claimed()
    without = a_fund()

    with refused(
        UnpairedEntry,
        code="store.unpaired_entry",
        value=loan.payout.ref,
        limit=(fund.id, loan.id),
        keeps=(without, loan),
    ):
        reverse_both(without, loan, loan.payout.number, on=date(2025, 1, 5), ref="冲正-1")


def test_a_history_with_two_standing_payouts_is_no_loan():
    _, loan = claimed()
    twice = replace(loan.payout, number=len(loan.entries) + 1, ref="代偿-2")

    with refused(AlreadyClaimed, code="guarantee.already_claimed", value=loan.payout.ref, limit=1):
        replace(loan, entries=(*loan.entries, twice))


# ---- claims on loans that changed


def test_the_penalty_the_lender_is_owed_is_recovered_after_the_lost_principal():
    # 25 May: penalty of 100, 71, 40 and 10 days at 2.50: 552.50. The lender keeps 24,000: 6 a day.
    fund, loan = pay_claim(a_fund(), a_loan(penalty=HALF_MORE), on=CLAIM_DAY, ref="P1")
    on = date(2024, 6, 4)
    assert loan.position(as_of=on).penalty == cny("612.50")

    with refused(
        RecoveryExceedsDebt,
        code="guarantee.recovery_exceeds_debt",
        value=cny("122845.84"),
        limit=cny("122845.83"),  # 120,000, 2,233.33 and 612.50
        keeps=(fund, loan),
    ):
        receive_recovery(fund, loan, cny("122845.84"), on=on, ref="Z1")
    fund, loan = receive_recovery(fund, loan, cny(122_000), on=on, ref="Z1")
    entry, effect = loan.entries[-1], loan.applied[-1]
    assert (entry.subrogated_fen, entry.principal_fen, entry.interest_fen) == (
        96_000_00,
        24_000_00,
        2_000_00,
    )
    # Of the 2,000 the penalty takes 612.50; 1,387.50 meet interest, oldest first.
    assert (effect.penalty_fen, effect.interest_fen) == (612_50, 1_387_50)
    standing = loan.position(as_of=on)
    assert (standing.penalty, standing.arrears) == (ZERO, cny("845.83"))
    _, whole = receive_recovery(fund, loan, cny("845.83"), on=on, ref="Z2")
    assert whole.position(as_of=date(2025, 12, 31)).settled


def test_the_lenders_compound_interest_is_recovered_too():
    loan = a_loan(penalty=HALF_MORE, compounding=Compounding.UNPAID_INTEREST)
    fund, loan = pay_claim(a_fund(), loan, on=CLAIM_DAY, ref="P1")

    # 600 for 100 days, 550 for 71, 500 for 40 and 450 for 10: 123,550 × 6 % ÷ 360 = 20.59
    standing = loan.position(as_of=CLAIM_DAY)
    assert standing.compound == cny("20.59")
    whole = cny(120_000) + standing.arrears - standing.outstanding
    whole += standing.penalty + standing.compound
    _, repaid = receive_recovery(fund, loan, whole, on=CLAIM_DAY, ref="Z1")
    assert repaid.position(as_of=CLAIM_DAY).settled
    assert repaid.applied[-1].compound_fen == 20_59


def test_a_claim_covers_interest_through_the_acceleration_and_none_after_it():
    loan = accelerate(a_loan(guarantee=WITH_INTEREST), on=date(2024, 3, 25), ref="A1")
    _, loan = pay_claim(a_fund(), loan, on=CLAIM_DAY, ref="P1")

    # 80 % of 120,000, and of 600 + 550 + 166.67: 1,053.336
    assert (loan.payout.principal_fen, loan.payout.interest_fen) == (96_000_00, 1_053_34)
    standing = loan.position(as_of=CLAIM_DAY)
    assert (standing.due_interest_fen, standing.arrears_interest_fen) == (1_316_67, 263_33)


@pytest.mark.parametrize(
    ("act", "last"),
    [(extend, date(2026, 1, 15)), (extend_without_consent, date(2025, 7, 15))],
)
def test_the_guarantee_period_counts_from_the_maturity_the_guarantor_agreed_to(act, last):
    loan = act(a_loan(), months=6, on=date(2024, 12, 1), ref="展1")
    late = date.fromordinal(last.toordinal() + 1)

    assert pay_claim(a_fund(), loan, on=last, ref="P1")[1].payout.on == last
    with refused(ClaimTooLate, code="guarantee.claim_too_late", value=late, limit=last, keeps=loan):
        pay_claim(a_fund(), loan, on=late, ref="P1")


def test_the_fund_pays_its_share_of_what_a_prepayment_left():
    loan = a_loan().prepay(cny(40_600), on=date(2024, 2, 15), ref="V1", then=Prepayment.LOWER)
    _, loan = pay_claim(a_fund(), loan, on=date(2024, 6, 13), ref="P1")

    # 10,000 and 30,000 were repaid; March is 90 days late. 80 % of 80,000
    assert loan.payout.principal_fen == 64_000_00


def test_a_loan_written_off_has_nothing_to_claim():
    loan = write_off(a_loan(), on=CLAIM_DAY, ref="W1")

    with refused(
        NothingToClaim,
        code="guarantee.nothing_to_claim",
        value=ZERO,
        limit="more than 0.00",
        keeps=loan,
    ):
        pay_claim(a_fund(), loan, on=LATER, ref="P1")


def test_costs_kept_back_from_a_recovery_are_not_shared():
    fund, loan = claimed()
    loan = charge_costs(loan, cny(500), on=LATER, ref="K1")

    fund, loan = receive_recovery(fund, loan, cny(1_500), on=LATER, ref="Z1", costs=cny(500))
    assert loan.entries[-1].costs_fen == 500_00
    assert loan.entries[-1].subrogated_fen == 800_00


def test_a_payout_under_a_write_off_is_not_undone():
    fund, loan = claimed()
    loan = write_off(loan, on=LATER, ref="W1")

    with refused(
        InvalidHistory,
        code="ledger.invalid_history",
        value=cny("26233.33"),
        limit=loan_would_owe_more(loan),
        keeps=(fund, loan),
    ):
        reverse_both(fund, loan, 2, on=LATER, ref="C1")


def loan_would_owe_more(loan):
    """What the write-off lacks once the payout is undone."""
    without = replace(loan, entries=loan.entries[:1])
    owed = write_off(without, on=LATER, ref="W1").entries[-1]
    stated = loan.entries[-1]
    differences = (
        owed.principal_fen - stated.principal_fen,
        owed.interest_fen - stated.interest_fen,
    )
    return cny(sum(map(abs, differences))) / 100


def test_a_change_of_the_contract_cannot_precede_the_payout_it_would_spoil():
    _, loan = claimed()

    for act in (
        lambda: extend(loan, months=1, on=LATER, ref="展1"),
        lambda: accelerate(loan, on=LATER, ref="A1"),
    ):
        with refused(LoanEnded, code="loan.ended", value=LATER, limit=CLAIM_DAY, keeps=loan):
            act()
