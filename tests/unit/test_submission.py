"""Figures that a bank handed in, against what we compute: the recipe of an auditor."""

from dataclasses import replace
from datetime import date

import pytest

from histories import PERSON, refused
from microloan import (
    ZERO,
    BorrowerKind,
    InvalidAmount,
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    cny,
)
from microloan.refund import WaitingReason
from microloan.submission import Difference, DifferenceKind, compare_submission
from requesting import Q3, Q4, asks, asks_each, lent

DUE = date(2024, 9, 20)
TWO = lent("HT-2", amount=100_000, on=date(2024, 7, 10))
"""501.88 for 2024Q3."""
RIGHT = {("HT-1", DUE): cny("1897.50"), ("HT-2", DUE): cny("501.88")}


def compared(submitted, *loans, quarter=Q3):
    """What differs: loan, kind, handed in, computed, too much."""
    found = compare_submission(submitted, asks(*(loans or (lent(), TWO)), quarter=quarter))
    return [(one.loan_id, one.kind, one.submitted, one.computed, one.difference) for one in found]


def test_right_figures_do_not_differ():
    assert compared(RIGHT) == []


@pytest.mark.parametrize("handed_in", ["501.87", "501.89"])
def test_a_fen_is_a_difference(handed_in):
    assert compared(RIGHT | {("HT-2", DUE): cny(handed_in)}) == [
        (
            "HT-2",
            DifferenceKind.AMOUNT,
            cny(handed_in),
            cny("501.88"),
            cny(handed_in) - cny("501.88"),
        )
    ]


def test_a_line_that_is_not_owed_is_all_too_much():
    assert compared(RIGHT | {("HT-3", DUE): cny(90), ("HT-1", date(2024, 9, 21)): cny(80)}) == [
        ("HT-1", DifferenceKind.NOT_OWED, cny(80), ZERO, cny(80)),
        ("HT-3", DifferenceKind.NOT_OWED, cny(90), ZERO, cny(90)),
    ]


def test_a_line_that_was_not_handed_in_is_missing():
    missing = ("HT-1", DifferenceKind.NOT_SUBMITTED, ZERO, cny("1897.50"), cny("-1897.50"))

    assert compared({("HT-2", DUE): cny("501.88")}) == [missing]
    assert compared(RIGHT | {("HT-1", DUE): ZERO}) == [missing]


def test_a_line_of_a_fen_that_was_not_handed_in_is_missing():
    request = asks(lent(), quarter=Q3)
    request = replace(request, lines=(replace(request.lines[0], subsidy_fen=1),))

    (missing,) = compare_submission({}, request)
    assert (missing.kind, missing.computed) == (DifferenceKind.NOT_SUBMITTED, cny("0.01"))


def test_a_line_of_nothing_that_is_not_owed_is_no_difference():
    assert compared(RIGHT | {("HT-3", DUE): ZERO}) == []


def test_a_line_asked_for_a_second_time_is_not_owed():
    # Yuhang, 2019: the same loan in the first and again in the second half-year.
    requests = asks_each(lent(), quarters=(Q3, Q4))
    submitted = {("HT-1", DUE): cny("1897.50"), ("HT-1", date(2024, 12, 20)): cny("1876.88")}

    assert compare_submission(submitted, requests[1]) == (
        Difference(
            loan_id="HT-1",
            due_on=DUE,
            kind=DifferenceKind.NOT_OWED,
            submitted_fen=1897_50,
            computed_fen=0,
        ),
    )


def test_a_line_that_has_to_wait_says_why():
    firm = lent(category=replace(PERSON, kind=BorrowerKind.ENTERPRISE))
    submitted = {("HT-1", DUE): cny("1897.50"), ("HT-9", DUE): cny(1)}

    found = compare_submission(submitted, asks(firm, quarter=Q3))

    assert [(one.loan_id, one.kind, one.waits) for one in found] == [
        ("HT-1", DifferenceKind.NOT_OWED, WaitingReason.INTEREST_UNPAID),
        ("HT-9", DifferenceKind.NOT_OWED, None),
    ]


@pytest.mark.parametrize(
    ("submitted", "error", "code", "value", "limit"),
    [
        ({("HT-1", DUE): cny(-1)}, InvalidTerms, "terms.invalid", "-1.00", "at least 0.00"),
        (
            {("HT-1", DUE): 100},
            InvalidAmount,
            "money.invalid_amount",
            100,
            "int, Decimal or str, at most 13 digits and two decimals",
        ),
        ({("", DUE): cny(1)}, InvalidIdentity, "identity.invalid", "", 64),
        (
            {("HT-1", "2024-09-20"): cny(1)},
            InvalidDate,
            "periods.invalid_date",
            "2024-09-20",
            "datetime.date",
        ),
    ],
)
def test_what_names_no_line_and_no_amount_is_refused(submitted, error, code, value, limit):
    with refused(error, code=code, value=value, limit=limit):
        compared(submitted)
