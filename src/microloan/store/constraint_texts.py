"""What the constraints of a table should say, in one spelling for both databases.

SQLite keeps the words of a constraint; PostgreSQL writes them anew, with other brackets and casts.
"""

import re
from typing import Final

from sqlalchemy import Dialect, Table
from sqlalchemy.schema import AddConstraint, Constraint

_NAMED: Final = re.compile(r'CONSTRAINT\s+"?(\w+)"?\s+(.*)', re.DOTALL)
_CAST: Final = re.compile(r"::[a-z ]+")
_BETWEEN: Final = re.compile(r"(\S+) BETWEEN (\S+) AND (\S+)")
_NOISE: Final = re.compile(r"[()'\"\s]+")
_SPACED: Final = re.compile(r"([(),])")


def plain_text(said: str) -> str:
    """Return what a constraint says without its brackets, casts and quotes.

    >>> plain_text("CHECK (((a >= 0) AND (a <= '9'::bigint)))")
    'check a >= 0 and a <= 9'
    >>> plain_text("CHECK (a BETWEEN 0 AND 9)")
    'check a >= 0 and a <= 9'
    """
    spaced = _SPACED.sub(r" \1 ", _CAST.sub("", said))
    written = _BETWEEN.sub(r"\1 >= \2 AND \1 <= \3", spaced)
    return _NOISE.sub(" ", written).strip().lower()


def texts_of(table: Table, dialect: Dialect) -> dict[str, str]:
    """Return what each constraint of a table says, by its name as the database knows it, sorted.

    >>> from sqlalchemy.dialects import sqlite
    >>> from microloan.store import tables
    >>> texts_of(tables.register, sqlite.dialect())["pk_microloan_register"]
    'primary key book_id , number'
    """
    named: list[Constraint] = [one for one in table.constraints if one.name is not None]
    found = {}
    for one in named:
        added = str(AddConstraint(one, isolate_from_table=False).compile(dialect=dialect))
        if match := _NAMED.search(added):
            found[match[1]] = plain_text(match[2])
    return dict(sorted(found.items()))


def texts_in(created: str) -> dict[str, str]:
    """Return what each named constraint says in the words that made a table.

    >>> texts_in("CREATE TABLE t (a INT, CONSTRAINT x CHECK (a > 0), b INT, UNIQUE (a))")
    {'x': 'check a > 0'}
    """
    begun = [match.start() for match in re.finditer(r'CONSTRAINT\s+"?\w+"?\s', created)]
    found = {}
    for start in begun:
        if match := _NAMED.match(created[start : _end_of(created, start)]):
            found[match[1]] = plain_text(match[2])
    return found


def _end_of(created: str, start: int) -> int:
    """Return where the part of a list ends that begins at a place: at its comma or bracket."""
    depth = 0
    for place in range(start, len(created)):
        match created[place]:
            case "(":
                depth += 1
            case ")" if depth == 0:
                return place
            case ")":
                depth -= 1
            case "," if depth == 0:
                return place
    return len(created)
