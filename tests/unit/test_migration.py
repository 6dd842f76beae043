"""How loans move from grade to grade between two half-years."""

from dataclasses import replace
from datetime import date

import pytest

from histories import RULES, a_fund, a_loan, pay_claim, pays, pays_on_time
from microloan import ZERO, HalfYear, InvalidDate, InvalidTerms, NotInForce, cny, write_off
from microloan.anniversary import Anniversary
from microloan.dated import Dated
from microloan.grade import Grade
from microloan.halfyear import draw_up
from microloan.migration import MigrationTotal, migrate
from microloan.policy import Line
from refusals import refused

H1, H2 = HalfYear(2024, 1), HalfYear(2024, 2)
NORMAL, MENTION, SUBSTANDARD, DOUBTFUL, LOSS = Grade


def a_book():
    """Each loan with its grade on 30 June and on 31 December 2024, and what is outstanding then."""
    _, claimed = pay_claim(a_fund(), a_loan("HT-7"), on=date(2024, 5, 25), ref="代1")
    return [
        pays_on_time(a_loan("HT-1"), 1, 11),  # normal 70,000 → normal 10,000
        pays_on_time(a_loan("HT-2"), 1, 5),  # normal 70,000 → late since 15 July, 169 days
        a_loan("HT-3"),  # 136 days, substandard 120,000 → 320 days, doubtful
        # Late since 15 April, 76 days, 100,000; all that was due by October came that month.
        pays(pays_on_time(a_loan("HT-4"), 1, 2), ("72450", date(2024, 10, 15))),
        a_loan(
            "HT-5", disbursed_on=date(2024, 9, 1), months=6
        ),  # new: due since 1 October, 91 days
        write_off(a_loan("HT-6"), on=date(2024, 8, 1), ref="核1"),  # substandard 120,000 → gone
        claimed,  # 20 % stay with the bank: 24,000, substandard → doubtful
        a_loan("HT-8", disbursed_on=date(2024, 12, 20)),  # new and on time
    ]


def matrix(book=None, *, under=RULES):
    loans = a_book() if book is None else book
    return migrate(draw_up(loans, H1), draw_up(loans, H2), under=under)


def filled(found):
    """The cells that hold a loan: from, to, loans, outstanding before and after."""
    return {
        (one.before, one.after): (
            one.total.loans,
            one.total.outstanding_before,
            one.total.outstanding_after,
        )
        for one in found.cells
        if one.total.loans
    }


def test_every_loan_moves_from_a_grade_to_a_grade_or_is_new_or_gone():
    assert filled(matrix()) == {
        (NORMAL, NORMAL): (1, cny(70_000), cny(10_000)),
        (NORMAL, SUBSTANDARD): (1, cny(70_000), cny(70_000)),
        (MENTION, MENTION): (1, cny(100_000), cny(30_000)),
        (SUBSTANDARD, DOUBTFUL): (2, cny(144_000), cny(144_000)),
        (SUBSTANDARD, None): (1, cny(120_000), ZERO),
        (None, NORMAL): (1, ZERO, cny(120_000)),
        (None, SUBSTANDARD): (1, ZERO, cny(120_000)),
    }


def test_the_rows_are_the_earlier_ledger_and_the_columns_the_later_one():
    book, found = a_book(), matrix()
    was, now = draw_up(book, H1).totals, draw_up(book, H2).totals

    rows, columns = [found.row(grade) for grade in Grade], [found.column(grade) for grade in Grade]
    assert sum(row.before_fen for row in rows) == was.closing_fen == 504_000_00
    assert sum(row.loans for row in rows) == was.loans == 6
    assert sum(column.after_fen for column in columns) == now.closing_fen == 494_000_00
    assert sum(column.loans for column in columns) == 7
    assert found.row(None) == MigrationTotal(loans=2, before_fen=0, after_fen=240_000_00)
    assert found.column(None) == MigrationTotal(loans=1, before_fen=120_000_00, after_fen=0)


def test_a_matrix_tells_what_fell_and_what_rose():
    found = matrix()

    assert found.worsened == MigrationTotal(loans=3, before_fen=214_000_00, after_fen=214_000_00)
    assert found.improved.loans == 0
    assert found.cell(NORMAL, SUBSTANDARD).loans == 1
    assert found.cell(None, LOSS) == MigrationTotal(loans=0, before_fen=0, after_fen=0)
    # All eleven installments come on New Year's Eve: 110,000 and interest of 3,850.
    healed = pays(a_loan(), (113_850, date(2024, 12, 31)))
    better = matrix([healed])
    assert better.improved == MigrationTotal(loans=1, before_fen=120_000_00, after_fen=10_000_00)
    assert better.worsened.loans == 0


def test_every_pair_has_a_cell_row_by_row():
    cells = matrix([]).cells

    assert len(cells) == 35  # 6 × 6 less new and gone at once
    assert [(one.before, one.after) for one in cells[:6]] == [
        (NORMAL, after) for after in (*Grade, None)
    ]
    assert [(one.before, one.after) for one in cells[-5:]] == [(None, grade) for grade in Grade]
    assert {one.total.loans for one in cells} == {0}


def test_half_years_apart_are_compared_too():
    book = [a_loan()]
    found = migrate(draw_up(book, H1), draw_up(book, HalfYear(2025, 2)), under=RULES)

    assert filled(found) == {(SUBSTANDARD, LOSS): (1, cny(120_000), cny(120_000))}
    assert (found.earlier, found.later) == (H1, HalfYear(2025, 2))


@pytest.mark.parametrize("later", [H1, HalfYear(2023, 2)])
def test_half_years_that_do_not_follow_are_refused(later):
    with refused(InvalidDate, "periods.invalid_date", value=later, limit=H1):
        migrate(draw_up([], H1), draw_up([], later), under=RULES)


def test_what_is_no_ledger_of_the_calendar_is_refused():
    ledger = draw_up([], H1)
    with refused(InvalidTerms, "terms.invalid", value="list", limit="a HalfYearLedger"):
        migrate(ledger, [], under=RULES)
    with refused(InvalidTerms, "terms.invalid", value=Anniversary(1), limit="a HalfYear"):
        migrate(draw_up([], Anniversary(1)), ledger, under=RULES)


def test_an_end_without_known_limits_is_refused():
    known = RULES.grade_days.at(date(2024, 12, 31))
    rules = replace(RULES, grade_days=Line(Dated("grade_days", ((date(2024, 7, 1), known),))))
    with refused(
        NotInForce,
        "policy.not_in_force",
        value=date(2024, 6, 30),
        limit=(date(2024, 7, 1), date.max),
    ):
        matrix(under=rules)


@pytest.mark.parametrize("pair", [(None, None), ("normal", None), (None, 0)])
def test_what_is_no_cell_is_refused(pair):
    with refused(InvalidTerms, "terms.invalid", value=pair, limit="a Grade before or after"):
        matrix([]).cell(*pair)
