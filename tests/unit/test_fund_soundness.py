"""What the entries of one fund must be like together."""

from datetime import date

import pytest

from histories import a_fund
from microloan import (
    AlreadyClaimed,
    ClaimPending,
    InsufficientBalance,
    InvalidAmount,
    Level,
    NotCapital,
    NotClaimed,
    NothingToAnswer,
    NotReversible,
    RecoveryExceedsDebt,
    RefConflict,
    UnknownAccount,
    cny,
    from_fen,
)
from microloan.fund_ledger import FundEntryKind as Kind
from microloan.fund_soundness import account_changes, by_day, running
from refusals import refused

MAY, JUNE, JULY = date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1)
ANSWER = "an earlier act that stands, and no more than it"


def act(fund, kind, yuan=0, *, on=JUNE, ref="V", **parts):
    """The fund with an entry of a kind, worth so many yuan."""
    worth = {"amount_fen": yuan * 100} if yuan else {}
    return fund.with_entry(kind, on=on, ref=ref, booked_on=None, **worth, **parts)


def nothing_to_answer(named, says):
    return refused(NothingToAnswer, "fund.nothing_to_answer", value=named, limit=ANSWER, says=says)


# --- money


def test_a_sum_runs_by_days_whatever_the_order_of_the_changes():
    changes = [(JUNE, 5), (MAY, 2), (JUNE, -1)]
    assert by_day(changes) == [(MAY, 2), (JUNE, 4)]
    assert list(running(changes)) == [(MAY, 2), (JUNE, 6)]


@pytest.mark.parametrize("kind", [Kind.WITHDRAWAL, Kind.ADVANCE])
def test_capital_that_is_not_there_cannot_leave(kind):
    fund = a_fund(1_000)
    assert act(fund, kind, 1_000).balance(as_of=JUNE) == cny(0)
    with refused(
        InsufficientBalance,
        "fund.insufficient_balance",
        value=cny(-1),
        limit=cny(0),
        says="the balance on 2024-06-01 would be -1.00",
    ):
        act(fund, kind, 1_001)


def test_capital_of_a_later_day_pays_nothing_earlier():
    fund = a_fund(0).deposit(cny(500), on=JULY, ref="D1")
    with refused(InsufficientBalance, "fund.insufficient_balance", value=cny(-500), limit=cny(0)):
        act(fund, Kind.WITHDRAWAL, 500, on=JUNE)


def test_expenses_come_out_of_income_and_never_out_of_capital():
    fund = act(a_fund(1_000), Kind.FEE, 80)
    fund = act(fund, Kind.EXPENSE, 80, reason="办公费")
    assert (fund.income(as_of=JUNE), fund.balance(as_of=JUNE)) == (cny(0), cny(1_000))
    with refused(
        InsufficientBalance,
        "fund.insufficient_balance",
        value=cny("-0.01"),
        limit=cny(0),
        says="the income on 2024-06-01 would be -0.01",
    ):
        fund.with_entry(
            Kind.EXPENSE, on=JUNE, ref="V2", booked_on=None, amount_fen=1, reason="办公费"
        )


def test_only_interest_earned_by_the_day_becomes_capital():
    fund = act(a_fund(1_000), Kind.INTEREST, 30, on=MAY)
    fund = act(fund, Kind.REWARD, 3_000_000, on=MAY)
    more = act(fund, Kind.CAPITALIZATION, 30)
    assert (more.balance(as_of=JUNE), more.income(as_of=JUNE)) == (cny(1_030), cny(3_000_000))
    for yuan, on, short in ((31, JUNE, 1), (30, date(2024, 4, 30), 30)):
        with refused(
            NotCapital,
            "fund.not_capital",
            value=cny(short),
            limit="interest earned, neither spent nor capitalized yet",
            says=f"{short}.00 capitalized by",
        ):
            act(a_fund_with_award_first(), Kind.CAPITALIZATION, yuan, on=on)
    with refused(
        NotCapital,
        "fund.not_capital",
        value=cny(1),
        limit="interest earned, neither spent nor capitalized yet",
    ):
        act(more, Kind.CAPITALIZATION, 1, ref="V2")


