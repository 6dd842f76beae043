"""A synthetic book for auditors: thousands of clean loans, and faults to plant in it one by one.

Everything follows from the number of a loan; nothing is drawn by chance. The loans are of 2024, a
year each, at 3.95 %, with interest on the 20th of each quarter; the treasury bears half of it,
center and county alike. Some are of other kinds, as ``audit_kinds`` has them. Loans of BANK-1 and
BANK-2 are asked for by the book's own requests, those of BANK-3 in files of another system. Every
fortieth borrower stopped paying in September; the fund paid for every second of those, and
recovered a part of every second payout. Persons live in a county that does not exist (990101).
"""

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from audit_kinds import CALLED_ON, COURSES, TIMES, kind_of, paid_on_time, unpaid_dues
from microloan import (
    ZERO,
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Guarantee,
    GuaranteeFund,
    HalfYear,
    InterestQuarter,
    Loan,
    LoanTerms,
    Reference,
    Settlement,
    cny,
    fen,
    from_fen,
    pay_claim,
    percent,
    receive_recovery,
)
from microloan.bank_row import BankLoan
from microloan.budget import Budget
from microloan.checks import (
    Business,
    Facts,
    FundFlow,
    Limits,
    LoanFile,
    LoanMarks,
    OutstandingRow,
    Person,
    SubsidyRow,
    Suretyship,
)
from microloan.clearing import TreasuryPayment
from microloan.dossier import Department, SignOff
from microloan.filing import draw_request
from microloan.frozen_line import freeze_line
from microloan.fund_path import leverage_path
from microloan.ledger_notes import note_all
from microloan.levels import add_up, divide
from microloan.party import BlacklistEntry, ExcludedStatus, Status
from microloan.reminder import Contact, Outcome
from microloan.store import UnitOfWork
from microloan.subsidy import subsidize
from microloan.visit import BusinessState, FollowUpVisit
from requesting import HALVES, RULES

