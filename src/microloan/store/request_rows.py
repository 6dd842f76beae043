"""Rows of requests and the requests they came from; a request is sealed with one hash."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import Table

from microloan.correction import Correction, CorrectionCause
from microloan.periods import InterestQuarter
from microloan.policy import Level, Shares
from microloan.refund import WaitingReason
from microloan.request import SubsidyRequest
from microloan.request_line import RequestLine, WaitingLine
from microloan.store import request_tables as tables
from microloan.store.chain import link
from microloan.store.register import Record, RecordKind
from microloan.store.rows import Row, chain_broken
from microloan.store.terms_rows import rate_text

_TENS: Final = 10
PARTS: Final = (tables.request_line, tables.request_correction, tables.request_waiting)
"""What hangs on a request, in the order in which its seal covers it."""


Columns: TypeAlias = Mapping[str, Any] | Row
"""A row that is to be written, or one that was read."""


class Rows(NamedTuple):
    """The rows of one request: its own, and those of its parts in the order of :data:`PARTS`."""

    request: dict[str, Any]
    parts: tuple[list[dict[str, Any]], ...]


def quarter_code(quarter: InterestQuarter) -> int:
    """Return an interest quarter as a whole number that sorts by time.

    >>> quarter_code(InterestQuarter(2024, 3))
    20243
    """
    return quarter.year * _TENS + quarter.quarter


def quarter_of(code: int) -> InterestQuarter:
    """Return the interest quarter of a code.

    >>> quarter_of(20243)
    InterestQuarter(year=2024, quarter=3)
    """
    return InterestQuarter(*divmod(code, _TENS))


def rows_of_request(request: SubsidyRequest, book: str) -> Rows:
    """Return the rows of a request, with its seal."""
    own = {
        "book_id": book,
        "lender_id": request.lender,
        "quarter": quarter_code(request.quarter),
    }
    head = own | {
        "drawn_on": request.on,
        "since_quarter": quarter_code(request.since),
        "opening_fen": request.opening_fen,
        "closing_fen": request.closing_fen,
        "lent_fen": request.lent_fen,
        "lent_count": request.lent_count,
    }
    columns = (
        map(_line_columns, request.lines),
        map(_correction_columns, request.corrections),
        map(_waiting_columns, request.waiting),
    )
    parts = tuple(
        [own | {"place": place} | row for place, row in enumerate(rows, start=1)]
        for rows in columns
    )
    return Rows(head | {"hash": _seal(head, parts)}, parts)


def record_of_request(row: Columns) -> Record:
    """Return the line of the register for a request."""
    return Record(RecordKind.REQUEST, row["lender_id"], str(row["quarter"]), row["hash"])


def _seal(head: Columns, parts: Sequence[Sequence[Columns]]) -> str:
    """Return the hash over a request's row and the rows of its parts, every column of each."""
    links = [link("request", *(head[name] for name in _SEALED))]
    for table, rows in zip(PARTS, parts, strict=True):
        links.append(link(table.name, len(rows)))
        links += [link(*(row[name] for name in _names(table))) for row in rows]
    return link(*links)


def _names(table: Table) -> list[str]:
    return list(table.columns.keys())


def _line_columns(line: RequestLine) -> dict[str, Any]:
    return {
        "loan_id": line.loan_id,
        "due_on": line.due_on,
        "number": line.number,
        "borrower_id": line.borrower,
        "principal_fen": line.principal_fen,
        "disbursed_on": line.disbursed_on,
        "months": line.months,
        "annual_rate": rate_text(line.annual_rate),
        "days": line.days,
        "interest_fen": line.interest_fen,
        "subsidy_fen": line.subsidy_fen,
        "shares": shares_text(line.shares),
        "rule": line.rule,
        "shares_rule": line.shares_rule,
    }


