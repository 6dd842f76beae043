"""Banks that the rules stop: at exactly which rate, until when, and where no rule is known."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from histories import PROMISE, RULES, a_fund, a_loan
from microloan import (
    Amortization,
    InvalidDate,
    InvalidTerms,
    Severity,
    StopRule,
    accelerate,
    check_lenders,
    cny,
    lender_rates,
    lift_suspension,
    pay_claim,
    reverse_both,
    suspend_lender,
    write_off,
)
from refusals import refused

DAY = date(2024, 5, 25)
FIFTH = Decimal("0.20")
NPL_CLAUSE = str(RULES.npl_stop.at(DAY))
PAYOUT_CLAUSE = str(RULES.claim_rate_stop.at(DAY))


def bullet(name, amount, *, lender="BANK-1", **agreed):
    usual = {"months": 24, "amortization": Amortization.BULLET}
    return replace(a_loan(name, principal=cny(amount), **usual | agreed), lender=lender)


def rates(fund, loans, *, as_of=DAY, beyond_days=90, **asked):
    asked = {"under": RULES} | asked
    return lender_rates(fund, loans, as_of=as_of, beyond_days=beyond_days, **asked)


def found(fund, loans, *, as_of=DAY, beyond_days=90, **asked):
    asked = {"under": RULES} | asked
    return check_lenders(fund, loans, as_of=as_of, beyond_days=beyond_days, **asked)


def told(findings):
    return [(one.subject, one.code, one.severity) for one in findings]


def figures(rate):
    return rate.measured.part, rate.measured.whole


# ---- rates of a bank


def test_each_bank_has_its_own_rates_by_its_own_loans():
    # BANK-1: 30,000 of 100,000 called in. BANK-2: nothing bad. Other funds' loans do not count.
    loans = [
        bullet("HT-3", 50_000, lender="BANK-2"),
        accelerate(bullet("HT-1", 30_000), on=DAY, ref="J1"),
        bullet("HT-2", 70_000),
        bullet("HT-4", 90_000, guarantee=None),
        bullet("HT-5", 90_000, lender="BANK-3", guarantee=replace(PROMISE, fund_id="F-02")),
    ]

    listed = rates(a_fund(), loans)
    assert [(rate.lender, rate.rule, *figures(rate)) for rate in listed] == [
        ("BANK-1", StopRule.BAD_LOANS, 30_000_00, 100_000_00),
        ("BANK-1", StopRule.PAYOUTS, 0, 100_000_00),
        ("BANK-2", StopRule.BAD_LOANS, 0, 50_000_00),
        ("BANK-2", StopRule.PAYOUTS, 0, 50_000_00),
    ]
    assert [rate.threshold.value for rate in listed] == [FIFTH] * 4
    assert [rate.gap for rate in listed] == [""] * 4
    assert [rate.reached for rate in listed] == [True, False, False, False]
    assert listed[0].measured.name == (
        "不良率: outstanding past due beyond 90 days or in default ÷ outstanding, 2024-05-25"
    )
    assert listed[1].measured.name == (
        "代偿率: payouts to the bank 2024-01-01 – 2024-05-25 ÷ exposure to its loans on 2024-05-25"
    )


@pytest.mark.parametrize(
    ("bad", "reached"),
    [("20000.00", True), ("19999.99", False), ("20000.01", True)],  # of 100,000: 20.00 %
)
def test_a_bank_is_stopped_at_exactly_a_fifth_of_bad_loans(bad, reached):
    good = cny(100_000) - cny(bad)
    loans = [
        accelerate(bullet("HT-1", bad), on=DAY, ref="J1"),
        replace(bullet("HT-2", good.amount), lender="BANK-1"),
    ]

    assert rates(a_fund(), loans)[0].reached is reached
    stops = [("BANK-1", "lender.bad_loans_reached", Severity.FAULT)] if reached else []
    assert told(found(a_fund(), loans)) == stops


@pytest.mark.parametrize(
    ("balance", "reached"),
    [("480000.00", True), ("480000.01", False)],  # 96,000 ÷ 480,000 = 20.00 %
)
def test_a_bank_is_stopped_at_exactly_a_fifth_of_payouts(balance, reached):
    fund, claimed = pay_claim(a_fund(), a_loan(), on=DAY, ref="P1")
    other = bullet("HT-2", 10_000, lender="BANK-2")
    loans = [claimed, bullet("HT-3", balance), other]

    payouts = rates(fund, loans)[1]
    assert (payouts.rule, payouts.measured.part) == (StopRule.PAYOUTS, 96_000_00)
    assert payouts.reached is reached
    # The lender's own 24,000 are bad, of 504,000: 4.76 %.
    assert figures(rates(fund, loans)[0])[0] == 24_000_00
    stops = [("BANK-1", "lender.payouts_reached", Severity.FAULT)] if reached else []
    assert told(found(fund, loans)) == stops


def test_payouts_count_from_new_year_or_from_the_day_that_is_given():
    fund, claimed = pay_claim(a_fund(), a_loan(), on=DAY, ref="P1")
    loans = [claimed, bullet("HT-2", 400_000)]

    def paid(**asked):
        return rates(fund, loans, **asked)[1].measured.part

    assert paid(as_of=date(2024, 12, 31)) == 96_000_00
    assert paid(as_of=date(2025, 1, 1)) == 0
    assert paid(as_of=date(2025, 1, 1), payouts_since=DAY) == 96_000_00
    assert paid(as_of=date(2025, 1, 1), payouts_since=date(2024, 5, 26)) == 0
    assert paid(payouts_since=DAY) == 96_000_00
    assert paid(as_of=date(2024, 5, 24)) == 0
    new_year = {"as_of": date(2025, 1, 1)}
    codes = {one.code for one in found(fund, loans, **new_year)}
    assert "lender.payouts_reached" not in codes
    codes = {one.code for one in found(fund, loans, **new_year, payouts_since=DAY)}
    assert "lender.payouts_reached" in codes
    back, _ = reverse_both(fund, claimed, 2, on=date(2024, 6, 1), ref="冲1")
    assert rates(back, loans)[1].measured.part == 0


def test_payouts_reach_every_threshold_where_nothing_is_outstanding_any_more():
    fund, claimed = pay_claim(a_fund(), a_loan(), on=DAY, ref="P1")
    off = write_off(claimed, on=date(2024, 6, 1), ref="核1")

    bad, payouts = rates(fund, [off], as_of=date(2024, 6, 1))
    assert (figures(bad), bad.reached) == ((0, 0), False)
    assert (figures(payouts), payouts.reached) == ((96_000_00, 0), True)
    (finding,) = found(fund, [off], as_of=date(2024, 6, 1))
    assert finding.figures == (("measured", "no exposure left"), ("stops at", "20 %"))


def test_before_anything_was_lent_no_rate_is_reached():
    bad, payouts = rates(a_fund(), [bullet("HT-1", 100)], as_of=date(2024, 1, 14))

    assert (figures(bad), bad.reached) == ((0, 0), False)
    assert (figures(payouts), payouts.reached) == ((0, 0), False)


# ---- findings


def a_stopped_bank():
    """30,000 of 100,000 are bad at BANK-1."""
    return [accelerate(bullet("HT-1", 30_000), on=DAY, ref="J1"), bullet("HT-2", 70_000)]


def test_a_reached_rate_is_a_fault_with_its_figures_clause_and_what_to_do():
    (finding,) = found(a_fund(), a_stopped_bank())

    assert (finding.code, finding.severity) == ("lender.bad_loans_reached", Severity.FAULT)
    assert finding.sentence == (
        "不良率: outstanding past due beyond 90 days or in default ÷ outstanding, 2024-05-25: "
        "30.00%; at 20 % new loans through it stop"
    )
    assert finding.zh == "不良率达到 20 %，应停止新增贷款与担保"
    assert finding.figures == (("measured", "30 %"), ("stops at", "20 %"))
    assert finding.clause == NPL_CLAUSE
    assert finding.settle_by == "record the suspension, with this rate"
    assert finding.settle_by_zh == "登记暂停决定并注明该比率"


def test_both_rates_of_a_bank_may_be_reached():
    fund, claimed = pay_claim(a_fund(), a_loan(), on=DAY, ref="P1")

    findings = found(fund, [claimed, bullet("HT-2", 60_000)])
    assert told(findings) == [
        ("BANK-1", "lender.bad_loans_reached", Severity.FAULT),  # 24,000 of 84,000
        ("BANK-1", "lender.payouts_reached", Severity.FAULT),  # 96,000 of 60,000
    ]
    assert findings[1].zh == "代偿率达到 20 %，应停止新增贷款与担保"
    assert findings[1].clause == PAYOUT_CLAUSE


def test_a_suspended_bank_stays_so_while_its_rate_is_reached_and_may_resume_after():
    loans = a_stopped_bank()
    rate = rates(a_fund(), loans)[0]
    fund = suspend_lender(
        a_fund(), "BANK-1", reason="不良率", measured=rate.measured, on=DAY, ref="停1"
    )

    (stays,) = found(fund, loans)
    assert (stays.code, stays.severity) == ("lender.bad_loans_reached", Severity.NOTE)
    assert (stays.settle_by, stays.settle_by_zh) == ("", "")
    # On 1 June the borrower repays the loan that was called in: nothing is bad any more.
    whole = loans[0].payoff(on=date(2024, 6, 1)).total
    loans[0] = loans[0].repay(whole, on=date(2024, 6, 1), ref="R1")
    (may,) = found(fund, loans, as_of=date(2024, 6, 1))
    assert told([may]) == [("BANK-1", "lender.may_resume", Severity.NOTE)]
    assert may.sentence == (
        "it is suspended, and on 2024-06-01 no known rate of it reaches its threshold"
    )
    assert may.zh == "已暂停；2024-06-01 各项已知比率均未达到停保线"
    assert may.settle_by == "lift the suspension, or let it stand with a reason"
    assert may.settle_by_zh == "解除暂停，或说明继续暂停的理由"
    fund = lift_suspension(fund, "BANK-1", on=date(2024, 6, 1), ref="复1")
    assert found(fund, loans, as_of=date(2024, 6, 1)) == ()


def test_a_suspended_bank_without_a_loan_may_resume_and_banks_stand_in_order():
    fund = a_fund()
    for bank in ("BANK-9", "BANK-3"):
        fund = suspend_lender(fund, bank, reason="不良率", on=DAY, ref=f"停{bank}")

    findings = found(fund, a_stopped_bank())
    assert told(findings) == [
        ("BANK-1", "lender.bad_loans_reached", Severity.FAULT),
        ("BANK-3", "lender.may_resume", Severity.NOTE),
        ("BANK-9", "lender.may_resume", Severity.NOTE),
    ]


# ---- rules that are not known


def test_a_rule_that_is_not_known_is_a_question_and_stops_nobody():
    day = date(2005, 6, 1)  # no rule on payouts was read before about 2006
    start = {"disbursed_on": date(2005, 1, 15)}
    loan = a_loan(**start)
    old_fund = a_fund(0).deposit(cny(1_000_000), on=date(2005, 1, 1), ref="财预0")
    fund, claimed = pay_claim(old_fund, loan, on=day, ref="P1")
    loans = [claimed, bullet("HT-2", 400_000, **start)]

    bad, payouts = rates(fund, loans, as_of=day)
    assert (bad.threshold.value, bad.gap) == (FIFTH, "")
    assert (payouts.threshold, figures(payouts)) == (None, (96_000_00, 400_000_00))  # 24 %
    assert payouts.gap.startswith("claim_rate_stop: no value is known for 2005-06-01: no claim")
    assert not payouts.reached
    (question,) = found(fund, loans, as_of=day)
    assert (question.subject, question.code) == ("F-01", "lender.payouts_unknown")
    assert question.severity is Severity.QUESTION
    assert question.sentence == f"at which rate banks are stopped is not known: {payouts.gap}"
    assert question.zh == "2005-06-01 的代偿率停保线未见"
    assert question.settle_by == "lay the local rule over the national ones"
    assert question.settle_by_zh == "补充地方规定"


def test_before_the_programme_no_rule_is_known_also_for_a_fund_without_loans():
    findings = found(a_fund(), [], as_of=date(2002, 12, 23))

    assert told(findings) == [
        ("F-01", "lender.bad_loans_unknown", Severity.QUESTION),
        ("F-01", "lender.payouts_unknown", Severity.QUESTION),
    ]
    assert findings[0].zh == "2002-12-23 的不良率停保线未见"
    assert found(a_fund(), [], as_of=date(2006, 1, 1)) == ()


# ---- refusals


def test_rates_are_asked_on_a_plain_date_for_days_from_nothing_and_payouts_before_it():
    noon = datetime.fromisoformat("2024-06-01T12:00")  # what a host might hand in

    with refused(InvalidDate, "periods.invalid_date", value=noon, limit="datetime.date"):
        rates(a_fund(), [], as_of=noon)
    with refused(InvalidDate, "periods.invalid_date", value=noon, limit="datetime.date"):
        rates(a_fund(), [], payouts_since=noon)
    later = date(2024, 5, 26)
    with refused(
        InvalidDate, "periods.invalid_date", value=DAY, limit=later, says="a period of payouts"
    ):
        rates(a_fund(), [], payouts_since=later)
    with refused(InvalidTerms, "terms.invalid", value=-1, limit="a whole number from 0"):
        found(a_fund(), a_stopped_bank(), beyond_days=-1)
