"""The questions about the entries of a fund, prepared once; asking is all that is left to do.

Each is filled in with ``book`` and ``fund``, and where it says so with ``loan`` and ``on``.
"""

from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, literal_column, or_, select

from microloan.fund_ledger import FundEntryKind
from microloan.ledger import EntryKind
from microloan.store import tables

_LINE: Final = tables.fund_entry.c
_MINE: Final = (_LINE.book_id == bindparam("book"), _LINE.fund_id == bindparam("fund"))


class Lines(NamedTuple):
    """Three questions: entries that are chosen, what released them, and what undid either."""

    chosen: Select[Any]
    released: Select[Any]
    undone: Select[Any]


def _of(*kinds: FundEntryKind | EntryKind) -> list[ColumnElement[Any]]:
    """Return kinds as they stand in a statement; they are names of ours and need no parameter."""
    return [literal_column(f"'{kind.value}'") for kind in kinds]


def _lines(which: ColumnElement[bool]) -> Lines:
    chosen = and_(*_MINE, which)
    approvals = and_(chosen, _LINE.kind.in_(_of(FundEntryKind.COMMITMENT)))
    releases = _LINE.kind.in_(_of(FundEntryKind.RELEASE))
    released = and_(*_MINE, releases, _LINE.against.in_(select(_LINE.ref).where(approvals)))
    numbers = select(_LINE.number).where(or_(chosen, released))
    reversals = _LINE.kind.in_(_of(FundEntryKind.REVERSAL))
    undone = and_(*_MINE, reversals, _LINE.undoes.in_(numbers))
    table = tables.fund_entry
    return Lines(*(select(table).where(where) for where in (chosen, released, undone)))


@cache
def of_kinds(*kinds: FundEntryKind) -> Lines:
    """Return the questions for the entries of some kinds."""
    return _lines(_LINE.kind.in_(_of(*kinds)))


DECISIONS: Final = (
    FundEntryKind.CAP_DECISION,
    FundEntryKind.SUBLIMIT,
    FundEntryKind.SUSPENSION,
    FundEntryKind.LIFTING,
)
_UNLAPSED: Final = and_(_LINE.effective_on <= bindparam("on"), _LINE.until_on > bindparam("on"))
LIMITING: Final = _lines(
    and_(
        _LINE.kind.in_(_of(*DECISIONS, FundEntryKind.COMMITMENT)),
        or_(
            _LINE.kind != literal_column(f"'{FundEntryKind.COMMITMENT.value}'"),
            _LINE.loan_id == bindparam("loan"),
            _UNLAPSED,
        ),
    )
)
"""All that limits a fund on a day: decisions, its approvals of a loan and those not lapsed."""

APPROVED_AMONG: Final = select(_LINE.loan_id).where(
    *_MINE,
    _LINE.kind.in_(_of(FundEntryKind.COMMITMENT)),
    _LINE.loan_id.in_(bindparam("loans", expanding=True)),
)
"""Which loans of some were ever approved."""


_LOAN: Final = tables.loan.c
_PAID: Final = tables.loan_entry.c

GUARANTEED_AMONG: Final = select(_LOAN.loan_id).where(
    _LOAN.book_id == bindparam("book"),
    _LOAN.fund_id == bindparam("fund"),
    _LOAN.loan_id.in_(bindparam("loans", expanding=True)),
)
"""Which loans of some the fund guarantees."""

# The loans are named, not asked for in a question within: of a table that it has no statistics of
# PostgreSQL takes such a question for every entry of the book.
PAID_OUT: Final = (
    select(tables.loan_entry)
    .where(
        _PAID.book_id == bindparam("book"),
        _PAID.kind.in_(_of(EntryKind.DISBURSEMENT, EntryKind.REVERSAL)),
        _PAID.loan_id.in_(bindparam("loans", expanding=True)),
    )
    .order_by(_PAID.loan_id, _PAID.number)
)
"""What was paid out of some loans, and undone."""
