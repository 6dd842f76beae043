"""A bank's list against a book of the store."""

from dataclasses import replace
from datetime import date

from histories import a_loan, pays_on_time
from microloan import cny
from microloan.assignment import AssignedTo, Assignment
from microloan.bank_difference import BankDifferenceKind, Listed
from microloan.bank_row import BankField
from microloan.expected_list import expected_rows

JUNE = date(2024, 6, 30)


def test_a_book_is_compared_with_the_list_of_its_bank(database):
    loans = [pays_on_time(a_loan(f"HT-{number}", guarantee=None), 1, 5) for number in (1, 2)]
    database.keep(*loans)
    loan, *rows = expected_rows(loans, as_of=JUNE, since=date(2024, 6, 1))
    wrong = replace(loan, outstanding=cny(1))

    with database.work() as uow:
        assert uow.reconcile([loan, *rows], as_of=JUNE, since=date(2024, 6, 1)) == ()
        [found] = uow.reconcile(
            [wrong, *rows], as_of=JUNE, since=date(2024, 6, 1), lender="BANK-1", near_days=3
        )

    assert (found.kind, found.subject) == (BankDifferenceKind.DIFFERENT, "HT-1")
    assert (found.field, found.book) == (BankField.OUTSTANDING, "70,000.00")


def test_a_loan_handed_over_is_reconciled_with_its_new_bank(database):
    loan = pays_on_time(a_loan(guarantee=None), 1, 5)
    database.keep(loan)
    handed = Assignment(
        loan_id="HT-1", what=AssignedTo.LENDER, value="BANK-2", on=date(2024, 4, 15), ref="管1"
    )
    rows = expected_rows([loan], as_of=JUNE, since=date.min)[1:]
    own = replace(expected_rows([loan], as_of=JUNE, since=JUNE)[0], lender="")

    with database.work() as uow:
        uow.assignments.record(handed)
        assert uow.reconcile([own, *rows[2:]], as_of=JUNE, lender="BANK-2") == ()
        assert uow.reconcile(rows[:2], as_of=JUNE, lender="BANK-1") == ()
        before = uow.reconcile(rows[:2], as_of=date(2024, 4, 14), lender="BANK-1")

    assert [(one.kind, one.about) for one in before] == [
        (BankDifferenceKind.MISSING_AT_BANK, Listed.LOAN)
    ]


def test_a_book_knows_no_loans_of_another_book(database):
    loan = a_loan(guarantee=None)
    database.keep(loan, book="990102")

    with database.work() as uow:
        [found] = uow.reconcile(expected_rows([loan], as_of=JUNE, since=JUNE), as_of=JUNE)

    assert found.kind is BankDifferenceKind.MISSING_IN_BOOK
