"""What the checks of an audit find, word for word in both languages, with every figure.

The loan: 120,000 from 3 January 2024 at 3.95 %, interest by actual days of 360 on the 20th. Its
first period has 78 days: 120,000 × 3.95 % × 78 / 360 = 1,027.00, of which the treasury bears half,
513.50, center and county 256.75 each. From June to September are 92 days: 1,211.33.
"""

from dataclasses import replace
from datetime import date

import pytest

from audit_book import AS_OF, FIRST, LIMITS, NO_NOTES, PROMISE, Q3_DUE, RULES, a_loan, bank_loan
from audit_book import paid as paid_through
from microloan import (
    Amortization,
    HalfYear,
    InterestQuarter,
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    cny,
    percent,
)
from microloan.budget import Budget
from microloan.checks import (
    Business,
    Check,
    Facts,
    FundFlow,
    Limits,
    LoanFile,
    OutstandingRow,
    OverduePayment,
    PayoutRow,
    SubsidyRow,
    audit_loans,
)
from microloan.clearing import TreasuryPayment
from microloan.dossier import Department, SignOff
from microloan.entitlement import StopReason, SubsidyStop
from microloan.filing import draw_request
from microloan.finding import Severity
from microloan.frozen_line import freeze_line
from microloan.levels import LevelAmount
from microloan.policy import Level
from requesting import HALVES

LOAN = paid_through(a_loan("HT-1"))
STOPPED = paid_through(a_loan("HT-1"), date(2024, 9, 19))
Q1, Q2 = InterestQuarter(2024, 1), InterestQuarter(2024, 2)
HALF_EACH = (
    LevelAmount(level=Level.CENTRAL, amount_fen=25_675),
    LevelAmount(level=Level.COUNTY, amount_fen=25_675),
)
ROW = SubsidyRow(
    loan_id="HT-1",
    ref="附表1",
    opens_on=FIRST,
    closes_on=date(2024, 3, 21),
    contract=cny(120_000),
    principal=cny(120_000),
    annual_rate=percent("3.95"),
    interest=cny("1027.00"),
    subsidy=cny("513.50"),
    levels=HALF_EACH,
)


def found(*codes, loan=LOAN, under=RULES, as_of=AS_OF, shares=HALVES, **facts):
    """The findings with these codes about one loan when nothing but these facts is given."""
    given = Facts(limits=LIMITS, shares=shares, **facts)
    findings = audit_loans([loan], given, under=under, as_of=as_of).findings
    return [one for one in findings if one.code in {f"audit.{code}" for code in codes}]


def says(finding, sentence, zh, *figures, settle, of="HT-1", severity=Severity.FAULT):
    """Whether a finding says all of this, and nothing else."""
    assert (finding.sentence, finding.zh) == (sentence, zh)
    assert finding.figures == figures
    assert (finding.settle_by, finding.settle_by_zh) == settle
    assert (finding.subject, finding.severity) == (of, severity)


def asked(quarter=Q1, on=date(2024, 3, 25), **more):
    return draw_request(
        [LOAN], lender="BANK-9", quarter=quarter, under=RULES, on=on, shares=HALVES, **more
    )


# --- what is subsidized


def test_days_subsidized_twice():
    """From 11 February through 20 March are 39 days."""
    again = replace(ROW, ref="附表2", opens_on=date(2024, 2, 11), closes_on=date(2024, 5, 1))
    [one] = found("k01_same_days", subsidies=(again, ROW))
    says(
        one,
        "39 days from 2024-02-11 are subsidized by 附表1 and again by 附表2",
        "自 2024-02-11 起 39 天由 附表1 与 附表2 重复贴息",
        ("first", "2024-01-03 - 2024-03-21 (附表1)"),
        ("second", "2024-02-11 - 2024-05-01 (附表2)"),
        ("days", "39"),
        settle=(
            "take back what was asked for the same days the second time",
            "追回重复贴息部分",
        ),
    )
    touching = replace(again, opens_on=date(2024, 3, 21))
    assert found("k01_same_days", subsidies=(ROW, touching)) == []


def test_a_line_requested_twice():
    """In the request of either quarter: 1,027.00 instead of 513.50."""
    first = asked()
    second = replace(first, quarter=Q2, since=Q1, on=date(2024, 6, 25))
    [one] = found("k01_same_days", requests=(first, second))
    says(
        one,
        "the interest of 2024-03-20 is asked for in BANK-9 2024Q1, BANK-9 2024Q2: 1,027.00, "
        "513.50 once",
        "2024-03-20 利息的贴息在 BANK-9 2024Q1、BANK-9 2024Q2 中重复申请：合计 1,027.00 元，"
        "一次为 513.50 元",
        ("asked", "1,027.00"),
        ("once", "513.50"),
        settle=(
            "take back what was asked for the same days the second time",
            "追回重复贴息部分",
        ),
    )


