"""The statistical returns of an office: lending, the central bank's table, grades, performance."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from histories import PERSON, RULES, a_fund, a_loan, pays_on_time
from microloan import (
    Amortization,
    BorrowerKind,
    InvalidAmount,
    InvalidIdentity,
    InvalidTerms,
    LoanGivenTwice,
    LowProfit,
    Quotient,
    RepaidBy,
    cny,
    disburse,
)
from microloan.amendment import discharge_guarantee
from microloan.returns import (
    HEADINGS,
    TOTAL,
    WOMEN,
    Flow,
    Heading,
    Indicator,
    IndicatorRow,
    IndicatorTarget,
    LoanFacts,
    Month,
    Result,
    SecurityWay,
    Stock,
    central_bank_form,
    five_tier_form,
    lending_form,
    performance_table,
    total_over_time,
)
from refusals import refused

WRONG = "terms.invalid"
JAN, FEB, MAR, JUNE = (Month(2024, month) for month in (1, 2, 3, 6))


def of_groups(*groups, **more):
    """A person of some groups."""
    return replace(PERSON, groups=frozenset(groups), **more)


def lent():
    """Four loans by the end of March 2024.

    HT-1: 120,000 in January to a woman with a degree, 10,000 repaid in February and in March.
    HT-2: 500,000 in February to an enterprise. HT-3: 50,000 in December 2023 to a borrower of no
    group, without a guarantee. HT-4: 80,000 to a veteran with a degree, 30,000 paid out in February
    and the rest in March.
    """
    whole = {"amortization": Amortization.BULLET}
    in_parts = a_loan(
        "HT-4",
        category=of_groups("graduate", "veteran", low_profit=LowProfit.NO),
        principal=cny(80_000),
        disbursed=30_000,
        disbursed_on=date(2024, 2, 20),
        **whole,
    )
    return [
        pays_on_time(
            a_loan("HT-1", category=of_groups("graduate", "women", low_profit=LowProfit.YES)), 1, 2
        ),
        a_loan(
            "HT-2",
            category=replace(PERSON, kind=BorrowerKind.ENTERPRISE),
            principal=cny(500_000),
            disbursed_on=date(2024, 2, 10),
            **whole,
        ),
        a_loan(
            "HT-3",
            guarantee=None,
            principal=cny(50_000),
            disbursed_on=date(2023, 12, 3),
            **whole,
        ),
        disburse(in_parts, cny(50_000), on=date(2024, 3, 5), ref="放2"),
    ]


def taking(name, *codes):
    """A heading that takes in some groups."""
    return Heading(zh=name, codes=frozenset(codes))


def lines(form, *labels):
    """Some rows of a form, as printed."""
    return [line[1:] for label in labels for line in form.lines() if line[0] == label]


NONE = ("0", "0.00", "0", "0.00", "0", "0.00", "")


# ---- lending


def test_lending_of_a_month_stands_under_one_heading_each():
    form = lending_form(lent(), [a_fund()], month=FEB)

    assert form.lines()[0] == (
        *("指标", "本月发放笔数", "本月发放额", "本年累计发放笔数", "本年累计发放额"),
        *("月末贷款笔数", "月末贷款余额", "月末担保基金余额"),
    )
    assert [line[0] for line in form.lines()[1:]] == [
        *(heading.zh for heading in HEADINGS),
        *("其他人员", "小微企业", "合计", "其中：妇女"),
    ]
    assert lines(form, "退役军人", HEADINGS[4].zh, "其他人员", "小微企业", TOTAL, WOMEN.zh) == [
        ("1", "30,000.00", "1", "30,000.00", "1", "30,000.00", ""),
        ("0", "0.00", "1", "120,000.00", "1", "110,000.00", ""),
        ("0", "0.00", "0", "0.00", "1", "50,000.00", ""),
        ("1", "500,000.00", "1", "500,000.00", "1", "500,000.00", ""),
        ("2", "530,000.00", "3", "650,000.00", "4", "690,000.00", "1,000,000.00"),
        ("0", "0.00", "1", "120,000.00", "1", "110,000.00", ""),
    ]
    assert lines(form, "网络商户") == [NONE]


def test_the_parts_of_every_month_add_up_to_its_total():
    for month in (Month(2023, 12), JAN, FEB, MAR):
        form = lending_form(lent(), [a_fund()], month=month)
        *groups, total, _ = form.rows
        for place, cell in enumerate(total.cells[:-1]):
            assert sum(row.cells[place].worth for row in groups) == cell.worth


def test_the_quarter_has_the_last_stock_and_the_sum_of_flows():
    forms = [lending_form(lent(), [a_fund()], month=month) for month in (JAN, FEB, MAR)]

    assert lines(total_over_time(forms), TOTAL) == [
        ("3", "700,000.00", "3", "700,000.00", "4", "730,000.00", "1,000,000.00")
    ]


def test_what_is_outstanding_is_a_stock_and_what_was_lent_a_flow():
    form = lending_form(lent(), [a_fund()], month=FEB)

    assert form.cell(TOTAL, "月末贷款余额") == Stock(
        on=date(2024, 2, 29), worth=690_000_00, unit=form.cell(TOTAL, "本月发放额").unit
    )
    assert isinstance(form.cell(TOTAL, "月末担保基金余额"), Stock)
    year = form.cell(TOTAL, "本年累计发放额")
    assert isinstance(year, Flow)
    assert (year.since, year.until) == (date(2024, 1, 1), date(2024, 2, 29))


def test_a_place_may_have_headings_of_its_own():
    loans = [a_loan("HT-1", category=of_groups("fisher")), a_loan("HT-2", category=of_groups("x"))]

    form = lending_form(loans, [], month=JAN, headings=[taking("渔民", "fisher")])

    assert [line[:3] for line in form.lines()[1:]] == [
        ("渔民", "1", "120,000.00"),
        ("其他人员", "1", "120,000.00"),
        ("小微企业", "0", "0.00"),
        ("合计", "2", "240,000.00"),
        ("其中：妇女", "0", "0.00"),
    ]
    assert lines(form, "合计")[0][-1] == "0.00"


@pytest.mark.parametrize(
    ("headings", "value", "limit"),
    [
        (7, 7, "several Heading"),
        (["渔民"], ["渔民"], "several Heading"),
        ([taking("合", "a"), taking("合", "b")], ["合"], "each name and group once"),
        ([taking("其他人员", "a")], ["其他人员"], "each name and group once"),
        ([taking("合", "a"), taking("分", "a")], ["a"], "each name and group once"),
    ],
)
def test_headings_say_one_thing_each(headings, value, limit):
    with refused(InvalidTerms, WRONG, value=value, limit=limit):
        lending_form([], [], month=JAN, headings=headings)


@pytest.mark.parametrize(
    ("zh", "codes", "value", "limit"),
    [
        (5, frozenset(), 5, "a text"),
        ("", frozenset(), "", "a text"),
        (" ", frozenset(), " ", "a text"),
        ("退", None, None, "a frozenset of codes"),
        ("退", "veteran", "veteran", "a frozenset of codes"),
        ("退", ["veteran"], ["veteran"], "a frozenset of codes"),
        ("退", frozenset({"Veteran"}), frozenset({"Veteran"}), "a frozenset of codes"),
        ("退", frozenset({5}), frozenset({5}), "a frozenset of codes"),
    ],
)
def test_a_heading_is_a_text_and_the_codes_it_takes_in(zh, codes, value, limit):
    with refused(InvalidTerms, WRONG, value=value, limit=limit):
        Heading(zh=zh, codes=codes)


# ---- the central bank's table


def test_the_table_of_the_central_bank_tells_what_stands_behind_the_loans():
    form = central_bank_form(lent(), [a_fund(), a_fund(5_000, name="F-02")], month=FEB)

    assert form.lines() == (
        ("指标", "数值"),
        ("下岗失业人员小额担保贷款", "690,000.00"),
        ("其中：基金担保的微利项目", "110,000.00"),
        ("其中：基金担保的非微利项目", "30,000.00"),
        ("其中：基金担保、微利与否待核定", "500,000.00"),
        ("其中：其他形式", "50,000.00"),
        ("附：累计发放额", "650,000.00"),
        ("附：累计发放笔数", "3"),
        ("附：担保基金存款", "1,005,000.00"),
    )
    deposit = form.cell("附：担保基金存款", "数值")
    assert isinstance(deposit, Stock)


def test_the_table_of_the_central_bank_has_the_same_rows_every_month():
    labels = [
        [line[0] for line in central_bank_form(loans, [], month=month).lines()]
        for loans, month in ((lent(), FEB), (lent(), JAN), ([lent()[0]], FEB), ([], JAN))
    ]

    assert labels == [labels[0]] * 4
    [none] = lines(central_bank_form([], [], month=JAN), "其中：基金担保、微利与否待核定")
    assert none == ("0.00",)


def test_a_guarantee_counts_until_it_is_discharged():
    loan = discharge_guarantee(lent()[0], on=date(2024, 3, 20), ref="解1")

    for month, low_profit, other in ((FEB, "110,000.00", "0.00"), (MAR, "0.00", "100,000.00")):
        form = central_bank_form([loan], [], month=month)
        assert lines(form, "其中：基金担保的微利项目", "其中：其他形式") == [
            (low_profit,),
            (other,),
        ]


def test_the_tables_of_a_year_hold_running_totals_and_stocks_so_the_last_one_is_the_year():
    forms = [central_bank_form(lent(), [a_fund()], month=month) for month in (JAN, FEB, MAR)]

    assert total_over_time(forms).lines() == forms[-1].lines()


def test_a_total_over_the_new_year_takes_the_longest_running_total_of_each_year():
    # December 2023: 50,000 to HT-3. January to March 2024: 120,000, 530,000 and 50,000 more.
    months = (Month(2023, 11), Month(2023, 12), JAN, FEB, MAR)
    forms = [lending_form(lent(), [a_fund()], month=month) for month in months]

    whole = total_over_time(forms)

    assert lines(whole, TOTAL) == [
        ("4", "750,000.00", "4", "750,000.00", "4", "730,000.00", "1,000,000.00")
    ]
    monthly, yearly = (whole.cell(TOTAL, name) for name in ("本月发放额", "本年累计发放额"))
    assert (monthly.since, yearly.since) == (date(2023, 11, 1), date(2023, 1, 1))
    assert monthly.until == yearly.until == MAR.last_day
    tables = [central_bank_form(lent(), [a_fund()], month=month) for month in months]
    assert lines(total_over_time(tables), "附：累计发放额", "附：累计发放笔数") == [
        ("750,000.00",),
        ("4",),
    ]


# ---- the form of five grades


def graded():
    """Three loans by June 2024.

    HT-1 has 70,000 outstanding, 80,000 a month before. HT-2 has paid nothing: 120,000, on 30 June
    136 days past due, on 31 May 106. HT-3: 50,000 for three months since 15 June, no guarantee.
    """
    short = a_loan(
        "HT-3",
        guarantee=None,
        principal=cny(50_000),
        disbursed_on=date(2024, 6, 15),
        months=3,
        amortization=Amortization.BULLET,
    )
    return [pays_on_time(a_loan("HT-1"), 1, 5), a_loan("HT-2"), short]


ASKED = {"month": JUNE, "under": RULES, "amounts": [cny(50_000), cny(100_000)]}


def test_each_section_holds_every_loan_once_with_its_changes():
    facts = [
        LoanFacts(loan_id="HT-1", use="养殖业"),
        LoanFacts(loan_id="HT-3", way=SecurityWay.SURETY),
        LoanFacts(loan_id="HT-9", use="不在册"),
    ]

    form = five_tier_form(graded(), facts=facts, **ASKED)

    assert form.columns == (
        *("本月笔数", "本月余额", "笔数比上月增减", "余额比上月增减"),
        *("笔数比年初增减", "余额比年初增减"),
    )
    older = ("2", "190,000.00", "0", "-10,000.00", "2", "190,000.00")
    late = ("1", "120,000.00", "0", "0.00", "1", "120,000.00")
    paying = ("1", "70,000.00", "0", "-10,000.00", "1", "70,000.00")
    new = ("1", "50,000.00", "1", "50,000.00", "1", "50,000.00")
    nothing = ("0", "0.00", "0", "0.00", "0", "0.00")
    assert form.lines()[1:] == (
        ("合计", "3", "240,000.00", "1", "40,000.00", "3", "240,000.00"),
        ("按方式：担保基金担保", *older),
        ("按方式：保证", *new),
        ("按方式：抵押", *nothing),
        ("按方式：质押", *nothing),
        ("按方式：信用", *nothing),
        ("按方式：未注明", *nothing),
        ("按投向：养殖业", *paying),
        ("按投向：未注明", "2", "170,000.00", "1", "50,000.00", "2", "170,000.00"),
        ("按额度：50,000.00 元以下", *new),
        ("按额度：50,000.00 至 100,000.00 元", *nothing),
        ("按额度：100,000.00 元以上", *older),
        ("按期限：3个月以下", *new),
        ("按期限：3至6个月", *nothing),
        ("按期限：6至12个月", *older),
        ("按期限：1年以上", *nothing),
        ("按五级：正常", "2", "120,000.00", "1", "40,000.00", "2", "120,000.00"),
        ("按五级：关注", *nothing),
        ("按五级：次级", *late),
        ("按五级：可疑", *nothing),
        ("按五级：损失", *nothing),
    )


def test_the_changes_of_the_months_make_that_of_the_year():
    forms = [
        five_tier_form(graded(), month=Month(2024, month), under=RULES, amounts=[cny(1)])
        for month in range(1, 7)
    ]

    half = total_over_time(forms)
    for row in half.rows:
        monthly, since_new_year = row.cells[3], row.cells[5]
        assert (monthly.worth, monthly.since) == (since_new_year.worth, since_new_year.since)


def test_a_loan_nobody_secured_and_one_of_many_years_have_rows_of_their_own():
    long = a_loan(guarantee=None, months=24)

    form = five_tier_form([long], **ASKED)

    assert lines(form, "按方式：未注明", "按期限：1年以上")[0][:2] == ("1", "120,000.00")
    assert lines(form, "按期限：1年以上")[0][:2] == ("1", "120,000.00")


@pytest.mark.parametrize(
    ("amounts", "value"), [([], []), ("5", "5"), (None, None), (cny(5), cny(5))]
)
def test_there_are_bands_of_principal(amounts, value):
    with refused(InvalidTerms, WRONG, value=value, limit="several amounts"):
        five_tier_form([], **ASKED | {"amounts": amounts})


def test_bands_rise_and_are_amounts():
    with refused(InvalidTerms, WRONG, value=[500, 500], limit="rising amounts"):
        five_tier_form([], **ASKED | {"amounts": [cny(5), cny(5)]})
    with pytest.raises(InvalidAmount):
        five_tier_form([], **ASKED | {"amounts": [5]})


@pytest.mark.parametrize("facts", [7, ["HT-1"], [None]])
def test_facts_are_records(facts):
    kind = type(facts[0]).__name__ if isinstance(facts, list) else "int"
    with refused(InvalidTerms, WRONG, value=kind, limit="several LoanFacts"):
        five_tier_form([], facts=facts, **ASKED)


def test_facts_say_one_thing_of_one_loan():
    with refused(InvalidTerms, WRONG, value="HT-1", limit="of each loan once"):
        five_tier_form([], facts=[LoanFacts(loan_id="HT-1")] * 2, **ASKED)
    with refused(InvalidTerms, WRONG, value="surety", limit="a SecurityWay"):
        LoanFacts(loan_id="HT-1", way="surety")
    with refused(InvalidIdentity, "identity.invalid", value="", limit=64):
        LoanFacts(loan_id="")
    with refused(InvalidIdentity, "identity.invalid", value=7, limit=64):
        LoanFacts(loan_id="HT-1", use=7)


# ---- performance

COUNTY = "示例县绩效目标表"
TARGETS = {
    Indicator.LENDING_GROWTH: IndicatorTarget(
        at_least=Decimal("0.10"), reference="示例县绩效目标表"
    ),
    Indicator.REPAYMENT_RATE: IndicatorTarget(
        at_least=Decimal("0.90"), reference="示例县绩效目标表"
    ),
    Indicator.SUBSIDY_PAID: IndicatorTarget(at_least=Decimal(1), reference=COUNTY),
    Indicator.LEVERAGE: IndicatorTarget(at_least=Decimal(2), reference=COUNTY),
    Indicator.SATISFACTION: IndicatorTarget(at_least=Decimal("0.80"), reference=COUNTY),
}


def of_two_years(second=132_000):
    """120,000 lent in January 2023, all repaid but the last 10,000; 132,000 in December 2024."""
    return [
        pays_on_time(a_loan("HT-1", disbursed_on=date(2023, 1, 15)), 1, 11),
        a_loan(
            "HT-2",
            principal=cny(second),
            disbursed_on=date(2024, 12, 15),
            amortization=Amortization.BULLET,
        ),
        a_loan("HT-3", guarantee=None, disbursed_on=date(2025, 1, 2)),
    ]


def table(loans, fund, given=()):
    """The performance table of 2024, by indicator."""
    rows = performance_table(
        loans,
        [fund],
        year=2024,
        targets=TARGETS,
        given=dict(given),
        counting=RepaidBy.by_borrowers(),
    )
    assert [row.indicator for row in rows] == list(Indicator)
    return {row.indicator: row for row in rows}


def test_each_figure_is_held_against_its_target():
    paid = Quotient(name="paid ÷ due", part=35_516, whole=44_486)
    content = Quotient(name="content ÷ asked", part=80, whole=100)

    rows = table(
        of_two_years(),
        a_fund(71_000),
        {Indicator.SUBSIDY_PAID: paid, Indicator.SATISFACTION: content},
    )

    # 132 of 120 is a growth of a tenth; of 10,000 that fell due in January nothing was repaid;
    # 132,000 and 10,000 are outstanding, two times 71,000.
    assert {indicator: (row.exact, row.outcome) for indicator, row in rows.items()} == {
        Indicator.LENDING_GROWTH: (Fraction(1, 10), Result.REACHED),
        Indicator.REPAYMENT_RATE: (Fraction(0), Result.MISSED),
        Indicator.SUBSIDY_PAID: (Fraction(35_516, 44_486), Result.MISSED),
        Indicator.FUNDS_MATCHED: (None, Result.NO_FIGURE),
        Indicator.LEVERAGE: (Fraction(2), Result.REACHED),
        Indicator.SATISFACTION: (Fraction(4, 5), Result.REACHED),
    }


def test_a_target_is_missed_by_a_fen():
    rows = table(of_two_years("131_999.99".replace("_", "")), a_fund("71000.00"))

    assert rows[Indicator.LENDING_GROWTH].outcome is Result.MISSED
    assert rows[Indicator.LENDING_GROWTH].value == Decimal("0.1000")  # printed, it looks reached
    assert rows[Indicator.LEVERAGE].outcome is Result.MISSED


def test_a_figure_may_have_no_denominator_and_no_target():
    rows = table(of_two_years()[1:], a_fund(0))
    assert [row.outcome for row in rows.values()] == [Result.NO_FIGURE] * 6
    assert [row.value for row in rows.values()] == [None] * 6
    half = Quotient(name="there ÷ promised", part=1, whole=2)
    row = IndicatorRow(indicator=Indicator.FUNDS_MATCHED, quotient=half, target=None)
    assert (row.exact, row.outcome) == (Fraction(1, 2), Result.NO_TARGET)


def test_a_loan_of_a_fund_that_is_not_given_is_no_exposure_of_it():
    rows = table(of_two_years(), a_fund(71_000, name="F-02"))

    assert rows[Indicator.LEVERAGE].exact == 0


def test_what_the_book_answers_is_not_given():
    one = Quotient(name="x", part=1, whole=1)
    with refused(InvalidTerms, WRONG, value="leverage", limit="one the book does not hold"):
        table([], a_fund(), {Indicator.LEVERAGE: one})
    with refused(InvalidTerms, WRONG, value=Decimal(1), limit="a Quotient"):
        table([], a_fund(), {Indicator.SATISFACTION: Decimal(1)})
    with refused(InvalidTerms, WRONG, value="satisfaction", limit="an Indicator"):
        table([], a_fund(), {"satisfaction": one})


@pytest.mark.parametrize(
    ("wrong", "value", "limit"),
    [
        ({"year": 1990}, 1990, "1991-2100"),
        ({"year": "2024"}, "2024", "1991-2100"),
        ({"targets": None}, None, "a mapping of Indicator"),
        ({"given": [1]}, [1], "a mapping of Indicator"),
        ({"targets": {Indicator.LEVERAGE: Decimal(2)}}, Decimal(2), "a IndicatorTarget"),
        ({"funds": 7}, "int", "several GuaranteeFund"),
    ],
)
def test_a_table_is_asked_for_with_what_it_needs(wrong, value, limit):
    asked = {"year": 2024, "targets": {}, "given": {}, "counting": RepaidBy.by_borrowers()}
    asked |= {"funds": []} | wrong
    with refused(InvalidTerms, WRONG, value=value, limit=limit):
        performance_table([], asked.pop("funds"), **asked)


def test_a_target_has_a_figure_and_a_paper():
    with refused(InvalidTerms, WRONG, value=0.1, limit="a Decimal"):
        IndicatorTarget(at_least=0.1, reference="表")
    with refused(InvalidTerms, WRONG, value=Decimal("Infinity"), limit="a Decimal"):
        IndicatorTarget(at_least=Decimal("Infinity"), reference="表")
    for nothing in ("", "  ", None):
        with refused(InvalidTerms, WRONG, value=nothing, limit="a text"):
            IndicatorTarget(at_least=Decimal(1), reference=nothing)


# ---- what every return needs


@pytest.mark.parametrize("form", [lending_form, central_bank_form])
def test_a_form_is_of_a_month_of_loans_and_of_funds_each_once(form):
    loan, fund = a_loan(), a_fund()
    with refused(InvalidTerms, WRONG, value="2024-02", limit="a Month"):
        form([], [], month="2024-02")
    with refused(LoanGivenTwice, "request.loan_given_twice", value="HT-1", limit="each loan once"):
        form([loan, loan], [], month=FEB)
    with refused(InvalidTerms, WRONG, value=7, limit="several Loan"):
        form([7], [], month=FEB)
    with refused(InvalidTerms, WRONG, value="GuaranteeFund", limit="several GuaranteeFund"):
        form([], fund, month=FEB)
    with refused(InvalidTerms, WRONG, value="str", limit="several GuaranteeFund"):
        form([], ["F-01"], month=FEB)
    with refused(InvalidTerms, WRONG, value=["F-01", "F-01"], limit="each fund once"):
        form([], [fund, fund], month=FEB)


def test_the_form_of_grades_is_of_a_month():
    with refused(InvalidTerms, WRONG, value=date(2024, 6, 30), limit="a Month"):
        five_tier_form([], **ASKED | {"month": date(2024, 6, 30)})


def test_every_name_of_a_return_has_chinese_words():
    for enum in (Indicator, Result, SecurityWay):
        assert len({one.zh for one in enum}) == len(enum)
