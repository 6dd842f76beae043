"""What a unit of work has written is named by its keys: what to repeat if the answer is lost."""

from datetime import date

from histories import a_loan
from microloan import AssignedTo, Assignment
from microloan.reminder import Channel, Contact, Outcome
from microloan.store import ActKey
from microloan.visit import BusinessState, FollowUpVisit
from requesting import Q3, asks, lent

HANDED = Assignment(
    loan_id="HT-1", what=AssignedTo.OFFICER, value="O-1", on=date(2024, 4, 15), ref="管1"
)
VISIT = FollowUpVisit(
    loan_id="HT-1",
    on=date(2024, 4, 10),
    ref="访1",
    visitors=("O-1",),
    state=BusinessState.NORMAL,
    on_site=False,
)
CONTACT = Contact(
    loan_id="HT-1",
    due_on=date(2024, 2, 15),
    days=-1,
    on=date(2024, 2, 14),
    channel=Channel.PHONE,
    officer="O-1",
    outcome=Outcome.NOT_REACHED,
    ref="催1",
)
KEYS = (
    ActKey("HT-1", "officer", "管1"),
    ActKey("HT-1", "visit", "访1"),
    ActKey("HT-1", "contact", "催1"),
)


def record(uow):
    uow.assignments.record(HANDED)
    uow.follow_up.record(VISIT, CONTACT)


def test_records_are_named_by_loan_kind_and_number(database):
    database.keep(a_loan(guarantee=None))
    with database.work() as uow:
        record(uow)
        assert uow.written == KEYS
        uow.commit()


def test_records_that_stand_already_are_not_named_again(database):
    database.keep(a_loan(guarantee=None))
    with database.work() as uow:
        record(uow)
        record(uow)
        assert uow.written == KEYS
        uow.commit()
    with database.untouched(), database.work() as uow:
        record(uow)
        assert uow.written == ()
        uow.commit()


def test_a_request_is_named_by_its_bank_and_quarter(database):
    loan = lent(guarantee=None)
    database.keep(loan)
    request = asks(loan, quarter=Q3)
    with database.work() as uow:
        uow.requests.save(request)
        uow.requests.save(request)
        assert uow.written == (ActKey(request.lender, "request", str(Q3)),)
        uow.commit()


def test_what_was_not_committed_is_not_named_by_the_next_unit(database):
    work = database.work()
    with work as uow:
        uow.save(a_loan(guarantee=None))
        assert [key.kind for key in uow.written] == ["admission", "disbursement"]
    with work as uow:
        assert uow.written == ()
