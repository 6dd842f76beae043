"""Plans, positions, closings, audits: how fast, how exact, beside what others use.

Prints the tables of docs/performance.md. Every time is the median of interleaved rounds in this one
run; on a noisy machine read the ratios. `--loans N` sets over how many random loans exactness is
counted, `--beside N` over how many of them that of the others, `--rounds N` how often each time is
taken.
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from time import perf_counter
from typing import Any

import numpy as np
import numpy_financial as npf
from amortization.schedule import amortization_schedule
from auditing import print_audit, time_audit
from closing import print_closing, time_closing
from dateutil.relativedelta import relativedelta
from loan_calculator import Loan as CalculatorLoan

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Loan,
    LoanTerms,
    Schedule,
    amortize,
    cny,
    from_fen,
    percent,
)

MONTHS = 36
MOST_MICROSECONDS = 1_000  # P3
BATCH = 200
FIRST_DAY = date(2010, 1, 1)
Rows = Iterable[tuple[Any, Any, Any]]
"""Principal, interest and payment of each line as somebody prints them, in whole cents."""


def some_terms(count: int, seed: int) -> list[LoanTerms]:
    """Return random level loans of 36 months: 100.00 to 300,000.00 at 2 % to 9 %."""
    random = Random(seed)  # noqa: S311 — the same loans for everybody
    return [
        LoanTerms(
            principal=from_fen(random.randrange(10_000, 30_000_000)),
            annual_rate=Decimal(random.randrange(200, 900)).scaleb(-4),
            disbursed_on=FIRST_DAY + timedelta(days=random.randrange(4_000)),
            months=MONTHS,
            amortization=Amortization.EQUAL_INSTALLMENTS,
            day_count=DayCount.THIRTY_360,
        )
        for _ in range(count)
    ]


def build(terms: LoanTerms) -> Schedule:
    """Build our plan, with its dates."""
    return amortize.__wrapped__(terms)


def build_anew(terms: LoanTerms) -> object:
    """Build our plan as a caller does, by way of the recent plans, which do not hold it."""
    return amortize(terms)


def read_rows(terms: LoanTerms) -> object:
    """Build our plan and read every row: its day, and principal and interest as money."""
    return [(line.due_on, line.principal, line.interest) for line in build(terms)]


def by_amortization(terms: LoanTerms) -> list[Any]:
    """Build the plan of `amortization`, which has no dates."""
    principal, rate = in_floats(terms)
    return list(amortization_schedule(principal, rate, MONTHS))


def by_loan_calculator(terms: LoanTerms) -> tuple[Any, Any, Any, Any]:
    """Build the plan of `loan-calculator`, whose user makes its due dates, here as ours are."""
    principal, rate = in_floats(terms)
    start = terms.disbursed_on
    days = [start + relativedelta(months=month) for month in range(1, MONTHS + 1)]
    loan = CalculatorLoan(principal, rate, terms.disbursed_on, days)
    return loan.amortizations, loan.interest_payments, loan.due_payments, loan.balance


def by_numpy(terms: LoanTerms) -> tuple[Any, Any, Any]:
    """Build the plan of `numpy-financial`, which has no dates."""
    principal, rate = in_floats(terms)
    periods = np.arange(1, MONTHS + 1)
    return (
        -npf.ppmt(rate / 12, periods, MONTHS, principal),
        -npf.ipmt(rate / 12, periods, MONTHS, principal),
        -npf.pmt(rate / 12, MONTHS, principal),
    )


def in_floats(terms: LoanTerms) -> tuple[Any, Any]:
    """Return principal and rate as the others want them."""
    return FLOATS[terms]


FLOATS: dict[LoanTerms, tuple[Any, Any]] = {}


def prepare(loans: list[LoanTerms]) -> None:
    """Make what the others are given, outside of every timing."""
    FLOATS.clear()
    for terms in loans:
        principal, rate = complex(terms.principal.amount).real, complex(terms.annual_rate).real
        FLOATS[terms] = (principal, rate)


def time_plans(rounds: int) -> dict[str, float]:
    """Return the median microseconds of one plan for each way of building it."""
    ways: dict[str, Callable[[LoanTerms], object]] = {
        "microloan, built": build_anew,
        "microloan, every row read as Money": read_rows,
        "amortization (no dates)": by_amortization,
        "loan-calculator (with dates)": by_loan_calculator,
        "numpy-financial (no dates)": by_numpy,
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        loans = some_terms(BATCH, seed=number)
        prepare(loans)
        for name, way in ways.items():
            amortize.cache_clear()
            start = perf_counter()
            for terms in loans:
                way(terms)
            taken[name].append((perf_counter() - start) / BATCH * 1e6)
    return {name: statistics.median(times) for name, times in taken.items()}


def cents(amount: object) -> int:
    """Return an amount as it is printed, to the cent."""
    return int((Decimal(str(amount)) * 100).to_integral_value())


def ours(terms: LoanTerms) -> Rows:
    """Return what we print for a loan, in fen."""
    return [(line.principal_fen, line.interest_fen, line.total_fen) for line in build(terms)]


def printed(terms: LoanTerms) -> dict[str, Rows]:
    """Return what each library prints for a loan, to the cent."""
    calculated = by_loan_calculator(terms)
    principal, interest, payment = by_numpy(terms)
    return {
        "microloan": ours(terms),
        "amortization": [
            (cents(row.principal), cents(row.interest), cents(row.amount))
            for row in by_amortization(terms)
        ],
        "loan-calculator": [
            (cents(one), cents(other), cents(both))
            for one, other, both in zip(*calculated[:3], strict=True)
        ],
        "numpy-financial": [
            (cents(one), cents(other), cents(payment))
            for one, other in zip(principal, interest, strict=True)
        ],
    }


def count_exact(count: int, beside: int) -> dict[str, int]:
    """Return how many of so many loans do not add up to the cent; of the peers', of fewer.

    A plan adds up when its principal sums to the loan and principal and interest make the payment
    in every row.
    """
    wrong: dict[str, int] = {}
    for start in range(0, count, BATCH):
        loans = some_terms(min(BATCH, count - start), seed=10**6 + start)
        prepare(loans)
        for terms in loans:
            lent = cents(terms.principal.amount)
            plans = printed(terms) if start < beside else {"microloan": ours(terms)}
            for name, rows in plans.items():
                sums = sum(row[0] for row in rows) == lent
                parts = all(one + other == both for one, other, both in rows)
                wrong[name] = wrong.get(name, 0) + (not (sums and parts))
    return wrong


def repaid_loan(months: int) -> Loan:
    """Return a loan every installment of which was paid on its day."""
    loan = Loan.grant(
        "HT-1",
        borrower="B-1",
        lender="BANK-1",
        category=Category(kind=BorrowerKind.INDIVIDUAL),
        terms=LoanTerms(
            principal=cny(300_000),
            annual_rate=percent("3.95"),
            disbursed_on=date(2020, 3, 15),
            months=months,
            amortization=Amortization.EQUAL_INSTALLMENTS,
            day_count=DayCount.THIRTY_360,
        ),
    )
    for due in loan.schedule:
        loan = loan.repay(due.total, on=due.due_on, ref=f"R{due.number}")
    return loan


def time_positions(rounds: int) -> dict[int, float]:
    """Return the median microseconds of a position over so many repayments."""
    loans = {months: repaid_loan(months) for months in (36, 72, 144, 288)}
    taken: dict[int, list[float]] = {months: [] for months in loans}
    for _ in range(rounds):
        for months, loan in loans.items():
            asked = replace(loan, entries=(*loan.entries,))  # a run once made is remembered
            days = [loan.terms.matures_on + timedelta(day) for day in range(10)]
            start = perf_counter()
            for day in days:
                asked.position(as_of=day)
            taken[months].append((perf_counter() - start) / 10 * 1e6)
    return {months: statistics.median(times) for months, times in taken.items()}


def main(arguments: list[str]) -> int:
    """Print the tables; fail where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loans", type=int, default=100_000)
    parser.add_argument("--beside", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=31)
    options = parser.parse_args(arguments)
    times, positions = time_plans(options.rounds), time_positions(options.rounds)
    peer = times["amortization (no dates)"]
    print(f"Python {sys.version.split()[0]}, medians of {options.rounds} rounds\n")
    print("| one level plan of 36 months | µs | × amortization |\n| --- | ---: | ---: |")
    for name, taken in times.items():
        print(f"| {name} | {taken:.1f} | {taken / peer:.2f} |")
    print("\n| position over so many repayments | µs | µs for each |\n| ---: | ---: | ---: |")
    for months, taken in positions.items():
        print(f"| {months} | {taken:.0f} | {taken / months:.2f} |")
    wrong = count_exact(options.loans, options.beside)
    print("\n| random loans | counted | do not add up to the cent |\n| --- | ---: | ---: |")
    for name, count in wrong.items():
        counted = options.loans if name == "microloan" else min(options.beside, options.loans)
        print(f"| {name} | {counted:,} | {count:,} |")
    others = [print_closing(time_closing()), print_audit(time_audit())]
    return report(times, positions, wrong, dict(others))