AS_OF = date(2024, 12, 30)
FIRST, DAYS = date(2024, 1, 3), 160
HALF = HalfYear(2024, 1)
BOOK = "990101"
Q3_DUE, PAID_ON = date(2024, 9, 20), date(2024, 12, 24)
QUARTERS = tuple(InterestQuarter(2024, number) for number in (1, 2, 3, 4))
PROMISE = Guarantee(fund_id="F-01", coverage=percent("80"), claimable_after_days=90)
PERSON = Category(
    kind=BorrowerKind.INDIVIDUAL, groups={"returning_migrant"}, reference=Reference.LPR_1Y
)
CAP = RULES.leverage_cap.at(AS_OF).value
LIMITS = Limits(
    tolerance=cny("0.01"),
    unpaid_days=(AS_OF - Q3_DUE).days,
    cluster_size=5,
    days_between=30,
    outflows=frozenset({"claim_payout", "expense", "withdrawal"}),
    least_age=18,
)
LISTS = (
    *("persons", "suretyships", "businesses", "blacklist", "statuses", "files", "marks"),
    *("bank_loans", "subsidies", "payments", "budgets", "outstanding", "flows", "payouts"),
    *("overdue_payments", "reports"),
)
"""What a host hands in."""
NO_NOTES = note_all()
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@contextmanager
def untraced():
    """Measure the library, not the tracer that counts its lines."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


@dataclass(kw_only=True)
class Sample:
    """Loans and facts that belong together; adding two gives both."""

    loans: list = field(default_factory=list)
    funds: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    visits: list = field(default_factory=list)
    contacts: list = field(default_factory=list)
    lists: dict = field(default_factory=dict)

    def __add__(self, other):
        names = [*self.lists, *(name for name in other.lists if name not in self.lists)]
        return Sample(
            loans=[*self.loans, *other.loans],
            funds=[*self.funds, *other.funds],
            requests=[*self.requests, *other.requests],
            visits=[*self.visits, *other.visits],
            contacts=[*self.contacts, *other.contacts],
            lists={name: [*self.lists.get(name, ()), *other.lists.get(name, ())] for name in names},
        )

    def handed_in(self):
        """The facts of a host; the book holds the others."""
        given = {name: tuple(self.lists.get(name, ())) for name in LISTS}
        return Facts(limits=LIMITS, shares=HALVES, **given)

    def facts(self):
        """All facts, for an audit without a store."""
        return replace(
            self.handed_in(),
            funds=tuple(self.funds),
            requests=tuple(self.requests),
            visits=tuple(self.visits),
            contacts=tuple(self.contacts),
            closings=tuple(freeze_line(loan, HALF, notes=NO_NOTES) for loan in self.loans),
            leverages=tuple(
                leverage_path(fund, self.loans, under=RULES, until=AS_OF).at(AS_OF)
                for fund in self.funds
            ),
        )


# ---- one clean loan and all that is known of it


def id_number(number, born_on):
    """A number with a right checksum, of a county that does not exist."""
    body = f"990101{born_on:%Y%m%d}{number % 1000:03}"
    weighted = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[weighted % 11]


def a_person(name, number, **facts):
    """A person born on a day of her own, so that no number comes twice."""
    born_on = date(1970, 1, 1) + timedelta(days=number % 9000)
    usual = {"id": name, "name": f"N-{name}", "born_on": born_on}
    return Person(**usual | {"id_number": id_number(number // 9000, born_on)} | facts)


def a_loan(
    name,
    *,
    borrower="",
    lender="BANK-9",
    category=PERSON,
    guarantee=PROMISE,
    disbursed=None,
    **agreed,
):
    """A loan paid out in full; what is not said is as in the heading."""
    usual = {
        "principal": cny(120_000),
        "annual_rate": percent("3.95"),
        "disbursed_on": FIRST,
        "months": 12,
        "amortization": Amortization.INTEREST_ONLY,
        "interval_months": 3,
        "settlement": Settlement(20),
        "day_count": DayCount.ACT_360,
    }
    return Loan.grant(
        name,
        borrower=borrower or f"B-{name}",
        lender=lender,
        category=category,
        terms=LoanTerms(**usual | agreed),
        guarantee=guarantee,
        **({} if disbursed is None else {"disbursed": disbursed}),
    )


def paid(loan, until=AS_OF):
    """The loan with everything paid on the day it fell due."""
    for due in loan.schedule:
        if due.due_on <= until:
            loan = loan.repay(due.total, on=due.due_on, ref=f"回单{due.number}")
    return loan


def rows_of(loan, **changes):
    """The rows of a file that asks for what the loan is entitled to."""
    rows = []
    for line in subsidize(loan, under=RULES, as_of=AS_OF):
        subsidy = line.treasury_fen
        row = SubsidyRow(
            loan_id=loan.id,
            ref=f"附表{line.number}",
            opens_on=line.segments[0].opens_on,
            closes_on=line.segments[-1].closes_on,
            contract=loan.terms.principal,
            principal=from_fen(max(one.subsidized_fen for one in line.segments)),
            annual_rate=line.annual_rate,
            interest=line.interest,
            subsidy=line.treasury,
            levels=divide(subsidy, HALVES.value),
        )
        rows.append(replace(row, **changes))
    return rows


def asking(row, subsidy_fen, **changes):
    """The row asking for another amount, split over the levels as it must be."""
    parts = {"subsidy": from_fen(subsidy_fen), "levels": divide(subsidy_fen, HALVES.value)}
    return replace(row, **parts | changes)


def a_visit(loan_id, on):
    return FollowUpVisit(
        loan_id=loan_id,
        on=on,
        ref=f"回访 {loan_id} {on}",
        visitors=("U-1",),
        state=BusinessState.NORMAL,
    )


def chased(loan_id, due_on, until=AS_OF):
    """Every rung of the ladder for a due day, taken on its day."""
    return [
        Contact(
            loan_id=loan_id,
            due_on=due_on,
            days=rung.days,
            on=due_on + timedelta(rung.days),
            channel=rung.channel,
            officer="U-1",
            outcome=Outcome.DELIVERED,
            ref=f"催收 {loan_id} {due_on} {rung.days}",
        )
        for rung in RULES.reminder_ladder.at(due_on).value
        if due_on + timedelta(rung.days) <= until
    ]


def reminded(loan):
    """The reminders of what will fall due, by the day of the audit."""
    days = {due.due_on for due in unpaid_dues(loan, AS_OF) if due.due_on > AS_OF}
    return [one for day in sorted(days) for one in chased(loan.id, day)]


def signed(on, by=("U-3", "U-4", "U-5")):
    return tuple(
        SignOff(department=department, person=person, on=on)
        for department, person in zip(Department, by, strict=True)
    )


def around(loan, number, *, rows=None, **changes):
    """All that a clean loan comes with; ``changes`` replace whole lists."""
    on = loan.terms.disbursed_on
    lists = {
        "persons": [a_person(loan.borrower, number), a_person(f"G-{loan.id}", number + 4500)],
        "suretyships": [Suretyship(person=f"G-{loan.id}", loan_id=loan.id)],
        "businesses": [Business(loan_id=loan.id, holder=loan.borrower, opened_on=date(2020, 5, 6))],
        "files": [
            LoanFile(loan_id=loan.id, prepared_by="U-1", decided_on=on, sign_offs=signed(on))
        ],
        "marks": [
            LoanMarks(
                loan_id=loan.id,
                phone=f"P-{loan.id}",
                account=f"A-{loan.id}",
                handler=f"U-{number % 10}",
            )
        ],
        "bank_loans": [bank_loan(loan)],
        "subsidies": rows_of(loan) if rows is None else rows,
    }
    usual = {"visits": [a_visit(loan.id, date(2024, 11, 5))]}
    changes["contacts"] = [*reminded(loan), *changes.get("contacts", ())]
    parts = {
        name: changes.pop(name)
        for name in ("loans", "visits", "contacts", "funds")
        if name in changes
    }
    return Sample(**{"loans": [loan]} | usual | parts, lists=lists | changes)


def bank_loan(loan, **changes):
    """The loan by the bank's own list."""
    stated = {
        "contract": loan.id,
        "principal": loan.terms.principal,
        "disbursed_on": loan.terms.disbursed_on,
        "outstanding": loan.position(as_of=AS_OF).outstanding,
    }
    return BankLoan(**stated | changes)


