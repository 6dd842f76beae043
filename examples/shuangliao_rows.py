"""模拟 simulated rows: loans for the published totals of the Shuangliao programme, 2004-2011.

What was published: the totals below, an enterprise loan, a food workshop's loan and ten loans a
year to trainees. Loan-level rows never were. These rows are made up, the same ones at every run,
and calibrated exactly to the totals; no row is about a real person. Which years had the ten
trainees was not published; 2008-2011 is assumed. The yearly amounts, other than "more than ten
million" in 2008 and in 2009, and the deposits are assumed too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Guarantee,
    Installment,
    Loan,
    LoanTerms,
    LowProfit,
    Policy,
    Settlement,
    cny,
    percent,
)

FUND = "SL-FUND"
FIRST_YEAR, LAST_YEAR = 2004, 2011
BOOK_ENDS_ON = date(2011, 12, 31)

PUBLISHED = {
    "borrowers": 2_958,
    "lent": 84_600_000,
    "fund": 11_500_000,
    "ventures": 2_986,
    "jobs": 14_295,
}

# Thousand yuan lent in each year and number of ordinary loans; the total is what was published.
LENT = {2004: 1_000, 2005: 2_400, 2006: 3_600, 2007: 5_400, 2008: 10_200, 2009: 10_200}
LENT |= {2010: 25_900, 2011: 25_900}
ORDINARY_LOANS = {2004: 62, 2005: 127, 2006: 209, 2007: 300, 2008: 383, 2009: 307}
ORDINARY_LOANS |= {2010: 764, 2011: 764}

# The fund is paid in early each year, so that it is used in full at 1 : 5.
DEPOSITS = {
    date(2004, 1, 8): 205_000,
    date(2005, 1, 10): 505_000,
    date(2006, 1, 9): 565_000,
    date(2007, 1, 8): 655_000,
    date(2008, 1, 7): 1_420_000,
    date(2009, 1, 12): 1_080_000,
    date(2010, 1, 11): 3_390_000,
    date(2011, 1, 10): 3_680_000,
}

ENTERPRISE = (date(2005, 5, 18), 300, 100)  # a livestock firm with 100 staff: 300,000
WORKSHOP = (date(2006, 9, 12), 50, 13)  # a sauerkraut workshop with 13 staff: 50,000
TRAINEES = {2008, 2009, 2010, 2011}  # ten of 100,000 in each of these years
SMALLEST = 5  # thousand yuan

GUARANTEE = Guarantee(fund_id=FUND, coverage=percent(80), claimable_after_days=90)
GROUPS = ("laid_off", "laid_off", "registered_unemployed", "graduate", "veteran")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A loan before it is granted: what the generator draws. Amounts are in thousand yuan."""

    number: int
    disbursed_on: date
    thousand: int
    kind: BorrowerKind = BorrowerKind.INDIVIDUAL
    scheme: str = ""
    groups: frozenset[str] = frozenset()
    ventures: int = 1
    jobs: int = 0

    @property
    def loan_id(self) -> str:
        """Return the contract number."""
        return f"SL-{self.disbursed_on.year}-{self.number:04}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that will happen to a loan: a repayment, a claim or a recovery."""

    kind: str
    on: date
    booked_on: date
    ref: str
    yuan: int = 0
    installment: int = 0


def draw(key: str, lowest: int, highest: int) -> int:
    """Return a number that looks random and is the same at every run and on every machine."""
    word = int.from_bytes(sha256(f"shuangliao:{key}".encode()).digest()[:8], "big")
    return lowest + word % (highest - lowest + 1)


