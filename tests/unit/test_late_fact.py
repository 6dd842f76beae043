"""What was learned of a half-year after it, and where it shows."""

from datetime import date

import pytest

from histories import HALF_MORE, a_loan, pays, pays_on_time
from microloan import HalfYear, InvalidTerms, LoanGivenTwice, cny
from microloan.anniversary import Anniversary
from microloan.late_fact import late_facts
from refusals import refused

H1, H2 = HalfYear(2024, 1), HalfYear(2024, 2)
JULY = date(2024, 7, 3)


def test_a_payment_learned_late_is_a_late_fact_with_its_effect():
    loan = pays(pays_on_time(a_loan(), 1, 4), (10_400, date(2024, 6, 15), JULY))

    [fact] = late_facts([loan], H1)
    assert (fact.loan_id, fact.entry, fact.appears_in) == ("HT-1", loan.entries[-1], H2)
    assert (fact.principal, fact.interest) == (cny(-10_000), cny(400))
    assert (fact.charges, fact.due) == (cny(0), cny(0))
    assert loan.account(H2).adjustments == fact.principal


def test_what_was_booked_in_time_is_no_late_fact_and_what_came_later_is_none_of_the_half_year():
    loan = pays_on_time(a_loan(), 1, 7)

    assert late_facts([loan], H1) == ()
    assert late_facts([], H1) == ()


def test_a_late_reversal_is_a_late_fact_of_the_half_year_of_what_it_undoes():
    # June's 10,400 had been booked as 1,000: 400 of interest and 600 of principal.
    loan = pays(pays_on_time(a_loan(), 1, 4), (1_000, date(2024, 6, 15)))
    loan = loan.reverse(6, on=date(2024, 7, 5), ref="C1")
    loan = pays(loan, (10_400, date(2024, 6, 15), date(2024, 7, 5)))

    undone, paid = late_facts([loan], H1)
    assert (undone.principal, undone.interest) == (cny(600), cny(-400))
    assert (paid.principal, paid.interest) == (cny(-10_000), cny(400))
    assert undone.principal + paid.principal == loan.account(H2).adjustments == cny(-9_400)
    assert late_facts([loan], H2) == ()


def test_a_fact_is_listed_where_it_was_booked_even_years_later():
    loan = pays(pays_on_time(a_loan(), 1, 4), (10_400, date(2024, 6, 15), date(2026, 2, 1)))

    for half in (H1, H2, HalfYear(2025, 2)):
        [fact] = late_facts([loan], half)
        assert fact.appears_in == HalfYear(2026, 1)
        assert fact.principal == loan.account(HalfYear(2026, 1)).adjustments == cny(-10_000)


def test_two_facts_of_one_half_year_share_the_adjustments():
    loan = pays(a_loan(penalty=HALF_MORE), (10_600, date(2024, 2, 15), JULY))
    loan = pays(loan, (10_550, date(2024, 3, 15), date(2024, 7, 4)))

    facts = late_facts([loan], H1)
    assert [fact.principal for fact in facts] == [cny(-10_000), cny(-10_000)]
    assert sum(fact.principal_fen for fact in facts) == loan.account(H2).adjustments_fen
    assert sum(fact.interest_fen for fact in facts) == loan.account(H2).adjusted_interest_fen


def test_a_loan_paid_out_in_june_and_booked_in_july_is_a_late_fact():
    late = a_loan("HT-2", disbursed_on=date(2024, 6, 20), booked_on=JULY)

    [fact] = late_facts([late, pays_on_time(a_loan(), 1, 5)], H1)
    assert (fact.loan_id, fact.principal, fact.appears_in) == ("HT-2", cny(120_000), H2)


def test_half_years_of_a_loan_have_late_facts_too():
    loan = pays(a_loan(), (10_600, date(2024, 2, 15), date(2024, 7, 20)))

    [fact] = late_facts([loan], Anniversary(1))
    assert (fact.appears_in, fact.principal) == (Anniversary(2), cny(-10_000))
    assert [one.appears_in for one in late_facts([loan], H1)] == [H2]


def test_what_was_booked_in_the_half_year_after_a_sheet_was_printed_is_learned_late():
    """The sheet knew two entries; the account of the half-year itself shows what came after."""
    loan = pays(a_loan(penalty=HALF_MORE), (10_600, date(2024, 2, 15)), (10_550, date(2024, 3, 15)))
    wrong = loan.reverse(3, on=date(2024, 6, 20), ref="冲3")

    assert late_facts([wrong], H1) == ()
    paid, undone = late_facts([wrong], H1, known={"HT-1": 2})
    assert (paid.entry.number, paid.appears_in, paid.principal) == (3, H1, cny(-10_000))
    assert (paid.interest, paid.charges, paid.due) == (cny(550), cny(0), cny(0))
    assert (undone.entry.number, undone.principal, undone.interest) == (4, cny(10_000), cny(-550))
    first = late_facts([a_loan()], H1, known={})
    assert [(fact.entry.number, fact.principal, fact.due) for fact in first] == [
        (1, cny(120_000), cny(52_500))
    ]
    with refused(InvalidTerms, "terms.invalid", value=2, limit="numbers by loan"):
        late_facts([wrong], H1, known=2)


def test_loans_and_a_half_year_are_asked_for():
    with pytest.raises(InvalidTerms):
        late_facts([a_loan()], "2024H1")
    with pytest.raises(InvalidTerms):
        late_facts(None, H1)
    with pytest.raises(LoanGivenTwice):
        late_facts([a_loan(), a_loan()], H1)
