"""What falls due in the coming half-year: the list an officer takes on visits."""

from datetime import date, datetime

import pytest

from histories import a_fund, a_loan, pays_on_time
from microloan import (
    HalfYear,
    InvalidDate,
    InvalidTerms,
    LoanGivenTwice,
    Prepayment,
    RefConflict,
    accelerate,
    cny,
    extend,
    pay_claim,
    write_off,
)
from microloan.anniversary import Anniversary
from microloan.assignment import AssignedTo, Assignment
from microloan.coming_due import ComingDue, due_in
from refusals import refused

H1, H2 = HalfYear(2024, 1), HalfYear(2024, 2)
JUNE = date(2024, 6, 30)


def test_the_list_holds_every_installment_of_the_half_year_by_day_and_loan():
    loans = [pays_on_time(a_loan("HT-2"), 1, 5), pays_on_time(a_loan("HT-1"), 1, 5)]

    listed = due_in(loans, H2, as_of=JUNE)
    assert [(line.due_on.month, line.loan_id) for line in listed] == [
        (month, name) for month in range(7, 13) for name in ("HT-1", "HT-2")
    ]
    assert listed[0] == ComingDue(
        loan_id="HT-1",
        borrower="B-1",
        officer="",
        district="",
        lender="BANK-1",
        number=6,
        due_on=date(2024, 7, 15),
        principal_fen=10_000_00,
        interest_fen=350_00,
        unpaid_fen=10_350_00,
    )
    first = listed[0]
    assert (first.principal, first.interest, first.unpaid) == (
        cny(10_000),
        cny(350),
        cny(10_350),
    )


def test_what_is_paid_by_the_day_is_not_unpaid_and_what_is_paid_later_is():
    loan = pays_on_time(a_loan(), 1, 7)  # the sixth on 15 July, the seventh on 15 August

    assert [line.unpaid for line in due_in([loan], H2, as_of=date(2024, 7, 31))][:3] == [
        cny(0),
        cny(10_300),
        cny(10_250),
    ]


def test_the_plan_is_the_one_known_on_the_day():
    # 30,000 repaid early on 20 June lowers the rest: 70,000 − 30,000 in seven parts.
    loan = pays_on_time(a_loan(), 1, 5)
    lower = loan.prepay(cny("30058.33"), on=date(2024, 6, 20), ref="V1", then=Prepayment.LOWER)

    assert due_in([lower], H2, as_of=date(2024, 6, 19))[0].principal == cny(10_000)
    assert due_in([lower], H2, as_of=JUNE)[0].principal == cny("5714.29")


def test_whose_the_loan_is_on_the_day_stands_in_each_line():
    def given(what, value, on):
        return Assignment(loan_id="HT-1", what=what, value=value, on=on, ref=f"管{value}")

    assignments = [
        given(AssignedTo.OFFICER, "李四", date(2024, 1, 15)),
        given(AssignedTo.OFFICER, "王五", JUNE),
        given(AssignedTo.OFFICER, "赵六", date(2024, 7, 1)),
        given(AssignedTo.DISTRICT, "郑家屯", date(2024, 2, 1)),
        given(AssignedTo.LENDER, "BANK-2", date(2024, 2, 1)),
    ]
    both = [a_loan("HT-1"), a_loan("HT-2")]

    first, second = due_in(both, H2, as_of=JUNE, assignments=assignments)[:2]
    assert (first.officer, first.district, first.lender) == ("王五", "郑家屯", "BANK-2")
    assert (second.officer, second.district, second.lender) == ("", "", "BANK-1")
    again = given(AssignedTo.OFFICER, "孙七", JUNE)
    with refused(
        RefConflict, "ledger.ref_conflict", value=("孙七", "管孙七"), limit=("王五", "管王五")
    ):
        due_in(both, H2, as_of=JUNE, assignments=[*assignments, again])
    with refused(InvalidTerms, "terms.invalid", value="str", limit="several Assignment"):
        due_in(both, H2, as_of=JUNE, assignments="李四")


def test_an_entry_booked_after_the_day_is_not_known_on_it():
    loan = pays_on_time(a_loan(), 1, 4)
    late = loan.repay(cny(10_400), on=date(2024, 6, 15), booked_on=date(2024, 7, 2), ref="迟")
    part = a_loan("HT-2", booked_on=date(2024, 7, 2))

    assert due_in([late], H1, as_of=JUNE)[-1].unpaid == cny(10_400)
    assert due_in([late], H1, as_of=date(2024, 7, 2))[-1].unpaid == cny(0)
    assert due_in([part], H2, as_of=JUNE) == ()


def test_an_extended_loan_falls_due_later():
    loan = pays_on_time(a_loan(), 1, 11)
    later = extend(loan, months=6, on=date(2025, 1, 10), ref="展1")

    half = HalfYear(2025, 1)
    assert [line.due_on for line in due_in([loan], half, as_of=date(2025, 1, 10))] == [
        date(2025, 1, 15)
    ]
    assert due_in([later], half, as_of=date(2025, 1, 10))[-1].due_on > date(2025, 1, 15)


def test_what_was_called_in_paid_by_the_fund_or_written_off_falls_due_no_more():
    called = accelerate(a_loan("HT-1"), on=date(2024, 6, 20), ref="提1")
    _, claimed = pay_claim(a_fund(), a_loan("HT-2"), on=date(2024, 6, 20), ref="代1")
    lost = write_off(a_loan("HT-3"), on=date(2024, 6, 20), ref="核1")

    assert due_in([called, claimed, lost], H2, as_of=JUNE) == ()


def test_a_half_year_counted_from_each_loans_disbursement_is_each_loans_own():
    early, late = a_loan("HT-1"), a_loan("HT-2", disbursed_on=date(2024, 3, 15))

    listed = due_in([early, late], Anniversary(2), as_of=JUNE)
    assert [line.due_on for line in listed if line.loan_id == "HT-1"] == [
        *(date(2024, month, 15) for month in range(8, 13)),
        date(2025, 1, 15),
    ]
    assert listed[-1].due_on == date(2025, 3, 15)


def test_installments_of_nothing_are_left_out():
    grace = a_loan(grace_months=6, interest_grace_months=6)

    assert [line.number for line in due_in([grace], H1, as_of=date(2024, 1, 15))] == []


def test_no_loans_no_half_year_no_day_no_list():
    assert due_in([], H2, as_of=JUNE) == ()
    for wrong in (lambda: due_in(a_loan(), H2, as_of=JUNE), lambda: due_in([1], H2, as_of=JUNE)):
        with pytest.raises(InvalidTerms):
            wrong()
    with pytest.raises(InvalidTerms):
        due_in([a_loan()], "2024H2", as_of=JUNE)
    with pytest.raises(InvalidDate):
        due_in([a_loan()], H2, as_of=datetime.fromisoformat("2024-06-30T00:00"))
    with pytest.raises(LoanGivenTwice):
        due_in([a_loan(), a_loan()], H2, as_of=JUNE)