def test_days_after_the_signed_maturity():
    """The loan matures on 3 January 2025; 10 January is seven days later."""
    row = replace(ROW, closes_on=date(2025, 1, 10))
    [one] = found("k02_after_maturity", subsidies=(row,))
    says(
        one,
        "附表1 subsidizes 7 days after the maturity of 2025-01-03",
        "附表1 对到期日 2025-01-03 之后 7 天贴息",
        ("matures on", "2025-01-03"),
        ("subsidized to", "2025-01-10"),
        settle=(
            "take back what falls after the signed maturity; extensions bear none",
            "追回合同到期后（含展期）的贴息",
        ),
    )
    assert found("k02_after_maturity", subsidies=(replace(row, closes_on=date(2025, 1, 3)),)) == []


def test_overdue_principal_that_is_subsidized():
    """Of four parts of 30,000 the second fell due on 3 July and was not paid."""
    loan = a_loan("HT-1", amortization=Amortization.EQUAL_PRINCIPAL, settlement=None)
    due = loan.schedule[0]
    loan = loan.repay(due.total, on=due.due_on, ref="1")
    row = replace(ROW, principal=cny(90_000), opens_on=date(2024, 7, 4), closes_on=date(2024, 8, 4))
    [one] = found("k02_overdue", loan=loan, subsidies=(row,))
    says(
        one,
        "附表1 subsidizes 90,000.00 on 2024-07-04; 60,000.00 of it was not overdue",
        "附表1 在 2024-07-04 按 90,000.00 元贴息，其中未逾期仅 60,000.00 元",
        ("subsidized", "90,000.00"),
        ("not overdue", "60,000.00"),
        ("day", "2024-07-04"),
        settle=("take back what was asked on overdue principal", "追回逾期部分的贴息"),
    )


def test_more_subsidized_than_was_owed():
    row = replace(ROW, principal=cny("120000.01"))
    [one] = found("k03_above_outstanding", subsidies=(row,))
    says(
        one,
        "附表1 subsidizes 120,000.01 on 2024-01-03, when 120,000.00 was owed",
        "附表1 在 2024-01-03 按 120,000.01 元贴息，当日贷款余额 120,000.00 元",
        ("subsidized", "120,000.01"),
        ("outstanding", "120,000.00"),
        ("day", "2024-01-03"),
        settle=(
            "compute from the day of the early repayment on what was left",
            "自提前还款日起按剩余本金重算",
        ),
    )


def test_a_rate_above_the_cap():
    """3.45 % and one and a half points: 4.95 % at most on 3 January 2024."""
    [one] = found("k04_above_cap", loan=a_loan("HT-1", annual_rate=percent("4.96")))
    says(
        one,
        "the contract bears 4.96 %, 4.95 % at most on 2024-01-03",
        "合同利率 4.96 %，签约日上限 4.95 %",
        ("rate", "4.96 %"),
        ("at most", "4.95 %"),
        settle=("no subsidy, or a lower rate", "不予贴息，或下调利率"),
    )
    assert one.clause


def test_another_rate_than_the_contracts():
    settle = ("compute at the rate of the contract", "按合同利率重算")
    figures = (("computed at", "4.95 %"), ("contract", "3.95 %"))
    [one] = found("k04_other_rate", subsidies=(replace(ROW, annual_rate=percent("4.95")),))
    says(
        one,
        "附表1 computes at 4.95 %, the contract bears 3.95 %",
        "附表1 按 4.95 % 计算，合同利率为 3.95 %",
        *figures,
        settle=settle,
    )
    request = asked()
    line = replace(request.lines[0], annual_rate=percent("4.95"))
    [one] = found("k04_other_rate", requests=(replace(request, lines=(line,)),))
    says(
        one,
        "BANK-9 2024Q1 computes at 4.95 %, the contract bears 3.95 %",
        "BANK-9 2024Q1 按 4.95 % 计算，合同利率为 3.95 %",
        *figures,
        settle=settle,
    )


def test_more_than_the_ceiling_is_lent_or_subsidized():
    """The ceiling of a person was 200,000 from 2023 on (财金〔2023〕75号)."""
    settle = ("no subsidy on what lies above the ceiling", "超出额度部分不予贴息")
    loan = a_loan("HT-1", principal=cny("300000.01"))
    most = RULES.lending_ceiling_of(loan.category, on=FIRST)
    assert most.value == 30_000_000
    [one] = found("k05_above_ceiling", loan=loan)
    says(
        one,
        "the loan: 300,000.01 without the commercial part, 300,000.00 at most",
        "发放 300,000.01 元，额度 300,000.00 元",
        ("amount", "300,000.01"),
        ("at most", "300,000.00"),
        settle=settle,
    )
    assert one.clause == str(most)


# --- requests


