"""Raw SQL as a program's role may run it: each statement is refused, or verify or doctor sees it.

On PostgreSQL the role may SELECT, INSERT and UPDATE; on SQLite whoever opens the file may do
anything. The control takes the guards away and asks nobody afterwards: then the statements pass.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from busy_book import write_busy_book
from microloan.store import Anchor, UnitOfWork, doctor
from microloan.store.anchor import anchor_now
from microloan.store.book_verifying import verify_book
from microloan.store.guards import install_guards, remove_guards
from torture.attacks import attacks_on
from torture.places import Place, places
from torture.tally import Tally

BOOK = "990101"
ROLE = "microloan_app"


def run(*, short: bool) -> Iterator[Tally]:
    """Attack a book on each database; the short form is the whole of it."""
    del short
    for place in places("SQLite TRUNCATE", "PostgreSQL"):
        yield attack(place)
    for place in places("PostgreSQL"):
        yield attack(place, is_owner=True)


def attack(place: Place, *, is_owner: bool = False) -> Tally:
    """Run every statement once, and then once more where nothing guards the book.

    An owner is refused by the guards what the role is refused because nobody granted it.
    """
    engine = place.engine(poolclass=NullPool)
    statements = attacks_on(engine.dialect.name)
    write_busy_book(lambda: UnitOfWork(engine, book=BOOK))
    with engine.begin() as connection:
        _make_role(connection)
        anchor = anchor_now(connection, BOOK)
    with engine.connect() as connection:
        _begin(connection, is_owner=is_owner)
        usual = {one.code for one in doctor(connection)}
    blocked, seen, faults = 0, 0, []
    for statement in statements:
        with engine.connect() as connection:
            _begin(connection, is_owner=is_owner)
            if not _passes(connection, statement):
                blocked += 1
            elif _is_seen(connection, anchor, usual):
                seen += 1
            else:
                faults.append(f"nobody saw {statement}")
            connection.rollback()
    remove_guards(engine)
    passed = 0
    for statement in statements:
        with engine.connect() as connection:
            _begin(connection, is_owner=True)
            passed += _passes(connection, statement)
            connection.rollback()
    install_guards(engine)
    engine.dispose()
    counts = (("statements", len(statements)), ("refused", blocked), ("seen", seen))
    control = f"{passed} pass without guards" if passed > 2 * len(statements) // 3 else ""
    return Tally(
        programme="attack",
        database=f"{place.name} owner" if is_owner else place.name,
        counts=counts,
        faults=tuple(faults),
        control=control,
    )


def _make_role(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        there = connection.scalar(text(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"))
        if there is None:
            connection.execute(text(f"CREATE ROLE {ROLE}"))
        grant = f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {ROLE}"
        connection.execute(text(grant))


def _begin(connection: Connection, *, is_owner: bool = False) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif not is_owner:
        connection.execute(text(f"SET LOCAL ROLE {ROLE}"))


def _passes(connection: Connection, statement: str) -> bool:
    """Run a statement; tell whether it was done, and did something."""
    point = connection.begin_nested()
    try:
        result = connection.exec_driver_sql(statement)
    except DBAPIError:
        point.rollback()
        return False
    return result.rowcount != 0


def _is_seen(connection: Connection, anchor: Anchor, usual: set[str]) -> bool:
    """Tell whether verifying the book or the doctor says anything that it did not say before."""
    if {one.code for one in doctor(connection)} - usual:
        return True
    return bool(verify_book(connection, BOOK, anchor=anchor))
