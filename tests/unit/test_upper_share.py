"""What levels of government above a fund bear of its payouts, and get back."""

from dataclasses import replace
from datetime import date

import pytest

from histories import PROMISE, a_fund, a_loan, refused
from microloan import (
    ZERO,
    FundEntry,
    FundEntryKind,
    InsufficientBalance,
    InvalidDate,
    InvalidTerms,
    Level,
    NotClaimed,
    NotGuaranteed,
    NothingToAnswer,
    NotReversible,
    RefConflict,
    UnknownAccount,
    UpperAccount,
    UpperShare,
    cny,
    pay_claim,
    percent,
    receive_recovery,
    receive_upper_share,
    return_upper_share,
    reverse_both,
    upper_accounts,
)

CLAIM_DAY, LATER, LAST = date(2024, 5, 25), date(2024, 9, 1), date(2024, 12, 20)
ABOVE = replace(
    PROMISE,
    upper=(
        UpperShare(level=Level.PROVINCE, share=percent("15")),
        UpperShare(level=Level.CITY, share=percent("10")),
    ),
)


def claimed(money=1_000_000):
    """Fund and loan after a payout of 96,000: 14,400 for the province, 9,600 for the city."""
    return pay_claim(a_fund(money), a_loan(guarantee=ABOVE), on=CLAIM_DAY, ref="P1")


def shared():
    """The same, and the province has borne its share."""
    fund, loan = claimed()
    return receive_upper_share(fund, loan, Level.PROVINCE, on=LATER, ref="上1"), loan


def recovered(amount=50_000):
    """The same after a recovery, of 50,000 40,000 for the fund: 6,000 for the province."""
    return receive_recovery(*shared(), cny(amount), on=LATER, ref="Z1")


def figures(fund, loan, as_of=LAST):
    """Borne, received, due back and returned, for province and city."""
    return [
        (one.borne, one.received, one.due_back, one.returned)
        for one in upper_accounts(fund, loan, as_of=as_of)
    ]


def yuan(*amounts):
    return tuple(map(cny, amounts))


def test_what_each_level_bears_follows_from_the_guarantee_and_the_payout():
    fund, loan = a_fund(), a_loan(guarantee=ABOVE)
    assert figures(fund, loan) == [yuan(0, 0, 0, 0), yuan(0, 0, 0, 0)]

    fund, loan = claimed()
    assert figures(fund, loan, date(2024, 5, 24)) == [yuan(0, 0, 0, 0), yuan(0, 0, 0, 0)]
    assert upper_accounts(fund, loan, as_of=CLAIM_DAY) == (
        UpperAccount(
            level=Level.PROVINCE,
            borne_fen=14_400_00,
            received_fen=0,
            due_back_fen=0,
            returned_fen=0,
        ),
        UpperAccount(
            level=Level.CITY, borne_fen=9_600_00, received_fen=0, due_back_fen=0, returned_fen=0
        ),
    )


def test_a_loan_without_levels_above_has_no_such_accounts():
    fund, loan = pay_claim(a_fund(), a_loan(), on=CLAIM_DAY, ref="P1")

    assert upper_accounts(fund, loan, as_of=LAST) == ()


def test_the_share_of_a_level_is_an_entry_of_the_fund():
    fund, loan = shared()

    assert fund.entries[2] == FundEntry(
        number=3,
        kind=FundEntryKind.UPPER_SHARE,
        on=LATER,
        booked_on=LATER,
        ref="上1",
        amount_fen=14_400_00,
        loan_id="HT-1",
        level=Level.PROVINCE,
    )
    assert fund.balance(as_of=LATER) == cny(918_400)
    assert figures(fund, loan) == [yuan(14_400, 14_400, 0, 0), yuan(9_600, 0, 0, 0)]
    assert figures(fund, loan, CLAIM_DAY)[0] == yuan(14_400, 0, 0, 0)


def test_of_part_of_the_loss_a_level_bears_its_part_of_what_was_paid():
    fund, loan = pay_claim(
        a_fund(), a_loan(guarantee=ABOVE), on=CLAIM_DAY, ref="P1", amount=cny(60_000)
    )

    assert receive_upper_share(fund, loan, Level.CITY, on=LATER, ref="上1").entries[2].amount == (
        cny(6_000)
    )


def test_what_was_recovered_goes_back_to_the_level_in_its_part():
    fund, loan = recovered()
    assert figures(fund, loan) == [yuan(14_400, 14_400, 6_000, 0), yuan(9_600, 0, 0, 0)]

    back = return_upper_share(
        fund, loan, Level.PROVINCE, on=LAST, ref="返1", booked_on=date(2025, 1, 3)
    )
    assert back.entries[4] == FundEntry(
        number=5,
        kind=FundEntryKind.UPPER_RETURN,
        on=LAST,
        booked_on=date(2025, 1, 3),
        ref="返1",
        amount_fen=6_000_00,
        loan_id="HT-1",
        level=Level.PROVINCE,
    )
    assert figures(back, loan)[0] == yuan(14_400, 14_400, 0, 6_000)
    assert back.balance(as_of=LAST) == cny(952_400)


