"""Whether a line may be asked for: bank applies, paid first and refunded, refunded at the end."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from histories import PERSON, PROMISE, a_fund, pays, pays_on_time
from microloan import (
    BorrowerKind,
    Covers,
    Prepayment,
    accelerate,
    cny,
    extend,
    pause_delinquency,
    pay_claim,
    percent,
    policy,
    receive_recovery,
    write_off,
)
from microloan.policy import PaymentMode
from microloan.refund import WaitingReason, repayment_record
from requesting import Q1, Q2, Q3, Q4, asks, asks_each, changes, lent, listed

FIRM = replace(PERSON, kind=BorrowerKind.ENTERPRISE)
"""Enterprises pay the interest first and are refunded (since 2006, from memory)."""

ZHEJIANG = policy.load("cn", region="east", overlay="zhejiang")
"""Individuals are refunded when the loan is repaid."""

LATER = {"since": Q3, "under": ZHEJIANG}


def reasons(request):
    """What has to wait: loan, due day, subsidy in yuan, and why."""
    return [(one.loan_id, one.due_on, one.subsidy, one.reason) for one in request.waiting]


def firm(**more):
    """The loan of the table, lent to an enterprise."""
    return lent(category=FIRM, **more)


def person(**more):
    """A loan under Zhejiang's rule that costs no more than it allows: LPR 3.45 + 0.50."""
    return lent(annual_rate=percent("3.95"), **more)


# ---- the bank applies


def test_where_the_bank_applies_nothing_has_to_be_paid_first():
    request = asks(lent(), quarter=Q3)

    assert len(request.lines) == 1
    assert request.waiting == ()


# ---- paid first, then refunded


def test_interest_that_is_not_paid_is_not_refunded():
    request = asks(firm(), quarter=Q3)

    assert (request.lines, request.levels) == ((), ())
    assert reasons(request) == [
        ("HT-1", date(2024, 9, 20), cny("1897.50"), WaitingReason.INTEREST_UNPAID)
    ]
    assert request.waiting[0].key == ("HT-1", date(2024, 9, 20))
    assert request.waiting[0].number == 1


def test_interest_that_was_paid_is_refunded():
    request = asks(pays_on_time(firm(), 1, 1), quarter=Q3)

    assert listed(request) == [("HT-1", date(2024, 9, 20), cny("1897.50"))]
    assert request.waiting == ()


def test_interest_paid_by_the_day_of_the_request_counts_as_paid():
    # Due on 20 September, paid on the 23rd.
    loan = pays(firm(), (3_795, date(2024, 9, 23)))

    assert len(asks(loan, quarter=Q3, on=date(2024, 9, 23)).lines) == 1
    assert len(asks(loan, quarter=Q3, on=date(2024, 9, 22)).waiting) == 1


def test_a_part_of_the_interest_is_not_enough():
    loan = pays(firm(), ("3794.99", date(2024, 9, 20)))

    assert len(asks(loan, quarter=Q3).waiting) == 1
    assert len(asks(pays(loan, ("0.01", date(2024, 9, 23))), quarter=Q3).lines) == 1


def test_each_line_waits_for_its_own_interest():
    # The interest of 2024Q3 is paid in October, that of 2024Q4 is not.
    loan = pays(firm(), (3_795, date(2024, 10, 8)))

    first, second = asks_each(loan, quarters=(Q3, Q4))

    assert [one[1] for one in reasons(first)] == [date(2024, 9, 20)]
    assert [line.due_on for line in second.lines] == [date(2024, 9, 20)]
    assert [one[1] for one in reasons(second)] == [date(2024, 12, 20)]


def test_a_payment_that_bounced_is_taken_back_until_it_is_made_again():
    loan = pays_on_time(firm(), 1, 1)
    first = asks(loan, quarter=Q3)
    bounced = loan.reverse(2, on=date(2024, 10, 1), ref="退票1")
    second = asks(bounced, quarter=Q4, earlier=(first,))
    paid = pays(bounced, (3_795, date(2025, 1, 6)))
    third = asks(paid, quarter=Q1, earlier=(first, second))

    assert changes(second) == [("HT-1", date(2024, 9, 20), cny("1897.50"), cny(0))]
    assert [one[1] for one in reasons(second)] == [date(2024, 9, 20), date(2024, 12, 20)]
    assert changes(third) == [("HT-1", date(2024, 9, 20), cny(0), cny("1897.50"))]


def test_interest_that_came_with_a_prepayment_is_paid():
    loan = firm().prepay(cny("101856.25"), on=date(2024, 8, 5), ref="提前1", then=Prepayment.LOWER)

    assert listed(asks(loan, quarter=Q3)) == [("HT-1", date(2024, 8, 5), cny("928.13"))]


