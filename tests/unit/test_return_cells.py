"""Stocks and flows of a return, which are never mixed up, and the forms they stand in."""

from datetime import date, datetime

import pytest

from microloan import InvalidDate, InvalidTerms, NotFound
from microloan.returns import (
    FigureUnit,
    Flow,
    Form,
    FormRow,
    Month,
    Stock,
    add_up,
    change,
    over_time,
    total_over_time,
)
from refusals import refused

WRONG = "terms.invalid"
JAN, FEB, MAR = (Month(2024, month) for month in (1, 2, 3))
ONE_KIND = "several stocks, or several flows, of one unit"
ADJOINING = "flows that follow each other day by day"


def stock(month, worth, unit=FigureUnit.LOANS):
    """A figure at a month's end."""
    return Stock(on=month.last_day, worth=worth, unit=unit)


def flow(month, worth, unit=FigureUnit.LOANS, since=None):
    """A figure of a month, or since a day until its end."""
    return Flow(since=since or month.first_day, until=month.last_day, worth=worth, unit=unit)


# ---- months


def test_a_month_holds_its_first_day_and_its_last():
    assert (FEB.first_day, FEB.last_day) == (date(2024, 2, 1), date(2024, 2, 29))
    assert Month(2100, 12).last_day == date(2100, 12, 31)
    assert MAR.new_year == date(2024, 1, 1)
    assert (str(FEB), JAN < FEB) == ("2024-02", True)


@pytest.mark.parametrize(
    ("year", "month"), [(2024, 0), (2024, 13), (1989, 1), (2101, 1), ("2024", 1), (2024, True)]
)
def test_what_is_no_month_is_refused(year, month):
    with refused(InvalidDate, "periods.invalid_date", value=(year, month), limit=(1, 12)):
        Month(year, month)


# ---- stocks and flows


def test_over_months_the_last_stock_counts_and_flows_are_added_up():
    assert over_time([stock(JAN, 5), stock(MAR, 2), stock(FEB, 9)]) == stock(MAR, 2)
    assert over_time([flow(FEB, 9), flow(JAN, 5), flow(MAR, 2)]) == flow(
        MAR, 16, since=date(2024, 1, 1)
    )
    assert over_time([flow(JAN, 5)]) == flow(JAN, 5)


def test_running_totals_are_not_added_up():
    totals = [flow(month, worth, since=JAN.first_day) for month, worth in ((JAN, 5), (FEB, 9))]

    assert over_time(totals) == totals[1]
    assert over_time(reversed(totals)) == totals[1]


def test_running_totals_of_several_years_join_at_the_new_year():
    new_year = date(2025, 1, 1)
    old = [flow(Month(2024, month), month, since=JAN.first_day) for month in (10, 11, 12)]
    new = [flow(Month(2025, month), month, since=new_year) for month in (1, 2)]

    assert over_time([*old, *new]) == flow(Month(2025, 2), 14, since=JAN.first_day)
    # Without December nobody knows what the old year came to.
    with refused(InvalidTerms, WRONG, value=ADJOINING, limit=ADJOINING):
        over_time([*old[:2], *new])


def test_figures_of_several_banks_are_added_up_at_one_time():
    assert add_up([stock(JAN, 5), stock(JAN, 9)]) == stock(JAN, 14)
    assert add_up([flow(JAN, 5), flow(JAN, -9)]) == flow(JAN, -4)


def test_the_change_of_a_stock_is_a_flow():
    assert change(stock(JAN, 5), stock(MAR, 2)) == Flow(
        since=date(2024, 2, 1), until=date(2024, 3, 31), worth=-3, unit=FigureUnit.LOANS
    )
    monthly = [change(stock(JAN, 5), stock(FEB, 9)), change(stock(FEB, 9), stock(MAR, 2))]
    assert over_time(monthly) == change(stock(JAN, 5), stock(MAR, 2))


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ([], ONE_KIND),
        (None, ONE_KIND),
        ([stock(JAN, 5), flow(FEB, 9)], ONE_KIND),
        ([stock(JAN, 5), stock(FEB, 9, FigureUnit.FEN)], ONE_KIND),
        ([stock(JAN, 5), 9], ONE_KIND),
        ([stock(JAN, 5), stock(JAN, 5)], "stocks of days of their own"),
        ([flow(JAN, 5), flow(JAN, 5)], "flows of periods of their own"),
        ([flow(JAN, 5), flow(MAR, 5)], "flows that follow each other day by day"),
        (
            [flow(JAN, 5), flow(MAR, 5, since=date(2024, 1, 31))],
            "flows that follow each other day by day",
        ),
    ],
)
def test_figures_that_cannot_be_taken_together_over_time_are_refused(cells, wanted):
    with refused(InvalidTerms, WRONG, value=wanted, limit=wanted):
        over_time(cells)


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ([], ONE_KIND),
        ([stock(JAN, 5), flow(JAN, 9)], ONE_KIND),
        ([stock(JAN, 5), stock(FEB, 9)], "figures of one day or of one period"),
        ([flow(JAN, 5), flow(FEB, 9)], "figures of one day or of one period"),
    ],
)
def test_figures_of_several_times_are_not_added_up(cells, wanted):
    with refused(InvalidTerms, WRONG, value=wanted, limit=wanted):
        add_up(cells)


