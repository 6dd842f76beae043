"""Somebody with all rights over the database changes one thing; verifying must see it and name it.

The guards are gone, keys and CHECKs are not looked at. One cell is edited, a row deleted, two cells
swapped, a chain cut short, or written anew with right hashes. Each change is undone by a rollback.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, Date, Engine, Table, select, text
from sqlalchemy.exc import DBAPIError

from busy_book import write_busy_book
from microloan.store import Anchor, UnitOfWork, metadata, tables
from microloan.store.anchor import anchor_now
from microloan.store.book_verifying import verify_book
from microloan.store.chain import link
from microloan.store.guards import remove_guards
from torture.places import Place, places
from torture.tally import Tally

BOOK = "990101"
SEED = 20_260_006
SHORT, LONG = 250, 5_000
CHAINS = {tables.fund_entry: tables.fund, tables.loan_entry: tables.loan}
NAMES = ("loan_id", "fund_id", "lender_id", "chain_id", "of_id")
TYPE_OF_PLACE = {"sqlite": "rowid", "postgresql": "ctid"}


def run(*, short: bool) -> Iterator[Tally]:
    """Tamper with a book on each database."""
    for place in places("SQLite TRUNCATE", "PostgreSQL"):
        yield tamper(place, rounds=SHORT if short else LONG, seed=SEED)


@dataclass(frozen=True)
class Row:
    """One stored row: where it stands, and what the driver says is in it."""

    table: Table
    place: object
    cells: dict[str, Any]

    @property
    def names(self) -> set[str]:
        """What a finding about this row may name."""
        own = [str(self.cells[name]) for name in NAMES if self.cells.get(name)]
        if "half_year" in self.cells:
            own.append("{}H{}".format(*divmod(self.cells["half_year"], 10)))
        if not {"loan_id", "fund_id"} & self.cells.keys():
            own.append(BOOK)
        return set(own)


@dataclass
class Change:
    """What is changed, and what has to be named."""

    kind: str
    statements: list[tuple[str, dict[str, Any]]]
    names: set[str] = field(default_factory=set)
    entries: set[str] = field(default_factory=set)
    """How the first bad entry may be called; empty where it is no entry."""

    def is_named_by(self, findings) -> bool:
        """Whether one finding names what was changed, and the entry."""
        said = [f"{one.subject} {one.sentence}" for one in findings]
        said = [one for one in said if any(name in one for name in self.names)]
        if not self.entries:
            return bool(said)
        return any(re.search(rf"{entry}\b", one) for entry in self.entries for one in said)


def tamper(place: Place, *, rounds: int, seed: int) -> Tally:
    """Change one thing at a time, so often."""
    engine = place.engine()
    try:
        write_busy_book(lambda: UnitOfWork(engine, book=BOOK))
        remove_guards(engine)
        with engine.connect() as connection:
            anchor = anchor_now(connection, BOOK)
        return _tampered(engine, place, anchor, rounds, Random(seed))
    finally:
        engine.dispose()


def _tampered(engine: Engine, place: Place, anchor: Anchor, rounds: int, rng: Random) -> Tally:
    with engine.connect() as connection:
        rows = list(stored(connection))
    counted, faults, seen_by_counting = dict.fromkeys(KINDS, 0), [], 0
    while sum(counted.values()) < rounds:
        kind = rng.choice([*KINDS, *["edit"] * 5])
        with engine.connect() as connection:
            connection.rollback()
            _without_keys(connection)
            change = KINDS[kind](connection, rng, rows)
            if change is None or not _made(connection, change):
                continue
            counted[kind] += 1
            seen_by_counting += sum(1 for _ in stored(connection)) != len(rows)
            faults += _judged(connection, change, anchor)
            connection.rollback()
            if not sum(counted.values()) % 50:
                sound = verify_book(connection, BOOK, anchor=anchor)
                faults += [f"a sound book has findings: {one}" for one in sound]
                connection.rollback()
    total = sum(counted.values())
    control = f"counting rows sees {seen_by_counting:,}" if seen_by_counting < total else ""
    counts = (("changes", total), *((f"by {kind}", number) for kind, number in counted.items()))
    return Tally(
        programme="tamper",
        database=place.name,
        counts=counts,
        faults=tuple(faults),
        control=control,
    )


def _judged(connection: Connection, change: Change, anchor: Anchor) -> Iterator[str]:
    try:
        findings = verify_book(connection, BOOK, anchor=anchor)
    except Exception as error:  # noqa: BLE001 — whatever is raised is a fault of verifying
        yield f"{change.kind} {change.statements}: verifying raised {error!r}"
        return
    if not findings:
        yield f"{change.kind} {change.statements}: nothing was found"
    elif not change.is_named_by(findings):
        said = "; ".join(f"{one.subject}: {one.sentence}" for one in findings[:3])
        yield f"{change.kind} {change.statements}: {change.names} {change.entries} not in {said}"


def _without_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SET LOCAL session_replication_role = replica"))


def _made(connection: Connection, change: Change) -> bool:
    """Make a change; what a CHECK or a key refuses is not one."""
    try:
        return all(
            connection.execute(text(statement), given).rowcount
            for statement, given in change.statements
        )
    except DBAPIError:
        connection.rollback()
        return False


def stored(connection: Connection) -> Iterator[Row]:
    """Read every row of the book, as the driver gives it."""
    place = TYPE_OF_PLACE[connection.dialect.name]
    for table in metadata.sorted_tables:
        if "book_id" not in table.columns:
            continue
        query = text(f"SELECT CAST({place} AS text) AS place_, * FROM {table.name}")
        for row in connection.execute(query).mappings():
            cells = dict(row)
            yield Row(table, cells.pop("place_"), cells)


def _where(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        return "rowid = CAST(:place_ AS integer)"
    return "ctid = CAST(:place_ AS tid)"


def _set(connection: Connection, row: Row, cells: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    moved = ", ".join(f"{name} = :{name}" for name in cells)
    statement = f"UPDATE {row.table.name} SET {moved} WHERE {_where(connection)}"
    return statement, cells | {"place_": row.place}


def _delete(connection: Connection, row: Row) -> tuple[str, dict[str, Any]]:
    return f"DELETE FROM {row.table.name} WHERE {_where(connection)}", {"place_": row.place}


def edit(connection: Connection, rng: Random, rows: list[Row]) -> Change | None:
    """Edit one cell."""
    row = rng.choice(rows)
    column = rng.choice(list(row.table.columns))
    was = row.cells[column.name]
    new = _other(rng, was, column)
    changed = Row(row.table, row.place, row.cells | {column.name: new})
    names = row.names | (changed.names if column.name != "half_year" else set())
    if column.name == "book_id":
        names |= {BOOK, str(new)}
    entries = _called(row, column.name, new)
    return Change("edit", [_set(connection, row, {column.name: new})], names, entries)


def _called(row: Row, column: str, new: object) -> set[str]:
    """How the first bad entry may be called after a cell of an entry was edited."""
    if row.table not in CHAINS or column in {"book_id", "fund_id", "loan_id"} - _fields(row):
        return set()
    number = row.cells["number"]
    if column != "number":
        return {f"entry {number}"}
    return {f"entry {n}" for n in (number, number + 1, new)} | {"its last entry"}


def _fields(row: Row) -> set[str]:
    """The columns of an entry that are no part of its key; a fund's entry may name a loan."""
    return {column.name for column in list(row.table.columns)[3:]}


