"""The control of the race: reading, checking and writing as one would without the store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from sqlalchemy import func, insert, select

from histories import a_fund
from microloan.store import UnitOfWork, tables
from torture.places import Place
from torture.race_plan import FUND, LENT, ROOM
from torture.together import at_once

BOOK = "the naive one"
_EACH = 6
_FIRST = date(2024, 1, 1)


def overshoot(place: Place, *, clerks: int) -> str:
    """Return by how much clerks overshoot the cap who add up, compare and write; or nothing.

    They write into the same tables, what a fund stands behind by day, and each into days of his
    own; only the fund's lock is not taken.
    """
    place = replace(place, isolation="")  # PostgreSQL would see through him at a higher one
    engine, room = place.engine(), clerks * _EACH // 2 + 1
    with UnitOfWork(engine, book=BOOK) as uow:
        uow.save(a_fund(room * ROOM // 100))
        uow.commit()
    engine.dispose()
    at_once([partial(_clerk, place, room * LENT, number) for number in range(clerks)])
    with engine.connect() as connection:
        over = int(connection.scalar(_exposure())) - room * LENT
    engine.dispose()
    return f"reading, checking and writing overshot by {over // LENT} loans" if over > 0 else ""


def _exposure():
    table = tables.fund_day
    total = func.coalesce(func.sum(table.c.exposure_fen), 0)
    return select(total).where(table.c.book_id == BOOK, table.c.fund_id == FUND)


def _clerk(place: Place, limit: int, number: int, ready: Callable[[], None]) -> None:
    engine = place.engine()
    for turn in range(_EACH):
        with engine.connect() as connection:
            stands_behind = connection.scalar(_exposure())
            ready()  # until all clerks have looked at the figure
            if stands_behind + LENT <= limit:
                row = {
                    "book_id": BOOK,
                    "fund_id": FUND,
                    "effective_on": _FIRST + timedelta(days=number * _EACH + turn),
                    "balance_fen": 0,
                    "exposure_fen": LENT,
                    "covered_fen": 0,
                    "committed_fen": 0,
                }
                connection.execute(insert(tables.fund_day), [row])
                connection.commit()
    engine.dispose()
