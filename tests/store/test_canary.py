"""A canary: facts of people who do not exist, pushed through whatever takes a person's fact.

Names, citizens' numbers of a county that does not exist, phones and accounts are put into every
place of every such record, right and wrong, and through the store, its failures and its log. They
turn up in no representation, refusal, traceback, log, warning, pickle or row, but where the host
itself wrote them into a free text: a note, a remark, a next step, the reason of a reopening.
"""

import json
import logging
import pickle
import traceback
import warnings
from dataclasses import fields, replace
from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError

from applications import RULES, a_person, a_surety, an_application, assess
from audit_book import LIMITS
from histories import RULES as BOOK_RULES
from histories import a_loan, pays_on_time
from microloan import (
    GuaranteeFund,
    HalfYear,
    InvalidIdentity,
    InvalidTerms,
    MicroloanError,
    NotFound,
    cny,
)
from microloan.assignment import AssignedTo, Assignment
from microloan.bank_list import read_bank_loans, read_bank_repayments
from microloan.checks import (
    Business,
    Facts,
    LoanFile,
    LoanMarks,
    Person,
    Suretyship,
    read_rows,
)
from microloan.dossier import Department, SignOff, Visitor
from microloan.party import BlacklistEntry, EarlierLoan, ExcludedStatus, OtherLoan, Status
from microloan.programme import Aid, Award, Support, SupportKind, TrainingClass, Venture
from microloan.reconciliation import reconcile
from microloan.reminder import Channel, Contact, Outcome
from microloan.store import UnitOfWork
from microloan.visit import BusinessState, CheckItem, FollowUpVisit

NAME = "欧阳金丝雀"
LATIN = "Canary Ouyang"
NUMBERS = ("990101198001010014", "99010119800101009X")
PHONE = "13900001234"
ACCOUNT = "6222990000000000017"
CANARIES = (NAME, LATIN, *NUMBERS, PHONE, ACCOUNT)
DAY = date(2024, 1, 15)


class Cage:
    """Where canaries are looked for: all that is caught, as text."""

    def __init__(self):
        self.texts = []

    def holds(self, *things):
        for thing in things:
            self.texts += [repr(thing), str(thing)]

    def holds_refusal(self, error):
        """A refusal as a caller, a log or another process would have it."""
        self.holds(error, error.zh, error.value, error.limit, error.args)
        self.texts.append("".join(traceback.format_exception(error)))
        self.holds_pickle(error)

    def holds_pickle(self, thing):
        self.texts.append(pickle.dumps(thing).decode("utf-8", "replace"))

    def holds_findings(self, findings):
        for one in findings:
            self.holds(one, one.in_chinese())
            self.holds_pickle(one)

    def found(self, canaries=CANARIES):
        """The canaries that turn up, escaped or not."""
        texts = "\n".join(self.texts)
        shapes = {one: {one, ascii(one)[1:-1], json.dumps(one)[1:-1]} for one in canaries}
        return {one for one, forms in shapes.items() if any(form in texts for form in forms)}


@pytest.fixture
def cage():
    return Cage()


def test_a_function_that_repeats_what_it_was_given_is_found(cage):
    for canary in CANARIES:
        with pytest.raises(ValueError, match="no such person") as caught:
            raise ValueError(f"no such person: {canary}")
        cage.texts.append("".join(traceback.format_exception(caught.value)))

    assert cage.found() == set(CANARIES)