def test_a_subsidy_of_what_the_bank_did_not_lend():
    bank = ("the bank's receipt of the disbursement", "由银行提供放款凭证")
    [one] = found("k12_not_at_the_bank", subsidies=(ROW,), bank_loans=())
    says(
        one,
        "it is subsidized, and the bank's list has no such loan",
        "已申请贴息，银行清单中无此贷款",
        settle=bank,
    )
    receipt = ("what the bank's receipt says", "以银行放款凭证为准")
    less = bank_loan(LOAN, principal=cny(100_000))
    [one] = found("k12_other_amount", subsidies=(ROW,), bank_loans=(less,))
    says(
        one,
        "附表1 asks for a loan of 120,000.00; by the bank it is 100,000.00",
        "附表1 申报 120,000.00，银行清单为 100,000.00",
        ("stated", "120,000.00"),
        ("by the bank", "100,000.00"),
        settle=receipt,
    )
    later = bank_loan(LOAN, disbursed_on=date(2024, 1, 4))
    [one] = found("k12_before_disbursement", requests=(asked(),), bank_loans=(later,))
    says(
        one,
        "BANK-9 2024Q1 asks from 2024-01-03 on; by the bank it is 2024-01-04",
        "BANK-9 2024Q1 申报 2024-01-03，银行清单为 2024-01-04",
        ("stated", "2024-01-03"),
        ("by the bank", "2024-01-04"),
        settle=receipt,
    )
    both = (bank_loan(LOAN), later)
    [one] = found("k12_bank_rows_differ", subsidies=(ROW,), bank_loans=both)
    says(
        one,
        "the bank lists it in 2 rows that contradict each other",
        "银行清单中该贷款有 2 行，内容不一致",
        ("rows", "2"),
        settle=bank,
    )
    same = (bank_loan(LOAN, row=1), bank_loan(LOAN, row=2))
    assert found("k12_bank_rows_differ", subsidies=(ROW,), bank_loans=same) == []


def test_a_subsidy_of_another_contract():
    [one] = found("k12_other_contract", subsidies=(replace(ROW, contract=cny(130_000)),))
    says(
        one,
        "附表1 asks for a contract of 130,000.00; the book holds 120,000.00",
        "附表1 申报合同金额 130,000.00 元，台账为 120,000.00 元",
        ("stated", "130,000.00"),
        ("contract", "120,000.00"),
        settle=("the contract", "以借款合同为准"),
    )


def test_levels_that_do_not_make_the_subsidy():
    short = (HALF_EACH[0], LevelAmount(level=Level.COUNTY, amount_fen=25_674))
    [one] = found("k13_levels_differ", subsidies=(replace(ROW, levels=short),))
    says(
        one,
        "附表1: the levels bear 513.49 together, the subsidy is 513.50",
        "附表1：各级承担合计 513.49 元，贴息 513.50 元",
        ("levels", "513.49"),
        ("subsidy", "513.50"),
        settle=("a split that adds up", "更正分级承担金额"),
    )


@pytest.mark.parametrize(("moved", "is_found"), [(0, False), (1, False), (2, True)])
def test_shares_that_are_not_those_agreed(moved, is_found):
    """The tolerance is a fen for each level."""
    levels = (
        LevelAmount(level=Level.CENTRAL, amount_fen=25_675 + moved),
        LevelAmount(level=Level.COUNTY, amount_fen=25_675 - moved),
    )
    differing = found("k13_other_shares", subsidies=(replace(ROW, levels=levels),))
    assert bool(differing) == is_found
    for one in differing:
        stated, right = "central 256.77, county 256.73", "central 256.75, county 256.75"
        says(
            one,
            f"附表1: the levels bear {stated}; by the agreed shares {right}",
            f"附表1：各级承担 {stated}，按约定比例应为 {right}",
            ("levels", stated),
            ("agreed", right),
            settle=("a split by the agreed shares", "按约定比例更正分级承担金额"),
        )


def test_more_asked_of_a_level_than_its_budget():
    budget = Budget.of(2024, {Level.COUNTY: cny("250.00")})
    [one] = found("k13_over_budget", subsidies=(ROW,), budgets=(budget,))
    says(
        one,
        "256.75 is asked of county in 2024, its budget is 250.00",
        f"2024 年{Level.COUNTY.zh}财政应承担 256.75 元，预算 250.00 元",
        ("asked", "256.75"),
        ("budget", "250.00"),
        ("above", "6.75"),
        of="2024 county",
        settle=("a supplement to the budget, or a lower request", "追加预算或核减申请"),
    )


def test_sums_that_computing_anew_does_not_confirm():
    settle = ("a correction in the next request", "在下季度申请中更正")
    [one] = found("k14_other_interest", subsidies=(replace(ROW, interest=cny("1027.02")),))
    says(
        one,
        "附表1: interest of 1,027.02; computed anew it is 1,027.00",
        "附表1：利息 1,027.02 元，重算为 1,027.00 元",
        ("stated", "1,027.02"),
        ("anew", "1,027.00"),
        settle=settle,
    )
    request = asked()
    line = replace(request.lines[0], subsidy_fen=51_348)
    [one] = found("k14_other_subsidy", requests=(replace(request, lines=(line,)),))
    says(
        one,
        "BANK-9 2024Q1, due 2024-03-20: subsidy of 513.48; computed anew it is 513.50",
        "BANK-9 2024Q1, due 2024-03-20：贴息 513.48 元，重算为 513.50 元",
        ("stated", "513.48"),
        ("anew", "513.50"),
        settle=settle,
    )


