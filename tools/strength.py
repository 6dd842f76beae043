"""P8-P10: how fast acts are posted, a fund is asked and a book is loaded, beside bare Core.

Prints the tables of docs/performance.md. Ours and the bare writers take turns in one run, on the
same disk and server, with the same rows; read the ratios. `--rounds N` sets how often each time is
taken, `--databases sqlite,postgresql` where.
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from datetime import date, timedelta
from time import perf_counter

from posting import (
    BATCH,
    BOOK,
    FIRST_DAY,
    FUNDS,
    RULES,
    acts_of,
    both,
    opened,
    some_loan,
    time_postings,
    time_writers,
    timed,
)
from sqlalchemy import Engine, insert, select

from microloan import Loan
from microloan.store import UnitOfWork
from microloan.store.tables import fund, fund_day, loan, loan_entry

LOADED, ENTRIES, CHUNK = 500, 12, 500
YEARS, ASKED = 20, 200
LEAST_POSTING, LEAST_SCALING, MOST_LEVERAGE, LEAST_BULK = 0.4, 2.0, 3.0, 0.5  # P8, P8, P9, P10
Met = dict[str, bool]


def repaid_loan(number: int) -> Loan:
    """Return a loan with eleven repayments, each on its day: twelve entries."""
    one = some_loan(number)
    for due in one.schedule[: ENTRIES - 1]:
        one = one.repay(due.total, on=due.due_on, ref=f"R{due.number}")
    return one


def load(engine: Engine, loans: list[Loan]) -> None:
    """Admit loans with their whole histories in one transaction."""
    with UnitOfWork(engine, book=BOOK) as uow:
        uow.admit_all(loans, under=RULES, on=date(2026, 1, 1))
        uow.commit()


def load_bare(engine: Engine, rows: list[dict], lines: list[dict]) -> None:
    """Write the same rows by Core, as executemany in chunks."""
    with engine.begin() as connection:
        for table, given in ((loan, rows), (loan_entry, lines)):
            for start in range(0, len(given), CHUNK):
                connection.execute(insert(table), given[start : start + CHUNK])


def time_loading(kind: str, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of loading a batch of loans with their entries, ours and bare in turns."""
    taken: dict[str, list[float]] = {"ours": [], "bare": []}
    with both(kind) as (ours, bare):
        engine, plain = opened(ours), opened(bare)
        for number in range(rounds + 1):
            loans = [repaid_loan(number * LOADED + one) for one in range(LOADED)]
            taken["ours"].append(timed(load, engine, loans))
            acts = acts_of(engine, loans)
            rows, lines = [row for row, _ in acts], [line for _, many in acts for line in many]
            taken["bare"].append(timed(load_bare, plain, rows, lines))
        for each in (engine, plain):
            each.dispose()
    return {name: times[1:] for name, times in taken.items()}