def a_fund_with_award_first():
    """A fund with an award since January and 30 yuan of interest since May."""
    fund = act(a_fund(1_000), Kind.REWARD, 3_000_000, on=date(2024, 1, 2))
    return act(fund, Kind.INTEREST, 30, on=MAY)


# --- accounts


def two_accounts():
    fund = act(a_fund(1_000), Kind.ACCOUNT, on=MAY, ref="开户1", account="A-1", lender="BANK-1")
    return act(fund, Kind.TRANSFER, 400, on=MAY, to_account="A-1")


def test_a_transfer_moves_money_between_accounts_and_changes_no_balance():
    fund = two_accounts()
    assert fund.account_balance(as_of=MAY) == cny(600)
    assert fund.account_balance("A-1", as_of=MAY) == cny(400)
    assert fund.account_balance("A-1", as_of=date(2024, 4, 30)) == cny(0)
    assert fund.balance(as_of=MAY) == cny(1_000)
    back = act(fund, Kind.TRANSFER, 400, ref="V2", account="A-1")
    assert (back.account_balance(as_of=JUNE), back.account_balance("A-1", as_of=JUNE)) == (
        cny(1_000),
        cny(0),
    )


def test_what_a_kind_does_to_an_account():
    fund = act(two_accounts(), Kind.INTEREST, 5, account="A-1")
    fund = act(fund, Kind.CAPITALIZATION, 5)
    assert list(account_changes(fund.standing)) == [
        ("", date(2009, 1, 1), 100_000),
        ("", MAY, -40_000),
        ("A-1", MAY, 40_000),
        ("A-1", JUNE, 500),
    ]


@pytest.mark.parametrize(("account", "left"), [("A-1", "-0.01"), ("", "-0.01")])
def test_an_account_pays_no_more_than_is_in_it(account, left):
    fund = two_accounts()
    holds = fund.account_balance(account, as_of=MAY)
    name = "A-1" if account else "the main account"
    with refused(
        InsufficientBalance,
        "fund.insufficient_balance",
        value=cny(left),
        limit=cny(0),
        says=f"the money in {name} on 2024-06-01",
    ) as caught:
        fund.with_entry(
            Kind.WITHDRAWAL,
            on=JUNE,
            ref="V",
            booked_on=None,
            amount_fen=int(holds.amount * 100) + 1,
            account=account,
        )
    assert ("总账户" in caught.value.zh) == (not account)


@pytest.mark.parametrize(("account", "on"), [("A-2", JUNE), ("A-1", date(2024, 4, 30))])
def test_an_account_is_used_only_from_the_day_it_is_opened(account, on):
    with refused(
        UnknownAccount,
        "fund.unknown_account",
        value=account,
        limit="an account opened by that day",
        says=f"F-01 has no deposit account {account} on {on}",
    ):
        act(two_accounts(), Kind.INTEREST, 5, on=on, account=account)


def test_an_account_opened_twice_is_there_from_the_first_day():
    fund = act(two_accounts(), Kind.ACCOUNT, on=JULY, ref="开户2", account="A-1", lender="BANK-2")
    assert act(fund, Kind.INTEREST, 5, account="A-1").income(as_of=JUNE) == cny(5)


# --- answers


def test_a_deposit_answers_a_pledge_that_stands():
    fund = act(a_fund(0), Kind.PLEDGE, 500, on=MAY, ref="承诺1", until=JULY)
    paid = act(fund, Kind.DEPOSIT, 600, against="承诺1")
    assert paid.balance(as_of=JUNE) == cny(600)
    with nothing_to_answer(
        "承诺2", "the deposit of 2024-06-01 answers 承诺2, but it does not stand"
    ):
        act(fund, Kind.DEPOSIT, 500, against="承诺2")
    with nothing_to_answer("承诺1", "does not stand on that day"):
        act(fund, Kind.DEPOSIT, 500, on=date(2024, 4, 30), against="承诺1")
    on_the_day = act(fund, Kind.DEPOSIT, 500, on=MAY, against="承诺1")
    assert on_the_day.balance(as_of=MAY) == cny(500)