# ---- records of people, every place of each, right and wrong

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
VISIT = FollowUpVisit(
    loan_id="HT-1", on=DAY, ref="访0", visitors=("O-1",), state=BusinessState.NORMAL
)
RECORDS = (
    a_person(),
    a_surety(),
    OtherLoan(holder="B-1", purpose="car", lent_on=DAY, outstanding=cny(1)),
    EarlierLoan(id="HT-0", holder="B-1", lent_on=DAY, repaid_on=None, days_late=0),
    BlacklistEntry(person="B-1", since=DAY),
    ExcludedStatus(person="B-1", status=Status.RETIRED, since=DAY),
    an_application(),
    Visitor(person="U-1", organization="OFFICE"),
    SignOff(department=Department.BANK, person="U-1", on=DAY),
    Person(id="B-1"),
    Suretyship(person="G-1", loan_id="HT-1"),
    Business(loan_id="HT-1", holder="B-1", opened_on=DAY),
    LoanFile(loan_id="HT-1", prepared_by="U-1", decided_on=DAY, sign_offs=()),
    LoanMarks(loan_id="HT-1"),
    CONTACT,
    VISIT,
    Assignment(loan_id="HT-1", what=AssignedTo.OFFICER, value="O-1", on=DAY, ref="管1"),
    Award(person="B-1", on=DAY, amount_fen=1, ref="奖1"),
    Aid(holder="B-1", kind="rent", since=DAY, until=DAY, amount_fen=1, ref="补1"),
    Support(entrepreneur="B-1", kind=SupportKind.SITE, ref="扶1", on=DAY),
    TrainingClass(id="K-1", scheme="starters", ended_on=DAY, trained=frozenset({"B-1"})),
    Venture(id="V-1", borrowers=("B-1",), opened_on=DAY, jobs=1),
    a_loan(),
)
UNSEEN = {"id_number", "phone", "account"}
"""What a host may put such a fact into; it is in no representation."""
FREE_TEXTS = {"note", "remarks", "next_step"}
OF_THE_HOST = {"loan_id", "ref", "organization", "open_loans", "guarantees", "purpose", "lender"}
"""Numbers of contracts and papers, codes and banks: whatever is printable is taken."""
PEOPLE = {"borrower", "borrowers", "prepared_by", "holder", "person", "spouse", "officer"}
PEOPLE |= {"visitors", "entrepreneur", "trained", "started", "employed"}
"""Whose identity is asked for; the host's own is taken, a number of the person is not."""
PLACES = [
    pytest.param(record, one.name, id=f"{type(record).__name__}-{one.name}")
    for record in RECORDS
    for one in fields(record)
]


def shapes_of(canary):
    """A canary in the shapes in which a careless host may hand it in."""
    several = [(canary,), [canary], frozenset({canary}), {canary: canary}, ((canary, canary),)]
    numbers = [int(canary)] if canary.isdigit() else []
    return [canary, f" {canary}", f"{canary}\n", canary * 20, canary.encode(), *several, *numbers]


def is_an_identity(shape, place):
    """Tell whether a name stands where an identity is wanted: then it is one, as the host's are."""
    several = shape if isinstance(shape, tuple | frozenset) else (shape,)
    wanted = place in PEOPLE | {"id"}
    return wanted and any(one in (NAME, LATIN, ACCOUNT) for one in several)


@pytest.mark.parametrize(("record", "place"), PLACES)
def test_no_place_of_a_record_lets_a_canary_out(cage, record, place):
    for canary in CANARIES:
        for shape in shapes_of(canary):
            if is_an_identity(shape, place):
                continue
            try:
                made = replace(record, **{place: shape})
            except (AttributeError, TypeError) as fault:  # entries that are none
                cage.holds(fault)
            except MicroloanError as refusal:
                cage.holds_refusal(refusal)
            else:
                if place in UNSEEN:
                    cage.holds(made)

    assert cage.found() == set()


@pytest.mark.parametrize(
    ("record", "place"), [place for place in PLACES if place.values[1] in PEOPLE]
)
@pytest.mark.parametrize("canary", [*NUMBERS, PHONE])
def test_a_number_of_a_person_is_nowhere_taken_for_an_identity(record, place, canary):
    several = {tuple: (canary,), frozenset: frozenset({canary})}
    shape = several.get(type(getattr(record, place)), canary)

    with pytest.raises(MicroloanError) as caught:
        replace(record, **{place: shape})
    assert isinstance(caught.value, InvalidIdentity | InvalidTerms)


# ---- lists of a host and of a bank


def test_a_row_that_cannot_be_read_is_named_without_its_cells(cage):
    makers = (
        lambda row: Person(id=row["id"], born_on=date.fromisoformat(row["born"])),
        lambda row: Suretyship(person=row["id"], loan_id=f"{row['born']} "),
        lambda row: (cny(row["born"]), {"是": True}[row["id"]]),
        lambda row: int(row["id"]),
    )
    for canary in CANARIES:
        rows = [{"id": canary, "born": canary}, {"id": f" {canary}", "born": "x"}, canary]
        for make in makers:
            reading = read_rows("名册", rows, make)
            for refusal in reading.refused:
                cage.holds_refusal(refusal)
            cage.holds_findings(reading.findings)
            assert reading.refused

    assert cage.found() == set()


