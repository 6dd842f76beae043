"""What a fund earns, is topped up with, spends, and keeps in several accounts."""

from datetime import UTC, date, datetime

import pytest

from histories import a_fund, refused
from microloan import (
    ZERO,
    FundEntry,
    FundEntryKind,
    GuaranteeFund,
    InsufficientBalance,
    InvalidAmount,
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    Level,
    NotCapital,
    NotReversible,
    RefConflict,
    UnknownAccount,
    capitalize_interest,
    cny,
    earn_interest,
    open_account,
    pay_expense,
    receive_fee,
    receive_reward,
    top_up,
    transfer_between_accounts,
)

NEW_YEAR, DAY, LATER = date(2009, 1, 1), date(2024, 3, 21), date(2024, 6, 21)
EMPTY = GuaranteeFund(id="F-01", name="示例县创业担保基金")
ACTS = {
    "a top-up": (top_up, FundEntryKind.TOP_UP, {}),
    "interest earned": (earn_interest, FundEntryKind.INTEREST, {}),
    "interest capitalized": (capitalize_interest, FundEntryKind.CAPITALIZATION, {}),
    "a reward": (receive_reward, FundEntryKind.REWARD, {}),
    "a fee": (receive_fee, FundEntryKind.FEE, {}),
    "an expense": (pay_expense, FundEntryKind.EXPENSE, {"purpose": "办公费"}),
    "a transfer": (transfer_between_accounts, FundEntryKind.TRANSFER, {"to_account": "A-2"}),
}
"""Every act with an amount: what refusals call it, how it is done, its kind, what else it needs."""


def a_rich_fund():
    """1,000,000 of capital since 2009, 5,000 of interest since 2010, and a second account."""
    fund = earn_interest(a_fund(), cny(5_000), on=date(2010, 1, 1), ref="息1")
    return open_account(fund, "A-2", lender="BANK-2", on=date(2010, 1, 1), ref="开1")


def sums(fund, day=LATER):
    """Capital and income of a fund on a day."""
    return fund.balance(as_of=day), fund.income(as_of=day)


# ---- what all of them have in common


@pytest.mark.parametrize("what", ACTS)
def test_an_act_is_one_entry_and_the_same_again_changes_nothing(what):
    act, kind, more = ACTS[what]
    doing = {"on": DAY, "ref": "凭9", "booked_on": LATER} | more
    fund = act(a_rich_fund(), cny(300), **doing)

    entry = fund.entries[-1]
    assert (len(fund.entries), entry.kind, entry.amount) == (4, kind, cny(300))
    assert (entry.on, entry.booked_on, entry.ref) == (DAY, LATER, "凭9")
    assert act(fund, cny(300), **doing) is fund
    assert act(a_rich_fund(), cny(300), on=DAY, ref="凭9", **more).entries[-1].booked_on == DAY


@pytest.mark.parametrize("what", ACTS)
@pytest.mark.parametrize("amount", [ZERO, cny("-0.01")])
def test_an_act_of_nothing_is_refused(what, amount):
    act, _, more = ACTS[what]
    fund = a_rich_fund()

    with refused(
        InvalidAmount, code="money.invalid_amount", value=amount, limit=ZERO, keeps=fund
    ) as caught:
        act(fund, amount, on=DAY, ref="凭9", **more)
    assert str(caught.value).startswith(f"{what} must be more than 0.00 yuan")


@pytest.mark.parametrize("what", ACTS)
def test_a_voucher_cannot_stand_for_two_acts_of_a_kind(what):
    act, kind, more = ACTS[what]
    fund = act(a_rich_fund(), cny(300), on=DAY, ref="凭9", **more)

    with refused(
        RefConflict, code="ledger.ref_conflict", value="凭9", limit=4, keeps=fund
    ) as caught:
        act(fund, cny(301), on=DAY, ref="凭9", **more)
    assert str(caught.value) == (
        f"F-01: voucher 凭9 already stands for {kind.value} 4 of 2024-03-21"
    )


@pytest.mark.parametrize("what", ACTS)
def test_an_act_happens_on_a_plain_day(what):
    act, _, more = ACTS[what]
    moment = datetime(2024, 3, 21, tzinfo=UTC)

    with refused(
        InvalidDate, code="periods.invalid_date", value=moment, limit="datetime.date"
    ) as caught:
        act(a_rich_fund(), cny(300), on=moment, ref="凭9", **more)
    assert "the day of an entry must" in str(caught.value)


