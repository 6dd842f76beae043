"""The clearing of a year: requested, corrected, paid, still to pay."""

from dataclasses import replace
from datetime import date

import pytest

from histories import refused
from microloan import (
    ZERO,
    AlreadyRequested,
    InvalidAmount,
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    RefConflict,
    cny,
)
from microloan.clearing import ClearingRow, clear_year
from microloan.policy import Level
from requesting import CLOSED, Q1, Q2, Q3, Q4, asks, asks_each, lent, paid

END = date(2025, 1, 20)


def rows(clearing):
    """Bank, level, requested, corrected, paid and still to pay, in yuan as printed."""
    return [
        (
            row.lender,
            row.level.value,
            *(
                str(amount.amount)
                for amount in (row.requested, row.corrected, row.paid, row.to_pay)
            ),
        )
        for row in clearing.rows
    ]


def test_a_year_is_cleared_by_bank_and_level():
    # 948.75 and 938.44 of each level; the county paid the first quarter, the center nothing.
    requests = asks_each(lent(), quarters=(Q3, Q4))

    clearing = clear_year(requests, [paid("948.75")], year=2024, as_of=END)

    assert rows(clearing) == [
        ("BANK-1", "central", "1887.19", "0.00", "0.00", "1887.19"),
        ("BANK-1", "county", "1887.19", "0.00", "948.75", "938.44"),
    ]
    assert (clearing.year, clearing.as_of) == (2024, END)


def test_corrections_belong_to_the_year_that_makes_them():
    # Taken back in 2024Q4: 484.68 and 484.69 of the 948.75 each.
    first = asks(lent(), quarter=Q3)
    second = asks(lent(), quarter=Q4, earlier=(first,), stops=CLOSED)
    clearing = clear_year([first, second], [], year=2024, as_of=END)

    assert rows(clearing) == [
        ("BANK-1", "central", "948.75", "-484.68", "0.00", "464.07"),
        ("BANK-1", "county", "948.75", "-484.69", "0.00", "464.06"),
    ]
    later = asks(lent(), quarter=Q1, earlier=(first,), stops=CLOSED)
    assert rows(clear_year([first, later], [], year=2025, as_of=END)) == [
        ("BANK-1", "central", "0.00", "-484.68", "0.00", "-484.68"),
        ("BANK-1", "county", "0.00", "-484.69", "0.00", "-484.69"),
    ]


def test_each_bank_has_its_rows_and_each_level_its_sum():
    other = asks(replace(lent("HT-8"), lender="BANK-0"), quarter=Q3, lender="BANK-0")

    clearing = clear_year(
        [asks(lent(), quarter=Q3), other], [paid(100, lender="BANK-0")], year=2024, as_of=END
    )

    assert [(row.lender, row.level) for row in clearing.rows] == [
        ("BANK-0", Level.CENTRAL),
        ("BANK-0", Level.COUNTY),
        ("BANK-1", Level.CENTRAL),
        ("BANK-1", Level.COUNTY),
    ]
    county = clearing.of(Level.COUNTY)
    assert (county.lender, county.level) == ("", Level.COUNTY)
    assert (county.requested, county.paid) == (cny("1897.50"), cny(100))
    assert county.to_pay == cny("1797.50")
    first = asks(lent(), quarter=Q3)
    taken = asks(lent(), quarter=Q4, earlier=(first,), stops=CLOSED)
    both = clear_year([first, taken, other], [], year=2024, as_of=END)
    assert both.of(Level.COUNTY).corrected == cny("-484.69")
    assert clearing.of(Level.CITY) == ClearingRow(lender="", level=Level.CITY)


def test_a_quarter_without_a_request_is_missing():
    requests = asks_each(lent(), quarters=(Q3, Q1))

    assert clear_year(requests, [], year=2024, as_of=END).missing == (
        ("BANK-1", replace(Q3, quarter=1)),
        ("BANK-1", replace(Q3, quarter=2)),
        ("BANK-1", Q4),
    )
    nothing = clear_year([], [], year=2024, as_of=END)
    assert (nothing.missing, nothing.rows) == ((), ())


