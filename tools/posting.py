"""Acts posted through the store, and the same rows written by bare SQLAlchemy Core.

For tools/strength.py. Bare means: the INSERTs and UPDATEs that our act leaves behind and nothing
else: no lock, no cap, no key, no chain, no guard.
"""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import (
    Engine,
    Select,
    Table,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    update,
)

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Guarantee,
    GuaranteeFund,
    Loan,
    LoanTerms,
    cny,
    percent,
    policy,
)
from microloan.store import UnitOfWork, create_all, metadata
from microloan.store.tables import book, fund, fund_day, fund_entry, loan, loan_entry

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
from postgres_server import drop_database, fresh_database

RULES, BOOK, FUNDS = policy.load("cn", region="central"), "990101", 8
FIRST_DAY, DAYS = date(2024, 1, 15), 300
BATCH = 40


def some_loan(number: int, fund_id: str = "F-0") -> Loan:
    """Return a level loan of 36 months, paid out on one of 300 days."""
    return Loan.grant(
        f"HT-{number:07}",
        borrower=f"B-{number:07}",
        lender=f"BANK-{number % 4}",
        category=Category(kind=BorrowerKind.INDIVIDUAL, groups={"returning_migrant"}),
        terms=LoanTerms(
            principal=cny(50_000),
            annual_rate=percent("3.95"),
            disbursed_on=FIRST_DAY + timedelta(days=number % DAYS),
            months=36,
            amortization=Amortization.EQUAL_INSTALLMENTS,
            day_count=DayCount.THIRTY_360,
        ),
        guarantee=Guarantee(fund_id=fund_id, coverage=percent("80"), claimable_after_days=90),
    )


def opened(url: str) -> Engine:
    """Return an engine whose writers wait for their turn; each process has its own."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def in_no_hurry(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA busy_timeout = 60000")

    return engine


@contextmanager
def new_database(kind: str) -> Iterator[str]:
    """Yield the address of an empty database: a file, or one of a server of the tests."""
    if kind == "sqlite":
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'book.db'}"
    else:
        url = fresh_database()
        yield url
        drop_database(url)


@contextmanager
def both(kind: str) -> Iterator[tuple[str, str]]:
    """Yield two databases with eight rich funds each: one of ours, one with the bare tables."""
    with new_database(kind) as ours, new_database(kind) as bare:
        engine = opened(ours)
        create_all(engine)
        with UnitOfWork(engine, book=BOOK) as uow:
            for number in range(FUNDS):
                one = GuaranteeFund(id=f"F-{number}", name="county")
                uow.save(one.deposit(cny(10**9), on=date(2009, 1, 1), ref="D1"))
            uow.commit()
        plain = opened(bare)
        metadata.create_all(plain)
        with engine.connect() as old, plain.begin() as new:
            for table in (book, fund, fund_entry, fund_day):
                rows = [dict(row) for row in old.execute(select(table)).mappings()]
                new.execute(insert(table), rows)
        for each in (engine, plain):
            each.dispose()
        yield ours, bare


def post(engine: Engine, loans: list[Loan]) -> None:
    """Admit each loan and enter its first repayment, in two transactions, read in between."""
    for one in loans:
        with UnitOfWork(engine, book=BOOK) as uow:
            uow.admit(one, under=RULES, on=one.terms.disbursed_on)
            uow.commit()
        with UnitOfWork(engine, book=BOOK) as uow:
            stored = uow.loans.get(one.id)
            due = stored.schedule[0]
            uow.save(stored.repay(due.total, on=due.due_on, ref="R1"))
            uow.commit()


_MINE = (fund.c.book_id == BOOK, fund.c.fund_id == bindparam("of"))
_SUMS = ("exposure_fen", "covered_fen")
ADD_TO_FUND = (
    update(fund).where(*_MINE).values({name: fund.c[name] + bindparam(name) for name in _SUMS})
)
ADD_TO_DAY = (
    update(fund_day)
    .where(
        *(fund_day.c.book_id == BOOK, fund_day.c.fund_id == bindparam("of")),
        fund_day.c.effective_on == bindparam("day"),
    )
    .values({name: fund_day.c[name] + bindparam(name) for name in _SUMS})
)
MOVE_HEAD = (
    update(loan)
    .where(loan.c.book_id == BOOK, loan.c.loan_id == bindparam("of"))
    .values(entries=bindparam("number"), head=bindparam("last"))
)
Act = tuple[dict, list[dict]]


def acts_of(engine: Engine, loans: list[Loan]) -> list[Act]:
    """Return the rows that our acts wrote: of each loan its own row and those of its entries."""
    with engine.connect() as connection:
        ids = [one.id for one in loans]
        found = connection.execute(_rows(loan, ids)).mappings()
        of = {row["loan_id"]: dict(row) for row in found}
        lines = [dict(row) for row in connection.execute(_rows(loan_entry, ids)).mappings()]
    return [(of[one], [line for line in lines if line["loan_id"] == one]) for one in ids]


def _rows(table: Table, ids: list[str]) -> Select:
    where = (table.c.book_id == BOOK, table.c.loan_id.in_(ids))
    return select(table).where(*where).order_by(*table.primary_key)


def post_bare(engine: Engine, acts: list[Act]) -> None:
    """Write the same rows by Core, in as many transactions."""
    for row, lines in acts:
        for line in lines:
            with engine.begin() as connection:
                if line["number"] == 1:
                    connection.execute(insert(loan), row)
                else:
                    moved = {"of": row["loan_id"], "number": line["number"], "last": line["hash"]}
                    connection.execute(MOVE_HEAD, moved)
                connection.execute(insert(loan_entry), line)
                amount = line["principal_fen"]
                sums = {"of": row["fund_id"], "exposure_fen": amount, "covered_fen": amount}
                connection.execute(ADD_TO_FUND, sums)
                day = {**sums, "day": line["effective_on"]}
                if not connection.execute(ADD_TO_DAY, day).rowcount:
                    new = {"book_id": BOOK, "fund_id": row["fund_id"]}
                    new |= {"effective_on": line["effective_on"], **dict.fromkeys(_OF_DAY, 0)}
                    connection.execute(insert(fund_day), new)


_OF_DAY = ("balance_fen", "exposure_fen", "covered_fen", "committed_fen")


def batch(start: int, writer: int = 0) -> list[Loan]:
    """Return the loans of one batch of one writer; each writer has a fund of its own."""
    first = (start * FUNDS + writer) * BATCH
    return [some_loan(first + number, f"F-{writer}") for number in range(BATCH)]


def timed(act: Callable[..., object], *arguments: object) -> float:
    """Return the seconds an act takes."""
    start = perf_counter()
    act(*arguments)
    return perf_counter() - start


def time_postings(kind: str, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each batch by one writer, ours and bare in turns."""
    taken: dict[str, list[float]] = {"ours": [], "bare": [], "ours, cpu": [], "bare, cpu": []}
    with both(kind) as (ours, bare):
        engine, plain = opened(ours), opened(bare)
        for number in range(rounds + 1):
            loans = batch(number)
            cpu = processor_seconds()
            taken["ours"].append(timed(post, engine, loans))
            taken["ours, cpu"].append(processor_seconds() - cpu)
            acts = acts_of(engine, loans)
            cpu = processor_seconds()
            taken["bare"].append(timed(post_bare, plain, acts))
            taken["bare, cpu"].append(processor_seconds() - cpu)
        for each in (engine, plain):
            each.dispose()
    return {name: times[1:] for name, times in taken.items()}