def time_leverage(kind: str, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of asking for a fund's leverage, beside reading its row.

    The fund's sums are those of 100,000 loans over twenty years, on each of its days.
    """
    taken: dict[str, list[float]] = {}
    last = FIRST_DAY + timedelta(days=YEARS * 365 - 1)
    middle = FIRST_DAY + timedelta(days=YEARS * 365 // 2)
    with both(kind) as (url, _):
        engine = opened(url)
        spread_loans(engine)
        row = select(fund).where(fund.c.book_id == BOOK, fund.c.fund_id == "F-0")
        with UnitOfWork(engine, book=BOOK) as uow:
            connection = uow.loans.connection
            ways: dict[str, Callable[[], object]] = {
                "its row read": lambda: connection.execute(row).one(),
                "leverage today": lambda: uow.leverage("F-0", under=RULES, as_of=last),
                "leverage ten years ago": lambda: uow.leverage("F-0", under=RULES, as_of=middle),
            }
            for _ in range(rounds + 1):
                for name, way in ways.items():
                    start = perf_counter()
                    for _ in range(ASKED):
                        way()
                    taken.setdefault(name, []).append((perf_counter() - start) / ASKED)
        engine.dispose()
    return {name: times[1:] for name, times in taken.items()}


def spread_loans(engine: Engine) -> None:
    """Put the sums of 100,000 loans of 50,000 on the days of twenty years: 7,300 rows."""
    days = YEARS * 365
    each = {"balance_fen": 0, "committed_fen": 0, "book_id": BOOK, "fund_id": "F-0"}
    with engine.begin() as connection:
        rows = [
            {
                **each,
                "effective_on": FIRST_DAY + timedelta(days=day),
                "exposure_fen": 5_000_000 * (100_000 // days),
                "covered_fen": 4_000_000 * (100_000 // days),
            }
            for day in range(days)
        ]
        connection.execute(insert(fund_day), rows)
        sums = {name: sum(row[name] for row in rows) for name in ("exposure_fen", "covered_fen")}
        connection.execute(fund.update().where(fund.c.fund_id == "F-0").values(sums))


def print_postings(kind: str, rounds: int) -> Met:
    """Print what a posting costs; return the targets."""
    one, many = time_postings(kind, rounds), time_writers(kind, max(rounds // 2, 2))
    acts = 2 * BATCH
    middle = {name: statistics.median(times) for name, times in (one | many).items()}
    print(f"\n| {kind}: durable postings | a second | × bare |\n| --- | ---: | ---: |")
    for name, beside in (
        ("ours", "bare"),
        ("bare", "bare"),
        ("ours, cpu", "bare, cpu"),
        ("ours, 1", "bare, 1"),
        (f"ours, {FUNDS}", f"bare, {FUNDS}"),
        (f"bare, {FUNDS}", f"bare, {FUNDS}"),
    ):
        print(f"| {name} | {acts / middle[name]:,.0f} | {middle[beside] / middle[name]:.2f} |")
    ratio = middle["bare"] / middle["ours"]
    wide = middle["ours, 1"] / middle[f"ours, {FUNDS}"]
    bare = middle["bare, 1"] / middle[f"bare, {FUNDS}"]
    return {
        f"P8 {kind}: {ratio:.2f} × bare Core, {LEAST_POSTING} at least": ratio >= LEAST_POSTING,
        f"P8 {kind}: eight writers {wide:.2f} × one, {LEAST_SCALING:.0f} at least "
        f"(bare Core: {bare:.2f})": wide >= LEAST_SCALING,
    }


def print_leverage(kind: str, rounds: int) -> Met:
    """Print what a fund's leverage costs; return the target."""
    taken = {name: statistics.median(times) for name, times in time_leverage(kind, rounds).items()}
    row = taken["its row read"]
    print(f"\n| {kind}: a fund of 100,000 loans | µs | × its row |\n| --- | ---: | ---: |")
    for name, seconds in taken.items():
        print(f"| {name} | {seconds * 1e6:,.0f} | {seconds / row:.2f} |")
    ratio = taken["leverage today"] / row
    target = f"P9 {kind}: leverage {ratio:.2f} × reading the row, {MOST_LEVERAGE:.0f} at most"
    return {target: ratio <= MOST_LEVERAGE}


def print_loading(kind: str, rounds: int) -> Met:
    """Print how fast loans are loaded; return the target."""
    taken = {name: statistics.median(times) for name, times in time_loading(kind, rounds).items()}
    rows = LOADED * (ENTRIES + 1)
    print(f"\n| {kind}: loans of {ENTRIES} entries loaded | rows a second | × bare |")
    print("| --- | ---: | ---: |")
    for name, seconds in taken.items():
        print(f"| {name} | {rows / seconds:,.0f} | {taken['bare'] / seconds:.2f} |")
    ratio = taken["bare"] / taken["ours"]
    return {f"P10 {kind}: {ratio:.2f} × executemany, {LEAST_BULK} at least": ratio >= LEAST_BULK}


PARTS = {"posting": print_postings, "leverage": print_leverage, "loading": print_loading}


def main(arguments: list[str]) -> int:
    """Print the tables; return 1 where a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    options = parser.parse_args(arguments)
    met: Met = {}
    for kind in options.databases.split(","):
        for part in options.parts or PARTS:
            met |= PARTS[part](kind, options.rounds)
    print()
    for target, reached in met.items():
        print(f"{'met' if reached else 'MISSED':6}  {target}")
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
