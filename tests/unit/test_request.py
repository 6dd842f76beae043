"""A bank's request for a quarter: its lines, its header, what has to wait, what is refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from histories import PERSON, RULES, a_loan, pays, pays_on_time, refused
from microloan import (
    ZERO,
    BorrowerKind,
    InvalidDate,
    InvalidTerms,
    LowProfit,
    NotInForce,
    Prepayment,
    accelerate,
    cny,
    disburse,
    percent,
)
from microloan.entitlement import ArrearsRule, StopReason, SubsidyStop
from microloan.errors import (
    AlreadyRequested,
    LoanGivenTwice,
    LoanMissing,
    QuarterNotOver,
    WrongLender,
)
from microloan.request import SubsidyRequest
from requesting import CLOSED, HALVES, Q1, Q2, Q3, Q4, asks, asks_each, by_level, lent, listed

TWO = lent("HT-2", amount=100_000, on=date(2024, 7, 10))
"""It bears 73 days in 2024Q3: 100,000 × 4.95 % × 73 / 360 = 1,003.75, half of it 501.875."""


# ---- the lines


def test_a_request_holds_the_lines_whose_interest_fell_due_in_the_quarter():
    request = asks(lent(), TWO, quarter=Q3)

    assert listed(request) == [
        ("HT-1", date(2024, 9, 20), cny("1897.50")),
        ("HT-2", date(2024, 9, 20), cny("501.88")),
    ]
    assert request.subsidy == request.amount == cny("2399.38")
    assert request.corrected == ZERO


def test_each_quarter_holds_its_own_lines():
    requests = asks_each(lent())

    assert [listed(request) for request in requests] == [
        [("HT-1", date(2024, 9, 20), cny("1897.50"))],
        [("HT-1", date(2024, 12, 20), cny("1876.88"))],
        [("HT-1", date(2025, 3, 20), cny("1856.25"))],
        [("HT-1", date(2025, 6, 20), cny("1897.50"))],
    ]
    assert [request.since for request in requests] == [Q3] * 4


def test_lines_stand_by_loan_and_due_day_whatever_the_order_of_the_loans():
    monthly = a_loan("HT-0", disbursed_on=date(2024, 6, 21), annual_rate=percent("4.95"))

    request = asks(TWO, monthly, lent(), quarter=Q3)

    assert [line.key for line in request.lines] == [
        ("HT-0", date(2024, 7, 21)),
        ("HT-0", date(2024, 8, 21)),
        ("HT-1", date(2024, 9, 20)),
        ("HT-2", date(2024, 9, 20)),
    ]


def test_a_line_may_fall_due_on_the_first_day_and_on_the_last_day_of_a_quarter():
    monthly = a_loan("HT-0", disbursed_on=date(2024, 5, 21), annual_rate=percent("4"))
    before = a_loan("HT-1", disbursed_on=date(2024, 5, 20), annual_rate=percent("4"))

    request = asks(monthly, before, quarter=Q3)

    assert [line.key for line in request.lines] == [
        *(("HT-0", date(2024, month, 21)) for month in (6, 7, 8)),
        *(("HT-1", date(2024, month, 20)) for month in (7, 8, 9)),
    ]


def test_levels_add_up_to_the_lines_and_lines_to_the_request():
    # 948.75 and 948.75; 250.94 and 250.94.
    request = asks(lent(), TWO, quarter=Q3)

    assert [by_level(line.levels) for line in request.lines] == [
        {"central": "948.75", "county": "948.75"},
        {"central": "250.94", "county": "250.94"},
    ]
    assert by_level(request.levels) == {"central": "1199.69", "county": "1199.69"}
    assert request.levels == request.line_levels
    assert request.corrected_levels == ()


def test_a_quarter_without_a_line_makes_a_request_of_nothing():
    request = asks(lent(), quarter=replace(Q2, year=2024))

    assert (request.lines, request.amount, request.levels) == ((), ZERO, ())


def test_a_line_of_which_the_treasury_bears_nothing_is_not_asked_for():
    # In 2007 the interest of a trade that is not a low-profit one was the borrower's own.
    own = replace(PERSON, low_profit=LowProfit.NO)
    loan = lent(on=date(2007, 6, 21), category=own, amount=20_000)

    request = asks(loan, quarter=replace(Q3, year=2007))

    assert (request.lines, request.waiting) == ((), ())


def test_a_loan_paid_out_after_the_quarter_is_asked_nothing():
    # No rate of 40 % is one of the program; the loan of the quarter after does not stop the bank.
    later = lent("HT-9", on=date(2024, 10, 8), annual_rate=percent("40"))

    request = asks(lent(), later, quarter=Q3, on=date(2024, 10, 10))

    assert [line.loan_id for line in request.lines] == ["HT-1"]
    assert (request.closing, request.lent_count) == (cny(300_000), 1)


def test_a_line_that_fell_due_by_prepayment_is_asked_for():
    # 45 days to 5 August: 300,000 × 4.95 % × 45 / 360 = 1,856.25, half 928.125.
    loan = lent().prepay(
        cny("301856.25"), on=date(2024, 8, 5), ref="提前1", then=Prepayment.SHORTEN
    )

    assert listed(asks(loan, quarter=Q3)) == [("HT-1", date(2024, 8, 5), cny("928.13"))]


def test_the_reading_of_arrears_is_handed_on():
    # The interest of 2024Q3 is paid on 10 October: 19 of 91 days are late, 21 September to 9
    # October at whose end it is unpaid.
    loan = pays(lent(), (3_795, date(2024, 10, 10)))

    usual = asks(loan, quarter=Q4).lines[0]
    strict = asks(loan, quarter=Q4, arrears=ArrearsRule.WHOLE_LOAN).lines[0]

    assert (usual.days, usual.subsidy) == (91, cny("1876.88"))
    # 3,753.75 × 72 / 91 / 2 = 1,485.00
    assert (strict.days, strict.subsidy) == (72, cny("1485.00"))


def test_a_stop_of_the_subsidy_is_handed_on():
    # The business closed on 5 August: 45 of 92 days, 3,795.00 × 45 / 92 / 2 = 928.125.
    closed = {"HT-1": SubsidyStop(on=date(2024, 8, 5), reason=StopReason.BUSINESS_CLOSED)}

    request = asks(lent(), TWO, quarter=Q3, stops=closed)

    assert [(line.days, line.subsidy) for line in request.lines] == [
        (45, cny("928.13")),
        (73, cny("501.88")),
    ]


# ---- the header


def test_the_header_tells_what_the_bank_lent_and_is_owed():
    # HT-2 repays 20,000 on 1 November, with 41 days of interest: 563.75; and the 1,003.75 of 20
    # September, on time.
    two = pays(TWO, ("1003.75", date(2024, 9, 20)))
    two = two.prepay(cny("20563.75"), on=date(2024, 11, 1), ref="提前1", then=Prepayment.LOWER)

    first = asks(lent(), two, quarter=Q3)
    second = asks(lent(), two, quarter=Q4)

    assert (first.opening, first.lent, first.lent_count) == (ZERO, cny(400_000), 2)
    assert (first.closing, second.opening) == (cny(400_000), cny(400_000))
    assert (second.lent, second.lent_count, second.closing) == (ZERO, 0, cny(380_000))


def test_a_loan_paid_out_in_two_quarters_is_counted_where_it_began():
    loan = lent(disbursed=200_000)
    loan = disburse(loan, cny(100_000), on=date(2024, 10, 1), ref="放款2")

    first, second = asks_each(loan, quarters=(Q3, Q4))

    assert (first.lent, first.lent_count, first.closing) == (cny(200_000), 1, cny(200_000))
    assert (second.lent, second.lent_count, second.closing) == (cny(100_000), 0, cny(300_000))


@pytest.mark.parametrize(
    ("on", "opening", "in_quarter"),
    [
        (date(2024, 6, 20), 300_000, 0),  # the last day of the quarter before
        (date(2024, 6, 21), 0, 300_000),  # the first of the quarter
        (date(2024, 9, 20), 0, 300_000),  # its last day
    ],
)
def test_a_disbursement_belongs_to_the_quarter_of_its_day(on, opening, in_quarter):
    loan = lent(on=on, annual_rate=percent("4"))

    request = asks(loan, quarter=Q3)

    assert (request.opening, request.lent) == (cny(opening), cny(in_quarter))
    assert (request.closing, request.lent_count) == (cny(300_000), 1 if in_quarter else 0)


def test_what_is_repaid_on_the_settlement_day_is_not_owed_at_its_end():
    loan = pays_on_time(lent(), 1, 1)
    loan = loan.prepay(cny(50_000), on=date(2024, 9, 20), ref="提前1", then=Prepayment.LOWER)

    assert asks(loan, quarter=Q3).closing == cny(250_000)


# ---- late facts, and lines of earlier quarters


def test_a_line_of_an_earlier_quarter_that_became_known_late_comes_along():
    # The bank forgot HT-2 in 2024Q3.
    first = asks(lent(), quarter=Q3)

    second = asks(lent(), TWO, quarter=Q4, earlier=(first,))

    assert [line.key for line in second.lines] == [
        ("HT-1", date(2024, 12, 20)),
        ("HT-2", date(2024, 9, 20)),
        ("HT-2", date(2024, 12, 20)),
    ]
    assert second.since == Q3


def test_a_first_request_does_not_go_back_unless_it_is_told_to():
    alone = asks(lent(), quarter=Q4)
    back = asks(lent(), quarter=Q4, since=Q3)

    assert [line.due_on for line in alone.lines] == [date(2024, 12, 20)]
    assert [line.due_on for line in back.lines] == [date(2024, 9, 20), date(2024, 12, 20)]
    assert asks(lent(), quarter=Q1, earlier=(back,)).since == Q3


def test_a_quarter_that_was_left_out_comes_along_with_the_next():
    first = asks(lent(), quarter=Q3)

    third = asks(lent(), quarter=Q1, earlier=(first,))

    assert [line.due_on for line in third.lines] == [date(2024, 12, 20), date(2025, 3, 20)]


def test_requests_of_other_banks_do_not_matter():
    other = replace(asks(lent(), quarter=Q4), lender="BANK-2", lines=())

    assert len(asks(lent(), quarter=Q3, earlier=(other,)).lines) == 1


# ---- what is refused


@pytest.mark.parametrize("on", [date(2024, 9, 20), date(2024, 9, 19)])
def test_a_quarter_is_over_on_the_day_after_its_settlement_day(on):
    with refused(
        QuarterNotOver, code="request.quarter_not_over", value=on, limit=date(2024, 9, 20)
    ):
        asks(lent(), quarter=Q3, on=on)
    assert asks(lent(), quarter=Q3, on=date(2024, 9, 21)).amount == cny("1897.50")


def test_a_loan_of_another_bank_is_refused():
    other = replace(TWO, lender="BANK-2")

    with refused(WrongLender, code="request.wrong_lender", value="BANK-2", limit="BANK-1"):
        asks(lent(), other, quarter=Q3)


def test_the_same_loan_twice_is_refused():
    # The second copy knows of a payment; neither is preferred.
    again = pays(lent(), (100, date(2024, 9, 20)))

    first = lent()
    for twin in (first, lent(), again):
        with refused(
            LoanGivenTwice, code="request.loan_given_twice", value="HT-1", limit="each loan once"
        ):
            asks(first, TWO, twin, quarter=Q3)


def test_a_loan_that_was_requested_before_may_not_be_left_out():
    first = asks(lent(), TWO, quarter=Q3)

    with refused(LoanMissing, code="request.loan_missing", value="HT-2", limit=Q3, keeps=first):
        asks(lent(), quarter=Q4, earlier=(first,))


@pytest.mark.parametrize("quarter", [Q3, Q4])
def test_a_quarter_is_not_asked_for_once_it_or_a_later_one_was(quarter):
    made = asks(lent(), quarter=Q4)

    with refused(AlreadyRequested, code="request.already_requested", value=quarter, limit=Q4):
        asks(lent(), quarter=quarter, earlier=(made,))


def test_two_requests_of_one_quarter_are_no_chain():
    made = asks(lent(), quarter=Q3)

    with refused(AlreadyRequested, code="request.already_requested", value=Q3, limit=Q3):
        asks(lent(), quarter=Q4, earlier=(made, replace(made, on=date(2024, 10, 1))))


def test_a_line_in_two_earlier_requests_is_refused():
    first, second = asks_each(lent(), quarters=(Q3, Q4))
    twice = replace(second, lines=(*first.lines, *second.lines))

    with refused(
        AlreadyRequested,
        code="request.already_requested",
        value=("HT-1", date(2024, 9, 20)),
        limit="2024Q3",
    ):
        asks(lent(), quarter=Q1, earlier=(first, twice))


def test_the_same_line_twice_in_a_request_is_refused():
    request = asks(lent(), quarter=Q3)

    with refused(
        AlreadyRequested,
        code="request.already_requested",
        value=("HT-1", date(2024, 9, 20)),
        limit="BANK-1 2024Q3",
    ):
        replace(request, lines=request.lines * 2)


def test_a_line_of_another_bank_does_not_stand_in_a_request():
    request = asks(lent(), quarter=Q3)

    with refused(WrongLender, code="request.wrong_lender", value="BANK-1", limit="BANK-2"):
        replace(request, lender="BANK-2")


@pytest.mark.parametrize("quarter", [replace(Q3, year=2023), Q1])
def test_a_line_stands_in_a_request_of_its_time(quarter):
    request = asks(lent(), quarter=Q3)
    on, days = quarter.last_day + timedelta(1), f"{quarter.first_day} - {quarter.last_day}"

    with refused(InvalidTerms, code="terms.invalid", value=date(2024, 9, 20), limit=days):
        replace(request, quarter=quarter, since=quarter, on=on)


def test_neither_the_policy_nor_the_caller_knows_who_bears_what():
    line = RULES.shares[BorrowerKind.INDIVIDUAL].known(date(2024, 6, 21))

    with refused(
        NotInForce, code="policy.not_in_force", value=date(2024, 6, 21), limit=line.reason
    ):
        asks(lent(), quarter=Q3, shares=None)


@pytest.mark.parametrize("quarter", ["2024Q3", (2024, 3), None])
def test_what_is_no_quarter_is_refused(quarter):
    with refused(InvalidTerms, code="terms.invalid", value=quarter, limit="an InterestQuarter"):
        asks(lent(), quarter=quarter, on=date(2024, 9, 23))


def test_what_is_no_day_is_refused():
    with refused(
        InvalidDate, code="periods.invalid_date", value="2024-09-23", limit="datetime.date"
    ):
        asks(lent(), quarter=Q3, on="2024-09-23")


def test_a_loan_called_in_is_asked_for_up_to_that_day():
    # Called in on 5 August: 45 days, as by prepayment.
    loan = accelerate(lent(), on=date(2024, 8, 5), ref="提前到期1")

    assert listed(asks(loan, quarter=Q3)) == [("HT-1", date(2024, 8, 5), cny("928.13"))]


def test_a_request_names_its_bank_and_its_quarter():
    assert str(asks(pays_on_time(lent(), 1, 1), quarter=Q3)) == "BANK-1 2024Q3"
    assert isinstance(asks(lent()), SubsidyRequest)
    assert HALVES.value.parts


# ---- what other banks have, what nobody has


def test_a_loan_for_which_another_bank_has_requested_cannot_be_asked_for_again():
    moved = replace(lent(), lender="BANK-2")
    theirs = asks(moved, quarter=Q3, lender="BANK-2")

    with refused(
        AlreadyRequested,
        code="request.already_requested",
        value=("HT-1", date(2024, 9, 20)),
        limit="BANK-2 2024Q3",
    ):
        asks(lent(), quarter=Q4, earlier=(theirs,))
    assert listed(asks(lent("HT-2"), quarter=Q4, earlier=(theirs,), since=Q4))


def test_a_stop_of_a_loan_that_is_not_there_is_a_slip_of_the_pen():
    with refused(InvalidTerms, code="terms.invalid", value=["HT-9"], limit="loans of the request"):
        asks(lent(), quarter=Q3, stops={"HT-9": CLOSED["HT-1"]})


def test_a_line_whose_rate_was_not_held_against_the_cap_says_so_on_file():
    # Two years, and the contract names no tenor.
    (line,) = asks(lent(months=24), quarter=Q3).lines
    (checked,) = asks(lent(), quarter=Q3).lines

    assert line.rule.endswith(
        "; rate cap not checked: a loan of 24 months must name its reference rate"
    )
    assert "rate cap not checked" in str(line.explain())
    assert "rate cap" not in checked.rule