def _other(rng: Random, was: Any, column: Any) -> Any:
    kind = column.type.python_type
    if was is None:
        return {int: 1, str: "x", bool: True, date: date(2024, 1, 1)}[kind]
    if column.nullable and not rng.randrange(4):
        return None
    if kind is bool:
        return not was if isinstance(was, bool) else 1 - was
    if isinstance(column.type, Date):
        day = was if isinstance(was, date) else date.fromisoformat(was)
        moved = day + timedelta(days=rng.choice([-366, -1, 1, 31]))
        return moved if isinstance(was, date) else moved.isoformat()
    if kind is int:
        return rng.choice([was + 1, max(was - 1, 0) if was else was + 2, was + 1_000])
    if len(was) == 64:
        return was[1:] + was[0] if len(set(was)) > 1 else "0" * 64
    return rng.choice([was + "1", was[:-1] or "x", was + " "])


def delete(connection: Connection, rng: Random, rows: list[Row]) -> Change | None:
    """Delete one row."""
    row = rng.choice(rows)
    entries: set[str] = set()
    if row.table in CHAINS:
        entries = {f"entry {row.cells['number'] + 1}", "its last entry"}
    return Change("delete", [_delete(connection, row)], row.names, entries)


def swap(connection: Connection, rng: Random, rows: list[Row]) -> Change | None:
    """Swap a cell of two rows of one table that differ in it."""
    row = rng.choice(rows)
    keys = row.table.primary_key.columns.keys()
    column = rng.choice([one.name for one in row.table.columns if one.name not in keys] or [""])
    others = (
        [one for one in rows if one.table is row.table and one.cells[column] != row.cells[column]]
        if column
        else []
    )
    if not others:
        return None
    other = rng.choice(others)
    first = min(row, other, key=lambda one: one.cells.get("number") or 0)
    entries = (
        {f"entry {one.cells['number']}" for one in (row, other)} if row.table in CHAINS else set()
    )
    same = row.table in CHAINS and first.names == row.names == other.names
    statements = [
        _set(connection, row, {column: other.cells[column]}),
        _set(connection, other, {column: row.cells[column]}),
    ]
    named = {f"entry {first.cells['number']}"} if same else entries
    return Change("swap", statements, row.names | other.names, named)