def test_a_subsidy_that_was_not_paid():
    """Of 513.50 the county paid 256.75; from 20 March to 30 December are 285 days."""
    request = asked()
    settle = ("payment, or a request for it", "拨付或补充申请")
    pay = TreasuryPayment(
        lender="BANK-9",
        quarter=Q1,
        level=Level.COUNTY,
        amount=cny("256.75"),
        on=date(2024, 7, 1),
        ref="拨1",
    )
    unpaid = found("k21_unpaid", requests=(request,), payments=(pay,))
    by_day = {one.sentence.split()[2]: one for one in unpaid}
    says(
        by_day["2024-03-20"],
        "256.75 of 2024-03-20 is unpaid after 285 days, requested 2024Q1",
        "2024-03-20 的贴息 256.75 元已 285 天未拨付（2024Q1 已申请）",
        ("amount", "256.75"),
        ("days", "285"),
        ("at most", "101"),
        settle=settle,
    )
    # The second quarter: 92 days, 1,211.33; half of it 605.665, half up 605.67; 193 days.
    says(
        by_day["2024-06-20"],
        "605.67 of 2024-06-20 is unpaid after 193 days, never requested",
        "2024-06-20 的贴息 605.67 元已 193 天未拨付（未申请）",
        ("amount", "605.67"),
        ("days", "193"),
        ("at most", "101"),
        settle=settle,
    )
    assert "2024-09-20" not in by_day  # on the limit


# --- outstanding principal

OUT = OutstandingRow(
    loan_id="HT-1",
    since=date(2024, 1, 1),
    until=date(2024, 6, 30),
    opening=cny(0),
    lent=cny(120_000),
    closing=cny(120_000),
)
NEXT = OutstandingRow(
    loan_id="HT-1",
    since=date(2024, 7, 1),
    until=date(2024, 9, 30),
    opening=cny(120_000),
    closing=cny(120_000),
)
VOUCHERS = ("the vouchers of these days", "核对该期间的凭证")


def test_movements_that_do_not_make_the_closing():
    """0 + 120,000 - 20,000 - 3,000 - 2,000 = 95,000, and not 96,000."""
    row = replace(
        OUT,
        repaid=cny(20_000),
        paid_by_fund=cny(3_000),
        written_off=cny(2_000),
        closing=cny(96_000),
    )
    [one] = found("k15_does_not_close", outstanding=(row,))
    says(
        one,
        "2024-01-01 - 2024-06-30: the movements make 95,000.00, the closing is 96,000.00",
        "2024-01-01 至 2024-06-30：按发生额应为 95,000.00 元，期末为 96,000.00 元",
        ("expected", "95,000.00"),
        ("closing", "96,000.00"),
        settle=VOUCHERS,
    )


def test_rows_that_do_not_join():
    [one] = found("k15_does_not_join", outstanding=(replace(NEXT, opening=cny(119_999)), OUT))
    says(
        one,
        "it closed with 120,000.00 on 2024-06-30 and opened with 119,999.00",
        "2024-06-30 期末 120,000.00 元，下期期初 119,999.00 元",
        ("closing", "120,000.00"),
        ("opening", "119,999.00"),
        settle=VOUCHERS,
    )
    [one] = found("k15_days_missing", outstanding=(replace(NEXT, since=date(2024, 7, 3)), OUT))
    says(
        one,
        "no row holds 2024-07-01 - 2024-07-02",
        "缺少 2024-07-01 至 2024-07-02 的余额行",
        ("missing", "2024-07-01 - 2024-07-02"),
        settle=VOUCHERS,
    )
    twice = replace(NEXT, since=date(2024, 6, 30), opening=cny(1))
    [one] = found("k15_days_twice", "k15_does_not_join", outstanding=(twice, OUT))
    says(
        one,
        "2024-01-01 - 2024-06-30 and 2024-06-30 - 2024-09-30 hold the same days",
        "2024-01-01 至 2024-06-30与2024-06-30 至 2024-09-30日期重叠",
        ("first", "2024-01-01 - 2024-06-30"),
        settle=VOUCHERS,
    )


def test_rows_of_a_loan_that_the_book_does_not_hold_are_added_up_too():
    other = replace(OUT, loan_id="HT-9", closing=cny(1))
    [one] = found("k15_does_not_close", outstanding=(other,))
    assert one.subject == "HT-9"


