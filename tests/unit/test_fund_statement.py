"""The statement of a fund over a period, and where its money lies."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from histories import a_fund, a_loan, refused
from microloan import (
    ZERO,
    DepositAccount,
    FundEntryKind,
    GuaranteeFund,
    InvalidDate,
    capitalize_interest,
    cny,
    deposit_accounts,
    earn_interest,
    fund_flows,
    open_account,
    pay_claim,
    pay_expense,
    receive_fee,
    receive_recovery,
    receive_reward,
    top_up,
    transfer_between_accounts,
)
from microloan.fund_outflow import return_advance, with_advance, with_withdrawal

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)


def a_year():
    """A fund of 1,000,000 and 900 of interest before 2024, and a year of every movement."""
    fund = earn_interest(a_fund(), cny(900), on=date(2023, 12, 31), ref="息0")
    fund = open_account(fund, "A-2", lender="BANK-2", on=FIRST, ref="开1")
    fund = transfer_between_accounts(fund, cny(300_000), to_account="A-2", on=FIRST, ref="划1")
    fund = fund.deposit(cny(50_000), on=FIRST, ref="财预2")
    fund = with_advance(fund, cny(8_000), on=date(2024, 2, 1), ref="垫1")
    fund = earn_interest(fund, cny(600), account="A-2", on=date(2024, 3, 21), ref="息1")
    fund = earn_interest(fund, cny(700), account="A-2", on=date(2024, 6, 21), ref="息2")
    fund, loan = pay_claim(fund, a_loan(), on=date(2024, 5, 25), ref="代1")  # 96,000
    fund, _ = receive_recovery(fund, loan, cny(50_000), on=date(2024, 9, 1), ref="追1")  # 40,000
    fund = return_advance(fund, cny(5_000), advance="垫1", on=date(2024, 7, 1), ref="还1")
    fund = receive_reward(fund, cny(3_000), on=date(2024, 8, 1), ref="奖1")
    fund = receive_fee(fund, cny(400), on=date(2024, 8, 1), ref="费1")
    fund = pay_expense(fund, cny(1_100), purpose="审计费", on=date(2024, 9, 9), ref="支1")
    fund = capitalize_interest(fund, cny(2_000), on=LAST, ref="转1")
    fund = top_up(fund, cny(6_000), on=LAST, ref="补1")
    fund = with_withdrawal(fund, cny(10_000), on=LAST, ref="退1")
    return with_withdrawal(fund, cny(1), on=date(2025, 1, 1), ref="退2")


def test_a_statement_has_one_amount_for_each_kind_and_balances():
    flows = fund_flows(a_year(), since=FIRST, until=LAST)

    assert [(kind.value, amount // 100) for kind, amount in flows.amounts] == [
        ("deposit", 50_000),
        ("top_up", 6_000),
        ("withdrawal", 10_000),
        ("advance", 8_000),
        ("advance_return", 5_000),
        ("claim_payout", 96_000),
        ("recovery", 40_000),
        ("interest", 1_300),
        ("capitalization", 2_000),
        ("reward", 3_000),
        ("fee", 400),
        ("expense", 1_100),
    ]
    # in: 50,000 + 6,000 + 5,000 + 40,000 + 2,000; out: 10,000 + 8,000 + 96,000
    assert (flows.capital_in, flows.capital_out) == (cny(103_000), cny(114_000))
    assert (flows.capital_opening, flows.capital_closing) == (cny(1_000_000), cny(989_000))
    # in: 1,300 + 3,000 + 400; out: 1,100 + 2,000
    assert (flows.income_in, flows.income_out) == (cny(4_700), cny(3_100))
    assert (flows.income_opening, flows.income_closing) == (cny(900), cny(2_500))
    assert flows.balances


def test_a_statement_that_lacks_a_fen_does_not_balance():
    flows = fund_flows(a_year(), since=FIRST, until=LAST)

    for part in ("capital_opening_fen", "capital_closing_fen", "income_opening_fen"):
        assert not replace(flows, **{part: getattr(flows, part) + 1}).balances
    assert not replace(flows, income_closing_fen=flows.income_closing_fen - 1).balances
    assert not replace(flows, amounts=flows.amounts[1:]).balances


def test_one_kind_is_asked_for_by_name():
    flows = fund_flows(a_year(), since=FIRST, until=LAST)

    assert flows.amount(FundEntryKind.INTEREST) == cny(1_300)
    assert flows.amount(FundEntryKind.UPPER_SHARE) == ZERO
    assert flows.amount(FundEntryKind.TRANSFER) == ZERO


def test_both_ends_of_the_period_are_inside():
    fund = a_year()

    day = fund_flows(fund, since=LAST, until=LAST)
    assert [kind.value for kind, _ in day.amounts] == ["top_up", "withdrawal", "capitalization"]
    assert fund_flows(fund, since=date(2025, 1, 1), until=date(2025, 1, 1)).capital_out == cny(1)


def test_the_closing_of_a_period_is_the_opening_of_the_next():
    fund = a_year()
    first = fund_flows(fund, since=FIRST, until=date(2024, 6, 30))
    second = fund_flows(fund, since=date(2024, 7, 1), until=LAST)

    assert (first.balances, second.balances) == (True, True)
    # 1,000,000 + 50,000 - 8,000 - 96,000; 900 + 600 + 700
    assert first.capital_closing == second.capital_opening == cny(946_000)
    assert first.income_closing == second.income_opening == cny(2_200)


def test_what_was_undone_is_in_no_statement():
    fund = a_fund().deposit(cny(500), on=FIRST, ref="财预2").reverse(2, on=LAST, ref="冲1")
    flows = fund_flows(fund, since=FIRST, until=LAST)

    assert flows.amounts == ()
    assert flows.capital_opening == flows.capital_closing == cny(1_000_000)


def test_a_statement_of_all_time_begins_with_nothing():
    flows = fund_flows(a_year(), since=date.min, until=date.max)

    assert flows.capital_opening == flows.income_opening == ZERO
    assert flows.amount(FundEntryKind.DEPOSIT) == cny(1_050_000)
    assert flows.balances


def test_a_fund_without_entries_has_a_statement():
    flows = fund_flows(GuaranteeFund(id="F-01", name="示例县创业担保基金"), since=FIRST, until=LAST)

    assert (flows.fund_id, flows.since, flows.until) == ("F-01", FIRST, LAST)
    assert flows.amounts == ()
    assert flows.balances


def test_a_statement_explains_itself_line_by_line():
    fund = earn_interest(a_fund(1_000), cny(30), on=FIRST, ref="息1")
    fund = capitalize_interest(fund, cny(20), on=LAST, ref="转1")
    fund = with_withdrawal(fund, cny(5), on=LAST, ref="退1")

    assert str(fund_flows(fund, since=FIRST, until=LAST).explain()) == (
        "F-01 from 2024-01-01 through 2024-12-31\n"
        "  capital before  1,000.00\n"
        "  withdrawal      -5.00\n"
        "  capitalization  20.00\n"
        "  capital after   1,015.00\n"
        "  income before   0.00\n"
        "  interest        30.00\n"
        "  capitalization  -20.00\n"
        "  income after    10.00\n"
        "  rule            before + inflows − outflows = after"
    )


def test_a_statement_ends_no_earlier_than_it_begins():
    with refused(
        InvalidDate, code="periods.invalid_date", value=date(2023, 12, 31), limit=FIRST
    ) as caught:
        fund_flows(a_fund(), since=FIRST, until=date(2023, 12, 31))
    assert str(caught.value).startswith("a statement and its last day: ")


@pytest.mark.parametrize("part", ["since", "until"])
def test_a_statement_is_asked_for_by_plain_days(part):
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    with refused(InvalidDate, code="periods.invalid_date", value=moment, limit="datetime.date"):
        fund_flows(a_fund(), **{"since": FIRST, "until": LAST} | {part: moment})


# ---- where the money lies


def test_accounts_stand_with_their_bank_and_what_is_in_them():
    fund = a_year()
    main = DepositAccount(account="", lender="", opened_on=None, balance_fen=1_000_900_00)

    assert deposit_accounts(fund, as_of=date(2023, 12, 31)) == (main,)
    # main: 1,000,900 - 300,000 + 50,000 - 8,000 - 96,000 + 40,000 + 5,000 + 3,000 + 400 - 1,100
    #       + 6,000 - 10,000 = 690,200; the second: 300,000 + 600 + 700; capitalizing moves nothing
    first, second = deposit_accounts(fund, as_of=LAST)
    assert (first.account, first.balance) == ("", cny(690_200))
    assert second == DepositAccount(
        account="A-2", lender="BANK-2", opened_on=FIRST, balance_fen=301_300_00
    )
    assert first.balance + second.balance == fund.balance(as_of=LAST) + fund.income(as_of=LAST)


def test_accounts_stand_in_order_of_their_opening():
    fund = open_account(a_fund(), "A-3", lender="BANK-3", on=LAST, ref="开3")
    fund = open_account(fund, "A-2", lender="BANK-2", on=FIRST, ref="开2")

    assert [one.account for one in deposit_accounts(fund, as_of=LAST)] == ["", "A-2", "A-3"]
    assert [one.account for one in deposit_accounts(fund, as_of=FIRST)] == ["", "A-2"]