@pytest.mark.parametrize("what", [name for name in ACTS if name != "interest capitalized"])
def test_money_is_in_an_account_that_was_opened_by_that_day(what):
    act, _, more = ACTS[what]
    fund = a_rich_fund()

    with refused(
        UnknownAccount,
        code="fund.unknown_account",
        value="A-9",
        limit="an account opened by that day",
        keeps=fund,
    ) as caught:
        act(fund, cny(300), on=DAY, ref="凭9", account="A-9", **more)
    assert str(caught.value) == "F-01 has no deposit account A-9 on 2024-03-21"


@pytest.mark.parametrize("act", [top_up, receive_reward, receive_fee])
def test_an_act_may_name_the_level_whose_money_it_is(act):
    fund = act(EMPTY, cny(300), on=DAY, ref="凭9", level=Level.CITY)

    assert fund.entries[0].level is Level.CITY
    assert act(EMPTY, cny(300), on=DAY, ref="凭9").entries[0].level is None


# ---- capital and income


def test_a_top_up_is_capital():
    fund = top_up(a_fund(), cny(20_000), on=DAY, ref="补1", level=Level.COUNTY)

    assert sums(fund) == (cny(1_020_000), ZERO)
    assert sums(fund, date(2024, 3, 20)) == (cny(1_000_000), ZERO)


def test_interest_rewards_and_fees_are_income_and_expenses_are_borne_by_it():
    fund = earn_interest(a_fund(), cny(5_000), on=DAY, ref="息1")
    fund = receive_reward(fund, cny(30_000), on=DAY, ref="奖1")
    fund = receive_fee(fund, cny("700.50"), on=DAY, ref="费1")
    fund = pay_expense(fund, cny(1_200), purpose="审计费", on=LATER, ref="支1")

    # 5,000 + 30,000 + 700.50 = 35,700.50, less 1,200 = 34,500.50; the capital is as it was
    assert sums(fund, date(2024, 6, 20)) == (cny(1_000_000), cny("35700.50"))
    assert sums(fund) == (cny(1_000_000), cny("34500.50"))
    assert fund.entries[-1].reason == "审计费"


def test_an_expense_above_the_income_is_refused_however_much_capital_there_is():
    fund = earn_interest(a_fund(), cny(500), on=DAY, ref="息1")

    with refused(
        InsufficientBalance,
        code="fund.insufficient_balance",
        value=cny("-0.01"),
        limit=ZERO,
        keeps=fund,
    ) as caught:
        pay_expense(fund, cny("500.01"), purpose="办公费", on=LATER, ref="支1")
    assert str(caught.value) == "F-01: the income on 2024-06-21 would be -0.01"
    spent = pay_expense(fund, cny(500), purpose="办公费", on=LATER, ref="支1")
    assert sums(spent) == (cny(1_000_000), ZERO)


def test_an_expense_before_the_interest_that_would_bear_it_is_refused():
    fund = earn_interest(a_fund(), cny(500), on=DAY, ref="息1")

    with pytest.raises(InsufficientBalance, match="2024-03-20 would be -500"):
        pay_expense(fund, cny(500), purpose="办公费", on=date(2024, 3, 20), ref="支1")


def test_an_expense_says_what_for():
    fund = a_rich_fund()

    with refused(
        InvalidTerms, code="terms.invalid", value="", limit="said in words", keeps=fund
    ) as caught:
        pay_expense(fund, cny(1), purpose="", on=DAY, ref="支1")
    assert str(caught.value) == "the purpose of an expense must be said in words, got "
    assert caught.value.zh == "费用用途应为 said in words，实为 "


# ---- interest becomes capital, and nothing else


def test_interest_becomes_capital_by_a_decision_and_no_money_moves():
    fund = capitalize_interest(a_rich_fund(), cny(3_000), on=DAY, ref="转1")

    assert sums(fund, date(2024, 3, 20)) == (cny(1_000_000), cny(5_000))
    assert sums(fund) == (cny(1_003_000), cny(2_000))
    assert fund.account_balance(as_of=LATER) == cny(1_005_000)


def test_all_of_the_interest_may_become_capital_and_not_a_fen_more():
    fund = capitalize_interest(a_rich_fund(), cny(3_000), on=DAY, ref="转1")

    assert sums(capitalize_interest(fund, cny(2_000), on=LATER, ref="转2")) == (
        cny(1_005_000),
        ZERO,
    )
    fund = receive_fee(fund, cny(9_000), on=DAY, ref="费1")
    with refused(
        NotCapital,
        code="fund.not_capital",
        value=cny("0.01"),
        limit="interest earned, neither spent nor capitalized yet",
        keeps=fund,
    ) as caught:
        capitalize_interest(fund, cny("2000.01"), on=LATER, ref="转2")
    assert str(caught.value) == (
        "F-01: 0.01 capitalized by 2024-06-21 is no interest that was earned and not spent"
    )


