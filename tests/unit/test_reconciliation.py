"""The bank's list against the book: every difference, nothing else, and none stops at the first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from histories import a_fund, a_loan, pays, pays_on_time
from microloan import (
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    LoanGivenTwice,
    Prepayment,
    RefConflict,
    Severity,
    cny,
    extend,
    pay_claim,
    percent,
    receive_recovery,
    recover,
    write_off,
)
from microloan.assignment import AssignedTo, Assignment
from microloan.bank_difference import BankDifference, BankDifferenceKind, Listed
from microloan.bank_list import read_bank_loans
from microloan.bank_row import BankField, BankLoan, BankRepayment
from microloan.expected_list import expected_rows
from microloan.reconciliation import reconcile, reconcile_loans, reconcile_repayments
from refusals import refused

JUNE = date(2024, 6, 30)
KIND, FIELD = BankDifferenceKind, BankField


def on(month, day=15):
    """A day of 2024."""
    return date(2024, month, day)


def listed(contract="HT-1", **stated):
    """The usual loan as its bank lists it on 30 June: five of twelve parts of 10,000 are repaid."""
    usual = {"principal": cny(120_000), "disbursed_on": on(1), "outstanding": cny(70_000)}
    return BankLoan(contract=contract, **usual | stated)


def received(month, interest, contract="HT-1", **stated):
    """A repayment of the usual loan as its bank lists it: 10,000 of principal, and interest."""
    usual = {"on": on(month), "principal": cny(10_000), "interest": cny(interest)}
    return BankRepayment(contract=contract, **usual | stated)


INTEREST = {2: 600, 3: 550, 4: 500, 5: 450, 6: 400}
PAID = [received(month, interest) for month, interest in INTEREST.items()]


def book(*names):
    """The usual loan under some numbers, its first five installments paid on their days."""
    return [pays_on_time(a_loan(name), 1, 5) for name in names or ("HT-1",)]


def told(found):
    """What differences say: kind, subject, column, the book's and the bank's figure, row."""
    return [
        (one.kind, one.subject, one.field, one.book, one.bank, *([one.row] if one.row else []))
        for one in found
    ]


# ---- agreement


def test_a_list_that_agrees_has_no_difference():
    everything = listed(
        borrower="B-1", lender="BANK-1", annual_rate=percent(6), matures_on=date(2025, 1, 15)
    )

    assert reconcile(book(), [everything, *PAID], as_of=JUNE) == ()
    assert reconcile(book(), [*reversed(PAID), listed()], as_of=JUNE, lender="BANK-1") == ()
    assert reconcile([], [], as_of=JUNE) == ()


def test_the_list_that_a_bank_should_send_is_the_one_that_agrees():
    rows = expected_rows(book(), as_of=JUNE, since=on(6, 1))

    assert [row.stated() for row in rows] == [
        listed(
            borrower="B-1", lender="BANK-1", annual_rate=percent(6), matures_on=date(2025, 1, 15)
        ).stated(),
        PAID[-1].stated(),
    ]
    assert reconcile(book(), rows, as_of=JUNE, since=on(6, 1)) == ()


def test_a_loan_repaid_in_full_may_be_left_out():
    settled = pays_on_time(a_loan("HT-2"), 1, 12)
    rows = expected_rows([settled], as_of=date(2025, 1, 15), since=date.min)

    assert [type(row) for row in rows] == [BankRepayment] * 12
    assert reconcile_loans([settled], [], as_of=date(2025, 1, 15)) == ()
    whole = listed("HT-2", outstanding=cny(0))
    assert reconcile_loans([settled], [whole], as_of=date(2025, 1, 15)) == ()


def test_a_loan_not_yet_paid_out_need_not_be_listed():
    assert reconcile([a_loan()], [], as_of=on(1, 14)) == ()
    assert len(reconcile([a_loan()], [], as_of=on(1))) == 1


def test_the_book_knows_its_loans_as_they_stood_on_the_day():
    loan = extend(book()[0], months=6, on=on(7), ref="展1")
    later = replace(listed(), matures_on=date(2025, 7, 15))

    assert (
        reconcile_loans([loan], [replace(listed(), matures_on=date(2025, 1, 15))], as_of=JUNE) == ()
    )
    assert told(reconcile_loans([loan], [later], as_of=JUNE)) == [
        (KIND.DIFFERENT, "HT-1", FIELD.MATURES_ON, "2025-01-15", "2025-07-15")
    ]
    assert reconcile_loans([loan], [later], as_of=on(7)) == ()


def test_the_bank_received_what_the_fund_paid_and_its_part_of_a_recovery():
    # 120,000 of principal is owed on 25 May; the fund pays 80 %, the bank loses 24,000. Of 1,000
    # recovered the bank gets a fifth.
    fund, loan = pay_claim(a_fund(), a_loan(), on=on(5, 25), ref="代偿1")
    _, loan = receive_recovery(fund, loan, cny(1_000), on=on(6, 3), ref="追偿1")
    paid = received(5, 0, on=on(5, 25), principal=cny(96_000), ref="代偿1")
    back = received(6, 0, on=on(6, 3), principal=cny(200))

    assert reconcile([loan], [listed(outstanding=cny(23_800)), paid, back], as_of=JUNE) == ()


def test_money_after_a_write_off_is_a_repayment_though_nothing_is_outstanding():
    loan = write_off(a_loan(), on=on(2, 20), ref="核1")
    loan = recover(loan, cny(500), on=on(3, 1), ref="收1")

    assert reconcile([loan], [received(3, 0, on=on(3, 1), principal=cny(500))], as_of=JUNE) == ()
    assert told(reconcile([loan], [], as_of=JUNE)) == [
        (KIND.MISSING_AT_BANK, "HT-1", FIELD.ROW, "2024-03-01 500.00 收1", "")
    ]


def test_an_entry_that_was_undone_is_in_neither():
    [loan] = book()
    undone = loan.reverse(6, on=on(6, 20), ref="冲1")

    assert reconcile([undone], [listed(outstanding=cny(80_000)), *PAID[:-1]], as_of=JUNE) == ()


# ---- loans


def test_a_loan_may_be_missing_on_either_side():
    rows = [listed("HT-2"), listed("ZX-900", row=2)]

    assert told(reconcile_loans(book("HT-1", "HT-2"), rows, as_of=JUNE)) == [
        (KIND.MISSING_AT_BANK, "HT-1", FIELD.ROW, "120,000.00 2024-01-15 70,000.00", ""),
        (KIND.MISSING_IN_BOOK, "ZX-900", FIELD.ROW, "", "120,000.00 2024-01-15 70,000.00", 2),
    ]


def test_each_column_that_differs_is_named_with_both_figures():
    row = listed(
        row=4,
        borrower="B-7",
        lender="BANK-7",
        principal=cny(130_000),
        annual_rate=percent("6.5"),
        disbursed_on=on(1, 16),
        matures_on=date(2025, 1, 16),
        outstanding=cny("70000.01"),
    )

    assert told(reconcile_loans(book(), [row], as_of=JUNE)) == [
        (KIND.DIFFERENT, "HT-1", FIELD.BORROWER, "B-1", "B-7", 4),
        (KIND.DIFFERENT, "HT-1", FIELD.LENDER, "BANK-1", "BANK-7", 4),
        (KIND.DIFFERENT, "HT-1", FIELD.PRINCIPAL, "120,000.00", "130,000.00", 4),
        (KIND.DIFFERENT, "HT-1", FIELD.ANNUAL_RATE, "6 %", "6.5 %", 4),
        (KIND.DIFFERENT, "HT-1", FIELD.DISBURSED_ON, "2024-01-15", "2024-01-16", 4),
        (KIND.DIFFERENT, "HT-1", FIELD.MATURES_ON, "2025-01-15", "2025-01-16", 4),
        (KIND.DIFFERENT, "HT-1", FIELD.OUTSTANDING, "70,000.00", "70,000.01", 4),
    ]


def test_the_list_of_one_bank_need_not_hold_the_loans_of_another():
    loans = [*book("HT-1"), replace(book("HT-2")[0], lender="BANK-2")]

    assert reconcile(loans, [listed(), *PAID], as_of=JUNE, lender="BANK-1") == ()
    assert told(reconcile_loans(loans, [listed("HT-2")], as_of=JUNE, lender="BANK-1")) == [
        (KIND.MISSING_AT_BANK, "HT-1", FIELD.ROW, "120,000.00 2024-01-15 70,000.00", ""),
        (KIND.DIFFERENT, "HT-2", FIELD.LENDER, "BANK-2", "BANK-1"),
    ]


def test_a_loan_listed_twice_is_said():
    rows = [listed(row=1), listed(row=2), listed("X", row=3), listed("X", row=4)]

    assert told(reconcile_loans(book(), rows, as_of=JUNE)) == [
        (KIND.TWICE, "HT-1", FIELD.TIMES, "1", "2", 2),
        (KIND.MISSING_IN_BOOK, "X", FIELD.ROW, "", "120,000.00 2024-01-15 70,000.00", 3),
        (KIND.TWICE, "X", FIELD.TIMES, "0", "2", 4),
    ]


def test_a_loan_listed_again_with_other_figures_says_them():
    rows = [
        listed(row=1),
        listed(row=2, outstanding=cny(1)),
        listed("X", row=3),
        listed("X", row=4, outstanding=cny(1)),
    ]

    assert told(reconcile_loans(book(), rows, as_of=JUNE)) == [
        (KIND.DIFFERENT, "HT-1", FIELD.OUTSTANDING, "70,000.00", "1.00", 2),
        (KIND.TWICE, "HT-1", FIELD.TIMES, "1", "2", 2),
        (KIND.MISSING_IN_BOOK, "X", FIELD.ROW, "", "120,000.00 2024-01-15 70,000.00", 3),
        (KIND.MISSING_IN_BOOK, "X", FIELD.ROW, "", "120,000.00 2024-01-15 1.00", 4),
        (KIND.TWICE, "X", FIELD.TIMES, "0", "2", 4),
    ]


def test_two_spellings_of_one_contract_are_one_loan_listed_twice():
    wide = "\uff28\uff34\uff0d1"
    # Its repayments, too, are those of the one contract.
    rows = [listed(wide, row=1), listed(row=2), *PAID[1:], replace(PAID[0], contract=wide)]

    assert told(reconcile(book(), rows, as_of=JUNE)) == [
        (KIND.TWICE, "HT-1", FIELD.TIMES, "1", "2", 1)
    ]
    assert told(
        reconcile_loans(book(), [listed("ht-1", row=1), listed(wide, row=2)], as_of=JUNE)
    ) == [
        (KIND.NEAR, "HT-1", FIELD.CONTRACT, "HT-1", "ht-1", 1),
        (KIND.TWICE, "HT-1", FIELD.TIMES, "1", "2", 2),
    ]
    assert told(reconcile_loans([], [listed("ht-1", row=1), listed(wide, row=2)], as_of=JUNE)) == [
        (KIND.MISSING_IN_BOOK, "ht-1", FIELD.ROW, "", "120,000.00 2024-01-15 70,000.00", 1),
        (KIND.TWICE, "ht-1", FIELD.TIMES, "0", "2", 2),
    ]


def test_another_spelling_is_twice_before_it_is_a_slip_of_another_contract():
    # HT-2 was lent on the same day and is not listed; it is a slip from ht-1, which is HT-1 again.
    assert told(
        reconcile_loans(book("HT-1", "HT-2"), [listed(row=1), listed("ht-1", row=2)], as_of=JUNE)
    ) == [
        (KIND.TWICE, "HT-1", FIELD.TIMES, "1", "2", 2),
        (KIND.MISSING_AT_BANK, "HT-2", FIELD.ROW, "120,000.00 2024-01-15 70,000.00", ""),
    ]


def test_another_spelling_of_which_nothing_else_agrees_is_another_loan():
    other = listed("ht-1", principal=cny(5), disbursed_on=on(2), row=2)

    for loans, kinds in (
        (book(), [KIND.MISSING_IN_BOOK]),
        ([], [KIND.MISSING_IN_BOOK, KIND.MISSING_IN_BOOK]),
    ):
        found = reconcile_loans(loans, [listed(row=1), other], as_of=JUNE)
        assert [one.kind for one in found] == kinds


def test_two_loans_of_the_book_may_be_spelled_alike():
    rows = [listed("HT -1", row=1), listed("\uff28\uff34\uff0d1", row=2)]

    assert told(reconcile_loans(book("HT-1", "ht-1"), rows, as_of=JUNE)) == [
        (KIND.NEAR, "HT-1", FIELD.CONTRACT, "HT-1", "HT -1", 1),
        (KIND.NEAR, "ht-1", FIELD.CONTRACT, "ht-1", "\uff28\uff34\uff0d1", 2),
    ]


@pytest.mark.parametrize(
    "written", ["ht-1", "\uff28\uff34\uff0d1", "HT -1", "HT-12", "HT1", "TH-1", "HT-7"]
)
def test_a_number_written_otherwise_is_near_where_the_amount_and_the_day_agree(written):
    rows = [listed(written, row=9), *(replace(row, contract=written) for row in PAID)]

    # Its repayments follow it, so that one cause makes one difference.
    assert told(reconcile(book(), rows, as_of=JUNE)) == [
        (KIND.NEAR, "HT-1", FIELD.CONTRACT, "HT-1", written, 9)
    ]


def test_a_near_number_is_near_where_the_borrower_agrees_and_its_columns_are_compared():
    row = listed("HT-7", borrower="B-1", principal=cny(12_000))

    assert told(reconcile_loans(book(), [row], as_of=JUNE)) == [
        (KIND.NEAR, "HT-1", FIELD.CONTRACT, "HT-1", "HT-7"),
        (KIND.DIFFERENT, "HT-1", FIELD.PRINCIPAL, "120,000.00", "12,000.00"),
    ]


@pytest.mark.parametrize(
    "row",
    [
        listed("HT-1234", borrower="B-1"),  # not near
        listed("HT-7", borrower="B-7", principal=cny(1)),  # nothing agrees
        listed("HT-7", disbursed_on=on(1, 16)),
    ],
)
def test_numbers_that_are_not_near_and_loans_that_are_not_alike_stay_two(row):
    kinds = [one.kind for one in reconcile_loans(book(), [row], as_of=JUNE)]

    assert kinds == [KIND.MISSING_AT_BANK, KIND.MISSING_IN_BOOK]


def test_the_likest_loan_is_taken_and_each_loan_once():
    # HT-3 is a slip from both; the borrower agrees with HT-2 only. Then HT-4 takes what is left.
    loans = [replace(loan, borrower=loan.id) for loan in book("HT-1", "HT-2")]
    rows = [listed("HT-3", borrower="HT-2"), listed("HT-4"), listed("HT-5")]

    assert told(reconcile_loans(loans, rows, as_of=JUNE)) == [
        (KIND.NEAR, "HT-1", FIELD.CONTRACT, "HT-1", "HT-4"),
        (KIND.NEAR, "HT-2", FIELD.CONTRACT, "HT-2", "HT-3"),
        (KIND.MISSING_IN_BOOK, "HT-5", FIELD.ROW, "", "120,000.00 2024-01-15 70,000.00"),
    ]


def test_another_spelling_is_likelier_than_another_number():
    assert told(reconcile_loans(book("HT-11", "HT-1"), [listed("ht-1")], as_of=JUNE))[:1] == [
        (KIND.NEAR, "HT-1", FIELD.CONTRACT, "HT-1", "ht-1")
    ]


# ---- repayments


def test_a_repayment_may_be_missing_on_either_side():
    extra = received(6, 0, on=on(6, 28), principal=cny(7), ref="回单9", row=3)

    assert told(reconcile_repayments(book(), [*PAID[1:], extra], as_of=JUNE)) == [
        (KIND.MISSING_AT_BANK, "HT-1", FIELD.ROW, "2024-02-15 10,600.00 due 1", ""),
        (KIND.MISSING_IN_BOOK, "HT-1", FIELD.ROW, "", "2024-06-28 7.00 回单9", 3),
    ]


def test_a_list_of_some_days_need_not_hold_the_repayments_of_others():
    loans = pays(book()[0], ("10350", on(7)))

    assert reconcile_repayments([loans], PAID[3:], as_of=JUNE, since=on(5, 15)) == ()
    # What it holds beyond them is compared all the same, and found in the book.
    assert reconcile_repayments([loans], PAID, as_of=JUNE, since=on(5, 15)) == ()
    assert reconcile_repayments([loans], [*PAID, received(7, 350)], as_of=JUNE) == ()
    [found] = reconcile_repayments(book(), [*PAID, received(7, 350)], as_of=JUNE)
    assert found.kind is KIND.MISSING_IN_BOOK


@pytest.mark.parametrize("stated", [{"on": on(6, 10)}, {"on": on(6, 20)}])
def test_the_same_amount_some_days_apart_is_near(stated):
    row = received(6, 400, row=5, **stated)
    near = [(KIND.NEAR, "HT-1", FIELD.ON, "2024-06-15", str(row.on), 5)]

    assert told(reconcile_repayments(book(), [*PAID[:-1], row], as_of=JUNE)) == near
    further = reconcile_repayments(book(), [*PAID[:-1], row], as_of=JUNE, near_days=4)
    assert [one.kind for one in further] == [KIND.MISSING_AT_BANK, KIND.MISSING_IN_BOOK]


def test_each_of_several_like_amounts_is_near_to_one():
    # Three times 100 in the book, the bank has each a day later, and one far away.
    loan = pays(a_loan(), *((100, on(2, day)) for day in (15, 20, 26)))
    rows = [received(2, 100, on=on(2, day), principal=cny(0), row=day) for day in (1, 16, 21, 27)]

    assert told(reconcile_repayments([loan], rows, as_of=JUNE)) == [
        (KIND.MISSING_IN_BOOK, "HT-1", FIELD.ROW, "", "2024-02-01 100.00", 1),
        (KIND.NEAR, "HT-1", FIELD.ON, "2024-02-15", "2024-02-16", 16),
        (KIND.NEAR, "HT-1", FIELD.ON, "2024-02-20", "2024-02-21", 21),
        (KIND.NEAR, "HT-1", FIELD.ON, "2024-02-26", "2024-02-27", 27),
    ]


@pytest.mark.parametrize("listing", [(7,), (7, 20), (20, 7)])
def test_the_nearest_day_is_near_first(listing):
    # 500 in the book on 2 and 6 June; the bank has it on the 7th, a day after the latter.
    loan = pays(a_loan(), (500, on(6, 2)), (500, on(6, 6)))
    rows = [received(6, 500, on=on(6, day), principal=cny(0), row=day) for day in listing]

    assert told(reconcile_repayments([loan], rows, as_of=JUNE))[:2] == [
        (KIND.MISSING_AT_BANK, "HT-1", FIELD.ROW, "2024-06-02 500.00 R1", ""),
        (KIND.NEAR, "HT-1", FIELD.ON, "2024-06-06", "2024-06-07", 7),
    ]


def test_of_two_days_as_near_the_earlier_is_taken_in_any_order():
    loan = pays(a_loan(), (500, on(6, 6)))
    rows = [received(6, 500, on=on(6, day), principal=cny(0), row=day) for day in (5, 7)]

    for some in (rows, rows[::-1]):
        assert told(reconcile_repayments([loan], some, as_of=JUNE)) == [
            (KIND.NEAR, "HT-1", FIELD.ON, "2024-06-06", "2024-06-05", 5),
            (KIND.MISSING_IN_BOOK, "HT-1", FIELD.ROW, "", "2024-06-07 500.00", 7),
        ]


def test_crossed_receipts_agree_where_the_days_and_the_amounts_do():
    # Interest of 600 and principal of 500 on one day, then 600 on the next: the bank has each
    # of them under the receipt of another.
    loan = pays(a_loan(), (600, on(2)), (500, on(2)), (600, on(2, 16)))
    refs = [entry.ref for entry in loan.entries[1:]]
    amounts = [("0", "600"), ("500", "0"), ("600", "0")]
    rows = [
        received(2, interest, on=day, principal=cny(principal), ref=ref)
        for (principal, interest), day, ref in zip(
            amounts, (on(2), on(2), on(2, 16)), reversed(refs), strict=True
        )
    ]

    assert reconcile_repayments([loan], rows, as_of=JUNE) == ()
    assert reconcile_repayments([loan], rows[::-1], as_of=JUNE) == ()


def test_another_amount_on_the_same_day_is_near():
    row = received(6, 300, row=5)

    assert told(reconcile_repayments(book(), [*PAID[:-1], row], as_of=JUNE)) == [
        (KIND.NEAR, "HT-1", FIELD.AMOUNT, "10,400.00", "10,300.00", 5)
    ]


def test_the_same_money_split_otherwise_differs_in_its_parts():
    row = received(6, 300, principal=cny(10_050), charges=cny(50), row=5)

    assert told(reconcile_repayments(book(), [*PAID[:-1], row], as_of=JUNE)) == [
        (KIND.DIFFERENT, "HT-1", FIELD.REPAID_PRINCIPAL, "10,000.00", "10,050.00", 5),
        (KIND.DIFFERENT, "HT-1", FIELD.REPAID_INTEREST, "400.00", "300.00", 5),
        (KIND.DIFFERENT, "HT-1", FIELD.REPAID_CHARGES, "0.00", "50.00", 5),
    ]


def test_a_receipt_names_a_repayment_whose_day_or_amount_differs():
    other_day = received(6, 400, on=on(1, 20), ref="due 5", row=5)
    other_amount = received(6, 40, ref="due 5", row=6)

    for row, differs in (
        (other_day, (FIELD.ON, "2024-06-15", "2024-01-20")),
        (other_amount, (FIELD.REPAID_INTEREST, "400.00", "40.00")),
    ):
        assert told(reconcile_repayments(book(), [*PAID[:-1], row], as_of=JUNE)) == [
            (KIND.DIFFERENT, "HT-1", *differs, row.row)
        ]


def test_a_receipt_alone_names_nothing():
    row = received(6, 40, on=on(6, 16), ref="due 5")

    found = reconcile_repayments(book(), [*PAID[:-1], row], as_of=JUNE)

    assert [one.kind for one in found] == [KIND.MISSING_AT_BANK, KIND.MISSING_IN_BOOK]


def test_a_bank_may_number_its_receipts_its_own_way():
    rows = [replace(row, ref=f"BK{number}") for number, row in enumerate(PAID)]

    assert reconcile_repayments(book(), rows, as_of=JUNE) == ()


def test_what_stands_more_often_on_one_side_is_counted():
    doubled = [*PAID, replace(PAID[0], row=7), replace(PAID[0], row=8)]

    assert told(reconcile_repayments(book(), doubled, as_of=JUNE)) == [
        (KIND.TWICE, "HT-1", FIELD.TIMES, "1", "3", 7),
        (KIND.TWICE, "HT-1", FIELD.TIMES, "1", "3", 8),
    ]
    otherwise = replace(PAID[0], principal=cny(10_100), interest=cny(500), row=7)
    assert told(reconcile_repayments(book(), [*PAID, otherwise], as_of=JUNE)) == [
        (KIND.DIFFERENT, "HT-1", FIELD.REPAID_PRINCIPAL, "10,000.00", "10,100.00", 7),
        (KIND.DIFFERENT, "HT-1", FIELD.REPAID_INTEREST, "600.00", "500.00", 7),
        (KIND.TWICE, "HT-1", FIELD.TIMES, "1", "2", 7),
    ]
    # What the bank says of both of its rows is said once.
    found = reconcile_repayments(book(), [otherwise, otherwise, *PAID[1:]], as_of=JUNE)
    assert [one.field for one in found] == [
        *(FIELD.REPAID_PRINCIPAL, FIELD.REPAID_INTEREST, FIELD.TIMES)
    ]
    loan = pays(a_loan(), (100, on(2)), (100, on(2)))
    once = received(2, 100, principal=cny(0))
    assert told(reconcile_repayments([loan], [once], as_of=JUNE)) == [
        (KIND.TWICE, "HT-1", FIELD.TIMES, "2", "1")
    ]
    assert reconcile_repayments([loan], [once, once], as_of=JUNE) == ()
    assert reconcile_repayments([loan], [once], as_of=JUNE, since=on(2, 16)) == ()


@pytest.mark.parametrize("written", ["HT1", "ht-1", "HT-2"])
def test_a_repayment_under_a_near_number_is_near_where_day_and_amount_agree(written):
    rows = [*PAID[:-1], replace(PAID[-1], contract=written, row=5)]

    assert told(reconcile_repayments(book(), rows, as_of=JUNE)) == [
        (KIND.NEAR, "HT-1", FIELD.CONTRACT, "HT-1", written, 5)
    ]
    # T-1H shares a part with HT-1, and is more than a slip from it.
    for other in (
        replace(PAID[-1], contract=written, on=on(6, 16)),
        replace(PAID[-1], contract="T-1H"),
    ):
        found = reconcile_repayments(book(), [*PAID[:-1], other], as_of=JUNE)
        assert [one.kind for one in found] == [KIND.MISSING_AT_BANK, KIND.MISSING_IN_BOOK]


def test_another_spelling_of_a_repayment_is_likelier_than_another_number():
    rows = [replace(row, contract=name) for row in PAID for name in ("HT-2", "ht-1")]

    found = reconcile_repayments(book(), rows, as_of=JUNE)

    assert {one.bank for one in found if one.kind is KIND.NEAR} == {"ht-1"}
    assert [one.subject for one in found if one.kind is not KIND.NEAR] == ["HT-2"] * 5


def test_one_repayment_is_near_to_one_row_only():
    rows = [*PAID[:-1], *(replace(PAID[-1], contract=name) for name in ("HT-2", "HT-3", "XY-9"))]

    assert [(one.kind, one.subject) for one in reconcile_repayments(book(), rows, as_of=JUNE)] == [
        (KIND.NEAR, "HT-1"),
        (KIND.MISSING_IN_BOOK, "HT-3"),
        (KIND.MISSING_IN_BOOK, "XY-9"),
    ]


def test_a_prepayment_is_a_repayment():
    [loan] = book()
    loan = loan.prepay(cny(20_000), on=on(6, 15), ref="提1", then=Prepayment.LOWER)
    early = received(6, 0, principal=cny(20_000))

    assert reconcile_repayments([loan], [*PAID, early], as_of=JUNE) == ()


# ---- a loan handed to another bank


def handed(day, *, what=AssignedTo.LENDER, value="BANK-2"):
    """HT-1 goes to another bank on a day."""
    return [Assignment(loan_id="HT-1", what=what, value=value, on=day, ref="管1")]


def test_a_loan_handed_over_is_listed_by_the_bank_that_carries_it():
    over = {"as_of": JUNE, "assignments": handed(on(4, 15))}
    own = listed(lender="BANK-2")

    assert reconcile_loans(book(), [own], **over) == ()
    assert reconcile_loans(book(), [listed()], lender="BANK-2", **over) == ()
    assert reconcile_loans(book(), [], lender="BANK-1", **over) == ()
    assert told(reconcile_loans(book(), [], lender="BANK-2", **over)) == [
        (KIND.MISSING_AT_BANK, "HT-1", FIELD.ROW, "120,000.00 2024-01-15 70,000.00", "")
    ]
    assert told(reconcile_loans(book(), [listed()], lender="BANK-1", **over)) == [
        (KIND.DIFFERENT, "HT-1", FIELD.LENDER, "BANK-2", "BANK-1")
    ]


def test_a_loan_is_its_new_banks_from_the_day_on_and_officers_change_nothing():
    day = {"as_of": JUNE, "lender": "BANK-1"}

    for late in (handed(on(7, 1)), handed(on(2), what=AssignedTo.OFFICER, value="李四"), []):
        assert len(reconcile_loans(book(), [], assignments=late, **day)) == 1
    assert reconcile_loans(book(), [], assignments=handed(JUNE), **day) == ()


def test_a_repayment_is_the_receiving_banks():
    # February and March went to BANK-1; from 15 April on BANK-2 received what was paid.
    over = {"as_of": JUNE, "assignments": handed(on(4, 15))}

    assert reconcile_repayments(book(), PAID[:2], lender="BANK-1", **over) == ()
    assert reconcile_repayments(book(), PAID[2:], lender="BANK-2", **over) == ()
    for bank, missing in (("BANK-1", ["02", "03"]), ("BANK-2", ["04", "05", "06"])):
        found = reconcile_repayments(book(), [], lender=bank, **over)
        assert {one.kind for one in found} == {KIND.MISSING_AT_BANK}
        assert [one.book[5:7] for one in found] == missing
    # A bank that lists what the other one received lists nothing that the book has not.
    assert reconcile_repayments(book(), PAID, lender="BANK-2", **over) == ()
    assert len(reconcile_repayments(book(), [], **over)) == 5


def test_what_another_bank_received_twice_is_not_this_banks_to_list_twice():
    loan = pays(a_loan(), (100, on(2)), (100, on(2)))
    once = received(2, 100, principal=cny(0))
    over = {"as_of": JUNE, "assignments": handed(on(2))}

    assert reconcile_repayments([loan], [once], lender="BANK-1", **over) == ()
    assert len(reconcile_repayments([loan], [once], lender="BANK-2", **over)) == 1


def test_each_bank_should_send_what_is_its_own():
    over = {"as_of": JUNE, "assignments": handed(on(4, 15))}
    first, second = (
        expected_rows(book(), since=date.min, lender=bank, **over) for bank in ("BANK-1", "BANK-2")
    )

    assert [row.stated() for row in first] == [row.stated() for row in PAID[:2]]
    assert [row.stated() for row in second] == [
        expected_rows(book(), as_of=JUNE, since=JUNE)[0].stated() | {FIELD.LENDER: "BANK-2"},
        *(row.stated() for row in PAID[2:]),
    ]
    assert reconcile(book(), first, lender="BANK-1", **over) == ()
    assert reconcile(book(), second, lender="BANK-2", **over) == ()
    assert reconcile(book(), [*first, *second], **over) == ()


def test_assignments_are_what_they_say():
    with refused(InvalidTerms, "terms.invalid", value="str", limit="several Assignment"):
        reconcile(book(), [], as_of=JUNE, assignments=["HT-1"])
    with refused(InvalidTerms, "terms.invalid", value="int", limit="several Assignment"):
        reconcile_loans(book(), [], as_of=JUNE, assignments=7)
    twice = [*handed(on(2)), *handed(on(2), value="BANK-3")]
    with refused(
        RefConflict, "ledger.ref_conflict", value=("BANK-3", "管1"), limit=("BANK-2", "管1")
    ):
        reconcile_repayments(book(), [], as_of=JUNE, assignments=twice)


# ---- all of them


def test_one_bad_row_of_a_thousand_is_reported_and_the_others_are_compared():
    names = [f"HT-{number}" for number in range(1, 1001)]
    cells = [
        {
            "贷款合同编号": name,
            "放贷金额": "120000",
            "放贷日": "2024-01-15",
            "贷款余额": {"HT-500": "？", "HT-900": "1"}.get(name, "70000"),
        }
        for name in names
    ]

    found = reconcile_loans(book(*names), read_bank_loans(cells), as_of=JUNE)

    assert told(found) == [
        (KIND.UNREADABLE, "row 500", FIELD.OUTSTANDING, "", "", 500),
        (KIND.MISSING_AT_BANK, "HT-500", FIELD.ROW, "120,000.00 2024-01-15 70,000.00", ""),
        (KIND.DIFFERENT, "HT-900", FIELD.OUTSTANDING, "70,000.00", "1.00", 900),
    ]
    assert str(found[0]).startswith("row 500: row 500, outstanding: '？' is not an amount")
    assert found[0].zh.startswith("清单行无法读取：第 500 行“贷款余额”")


@pytest.mark.parametrize("row", [None, 7, ("HT-1",), {"contract": "HT-1"}])
def test_what_is_no_row_is_reported_by_its_place(row):
    found = reconcile(book(), [listed(), row, *PAID], as_of=JUNE)

    assert told(found) == [(KIND.UNREADABLE, "row 2", FIELD.ROW, "", "", 2)]
    assert found[0].sentence == f"{type(row).__name__} is no row of a bank's list"


def planted():
    """A book of 40 loans, its bank's list with 30 differences of 6 kinds, and what they are."""
    loans = book(*(f"HT-2024-{number:03}" for number in range(100, 500, 10)))
    rows = expected_rows(loans, as_of=JUNE, since=date.min)
    lent = {row.contract: row for row in rows if isinstance(row, BankLoan)}
    paid = {loan.id: [row for row in rows[40:] if row.contract == loan.id] for loan in loans}
    names = iter(lent.copy())
    wanted, more = [], []

    def plant(kind, field):
        name = next(names)
        wanted.append((kind, name, field))
        return name

    for _ in range(3):
        del lent[plant(KIND.MISSING_AT_BANK, FIELD.ROW)]
    for _ in range(3):
        paid[plant(KIND.MISSING_AT_BANK, FIELD.ROW)].pop(2)
    for number in range(3):
        more.append(listed(f"XY-{number}00"))
        wanted.append((KIND.MISSING_IN_BOOK, f"XY-{number}00", FIELD.ROW))
    for _ in range(3):
        name = plant(KIND.MISSING_IN_BOOK, FIELD.ROW)
        more.append(received(3, 1, name, on=on(3, 27), principal=cny(333)))
    for field, value in (
        ("borrower", "B-9"),
        ("outstanding", cny(70_001)),
        ("annual_rate", percent("6.1")),
        ("matures_on", date(2025, 1, 14)),
    ):
        name = plant(KIND.DIFFERENT, BankField(field))
        lent[name] = replace(lent[name], **{field: value})
    name = plant(KIND.DIFFERENT, FIELD.REPAID_PRINCIPAL)
    wanted.append((KIND.DIFFERENT, name, FIELD.REPAID_INTEREST))
    paid[name][0] = replace(paid[name][0], principal=cny(10_001), interest=cny(599))
    for spell in (str.lower, lambda name: name.replace("-", " - "), lambda name: name[:-1] + "7"):
        name = plant(KIND.NEAR, FIELD.CONTRACT)
        lent[name] = replace(lent[name], contract=spell(name))
    for days in (1, -2):
        name = plant(KIND.NEAR, FIELD.ON)
        late = paid[name][1].on + timedelta(days=days)
        paid[name][1] = replace(paid[name][1], on=late, ref="")
    name = plant(KIND.NEAR, FIELD.AMOUNT)
    paid[name][1] = replace(paid[name][1], interest=cny("505.00"), ref="")
    more += [paid[plant(KIND.TWICE, FIELD.TIMES)][4] for _ in range(3)]
    more.append(lent[plant(KIND.TWICE, FIELD.TIMES)])
    listing = [*lent.values(), *(row for each in paid.values() for row in each), *more]
    listing += [None, "HT-2024-100"]
    last = len(listing)
    wanted += [(KIND.UNREADABLE, f"row {number}", FIELD.ROW) for number in (last - 1, last)]
    return loans, listing, wanted


