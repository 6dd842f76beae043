"""What the treasury was to bear of a half-year's interest, and what it paid, on a ledger line."""

from datetime import date

import pytest

from histories import RULES
from microloan import HalfYear, cny, draw_up, subsidize
from microloan.anniversary import Anniversary
from microloan.ledger_notes import LineSubsidy, note_all
from microloan.policy import Level
from requesting import CLOSED, Q3, Q4, asks, asks_each, lent, paid

H2, H1 = HalfYear(2024, 2), HalfYear(2025, 1)
LOAN = lent()
EARNED = subsidize(LOAN, under=RULES, as_of=date(2025, 7, 1))
ASKED = asks_each(LOAN, quarters=(Q3, Q4))


def on_the_line(half=H2, **handed):
    """Due and paid of the loan's subsidy in a half-year."""
    [line] = draw_up([LOAN], half, **handed).lines
    return line.subsidy


def test_without_subsidies_handed_in_a_line_says_nothing_of_them():
    assert on_the_line() is None
    assert note_all().subsidies is None


def test_requests_and_payments_alone_say_what_was_asked_for_and_paid():
    payments = [paid("948.75", on=date(2024, 10, 15))]

    assert on_the_line(requests=ASKED).due == cny("3774.38")
    assert on_the_line(requests=ASKED, payments=payments).paid == cny("948.75")
    assert on_the_line(payments=payments) == LineSubsidy(due_fen=0, paid_fen=0)


def test_what_fell_due_in_the_half_year_is_due_and_unpaid_until_it_is_paid():
    # 1,897.50 on 20 September and 1,876.88 on 20 December; 1,856.25 and 1,897.50 in 2025.
    assert on_the_line(subsidies=EARNED) == LineSubsidy(due_fen=3_774_38, paid_fen=0)
    first = on_the_line(H1, subsidies=EARNED)
    assert (first.due, first.paid) == (cny("3753.75"), cny(0))


def test_what_levels_paid_by_the_end_is_paid():
    half = [paid("948.75", level=Level.CENTRAL, on=date(2024, 10, 9))]
    late = [paid("948.75", ref="拨2", on=date(2025, 1, 9))]
    handed = {"subsidies": EARNED, "requests": ASKED}

    known = on_the_line(**handed, payments=half)
    assert (known.due, known.paid) == (cny("3774.38"), cny("948.75"))
    assert on_the_line(**handed, payments=half + late) == known


def test_what_was_requested_counts_rather_than_what_was_earned():
    # The business closed on 5 August: of the third quarter only 928.13 were asked for.
    asked = asks(LOAN, stops=CLOSED)

    assert on_the_line(subsidies=EARNED[:1], requests=[asked]).due == cny("928.13")


def test_a_correction_changes_what_is_due():
    # Asked in full first; then the closing of 5 August became known: 969.37 are taken back.
    first = asks(LOAN)
    second = asks(LOAN, quarter=Q4, earlier=(first,), stops=CLOSED)
    [correction] = second.corrections

    assert correction.difference == cny("-969.37")
    assert on_the_line(subsidies=(), requests=[first, second]).due == cny("928.13")


def test_a_request_of_the_next_year_is_not_known_yet():
    asked = asks(LOAN, quarter=Q4, on=date(2025, 1, 3))

    assert on_the_line(requests=[asked]) == LineSubsidy(due_fen=0, paid_fen=0)


@pytest.mark.parametrize(("number", "due"), [(1, "3774.38"), (2, "3753.75")])
def test_half_years_of_a_loan_have_their_subsidy_too(number, due):
    # From 21 June 2024: through 21 December, then through 21 June 2025.
    assert on_the_line(Anniversary(number), subsidies=EARNED).due == cny(due)


def test_a_loan_without_a_subsidy_has_none_due():
    other = lent("HT-2")
    lines = draw_up([LOAN, other], H2, subsidies=EARNED).lines

    assert lines[1].subsidy == LineSubsidy(due_fen=0, paid_fen=0)