def test_of_an_advance_no_more_comes_back_than_was_advanced():
    fund = act(a_fund(1_000), Kind.ADVANCE, 300, on=MAY, ref="垫1")
    fund = act(fund, Kind.ADVANCE, 300, on=MAY, ref="垫2")
    fund = act(fund, Kind.ADVANCE_RETURN, 200, ref="还1", against="垫1")
    whole = act(fund, Kind.ADVANCE_RETURN, 100, ref="还2", against="垫1")
    assert whole.balance(as_of=JUNE) == cny(700)
    with nothing_to_answer("垫1", "more came back than was advanced"):
        act(fund, Kind.ADVANCE_RETURN, 101, ref="还2", against="垫1")
    assert act(whole, Kind.ADVANCE_RETURN, 300, ref="还3", against="垫2").balance(
        as_of=JUNE
    ) == cny(1_000)


def committed():
    return act(
        a_fund(1_000),
        Kind.COMMITMENT,
        500,
        on=MAY,
        ref="批1",
        loan_id="HT-1",
        lender="BANK-1",
        until=JULY,
    )


def test_a_commitment_is_released_once_and_before_it_lapses():
    released = act(committed(), Kind.RELEASE, ref="撤1", against="批1")
    assert len(released.entries) == 3
    with nothing_to_answer("批1", "it was answered before"):
        act(released, Kind.RELEASE, ref="撤2", against="批1")
    with nothing_to_answer("批1", "it has lapsed"):
        act(committed(), Kind.RELEASE, on=JULY, ref="撤1", against="批1")
    assert act(committed(), Kind.RELEASE, on=date(2024, 6, 30), ref="撤1", against="批1")


APPROVAL = {"loan_id": "HT-1", "lender": "BANK-1"}


def test_a_loan_is_approved_once_at_a_time():
    fund = committed()
    with refused(
        RefConflict,
        "ledger.ref_conflict",
        value="HT-1",
        limit="批1",
        says="F-01: HT-1 is approved already by 批1 of 2024-05-01, in force until 2024-07-01",
    ):
        act(fund, Kind.COMMITMENT, 1, on=date(2024, 6, 30), ref="批2", until=JULY, **APPROVAL)
    later = {"on": JULY, "until": date(2024, 8, 1)}
    assert act(fund, Kind.COMMITMENT, 1, ref="批2", **later, **APPROVAL)
    assert act(fund, Kind.COMMITMENT, 1, on=MAY, ref="批0", until=MAY, **APPROVAL)
    other = {"loan_id": "HT-2", "lender": "BANK-1", "until": JULY}
    assert act(fund, Kind.COMMITMENT, 1, on=MAY, ref="批2", **other)


def test_a_release_is_not_undone_once_the_loan_was_approved_again():
    fund = act(committed(), Kind.RELEASE, ref="撤1", against="批1")
    again = act(fund, Kind.COMMITMENT, 500, on=JUNE, ref="批2", until=JULY, **APPROVAL)
    with refused(
        NotReversible,
        "ledger.not_reversible",
        value=3,
        limit="a standing entry on which nothing rests",
        says="others rest on it (F-01: HT-1 is approved already by 批1 of 2024-05-01",
    ) as caught:
        again.reverse(3, on=JULY, ref="冲1")
    assert "已由 批1（2024-05-01）批准，有效至 2024-07-01 前" in caught.value.zh
    undone = again.reverse(4, on=JULY, ref="冲1").reverse(3, on=JULY, ref="冲2")
    assert [line.ref for line in undone.standing] == ["财预1", "批1"]


def filed():
    return act(a_fund(1_000), Kind.CLAIM_FILING, 100, on=MAY, ref="申1", loan_id="HT-1")


def test_a_filing_is_decided_once_and_for_its_own_loan():
    approved = act(filed(), Kind.CLAIM_APPROVAL, ref="审1", loan_id="HT-1", against="申1")
    with nothing_to_answer(
        "申1", "the claim_rejection of 2024-06-01 answers 申1, but it was answered"
    ):
        act(approved, Kind.CLAIM_REJECTION, loan_id="HT-1", against="申1", reason="材料不全")
    with nothing_to_answer("申1", "it is another loan's"):
        act(filed(), Kind.CLAIM_APPROVAL, loan_id="HT-2", against="申1")