def test_a_change_is_one_of_two_stocks_in_order():
    with refused(InvalidTerms, WRONG, value="two stocks", limit="two stocks"):
        change(flow(JAN, 5), stock(FEB, 9))
    with refused(InvalidTerms, WRONG, value=ONE_KIND, limit=ONE_KIND):
        change(stock(JAN, 5), stock(FEB, 9, FigureUnit.FEN))
    with refused(InvalidDate, "periods.invalid_date", value=FEB.last_day, limit=date(2024, 3, 1)):
        change(stock(FEB, 5), stock(FEB, 9))


def test_there_is_no_plus_between_figures():
    with pytest.raises(TypeError):
        stock(JAN, 5) + stock(FEB, 9)
    with pytest.raises(TypeError):
        sum([flow(JAN, 5), flow(FEB, 9)])


def test_a_figure_is_printed_by_its_unit():
    assert str(stock(JAN, 1_234_567)) == "1,234,567"
    assert str(flow(JAN, -1_234_567, FigureUnit.FEN)) == "-12,345.67"


@pytest.mark.parametrize("worth", [1.5, True, "1", None, 10**15 + 1, -(10**15) - 1])
def test_a_figure_is_a_whole_number(worth):
    limit = f"a whole number up to {10**15}"
    with refused(InvalidTerms, WRONG, value=worth, limit=limit):
        stock(JAN, worth)
    with refused(InvalidTerms, WRONG, value=worth, limit=limit):
        flow(JAN, worth)


def test_a_figure_has_a_unit_and_plain_days():
    with refused(InvalidTerms, WRONG, value="fen", limit="a FigureUnit"):
        stock(JAN, 1, "fen")
    moment = datetime.fromisoformat("2024-01-31T00:00")
    with refused(InvalidDate, "periods.invalid_date", value=moment, limit="datetime.date"):
        Stock(on=moment, worth=1, unit=FigureUnit.LOANS)
    with refused(InvalidDate, "periods.invalid_date", value=JAN.first_day, limit=JAN.last_day):
        Flow(since=JAN.last_day, until=JAN.first_day, worth=1, unit=FigureUnit.LOANS)


# ---- forms


def a_form(month, lent, owed, *, rows=("甲", "合计"), columns=("发放", "余额"), title="a form"):
    """A form of two rows; the first has no figure of what is outstanding."""
    first, last = rows
    return Form(
        title=title,
        zh="表",
        columns=columns,
        rows=(
            FormRow(label=first, cells=(flow(month, lent), None)),
            FormRow(label=last, cells=(flow(month, lent), stock(month, owed))),
        ),
    )


def test_a_form_is_lines_with_chinese_headers():
    form = a_form(JAN, 5, 7)

    assert form.lines() == (("指标", "发放", "余额"), ("甲", "5", ""), ("合计", "5", "7"))
    assert form.cell("合计", "余额") == stock(JAN, 7)


def test_the_form_of_a_year_takes_the_last_stock_and_the_sum_of_flows():
    year = total_over_time([a_form(JAN, 5, 7), a_form(FEB, 9, 2), a_form(MAR, 1, 4)])

    assert year.lines() == (("指标", "发放", "余额"), ("甲", "15", ""), ("合计", "15", "4"))


@pytest.mark.parametrize(
    "other",
    [
        a_form(FEB, 1, 1, rows=("乙", "合计")),
        a_form(FEB, 1, 1, columns=("发放", "月末余额")),
        Form(
            title="a form",
            zh="表",
            columns=("发放", "余额"),
            rows=(
                FormRow(label="甲", cells=(stock(FEB, 1), None)),
                FormRow(label="合计", cells=(flow(FEB, 1), stock(FEB, 1))),
            ),
        ),
    ],
)
def test_forms_of_other_headers_or_sorts_of_figures_are_not_taken_together(other):
    with refused(InvalidTerms, WRONG, value="a form", limit="of the same headers"):
        total_over_time([a_form(JAN, 5, 7), other])


@pytest.mark.parametrize("forms", [[], [None], 7])
def test_a_year_is_made_of_forms(forms):
    with refused(InvalidTerms, WRONG, value=forms, limit="several Form"):
        total_over_time(forms)


@pytest.mark.parametrize("place", [("甲", "余额"), ("丙", "余额"), ("甲", "利率")])
def test_a_figure_that_a_form_does_not_have_is_named(place):
    with refused(NotFound, "store.not_found", value=place, limit=("发放", "余额")):
        a_form(JAN, 5, 7).cell(*place)


def test_a_form_has_each_header_once_and_a_cell_for_each_column():
    with refused(InvalidTerms, WRONG, value=["甲", "甲"], limit="each of its own name"):
        a_form(JAN, 5, 7, rows=("甲", "甲"))
    with refused(InvalidTerms, WRONG, value=["发放", "发放"], limit="each of its own name"):
        a_form(JAN, 5, 7, columns=("发放", "发放"))
    with refused(InvalidTerms, WRONG, value=2, limit="1 cells"):
        a_form(JAN, 5, 7, columns=("发放",))