def test_thirty_planted_differences_of_six_kinds_are_exactly_those_reported():
    loans, listing, wanted = planted()

    found = reconcile(loans, listing, as_of=JUNE, lender="BANK-1")

    assert len(wanted) == 30
    assert {kind for kind, *_ in wanted} == set(BankDifferenceKind)
    reported = [(one.kind, one.subject, one.field) for one in found]
    assert sorted(map(str, reported)) == sorted(map(str, wanted))
    clean = expected_rows(loans, as_of=JUNE, since=date.min)
    assert reconcile(loans, clean, as_of=JUNE, lender="BANK-1") == ()


# ---- what a difference says


def test_a_difference_says_itself_in_both_languages():
    [found] = reconcile_loans(book(), [listed(outstanding=cny(1), row=3)], as_of=JUNE)
    [missing] = reconcile_loans(book(), [], as_of=JUNE)

    assert str(found) == ("HT-1: loan different in outstanding: book 70,000.00, bank 1.00 (row 3)")
    assert found.zh == "贷款记载不符（贷款余额）：台账 70,000.00，银行 1.00"
    assert str(missing) == (
        "HT-1: loan missing at bank: book 120,000.00 2024-01-15 70,000.00, bank nothing"
    )
    assert missing.zh == "贷款银行漏列：台账 120,000.00 2024-01-15 70,000.00，银行 无"