def test_requests_and_payments_of_other_years_do_not_count():
    requests = asks_each(lent(), quarters=(Q3, Q4, Q1, Q2))
    other = paid(5, quarter=Q1, ref="拨2")

    whole = clear_year(requests, [paid(3), other], year=2024, as_of=date(2025, 12, 31))

    assert [row.requested for row in whole.rows] == [cny("1887.19")] * 2
    assert whole.of(Level.COUNTY).paid == cny(3)


def test_a_payment_counts_from_its_day_on_whenever_it_was_made():
    # The money for 2024 comes in 2025.
    request = asks(lent(), quarter=Q4)
    late = paid(938, quarter=Q4, on=date(2025, 2, 3))

    assert [
        clear_year([request], [late], year=2024, as_of=day).of(Level.COUNTY).paid
        for day in (date(2025, 2, 2), date(2025, 2, 3))
    ] == [ZERO, cny(938)]


def test_money_returned_counts_as_not_paid():
    payments = [paid("948.75"), paid("-48.75", ref="退1")]

    clearing = clear_year([asks(lent(), quarter=Q3)], payments, year=2024, as_of=END)

    assert clearing.of(Level.COUNTY).paid == cny(900)
    assert clearing.of(Level.COUNTY).to_pay == cny("48.75")


def test_more_than_was_asked_is_to_be_returned():
    clearing = clear_year([asks(lent(), quarter=Q3)], [paid(1_000)], year=2024, as_of=END)

    assert clearing.of(Level.COUNTY).to_pay == cny("-51.25")


def test_a_payment_nobody_asked_for_has_a_row():
    clearing = clear_year([], [paid(1_000)], year=2024, as_of=END)

    assert rows(clearing) == [("BANK-1", "county", "0.00", "0.00", "1000.00", "-1000.00")]


def test_a_voucher_stands_for_one_payment():
    with refused(RefConflict, code="ledger.ref_conflict", value="拨1", limit=Q3):
        clear_year([], [paid(1), paid(2)], year=2024, as_of=END)
    # Two levels, banks or quarters may pay by one voucher.
    several = [
        paid(1),
        paid(1, level=Level.CENTRAL),
        paid(1, lender="BANK-2"),
        paid(1, quarter=Q4),
        paid(1, ref="拨2"),
    ]
    assert len(clear_year([], several, year=2024, as_of=END).rows) == 3


@pytest.mark.parametrize(
    ("change", "error", "code", "value", "limit"),
    [
        ({"amount": ZERO}, InvalidTerms, "terms.invalid", "0.00", "more or less than 0.00"),
        ({"level": "county"}, InvalidTerms, "terms.invalid", "county", "a Level"),
        ({"quarter": 3}, InvalidTerms, "terms.invalid", 3, "an InterestQuarter"),
        ({"on": 3}, InvalidDate, "periods.invalid_date", 3, "datetime.date"),
        ({"ref": ""}, InvalidIdentity, "identity.invalid", "", 64),
        ({"lender": ""}, InvalidIdentity, "identity.invalid", "", 64),
        (
            {"amount": 3},
            InvalidAmount,
            "money.invalid_amount",
            3,
            "int, Decimal or str, at most 13 digits and two decimals",
        ),
    ],
)
def test_what_no_payment_could_be_is_refused(change, error, code, value, limit):
    with refused(error, code=code, value=value, limit=limit):
        replace(paid(1), **change)


@pytest.mark.parametrize("year", [1990, "2024"])
def test_a_year_of_quarters_is_cleared(year):
    with refused(InvalidTerms, code="terms.invalid", value=year, limit="1991-2100"):
        clear_year([], [], year=year, as_of=END)


def test_the_day_of_a_clearing_is_a_day():
    with refused(InvalidDate, code="periods.invalid_date", value="d", limit="datetime.date"):
        clear_year([], [], year=2024, as_of="d")


def test_a_request_given_twice_is_refused_and_not_counted_twice():
    (request,) = asks_each(lent(), quarters=(Q3,))

    with refused(
        AlreadyRequested,
        code="request.already_requested",
        value=Q3,
        limit="each request once",
    ):
        clear_year([request, request], [], year=2024, as_of=END)
