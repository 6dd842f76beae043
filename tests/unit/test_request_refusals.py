"""What each refusal of a request says, in both languages."""

from dataclasses import replace
from datetime import date

import pytest

from microloan import MicroloanError, cny
from microloan.ageing import age_unpaid
from microloan.budget import Budget
from microloan.clearing import clear_year
from microloan.correction import Clawback, Correction, CorrectionCause
from microloan.levels import LevelAmount
from microloan.policy import Level
from microloan.submission import compare_submission
from microloan.subsidy_plan import plan_year
from requesting import HALVES, Q1, Q3, Q4, RULES, asks, asks_each, lent, paid, shares, told

DUE = date(2024, 9, 20)
END = date(2025, 1, 20)
TWO = lent("HT-2", amount=100_000, on=date(2024, 7, 10))


def again():
    """The request of 2024Q4 after that of 2024Q3."""
    return asks_each(lent(), quarters=(Q3, Q4))


def back(**parts):
    """A decision to take a yuan back."""
    usual = {"loan_id": "HT-1", "due_on": DUE, "amount": cny(1), "ref": "财监1"}
    return Clawback(**usual | parts)


def change(**parts):
    """A correction of the line of 2024Q3."""
    usual = {"loan_id": "HT-1", "number": 1, "due_on": DUE, "requested_in": Q3}
    figures = {"was_fen": 1897_50, "is_fen": 0, "shares": HALVES.value}
    return Correction(**usual | figures | parts)


def with_changes(*changes):
    """The third request after one that holds such corrections."""
    first, second = again()
    return asks(lent(), quarter=Q1, earlier=(first, replace(second, corrections=changes)))


def line(**parts):
    """The line of 2024Q3, changed."""
    return replace(asks(lent()).lines[0], **parts)


def of_county(amount):
    """A budget of 2024 for the county."""
    return Budget(year=2024, levels=(LevelAmount(level=Level.COUNTY, amount_fen=amount),))


LOCAL = told(shares(central="1/2", local="1/2"))
IDENTITY = "must be 1-64 printable characters, got ''", "编号应为 1 至 64 个可打印字符，实为 ''"


