"""Results as tables: rows for machines, aligned text for terminals, HTML for notebooks."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from histories import RULES, a_fund, a_loan, pays, pays_on_time
from microloan import (
    Ageing,
    Amortization,
    Assessment,
    Clearing,
    ClearingRow,
    Entry,
    EntryKind,
    Finding,
    FrozenLedger,
    HalfYear,
    InterestQuarter,
    InvalidTerms,
    LoanTerms,
    Prepayment,
    Severity,
    Unpaid,
    amortize,
    cny,
    draw_up,
    group_ledger,
    leverage_path,
    measure_leverage,
    migrate,
    pay_claim,
    percent,
    plan_year,
    receive_recovery,
    watch_list,
    what_if,
)
from microloan.amended_plan import AmendedPlan
from microloan.checks import Audit
from microloan.errors import InvalidAmount
from microloan.frozen_line import freeze_line
from microloan.fund import GuaranteeFund
from microloan.fund_card import FundCard
from microloan.ledger_group import GroupBy
from microloan.ledger_notes import note_all
from microloan.periods import DayCount
from microloan.policy import Level
from microloan.request import SubsidyRequest
from microloan.request_line import RequestLine
from microloan.returns.cell import FigureUnit, Flow, Stock
from microloan.returns.form import Form, FormRow
from microloan.table import Column, ColumnKind, Language, MoneyAs, Table, columns_of, tabulate
from microloan.table.column import as_decimal, as_text
from microloan.visit import BusinessState, FollowUpVisit
from refusals import refused

H1, JUNE = HalfYear(2024, 1), date(2024, 6, 30)
THREE_YEARS = LoanTerms(
    principal=cny(300_000),
    annual_rate=percent("3.95"),
    disbursed_on=date(2024, 3, 15),
    months=36,
    amortization=Amortization.EQUAL_INSTALLMENTS,
    day_count=DayCount.THIRTY_360,
)


def claimed():
    """A fund and a loan: the fund paid 80 % of 120,000 and got back 40,000 of 50,000."""
    fund, loan = pay_claim(a_fund(), a_loan("HT-3"), on=date(2024, 5, 25), ref="P1")
    return receive_recovery(fund, loan, cny(50_000), on=date(2024, 6, 25), ref="Z1")


# ---- rows


def test_a_schedule_becomes_one_row_for_each_installment():
    plan = a_loan().schedule

    rows = plan.to_dicts()

    assert len(rows) == 12
    assert rows[1] == {
        "number": 2,
        "due_on": date(2024, 3, 15),
        "principal": Decimal("10000.00"),
        "interest": Decimal("550.00"),
        "total": Decimal("10550.00"),
        "outstanding": Decimal("100000.00"),
    }
    assert str(rows[1]["interest"]) == "550.00"


def test_money_leaves_as_whole_fen_where_the_caller_says_so():
    row = a_loan().schedule.to_dicts(money_as=MoneyAs.FEN)[11]

    assert row == {
        "number": 12,
        "due_on": date(2025, 1, 15),
        "principal_fen": 1_000_000,
        "interest_fen": 5_000,
        "total_fen": 1_005_000,
        "outstanding_fen": 0,
    }


def test_keys_and_words_follow_the_language():
    entries = tabulate(a_loan().entries).only("number", "kind", "amount")

    assert entries.to_dicts() == [
        {"number": 1, "kind": "disbursement", "amount": Decimal("120000.00")}
    ]
    assert entries.to_dicts(language=Language.ZH) == [
        {"序号": 1, "类型": "放款", "金额": Decimal("120000.00")}
    ]
    assert entries.to_dicts(language=Language.EN, money_as=MoneyAs.FEN) == [
        {"No.": 1, "Kind": "disbursement", "Amount (fen)": 12_000_000}
    ]
    assert list(entries.to_dicts(language=Language.ZH, money_as=MoneyAs.FEN)[0])[2] == "金额（分）"


def test_what_is_not_there_stays_empty():
    [row] = tabulate(a_loan().entries).to_dicts()

    assert (row["then"], row["until"]) == (None, None)


def test_a_repayment_ledger_says_what_each_entry_paid():
    rows = tabulate(pays_on_time(a_loan(), 1, 1).applied).to_dicts()

    assert [(row["kind"], row["principal"], row["interest"]) for row in rows] == [
        ("disbursement", Decimal("-120000.00"), Decimal("0.00")),
        ("repayment", Decimal("10000.00"), Decimal("600.00")),
    ]


def test_a_plan_that_was_changed_is_a_table_too():
    loan = pays_on_time(a_loan(), 1, 1).prepay(
        cny(60_000), on=date(2024, 3, 15), ref="T1", then=Prepayment.SHORTEN
    )

    rows = loan.schedule.to_dicts()
    assert isinstance(loan.schedule, AmendedPlan)
    assert sum(row["principal"] for row in rows) == Decimal("120000.00")
    assert rows[-1]["outstanding"] == Decimal("0.00")
    assert loan.schedule.as_table().to_dicts() == rows


def test_what_lies_deeper_becomes_a_column_of_its_own():
    line = draw_up([pays_on_time(a_loan(), 1, 5)], H1).to_dicts()[0]

    assert (line["account_number"], line["groups"], line["last_day"]) == (
        "2024H1/HT-1",
        "",
        JUNE,
    )
    assert (line["disbursed"], line["repaid_principal"], line["repaid_interest"]) == (
        Decimal("120000.00"),
        Decimal("50000.00"),
        Decimal("2500.00"),
    )
    assert (line["closing"], line["visited_on"], line["subsidy_due"], line["concerns"]) == (
        Decimal("70000.00"),
        None,
        None,
        "",
    )


def test_what_may_be_absent_is_read_where_it_is_there():
    visit = FollowUpVisit(
        loan_id="HT-1",
        on=date(2024, 4, 2),
        ref="V1",
        visitors=("O-1",),
        state=BusinessState.STRAINED,
        monthly_turnover_fen=2_000_000,
        next_step="call again",
    )
    ledger = draw_up([pays_on_time(a_loan(), 1, 5)], H1, visits=[visit])

    [row] = ledger.to_dicts(language=Language.ZH)
    assert (row["回访日期"], row["经营状况"]) == (date(2024, 4, 2), "困难")
    assert (row["月营业额"], row["从业人数"]) == (Decimal("20000.00"), None)
    [row] = tabulate([visit]).to_dicts()
    assert (row["visitors"], row["on_site"], row["next_step"]) == ("O-1", True, "call again")


def test_several_members_are_joined_as_the_language_does():
    late = pays(a_loan(), (600, date(2024, 2, 15)))
    table = tabulate(watch_list([late], under=RULES, as_of=JUNE)).only("concerns")

    [row] = table.to_dicts()
    assert row["concerns"].split(", ")[:2] == ["claim_open", "overdue"]
    [row] = table.to_dicts(language=Language.ZH)
    assert row["关注原因"].split("、")[:2] == ["可代偿", "逾期"]


def test_the_levels_of_a_request_are_columns_that_add_up_to_the_subsidy():
    rule = RULES.shares[a_loan().category.kind].at(date(2022, 1, 15))
    lines = tuple(
        RequestLine(
            loan_id=name,
            number=1,
            due_on=date(2024, 6, 20),
            borrower="B-1",
            lender="BANK-1",
            principal_fen=12_000_000,
            disbursed_on=date(2024, 1, 15),
            months=12,
            annual_rate=percent("3.95"),
            days=92,
            interest_fen=interest,
            subsidy_fen=subsidy,
            shares=rule.value,
            rule="r",
            shares_rule="s",
        )
        for name, interest, subsidy in (("HT-1", 100_01, 49_99), ("HT-2", 33_33, 33_33))
    )
    request = SubsidyRequest(
        lender="BANK-1",
        quarter=InterestQuarter(2024, 2),
        on=date(2024, 6, 21),
        since=InterestQuarter(2024, 1),
        lines=lines,
    )

    rows = request.to_dicts(money_as=MoneyAs.FEN)
    for row in rows:
        assert sum(row[f"{level.value}_fen"] for level in Level) == row["subsidy_fen"]
        assert row["borne_fen"] == row["interest_fen"] - row["subsidy_fen"]
    assert sum(row["subsidy_fen"] for row in rows) == 83_32
    [head] = tabulate([request]).to_dicts()
    assert (head["lender"], head["quarter"], head["asked"]) == (
        "BANK-1",
        "2024Q2",
        Decimal("83.32"),
    )
    assert "中央承担金额" in request.to_text()
    assert "shares_rule" not in {column.name for column in request.for_reading().columns}


def test_a_yearly_plan_of_nothing_has_four_quarters_of_nothing():
    plan = plan_year([], year=2025, under=RULES, on=date(2024, 12, 1))

    assert [(row["quarter"], row["amount"]) for row in plan.to_dicts()] == [
        (f"2025Q{number}", Decimal("0.00")) for number in (1, 2, 3, 4)
    ]


def test_a_statistical_form_becomes_one_row_for_each_figure():
    form = Form(
        title="T",
        zh="表",
        columns=("余额", "发放"),
        rows=(
            FormRow(
                label="贷款",
                cells=(
                    Stock(on=JUNE, worth=12_345, unit=FigureUnit.FEN),
                    Flow(since=date(2024, 1, 1), until=JUNE, worth=7, unit=FigureUnit.LOANS),
                ),
            ),
            FormRow(label="空", cells=(None, None)),
        ),
    )

    assert form.to_dicts() == [
        {
            "item": "贷款",
            "heading": "余额",
            "amount": Decimal("123.45"),
            "loans": None,
            "since": None,
            "until": JUNE,
        },
        {
            "item": "贷款",
            "heading": "发放",
            "amount": None,
            "loans": 7,
            "since": date(2024, 1, 1),
            "until": JUNE,
        },
    ]


def test_groups_are_read_in_fewer_columns_than_they_have():
    grouped = group_ledger(draw_up([pays_on_time(a_loan(), 1, 5)], H1), by=GroupBy.LENDER)

    assert len(grouped.as_table().columns) > len(grouped.for_reading().columns)
    assert [row["group"] for row in grouped.to_dicts()] == ["BANK-1"]


FAULT = Finding(
    code="admission.too_old", severity=Severity.FAULT, subject="B-1", sentence="old", zh="超龄"
)
HELD = freeze_line(pays_on_time(a_loan(), 1, 5), H1, notes=note_all())


@pytest.mark.parametrize(
    ("result", "row"),
    [
        (
            Assessment(application="A-1", on=JUNE, findings=(FAULT,), checked=()),
            {"code": "admission.too_old", "severity": "fault", "sentence_zh": "超龄"},
        ),
        (
            Audit(as_of=JUNE, loans=1, findings=(FAULT,), unanswered=()),
            {"code": "admission.too_old", "severity": "fault"},
        ),
        (
            FrozenLedger(half=H1, lines=(HELD,)),
            {"loan_id": "HT-1", "closing": Decimal("70000.00"), "days_past_due": 0},
        ),
        (
            migrate(
                draw_up([pays_on_time(a_loan(), 1, 5)], H1),
                draw_up([pays_on_time(a_loan(), 1, 11)], HalfYear(2024, 2)),
                under=RULES,
            ),
            {"grade_before": "normal", "grade_after": "normal", "loans": 1},
        ),
        (
            Clearing(
                year=2024,
                as_of=JUNE,
                rows=(ClearingRow(lender="BANK-1", level=Level.CITY, requested_fen=900),),
                missing=(),
            ),
            {"lender": "BANK-1", "level": "city", "to_pay": Decimal("9.00")},
        ),
        (
            Ageing(
                as_of=JUNE,
                unpaid=(
                    Unpaid(loan_id="HT-1", due_on=JUNE, requested_in=None, amount_fen=1, levels=()),
                ),
                limits=(30,),
            ),
            {"loan_id": "HT-1", "requested_in": None, "amount": Decimal("0.01")},
        ),
    ],
    ids=lambda given: type(given).__name__,
)
def test_a_list_of_results_has_a_row_for_each_of_them(result, row):
    found = result.to_dicts()[0]

    assert row == {name: found[name] for name in row}
    assert result.to_text().splitlines()[0] == result.as_table().title.chinese


def test_a_stress_test_has_a_row_for_each_half_year():
    path = what_if(
        a_fund(),
        [a_loan()],
        under=RULES,
        as_of=date(2024, 3, 1),
        default_rate=Decimal(0),
        halves=2,
    )

    rows = path.to_dicts()
    assert [row["half"] for row in rows] == ["2024H1", "2024H2"]
    assert {row["scenario"] for row in rows} == {path.scenario.name}
    assert [row["exposure"] for row in rows] == [
        half.leverage.exposure.amount for half in path.halves
    ]


def test_a_half_year_ledger_is_read_in_fewer_columns_than_it_has():
    ledger = draw_up([pays_on_time(a_loan(), 1, 5)], H1)

    assert len(ledger.as_table().columns) > 40
    assert len(ledger.for_reading().columns) == 13
    assert "2024H1/HT-1" in ledger.to_text()


def test_a_share_that_no_decimal_states_is_told_to_twelve_places():
    assert as_decimal(Fraction(2, 3)) == Decimal("0.666666666667")
    assert as_decimal(Decimal("0.12345678901249")) == Decimal("0.123456789012")
    assert as_decimal(Decimal("0.0395")) == Decimal("0.0395")
    assert as_decimal(None) is None
    assert as_text(()) == ""


# ---- tables


def test_no_records_are_a_table_if_their_kind_is_said():
    table = tabulate((), of=Entry)

    assert (table.name, table.rows, table.to_dicts()) == ("entry", (), [])
    assert table.to_text().splitlines()[0] == "台账流水"
    assert "<tbody></table>" in table.to_html()


def test_no_records_of_no_kind_are_refused():
    with refused(InvalidTerms, "terms.invalid", value="none", limit="one or more, or a kind"):
        tabulate(())


def test_records_of_two_kinds_or_without_columns_are_refused():
    loan = a_loan()
    wanted = "of the kind Entry, with columns"
    with refused(InvalidTerms, "terms.invalid", value="Installment", limit=wanted):
        tabulate([*loan.entries, loan.schedule[0]])
    with refused(
        InvalidTerms, "terms.invalid", value="Loan", limit="of the kind Loan, with columns"
    ):
        tabulate([loan])


def test_a_table_with_a_row_of_another_width_or_no_columns_is_refused():
    one = (Column("number", ColumnKind.COUNT),)
    with refused(InvalidTerms, "terms.invalid", value=2, limit=1):
        Table(name="entry", columns=one, rows=((1,), (1, 2)))
    with refused(InvalidTerms, "terms.invalid", value=0, limit="1 or more"):
        Table(name="entry", columns=(), rows=())
    with refused(InvalidTerms, "terms.invalid", value="list", limit="a name of titles.csv"):
        Table(name="list", columns=one, rows=())


def test_money_that_is_no_whole_number_of_fen_does_not_leave():
    table = Table(name="entry", columns=(Column("amount", ColumnKind.MONEY),), rows=((0.5,),))

    with pytest.raises(InvalidAmount):
        table.to_dicts()


def test_some_columns_can_be_taken_in_another_order():
    table = a_loan().schedule.as_table().only("interest", "number")

    assert table.to_dicts()[0] == {"interest": Decimal("600.00"), "number": 1}
    with pytest.raises(InvalidTerms) as caught:
        table.only("number", "rate")
    assert caught.value.value == ["rate"]
    assert caught.value.limit == ["interest", "number"]


def test_a_finding_is_read_in_one_language_and_kept_in_both():
    finding = Finding(
        code="admission.too_old",
        severity=Severity.FAULT,
        subject="B-1",
        sentence="61 years old, 60 at most",
        zh="年满 61 周岁，超过 60 周岁",
        figures=(("age", "61"), ("at most", "60")),
    )
    table = tabulate([finding])

    [row] = table.to_dicts()
    assert (row["sentence"], row["sentence_zh"]) == (finding.sentence, finding.zh)
    assert (row["severity"], row["figures"]) == ("fault", "age 61, at most 60")
    assert finding.zh in table.to_text()
    assert finding.sentence not in table.to_text()
    english = table.to_text(language=Language.EN)
    assert finding.sentence in english
    assert finding.zh not in english


# ---- text


@dataclass(frozen=True)
class Noted:
    """A record made for the test."""

    number: int
    note: str
    amount_fen: int

    COLUMNS = columns_of("number note amount")


def noted(*lines):
    return Table(
        name="entry",
        columns=Noted.COLUMNS.columns,
        rows=Noted.COLUMNS.rows([Noted(*line) for line in lines]),
    )


def test_a_terminal_sees_columns_aligned_by_the_width_of_chinese():
    table = noted((1, "贴息ab", 1_234_567), (12, "x", -5))

    assert table.to_text() == (
        "台账流水\n"
        "序号  备注         金额\n"
        "-----------------------\n"
        "   1  贴息ab  12,345.67\n"
        "  12  x           -0.05"
    )
    assert table.to_text(language=Language.EN) == (
        "Entries of a loan\n"
        "No.  Note       Amount\n"
        "----------------------\n"
        "  1  贴息ab  12,345.67\n"
        " 12  x           -0.05"
    )


def test_a_terminal_sees_so_many_rows_as_asked_for_and_the_count_of_the_rest():
    table = noted(*((number, "n", 100) for number in range(1, 1_006)))

    assert len(table.to_text().splitlines()) == 3 + 1_005
    assert table.to_text(most=5).splitlines()[-2:] == ["   5  n     1.00", "… 余 1,000 行"]
    assert table.to_text(most=5, language=Language.EN).splitlines()[-1] == "… 1,000 more rows"
    assert table.to_text(most=1_005) == table.to_text()


@pytest.mark.parametrize("most", [0, -1, True, "5"])
def test_no_rows_cannot_be_asked_for(most):
    table = noted((1, "n", 1))
    for show in (table.to_text, table.to_html):
        with pytest.raises(InvalidTerms):
            show(most=most)


def test_a_text_does_not_break_the_line_or_steer_the_terminal():
    lines = noted((1, "a\nb\x1b[31mc\u202ed", 0)).to_text().splitlines()

    assert len(lines) == 4
    assert lines[3] == "   1  a b [31mc d  0.00"


def test_a_card_is_a_label_and_a_value_on_each_line():
    fund = a_fund()

    assert fund.to_text() == (
        "担保基金\n"
        "基金编号  F-01\n"
        "名称      示例县创业担保基金\n"
        "流水笔数             1\n"
        "截止日    2009-01-01\n"
        "基金余额  1,000,000.00\n"
        "收益余额          0.00\n"
        "代偿支出          0.00\n"
        "追偿收入          0.00"
    )
    assert "Balance" in fund.to_text(language=Language.EN)


def test_flags_rates_and_multiples_are_printed_as_people_write_them():
    fund, loan = claimed()
    leverage = measure_leverage(fund, [loan, a_loan("HT-1")], under=RULES, as_of=JUNE)

    text = leverage.to_text()
    assert re.search(r"放大倍数 +0\.1271\n", text)  # 120,000 ÷ 944,000
    assert re.search(r"未超上限 +是\n", text)
    assert re.search(r"Within cap +yes\n", leverage.to_text(language=Language.EN))
    assert "3.95 %" in tabulate(amortize(THREE_YEARS)[0].stretches).to_text()


# ---- cards


def test_the_card_of_a_fund_has_its_money_its_exposure_and_its_claims():
    fund, loan = claimed()
    leverage = measure_leverage(fund, [loan, a_loan("HT-1")], under=RULES, as_of=JUNE)

    [row] = FundCard.of(fund, leverage).to_dicts()

    assert {name: str(row[name]) for name in row if name != "clause"} == {
        "fund_id": "F-01",
        "name": "示例县创业担保基金",
        "as_of": "2024-06-30",
        "balance": "944000.00",  # 1,000,000 − 96,000 + 40,000
        "exposure": "120000.00",
        "covered_exposure": "96000.00",
        "committed": "0.00",
        "multiple": "0.1271",
        "cap": "5",
        "within_cap": "True",
        "headroom": "4600000.00",
        "top_up": "0.00",
        "payouts": "96000.00",
        "recoveries": "40000.00",
        "income": "0.00",
    }
    assert row["clause"] == str(leverage.cap)


def test_the_leverage_of_another_fund_makes_no_card():
    leverage = measure_leverage(a_fund(name="F-02"), [], under=RULES, as_of=JUNE)

    with refused(InvalidTerms, "terms.invalid", value="F-02", limit="F-01"):
        FundCard.of(a_fund(), leverage)


def test_a_fund_without_entries_has_a_card_too():
    [row] = GuaranteeFund(id="F-09", name="新基金").to_dicts()

    assert (row["entries"], row["as_of"], row["balance"]) == (0, None, Decimal("0.00"))


def test_an_account_and_a_position_are_cards_of_one_row():
    loan = pays_on_time(a_loan(), 1, 5)

    [row] = loan.account(H1).to_dicts()
    assert (row["half"], row["opening"], row["closing"]) == (
        "2024H1",
        Decimal("0.00"),
        Decimal("70000.00"),
    )
    [row] = loan.position(as_of=JUNE).to_dicts()
    assert (row["outstanding"], row["performance"]) == (Decimal("70000.00"), "performing")


# ---- HTML


def test_html_escapes_what_it_shows():
    page = noted((1, "<script>&\"'", 0)).to_html()

    assert "<td class=l>&lt;script&gt;&amp;&quot;&#x27;" in page
    assert "<script" not in page


def test_html_shows_twenty_rows_and_the_count_of_the_rest():
    page = noted(*((number, "n", 100) for number in range(1, 361))).to_html()

    assert page.count("<tr><td>") == 20
    assert "<tr><td class=l colspan=3>… 余 340 行 340 more" in page
    whole = noted(*((number, "n", 100) for number in range(1, 21))).to_html()
    assert whole.count("<tr><td>") == 20
    assert "余" not in whole


def test_html_has_headings_in_both_languages_and_the_asked_one_large():
    plan = a_loan().schedule

    assert "<th>贷款余额<small>Outstanding</small>" in plan.to_html()
    assert "<th>Outstanding<small>贷款余额</small>" in plan.to_html(language=Language.EN)
    assert "<caption>还款计划<small>Repayment plan</small></caption>" in plan.to_html()


def test_html_of_36_rows_is_small_and_has_no_color_and_no_address_of_its_own():
    page = amortize(THREE_YEARS)._repr_html_()

    assert len(page.encode()) < 3_000
    assert "7,863.02" in page
    assert "… 余 16 行" in page
    assert not re.search(r"#[0-9a-f]{3}|rgb|http|src=|href=|onload|<script", page)


def test_html_of_a_card_has_a_row_for_each_column():
    fund, loan = claimed()
    leverage = measure_leverage(fund, [loan], under=RULES, as_of=JUNE)

    page = FundCard.of(fund, leverage)._repr_html_()
    assert page.count("<tr>") == len(FundCard.COLUMNS.names)
    assert "<th class=l>可保余量<small>Headroom</small><td>" in page
    assert f"<td class=l>{leverage.cap}" in page  # a long text is read from the left


def test_a_path_shows_a_row_for_each_point():
    fund, loan = claimed()
    path = leverage_path(fund, [loan], under=RULES)

    assert [row["as_of"] for row in path.to_dicts()] == [point.as_of for point in path.points]
    assert {"fund_id", "clause"}.isdisjoint(column.name for column in path.for_reading().columns)
    assert path._repr_html_() == path.for_reading().to_html()
    assert {row["kind"] for row in tabulate(fund.entries).to_dicts()} == {
        "deposit",
        "claim_payout",
        "recovery",
    }
    assert EntryKind.RECOVERY.value in {r["kind"] for r in tabulate(loan.entries).to_dicts()}


@pytest.mark.parametrize("money_as", ["fen", "decimal", None])
@pytest.mark.parametrize("form", ["to_dicts", "to_polars", "to_pandas"])
def test_fen_never_leave_under_the_name_of_yuan(form, money_as):
    with refused(
        InvalidTerms, "terms.invalid", value=money_as, limit="a MoneyAs", says="the way of money"
    ):
        getattr(a_loan().schedule, form)(money_as=money_as)


@pytest.mark.parametrize("form", ["to_dicts", "to_polars", "to_pandas", "to_text", "to_html"])
def test_a_language_by_another_name_is_not_taken_for_chinese(form):
    fund = a_fund()
    leverage = measure_leverage(fund, [], under=RULES, as_of=JUNE)
    for result in (a_loan().schedule, leverage):
        with refused(
            InvalidTerms, "terms.invalid", value="en", limit="a Language", says="the language"
        ):
            getattr(result, form)(language="en")


@pytest.mark.parametrize("lines", [None, 12, a_loan()])
def test_what_is_no_list_of_records_is_no_table(lines):
    kind = type(lines).__name__
    with refused(InvalidTerms, "terms.invalid", value=kind, limit="several records"):
        tabulate(lines)


@pytest.mark.parametrize(("of", "value"), [(int, "int"), ("entry", "entry")])
def test_a_kind_without_columns_is_no_table(of, value):
    with pytest.raises(InvalidTerms, match=f"the kind of a line .*{value}"):
        tabulate((), of=of)
    with pytest.raises(InvalidTerms, match=f"of the kind {value}, with columns, got Entry"):
        tabulate(a_loan().entries, of=of)


def test_a_column_stands_once_so_that_no_row_loses_one():
    table = tabulate(a_loan().entries)
    with refused(InvalidTerms, "terms.invalid", value=["on"], limit="each there once"):
        table.only("on", "amount", "on")


def test_a_card_of_something_else_is_refused():
    leverage = measure_leverage(a_fund(), [], under=RULES, as_of=JUNE)
    with refused(InvalidTerms, "terms.invalid", value="str", limit="a GuaranteeFund"):
        FundCard.of("F-01", leverage)
    with refused(InvalidTerms, "terms.invalid", value="str", limit="a Leverage"):
        FundCard.of(a_fund(), "10.00")
