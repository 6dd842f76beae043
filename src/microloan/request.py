"""贴息申请: what a bank asks the treasury for after an interest quarter, line by line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Final

from microloan.correction import Asked, Correction, already_requested, standing_of
from microloan.errors import AlreadyRequested, InvalidTerms, QuarterNotOver, WrongLender
from microloan.levels import LEVEL_COLUMNS, Levels, add_up
from microloan.money import InYuan
from microloan.naming import identity, refused_terms
from microloan.periods import InterestQuarter, plain_date
from microloan.policy import Level
from microloan.request_line import LineKey, RequestLine, WaitingLine
from microloan.table import Table, Tabular, columns_of, tabulate

_READ: Final = (
    *("loan_id", "borrower", "due_on", "principal", "annual_rate", "subsidized_days"),
    *("interest", "subsidy", "borne", *(level.value for level in Level)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsidyRequest(Tabular):
    """贴息申请: one bank, one interest quarter; lines, corrections, and what has to wait.

    The lines add up to :attr:`subsidy`, lines and corrections to :attr:`amount`, and both do so at
    each level of government.

    Args:
        lender: the bank.
        quarter: the interest quarter.
        on: the day on which it was drawn up.
        since: the first quarter whose lines the requests of this bank go back to.
        lines: what is asked for, by loan and due day.
        corrections: what is changed of earlier requests, by loan and due day.
        waiting: what was earned and may not be asked for, and why.
        opening_fen: 季初余额, principal owed to the bank before the quarter.
        closing_fen: 季末余额, principal owed to it at the quarter's end.
        lent_fen: 贷款发生额, principal paid out in the quarter.
        lent_count: 贷款发生笔数, loans of which the first money was paid out in it.

    Raises:
        QuarterNotOver: the quarter has not ended on that day.
        WrongLender: a line of another bank.
        AlreadyRequested: two lines or two corrections for the same loan and due day.
        InvalidTerms: a line that fell due outside the quarters it may come from, or a correction
            of a line of this or a later quarter.
    """

    lender: str
    quarter: InterestQuarter
    on: date
    since: InterestQuarter
    lines: tuple[RequestLine, ...]
    corrections: tuple[Correction, ...] = ()
    waiting: tuple[WaitingLine, ...] = ()
    opening_fen: int = 0
    closing_fen: int = 0
    lent_fen: int = 0
    lent_count: int = 0

    opening = InYuan("opening_fen", "Principal owed to the bank before the quarter, in yuan.")
    closing = InYuan("closing_fen", "Principal owed to it at the quarter's end, in yuan.")
    lent = InYuan("lent_fen", "Principal paid out in the quarter, in yuan.")
    subsidy = InYuan("subsidy_fen", "What is asked for the lines, in yuan.")
    corrected = InYuan("corrected_fen", "What is asked on top, or returned, in yuan.")
    amount = InYuan("amount_fen", "申请贴息资金额: lines and corrections together, in yuan.")

    COLUMNS = columns_of(
        "lender quarter on opening closing lent lent_count subsidy corrected asked=amount_fen",
        **LEVEL_COLUMNS,
    )

    def as_table(self) -> Table:
        """Return one row for each of the lines."""
        return tabulate(self.lines, of=RequestLine)

    def for_reading(self) -> Table:
        """Return the columns that tell who is asked for what."""
        return self.as_table().only(*_READ)

    def __post_init__(self) -> None:
        """Refuse parts that do not make one request."""
        identity(self.lender, "a lender")
        require_over(self.quarter, on=self.on)
        first, last = self.since.first_day, self.quarter.last_day
        for key in (line.key for part in (self.lines, self.waiting) for line in part):
            if not first <= key[1] <= last:
                raise _out_of_place(key, "a due day", f"{first} - {last}")
        for line in self.lines:
            require_lender(line.loan_id, line.lender, asks=self.lender)
        for correction in self.corrections:
            if correction.requested_in >= self.quarter:
                before = f"a quarter before {self.quarter}"
                raise _out_of_place(correction.key, "the quarter of a corrected line", before)
        for part in (self.lines, self.corrections, self.waiting):
            _require_once(part, where=str(self))

    @property
    def subsidy_fen(self) -> int:
        """Return what is asked for the lines, in fen."""
        return sum(line.subsidy_fen for line in self.lines)

    @property
    def corrected_fen(self) -> int:
        """Return what is asked on top for earlier lines; below nothing, what is returned."""
        return sum(correction.difference_fen for correction in self.corrections)

    @property
    def amount_fen(self) -> int:
        """Return what the treasury is to pay; below nothing, what the bank returns, in fen."""
        return self.subsidy_fen + self.corrected_fen

    @property
    def levels(self) -> Levels:
        """Return what each level is to pay for lines and corrections, from the top down."""
        return add_up(chain(self.line_levels, self.corrected_levels))

    @property
    def line_levels(self) -> Levels:
        """Return what each level is to pay for the lines."""
        return add_up(part for line in self.lines for part in line.levels)

    @property
    def corrected_levels(self) -> Levels:
        """Return what each level is to pay on top for earlier lines, or gets back."""
        return add_up(part for correction in self.corrections for part in correction.levels)

    def __str__(self) -> str:
        """Return the bank and the quarter, such as ``BANK-03 2024Q3``."""
        return f"{self.lender} {self.quarter}"


def require_over(quarter: InterestQuarter, *, on: date) -> None:
    """Refuse to ask for a quarter that is not over.

    It is over on the day after its settlement day: interest falls due on the settlement day itself,
    and what is paid on that day counts.

    Raises:
        QuarterNotOver: the quarter ends on that day or later.
        InvalidDate: no plain date.
        InvalidTerms: no interest quarter.
    """
    if not isinstance(quarter, InterestQuarter):
        raise refused_terms("the quarter", "结息季", quarter, "an InterestQuarter")
    if plain_date(on, "a request") <= quarter.last_day:
        raise QuarterNotOver(
            f"{quarter} ends on {quarter.last_day}; it cannot be asked for on {on}",
            zh=f"{quarter} 于 {quarter.last_day} 结息，{on} 不能申请贴息",
            value=on,
            limit=quarter.last_day,
        )


def require_lender(loan_id: str, lender: str, *, asks: str) -> None:
    """Refuse a loan of another bank than the one that asks.

    Raises:
        WrongLender: names the loan and both banks.
    """
    if lender != asks:
        raise WrongLender(
            f"{loan_id} is a loan of {lender}; {asks} cannot ask for it",
            zh=f"{loan_id} 由 {lender} 发放，{asks} 不能申请贴息",
            value=lender,
            limit=asks,
        )


def requested_so_far(requests: Iterable[SubsidyRequest]) -> dict[LineKey, Asked]:
    """Return how each line stands after requests of one bank, by loan and due day.

    Raises:
        AlreadyRequested: the same quarter twice, or the same line in two of them.
        NotRequested: a correction of a line that no earlier request holds.
        CorrectionTooLarge: a correction that takes back more than was requested until then.
        InvalidTerms: a correction that does not start from what was requested until then.
    """
    asked: dict[LineKey, Asked] = {}
    latest: SubsidyRequest | None = None
    for request in sorted(requests, key=lambda request: request.quarter):
        if latest is not None:
            require_later(request.quarter, latest)
        latest = request
        for correction in request.corrections:
            asked[correction.key] = standing_of(correction.key, asked).after(correction)
        for line in request.lines:
            if line.key in asked:
                raise already_requested(line.key, str(asked[line.key].quarter))
            asked[line.key] = Asked(line=line, quarter=request.quarter, net_fen=line.subsidy_fen)
    return asked


def require_later(quarter: InterestQuarter, latest: SubsidyRequest) -> None:
    """Refuse to ask for a quarter once it, or a later one, was asked for.

    What became known of it since then is corrected in the next request.

    Raises:
        AlreadyRequested: names the quarter and the request that holds it or follows it.
    """
    if quarter <= latest.quarter:
        raise AlreadyRequested(
            f"{latest} is requested already; {quarter} can only be corrected in a later quarter",
            zh=f"{latest} 已申请贴息，{quarter} 只能在以后季度更正",
            value=quarter,
            limit=latest.quarter,
        )


def _require_once(
    parts: Sequence[RequestLine] | Sequence[Correction] | Sequence[WaitingLine], *, where: str
) -> None:
    seen: set[LineKey] = set()
    for part in parts:
        if part.key in seen:
            raise already_requested(part.key, where)
        seen.add(part.key)


def _out_of_place(key: LineKey, what: str, limit: str) -> InvalidTerms:
    loan_id, due_on = key
    return refused_terms(f"{what} of a request, {loan_id},", "申请明细", due_on, limit)