def _correction_columns(correction: Correction) -> dict[str, Any]:
    return {
        "loan_id": correction.loan_id,
        "due_on": correction.due_on,
        "number": correction.number,
        "requested_in": quarter_code(correction.requested_in),
        "was_fen": correction.was_fen,
        "is_fen": correction.is_fen,
        "shares": shares_text(correction.shares),
        "cause": correction.cause.value,
        "ref": correction.ref,
    }


def _waiting_columns(line: WaitingLine) -> dict[str, Any]:
    return {
        "loan_id": line.loan_id,
        "due_on": line.due_on,
        "number": line.number,
        "subsidy_fen": line.subsidy_fen,
        "reason": line.reason.value,
    }


def shares_text(shares: Shares) -> str:
    """Return shares as text, the level that stands first before the others.

    >>> shares_text(Shares(parts=((Level.CENTRAL, Fraction(7, 10)), (Level.CITY, Fraction(3, 10)))))
    'central=7/10,city=3/10'
    """
    return ",".join(f"{level.value}={part}" for level, part in shares.parts)


def shares_of_text(text: str) -> Shares:
    """Return the shares of a text.

    >>> shares_of_text("central=1").parts
    ((<Level.CENTRAL: 'central'>, Fraction(1, 1)),)
    """
    named = (part.split("=") for part in text.split(","))
    return Shares(parts=tuple((Level(level), Fraction(part)) for level, part in named))


def request_of(row: Row, parts: Sequence[Sequence[Row]]) -> SubsidyRequest:
    """Return the request of its rows, checked against its seal before any object is made of them.

    Raises:
        ChainBroken: the rows are not those that were written.
    """
    if _seal(row, parts) != row["hash"]:
        quarter = row["quarter"]  # any text, where somebody wrote it there
        shown = "{}Q{}".format(*divmod(quarter, _TENS)) if isinstance(quarter, int) else quarter
        raise chain_broken(f"{row['lender_id']} {shown}", "the request")
    lines, corrections, waiting = parts
    return SubsidyRequest(
        lender=row["lender_id"],
        quarter=quarter_of(row["quarter"]),
        on=row["drawn_on"],
        since=quarter_of(row["since_quarter"]),
        lines=tuple(map(_line_of, lines)),
        corrections=tuple(map(_correction_of, corrections)),
        waiting=tuple(map(_waiting_of, waiting)),
        opening_fen=row["opening_fen"],
        closing_fen=row["closing_fen"],
        lent_fen=row["lent_fen"],
        lent_count=row["lent_count"],
    )


def _line_of(row: Row) -> RequestLine:
    return RequestLine(
        loan_id=row["loan_id"],
        number=row["number"],
        due_on=row["due_on"],
        borrower=row["borrower_id"],
        lender=row["lender_id"],
        principal_fen=row["principal_fen"],
        disbursed_on=row["disbursed_on"],
        months=row["months"],
        annual_rate=Decimal(row["annual_rate"]),
        days=row["days"],
        interest_fen=row["interest_fen"],
        subsidy_fen=row["subsidy_fen"],
        shares=shares_of_text(row["shares"]),
        rule=row["rule"],
        shares_rule=row["shares_rule"],
    )


def _correction_of(row: Row) -> Correction:
    return Correction(
        loan_id=row["loan_id"],
        number=row["number"],
        due_on=row["due_on"],
        requested_in=quarter_of(row["requested_in"]),
        was_fen=row["was_fen"],
        is_fen=row["is_fen"],
        shares=shares_of_text(row["shares"]),
        cause=CorrectionCause(row["cause"]),
        ref=row["ref"],
    )


def _waiting_of(row: Row) -> WaitingLine:
    return WaitingLine(
        loan_id=row["loan_id"],
        number=row["number"],
        due_on=row["due_on"],
        subsidy_fen=row["subsidy_fen"],
        reason=WaitingReason(row["reason"]),
    )


_SEALED: Final = tuple(name for name in _names(tables.request) if name not in {"hash", "known_as"})
"""The columns of a request that say what is asked for."""
