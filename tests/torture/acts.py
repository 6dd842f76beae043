"""A year of an office in acts, each a unit of work: what the programmes interrupt and repeat."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from histories import ANY_RATE, RULES, a_loan
from microloan import (
    EntryKind,
    GuaranteeFund,
    HalfYear,
    cny,
    pay_claim,
    receive_recovery,
    reverse_both,
)
from microloan.assignment import AssignedTo, Assignment
from microloan.reminder import Channel, Contact, Outcome
from microloan.store import UnitOfWork
from microloan.visit import BusinessState, FollowUpVisit
from requesting import Q3, asks, lent

BOOK = "990101"
PAID_OUT = date(2024, 1, 15)
H1, H2 = HalfYear(2024, 1), HalfYear(2024, 2)


@dataclass(frozen=True)
class Act:
    """An act and what it is called."""

    name: str
    do: Callable[[UnitOfWork], None]


SCRIPT: list[Act] = []
"""The acts in the order in which they are done; each is committed on its own."""


def act(do):
    """Put an act into the script."""
    SCRIPT.append(Act(do.__name__.replace("_", " "), do))
    return do


def perform(engine, number):
    """Do one act of the script and keep it."""
    with UnitOfWork(engine, book=BOOK) as uow:
        SCRIPT[number].do(uow)
        uow.commit()


def repay(uow, loan_id, *numbers, booked_on=None):
    """Pay installments of a loan on their days."""
    loan = uow.loans.get(loan_id)
    for due in loan.schedule[numbers[0] - 1 : numbers[-1]]:
        ref = f"回单{due.number}"
        loan = loan.repay(due.total, on=due.due_on, ref=ref, booked_on=booked_on)
    uow.save(loan)


def both(uow, loan_id):
    """Return a loan's fund and the loan, as they are stored."""
    return uow.funds.get("F-01"), uow.loans.get(loan_id)


@act
def open_the_fund(uow):
    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    uow.save(fund.deposit(cny(1_000_000), on=date(2024, 1, 2), ref="财预1"))


@act
def admit_a_loan(uow):
    uow.admit(a_loan(), under=RULES, on=PAID_OUT)


@act
def admit_two_loans_at_once(uow):
    uow.admit(a_loan("HT-2"), under=RULES, on=PAID_OUT)
    uow.admit(a_loan("HT-3"), under=RULES, on=PAID_OUT)


@act
def store_a_loan_without_a_guarantee(uow):
    uow.save(a_loan("HT-4", guarantee=None))


@act
def take_three_payments(uow):
    repay(uow, "HT-1", 1, 2, 3)


@act
def assign_a_loan(uow):
    officer = {"what": AssignedTo.OFFICER, "value": "U-1"}
    uow.assignments.record(Assignment(loan_id="HT-1", **officer, on=PAID_OUT, ref="管1"))


@act
def record_a_visit_and_a_contact(uow):
    on, due_on = date(2024, 4, 16), date(2024, 4, 15)
    seen = {"visitors": ("U-1",), "state": BusinessState.NORMAL}
    told = {"channel": Channel.SMS, "officer": "U-1", "outcome": Outcome.DELIVERED}
    uow.follow_up.record(
        FollowUpVisit(loan_id="HT-2", on=on, ref="回访1", **seen),
        Contact(loan_id="HT-2", due_on=due_on, days=1, on=on, ref="催收1", **told),
    )


@act
def approve_a_loan(uow):
    uow.funds.approve(
        *("F-01", "HT-5", cny(50_000)),
        lender="BANK-1",
        lapses_on=date(2024, 12, 31),
        under=RULES,
        on=date(2024, 4, 20),
        ref="批1",
    )


@act
def withdraw_capital(uow):
    uow.funds.withdraw("F-01", cny(1_000), under=RULES, on=date(2024, 5, 6), ref="减1")


@act
def pay_a_claim(uow):
    uow.save(*pay_claim(*both(uow, "HT-2"), on=date(2024, 6, 3), ref="代偿1"))


@act
def lend_what_was_approved(uow):
    lent_on = date(2024, 6, 5)
    loan = a_loan("HT-5", principal=cny(50_000), disbursed_on=lent_on)
    uow.admit(loan, under=RULES, on=lent_on)


@act
def receive_and_repay_at_once(uow):
    fund, loan = both(uow, "HT-2")
    uow.save(*receive_recovery(fund, loan, cny(5_000), on=date(2024, 6, 20), ref="追偿1"))
    repay(uow, "HT-1", 4, 5)


@act
def admit_a_quarterly_loan(uow):
    uow.admit(lent("HT-6"), under=ANY_RATE, on=date(2024, 6, 21))


@act
def close_the_first_half(uow):
    uow.close(H1, on=date(2024, 7, 5))


@act
def undo_the_recovery(uow):
    fund, loan = both(uow, "HT-2")
    recovery = next(one.number for one in loan.entries if one.kind is EntryKind.RECOVERY)
    uow.save(*reverse_both(fund, loan, recovery, on=date(2024, 7, 8), ref="冲1"))


@act
def open_the_first_half_again(uow):
    uow.reopen(H1, on=date(2024, 7, 9), reason="漏记一笔还款")


@act
def enter_what_was_forgotten(uow):
    repay(uow, "HT-4", 1, 2)


@act
def close_the_first_half_again(uow):
    uow.close(H1, on=date(2024, 7, 10))


@act
def request_a_subsidy(uow):
    uow.requests.save(asks(uow.loans.get("HT-6"), quarter=Q3))


@act
def pay_two_loans_at_once(uow):
    repay(uow, "HT-1", 6, 7, booked_on=date(2024, 9, 1))
    repay(uow, "HT-3", 1, 2, booked_on=date(2024, 9, 1))


@act
def close_the_second_half(uow):
    uow.close(H2, on=date(2025, 1, 6))
