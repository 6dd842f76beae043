"""年终清算: what was requested, corrected and paid in a year, by bank and level of government."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from microloan.errors import AlreadyRequested, RefConflict
from microloan.levels import LevelAmount
from microloan.money import InYuan, Money, fen, show
from microloan.naming import identity, refused_terms, require_one_of, require_whole
from microloan.periods import FIRST_YEAR, LAST_YEAR, InterestQuarter, asked_day, plain_date
from microloan.policy import Level
from microloan.request import SubsidyRequest
from microloan.table import Table, Tabular, columns_of, tabulate


@dataclass(frozen=True, slots=True, kw_only=True)
class TreasuryPayment:
    """贴息拨付: money of one level of government for the request of a bank and a quarter.

    Args:
        lender: the bank.
        quarter: the quarter whose request it is for.
        level: who paid.
        amount: how much, in yuan; below nothing where the bank returned money.
        on: the day.
        ref: the voucher.

    Raises:
        InvalidAmount: not CNY, or finer than a fen.
        InvalidTerms: nothing was paid, or no level or quarter.
        InvalidDate: no plain date.
        InvalidIdentity: an unusable bank or voucher.
    """

    lender: str
    quarter: InterestQuarter
    level: Level
    amount: Money
    on: date
    ref: str

    COLUMNS = columns_of("lender quarter level amount on ref")

    def __post_init__(self) -> None:
        """Refuse what no payment could be."""
        identity(self.lender, "a lender")
        identity(self.ref, "a payment of the treasury")
        plain_date(self.on, "a payment of the treasury")
        require_one_of(self.level, Level, "a level", "财政级次")
        if not isinstance(self.quarter, InterestQuarter):
            raise refused_terms("the quarter", "结息季", self.quarter, "an InterestQuarter")
        if not fen(self.amount):
            raise refused_terms(
                "a payment", "拨付金额", show(self.amount), "more or less than 0.00"
            )

    @property
    def amount_fen(self) -> int:
        """Return how much was paid, in fen."""
        return fen(self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingRow:
    """清算明细: one bank and one level: requested + corrected = paid + still to pay.

    Args:
        lender: the bank.
        level: the level of government.
        requested_fen: what the lines of the year's requests ask of the level.
        corrected_fen: what their corrections ask on top; below nothing, what they take back.
        paid_fen: what the level has paid for those requests, whenever it did.
    """

    lender: str
    level: Level
    requested_fen: int = 0
    corrected_fen: int = 0
    paid_fen: int = 0

    requested = InYuan("requested_fen", "What the lines of the year ask for, in yuan.")
    corrected = InYuan("corrected_fen", "What the corrections of the year ask on top, in yuan.")
    paid = InYuan("paid_fen", "What was paid for the year's requests, in yuan.")
    to_pay = InYuan("to_pay_fen", "What is still to be paid, in yuan.")

    COLUMNS = columns_of("lender level requested corrected treasury_paid=paid_fen to_pay")

    @property
    def to_pay_fen(self) -> int:
        """Return what is still to be paid; below nothing, what the bank is to return, in fen."""
        return self.requested_fen + self.corrected_fen - self.paid_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearing(Tabular):
    """年终清算: the requests of a year's four interest quarters against what was paid for them.

    Args:
        year: the year of the quarters.
        as_of: the day by whose end payments count.
        rows: by bank, and from the top level down.
        missing: banks and quarters without a request, though the bank made others in the year.
    """

    year: int
    as_of: date
    rows: tuple[ClearingRow, ...]
    missing: tuple[tuple[str, InterestQuarter], ...]

    def as_table(self) -> Table:
        """Return one row for each of the rows."""
        return tabulate(self.rows, of=ClearingRow)

    def of(self, level: Level) -> ClearingRow:
        """Return the sum over all banks at a level; its ``lender`` is empty."""
        return _sum([row for row in self.rows if row.level is level], level)


def _sum(rows: Iterable[ClearingRow], level: Level) -> ClearingRow:
    listed = list(rows)
    return ClearingRow(
        lender="",
        level=level,
        requested_fen=sum(row.requested_fen for row in listed),
        corrected_fen=sum(row.corrected_fen for row in listed),
        paid_fen=sum(row.paid_fen for row in listed),
    )


def clear_year(
    requests: Iterable[SubsidyRequest],
    payments: Iterable[TreasuryPayment],
    *,
    year: int,
    as_of: date,
) -> Clearing:
    """Return the clearing of a year.

    A correction belongs to the year of the quarter that makes it, whatever year it corrects.

    Args:
        requests: the requests of all banks; those of other years do not count.
        payments: what was paid for them; likewise.
        year: the year of the interest quarters.
        as_of: the day by whose end payments count.

    Raises:
        RefConflict: a voucher stands for two payments of one bank, level and quarter.
        AlreadyRequested: two requests of one bank for one quarter.
        InvalidTerms: no year.
        InvalidDate: no plain date.
    """
    require_whole(year, "the year", "年度", FIRST_YEAR + 1, LAST_YEAR)
    day = asked_day(as_of)
    made = [request for request in requests if request.quarter.year == year]
    require_each_once(made)
    paid = [one for one in payments if one.quarter.year == year and one.on <= day]
    require_distinct(paid)
    requested = Counter[tuple[str, Level]]()
    corrected = Counter[tuple[str, Level]]()
    received = Counter[tuple[str, Level]]()
    for request in made:
        _count(requested, request.lender, request.line_levels)
        _count(corrected, request.lender, request.corrected_levels)
    for one in paid:
        received[one.lender, one.level] += one.amount_fen
    keys = requested.keys() | corrected.keys() | received.keys()
    order = {level: place for place, level in enumerate(Level)}
    return Clearing(
        year=year,
        as_of=day,
        rows=tuple(
            ClearingRow(
                lender=lender,
                level=level,
                requested_fen=requested[lender, level],
                corrected_fen=corrected[lender, level],
                paid_fen=received[lender, level],
            )
            for lender, level in sorted(keys, key=lambda key: (key[0], order[key[1]]))
        ),
        missing=_missing(made, year),
    )


def _count(
    counter: Counter[tuple[str, Level]], lender: str, amounts: Iterable[LevelAmount]
) -> None:
    for one in amounts:
        counter[lender, one.level] += one.amount_fen


def _missing(made: Iterable[SubsidyRequest], year: int) -> tuple[tuple[str, InterestQuarter], ...]:
    there = {(request.lender, request.quarter) for request in made}
    quarters = [InterestQuarter(year, number) for number in (1, 2, 3, 4)]
    lenders = sorted({lender for lender, _ in there})
    all_of_them = ((lender, quarter) for lender in lenders for quarter in quarters)
    return tuple(one for one in all_of_them if one not in there)


def require_distinct(payments: Iterable[TreasuryPayment]) -> None:
    """Refuse payments of which two have the same voucher, bank, level and quarter.

    Raises:
        RefConflict: names the voucher.
    """
    seen: set[tuple[str, InterestQuarter, Level, str]] = set()
    for one in payments:
        key = (one.lender, one.quarter, one.level, one.ref)
        if key in seen:
            raise RefConflict(
                f"{one.lender}: voucher {one.ref} stands for two payments of {one.level.value} "
                f"for {one.quarter}",
                zh=f"{one.lender}：凭证 {one.ref} 对应 {one.quarter} {one.level.zh}财政两笔拨付",
                value=one.ref,
                limit=one.quarter,
            )
        seen.add(key)


def require_each_once(requests: Iterable[SubsidyRequest]) -> None:
    """Refuse requests of which two are one bank's for one quarter: the same money twice.

    Raises:
        AlreadyRequested: names the bank and the quarter.
    """
    seen: set[tuple[str, InterestQuarter]] = set()
    for request in requests:
        if (request.lender, request.quarter) in seen:
            raise AlreadyRequested(
                f"{request} is given twice",
                zh=f"{request} 的贴息申请出现两次",
                value=request.quarter,
                limit="each request once",
            )
        seen.add((request.lender, request.quarter))
