"""Every question and every act under a policy: what is no policy is refused by name."""

from datetime import date

import pytest

from applications import an_application
from histories import RULES, a_fund, a_loan, a_quarterly_loan
from microloan import (
    BorrowerKind,
    Category,
    InterestQuarter,
    InvalidTerms,
    Quotient,
    Reference,
    Scenario,
    advance_subsidy,
    age_arrears,
    approve_loan,
    assess,
    blacklist_spans,
    cap_in_force,
    check_lenders,
    cny,
    compare_scenarios,
    deadlines,
    draw_request,
    due_reminders,
    due_visits,
    grade_loan,
    grade_loans,
    grade_of_days,
    lender_rates,
    leverage_path,
    measure_leverage,
    measure_yearly_payouts,
    percent,
    plan_subsidy,
    plan_year,
    quarter_lines,
    raise_cap,
    rate_of_extension,
    subsidize,
    watch_list,
    what_if,
    withdraw,
)
from microloan.fund_decision import decision_in_force
from microloan.fund_path import path_ahead
from refusals import refused

DAY, LATER = date(2024, 7, 1), date(2024, 12, 31)
FUND, LOAN = a_fund(), a_quarterly_loan()
Q3 = InterestQuarter(2024, 3)
GOOD = Quotient(name="还款率", part=95, whole=100)
BY_BENCHMARK = Category(kind=BorrowerKind.INDIVIDUAL, reference=Reference.BENCHMARK)
FAILING = Scenario(name="s", default_rate=percent(5))
OFF = {"on": DAY, "ref": "退1"}

OF_A_FUND = {
    "what_if": lambda u: what_if(FUND, [], under=u, as_of=DAY, default_rate=percent(5)),
    "compare_scenarios": lambda u: compare_scenarios(FUND, [], [FAILING], under=u, as_of=DAY),
    "compare_no_scenarios": lambda u: compare_scenarios(FUND, [], [], under=u, as_of=DAY),
    "measure_leverage": lambda u: measure_leverage(FUND, [LOAN], under=u, as_of=DAY),
    "leverage_path": lambda u: leverage_path(FUND, [LOAN], under=u),
    "leverage_path_of_days": lambda u: leverage_path(FUND, [], under=u, since=DAY, until=DAY),
    "path_ahead": lambda u: path_ahead(FUND, [], under=u, since=DAY),
    "cap_in_force": lambda u: cap_in_force(FUND.entries, under=u, on=DAY),
    "decision_in_force": lambda u: decision_in_force([], under=u, on=DAY),
    "raise_cap": lambda u: raise_cap(FUND, to=10, repayment_rate=GOOD, under=u, on=DAY, ref="决1"),
    "withdraw": lambda u: withdraw(FUND, [], cny(5), under=u, **OFF),
    "withdraw_again": lambda u: withdraw(
        withdraw(FUND, [], cny(5), under=RULES, **OFF), [], cny(5), under=u, **OFF
    ),
    "advance_subsidy": lambda u: advance_subsidy(FUND, [], cny(5), under=u, **OFF),
    "approve_loan": lambda u: approve_loan(
        FUND, [], "HT-9", cny(5), lender="BANK-1", lapses_on=LATER, under=u, on=DAY, ref="批1"
    ),
    "lender_rates": lambda u: lender_rates(FUND, [], under=u, as_of=DAY, beyond_days=90),
    "check_lenders": lambda u: check_lenders(FUND, [], under=u, as_of=DAY, beyond_days=90),
    "measure_yearly_payouts": lambda u: measure_yearly_payouts(FUND, [], under=u, as_of=DAY),
}
OF_LOANS = {
    "assess": lambda u: assess(an_application(), under=u, on=DAY),
    "plan_subsidy": lambda u: plan_subsidy(LOAN, under=u),
    "subsidize": lambda u: subsidize(LOAN, under=u, as_of=DAY),
    "quarter_lines": lambda u: quarter_lines([], Q3, under=u),
    "plan_year": lambda u: plan_year([], year=2025, under=u, on=DAY),
    "draw_request": lambda u: draw_request([], lender="BANK-1", quarter=Q3, under=u, on=LATER),
    "deadlines": lambda u: deadlines(Q3, under=u, is_workday=lambda _: True),
    "rate_of_extension": lambda u: rate_of_extension(
        LOAN.terms, BY_BENCHMARK, months=12, on=DAY, under=u
    ),
    "grade_of_days": lambda u: grade_of_days(5, under=u, on=DAY),
    "grade_loan": lambda u: grade_loan(LOAN, under=u, as_of=DAY),
    "grade_loans": lambda u: grade_loans([], under=u, as_of=DAY),
    "age_arrears": lambda u: age_arrears([], under=u, as_of=DAY),
    "due_visits": lambda u: due_visits([], [], under=u, until=LATER, as_of=DAY),
    "due_reminders": lambda u: due_reminders([], [], under=u, since=DAY, until=LATER),
    "blacklist_spans": lambda u: blacklist_spans([], under=u, as_of=DAY),
}
ASKED = OF_A_FUND | OF_LOANS


@pytest.mark.parametrize(
    "given", [None, "cn", 5, RULES.leverage_cap], ids=["None", "a name", "a number", "a line"]
)
@pytest.mark.parametrize("name", ASKED)
def test_what_is_no_policy_is_refused_by_name(name, given):
    kind = type(given).__name__
    with refused(InvalidTerms, code="terms.invalid", value=kind, limit="a Policy") as caught:
        ASKED[name](given)
    assert str(caught.value) == f"the policy must be a Policy, got {kind}"
    assert caught.value.zh == f"政策应为 a Policy，实为 {kind}"


@pytest.mark.parametrize(
    "given", ["cn", 0, RULES.leverage_cap], ids=["a name", "a number", "a line"]
)
def test_a_watch_list_is_asked_for_under_a_policy_or_without_one(given):
    assert watch_list([], as_of=DAY, under=None) == ()
    with refused(InvalidTerms, code="terms.invalid", value=type(given).__name__, limit="a Policy"):
        watch_list([a_loan()], as_of=DAY, under=given)