# ---- a book in a store


def keep(engine, sample, under):
    """Store what a book holds of a sample; loans enter first, payouts with their funds then."""
    with UnitOfWork(engine, book=BOOK) as uow:
        for fund in sample.funds:
            uow.save(replace(fund, entries=fund.entries[:1]))
        if sample.loans:
            last = max(loan.terms.disbursed_on for loan in sample.loans)
            uow.admit_all(map(_before_payout, sample.loans), under=under, on=last)
        for fund in sample.funds:
            paid_for = (one for one in sample.loans if one.payout and _fund_of(one) == fund.id)
            uow.save(fund, *paid_for)
        for request in sample.requests:
            uow.requests.save(request)
        uow.follow_up.record(*sample.visits, *sample.contacts)
        uow.commit()


def _before_payout(loan):
    payout = loan.payout
    return loan if payout is None else replace(loan, entries=loan.entries[: payout.number - 1])


def _fund_of(loan):
    return loan.guarantee.fund_id


# ---- the clean book


def a_book(size):
    """A clean book of so many loans, with its fund, its requests, visits, contacts and lists."""
    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    fund = fund.deposit(cny(200_000_000), on=date(2024, 1, 2), ref="财预1")
    book = Sample()
    parts = []
    for number in range(size):
        fund, part = _clean(number, fund)
        parts.append(part)
    book = _joined(parts)
    book.funds = [fund]
    book.requests = _requests([loan for loan in book.loans if loan.lender != "BANK-3"])
    book.lists["payments"] = [one for request in book.requests for one in _paying(request)]
    book.lists["blacklist"] = [BlacklistEntry(person="X-1", since=FIRST)]
    book.lists["statuses"] = [ExcludedStatus(person="X-2", status=Status.RETIRED, since=FIRST)]
    book.lists["flows"] = [
        FundFlow(fund_id="F-09", kind="expense", amount=cny(-500), on=FIRST, ref="支1")
    ]
    book.lists["budgets"] = [_exact_budget(book)]
    return book


