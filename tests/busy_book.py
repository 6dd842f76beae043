"""A book in which everything that can be recorded was recorded once, by the library itself.

The book of version 0001 in ``tests/store/first_books`` was written by these same acts.
"""

from datetime import date

from histories import RULES, a_loan, pays_on_time
from microloan import GuaranteeFund, HalfYear, cny, pay_claim
from microloan.assignment import AssignedTo, Assignment
from microloan.reminder import Channel, Contact, Outcome
from microloan.visit import BusinessState, FollowUpVisit, Prospect, make_visit
from requesting import CLOSED, Q3, Q4, asks, lent

H1 = HalfYear(2024, 1)
CONTACT = Contact(
    loan_id="HT-1",
    due_on=date(2024, 2, 15),
    days=-1,
    on=date(2024, 2, 14),
    channel=Channel.PHONE,
    officer="O-1",
    outcome=Outcome.NOT_REACHED,
    ref="访1",
)
BARE = FollowUpVisit(
    loan_id="HT-1",
    on=date(2024, 4, 10),
    ref="访0",
    visitors=("O-1",),
    state=BusinessState.NORMAL,
    on_site=False,
)


def write_busy_book(work):
    """Write the book, each act in a unit of work that ``work()`` gives."""
    _lend(work)
    _follow_up(work)
    _close(work)
    _pay_claim(work)
    _request(work)


def read_busy_book(work):
    """Ask the book every kind of question."""
    with work() as uow:
        return [
            *(list(uow.loans.all()), [uow.funds.get(name) for name in uow.funds.ids()]),
            *(uow.assignments.all(), uow.assignments.of("HT-1"), uow.assignments.known_at(1)),
            *(uow.requests.all(), uow.requests.known_at(1), uow.requests.of("BANK-1")),
            *(uow.follow_up.visits(), uow.follow_up.contacts(["HT-1", "HT-2"])),
            *(uow.half_years.closed(), uow.half_years.verify(H1)),
            uow.leverage("F-01", under=RULES, as_of=date(2024, 12, 31)),
            uow.leverage_path("F-01", under=RULES),
        ]


def _lend(work):
    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    with work() as uow:
        uow.save(fund.deposit(cny(1_000_000), on=date(2024, 1, 2), ref="财预1"))
        uow.commit()
    with work() as uow:
        for name in ("HT-1", "HT-2"):
            uow.admit(a_loan(name), under=RULES, on=date(2024, 1, 15))
        uow.save(lent("HT-3", guarantee=None))
        uow.commit()
    with work() as uow:
        uow.save(pays_on_time(a_loan("HT-1"), last=5), pays_on_time(a_loan("HT-2"), last=2))
        uow.commit()


def _follow_up(work):
    visit = make_visit(
        a_loan(),
        on=date(2024, 4, 10),
        ref="访1",
        visitors=("O-1", "O-2"),
        state=BusinessState.STRAINED,
        monthly_turnover=cny("31500.50"),
        prospect=Prospect.FAIR,
        watch=True,
    )
    officer = {"what": AssignedTo.OFFICER, "value": "O-1", "on": date(2024, 1, 15), "ref": "管1"}
    with work() as uow:
        uow.assignments.record(*(Assignment(loan_id=name, **officer) for name in ("HT-1", "HT-2")))
        uow.follow_up.record(visit, BARE, CONTACT)
        uow.commit()


def _close(work):
    with work() as uow:
        uow.close(H1, on=date(2024, 7, 2))
        uow.reopen(H1, on=date(2024, 7, 5), reason="漏记一笔")
        uow.close(H1, on=date(2024, 7, 6))
        uow.commit()


def _pay_claim(work):
    with work() as uow:
        fund, loan = uow.funds.get("F-01"), uow.loans.get("HT-2")
        uow.save(*pay_claim(fund, loan, on=date(2024, 10, 10), ref="代偿1"))
        uow.commit()


def _request(work):
    with work() as uow:
        loan = uow.loans.get("HT-3")
        first = asks(loan, quarter=Q3)
        uow.requests.save(first)
        stops = {"HT-3": CLOSED["HT-1"]}
        uow.requests.save(asks(loan, quarter=Q4, earlier=(first,), stops=stops))
        uow.commit()
