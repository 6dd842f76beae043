"""What the database itself refuses, whoever writes to it: the rules for each table, as SQL.

Entries and records are written once, and each goes on where the chain before it ended. A head only
moves on, to an entry that is there. The rules are read off the tables, so that a new table is
guarded from the day it is made.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from sqlalchemy import Table

from microloan.store import closing_tables, follow_up_tables, request_tables, tables

PREFIX: Final = "microloan_guard_"
"""How the names of all guards begin."""


class Event(Enum):
    """What somebody tries to do to a table."""

    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    TRUNCATE = "TRUNCATE"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is refused, and when: a condition on the row, or always."""

    message: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard of one table: all that is refused of an event.

    Args:
        table: the table.
        event: what somebody tries to do.
        refusals: what of it is refused, in the order in which it is looked at.
        columns: the columns an UPDATE must name to be looked at; empty for any.
        about: what it guards, the end of its name.
    """

    table: Table
    event: Event
    refusals: tuple[Refusal, ...]
    columns: tuple[str, ...] = ()
    about: str = ""

    @property
    def name(self) -> str:
        """Return the name of the guard in the database."""
        end = self.about or self.event.value.lower()
        return f"{PREFIX}{self.table.name.removeprefix('microloan_')}_{end}"


class Words(Protocol):
    """What the two databases say differently."""

    def of(self, table: Table) -> str:
        """Return the table as the body of a guard names it."""

    def half_year(self, column: str) -> str:
        """Return the half-year of a day of the new row, as year × 10 + half."""

    def differ(self, one: str, other: str) -> str:
        """Return whether two values differ; nothing differs from something."""


WRITTEN_ONCE: Final[dict[Table, str]] = {
    tables.fund_entry: "booked_on",
    tables.loan_entry: "booked_on",
    tables.register: "",
    closing_tables.closing: "",
    closing_tables.head: "",
    closing_tables.reopening: "",
    closing_tables.account: "",
    closing_tables.assignment: "effective_on",
    request_tables.request: "",
    request_tables.request_line: "",
    request_tables.request_correction: "",
    request_tables.request_waiting: "",
    follow_up_tables.visit: "booked_on",
    follow_up_tables.contact: "booked_on",
}
"""Tables whose rows never change, with the day that may not lie in a closed half-year."""

MOVING: Final[dict[Table, tuple[str, ...]]] = {
    tables.book: ("acts", "last_act", "records", "last_record"),
    tables.fund: ("balance_fen", "exposure_fen", "covered_fen", "entries", "head"),
    tables.fund_day: ("balance_fen", "exposure_fen", "covered_fen", "committed_fen"),
    tables.loan: ("entries", "head"),
}
"""Tables whose rows move on, with the columns that may change."""

_CHAINS: Final = ((tables.fund, tables.fund_entry), (tables.loan, tables.loan_entry))


def guards_of(words: Words) -> Iterator[Guard]:
    """Yield the guards of all tables that both databases need, in a fixed order."""
    for table, booked in WRITTEN_ONCE.items():
        yield Guard(table, Event.INSERT, tuple(_inserted(table, booked, words)))
        yield from _never(table, Event.UPDATE, Event.DELETE, Event.TRUNCATE)
    for table, moving in MOVING.items():
        fixed = tuple(column.name for column in table.columns if column.name not in moving)
        message = f"ML004 {table.name}: what a row is about never changes"
        yield Guard(table, Event.UPDATE, (Refusal(message),), fixed, "identity")
        yield from _never(table, Event.DELETE, Event.TRUNCATE)
    for owner, entries in _CHAINS:
        yield _head(owner, entries, words)
    yield _acts(words)
    yield _records(words)


def same(names: Sequence[str]) -> str:
    """Return the condition that a row has the new row's values in some columns."""
    return " AND ".join(f"one.{name} = NEW.{name}" for name in names)


