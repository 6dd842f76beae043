"""The statements that read and move the sums of a fund, prepared once.

Each is filled in with ``book`` and ``fund``; what is added to a sum goes by the sum's own name.
"""

from datetime import date
from types import ModuleType
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Insert,
    Numeric,
    Select,
    Update,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from microloan.fund_change import FundChange
from microloan.store import tables

ON_THE_ROW: Final = ("balance_fen", "exposure_fen", "covered_fen")
"""What the fund's own row sums up; commitments come to nothing in the end."""
LATER: Final = date.max
"""The day under which everything after the last day is summed up."""
_FUND, _DAY = tables.fund, tables.fund_day
_happened = _DAY.c.effective_on
_MINE: Final = (_FUND.c.book_id == bindparam("book"), _FUND.c.fund_id == bindparam("fund"))


def _net(day: ColumnElement[date]) -> Select[Any]:
    """Return the question for the net changes of a fund, summed up by some day."""
    columns: list[ColumnElement[Any]] = [day.label("day")]
    columns += [cast(func.sum(_DAY.c[name]), BigInteger).label(name) for name in FundChange._fields]
    mine = (_DAY.c.book_id == bindparam("book"), _DAY.c.fund_id == bindparam("fund"))
    return select(*columns).where(*mine).group_by(day)


def _on_the_row_and_since() -> Select[Any]:
    last = case((_happened > bindparam("until"), literal(LATER)), else_=_happened)
    since = _net(last).where(_happened >= bindparam("since")).subquery("since")
    always = and_(*_MINE)
    return (
        select(*(_FUND.c[name] for name in ON_THE_ROW), *since.c)
        .select_from(_FUND.outerjoin(since, always))
        .where(always)
        .order_by(since.c.day)
    )


SUMS_SINCE: Final = _on_the_row_and_since()
"""The sums on the fund's row and, beside them, the net changes of each day since ``since``.

What comes after ``until`` is one sum, at :data:`LATER`. It is one statement, so that both are of
one moment; what happened before is the rest of what the row says.
"""

DAYS_SINCE: Final = _net(
    case((_happened < bindparam("since"), bindparam("eve", type_=Date)), else_=_happened)
)
"""The net changes of each day since ``since``, those before as one, at ``eve``.

The fund's own row is not asked: what is tested by its days is guarded by its row once more.
"""


def _move() -> Update:
    added = {name: _FUND.c[name] + bindparam(name, type_=BigInteger) for name in ON_THE_ROW}
    return update(_FUND).where(*_MINE).values(added)


def _move_within(name: str) -> Update:
    # A product of two BIGINTs may be none on PostgreSQL, where NUMERIC has no bound.
    room = cast(bindparam("cap", type_=BigInteger), Numeric) * (
        _FUND.c.balance_fen + bindparam("balance_fen", type_=BigInteger)
    )
    return _move().where(_FUND.c[name] + bindparam(name, type_=BigInteger) <= room)


MOVE: Final = _move()
"""Move the sums on the fund's row."""
MOVE_WITHIN_EXPOSURE: Final = _move_within("exposure_fen")
MOVE_WITHIN_COVERED: Final = _move_within("covered_fen")
"""The same, but only if the exposure stays within ``cap`` times the balance."""


def _move_day(new: ModuleType) -> Insert:
    """Return the statement that adds to a day, which is made if there is none."""
    made = new.insert(_DAY)
    added = {name: _DAY.c[name] + made.excluded[name] for name in FundChange._fields}
    keys = list(_DAY.primary_key)
    moved: Insert = made.on_conflict_do_update(index_elements=keys, set_=added)
    return moved


MOVE_DAY: Final = {"postgresql": _move_day(postgresql), "sqlite": _move_day(sqlite)}
"""Add to the sums of a day, by the name of the database."""