COLUMNS = ("借款人", "放贷金额", "实际利率", "放贷日", "到期日", "贷款余额")
LISTED = {"贷款合同编号": "HT-1", "放贷金额": "120000", "放贷日": "2024-01-15"}
LISTED |= {"贷款余额": "120000", "借款人": "B-1"}
PAID = {"贷款合同编号": "HT-1", "实还日期": "2024-02-15", "实还本金": "1", "实还利息": "1"}


def test_a_banks_list_is_compared_without_saying_whom_it_names(cage):
    for canary in (*CANARIES, f" {NAME}\n{PHONE}"):
        rows = [LISTED | {column: canary} for column in COLUMNS]
        rows = [row for row in rows if not row["放贷金额"] == row["贷款余额"] == canary]
        lists = (
            read_bank_loans([*rows, canary, {canary: canary}]),
            read_bank_repayments(
                [PAID | {column: canary} for column in PAID if column != "贷款合同编号"]
            ),
        )
        for listed in lists:
            differences = reconcile([a_loan()], listed, as_of=date(2024, 6, 30))
            assert differences
            cage.holds(*differences)
            cage.holds_findings([one.as_finding for one in differences])
            cage.holds(*(row for row in listed if getattr(row, "fault", "")))

    assert cage.found() == set()


# ---- questions about people


def test_an_assessment_speaks_of_numbers_without_saying_them(cage):
    people = {
        "applicants": (a_person(id_number=NUMBERS[0], born_on=date(1990, 1, 1)),),
        "counter_guarantors": (a_surety(id_number=NUMBERS[0]), a_surety("G-2", id_number=PHONE)),
    }
    application = an_application(**people)
    answer = assess(application, under=RULES, on=date(2024, 3, 15))

    assert any(one.code == "admission.id_number" for one in answer.findings)
    cage.holds(application, answer)
    cage.holds_findings(answer.findings)
    assert cage.found() == set()


def test_an_audit_compares_names_numbers_phones_and_accounts_without_saying_them(database, cage):
    with database.work() as uow:
        uow.save(*(replace(a_loan(f"HT-{number}"), guarantee=None) for number in (1, 2, 3)))
        uow.commit()
    ids = ("B-1", "B-2", "B-3", "B-1")
    numbers = (NUMBERS[0], NUMBERS[0], PHONE, NUMBERS[1])
    names = (NAME, LATIN, NAME, LATIN)
    persons = [
        Person(id=one, id_number=number, name=name, born_on=date(1990, 1, 1))
        for one, number, name in zip(ids, numbers, names, strict=True)
    ]
    marks = [LoanMarks(loan_id=f"HT-{number}", account=ACCOUNT) for number in (1, 2, 3)]
    facts = Facts(
        limits=replace(LIMITS, cluster_size=2), persons=tuple(persons), marks=tuple(marks)
    )
    with database.work() as uow:
        answer = uow.audit(facts, under=BOOK_RULES, as_of=date(2024, 12, 31))

    codes = {one.code for one in answer.findings}
    assert {"audit.k24_number_shared", "audit.k24_names_differ", "audit.k22_same_account"} <= codes
    cage.holds(facts, answer)
    cage.holds_findings(answer.findings)
    assert cage.found() == set()


# ---- the store: what it writes, logs and fails with