def cut(connection: Connection, rng: Random, rows: list[Row]) -> Change | None:
    """Cut the last entries of a chain off and let its head say that there never were any."""
    chain = _chain(rng, rows)
    if len(chain) < 2:
        return None
    left = chain[: rng.randrange(1, len(chain))]
    gone = [_delete(connection, row) for row in chain[len(left) :]]
    moved = _moved_head(chain[0], left[-1].cells["number"], left[-1].cells["hash"])
    return Change("cut", [*gone, moved], chain[0].names, {f"entry {len(chain)}"})


def rewrite(connection: Connection, rng: Random, rows: list[Row]) -> Change | None:
    """Write a chain anew from one entry on, with right hashes, and move its head along."""
    chain = _chain(rng, rows)
    table, name = chain[0].table, chain[0].table.primary_key.columns.keys()[1]
    fields = [column.name for column in table.columns][2:-2]
    start = rng.randrange(len(chain))
    where = (table.c.book_id == BOOK, table.c[name] == chain[0].cells[name])
    lines = connection.execute(select(table).where(*where).order_by(table.c.number)).mappings()
    statements, last = [], ""
    for place, line in enumerate(lines):
        cells = dict(line)
        if place < start:
            last = cells["hash"]
            continue
        if place == start:
            last, cells["ref"] = cells["previous"], cells["ref"] + "改"
        new = link(last, *(cells[one] for one in fields))
        said = {"ref": cells["ref"], "previous": last, "hash": new}
        statements.append(_set(connection, chain[place], said))
        last = new
    statements.append(_moved_head(chain[0], len(chain), last))
    return Change("rewrite", statements, chain[0].names, {f"entry {len(chain)}"})


def _chain(rng: Random, rows: list[Row]) -> list[Row]:
    """Choose a chain and return its entries, in order."""
    one = rng.choice([row for row in rows if row.table in CHAINS])
    name = one.table.primary_key.columns.keys()[1]
    own = [row for row in rows if row.table is one.table and row.cells[name] == one.cells[name]]
    return sorted(own, key=lambda row: row.cells["number"])


def _moved_head(entry: Row, number: int, last: str) -> tuple[str, dict[str, Any]]:
    owner = CHAINS[entry.table]
    name = owner.primary_key.columns.keys()[1]
    statement = (
        f"UPDATE {owner.name} SET entries = :number, head = :last"
        f" WHERE book_id = :book AND {name} = :of"
    )
    return statement, {
        "number": number,
        "last": last,
        "book": BOOK,
        "of": entry.cells[name],
    }


KINDS: dict[str, Callable[[Connection, Random, list[Row]], Change | None]] = {
    "edit": edit,
    "delete": delete,
    "swap": swap,
    "cut": cut,
    "rewrite": rewrite,
}
