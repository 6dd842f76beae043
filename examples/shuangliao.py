"""The Shuangliao programme 2004-2011 in one book: kept, closed half-year by half-year, and read.

Run it with ``python3 dev.py demo``. The first run builds the book in a SQLite file, the next ones
open it and change nothing. All rows are 模拟 simulated; only the totals were published (see
shuangliao_rows.py).
"""

import gc
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from time import perf_counter

from shuangliao_rows import (
    DEPOSITS,
    FIRST_YEAR,
    FUND,
    LAST_YEAR,
    PUBLISHED,
    Act,
    Row,
    acts_of,
    all_rows,
    granted,
)
from shuangliao_screens import print_screens
from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
)

from microloan import (
    GuaranteeFund,
    HalfYear,
    Loan,
    Policy,
    cny,
    pay_claim,
    policy,
    receive_recovery,
)
from microloan.store import UnitOfWork, create_all, metadata

BOOK = "990382"  # an impossible county code
LAST_CLOSED = HalfYear(2011, 1)

# The office's own table, pointing to our columns: ventures and jobs are no part of a loan.
office = MetaData()
_loan = metadata.tables["microloan_loan"]
outcome = Table(
    "office_outcome",
    office,
    Column("book_id", String(64), primary_key=True),
    Column("loan_id", String(64), primary_key=True),
    Column("ventures", Integer, nullable=False),
    Column("jobs", Integer, nullable=False),
    ForeignKeyConstraint(["book_id", "loan_id"], [_loan.c.book_id, _loan.c.loan_id]),
)


def main(arguments: Sequence[str]) -> None:
    """Build the book if it is not there, then print what an officer wants to see."""
    options = ArgumentParser(
        prog="dev.py demo", description="Keep the Shuangliao book and read it."
    )
    home = Path(__file__).resolve().parent.parent
    options.add_argument("file", nargs="?", default=home / "shuangliao.db", help="the SQLite file")
    path = Path(options.parse_args(arguments).file)
    if not path.parent.is_dir():
        options.error(f"there is no folder {path.parent}")
    gc.disable()  # a short run over many small objects without cycles: there is nothing to collect
    engine = create_engine(URL.create("sqlite", database=str(path)))
    rules = policy.load("cn", region="central")
    try:
        create_all(engine)
        office.create_all(engine)
        build(engine, rules)
        print_screens(engine, BOOK, outcome, rules)
    finally:
        engine.dispose()


@dataclass
class Book:
    """The book while it is built: the loans as they stand and what each has still to come."""

    rules: Policy
    fund: GuaranteeFund
    loans: dict[str, Loan]
    to_come: dict[str, list[Act]]


def build(engine: Engine, rules: Policy) -> None:
    """Keep the book half-year by half-year; a half-year that is there already is left alone."""
    with UnitOfWork(engine, book=BOOK) as uow:
        stored = set(uow.loans.ids())
    if len(stored) == PUBLISHED["borrowers"]:
        print("台账已在，未作任何改动。 The book is there; nothing was changed.")
        return
    rows = all_rows(rules)
    by_half = {
        HalfYear(year, half): [row for row in rows if row.disbursed_on in HalfYear(year, half)]
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for half in (1, 2)
    }
    with UnitOfWork(engine, book=BOOK) as uow:
        book = _read(uow, rules)
    print("建账 building the book, half-year by half-year; all rows are 模拟 simulated")
    for row in rows:
        if row.loan_id in book.loans:
            _plan(book, row)
    for half in (half for half, lent in by_half.items() if lent[0].loan_id not in stored):
        started = perf_counter()
        with engine.begin() as connection:
            done = _keep(connection, book, half, by_half[half])
            _note_outcomes(connection, by_half[half])
        print(f"  {half}  {done}  {perf_counter() - started:4.1f} s", flush=True)


def _read(uow: UnitOfWork, rules: Policy) -> Book:
    """Return the book as far as it is stored."""
    fund = GuaranteeFund(id=FUND, name="双辽小额贷款担保基金（模拟）")
    if FUND in uow.funds.ids():
        fund = uow.funds.get(FUND)
    loans = {loan.id: loan for loan in uow.loans.all()}
    return Book(rules=rules, fund=fund, loans=loans, to_come={})


def _plan(book: Book, row: Row) -> None:
    book.to_come[row.loan_id] = acts_of(row, book.loans[row.loan_id].schedule)


def _keep(connection: Connection, book: Book, half: HalfYear, lent: Sequence[Row]) -> str:
    """Keep one half-year in one transaction: deposits, what happened, new loans, closing."""
    with UnitOfWork(connection, book=BOOK) as uow:
        for on, yuan in DEPOSITS.items():
            if on in half:
                book.fund = book.fund.deposit(cny(yuan), on=on, ref=f"财预{on.year}-1")
        changed = {loan_id for loan_id in book.to_come if _happen(book, loan_id, half)}
        uow.save(book.fund, *(book.loans[loan_id] for loan_id in sorted(changed)))
        for on, rows in groupby(lent, key=attrgetter("disbursed_on")):
            uow.admit_all([_lend(book, row, half) for row in rows], under=book.rules, on=on)
        done = f"放款 {len(lent):5,} lent  变动 {len(changed):5,} loans moved"
        if half <= LAST_CLOSED:
            done += _close(uow, half)
        uow.commit()
    return done


def _lend(book: Book, row: Row, half: HalfYear) -> Loan:
    """Return a new loan with what happened to it in the half-year of its disbursement."""
    book.loans[row.loan_id] = granted(row, book.rules)
    _plan(book, row)
    _happen(book, row.loan_id, half)
    return book.loans[row.loan_id]


def _close(uow: UnitOfWork, half: HalfYear) -> str:
    started = perf_counter()
    closing = uow.close(half, on=half.last_day + timedelta(days=10))
    speed = closing.totals.loans / (perf_counter() - started)
    return f"  结账 {closing.totals.loans:5,} closed, {speed:5,.0f} loans a second"


def _happen(book: Book, loan_id: str, half: HalfYear) -> bool:
    """Let happen to a loan what is booked in the half-year; tell whether anything was."""
    due = [act for act in book.to_come[loan_id] if act.booked_on in half]
    for act in due:
        _do(book, loan_id, act)
    return bool(due)


def _do(book: Book, loan_id: str, act: Act) -> None:
    loan, when = book.loans[loan_id], {"on": act.on, "booked_on": act.booked_on}
    match act.kind:
        case "repay":
            total = loan.schedule[act.installment - 1].total
            book.loans[loan_id] = loan.repay(total, ref=act.ref, **when)
        case "claim":
            book.fund, book.loans[loan_id] = pay_claim(book.fund, loan, ref=act.ref, **when)
        case "recover":
            book.fund, book.loans[loan_id] = receive_recovery(
                book.fund, loan, cny(act.yuan), ref=act.ref, **when
            )


def _note_outcomes(connection: Connection, lent: Iterable[Row]) -> None:
    """Note ventures and jobs in the office's own table, in the same transaction."""
    rows = [
        {"book_id": BOOK, "loan_id": row.loan_id, "ventures": row.ventures, "jobs": row.jobs}
        for row in lent
    ]
    connection.execute(insert(outcome), rows)


if __name__ == "__main__":
    main(sys.argv[1:])