def test_an_award_of_three_million_cannot_become_capital():
    """The 3,000,000 yuan that Dalian gave one district for its incubators are no capital."""
    fund = receive_reward(EMPTY, cny(3_000_000), on=DAY, ref="奖2021-1")

    assert sums(fund) == (ZERO, cny(3_000_000))
    with refused(
        NotCapital,
        code="fund.not_capital",
        value=cny(3_000_000),
        limit="interest earned, neither spent nor capitalized yet",
        keeps=fund,
    ):
        capitalize_interest(fund, cny(3_000_000), on=LATER, ref="转1")


def test_a_fee_cannot_become_capital():
    fund = receive_fee(EMPTY, cny(700), on=DAY, ref="费1")

    with pytest.raises(NotCapital, match=r"700\.00 capitalized"):
        capitalize_interest(fund, cny(700), on=LATER, ref="转1")


def test_interest_that_was_spent_cannot_become_capital():
    fund = pay_expense(a_rich_fund(), cny(4_000), purpose="办公费", on=DAY, ref="支1")

    with refused(
        InsufficientBalance,
        code="fund.insufficient_balance",
        value=cny(-500),
        limit=ZERO,
        keeps=fund,
    ) as caught:
        capitalize_interest(fund, cny(1_500), on=LATER, ref="转1")
    assert str(caught.value) == "F-01: the income on 2024-06-21 would be -500.00"


def test_an_award_does_not_bring_back_interest_that_was_spent():
    fund = earn_interest(EMPTY, cny(3_000_000), on=DAY, ref="息1")
    fund = pay_expense(fund, cny(2_000_000), purpose="办公费", on=date(2024, 3, 22), ref="支1")
    fund = receive_reward(fund, cny(3_000_000), on=date(2024, 3, 23), ref="奖1")

    with refused(
        NotCapital,
        code="fund.not_capital",
        value=cny("0.01"),
        limit="interest earned, neither spent nor capitalized yet",
        keeps=fund,
    ):
        capitalize_interest(fund, cny("1000000.01"), on=LATER, ref="转1")
    assert sums(capitalize_interest(fund, cny(1_000_000), on=LATER, ref="转1")) == (
        cny(1_000_000),
        cny(3_000_000),
    )


def test_expenses_are_met_by_rewards_and_fees_of_their_day_before_interest_is():
    fund = receive_fee(a_rich_fund(), cny(700), on=DAY, ref="费1")
    fund = pay_expense(fund, cny(1_000), purpose="办公费", on=DAY, ref="支1")
    fund = receive_fee(fund, cny(900), on=LATER, ref="费2")

    assert sums(capitalize_interest(fund, cny(4_700), on=LATER, ref="转1")) == (
        cny(1_004_700),
        cny(900),
    )
    with pytest.raises(NotCapital, match=r"F-01: 0\.01 capitalized by 2024-06-21"):
        capitalize_interest(fund, cny("4700.01"), on=LATER, ref="转1")


def test_an_expense_that_came_to_light_late_does_not_spend_interest_that_is_capital():
    fund = capitalize_interest(a_rich_fund(), cny(5_000), on=DAY, ref="转1")
    fund = receive_reward(fund, cny(9_000), on=DAY, ref="奖1")

    with pytest.raises(NotCapital, match=r"F-01: 1\.00 capitalized by 2024-03-21"):
        pay_expense(fund, cny(1), purpose="办公费", on=date(2024, 3, 20), ref="支1")
    assert sums(pay_expense(fund, cny(1), purpose="办公费", on=LATER, ref="支1")) == (
        cny(1_005_000),
        cny(8_999),
    )


def test_interest_that_became_capital_cannot_be_undone():
    fund = capitalize_interest(a_rich_fund(), cny(3_000), on=DAY, ref="转1")
    fund = receive_fee(fund, cny(9_000), on=date(2010, 1, 1), ref="费1")

    with refused(
        NotReversible,
        code="ledger.not_reversible",
        value=2,
        limit="a standing entry on which nothing rests",
        keeps=fund,
    ) as caught:
        fund.reverse(2, on=LATER, ref="冲1")
    assert "others rest on it (F-01: 3,000.00 capitalized by 2024-03-21" in str(caught.value)
    undone = fund.reverse(4, on=LATER, ref="冲1").reverse(2, on=LATER, ref="冲2")
    assert sums(undone) == (cny(1_000_000), cny(9_000))


# ---- accounts