def test_a_difference_is_a_finding_and_a_near_one_a_question():
    rows = [replace(row, contract="ht-1") for row in (listed(outstanding=cny(1)), *PAID)]
    near, different = (one.as_finding for one in reconcile(book(), rows, as_of=JUNE))

    assert (near.code, near.severity) == ("reconciliation.near", Severity.QUESTION)
    assert (different.code, different.severity) == ("reconciliation.different", Severity.FAULT)
    assert different.subject == "HT-1"
    assert different.figures == (("book", "70,000.00"), ("bank", "1.00"), ("row", "0"))
    for kind in BankDifferenceKind:
        one = BankDifference(
            kind=kind,
            about=Listed.NEITHER,
            subject="row 1",
            field=FIELD.ROW,
            book="",
            bank="",
            fault="no row",
            fault_zh="不是行",
        )
        assert one.as_finding.code == f"reconciliation.{kind.value}"


# ---- refusals


@pytest.mark.parametrize("rows", ["HT-1", 7, None])
def test_what_is_no_list_is_refused(rows):
    with refused(InvalidTerms, "terms.invalid", value=type(rows).__name__, limit="several rows"):
        reconcile(book(), rows, as_of=JUNE)


def test_days_are_plain_and_in_order():
    with refused(InvalidDate, "periods.invalid_date", value=None, limit="datetime.date"):
        reconcile(book(), [], as_of=None)
    with refused(InvalidDate, "periods.invalid_date", value="x", limit="datetime.date"):
        reconcile_loans(book(), [], as_of="x")
    with refused(InvalidDate, "periods.invalid_date", value=JUNE, limit=on(7)):
        reconcile_repayments(book(), [], as_of=JUNE, since=on(7))