def report(
    times: dict[str, float],
    positions: dict[int, float],
    wrong: dict[str, int],
    others: dict[str, bool],
) -> int:
    """Say which targets were met, and those of others; return 1 where one was missed."""
    peer, built = times["amortization (no dates)"], times["microloan, built"]
    read = times["microloan, every row read as Money"]
    calculator = times["loan-calculator (with dates)"]
    targets = {
        f"P1 built at least as fast as amortization: {peer / built:.2f} ×": built <= peer,
        f"P1 rows read, against loan-calculator: {calculator / read:.1f} × faster, 6 wanted": (
            calculator >= 6 * read
        ),
        f"P1 rows read, against amortization: {read / peer:.2f} × the time, 2.5 at most": (
            read <= peer * 5 / 2
        ),
        f"P2 loans of ours that do not add up: {wrong['microloan']}": not wrong["microloan"],
        f"P3 position over 36 repayments: {positions[36]:.0f} µs, 1,000 at most": (
            positions[36] <= MOST_MICROSECONDS
        ),
        f"P3 linear: each of 288 repayments takes {positions[288] / 288:.2f} µs, of 36 "
        f"{positions[36] / 36:.2f}": positions[288] / 288 <= positions[36] / 36 * 6 / 5,
        **others,
    }
    print()
    for target, met in targets.items():
        print(f"{'met' if met else 'MISSED':6}  {target}")
    return 0 if all(targets.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