def test_a_rejection_is_not_undone_once_the_lender_applied_again():
    fund = act(
        filed(), Kind.CLAIM_REJECTION, ref="拒1", loan_id="HT-1", against="申1", reason="缺材料"
    )
    again = act(fund, Kind.CLAIM_FILING, 100, ref="申2", loan_id="HT-1")
    with refused(
        NotReversible,
        "ledger.not_reversible",
        value=3,
        limit="a standing entry on which nothing rests",
        says="others rest on it (F-01: two claims for HT-1 at once, 申1 of 2024-05-01 and 申2",
    ) as caught:
        again.reverse(3, on=JULY, ref="冲1")
    assert "HT-1 有两份代偿申请（申1、申2），前一份尚未驳回" in caught.value.zh
    undone = again.reverse(4, on=JULY, ref="冲1").reverse(3, on=JULY, ref="冲2")
    assert [line.ref for line in undone.standing] == ["财预1", "申1"]


def test_two_claims_for_one_loan_that_were_not_rejected_are_no_history():
    with refused(
        ClaimPending,
        "guarantee.claim_pending",
        value="申1",
        limit="one filed claim at a time",
        says="the one was not rejected when the other was filed",
    ):
        act(filed(), Kind.CLAIM_FILING, 1, ref="申2", loan_id="HT-1")
    assert act(filed(), Kind.CLAIM_FILING, 1, ref="申2", loan_id="HT-2")


def test_a_payout_answers_a_filing_only_once_it_is_approved():
    fund = act(filed(), Kind.CLAIM_APPROVAL, ref="审1", loan_id="HT-1", against="申1")
    paid = act(fund, Kind.CLAIM_PAYOUT, 100, ref="代1", loan_id="HT-1", against="申1")
    assert paid.balance(as_of=JUNE) == cny(900)
    for early in (filed(), fund):
        with nothing_to_answer("申1", "it was not approved by that day"):
            act(early, Kind.CLAIM_PAYOUT, 100, on=MAY, ref="代1", loan_id="HT-1", against="申1")


def test_an_entry_that_others_answer_is_not_undone():
    fund = act(a_fund(1_000), Kind.ADVANCE, 300, on=MAY, ref="垫1")
    fund = act(fund, Kind.ADVANCE_RETURN, 200, ref="还1", against="垫1")
    with refused(
        NotReversible,
        "ledger.not_reversible",
        value=2,
        limit="a standing entry on which nothing rests",
        says="entry 2 cannot be reversed: others rest on it",
    ):
        fund.reverse(2, on=JULY, ref="冲1")
    undone = fund.reverse(3, on=JULY, ref="冲1").reverse(2, on=JULY, ref="冲2")
    assert undone.balance(as_of=JULY) == cny(1_000)


def test_an_account_in_use_and_interest_made_capital_are_not_undone():
    fund = two_accounts()
    with refused(
        NotReversible,
        "ledger.not_reversible",
        value=2,
        limit="a standing entry on which nothing rests",
    ):
        fund.reverse(2, on=JULY, ref="冲1")
    fund = act(act(a_fund(1_000), Kind.INTEREST, 30), Kind.CAPITALIZATION, 30)
    fund = act(fund, Kind.FEE, 30, ref="费1")
    with refused(
        NotReversible,
        "ledger.not_reversible",
        value=2,
        limit="a standing entry on which nothing rests",
    ):
        fund.reverse(2, on=JULY, ref="冲1")


# --- suspensions


def test_only_a_suspended_bank_is_allowed_again():
    fund = act(a_fund(1_000), Kind.SUSPENSION, on=MAY, ref="停1", lender="BANK-1", reason="不良率")
    lifted = act(fund, Kind.LIFTING, ref="复1", lender="BANK-1")
    assert len(lifted.entries) == 3
    for start, on in ((lifted, JULY), (a_fund(1_000), JUNE), (fund, date(2024, 4, 30))):
        with nothing_to_answer("BANK-1", "the bank is not suspended"):
            act(start, Kind.LIFTING, on=on, ref="复2", lender="BANK-1")
    again = act(lifted, Kind.SUSPENSION, on=JULY, ref="停2", lender="BANK-1", reason="不良率")
    assert act(again, Kind.LIFTING, on=JULY, ref="复2", lender="BANK-1")