def test_a_row_that_is_not_the_books_own():
    row = replace(OUT, lent=cny(110_000), repaid=cny(10_000), closing=cny(100_000))
    [one] = found("k15_other_than_the_book", outstanding=(row,))
    says(
        one,
        "2024-01-01 - 2024-06-30: lent 110,000.00, by the book 120,000.00; "
        "repaid 10,000.00, by the book 0.00; closing 100,000.00, by the book 120,000.00",
        "2024-01-01 至 2024-06-30：发放 110,000.00 元，台账 120,000.00 元；"
        "归还 10,000.00 元，台账 0.00 元；期末 100,000.00 元，台账 120,000.00 元",
        ("lent", "110,000.00 / 120,000.00"),
        ("repaid", "10,000.00 / 0.00"),
        ("closing", "100,000.00 / 120,000.00"),
        settle=VOUCHERS,
    )
    moved = replace(NEXT, opening=cny(1), paid_by_fund=cny(2), written_off=cny(3))
    [one] = found("k15_other_than_the_book", outstanding=(moved,))
    assert one.zh == (
        "2024-07-01 至 2024-09-30：期初 1.00 元，台账 120,000.00 元；"
        "代偿 2.00 元，台账 0.00 元；核销 3.00 元，台账 0.00 元"
    )
    assert [name for name, _ in one.figures] == ["opening", "paid by fund", "written off"]


HALF_VOUCHERS = ("the vouchers of the half-year", "核对该半年的凭证")


def closed(number, **account):
    line = freeze_line(LOAN, HalfYear(2024, number), notes=NO_NOTES)
    return replace(line, account=replace(line.account, **account))


def test_a_closing_that_does_not_balance():
    """120,000 lent and 1.00 repaid make 119,999.00, and not 120,000.00."""
    [one] = found("k15_closed_otherwise", closings=(closed(1, repaid_principal_fen=100),))
    says(
        one,
        "2024H1 was closed with closing 120,000.00; by its entries it is 119,999.00",
        "2024H1 结账时 closing 为 120,000.00，按流水应为 119,999.00",
        ("closed with closing", "120,000.00"),
        ("closing by the entries", "119,999.00"),
        settle=HALF_VOUCHERS,
    )


def test_a_closing_that_the_entries_deny_names_the_closing_first():
    line = closed(1, repaid_principal_fen=100, closing_fen=11_999_900)
    [one] = found("k15_closed_otherwise", closings=(replace(line, days_past_due=3),))
    says(
        one,
        "2024H1 was closed with closing 119,999.00; by its entries it is 120,000.00 (and 2 more)",
        "2024H1 结账时 closing 为 119,999.00，按流水应为 120,000.00（另有 2 项）",
        ("closed with closing", "119,999.00"),
        ("closing by the entries", "120,000.00"),
        ("closed with repaid_principal", "1.00"),
        ("repaid_principal by the entries", "0.00"),
        ("closed with days_past_due", "3"),
        ("days_past_due by the entries", "0"),
        settle=HALF_VOUCHERS,
    )


def test_closings_that_do_not_join_and_entries_that_are_gone():
    line = closed(1, repaid_principal_fen=100, closing_fen=11_999_900)
    [one] = found("k15_does_not_join", closings=(closed(2), line))
    says(
        one,
        "it closed with 119,999.00 on 2024-06-30 and opened with 120,000.00",
        "2024-06-30 期末 119,999.00 元，下期期初 120,000.00 元",
        ("closing", "119,999.00"),
        ("opening", "120,000.00"),
        settle=HALF_VOUCHERS,
    )
    [one] = found("k15_entries_missing", closings=(closed(1, through=9),))
    held = len(LOAN.entries)
    says(
        one,
        f"2024H1 was closed with 9 entries; the loan has {held}",
        f"2024H1 结账时有 9 条流水，现有 {held} 条",
        ("closed with", "9"),
        ("has", f"{held}"),
        settle=HALF_VOUCHERS,
    )


def test_more_paid_for_arrears_than_was_overdue():
    pay = OverduePayment(loan_id="HT-1", on=date(2024, 11, 5), amount=cny("1000.00"), ref="还1")
    second = replace(pay, amount=cny("211.34"), ref="还2")
    [one] = found("k19_overpaid", loan=STOPPED, overdue_payments=(pay, second))
    says(
        one,
        "还1, 还2: 1,211.34 was paid for arrears on 2024-11-05; 1,211.33 was overdue",
        "还1, 还2：2024-11-05 还逾期款 1,211.34 元，逾期额为 1,211.33 元",
        ("paid", "1,211.34"),
        ("overdue", "1,211.33"),
        settle=("what the rest was paid for", "核实多还部分的用途"),
    )
    later = replace(pay, on=date(2024, 12, 31), amount=cny(90_000))
    assert found("k19_overpaid", loan=STOPPED, overdue_payments=(later,)) == []


# --- payouts

PAYOUT = PayoutRow(
    loan_id="HT-1", fund_id="F-01", on=date(2024, 12, 19), ref="代1", principal=cny(96_000)
)
BACK = ("what was paid wrongly back from the lender", "由银行退回不合规代偿款")