def all_rows(rules: Policy) -> list[Row]:
    """Return the 2,958 rows in the order of lending, with ventures and jobs calibrated."""
    drawn = sorted(
        (row for year in LENT for row in _year(year, rules)), key=lambda row: row.disbursed_on
    )
    rows = [replace(row, number=number) for number, row in enumerate(drawn, start=1)]
    fixed = sum(row.jobs for row in rows)
    free = [row for row in rows if not row.jobs]
    jobs = calibrated(
        [draw(f"jobs {row.number}", 2, 8) for row in free],
        PUBLISHED["jobs"] - fixed,
        highest=[12] * len(free),
        lowest=1,
    )
    by_number = dict(zip((row.number for row in free), jobs, strict=True))
    second_venture = {row.number for row in rows[:: len(rows) // 28][:28]}
    return [
        replace(
            row,
            jobs=row.jobs or by_number[row.number],
            ventures=1 + (row.number in second_venture),
        )
        for row in rows
    ]


def _year(year: int, rules: Policy) -> Iterable[Row]:
    """Return the rows of one year, in no order, adding up to the year's lending."""
    special = list(_special(year))
    days = [_lending_day(year, index) for index in range(ORDINARY_LOANS[year])]
    groups = [_groups(year, index) for index in range(len(days))]
    ceilings = [_ceiling(rules, group, day) for group, day in zip(groups, days, strict=True)]
    wanted = [
        draw(f"amount {year} {index}", SMALLEST, ceiling) for index, ceiling in enumerate(ceilings)
    ]
    left = LENT[year] - sum(row.thousand for row in special)
    amounts = calibrated(wanted, left, highest=ceilings, lowest=SMALLEST)
    ordinary = (
        Row(number=0, disbursed_on=day, thousand=amount, groups=group)
        for day, amount, group in zip(days, amounts, groups, strict=True)
    )
    return [*special, *ordinary]


def _special(year: int) -> Iterable[Row]:
    if year == ENTERPRISE[0].year:
        day, thousand, jobs = ENTERPRISE
        yield Row(
            number=0, disbursed_on=day, thousand=thousand, kind=BorrowerKind.ENTERPRISE, jobs=jobs
        )
    if year == WORKSHOP[0].year:
        day, thousand, jobs = WORKSHOP
        yield Row(
            number=0, disbursed_on=day, thousand=thousand, groups=frozenset({"laid_off"}), jobs=jobs
        )
    if year in TRAINEES:
        for index in range(10):
            day = date(year, 6, 1) + timedelta(days=draw(f"trainee {year} {index}", 0, 60))
            groups = frozenset({"registered_unemployed"})
            yield Row(number=0, disbursed_on=day, thousand=100, scheme="siyb", groups=groups)


def _lending_day(year: int, index: int) -> date:
    """Return a working day from mid-January to early December."""
    day = date(year, 1, 14) + timedelta(days=draw(f"day {year} {index}", 0, 325))
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _groups(year: int, index: int) -> frozenset[str]:
    group = GROUPS[draw(f"group {year} {index}", 0, len(GROUPS) - 1)]
    women = {"women"} if draw(f"women {year} {index}", 1, 100) <= 35 else set()
    return frozenset({group, *women})


def _ceiling(rules: Policy, groups: frozenset[str], day: date) -> int:
    """Return the ceiling of the time, in thousand yuan."""
    category = Category(kind=BorrowerKind.INDIVIDUAL, groups=groups)
    return rules.ceiling_of(category, on=_signed_on(day)).value // 100_000


def _signed_on(disbursed_on: date) -> date:
    return disbursed_on - timedelta(days=draw(f"signed {disbursed_on}", 0, 9))


def calibrated(
    wanted: Sequence[int], total: int, *, highest: Sequence[int], lowest: int
) -> list[int]:
    """Return the numbers, moved as little as needed, so that they add up to the total exactly."""
    numbers = list(wanted)
    while gap := total - sum(numbers):
        step = 1 if gap > 0 else -1
        movable = [
            index
            for index, number in enumerate(numbers)
            if lowest <= number + step <= highest[index]
        ]
        if not movable:
            raise ValueError(f"{total} cannot be reached within the bounds")
        for index in movable[: abs(gap)]:
            numbers[index] += step
    return numbers


def granted(row: Row, rules: Policy) -> Loan:
    """Return the loan of a row, at the benchmark rate of its signing day."""
    signed_on = _signed_on(row.disbursed_on)
    by_installments = row.number % 25 == 0
    low_profit = draw(f"trade {row.number}", 1, 100) <= 88
    return Loan.grant(
        row.loan_id,
        borrower=f"SL-B-{row.number:04}",
        lender=f"SL-BANK-{1 + row.number % 3}",
        category=Category(
            kind=row.kind,
            groups=row.groups,
            scheme=row.scheme,
            low_profit=LowProfit.YES if low_profit else LowProfit.NO,
        ),
        terms=LoanTerms(
            principal=cny(row.thousand * 1_000),
            annual_rate=rules.benchmark_rate(24, on=signed_on),
            signed_on=signed_on,
            disbursed_on=row.disbursed_on,
            months=24,
            amortization=(
                Amortization.EQUAL_INSTALLMENTS if by_installments else Amortization.INTEREST_ONLY
            ),
            day_count=DayCount.ACT_360,
            interval_months=1 if by_installments else 3,
            settlement=None if by_installments else Settlement(20),
        ),
        guarantee=GUARANTEE,
    )


def acts_of(row: Row, plan: Sequence[Installment]) -> list[Act]:
    """Return what will happen to a loan until the book ends, in the order of business dates."""
    fate = draw(f"fate {row.number}", 1, 1000)
    special = row.kind is BorrowerKind.ENTERPRISE or row.scheme or row.jobs == WORKSHOP[2]
    if special or fate > 130:
        acts = _paid(row, plan, late_by=0)
    elif fate > 30:
        acts = _paid(row, plan, late_by=draw(f"late {row.number}", 3, 75))
    else:
        acts = _defaulted(row, plan, claimed=fate > 4)
    return [act for act in acts if act.booked_on <= BOOK_ENDS_ON]


def _paid(row: Row, plan: Sequence[Installment], *, late_by: int) -> list[Act]:
    """Return repayments of every installment; a late payer is late with the last two."""
    acts = []
    for line in plan:
        late = late_by if line.number > len(plan) - 2 else 0
        acts.append(_repayment(row, line, line.due_on + timedelta(days=late)))
    return acts


def _repayment(row: Row, line: Installment, on: date) -> Act:
    """Return one repayment; now and then the bank's slip comes three weeks later."""
    slip_late = draw(f"slip {row.number} {line.number}", 1, 100) <= 5
    return Act(
        kind="repay",
        on=on,
        booked_on=on + timedelta(days=21 if slip_late else 0),
        ref=f"回单{row.loan_id[3:]}-{line.number:02}",
        installment=line.number,
    )


def _defaulted(row: Row, plan: Sequence[Installment], *, claimed: bool) -> list[Act]:
    """Return repayments up to a default, then the claim and, for half of them, recoveries."""
    paid = draw(f"paid {row.number}", len(plan) // 2, len(plan) - 1)
    acts = [_repayment(row, line, line.due_on) for line in plan[:paid]]
    if not claimed:
        return acts
    on = plan[paid].due_on + timedelta(days=draw(f"claim {row.number}", 95, 130))
    acts.append(Act(kind="claim", on=on, booked_on=on, ref=f"代偿{row.loan_id[3:]}"))
    for index in range(draw(f"recoveries {row.number}", 0, 2)):
        on += timedelta(days=draw(f"recovered {row.number} {index}", 40, 260))
        yuan = 100 * draw(f"sum {row.number} {index}", 5, 4 * row.thousand)
        ref = f"追偿{row.loan_id[3:]}-{index + 1}"
        acts.append(Act(kind="recover", on=on, booked_on=on, ref=ref, yuan=yuan))
    return acts