@pytest.mark.parametrize("days", [-1, 366, True, 1.5, None])
def test_days_apart_are_whole_and_few(days):
    with refused(InvalidTerms, "terms.invalid", value=days, limit="0-365"):
        reconcile(book(), [], as_of=JUNE, near_days=days)


def test_bank_and_loans_are_what_they_say():
    with refused(InvalidIdentity, "identity.invalid", value=None, limit=64):
        reconcile(book(), [], as_of=JUNE, lender=None)
    [loan] = book()
    with refused(LoanGivenTwice, "request.loan_given_twice", value="HT-1", limit="each loan once"):
        reconcile([loan, loan], [], as_of=JUNE)
    with refused(InvalidTerms, "terms.invalid", value=7, limit="several Loan"):
        reconcile([7], [], as_of=JUNE)


@pytest.mark.parametrize("loans", [5, ["x"]])
def test_the_list_a_bank_should_send_is_one_of_loans(loans):
    wrong = loans[0] if isinstance(loans, list) else loans
    with refused(InvalidTerms, "terms.invalid", value=wrong, limit="several Loan"):
        expected_rows(loans, as_of=JUNE, since=JUNE)


def test_the_list_a_bank_should_send_has_plain_days_in_order():
    with refused(InvalidDate, "periods.invalid_date", value="x", limit="datetime.date"):
        expected_rows(book(), as_of="x", since=JUNE)
    with refused(InvalidDate, "periods.invalid_date", value=None, limit="datetime.date"):
        expected_rows(book(), as_of=JUNE, since=None)
    with refused(InvalidDate, "periods.invalid_date", value=JUNE, limit=on(7)):
        expected_rows(book(), as_of=JUNE, since=on(7))
    with refused(InvalidIdentity, "identity.invalid", value=None, limit=64):
        expected_rows(book(), as_of=JUNE, since=JUNE, lender=None)
    [loan] = book()
    with refused(LoanGivenTwice, "request.loan_given_twice", value="HT-1", limit="each loan once"):
        expected_rows([loan, loan], as_of=JUNE, since=JUNE)