# --- payouts and what rests on them


def paid(yuan=100):
    return act(a_fund(1_000), Kind.CLAIM_PAYOUT, yuan, ref="代1", loan_id="HT-1")


def test_a_fund_pays_once_for_a_loan():
    with refused(
        AlreadyClaimed,
        "guarantee.already_claimed",
        value="代2",
        limit=1,
        says="HT-1 was paid for on 2024-06-01 (voucher 代1)",
    ):
        act(paid(), Kind.CLAIM_PAYOUT, 1, on=JULY, ref="代2", loan_id="HT-1")
    assert act(paid(), Kind.CLAIM_PAYOUT, 1, ref="代2", loan_id="HT-2")


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        (Kind.RECOVERY, {}),
        (Kind.WRITE_OFF, {"reason": "批复1"}),
        (Kind.UPPER_SHARE, {"level": Level.PROVINCE}),
        (Kind.UPPER_RETURN, {"level": Level.PROVINCE}),
    ],
)
def test_nothing_follows_from_a_payout_that_was_not_made(kind, parts):
    limit = "a loan for which the fund has paid"
    for fund, loan_id, on in ((paid(), "HT-2", JULY), (paid(), "HT-1", date(2024, 5, 31))):
        with refused(
            NotClaimed,
            "guarantee.not_claimed",
            value=loan_id,
            limit=limit,
            says=f"F-01 has paid nothing for {loan_id} by {on}",
        ):
            act(fund, kind, 1, on=on, ref="V1", loan_id=loan_id, **parts)


def test_no_more_is_recovered_than_was_paid():
    fund = act(paid(), Kind.RECOVERY, 60, ref="追1", loan_id="HT-1")
    whole = act(fund, Kind.RECOVERY, 40, ref="追2", loan_id="HT-1")
    assert whole.balance(as_of=JUNE) == cny(1_000)
    with refused(
        RecoveryExceedsDebt,
        "guarantee.recovery_exceeds_debt",
        value=cny(101),
        limit=cny(100),
        says="101.00 recovered for HT-1, but only 100.00 was paid",
    ):
        act(fund, Kind.RECOVERY, 41, ref="追2", loan_id="HT-1")


def test_what_is_left_of_a_payout_is_written_off_once_and_may_still_be_recovered():
    fund = act(paid(), Kind.RECOVERY, 60, ref="追1", loan_id="HT-1")
    gone = act(fund, Kind.WRITE_OFF, 40, on=JULY, ref="核1", loan_id="HT-1", reason="批复1")
    assert gone.balance(as_of=JULY) == cny(960)
    late = act(gone, Kind.RECOVERY, 40, on=JULY, ref="追2", loan_id="HT-1")
    assert late.balance(as_of=JULY) == cny(1_000)
    with nothing_to_answer("HT-1", "less is left of the payout"):
        act(fund, Kind.WRITE_OFF, 41, on=JULY, ref="核1", loan_id="HT-1", reason="批复1")
    with nothing_to_answer("HT-1", "it was written off before"):
        act(gone, Kind.WRITE_OFF, 1, on=JULY, ref="核2", loan_id="HT-1", reason="批复2")


def test_a_recovery_of_before_the_write_off_leaves_less_to_write_off():
    gone = act(paid(), Kind.WRITE_OFF, 100, on=JULY, ref="核1", loan_id="HT-1", reason="批复1")
    with nothing_to_answer("HT-1", "leave less than that; undo the write-off first") as caught:
        act(gone, Kind.RECOVERY, 1, ref="追1", loan_id="HT-1")
    assert str(caught.value) == (
        "F-01: the write-off of 2024-07-01 (voucher 核1) took 100.00 for HT-1, and recoveries of "
        "before it leave less than that; undo the write-off first"
    )
    assert caught.value.zh == (
        "F-01：2024-07-01 已核销 HT-1 代偿款 100.00（凭证 核1），此前追回后余额不足，应先冲正核销"
    )
    part = act(paid(), Kind.WRITE_OFF, 60, on=JULY, ref="核1", loan_id="HT-1", reason="批复1")
    assert act(part, Kind.RECOVERY, 40, ref="追1", loan_id="HT-1").balance(as_of=JUNE) == cny(940)