def _one(what: str, table: str, names: Sequence[str], more: str = "") -> str:
    """Return the question for something of a row that has the new row's values in some columns."""
    where = f"{same(names)}{more}"
    return f"(SELECT {what} FROM {table} one WHERE {where})"  # noqa: S608 — names of ours only


def _never(table: Table, *events: Event) -> Iterator[Guard]:
    for event in events:
        message = f"ML001 {table.name}: written once, no {event.value}"
        yield Guard(table, event, (Refusal(message),))


def _inserted(table: Table, booked: str, words: Words) -> Iterator[Refusal]:
    for owner, entries in _CHAINS:
        if table is entries:
            first = _one("one.genesis", words.of(owner), _key_of(owner))
            yield _goes_on(table, words, first=first)
    if table is tables.register:
        yield _goes_on(table, words, first="''")
    if table in (closing_tables.closing, closing_tables.reopening):
        following = _one("one.acts + 1", words.of(tables.book), ["book_id"])
        message = f"ML003 {table.name}: not the next act of its book"
        yield Refusal(message, words.differ("NEW.number", following))
    if booked:
        yield _in_closed(table, booked, words)


def _key_of(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns]


def _goes_on(table: Table, words: Words, *, first: str) -> Refusal:
    """Return what is refused of an entry that does not follow the one before it."""
    chain = _key_of(table)[:-1]
    before = _one("one.hash", words.of(table), chain, " AND one.number = NEW.number - 1")
    expected = f"CASE WHEN NEW.number = 1 THEN {first} ELSE {before} END"
    message = f"ML003 {table.name}: it does not go on where the chain before it ends"
    return Refusal(message, words.differ("NEW.previous", expected))


def _in_closed(table: Table, booked: str, words: Words) -> Refusal:
    again = (
        f"(SELECT 1 FROM {words.of(closing_tables.reopening)} two"  # noqa: S608 — names of ours only
        " WHERE two.book_id = one.book_id AND two.half_year = one.half_year"
        " AND two.version = one.version)"
    )
    later = f" AND one.half_year >= {words.half_year(booked)} AND NOT EXISTS {again}"
    closed = _one("1", words.of(closing_tables.closing), ["book_id"], later)
    return Refusal(f"ML005 {table.name}: its day lies in a closed half-year", f"EXISTS {closed}")


def _head(owner: Table, entries: Table, words: Words) -> Guard:
    chain = _key_of(entries)[:-1]
    there = _one("one.hash", words.of(entries), chain, " AND one.number = NEW.entries")
    where = (
        "NOT (NEW.entries = OLD.entries AND NEW.head = OLD.head)"
        f" AND (NEW.entries <= OLD.entries OR {words.differ('NEW.head', there)})"
    )
    message = f"ML004 {owner.name}: the head moves on to an entry that is there"
    return Guard(owner, Event.UPDATE, (Refusal(message, where),), ("entries", "head"), "head")


def _acts(words: Words) -> Guard:
    both = (closing_tables.closing, closing_tables.reopening)
    number = " AND one.number = NEW.acts"
    there = (_one("1", words.of(table), ["book_id"], number) for table in both)
    where = (
        "NOT (NEW.acts = OLD.acts AND NEW.last_act = OLD.last_act) AND (NEW.acts <> OLD.acts + 1"
        f" OR NOT ({' OR '.join(f'EXISTS {one}' for one in there)}))"
    )
    refusal = Refusal("ML004 microloan_book: its acts move on by one that is there", where)
    return Guard(tables.book, Event.UPDATE, (refusal,), ("acts", "last_act"), "acts")


def _records(words: Words) -> Guard:
    number = " AND one.number = NEW.records"
    there = _one("one.hash", words.of(tables.register), ["book_id"], number)
    where = (
        "NOT (NEW.records = OLD.records AND NEW.last_record = OLD.last_record)"
        f" AND (NEW.records <= OLD.records OR {words.differ('NEW.last_record', there)})"
    )
    refusal = Refusal("ML004 microloan_book: its records move on to one that is there", where)
    return Guard(tables.book, Event.UPDATE, (refusal,), ("records", "last_record"), "records")