@pytest.mark.parametrize(
    ("act", "message", "zh"),
    [
        (
            lambda: asks(lent(), on=DUE),
            "2024Q3 ends on 2024-09-20; it cannot be asked for on 2024-09-20",
            "2024Q3 于 2024-09-20 结息，2024-09-20 不能申请贴息",
        ),
        (
            lambda: asks(lent(), quarter=3, on=DUE),
            "the quarter must be an InterestQuarter, got 3",
            "结息季应为 an InterestQuarter，实为 3",
        ),
        (
            lambda: asks(lent(), on="d"),
            "the day of a request must be a date, got 'd'",
            "日期必须是不带时间的日历日，实为 'd'",
        ),
        (
            lambda: asks(replace(TWO, lender="BANK-2")),
            "HT-2 is a loan of BANK-2; BANK-1 cannot ask for it",
            "HT-2 由 BANK-2 发放，BANK-1 不能申请贴息",
        ),
        (
            lambda: replace(asks(lent()), lender="BANK-2"),
            "HT-1 is a loan of BANK-1; BANK-2 cannot ask for it",
            "HT-1 由 BANK-1 发放，BANK-2 不能申请贴息",
        ),
        (
            lambda: asks(lent(), lent()),
            "HT-1 is given twice for a request of BANK-1",
            "BANK-1 的贴息申请中 HT-1 出现两次",
        ),
        (
            lambda: asks(quarter=Q4, earlier=(asks(lent()),)),
            (
                "HT-1 stands in the request of 2024Q3 and is not given; without it nothing can be "
                "recomputed"
            ),
            "HT-1 已列入 2024Q3 的申请，缺该笔贷款则无法复核",
        ),
        (
            lambda: asks(lent(), quarter=Q3, earlier=again()),
            "BANK-1 2024Q4 is requested already; 2024Q3 can only be corrected in a later quarter",
            "BANK-1 2024Q4 已申请贴息，2024Q3 只能在以后季度更正",
        ),
        (
            lambda: replace(asks(lent()), lines=asks(lent()).lines * 2),
            "HT-1: the interest due 2024-09-20 stands in BANK-1 2024Q3 already",
            "HT-1：2024-09-20 到期的利息已列入 BANK-1 2024Q3",
        ),
        (lambda: asks(lender=""), f"the identity of a lender {IDENTITY[0]}", IDENTITY[1]),
        (
            lambda: replace(asks(lent()), quarter=Q4, since=Q4, on=END),
            "a due day of a request, HT-1, must be 2024-09-21 - 2024-12-20, got 2024-09-20",
            "申请明细应为 2024-09-21 - 2024-12-20，实为 2024-09-20",
        ),
        (
            lambda: with_changes(change(requested_in=Q4)),
            (
                "the quarter of a corrected line of a request, HT-1, must be a quarter before "
                "2024Q4, got 2024-09-20"
            ),
            "申请明细应为 a quarter before 2024Q4，实为 2024-09-20",
        ),
        (
            lambda: asks(lent(), quarter=Q4, earlier=again()[:1], clawbacks=[back(due_on=END)]),
            "HT-1: no request holds a line for the interest due 2025-01-20",
            "HT-1：2025-01-20 到期的利息未曾申请贴息",
        ),
        (
            lambda: change(is_fen=-1),
            (
                "HT-1: 1,897.51 cannot be taken back for the interest due 2024-09-20; 1,897.50 was "
                "requested"
            ),
            "HT-1：2024-09-20 到期的利息已申请 1,897.50，不能追回 1,897.51",
        ),
        (
            lambda: with_changes(change(was_fen=1000_00)),
            (
                "HT-1: what is corrected of 2024-09-20 must be 1,897.50 of 2024Q3 and its shares, "
                "got 1,000.00 of 2024Q3 and its shares"
            ),
            "更正前应为 1,897.50 of 2024Q3 and its shares，实为 1,000.00 of 2024Q3 and its shares",
        ),
        (
            lambda: change(is_fen=1897_50),
            (
                "HT-1: the correction of 2024-09-20 must be a change, from at least 0.00, "
                "got 1,897.50 to 1,897.50"
            ),
            "更正应为 a change, from at least 0.00，实为 1,897.50 to 1,897.50",
        ),
        (
            lambda: change(cause="decided"),
            "the cause must be a CorrectionCause, got decided",
            "更正原因应为 a CorrectionCause，实为 decided",
        ),
        (
            lambda: change(ref="财监1"),
            "the voucher of a recomputed line must be empty, got 财监1",
            "凭证应为 empty，实为 财监1",
        ),
        (
            lambda: change(cause=CorrectionCause.DECIDED),
            f"the identity of a decision {IDENTITY[0]}",
            IDENTITY[1],
        ),
        (lambda: change(loan_id=""), f"the identity of a loan {IDENTITY[0]}", IDENTITY[1]),
        (lambda: back(loan_id=""), f"the identity of a loan {IDENTITY[0]}", IDENTITY[1]),
        (lambda: back(ref=""), f"the identity of a decision {IDENTITY[0]}", IDENTITY[1]),
        (
            lambda: back(due_on=3),
            "the day of a due day must be a date, got 3",
            "日期必须是不带时间的日历日，实为 3",
        ),
        (
            lambda: back(amount=cny(0)),
            "what is taken back must be more than 0.00 yuan, got 0.00",
            "金额必须大于零，实为 0.00",
        ),
        (
            lambda: asks(lent(), budget=of_county(0)),
            "county has 0.00 for 2024; 948.75 is wanted, 948.75 too much",
            "县级财政 2024 年贴息预算为 0.00，需 948.75，超出 948.75",
        ),
        (
            lambda: asks(lent(), shares=LOCAL, budget=of_county(0)),
            "the levels of the budget must be central and local, as in the shares, got ['county']",
            "预算级次应为 central and local, as in the shares，实为 ['county']",
        ),
        (
            lambda: asks(lent(), quarter=Q1, budget=of_county(0)),
            "the year of the budget must be 2025, got 2024",
            "预算年度应为 2025，实为 2024",
        ),
        (
            lambda: of_county(-1),
            "the budget of county must be at least 0.00, got -0.01",
            "预算应为 at least 0.00，实为 -0.01",
        ),
        (
            lambda: Budget(year=2024, levels=of_county(1).levels * 2),
            "the levels of a budget must be each level once, got ['county', 'county']",
            "预算级次应为 each level once，实为 ['county', 'county']",
        ),
        (
            lambda: Budget(year=0, levels=()),
            "the year must be 1990-2100, got 0",
            "年度应为 1990-2100，实为 0",
        ),
        (
            lambda: LevelAmount(level="county", amount_fen=1),
            "a level must be a Level, got county",
            "财政级次应为 a Level，实为 county",
        ),
        (
            lambda: line(number=0),
            "the installment must be 1-100000, got 0",
            "期次应为 1-100000，实为 0",
        ),
        (
            lambda: line(days=-1),
            "the days with a subsidy must be 0-100000, got -1",
            "贴息天数应为 0-100000，实为 -1",
        ),
        (
            lambda: line(shares="half"),
            "the shares must be Shares, got half",
            "分担比例应为 Shares，实为 half",
        ),
        (
            lambda: line(subsidy_fen=0),
            "HT-1: the subsidy of 2024-09-20 must be 1-379500 fen, the interest, got 0",
            "贴息资金额应为 1-379500 fen, the interest，实为 0",
        ),
        (
            lambda: line(disbursed_on=END),
            "HT-1: disbursement and a due day: 2024-09-20 is before 2025-01-20",
            "日期顺序有误：2024-09-20 早于 2025-01-20",
        ),
        (lambda: line(loan_id=""), f"the identity of a loan {IDENTITY[0]}", IDENTITY[1]),
        (lambda: line(borrower=""), f"the identity of a borrower {IDENTITY[0]}", IDENTITY[1]),
        (lambda: line(lender=""), f"the identity of a lender {IDENTITY[0]}", IDENTITY[1]),
        (lambda: paid(1, lender=""), f"the identity of a lender {IDENTITY[0]}", IDENTITY[1]),
        (
            lambda: paid(1, ref=""),
            f"the identity of a payment of the treasury {IDENTITY[0]}",
            IDENTITY[1],
        ),
        (
            lambda: paid(1, on=3),
            "the day of a payment of the treasury must be a date, got 3",
            "日期必须是不带时间的日历日，实为 3",
        ),
        (
            lambda: paid(1, level="county"),
            "a level must be a Level, got county",
            "财政级次应为 a Level，实为 county",
        ),
        (
            lambda: paid(1, quarter=3),
            "the quarter must be an InterestQuarter, got 3",
            "结息季应为 an InterestQuarter，实为 3",
        ),
        (
            lambda: paid(0),
            "a payment must be more or less than 0.00, got 0.00",
            "拨付金额应为 more or less than 0.00，实为 0.00",
        ),
        (
            lambda: clear_year([], [paid(1), paid(2)], year=2024, as_of=END),
            "BANK-1: voucher 拨1 stands for two payments of county for 2024Q3",
            "BANK-1：凭证 拨1 对应 2024Q3 县级财政两笔拨付",
        ),
        (
            lambda: clear_year([], [], year=0, as_of=END),
            "the year must be 1991-2100, got 0",
            "年度应为 1991-2100，实为 0",
        ),
        (
            lambda: age_unpaid([], as_of=END, limits=(5, 5)),
            "the limits of the buckets must be rising whole days, got (5, 5)",
            "账龄分段应为 rising whole days，实为 (5, 5)",
        ),
        (
            lambda: compare_submission({("HT-1", DUE): cny(-1)}, asks(lent())),
            "a subsidy handed in must be at least 0.00, got -1.00",
            "申报贴息额应为 at least 0.00，实为 -1.00",
        ),
        (
            lambda: compare_submission({("", DUE): cny(1)}, asks(lent())),
            f"the identity of a loan {IDENTITY[0]}",
            IDENTITY[1],
        ),
        (
            lambda: compare_submission({("HT-1", 3): cny(1)}, asks(lent())),
            "the day of a line must be a date, got 3",
            "日期必须是不带时间的日历日，实为 3",
        ),
        (
            lambda: plan_year([], year=2025, under=RULES, on=date(2025, 1, 1)),
            "the subsidy of 2025 is planned before the year, not on 2025-01-01",
            "2025 年贴息计划应在年前编制，2025-01-01 已迟",
        ),
        (
            lambda: plan_year([], year=0, under=RULES, on=END),
            "the year must be 1991-2100, got 0",
            "年度应为 1991-2100，实为 0",
        ),
        (
            lambda: plan_year([], year=2025, under=RULES, on=3),
            "the day of a plan must be a date, got 3",
            "日期必须是不带时间的日历日，实为 3",
        ),
        (
            lambda: plan_year([], year=2026, under=RULES, on=END).against(of_county(1)),
            "the year of the budget must be 2026, got 2024",
            "预算年度应为 2026，实为 2024",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong_in_both_languages(act, message, zh):
    with pytest.raises(MicroloanError) as caught:
        act()

    assert (str(caught.value), caught.value.zh) == (message, zh)