def test_interest_paid_by_the_fund_is_not_the_borrowers():
    # The fund covers principal and interest and pays at 90 days past due.
    promise = replace(PROMISE, covers=Covers.PRINCIPAL_AND_INTEREST, coverage=percent(100))
    _, loan = pay_claim(a_fund(), firm(guarantee=promise), on=date(2024, 12, 19), ref="代偿1")

    assert loan.position(as_of=date(2024, 12, 19)).arrears_fen == 0
    request = asks(loan, quarter=Q4, since=Q3)
    assert request.lines == ()
    assert {one[3] for one in reasons(request)} == {WaitingReason.INTEREST_UNPAID}


def test_interest_written_off_is_not_paid():
    loan = write_off(firm(), on=date(2024, 9, 21), ref="核1")

    assert loan.position(as_of=date(2024, 9, 21)).arrears_fen == 0
    assert len(asks(loan, quarter=Q3).waiting) == 1


# ---- refunded after settlement


def test_nothing_is_refunded_before_the_loan_is_repaid():
    loan = pays_on_time(person(), 1, 3)

    requests = asks_each(loan, quarters=(Q3, Q4, Q1), under=ZHEJIANG)

    assert [request.lines for request in requests] == [(), (), ()]
    assert [len(request.waiting) for request in requests] == [1, 2, 3]
    assert {one.reason for one in requests[2].waiting} == {WaitingReason.NOT_SETTLED}


def test_all_lines_of_a_loan_that_was_repaid_on_time_are_asked_for_at_once():
    # 300,000 × 3.95 %: half of 3,028.33, 2,995.42, 2,962.50, 3,028.33; repaid on 21 June 2025.
    requests = asks_each(pays_on_time(person(), 1, 5), under=ZHEJIANG)
    last = asks(
        pays_on_time(person(), 1, 5),
        quarter=Q2,
        earlier=requests[:3],
        under=ZHEJIANG,
        on=date(2025, 6, 23),
    )

    assert listed(last) == [
        ("HT-1", date(2024, 9, 20), cny("1514.17")),
        ("HT-1", date(2024, 12, 20), cny("1497.71")),
        ("HT-1", date(2025, 3, 20), cny("1481.25")),
        ("HT-1", date(2025, 6, 20), cny("1514.17")),
    ]
    assert last.waiting == ()


def test_the_loan_is_repaid_by_the_day_of_the_request():
    loan = pays_on_time(person(), 1, 5)

    before = asks(loan, quarter=Q2, on=date(2025, 6, 20 + 1), **LATER)
    assert len(before.lines) == 4
    late = pays(pays_on_time(person(), 1, 4), (300_000, date(2025, 6, 21)))
    assert asks(late, quarter=Q2, on=date(2025, 6, 21), **LATER).lines == before.lines


def test_a_loan_repaid_early_is_refunded_then():
    loan = person()
    loan = loan.prepay(
        loan.payoff(on=date(2024, 8, 5)).total,
        on=date(2024, 8, 5),
        ref="提前1",
        then=Prepayment.SHORTEN,
    )

    # 300,000 × 3.95 % × 45 / 360 = 1,481.25, half 740.625.
    assert listed(asks(loan, quarter=Q3, under=ZHEJIANG)) == [
        ("HT-1", date(2024, 8, 5), cny("740.63"))
    ]


@pytest.mark.parametrize("settled", [True, False])
def test_a_loan_that_was_once_a_day_late_is_never_refunded(settled):
    first = person().schedule[0]
    loan = pays(person(), (first.total.amount, date(2024, 9, 21)))
    loan = pays_on_time(loan, 2, 5 if settled else 3)

    request = asks(loan, quarter=Q2, on=date(2025, 6, 23), **LATER)

    assert request.lines == ()
    assert {one.reason for one in request.waiting} == {WaitingReason.WAS_OVERDUE}


def test_late_with_the_last_principal_is_late_too():
    loan = pays(pays_on_time(person(), 1, 4), (300_000, date(2025, 6, 22)))

    request = asks(loan, quarter=Q2, on=date(2025, 6, 23), **LATER)
    assert {one.reason for one in request.waiting} == {WaitingReason.WAS_OVERDUE}


def test_a_fen_too_little_on_the_day_is_late():
    total = person().schedule[0].total.amount
    loan = pays(person(), (total - Decimal("0.01"), date(2024, 9, 20)))
    loan = pays(loan, ("0.01", date(2024, 9, 21)))

    assert not repayment_record(loan, as_of=date(2024, 10, 1)).clean


