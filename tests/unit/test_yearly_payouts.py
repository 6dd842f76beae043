"""The payouts of a year against the part of the loan balance that they may be."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from histories import PROMISE, RULES, a_fund, a_loan
from microloan import (
    Amortization,
    Dated,
    Gap,
    InvalidDate,
    Line,
    NotInForce,
    cny,
    measure_yearly_payouts,
    pay_claim,
    percent,
    receive_recovery,
)
from refusals import refused

NEW_YEARS_EVE = date(2024, 12, 31)


def bullet(name, amount, **agreed):
    usual = {"months": 24, "amortization": Amortization.BULLET}
    return a_loan(name, principal=cny(amount), **usual | agreed)


def a_year(balance):
    """A fund that paid 80 % of 120,000 in May 2024, and so much that it still stands behind."""
    fund, claimed = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")
    return fund, [claimed, bullet("HT-2", balance)]


@pytest.mark.parametrize(
    ("balance", "limit", "room", "excess"),
    [
        ("480000.00", "96000.00", "0.00", "0.00"),  # 20 % of it are 96,000: exactly on the limit
        ("480000.05", "96000.01", "0.01", "0.00"),
        ("480000.04", "96000.00", "0.00", "0.00"),  # 96,000.008: a part of a fen is not allowed
        ("479999.99", "95999.99", "0.00", "0.01"),
        ("1000000.00", "200000.00", "104000.00", "0.00"),
        ("300000.00", "60000.00", "0.00", "36000.00"),
    ],
)
def test_payouts_of_a_year_may_be_a_fifth_of_the_balance(balance, limit, room, excess):
    fund, loans = a_year(balance)

    year = measure_yearly_payouts(fund, loans, under=RULES, as_of=NEW_YEARS_EVE)
    assert (year.fund_id, year.as_of, year.cap.value) == ("F-01", NEW_YEARS_EVE, Decimal("0.20"))
    assert (year.paid, year.balance, year.limit) == (cny(96_000), cny(balance), cny(limit))
    assert (year.room, year.excess) == (cny(room), cny(excess))


def test_a_payout_above_the_limit_is_paid_all_the_same_and_explained():
    fund, loans = a_year("300000.00")

    year = measure_yearly_payouts(fund, loans, under=RULES, as_of=NEW_YEARS_EVE)
    assert str(year.explain()) == (
        "F-01: payouts 2024 through 2024-12-31: excess 36,000.00\n"
        "  paid in the year  96,000.00\n"
        "  loan balance      300,000.00 on 2024-12-31\n"
        "  limit             20 % × balance = 60,000.00\n"
        "  within it         what the fund cannot bear is made good by the budget\n"
        "  above it          paid all the same; the finance bureau decides after review\n"
        f"  rule              {RULES.yearly_claim_cap.at(NEW_YEARS_EVE)}"
    )
    assert "限额内担保基金不能承受的损失由财政弥补 [local]" in year.explain().rule


def test_room_is_explained_where_there_is_some():
    fund, loans = a_year("480000.00")

    exactly = measure_yearly_payouts(fund, loans, under=RULES, as_of=NEW_YEARS_EVE).explain()
    assert exactly.title == "F-01: payouts 2024 through 2024-12-31: room 0.00"


def test_a_year_begins_on_the_first_of_january_and_recoveries_do_not_lower_it():
    fund, loans = a_year("300000.00")
    fund, claimed = receive_recovery(fund, loans[0], cny(60_000), on=date(2024, 6, 1), ref="S1")
    loans[0] = claimed

    def paid(as_of):
        return measure_yearly_payouts(fund, loans, under=RULES, as_of=as_of).paid

    assert paid(date(2024, 5, 24)) == cny(0)
    assert paid(date(2024, 5, 25)) == paid(NEW_YEARS_EVE) == cny(96_000)
    assert paid(date(2025, 1, 1)) == cny(0)
    early = bullet("HT-3", 100_000, disbursed_on=date(2023, 8, 31), months=1)
    fund, _ = pay_claim(fund, early, on=date(2024, 1, 1), ref="P2")
    assert paid(NEW_YEARS_EVE) == cny(176_000)
    assert paid(date(2023, 12, 31)) == cny(0)


def test_loans_of_another_fund_are_no_balance():
    fund, loans = a_year("300000.00")
    other = replace(PROMISE, fund_id="F-02", coverage=percent("50"))
    loans += [bullet("HT-8", 500_000, guarantee=other), bullet("HT-9", 500_000, guarantee=None)]

    year = measure_yearly_payouts(fund, loans, under=RULES, as_of=NEW_YEARS_EVE)
    assert year.balance == cny(300_000)


def test_a_day_without_a_rule_or_of_another_type_is_refused():
    gap = Gap(since=date(2024, 1, 1), reason="not found", decree="X号")
    unknown = replace(RULES, yearly_claim_cap=Line(Dated("yearly_claim_cap", ((gap.since, gap),))))
    noon = datetime.fromisoformat("2024-06-01T12:00")  # what a host might hand in

    with refused(NotInForce, "policy.not_in_force", value=NEW_YEARS_EVE, limit="not found"):
        measure_yearly_payouts(a_fund(), [], under=unknown, as_of=NEW_YEARS_EVE)
    with refused(InvalidDate, "periods.invalid_date", value=noon, limit="datetime.date"):
        measure_yearly_payouts(a_fund(), [], under=RULES, as_of=noon)