@pytest.fixture
def log(caplog):
    """Everything that is logged, SQLAlchemy's echo among it."""
    for name in ("sqlalchemy", "microloan"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def write_a_book(engine):
    """Write one of everything into a book; what is known of people stays with the host."""
    with UnitOfWork(engine, book="990101") as uow:
        fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
        uow.save(fund.deposit(cny(1_000_000), on=date(2024, 1, 2), ref="财预1"))
        uow.admit(a_loan(), under=BOOK_RULES, on=DAY)
        uow.assignments.record(
            Assignment(loan_id="HT-1", what=AssignedTo.OFFICER, value="O-1", on=DAY, ref="管1")
        )
        uow.follow_up.record(CONTACT, VISIT)
        uow.save(pays_on_time(uow.loans.get("HT-1"), last=5))
        uow.close(HalfYear(2024, 1), on=date(2024, 7, 2))
        uow.commit()


def careless(uow):
    """Acts with a canary where it does not belong."""
    for canary in (*NUMBERS, PHONE):
        yield lambda canary=canary: uow.save(replace(a_loan("HT-2"), borrower=canary))
        yield lambda canary=canary: uow.follow_up.record(replace(CONTACT, officer=canary))
    for canary in CANARIES:
        yield lambda canary=canary: uow.save(canary)
        yield lambda canary=canary: uow.admit(canary, under=BOOK_RULES, on=DAY)
        yield lambda canary=canary: uow.close(canary, on=DAY)
        yield lambda canary=canary: uow.reopen(HalfYear(2024, 1), on=DAY, reason=f"{canary}\n")
        yield lambda canary=canary: uow.follow_up.record(canary)
        yield lambda canary=canary: uow.requests.save(canary)
        yield lambda canary=canary: uow.verify(anchor=canary)
        yield lambda canary=canary: UnitOfWork(canary, book="990101")
        yield lambda canary=canary: uow.leverage("F-01", under=BOOK_RULES, as_of=canary)


def test_a_book_is_written_and_misused_without_a_trace_of_anybody(database, cage, log):
    engine = database.new_engine(echo="debug")
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        write_a_book(engine)
        with UnitOfWork(engine, book="990101") as uow:
            for act in careless(uow):
                try:
                    act()
                except MicroloanError as refusal:
                    cage.holds_refusal(refusal)
            uow.commit()
    cage.holds(*warned, log.text, database.raw.contents())

    assert "INSERT INTO microloan_loan" in log.text
    assert cage.found() == set()


@pytest.mark.parametrize("canary", [*NUMBERS, PHONE])
def test_what_is_looked_for_by_a_number_of_a_person_is_not_found_and_not_repeated(
    database, cage, canary
):
    with database.work() as uow:
        for look in (uow.loans.get, uow.funds.get):
            with pytest.raises(NotFound) as caught:
                look(canary)
            cage.holds_refusal(caught.value)

    assert cage.found() == set()


@pytest.mark.parametrize("canary", CANARIES)
def test_what_a_driver_says_of_a_row_goes_no_further(database, cage, log, canary):
    database.trip("microloan_loan", f"the row is {canary}")

    with database.work() as uow, pytest.raises(MicroloanError) as caught:
        uow.save(replace(a_loan(), guarantee=None))

    cage.holds_refusal(caught.value)
    cage.texts.append(log.text)
    assert caught.value.code == "store.storage_refused"
    assert cage.found() == set()


def test_the_driver_itself_does_say_it_so_that_the_harness_can_fail(database, cage):
    database.trip("microloan_loan", f"the row is {PHONE}")
    words = "INSERT INTO microloan_loan (book_id, loan_id) VALUES ('990101', 'HT-9')"

    with database.engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.exec_driver_sql(words)

    cage.texts.append("".join(traceback.format_exception(caught.value)))
    assert cage.found() == {PHONE}


def test_a_free_text_holds_what_the_host_wrote_and_nothing_else_does(database, cage):
    write_a_book(database.engine)
    with database.work() as uow:
        uow.reopen(HalfYear(2024, 1), on=date(2024, 7, 5), reason=f"漏记 {NAME}")
        uow.follow_up.record(
            replace(CONTACT, ref="访2", note=f"电 {NAME} {PHONE}"),
            replace(
                VISIT, ref="访3", remarks=((CheckItem.HEALTH, NAME),), next_step=f"致电 {PHONE}"
            ),
        )
        uow.commit()
    places = {"reopening": ["reason"], "contact": ["note"], "visit": ["remarks", "next_step"]}
    names = [name.removeprefix("microloan_") for name in database.tables()]

    hits = set()
    for name in names:
        for column in database.columns(f"microloan_{name}"):
            found = Cage()
            found.holds(database.sql(f"SELECT {column} FROM microloan_{name}"))
            hits |= {(name, column)} if found.found() else set()
    assert hits == {(name, column) for name, columns in places.items() for column in columns}