def test_an_installment_that_there_is_not_has_not_been_paid():
    record = repayment_record(pays_on_time(firm(), 1, 1), as_of=date(2024, 10, 1))

    assert record.reason_to_wait(PaymentMode.REFUNDED, 1) is None
    assert record.reason_to_wait(PaymentMode.REFUNDED, 2) is WaitingReason.INTEREST_UNPAID


def test_days_of_grace_are_not_late():
    loan = pays(person(grace_days=3), (person().schedule[0].total.amount, date(2024, 9, 23)))
    late = pays(person(grace_days=3), (person().schedule[0].total.amount, date(2024, 9, 24)))

    assert [repayment_record(one, as_of=date(2024, 10, 1)).clean for one in (loan, late)] == [
        True,
        False,
    ]


def test_days_of_a_pause_are_not_late():
    loan = pause_delinquency(person(), on=date(2024, 9, 1), until=date(2024, 12, 31), ref="停1")
    loan = pays(loan, (person().schedule[0].total.amount, date(2024, 12, 31)))

    # What falls due on 20 December is unpaid when the pause ends.
    assert repayment_record(loan, as_of=date(2024, 12, 31)).clean
    assert not repayment_record(loan, as_of=date(2025, 1, 1)).clean


def test_a_due_date_on_a_holiday_is_met_on_the_working_day_after_it():
    # 20 September 2024 to be a holiday, as is the weekend after it: Monday the 23rd.
    amount = person().schedule[0].total.amount
    loan = pays(person(), (amount, date(2024, 9, 23)))
    late = pays(person(), (amount, date(2024, 9, 24)))

    def is_workday(day):
        return day.weekday() < 4

    assert repayment_record(loan, as_of=date(2024, 10, 1), is_workday=is_workday).clean
    assert not repayment_record(late, as_of=date(2024, 10, 1), is_workday=is_workday).clean
    assert not repayment_record(loan, as_of=date(2024, 10, 1)).clean
    request = asks(loan, quarter=Q3, under=ZHEJIANG, is_workday=is_workday)
    assert [one.reason for one in request.waiting] == [WaitingReason.NOT_SETTLED]


def test_what_is_not_paid_is_late_from_the_day_after():
    assert repayment_record(person(), as_of=date(2024, 9, 20)).clean
    assert not repayment_record(person(), as_of=date(2024, 9, 21)).clean


@pytest.mark.parametrize("end", [accelerate, write_off])
def test_a_loan_called_in_or_written_off_is_not_clean(end):
    loan = end(person(), on=date(2024, 8, 5), ref="违约1")
    if end is accelerate:
        owed = loan.position(as_of=date(2024, 8, 5)).arrears
        loan = loan.repay(owed, on=date(2024, 8, 6), ref="R")
        assert loan.position(as_of=date(2024, 8, 6)).settled

    record = repayment_record(loan, as_of=date(2024, 9, 23))

    assert not record.clean
    assert record.reason_to_wait(PaymentMode.REFUNDED_AFTER_SETTLEMENT, 1) is (
        WaitingReason.WAS_OVERDUE
    )


def test_a_loan_the_fund_paid_for_is_not_clean_even_when_all_was_recovered():
    fund, loan = pay_claim(a_fund(), person(), on=date(2024, 12, 19), ref="代偿1")
    owed = loan.position(as_of=date(2024, 12, 19))
    owed_fen = owed.subrogated_fen + owed.outstanding_fen + owed.arrears_interest_fen
    _, loan = receive_recovery(
        fund,
        loan,
        cny(owed_fen // 100) + cny("0.01") * (owed_fen % 100),
        on=date(2024, 12, 20),
        ref="追偿1",
    )

    assert asks(loan, quarter=Q4, **LATER).lines == ()


def test_an_extension_is_not_late():
    loan = pays_on_time(person(), 1, 4)
    loan = extend(loan, months=6, on=date(2025, 6, 20), ref="展1")

    assert repayment_record(loan, as_of=date(2025, 6, 23)).clean


def test_a_due_day_found_out_later_takes_back_what_was_refunded():
    # The payment of 20 September was booked on the wrong day: it came on the 25th.
    loan = pays_on_time(person(), 1, 5)
    whole = asks(loan, quarter=Q2, on=date(2025, 6, 23), **LATER)
    wrong = loan.reverse(2, on=date(2025, 7, 1), ref="冲1")
    right = pays(wrong, (person().schedule[0].total.amount, date(2024, 9, 25), date(2025, 7, 1)))

    later = asks(right, quarter=replace(Q3, year=2025), earlier=(whole,), under=ZHEJIANG)

    assert later.corrected == -whole.amount
    assert len(later.corrections) == 4


def test_each_reason_is_told_in_chinese():
    assert [reason.zh for reason in WaitingReason] == [
        "借款人尚未付息",
        "贷款尚未结清",
        "贷款曾逾期",
    ]