def processor_seconds() -> float:
    """Return the processor time of this process so far; a server's is its own."""
    now = os.times()
    return now.user + now.system


def share(url: str, way: str, given: list, at: float) -> tuple[float, float]:
    """Write one writer's batch, from a moment that all writers wait for; return start and end."""
    engine = opened(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    while perf_counter() < at:
        pass
    start = perf_counter()
    (post if way == "ours" else post_bare)(engine, given)
    end = perf_counter()
    engine.dispose()
    return start, end


def time_writers(kind: str, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of a batch for one writer, and for each of eight on a fund of its own."""
    taken: dict[str, list[float]] = {}
    spawned = get_context("spawn")  # a server of the tests belongs to this process alone
    with both(kind) as (ours, bare), ProcessPoolExecutor(FUNDS, mp_context=spawned) as pool:
        engine = opened(ours)
        list(pool.map(processor_seconds_of, range(FUNDS)))
        for number in range(rounds * 2):
            writers = range(1 if number % 2 else FUNDS)
            loans = [batch(number, writer) for writer in writers]
            for way, url in (("ours", ours), ("bare", bare)):
                given = loans if way == "ours" else [acts_of(engine, one) for one in loans]
                at = perf_counter() + 0.5
                jobs = [pool.submit(share, url, way, given[n], at) for n in writers]
                spans = [job.result() for job in jobs]
                seconds = max(end for _, end in spans) - min(start for start, _ in spans)
                taken.setdefault(f"{way}, {len(writers)}", []).append(seconds / len(writers))
        engine.dispose()
    return taken


def processor_seconds_of(_: int) -> float:
    """Start a worker, which imports what it needs."""
    return processor_seconds()