def payouts(code, *rows, loan=STOPPED, **facts):
    return found(f"k18_{code}", loan=loan, payouts=rows, **facts)


def test_a_payout_before_claims_open():
    """20 September and 89 days."""
    early = date(2024, 12, 18)
    [one] = payouts("too_early", replace(PAYOUT, on=early))
    says(
        one,
        "the payout 代1 of 2024-12-18: it was 89 days past due; claims open at 90",
        "2024-12-18 代偿（代1）：逾期 89 天，满 90 天方可代偿",
        ("days past due", "89"),
        ("at least", "90"),
        settle=BACK,
    )
    assert PROMISE.claims_open_at() == (PAYOUT.on - Q3_DUE).days


def test_a_payout_above_the_share_of_the_fund():
    [one] = payouts("above_share", replace(PAYOUT, principal=cny("96000.01")))
    says(
        one,
        "the payout 代1 of 2024-12-19: 96,000.01 of principal, its share is 96,000.00",
        "2024-12-19 代偿（代1）：本金 96,000.01，应为 96,000.00",
        ("paid", "96,000.01"),
        ("at most", "96,000.00"),
        settle=BACK,
    )
    two = (
        replace(PAYOUT, principal=cny(50_000)),
        replace(PAYOUT, ref="代2", principal=cny(50_000)),
    )
    [one] = payouts("above_share", *two)
    says(
        one,
        "the payout 代2 of 2024-12-19: 100,000.00 in 2 payouts, its share is 96,000.00",
        "2024-12-19 代偿（代2）：2 笔合计 100,000.00，应为 96,000.00",
        ("paid", "100,000.00"),
        ("at most", "96,000.00"),
        settle=BACK,
    )
    flow = FundFlow(
        fund_id="F-01",
        kind="claim_payout",
        amount=cny("-96000.50"),
        on=PAYOUT.on,
        ref="代3",
        loan_id="HT-1",
    )
    [one] = payouts("above_share", flows=(flow,))
    assert one.sentence == (
        "the payout 代3 of 2024-12-19: 96,000.50 in all, its share is 96,000.00"
    )
    assert one.zh == "2024-12-19 代偿（代3）：合计 96,000.50，应为 96,000.00"


def test_a_payout_of_interest_or_of_nobodys_guarantee():
    [one] = payouts("interest", replace(PAYOUT, interest=cny("12.50")))
    says(
        one,
        "the payout 代1 of 2024-12-19: 12.50 of interest, only principal is covered",
        "2024-12-19 代偿（代1）：代偿利息 12.50 元，担保范围仅为本金",
        ("interest", "12.50"),
        settle=BACK,
    )
    [one] = payouts("not_guaranteed", PAYOUT, loan=replace(STOPPED, guarantee=None))
    says(
        one,
        "the payout 代1 of 2024-12-19: no fund guarantees it",
        "2024-12-19 代偿（代1）：该贷款无担保",
        settle=BACK,
    )
    [one] = payouts("not_chased", PAYOUT, contacts=())
    says(
        one,
        "the payout 代1 of 2024-12-19: no chasing before it",
        "2024-12-19 代偿（代1）：代偿前无催收记录",
        settle=BACK,
    )


def test_two_lists_that_state_one_payout_otherwise():
    flow = FundFlow(
        fund_id="F-01",
        kind="claim_payout",
        amount=cny(-95_000),
        on=PAYOUT.on,
        ref="代1",
        loan_id="HT-1",
    )
    [one] = payouts("other_amount", PAYOUT, flows=(flow,))
    says(
        one,
        "the payout 代1 of 2024-12-19: one list has 95,000.00, another 96,000.00",
        "2024-12-19 代偿（代1）：各清单金额不一致：95,000.00 与 96,000.00",
        ("one", "95,000.00"),
        ("another", "96,000.00"),
        settle=BACK,
    )


# --- businesses and files


def test_a_business_that_was_gone():
    gone = Business(
        loan_id="HT-1", holder="B-7", opened_on=date(2020, 1, 6), closed_on=date(2024, 1, 2)
    )
    [one] = found("k11_before_decision", businesses=(gone,))
    says(
        one,
        "its business was deregistered on 2024-01-02, before the decision of 2024-01-03",
        "经营主体已于 2024-01-02 注销，审批日为 2024-01-03",
        ("closed on", "2024-01-02"),
        ("decided on", "2024-01-03"),
        settle=("recall of the loan and of its subsidy", "提前收回贷款并追回贴息"),
    )
    later = replace(gone, closed_on=date(2024, 2, 1))
    [one] = found("k11_subsidized_after", businesses=(later,), subsidies=(ROW,))
    says(
        one,
        "附表1 subsidizes it to 2024-03-21; its business was deregistered on 2024-02-01",
        "附表1 贴息至 2024-03-21，经营主体已于 2024-02-01 注销",
        ("closed on", "2024-02-01"),
        ("subsidized to", "2024-03-21"),
        settle=(
            "a stop of the subsidy on that day, and what was asked since taken back",
            "自注销之日停止贴息并追回",
        ),
    )
    stands = replace(gone, closed_on=None, holder="")
    [one] = found("k11_registers_differ", businesses=(gone, stands))
    records = "- open, B-7 2024-01-02"
    says(
        one,
        f"its business of 2020-01-06 is known in 2 ways: {records}",
        "2020-01-06 登记的经营主体有 2 种记载：- open、B-7 2024-01-02",
        ("records", records),
        settle=("the extract of the business register", "核对市场主体登记信息"),
        severity=Severity.QUESTION,
    )