def test_what_is_recovered_later_goes_back_too_and_in_the_end_all_of_the_share():
    fund, loan = recovered()
    fund = return_upper_share(fund, loan, Level.PROVINCE, on=LATER, ref="返1")
    fund, loan = receive_recovery(fund, loan, cny(70_000), on=LAST, ref="Z2")

    # 96,000 are recovered in all: 14,400 less 6,000.
    assert figures(fund, loan)[0] == yuan(14_400, 14_400, 8_400, 6_000)
    fund = return_upper_share(fund, loan, Level.PROVINCE, on=LAST, ref="返2")
    assert figures(fund, loan)[0] == yuan(14_400, 14_400, 0, 14_400)


def test_a_share_of_one_fen_is_a_share():
    # 10 % of 7 fen is 0.7; of the 7 that come back it goes back.
    act = {"on": CLAIM_DAY, "ref": "P1", "amount": cny("0.07")}
    fund, loan = pay_claim(a_fund(), a_loan(guarantee=ABOVE), **act)
    fund = receive_upper_share(fund, loan, Level.CITY, on=LATER, ref="上1")
    assert fund.entries[-1].amount_fen == 1

    fund, loan = receive_recovery(fund, loan, cny(120_000), on=LATER, ref="Z1")
    fund = return_upper_share(fund, loan, Level.CITY, on=LAST, ref="返1")
    assert fund.entries[-1].amount_fen == 1


def test_the_same_share_or_return_again_changes_nothing():
    fund, loan = recovered()
    assert receive_upper_share(fund, loan, Level.PROVINCE, on=LATER, ref="上1") is fund
    fund = return_upper_share(fund, loan, Level.PROVINCE, on=LATER, ref="返1")
    fund, loan = receive_recovery(fund, loan, cny(10_000), on=LAST, ref="Z2")

    assert return_upper_share(fund, loan, Level.PROVINCE, on=LATER, ref="返1") is fund


@pytest.mark.parametrize(
    "other", [{"level": Level.CITY}, {"on": LAST}, {"booked_on": LAST}, {"account": "二号户"}]
)
def test_a_voucher_cannot_stand_for_two_shares(other):
    fund, loan = shared()
    act = {"level": Level.PROVINCE, "on": LATER, "ref": "上1"} | other

    with refused(RefConflict, code="ledger.ref_conflict", value="上1", limit=3, keeps=fund):
        receive_upper_share(fund, loan, act.pop("level"), **act)


def test_a_share_goes_into_an_account_and_comes_out_of_one():
    fund, loan = claimed()
    fund = fund.with_entry(
        FundEntryKind.ACCOUNT,
        on=CLAIM_DAY,
        ref="开户1",
        booked_on=None,
        account="二号户",
        lender="BANK-2",
    )
    fund = receive_upper_share(fund, loan, Level.PROVINCE, on=LATER, ref="上1", account="二号户")
    assert fund.account_balance("二号户", as_of=LATER) == cny(14_400)
    fund, loan = receive_recovery(fund, loan, cny(50_000), on=LATER, ref="Z1")
    fund = return_upper_share(fund, loan, Level.PROVINCE, on=LATER, ref="返1", account="二号户")
    assert fund.account_balance("二号户", as_of=LATER) == cny(8_400)
    with pytest.raises(UnknownAccount):
        receive_upper_share(fund, loan, Level.CITY, on=LATER, ref="上2", account="三号户")


@pytest.mark.parametrize("act", [receive_upper_share, return_upper_share])
def test_nothing_is_shared_before_the_fund_has_paid(act):
    fund, loan = claimed()

    with refused(
        NotClaimed,
        code="guarantee.not_claimed",
        value="HT-1",
        limit="a loan for which the fund has paid",
        keeps=fund,
    ) as caught:
        act(fund, loan, Level.PROVINCE, on=date(2024, 5, 24), ref="上1")
    assert str(caught.value) == "F-01 has paid nothing for HT-1 by 2024-05-24"


NOTHING_DUE = {"code": "fund.nothing_to_answer", "limit": "a share of the guarantee still due"}


@pytest.mark.parametrize("level", [Level.CENTRAL, Level.PROVINCE])
def test_a_level_bears_its_share_once_and_another_bears_none(level):
    fund, loan = shared()

    with refused(NothingToAnswer, **NOTHING_DUE, value=level.value, keeps=fund) as caught:
        receive_upper_share(fund, loan, level, on=LAST, ref="上2")
    assert str(caught.value) == (
        f"HT-1: on 2024-12-20 the {level.value} level bears nothing more of what F-01 paid"
    )
    assert level.zh in caught.value.zh


def test_a_share_that_arrived_later_is_not_received_again_earlier():
    fund, loan = shared()

    with refused(NothingToAnswer, **NOTHING_DUE, value="province", keeps=fund):
        receive_upper_share(fund, loan, Level.PROVINCE, on=CLAIM_DAY, ref="上2")


