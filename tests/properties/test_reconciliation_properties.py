"""Reconciliation over random lives: the book's own list agrees, and what is planted is found."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from histories import histories
from microloan import cny
from microloan.assignment import AssignedTo, Assignment
from microloan.bank_difference import BankDifferenceKind
from microloan.bank_row import BankField, BankLoan, BankRepayment
from microloan.expected_list import booked_loan, expected_rows
from microloan.periods import FIRST_YEAR
from microloan.reconciliation import reconcile

AFAR = "ZZZZZZZZ-99"


@st.composite
def books(draw):
    """One to three loans with random lives, their contract numbers far apart, and a day."""
    loans = [
        replace(draw(histories(most=6)).loan, id=f"{letter * 4}-{number}")
        for number, letter in enumerate("ABC"[: draw(st.integers(1, 3))])
    ]
    days = sorted({entry.on for loan in loans for entry in loan.entries})
    return loans, draw(st.sampled_from(days)) + timedelta(days=draw(st.integers(0, 200)))


@given(books(), st.integers(0, 400))
def test_the_list_made_from_the_book_agrees_with_it(book, back):
    loans, day = book
    since = day - timedelta(days=back)

    assert (
        reconcile(loans, expected_rows(loans, as_of=day, since=since), as_of=day, since=since) == ()
    )
    everything = expected_rows(loans, as_of=day, since=date.min)
    assert reconcile(loans, reversed(everything), as_of=day) == ()


@given(books(), st.data())
def test_each_bank_lists_its_own_of_loans_that_change_hands(book, data):
    loans, day = book
    first = max(day - timedelta(days=400), date(FIRST_YEAR, 1, 1))
    days = st.dates(first, day + timedelta(days=100))
    handed = [
        Assignment(loan_id=loan.id, what=AssignedTo.LENDER, value=bank, on=on, ref="移交")
        for loan in loans
        for on, bank in data.draw(
            st.dictionaries(days, st.sampled_from(["BANK-1", "BANK-2", "BANK-3"]), max_size=3)
        ).items()
    ]
    every = {"as_of": day, "assignments": handed}
    banks = ("BANK-1", "BANK-2", "BANK-3")

    lists = {bank: expected_rows(loans, since=date.min, lender=bank, **every) for bank in banks}

    whole = expected_rows(loans, since=date.min, **every)
    assert Counter(whole) == Counter(row for rows in lists.values() for row in rows)
    assert reconcile(loans, whole, **every) == ()
    for bank, rows in lists.items():
        assert reconcile(loans, rows, lender=bank, **every) == ()
        missing = reconcile(loans, [], lender=bank, **every)
        assert {one.kind for one in missing} <= {BankDifferenceKind.MISSING_AT_BANK}
        assert len(missing) == len(rows)


@given(books())
def test_a_loan_is_listed_as_it_stands(book):
    loans, day = book
    for loan in loans:
        listed = booked_loan(loan, as_of=day)
        position = loan.position(as_of=day)

        assert listed.loan.outstanding == position.outstanding
        paid = sum(effect.entry.received_fen for effect in loan.applied if effect.entry.kind.pays)
        others = sum(
            effect.entry.principal_fen + effect.entry.interest_fen
            for effect in loan.applied
            if effect.entry.kind.value in {"claim_payout", "recovery"}
        )
        assert sum(row.amount_fen for row in listed.repayments) == paid + others


@given(books(), st.data())
def test_whatever_is_planted_is_found(book, data):
    loans, day = book
    rows = list(expected_rows(loans, as_of=day, since=date.min))
    if not rows:
        return
    place = data.draw(st.integers(0, len(rows) - 1))
    row = rows[place]
    fault = data.draw(st.sampled_from(["left out", "twice", "another contract", "a fen more"]))
    field = "outstanding" if isinstance(row, BankLoan) else "interest"
    more = replace(row, **{field: getattr(row, field) + cny("0.01")}, row=7)
    with_one_more = {"twice": [row, row], "another contract": [replace(row, contract=AFAR)]}
    rows[place : place + 1] = with_one_more.get(fault, [] if fault == "left out" else [more])

    found = reconcile(loans, rows, as_of=day)

    assert found
    subjects = {row.contract, AFAR} if fault == "another contract" else {row.contract}
    assert {one.subject for one in found} <= subjects
    kinds = {one.kind for one in found}
    if fault == "left out":
        assert kinds == {BankDifferenceKind.MISSING_AT_BANK} or isinstance(row, BankRepayment)
    if fault == "twice":
        assert kinds == {BankDifferenceKind.TWICE}
        assert {one.field for one in found} == {BankField.TIMES}
    if fault == "another contract":
        assert BankDifferenceKind.MISSING_IN_BOOK in kinds