def test_a_file_that_one_person_prepared_and_signed():
    signed = tuple(SignOff(department=one, person="U-1", on=FIRST) for one in list(Department)[:2])
    other = SignOff(department=Department.BANK, person="U-2", on=FIRST)
    file = LoanFile(loan_id="HT-1", prepared_by="U-1", decided_on=FIRST, sign_offs=(*signed, other))
    [one] = found("k25_prepared_and_approved", files=(file,))
    says(
        one,
        "U-1 prepared its file and signed it for employment, finance",
        "U-1 经办该笔贷款并代表人社部门、财政部门审批",
        ("person", "U-1"),
        ("departments", "employment, finance"),
        settle=("a signature of somebody else", "由他人重新审批"),
    )


# --- what an audit refuses


def of(record, **change):
    return lambda: replace(record, **change)


FLOW = FundFlow(fund_id="F-01", kind="recovery", amount=cny(1), on=FIRST, ref="收1")
ARREARS = OverduePayment(loan_id="HT-1", on=FIRST, amount=cny(1), ref="还1")
FACTS = Facts(limits=LIMITS)
BELOW = cny("-0.01")
MOST = 100_000


@pytest.mark.parametrize(
    ("make", "what", "zh", "value", "limit"),
    [
        (of(LIMITS, tolerance=BELOW), "the tolerance", "容差", BELOW, "at least 0.00"),
        (of(LIMITS, unpaid_days=-1), "the unpaid days", "拖欠天数", -1, f"0-{MOST}"),
        (of(LIMITS, unpaid_days=MOST + 1), "the unpaid days", "拖欠天数", MOST + 1, f"0-{MOST}"),
        (of(LIMITS, cluster_size=1), "the size of a cluster", "集中笔数", 1, f"2-{MOST}"),
        (
            of(LIMITS, cluster_size=MOST + 1),
            *("the size of a cluster", "集中笔数", MOST + 1, f"2-{MOST}"),
        ),
        (of(LIMITS, days_between=-1), "the days between loans", "间隔天数", -1, f"0-{MOST}"),
        (
            of(LIMITS, days_between=MOST + 1),
            *("the days between loans", "间隔天数", MOST + 1, f"0-{MOST}"),
        ),
        (of(LIMITS, least_age=-1), "the least age", "最低年龄", -1, "0-150"),
        (of(LIMITS, least_age=151), "the least age", "最低年龄", 151, "0-150"),
        (of(LIMITS, outflows=["x"]), "the outflows", "支出类型", ["x"], "a frozenset of codes"),
        (
            of(LIMITS, outflows=frozenset({"A B"})),
            *("the outflows", "支出类型", frozenset({"A B"}), "a frozenset of codes"),
        ),
        (of(FACTS, limits=None), "the limits", "核查口径", None, "Limits"),
        (of(FACTS, arrears="all"), "the rule of arrears", "逾期贴息口径", "all", "an ArrearsRule"),
        (of(FACTS, bank_loans=[]), "bank loans", "核查依据", [], "a tuple of BankLoan"),
        (of(FACTS, bad_rows=None), "bad rows", "核查依据", None, "a tuple of Finding"),
        (of(FACTS, shares=1), "the shares", "分担比例", 1, "a Provision of Shares"),
        (
            of(FACTS, shares=replace(HALVES, value=1)),
            *("the shares", "分担比例", replace(HALVES, value=1), "a Provision of Shares"),
        ),
        (of(FACTS, stops=()), "the stops", "停止贴息", (), "SubsidyStop by loan id"),
        (of(FACTS, stops={1: 2}), "the stops", "停止贴息", {1: 2}, "SubsidyStop by loan id"),
        (
            of(ROW, closes_on=FIRST),
            *("the subsidized days", "贴息天数", 0, "one at least"),
        ),
        *(
            (
                of(ROW, **{name: BELOW}),
                *("an amount of a subsidy row", "贴息明细金额", BELOW, "at least 0.00"),
            )
            for name in ("contract", "principal", "interest", "subsidy")
        ),
        (of(ROW, levels=[]), "the levels", "分级承担", [], "a tuple of LevelAmount"),
        *(
            (
                of(OUT, **{name: BELOW}),
                *(f"the {name} of an outstanding row", "余额", BELOW, "at least 0.00"),
            )
            for name in ("opening", "lent", "repaid", "paid_by_fund", "written_off", "closing")
        ),
        (of(FLOW, kind="A B"), "the kind of a flow", "收支类型", "A B", "a lower-case code"),
        (of(FLOW, amount=cny(0)), "a flow", "收支金额", cny(0), "more or less than 0.00"),
        *(
            (
                of(PAYOUT, **{name: BELOW}),
                *("an amount of a payout", "代偿金额", BELOW, "at least 0.00"),
            )
            for name in ("principal", "interest")
        ),
        (of(ARREARS, amount=BELOW), "a payment of arrears", "逾期还款金额", BELOW, "at least 0.00"),
    ],
)
def test_facts_that_no_audit_could_go_by_are_refused(make, what, zh, value, limit):
    with pytest.raises(InvalidTerms) as caught:
        make()
    refusal = caught.value
    assert (refusal.value, refusal.limit) == (value, limit)
    assert str(refusal) == f"{what} must be {limit}, got {value}"
    assert refusal.zh == f"{zh}应为 {limit}，实为 {value}"


