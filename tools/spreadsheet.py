"""How fast a ledger of 50,000 rows is written as a spreadsheet and read again as loans.

python tools/spreadsheet.py prints the table of docs/performance.md.
"""

import resource
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TypeVar

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Guarantee,
    Loan,
    LoanTerms,
    Settlement,
    cny,
    percent,
)
from microloan.excel import ledger_pages, read_ledger, write_pages

T = TypeVar("T")
LOANS, PAYMENTS = 12_500, 3
ROWS = LOANS * (1 + PAYMENTS)
AS_OF = date(2024, 12, 31)


def loans_of_a_city() -> Iterator[Loan]:
    """Yield loans paid out in 2023, each with three payments of interest."""
    for number in range(LOANS):
        loan = Loan.grant(
            f"HT-{number:05}",
            borrower=f"B-{number:05}",
            lender=f"BANK-{number % 4}",
            category=Category(kind=BorrowerKind.INDIVIDUAL, groups={"graduate"}),
            terms=LoanTerms(
                principal=cny(50_000 + number),
                annual_rate=percent("3.95"),
                disbursed_on=date(2023, 1, 4) + timedelta(days=number % 350),
                months=24,
                amortization=Amortization.INTEREST_ONLY,
                interval_months=3,
                settlement=Settlement(20),
                day_count=DayCount.ACT_360,
            ),
            guarantee=Guarantee(fund_id="F-01", coverage=percent("80"), claimable_after_days=90),
        )
        for due in loan.schedule[:PAYMENTS]:
            loan = loan.repay(due.total, on=due.due_on, ref=f"R{due.number}")
        yield loan


def on_stderr(rows: Iterable[T]) -> Iterator[T]:
    """Yield rows, and say on the terminal every 10,000 how many they were."""
    count = 0
    for count, row in enumerate(rows, start=1):
        if count % 10_000 == 0:
            print(f"\r{count:,} rows ", end="", file=sys.stderr, flush=True)
        yield row
    print(f"\r{count:,} rows", file=sys.stderr)


def timed(act: Callable[[], T]) -> tuple[T, float]:
    """Return what an act returns, and the seconds of processor time it took."""
    start = process_time()
    done = act()
    return done, process_time() - start


def measure() -> dict[str, float]:
    """Return the seconds of each step, and the size of the file in megabytes."""
    loans = tuple(loans_of_a_city())
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.xlsx"
        pages, laid_out = timed(lambda: ledger_pages(loans, as_of=AS_OF))
        _, written = timed(lambda: write_pages(file, pages, progress=on_stderr))
        found, read = timed(lambda: read_ledger(file, progress=on_stderr))
        _, compared = timed(lambda: read_ledger(file, as_of=AS_OF))
        if found.require_good() != loans or found.rows != ROWS:
            raise AssertionError(str(found))
        size = file.stat().st_size / 2**20
    return {
        "laid out as two ledgers, outstanding computed": laid_out,
        "written as xlsx": written,
        "read as loans": read,
        "read, and every outstanding compared": compared,
        "file, MiB": size,
    }


def main() -> None:
    """Print the table."""
    taken = measure()
    print(f"| a ledger of {ROWS:,} rows: {LOANS:,} loans | s of processor time |\n| --- | ---: |")
    for name, seconds in taken.items():
        print(f"| {name} | {seconds:.1f} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\nThe program took {peak} MiB at its peak, the loans included.")


if __name__ == "__main__":
    main()
