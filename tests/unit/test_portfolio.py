"""The loans a question is asked of: each of them once, and only loans."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from histories import PROMISE, RULES, a_fund, a_loan, pays_on_time, refused
from microloan import (
    InvalidTerms,
    LoanGivenTwice,
    RepaidBy,
    approve_loan,
    check_lenders,
    cny,
    commitments,
    compare_scenarios,
    last_year_repayment_rate,
    lender_rates,
    leverage_path,
    measure_leverage,
    measure_sublimits,
    measure_yearly_payouts,
    nonperforming_rate,
    payout_rate_of_balance,
    payout_rate_of_issued,
    payout_rate_of_released,
    percent,
    repayment_rate_by_amount,
    repayment_rate_by_count,
    what_if,
    withdraw,
)
from microloan.fund_change import fund_changes
from microloan.fund_path import path_ahead
from microloan.portfolio import guaranteed_by, is_guaranteed_by, loans_by_id
from microloan.sublimit import require_sublimits

DAY = date(2024, 6, 30)
FUND = a_fund()
YEAR = {"since": date(2024, 1, 1), "until": date(2024, 12, 31)}
WAYS = {"counting": RepaidBy.by_borrowers()}
ON_A_DAY = {"under": RULES, "as_of": DAY}
ACT = {"under": RULES, "on": DAY, "ref": "1"}
APPROVAL = {"lender": "BANK-1", "lapses_on": date(2024, 9, 1)} | ACT
LATE = {"beyond_days": 90}

ASKED: dict[str, Callable[[object], object]] = {
    "approve_loan": lambda loans: approve_loan(FUND, loans, "HT-9", cny(5), **APPROVAL),
    "check_lenders": lambda loans: check_lenders(FUND, loans, **ON_A_DAY, **LATE),
    "commitments": lambda loans: commitments(FUND.entries, loans, fund_id="F-01", as_of=DAY),
    "compare_scenarios": lambda loans: compare_scenarios(FUND, loans, [], **ON_A_DAY),
    "fund_changes": lambda loans: fund_changes(FUND, loans),
    "last_year_repayment_rate": lambda loans: last_year_repayment_rate(FUND, loans, on=DAY),
    "lender_rates": lambda loans: lender_rates(FUND, loans, **ON_A_DAY, **LATE),
    "leverage_path": lambda loans: leverage_path(FUND, loans, under=RULES),
    "measure_leverage": lambda loans: measure_leverage(FUND, loans, **ON_A_DAY),
    "measure_sublimits": lambda loans: measure_sublimits(
        FUND.entries, loans, fund_id="F-01", as_of=DAY
    ),
    "measure_yearly_payouts": lambda loans: measure_yearly_payouts(FUND, loans, **ON_A_DAY),
    "nonperforming_rate": lambda loans: nonperforming_rate(loans, as_of=DAY, **LATE),
    "path_ahead": lambda loans: path_ahead(FUND, loans, under=RULES, since=DAY),
    "payout_rate_of_balance": lambda loans: payout_rate_of_balance(FUND, loans, **YEAR),
    "payout_rate_of_issued": lambda loans: payout_rate_of_issued(FUND, loans, **YEAR),
    "payout_rate_of_released": lambda loans: payout_rate_of_released(FUND, loans, **YEAR),
    "repayment_rate_by_amount": lambda loans: repayment_rate_by_amount(loans, **YEAR, **WAYS),
    "repayment_rate_by_count": lambda loans: repayment_rate_by_count(loans, **YEAR, **WAYS),
    "require_sublimits": lambda loans: require_sublimits(
        FUND.entries, loans, fund_id="F-01", lender="BANK-1", groups=(), since=DAY
    ),
    "what_if": lambda loans: what_if(FUND, loans, **ON_A_DAY, default_rate=percent(5)),
    "withdraw": lambda loans: withdraw(FUND, loans, cny(5), **ACT),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED.keys())
def test_the_same_loan_twice_is_refused_whatever_is_asked(ask):
    early, later = a_loan(), pays_on_time(a_loan(), 1, 2)

    for twice in ([early, early], [early, a_loan("HT-2"), later], iter([later, later])):
        with refused(
            LoanGivenTwice, code="request.loan_given_twice", value="HT-1", limit="each loan once"
        ) as caught:
            ask(twice)
        assert str(caught.value).startswith("HT-1 is given twice for ")
        assert caught.value.zh.endswith("中 HT-1 出现两次")
    ask([early, a_loan("HT-2")])
    ask(iter([]))


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED.keys())
def test_what_is_no_loan_or_one_loan_in_place_of_several_is_refused_by_its_type(ask):
    for bad, value, kind in (
        (None, None, "NoneType"),
        (5, 5, "int"),
        (a_loan(), a_loan(), "Loan"),
        ([None], None, "NoneType"),
        ("HT-1", "H", "str"),
        ([FUND], FUND, "GuaranteeFund"),
    ):
        with refused(InvalidTerms, code="terms.invalid", value=value, limit="several Loan") as one:
            ask(bad)
        assert str(one.value).startswith("the loans for ")
        assert str(one.value).endswith(f" must be several Loan, got {kind}")
        assert one.value.zh.endswith(f"所需贷款应为若干 Loan，实为 {kind}")


def test_the_loans_of_a_fund_are_those_it_guarantees_in_the_order_given():
    elsewhere = a_loan("HT-2", guarantee=replace(PROMISE, fund_id="F-02"))
    loans = [a_loan("HT-3"), elsewhere, a_loan("HT-4", guarantee=None), a_loan("HT-1")]
    named = {"of": "a question", "of_zh": "查询"}

    assert [loan.id for loan in guaranteed_by(loans, "F-01", **named)] == ["HT-3", "HT-1"]
    assert list(loans_by_id(loans, **named)) == ["HT-3", "HT-2", "HT-4", "HT-1"]
    assert [is_guaranteed_by(loan, "F-02") for loan in loans] == [False, True, False, False]