def test_what_the_lender_recovered_for_itself_follows_a_payout_and_moves_no_money():
    fund = act(paid(), Kind.LENDER_RECOVERY, ref="追1", loan_id="HT-1", reason="court")
    assert fund.balance(as_of=JULY) == cny(900)
    with refused(
        NotClaimed,
        "guarantee.not_claimed",
        value="HT-1",
        limit="a loan for which the fund has paid",
    ):
        act(a_fund(1_000), Kind.LENDER_RECOVERY, ref="追1", loan_id="HT-1", reason="court")
    with refused(
        UnknownAccount, "fund.unknown_account", value="A-1", limit="an account opened by that day"
    ):
        act(paid(), Kind.LENDER_RECOVERY, ref="追1", loan_id="HT-1", reason="court", account="A-1")


def test_a_level_above_bears_its_share_once_and_gets_no_more_back():
    upper = {"loan_id": "HT-1", "level": Level.PROVINCE}
    fund = act(paid(), Kind.UPPER_SHARE, 15, ref="省1", **upper)
    back = act(fund, Kind.UPPER_RETURN, 15, ref="省还1", **upper)
    assert (fund.balance(as_of=JUNE), back.balance(as_of=JUNE)) == (cny(915), cny(900))
    with nothing_to_answer("HT-1", "the level bore its share before"):
        act(fund, Kind.UPPER_SHARE, 1, ref="省2", **upper)
    with nothing_to_answer("HT-1", "the level bore less"):
        act(back, Kind.UPPER_RETURN, 1, ref="省还2", **upper)
    city = {"loan_id": "HT-1", "level": Level.CITY}
    assert act(fund, Kind.UPPER_SHARE, 85, ref="市1", **city).balance(as_of=JUNE) == cny(1_000)
    with nothing_to_answer("HT-1", "the payout was less"):
        act(fund, Kind.UPPER_SHARE, 86, ref="市1", **city)
    with nothing_to_answer("HT-1", "the level bore less"):
        act(fund, Kind.UPPER_RETURN, 1, ref="市还1", **city)


def test_a_share_of_a_level_is_not_returned_before_it_was_borne():
    upper = {"loan_id": "HT-1", "level": Level.PROVINCE}
    fund = act(paid(), Kind.UPPER_SHARE, 15, on=JULY, ref="省1", **upper)
    with nothing_to_answer("HT-1", "the level bore less"):
        act(fund, Kind.UPPER_RETURN, 15, on=JUNE, ref="省还1", **upper)


def test_a_refusal_leaves_the_fund_as_it_was():
    fund = paid()
    before = fund.entries
    with pytest.raises(RecoveryExceedsDebt):
        act(fund, Kind.RECOVERY, 101, loan_id="HT-1")
    assert fund.entries is before
    assert from_fen(sum(line.effect_fen for line in fund.standing)) == cny(900)


def test_a_fund_cannot_move_more_than_the_largest_amount_there_is():
    largest = 10**15  # fen, by decision 002
    fund = act(a_fund(), Kind.DEPOSIT, 9_000_000_000_000, ref="V1")
    moved = sum(line.effect_fen for line in fund.standing)
    room = (largest - moved) // 100

    assert act(fund, Kind.DEPOSIT, room, ref="V2").balance(as_of=JUNE) == cny(10**13)
    with refused(
        InvalidAmount,
        "money.invalid_amount",
        value=largest + 100,
        limit=largest,
        says="F-01: all that came and went would be 1000000000000100 fen",
    ):
        act(fund, Kind.DEPOSIT, room + 1, ref="V2")