@pytest.mark.parametrize("level", [Level.CENTRAL, Level.PROVINCE, Level.CITY])
def test_to_a_level_goes_back_no_more_than_its_part_of_what_it_bore(level):
    # The province got its 6,000; the city has borne nothing yet.
    fund, loan = recovered()
    fund = return_upper_share(fund, loan, Level.PROVINCE, on=LAST, ref="返1")

    for day in (LATER, LAST):
        with refused(NothingToAnswer, **NOTHING_DUE, value=level.value, keeps=fund) as caught:
            return_upper_share(fund, loan, level, on=day, ref="返2")
        assert str(caught.value) == (
            f"HT-1: on {day} the {level.value} level gets nothing back of what F-01 paid"
        )


def test_a_fund_returns_no_more_than_it_has():
    # The payout took all; 14,400 and 40,000 came in, 50,000 went out for HT-2: 4,400 are left.
    fund, loan = pay_claim(a_fund(96_000), a_loan(guarantee=ABOVE), on=CLAIM_DAY, ref="P1")
    fund = receive_upper_share(fund, loan, Level.PROVINCE, on=LATER, ref="上1")
    fund, loan = receive_recovery(fund, loan, cny(50_000), on=LATER, ref="Z1")
    fund, _ = pay_claim(fund, a_loan("HT-2"), on=LATER, ref="P2", amount=cny(50_000))

    with refused(
        InsufficientBalance,
        code="fund.insufficient_balance",
        value=cny(-1_600),
        limit=ZERO,
        keeps=fund,
    ):
        return_upper_share(fund, loan, Level.PROVINCE, on=LAST, ref="返1")


@pytest.mark.parametrize("act", [receive_upper_share, return_upper_share])
def test_another_fund_no_level_and_no_plain_day_are_refused(act):
    fund, loan = recovered()
    other = replace(fund, id="F-02")

    with refused(NotGuaranteed, code="guarantee.not_guaranteed", value="F-02", limit="F-01"):
        act(other, loan, Level.CITY, on=LAST, ref="上2")
    with refused(NotGuaranteed, code="guarantee.not_guaranteed", value="F-02", limit="F-01"):
        upper_accounts(other, loan, as_of=LAST)
    with refused(
        InvalidTerms, code="terms.invalid", value="city", limit="a Level", keeps=fund
    ) as caught:
        act(fund, loan, "city", on=LAST, ref="上2")
    assert str(caught.value) == "the level must be a Level, got city"
    assert caught.value.zh.startswith("财政级次应为")
    with refused(
        InvalidDate, code="periods.invalid_date", value=None, limit="datetime.date", keeps=fund
    ) as caught:
        act(fund, loan, Level.CITY, on=None, ref="上2")
    assert "the day of a share of a level above" in str(caught.value)


# ---- undoing


def test_a_payout_is_not_undone_while_a_share_of_a_level_above_rests_on_it():
    fund, loan = shared()

    with refused(
        NotReversible,
        code="ledger.not_reversible",
        value=2,
        limit="a standing entry on which nothing rests",
        keeps=(fund, loan),
    ) as caught:
        reverse_both(fund, loan, 2, on=LAST, ref="C1")
    assert str(caught.value) == (
        "HT-1: entry 2 cannot be reversed: shares of the levels above rest on the payout"
    )
    assert caught.value.zh.endswith("：上级已据此分担")
    fund = fund.reverse(3, on=LAST, ref="C1")
    assert reverse_both(fund, loan, 2, on=LAST, ref="C2")[1].payout is None


def test_a_payout_is_undone_whatever_stands_for_another_loan():
    fund, other = pay_claim(shared()[0], a_loan("HT-2"), on=LATER, ref="P2")

    assert reverse_both(fund, other, 2, on=LAST, ref="C1")[1].payout is None


def test_a_recovery_is_not_undone_once_its_part_was_returned_to_a_level_above():
    fund, loan = recovered()
    fund = return_upper_share(fund, loan, Level.PROVINCE, on=LATER, ref="返1")
    more, loan_more = receive_recovery(fund, loan, cny(10_000), on=LAST, ref="Z2")

    with refused(
        NotReversible,
        code="ledger.not_reversible",
        value=3,
        limit="a standing entry on which nothing rests",
        keeps=(fund, loan),
    ) as caught:
        reverse_both(fund, loan, 3, on=LAST, ref="C1")
    assert str(caught.value) == (
        "HT-1: entry 3 cannot be reversed: what was returned to a level above rests on it"
    )
    assert caught.value.zh.endswith("：已据此向上级返还")
    # The later recovery of 10,000 bears nothing that was returned: 40,000 are left for the 6,000.
    back, _ = reverse_both(more, loan_more, 4, on=LAST, ref="C1")
    assert back.balance(as_of=LAST) == fund.balance(as_of=LAST)


def test_a_share_is_not_undone_once_part_of_it_was_returned():
    fund, loan = recovered()
    fund = return_upper_share(fund, loan, Level.PROVINCE, on=LATER, ref="返1")

    with pytest.raises(NotReversible):
        fund.reverse(3, on=LAST, ref="C1")
    assert loan.payout is not None
