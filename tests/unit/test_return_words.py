"""Returns, yearly plans and lists, word for word in both languages, with value and limit."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from histories import a_fund, a_loan, pays_on_time
from microloan import BorrowerKind, Category, InvalidDate, InvalidIdentity, InvalidTerms, cny
from microloan.checks import read_rows
from microloan.checks.files import Suretyship
from microloan.fallen_due import RepaidBy
from microloan.finding import Finding, Severity
from microloan.programme import (
    Achieved,
    Goal,
    GroupLending,
    Target,
    YearlyPlan,
    achieved_by_lending,
    behind_plan,
    follow_plan,
    lending_by_group,
    year_elapsed,
)
from microloan.quotient import Quotient
from microloan.returns.heading import (
    ENTERPRISES,
    HEADINGS,
    OTHERS,
    WOMEN,
    Heading,
    checked_headings,
    heading_of,
)
from microloan.returns.indicator import (
    Indicator,
    IndicatorRow,
    IndicatorTarget,
    Result,
    performance_table,
)

WOMEN_ONLY = Heading(zh="妇女", codes=frozenset({"women"}))
TARGET = IndicatorTarget(at_least=Decimal("0.10"), reference="示例县绩效目标表")
HALF = Quotient(name="there ÷ promised", part=1, whole=2)
AUGUST = date(2015, 8, 31)
GOAL = Target(goal=Goal.AMOUNT, number=1_500_000_000)
PLAN = YearlyPlan(year=2015, targets=(GOAL,), ref="PLAN-2015")
COUNT = Achieved(goal=Goal.AMOUNT, number=366_000_000, on=AUGUST)
MOST = 10**15


def of(record, **change):
    """Ask for a record that is changed in one place."""
    return lambda: replace(record, **change)


def table(**asked):
    usual = {"year": 2024, "targets": {}, "given": {}, "counting": RepaidBy.by_borrowers()}
    return performance_table([], [], **usual | asked)


ONE_OF = "one for each goal and group"


@pytest.mark.parametrize(
    ("make", "what", "zh", "value", "limit"),
    [
        (of(WOMEN_ONLY, zh=" "), "a heading", "人员类别栏", " ", "a text"),
        (of(WOMEN_ONLY, zh=7), "a heading", "人员类别栏", 7, "a text"),
        *(
            (
                of(WOMEN_ONLY, codes=codes),
                *("the codes of a heading", "人员类别代码", codes, "a frozenset of codes"),
            )
            for codes in (["women"], frozenset({"All women"}), frozenset({7}))
        ),
        (lambda: checked_headings(7), "the headings", "人员类别栏", 7, "several Heading"),
        *(
            (
                lambda given=given, twice=twice: checked_headings(given),
                *("the headings", "人员类别栏", twice, "each name and group once"),
            )
            for given, twice in (
                ([WOMEN_ONLY, replace(WOMEN_ONLY, codes=frozenset())], ["妇女"]),
                ([WOMEN_ONLY, replace(WOMEN_ONLY, zh="女")], ["women"]),
                ([replace(WOMEN_ONLY, zh=OTHERS)], [OTHERS]),
                ([replace(WOMEN_ONLY, zh=ENTERPRISES)], [ENTERPRISES]),
                ([replace(WOMEN_ONLY, zh=WOMEN.zh)], [WOMEN.zh]),
            )
        ),
        (of(TARGET, at_least=1), "a target", "目标值", 1, "a Decimal"),
        (of(TARGET, at_least=None), "a target", "目标值", None, "a Decimal"),
        (of(TARGET, reference=" "), "the reference of a target", "目标依据", " ", "a text"),
        (of(TARGET, reference=7), "the reference of a target", "目标依据", 7, "a text"),
        (lambda: table(year=1990), "the year", "年度", 1990, "1991-2100"),
        (lambda: table(year=2101), "the year", "年度", 2101, "1991-2100"),
        (lambda: table(targets=7), "the targets", "目标值", 7, "a mapping of Indicator"),
        (lambda: table(given=7), "the figures given", "给定数值", 7, "a mapping of Indicator"),
        (
            lambda: table(targets={"leverage": TARGET}),
            *("an indicator", "绩效指标", "leverage", "an Indicator"),
        ),
        (
            lambda: table(given={Indicator.SATISFACTION: 1}),
            *("the figures given, satisfaction", "给定数值", 1, "a Quotient"),
        ),
        *(
            (
                lambda one=one: table(given={one: HALF}),
                *("a figure given", "给定数值", one.value, "one the book does not hold"),
            )
            for one in (Indicator.LENDING_GROWTH, Indicator.REPAYMENT_RATE, Indicator.LEVERAGE)
        ),
        (of(GOAL, goal="amount"), "the goal", "任务指标", "amount", "a Goal"),
        (of(GOAL, number=0), "the number of a goal", "任务数", 0, f"1-{MOST}"),
        (of(GOAL, number=MOST + 1), "the number of a goal", "任务数", MOST + 1, f"1-{MOST}"),
        (of(COUNT, number=-1), "the number of a goal", "任务数", -1, f"0-{MOST}"),
        (of(COUNT, goal=None), "the goal", "任务指标", None, "a Goal"),
        (
            of(COUNT, group="All"),
            *("the group of a goal", "人员类别", "All", "a code, or empty for all"),
        ),
        (of(PLAN, targets=[]), "the targets", "任务", [], "a tuple of Target"),
        (of(PLAN, targets=()), "the targets", "任务", 0, ONE_OF),
        (of(PLAN, targets=(GOAL, replace(GOAL, number=1))), "the targets", "任务", 2, ONE_OF),
        (lambda: follow_plan(7, [], as_of=AUGUST), "a plan", "年度计划", 7, "a YearlyPlan"),
        (
            lambda: follow_plan(PLAN, [7], as_of=AUGUST),
            *("what was reached", "完成数", "int", "several Achieved"),
        ),
        *(
            (
                lambda points=points: behind_plan(PLAN, [], as_of=AUGUST, points=points),
                *("the points behind", "进度差（百分点）", points, "0-100"),
            )
            for points in (-1, 101)
        ),
        (
            lambda: achieved_by_lending([7], on=AUGUST),
            *("the lending of groups", "人员类别发放数", "int", "several GroupLending"),
        ),
        *(
            (
                lambda rows=rows: read_rows("名册", rows, dict),
                *("the rows of a list", "名册各行", type(rows).__name__, "mappings"),
            )
            for rows in ("row", {"a": 1}, 7)
        ),
    ],
)
def test_a_term_is_refused_in_both_languages(make, what, zh, value, limit):
    with pytest.raises(InvalidTerms) as caught:
        make()
    refusal = caught.value
    assert (refusal.value, refusal.limit) == (value, limit)
    assert str(refusal) == f"{what} must be {limit}, got {value}"
    assert refusal.zh == f"{zh}应为 {limit}，实为 {value}"


@pytest.mark.parametrize("year", [1989, 2101, "2015", True])
def test_a_plan_is_of_a_year(year):
    with pytest.raises(InvalidDate) as caught:
        replace(PLAN, year=year)
    assert str(caught.value) == f"the year of a plan must lie in 1990-2100, got {year!r}"
    assert caught.value.zh == f"计划年度应在 1990 至 2100 年之间，实为 {year!r}"
    assert (caught.value.value, caught.value.limit) == (year, (1990, 2100))


def test_a_plan_is_not_followed_before_its_year():
    day = date(2014, 12, 31)
    with pytest.raises(InvalidDate) as caught:
        follow_plan(PLAN, [], as_of=day)
    assert str(caught.value) == "PLAN-2015 is a plan of 2015, asked as of 2014-12-31"
    assert caught.value.zh == "PLAN-2015 为 2015 年计划，查询日 2014-12-31 在其前"
    assert (caught.value.value, caught.value.limit) == (day, date(2015, 1, 1))
    assert follow_plan(PLAN, [], as_of=date(2015, 1, 1))[0].counted_on == date(2015, 1, 1)


def test_the_ends_of_every_range_are_allowed():
    assert [replace(PLAN, year=year).year for year in (1990, 2100)] == [1990, 2100]
    assert [replace(GOAL, number=most).number for most in (1, MOST)] == [1, MOST]
    assert [replace(COUNT, number=most).number for most in (0, MOST)] == [0, MOST]
    assert behind_plan(PLAN, [], as_of=AUGUST, points=100) == ()
    assert len(behind_plan(PLAN, [], as_of=AUGUST, points=0)) == 1
    assert [len(table(year=year)) for year in (1991, 2100)] == [6, 6]


@pytest.mark.parametrize(
    ("make", "whose"),
    [(of(PLAN, ref=""), "a plan"), (lambda: read_rows("", [], dict), "a list")],
)
def test_an_identity_is_refused_by_what_it_is_of(make, whose):
    with pytest.raises(InvalidIdentity, match=f"the identity of {whose} must be 1-64 printable"):
        make()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (of(COUNT, on=None), "the day of a count must be a date, got None"),
        (
            lambda: lending_by_group([], since=None, until=AUGUST),
            "the day of lending must be a date, got None",
        ),
        (
            lambda: lending_by_group([], since=AUGUST, until=None),
            "the day of lending must be a date, got None",
        ),
        (
            lambda: lending_by_group([], since=AUGUST, until=date(2015, 8, 30)),
            "lending: 2015-08-30 is before 2015-08-31",
        ),
        (lambda: year_elapsed(None), "a question is asked as of a date, got None"),
    ],
)
def test_a_day_is_refused_by_what_it_is_of(make, sentence):
    with pytest.raises(InvalidDate) as caught:
        make()
    assert str(caught.value) == sentence


# --- headings


def borrower(*groups, kind=BorrowerKind.INDIVIDUAL):
    return Category(kind=kind, groups=frozenset(groups))


def test_the_headings_of_2023_take_in_their_groups():
    assert {one.zh: set(one.codes) for one in HEADINGS} == {
        "城镇登记失业人员": {"registered_unemployed"},
        "就业困难人员（含残疾人）": {"hard_to_employ", "disabled", "zero_employment_household"},
        "退役军人": {"veteran"},
        "刑满释放人员": {"released_prisoner"},
        "高校毕业生（含大学生村官和留学回国学生）": {
            *("graduate", "village_official", "returned_student"),
        },
        "化解过剩产能企业职工和失业人员": {"capacity_cut_worker"},
        "返乡创业农民工": {"returning_migrant"},
        "网络商户": {"online_shop"},
        "脱贫人口（建档立卡）": {"lifted_from_poverty", "registered_poor"},
        "农村自主创业农民": {"rural_founder"},
    }
    assert checked_headings(iter(HEADINGS)) == HEADINGS


def test_a_borrower_stands_under_the_first_heading_that_takes_one_of_the_groups_in():
    assert heading_of(borrower("graduate", "veteran"), HEADINGS) == "退役军人"
    assert heading_of(borrower("women"), HEADINGS) == "其他人员"
    assert heading_of(borrower(), HEADINGS) == "其他人员"
    firm = Category(kind=BorrowerKind.ENTERPRISE)
    assert heading_of(firm, HEADINGS) == "小微企业"


# --- indicators


def test_the_performance_table_names_what_its_figures_are_made_of():
    """120,000 lent in 2023 and 132,000 in 2024; 10,000 and 132,000 outstanding; 71,000 there."""
    loans = [
        pays_on_time(a_loan("HT-1", disbursed_on=date(2023, 1, 15)), 1, 11),
        a_loan("HT-2", principal=cny(132_000), disbursed_on=date(2024, 12, 15)),
    ]
    rows = {
        row.indicator: row
        for row in performance_table(
            iter(loans),
            iter([a_fund(71_000)]),
            year=2024,
            targets={Indicator.LEVERAGE: TARGET},
            given={Indicator.SATISFACTION: HALF},
            counting=RepaidBy.by_borrowers(),
        )
    }
    growth, leverage = rows[Indicator.LENDING_GROWTH], rows[Indicator.LEVERAGE]
    assert growth.quotient == Quotient(
        name="发放额: lent in 2024 ÷ lent in 2023", part=13_200_000, whole=12_000_000
    )
    assert (growth.exact, growth.value) == (Fraction(1, 10), Decimal("0.1000"))
    assert leverage.quotient == Quotient(
        name="放大倍数: exposure ÷ balance on 2024-12-31", part=14_200_000, whole=7_100_000
    )
    assert (leverage.target, leverage.outcome) == (TARGET, Result.REACHED)
    repaid = rows[Indicator.REPAYMENT_RATE].quotient
    assert (repaid.part, repaid.whole) == (0, 1_000_000)
    assert rows[Indicator.SATISFACTION].outcome is Result.NO_TARGET
    assert rows[Indicator.FUNDS_MATCHED].quotient is None


def test_a_figure_on_its_target_reaches_it_and_is_rounded_half_up_where_it_is_shown():
    target = replace(TARGET, at_least=Decimal("0.5"))
    row = IndicatorRow(indicator=Indicator.SATISFACTION, quotient=HALF, target=target)
    assert row.outcome is Result.REACHED
    missed = replace(row, target=replace(target, at_least=Decimal("0.50001")))
    assert missed.outcome is Result.MISSED
    odd = replace(row, quotient=Quotient(name="x", part=5, whole=100_000))
    assert odd.value == Decimal("0.0001")
    nothing = replace(row, quotient=Quotient(name="x", part=5, whole=0))
    assert (nothing.exact, nothing.value, nothing.outcome) == (None, None, Result.NO_FIGURE)


# --- yearly plans


def test_a_target_that_lags_is_told_with_its_figures():
    """366 of 1,500 is 24.4 %; eight of twelve months are 66.7 %: 42.3 points behind."""
    assert behind_plan(PLAN, [COUNT], as_of=AUGUST, points=42) == (
        Finding(
            code="programme.behind_plan",
            severity=Severity.QUESTION,
            subject="PLAN-2015",
            sentence="amount: 24.4% of the target, 66.7% of the year gone by",
            zh="发放金额：完成计划的 24.4%，时间进度 66.7%",
            figures=(
                ("reached", "3,660,000.00"),
                ("target", "15,000,000.00"),
                ("counted on", "2015-08-31"),
            ),
            settle_by="lend faster, or have the plan changed",
            settle_by_zh="加快进度或调整计划",
        ),
    )
    jobs = replace(PLAN, targets=(Target(goal=Goal.JOBS, number=12_000, group="graduate"),))
    [one] = behind_plan(jobs, [], as_of=AUGUST, points=66)
    assert one.sentence == "jobs of graduate: 0.0% of the target, 66.7% of the year gone by"
    assert one.zh == "带动就业人数（graduate）：完成计划的 0.0%，时间进度 66.7%"
    assert one.figures[:2] == (("reached", "0"), ("target", "12,000"))


def test_the_part_of_a_year_is_of_whole_months_and_days():
    """14 of February's 28 days: a month and a half of twelve."""
    half = year_elapsed(date(2015, 2, 14))
    assert (half.name, half.part, half.whole) == ("year gone by", 42, 336)
    assert Fraction(half.part, half.whole) == Fraction(1, 8)
    last = year_elapsed(date(2015, 12, 31))
    assert (last.part, last.whole) == (372, 372)


