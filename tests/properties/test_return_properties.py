"""Returns over random lives: parts make totals, months make years, stocks follow the positions."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from histories import histories
from microloan.returns import TOTAL, WOMEN, Month, central_bank_form, lending_form, total_over_time


@st.composite
def books(draw):
    """One to three loans with random lives and a year in which something was done."""
    loans = [
        replace(draw(histories(most=6)).loan, id=f"HT-{number}")
        for number in range(draw(st.integers(1, 3)))
    ]
    return loans, draw(st.sampled_from([entry.on for loan in loans for entry in loan.entries])).year


@given(books())
def test_the_months_of_a_year_make_the_year(book):
    loans, year = book
    months = [Month(year, number) for number in range(1, 13)]
    forms = [lending_form(loans, [], month=month) for month in months]

    whole = total_over_time(forms)

    for row in whole.rows:
        lent, since_new_year = row.cells[1], row.cells[3]
        assert lent == since_new_year
        assert row.cells[5] == forms[-1].cell(row.label, "月末贷款余额")
    owed = [loan.position(as_of=months[-1].last_day).outstanding_fen for loan in loans]
    assert whole.cell(TOTAL, "月末贷款余额").worth == sum(owed)
    assert whole.cell(TOTAL, "月末贷款笔数").worth == sum(map(bool, owed))


@given(books(), st.integers(1, 12), st.integers(1, 12))
def test_the_tables_of_the_central_bank_join_over_the_new_year(book, first, last):
    loans, year = book[0], max(book[1], 1991)
    months = [Month(year - 1, number) for number in range(first, 13)]
    months += [Month(year, number) for number in range(1, last + 1)]

    whole = total_over_time([central_bank_form(loans, [], month=month) for month in months])

    ends = (months[-1], Month(year - 1, 12))
    now, before = (central_bank_form(loans, [], month=month) for month in ends)
    for label in ("附：累计发放额", "附：累计发放笔数"):
        running = (form.cell(label, "数值").worth for form in (now, before))
        assert whole.cell(label, "数值").worth == sum(running)
    assert whole.rows[:5] == now.rows[:5]


@given(books(), st.integers(1, 12))
def test_the_parts_of_a_form_make_its_total(book, number):
    loans, year = book
    month = Month(year, number)
    form = lending_form(loans, [], month=month)
    parts = [row for row in form.rows if row.label not in {TOTAL, WOMEN.zh}]

    for place, column in enumerate(form.columns[:-1]):
        total = form.cell(TOTAL, column).worth
        assert sum(row.cells[place].worth for row in parts) == total
    head, *rest = central_bank_form(loans, [], month=month).rows
    backed = [row.cells[0].worth for row in rest if row.label.startswith("其中")]
    assert sum(backed) == head.cells[0].worth