def test_the_least_and_the_most_of_every_limit_are_allowed():
    least = Limits(
        tolerance=cny(0),
        unpaid_days=0,
        cluster_size=2,
        days_between=0,
        outflows=frozenset(),
        least_age=0,
    )
    most = replace(least, unpaid_days=MOST, cluster_size=MOST, days_between=MOST, least_age=150)
    assert (least.least_age, most.least_age) == (0, 150)
    stop = {"HT-1": SubsidyStop(on=FIRST, reason=StopReason.BUSINESS_CLOSED)}
    assert Facts(limits=most, stops=stop, bank_loans=()).given == {
        *("limits", "arrears", "stops", "bank_loans", "bad_rows", "least_age"),
    }
    assert "least_age" not in Facts(limits=replace(least, least_age=None)).given


@pytest.mark.parametrize(
    ("make", "whose"),
    [
        (of(ROW, loan_id=""), "a loan"),
        (of(ROW, ref=""), "a file"),
        (of(OUT, loan_id=""), "a loan"),
        (of(FLOW, fund_id=""), "a fund"),
        (of(FLOW, ref=""), "a voucher"),
        (of(FLOW, loan_id=" "), "a loan"),
        (of(PAYOUT, loan_id=""), "a loan"),
        (of(PAYOUT, fund_id=""), "a fund"),
        (of(PAYOUT, ref=""), "a voucher"),
        (of(ARREARS, loan_id=""), "a loan"),
        (of(ARREARS, ref=""), "a voucher"),
    ],
)
def test_an_identity_is_refused_by_what_it_is_of(make, whose):
    with pytest.raises(InvalidIdentity) as caught:
        make()
    assert str(caught.value).startswith(f"the identity of {whose} must be 1-64 printable ")


@pytest.mark.parametrize(
    ("make", "whose"),
    [
        (of(ROW, opens_on=None), "the first subsidized day"),
        (of(ROW, closes_on=None), "the end of the subsidized days"),
        (of(OUT, since=None), "the first day of an outstanding row"),
        (of(OUT, until=None), "the last day of an outstanding row"),
        (of(FLOW, on=None), "a flow of a fund"),
        (of(PAYOUT, on=None), "a payout"),
        (of(ARREARS, on=None), "a payment of arrears"),
    ],
)
def test_a_day_is_refused_by_what_it_is_of(make, whose):
    with pytest.raises(InvalidDate) as caught:
        make()
    assert str(caught.value) == f"the day of {whose} must be a date, got None"


def test_days_in_the_wrong_order_are_refused():
    for make, whose in (
        (of(ROW, closes_on=date(2024, 1, 2)), "the subsidized days"),
        (of(OUT, until=date(2023, 12, 31)), "the days of an outstanding row"),
    ):
        with pytest.raises(InvalidDate) as caught:
            make()
        assert str(caught.value).startswith(f"{whose}: ")


def test_a_row_beyond_the_day_of_the_audit_is_told_as_not_judged():
    """Nothing is guessed of days that are still to come."""
    day = date(2024, 3, 1)
    given = Facts(limits=LIMITS, shares=HALVES, subsidies=(ROW,), outstanding=(OUT,))
    told = audit_loans([a_loan("HT-1")], given, under=RULES, as_of=day).unanswered
    reasons = {one.asks: one for one in told}
    anew, own = reasons["does computing anew confirm it"], reasons["is it that of the book"]
    assert (anew.check, anew.subjects) == (Check.K14, ("HT-1",))
    assert anew.why == "附表1 reaches to 2024-03-20, beyond the day of the audit"
    assert anew.zh == "附表1 至 2024-03-20，晚于核查日"
    row = "the row 2024-01-01 - 2024-06-30"
    assert own.why == f"{row} reaches to 2024-06-30, beyond the day of the audit"
    assert reasons["is a line requested twice"].why == "not given: requests"