def test_an_account_is_opened_at_a_bank():
    fund = open_account(a_fund(), "A-2", lender="BANK-2", on=DAY, ref="开1", booked_on=LATER)

    assert fund.entries[1] == FundEntry(
        number=2,
        kind=FundEntryKind.ACCOUNT,
        on=DAY,
        booked_on=LATER,
        ref="开1",
        account="A-2",
        lender="BANK-2",
    )
    again = open_account(fund, "A-2", lender="BANK-2", on=DAY, ref="开1", booked_on=LATER)
    assert again is fund
    assert sums(fund) == (cny(1_000_000), ZERO)


def test_an_account_is_opened_once():
    fund = open_account(a_fund(), "A-2", lender="BANK-2", on=DAY, ref="开1")

    with refused(
        RefConflict, code="ledger.ref_conflict", value="A-2", limit="开1", keeps=fund
    ) as caught:
        open_account(fund, "A-2", lender="BANK-3", on=LATER, ref="开2")
    assert str(caught.value) == "F-01: account A-2 was opened by voucher 开1 on 2024-03-21"
    two = open_account(fund, "A-3", lender="BANK-2", on=LATER, ref="开2")
    assert len(two.entries) == 3


@pytest.mark.parametrize(
    ("account", "lender", "error", "value"),
    [
        ("", "BANK-2", InvalidTerms, ["lender"]),
        ("A-2", "", InvalidTerms, ["account"]),
        ("A\n2", "BANK-2", InvalidIdentity, "a text of 3 characters"),
        ("A-2", " BANK", InvalidIdentity, "a text of 5 characters"),
    ],
)
def test_an_account_has_a_number_and_a_bank(account, lender, error, value):
    fund = a_fund()
    limit = 64 if error is InvalidIdentity else "['account', 'lender'] and at most []"

    with refused(error, code=error.code, value=value, limit=limit, keeps=fund):
        open_account(fund, account, lender=lender, on=DAY, ref="开1")


def test_a_transfer_makes_the_fund_no_poorer():
    fund = transfer_between_accounts(
        a_rich_fund(), cny(400_000), to_account="A-2", on=DAY, ref="划1"
    )
    back = transfer_between_accounts(fund, cny(150_000), account="A-2", on=LATER, ref="划2")

    # of 1,000,000 and 5,000 of interest, 400,000 go over and 150,000 come back
    assert sums(back) == (cny(1_000_000), cny(5_000))
    assert fund.account_balance(as_of=LATER) == cny(605_000)
    assert back.account_balance(as_of=LATER) == cny(755_000)
    assert back.account_balance("A-2", as_of=LATER) == cny(250_000)


def test_a_transfer_of_more_than_the_account_has_is_refused():
    fund = transfer_between_accounts(
        a_rich_fund(), cny(400_000), to_account="A-2", on=DAY, ref="划1"
    )

    with refused(
        InsufficientBalance,
        code="fund.insufficient_balance",
        value=cny("-0.01"),
        limit=ZERO,
        keeps=fund,
    ) as caught:
        transfer_between_accounts(fund, cny("400000.01"), account="A-2", on=LATER, ref="划2")
    assert str(caught.value) == "F-01: the money in A-2 on 2024-06-21 would be -0.01"


@pytest.mark.parametrize("account", ["", "A-2"])
def test_a_transfer_goes_from_one_account_to_another(account):
    fund = a_rich_fund()

    with refused(
        InvalidTerms, code="terms.invalid", value=account, limit="another account", keeps=fund
    ):
        transfer_between_accounts(
            fund, cny(1), account=account, to_account=account, on=DAY, ref="划1"
        )


def test_money_in_an_account_before_it_was_opened_is_refused():
    fund = open_account(a_fund(), "A-2", lender="BANK-2", on=DAY, ref="开1")

    with pytest.raises(UnknownAccount, match="no deposit account A-2 on 2024-03-20"):
        earn_interest(fund, cny(1), account="A-2", on=date(2024, 3, 20), ref="息1")
    paid = earn_interest(fund, cny(1), account="A-2", on=DAY, ref="息1")
    assert paid.account_balance("A-2", as_of=DAY) == cny(1)


def test_an_account_with_money_in_it_cannot_be_undone():
    fund = transfer_between_accounts(
        a_rich_fund(), cny(400_000), to_account="A-2", on=DAY, ref="划1"
    )

    with pytest.raises(NotReversible, match="others rest on it"):
        fund.reverse(3, on=LATER, ref="冲1")
    assert len(a_rich_fund().reverse(3, on=LATER, ref="冲1").standing) == 2