def _joined(parts):
    names = sorted({name for part in parts for name in part.lists})
    return Sample(
        loans=[one for part in parts for one in part.loans],
        visits=[one for part in parts for one in part.visits],
        contacts=[one for part in parts for one in part.contacts],
        lists={name: [one for part in parts for one in part.lists.get(name, ())] for name in names},
    )


def _clean(number, fund):
    """One loan of the clean book, and the fund that may have paid for it."""
    name, lender = f"HT-{number:05}", f"BANK-{number % 3 + 1}"
    on = FIRST + timedelta(days=number % DAYS)
    kind, agreed = kind_of(number)
    amount = cny((40_000 + number * 37 % 1000 * 100) * TIMES.get(kind, 1))
    terms = {"principal": amount, "disbursed_on": on} | agreed
    if kind == "in two parts":
        terms["disbursed"] = from_fen(fen(amount) * 2 // 5)
    loan = a_loan(name, lender=lender, **terms)
    stopped = number % 40 == 39
    if stopped:
        loan = paid(loan, Q3_DUE - timedelta(1))
    else:
        loan = COURSES.get(kind, paid_on_time)(loan, AS_OF)
    contacts = []
    if stopped or kind == "called in":
        contacts = [one for due in (Q3_DUE, date(2024, 12, 20)) for one in chased(name, due)]
    if kind == "called in":
        contacts += [one for one in chased(name, CALLED_ON) if one.days > 0]
    if number % 80 == 79:
        fund, loan = pay_claim(fund, loan, on=PAID_ON, ref=f"代偿{number}")
    if number % 160 == 159:
        back = {"on": PAID_ON + timedelta(3), "ref": f"追偿{number}"}
        fund, loan = receive_recovery(fund, loan, cny(10_000), **back)
    rows = None if lender == "BANK-3" else []
    more = {"outstanding": [_half(loan)]} if lender == "BANK-3" else {}
    part = around(loan, number, rows=rows, contacts=contacts, **more)
    if kind == "spouse":
        _marry(part, loan)
    return fund, part


def _marry(part, loan):
    """The business stands on the license of the borrower's spouse, by the register of both."""
    spouse = f"S-{loan.id}"
    part.lists["persons"][0] = replace(part.lists["persons"][0], spouse=spouse)
    part.lists["persons"].append(Person(id=spouse, spouse=loan.borrower))
    part.lists["businesses"] = [replace(part.lists["businesses"][0], holder=spouse)]


def _half(loan):
    """The second half-year of a loan by another ledger."""
    opening = loan.position(as_of=date(2024, 6, 30)).outstanding
    closing = loan.position(as_of=AS_OF).outstanding
    payout = loan.payout
    by_fund = ZERO if payout is None else from_fen(payout.principal_fen)
    return OutstandingRow(
        loan_id=loan.id,
        since=date(2024, 7, 1),
        until=AS_OF,
        opening=opening,
        repaid=opening - by_fund - closing,
        closing=closing,
        paid_by_fund=by_fund,
    )


def _requests(loans):
    made = []
    for lender in sorted({loan.lender for loan in loans}):
        mine = [loan for loan in loans if loan.lender == lender]
        for quarter in QUARTERS:
            made.append(
                draw_request(
                    mine,
                    lender=lender,
                    quarter=quarter,
                    under=RULES,
                    shares=HALVES,
                    on=quarter.last_day + timedelta(3),
                    earlier=tuple(one for one in made if one.lender == lender),
                )
            )
    return made


def _paying(request):
    return [
        TreasuryPayment(
            lender=request.lender,
            quarter=request.quarter,
            level=one.level,
            amount=one.amount,
            on=request.on + timedelta(5),
            ref=f"拨 {request} {one.level.value}",
        )
        for one in request.levels
        if one.amount_fen and request.on + timedelta(5) <= AS_OF
    ]


def _exact_budget(book):
    """A budget of exactly what is asked, so that the clean book lies on it."""
    asked = [one for request in book.requests for one in request.levels]
    asked += [one for row in book.lists["subsidies"] for one in row.levels]
    return Budget(year=2024, levels=add_up(asked))
