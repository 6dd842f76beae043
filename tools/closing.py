"""How fast a half-year is closed through the store, and read again: for tools/performance.py."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import create_engine

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    HalfYear,
    Loan,
    LoanTerms,
    Settlement,
    cny,
    percent,
)
from microloan.store import UnitOfWork, create_all

LOANS, HALF = 2_958, HalfYear(2024, 1)
LEAST = 1_000  # P11


def loans_of_a_county() -> Iterator[Loan]:
    """Yield two-year loans paid out in 2023, interest by the quarter, every ninth paid late."""
    for number in range(LOANS):
        loan = Loan.grant(
            f"HT-{number:04}",
            borrower=f"B-{number:04}",
            lender=f"BANK-{number % 4}",
            category=Category(kind=BorrowerKind.INDIVIDUAL),
            terms=LoanTerms(
                principal=cny(50_000),
                annual_rate=percent("6"),
                disbursed_on=date(2023, 1, 4) + timedelta(days=number % 350),
                months=24,
                amortization=Amortization.INTEREST_ONLY,
                interval_months=3,
                settlement=Settlement(20),
                day_count=DayCount.ACT_360,
            ),
        )
        late = timedelta(days=12 if number % 9 == 0 else 0)
        for due in loan.schedule:
            if due.due_on <= HALF.last_day:
                loan = loan.repay(due.total, on=due.due_on + late, ref=f"R{due.number}")
        yield loan


def time_closing() -> dict[str, float]:
    """Return the seconds of closing a county's half-year, and of reading it in three ways."""
    taken: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'book.db'}")
        create_all(engine)
        with UnitOfWork(engine, book="990101") as uow:
            uow.save(*loans_of_a_county())
            uow.close(HALF.previous.previous, on=date(2024, 7, 1))
            uow.close(HALF.previous, on=date(2024, 7, 1))
            uow.commit()
            start = perf_counter()
            uow.close(HALF, on=date(2024, 7, 1))
            uow.commit()
            taken["closed, with its stored accounts"] = perf_counter() - start
            for name, ask in (
                ("control sheet read", uow.half_years.closing),
                ("reprinted with the remaining plans", uow.half_years.get),
                ("asked what was learned since", uow.half_years.learned_since),
            ):
                start = perf_counter()
                ask(HALF)
                taken[name] = perf_counter() - start
        engine.dispose()
    return taken


def print_closing(taken: dict[str, float]) -> tuple[str, bool]:
    """Print the table; return the target and whether it was met."""
    print(f"\n| a half-year of {LOANS:,} loans | s | loans a second |\n| --- | ---: | ---: |")
    for name, seconds in taken.items():
        print(f"| {name} | {seconds:.2f} | {LOANS / seconds:,.0f} |")
    rate = LOANS / taken["closed, with its stored accounts"]
    return f"P11 closing: {rate:,.0f} loans a second, {LEAST:,} at least", rate >= LEAST