def test_the_latest_count_of_the_goal_counts_and_of_one_day_the_highest():
    earlier = replace(COUNT, number=999, on=date(2015, 7, 31))
    less = replace(COUNT, number=365_999_999)
    other = replace(COUNT, number=1, group="veteran", on=AUGUST)
    [progress] = follow_plan(PLAN, [COUNT, less, earlier, other], as_of=AUGUST)
    assert (progress.reached, progress.counted_on) == (366_000_000, AUGUST)
    assert progress.completion.name == "amount reached ÷ target"
    assert progress.behind == Fraction(2, 3) - Fraction(366, 1500)


def test_lending_becomes_the_counts_of_a_plan():
    lent = GroupLending(group="veteran", borrowers=2, loans=3, amount_fen=400)
    assert achieved_by_lending([lent], on=AUGUST) == tuple(
        Achieved(goal=goal, number=number, on=AUGUST, group="veteran")
        for goal, number in ((Goal.AMOUNT, 400), (Goal.LOANS, 3), (Goal.PERSONS, 2))
    )


def test_everybody_is_counted_first_then_group_by_group_on_the_days_asked():
    day = date(2024, 1, 15)
    loans = [
        a_loan("HT-1", category=borrower("women", "graduate")),
        a_loan("HT-2", category=borrower("graduate")),
    ]

    def lent(since, until):
        found = lending_by_group(loans, since=since, until=until)
        return [(one.group, one.borrowers, one.loans, one.amount) for one in found]

    assert lent(day, day) == [
        ("", 1, 2, cny(240_000)),
        ("graduate", 1, 2, cny(240_000)),
        ("women", 1, 1, cny(120_000)),
    ]
    assert lent(date(2024, 1, 16), date(2024, 2, 1)) == lent(
        day.replace(day=1), day.replace(day=14)
    )
    assert lent(date(2024, 1, 16), date(2024, 2, 1)) == [("", 0, 0, cny(0))]


# --- lists


def make(row):
    return Suretyship(person=row["person"], loan_id=row["loan"])


def why(row, maker=make):
    reading = read_rows("担保人名册", [{"person": "G-1", "loan": "HT-1"}, row], maker)
    assert reading.facts[0] == make({"person": "G-1", "loan": "HT-1"})
    [refusal] = reading.refused
    [finding] = reading.findings
    assert (finding.code, finding.severity, finding.subject) == (
        "audit.bad_row",
        Severity.FAULT,
        "担保人名册",
    )
    assert (finding.sentence, finding.zh) == (str(refusal), refusal.zh)
    assert finding.figures == (("cell", refusal.value),)
    assert (finding.settle_by, finding.settle_by_zh) == (
        "the right value in that cell",
        "更正该单元格",
    )
    assert refusal.limit == "a row that can be read"
    return str(refusal), refusal.zh, refusal.value


def test_a_cell_that_is_missing_or_cannot_be_read_is_named_by_row_and_column():
    assert why({"person": "G-2"}) == (
        "担保人名册, row 2, column loan: it is missing",
        "担保人名册 第 2 行“loan”列：缺失",
        "row 2, loan",
    )

    def days(row):
        return make({"person": row["person"], "loan": f"HT-{int(row['loan'][3:])}"})

    assert why({"person": "G-2", "loan": "HT-x"}, days) == (
        "担保人名册, row 2, column loan: it cannot be read",
        "担保人名册 第 2 行“loan”列：无法读取",
        "row 2, loan",
    )
    assert why(7) == (
        "担保人名册, row 2, column unknown: it cannot be read",
        "担保人名册 第 2 行“未知”列：无法读取",
        "row 2, unknown",
    )


def test_a_cell_that_the_library_refuses_is_told_without_what_it_holds():
    sentence, zh, cell = why({"person": "张三 13800138000", "loan": "HT-2" * 20})
    assert cell in {"row 2, person", "row 2, loan"}
    for text in (sentence, zh):
        assert "张三" not in text
        assert "HT-2HT-2" not in text
    empty, _, cell = why({"person": "G-2", "loan": ""})
    assert empty.startswith("担保人名册, row 2, column loan: the identity of a loan must be 1-64 ")
    assert cell == "row 2, loan"
