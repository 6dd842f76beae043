"""The ways in which a host holds its database: engines, connections, sessions, async ones.

Each host gives a bind, and the host's own ``commit`` and ``roll_back``. ``lead`` runs a piece of
work inside one of them, whether it is asynchronous or not, and ends it as the host decides.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from enum import Enum, auto
from typing import Any, NamedTuple

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    scoped_session,
    sessionmaker,
)

from databases import sharing_compiled
from histories import RULES, a_fund, a_loan, pays
from microloan import HalfYear
from microloan.store import UnitOfWork

BOOK = "990101"
WRITE = "INSERT INTO host_note (id, text) VALUES (7, 'the host')"
READ = "SELECT count(*) FROM host_note"


class HostBase(DeclarativeBase):
    """What belongs to the host."""


class Note(HostBase):
    """A row of the host's own."""

    __tablename__ = "host_note"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class Ending(Enum):
    """What the host does after us."""

    COMMIT = auto()
    ROLL_BACK = auto()
    ERROR = auto()


class HostError(Exception):
    """The host fails after us."""


# ---- engines


class EngineStyle(NamedTuple):
    """How a host's engine is made."""

    name: str
    database: str
    options: dict[str, Any]
    listen: Callable[[Engine], None]


def _nothing(engine: Engine) -> None:
    """As SQLAlchemy makes it."""


def _own_begin(engine: Engine) -> None:
    """SQLAlchemy's recipe: the driver begins nothing, the engine's events do."""
    event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))


def _pragma(words: str) -> Callable[[Engine], None]:
    def listen(engine: Engine) -> None:
        @event.listens_for(engine, "connect")
        def _(raw: Any, _record: object) -> None:
            cursor = raw.cursor()
            cursor.execute(f"PRAGMA {words}")
            cursor.close()

    return listen


ENGINES = [
    EngineStyle("default driver", "sqlite", {}, _nothing),
    EngineStyle("own begin", "sqlite", {}, _own_begin),
    EngineStyle("write ahead", "sqlite", {}, _pragma("journal_mode = WAL")),
    EngineStyle("foreign keys", "sqlite", {}, _pragma("foreign_keys = ON")),
    EngineStyle("read committed", "postgresql", {}, _nothing),
    EngineStyle("repeatable read", "postgresql", {"isolation_level": "REPEATABLE READ"}, _nothing),
    EngineStyle("serializable", "postgresql", {"isolation_level": "SERIALIZABLE"}, _nothing),
]
if sys.version_info >= (3, 12):  # its driver begins again after every commit and rollback
    NEWER = EngineStyle(
        "always in a transaction", "sqlite", {"connect_args": {"autocommit": False}}, _nothing
    )
    ENGINES.append(NEWER)


def make(style: EngineStyle, url: str) -> Engine:
    """Make an engine of a style."""
    engine = sharing_compiled(create_engine(url, **style.options), style.name)
    style.listen(engine)
    return engine


def make_async(style: EngineStyle, url: str) -> AsyncEngine:
    """Make an asynchronous engine of a style; psycopg is one already."""
    address = url.replace("sqlite:", "sqlite+aiosqlite:", 1)
    engine = create_async_engine(address, **style.options)
    style.listen(engine.sync_engine)
    return engine


# ---- hosts

Held = tuple[Any, Callable[[], Any], Callable[[], Any]]
"""A bind, and how its host commits and rolls back."""


@contextmanager
def a_connection(engine: Engine) -> Iterator[Held]:
    with engine.connect() as connection:
        yield connection, connection.commit, connection.rollback


@contextmanager
def a_connection_that_has_read(engine: Engine) -> Iterator[Held]:
    with engine.connect() as connection:
        connection.execute(text(READ)).all()
        yield connection, connection.commit, connection.rollback


@contextmanager
def a_connection_that_has_written(engine: Engine) -> Iterator[Held]:
    with engine.connect() as connection:
        connection.execute(text(WRITE))
        yield connection, connection.commit, connection.rollback


@contextmanager
def a_connection_in_begin(engine: Engine) -> Iterator[Held]:
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection, transaction.commit, transaction.rollback


@contextmanager
def a_connection_in_a_savepoint(engine: Engine) -> Iterator[Held]:
    with engine.connect() as connection:
        connection.execute(text(WRITE))
        savepoint = connection.begin_nested()

        def commit() -> None:
            savepoint.commit()
            connection.commit()

        def roll_back() -> None:
            savepoint.rollback()
            connection.commit()

        yield connection, commit, roll_back


@contextmanager
def a_session(engine: Engine) -> Iterator[Held]:
    with Session(engine) as session:
        yield session, session.commit, session.rollback


@contextmanager
def a_session_in_begin(engine: Engine) -> Iterator[Held]:
    with Session(engine) as session:
        transaction = session.begin()
        yield session, transaction.commit, transaction.rollback


@contextmanager
def a_session_in_a_savepoint(engine: Engine) -> Iterator[Held]:
    with Session(engine) as session:
        session.execute(text(WRITE))
        savepoint = session.begin_nested()

        def commit() -> None:
            savepoint.commit()
            session.commit()

        def roll_back() -> None:
            savepoint.rollback()
            session.commit()

        yield session, commit, roll_back


@contextmanager
def a_session_that_has_written(engine: Engine) -> Iterator[Held]:
    with Session(engine) as session:
        session.add(Note(id=7, text="the host"))
        yield session, session.commit, session.rollback


@contextmanager
def a_session_within_an_outer_transaction(engine: Engine) -> Iterator[Held]:
    with engine.connect() as connection:
        outer = connection.begin()
        # Were the session's savepoint SQLite's first statement, its release would be a commit.
        connection.execute(text(WRITE))
        session = Session(connection, join_transaction_mode="create_savepoint")

        def commit() -> None:
            session.commit()
            outer.commit()

        def roll_back() -> None:
            session.commit()
            outer.rollback()

        with session:
            yield session, commit, roll_back


@contextmanager
def a_session_joined_to_an_outer_transaction(engine: Engine) -> Iterator[Held]:
    with engine.connect() as connection:
        outer = connection.begin()
        session = Session(connection, join_transaction_mode="rollback_only")

        def commit() -> None:
            session.commit()
            outer.commit()

        def roll_back() -> None:
            session.rollback()

        with session:
            yield session, commit, roll_back


@contextmanager
def a_scoped_session(engine: Engine) -> Iterator[Held]:
    registry = scoped_session(sessionmaker(engine))
    try:
        yield registry, registry.commit, registry.rollback
    finally:
        registry.remove()


HOSTS = [
    a_connection,
    a_connection_that_has_read,
    a_connection_that_has_written,
    a_connection_in_begin,
    a_connection_in_a_savepoint,
    a_session,
    a_session_in_begin,
    a_session_in_a_savepoint,
    a_session_that_has_written,
    a_session_within_an_outer_transaction,
    a_session_joined_to_an_outer_transaction,
    a_scoped_session,
]


@asynccontextmanager
async def an_async_connection(engine: AsyncEngine) -> AsyncIterator[Held]:
    async with engine.connect() as connection:
        yield connection, connection.commit, connection.rollback


@asynccontextmanager
async def an_async_connection_in_begin(engine: AsyncEngine) -> AsyncIterator[Held]:
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield connection, transaction.commit, transaction.rollback


@asynccontextmanager
async def an_async_session(engine: AsyncEngine) -> AsyncIterator[Held]:
    async with AsyncSession(engine) as session:
        yield session, session.commit, session.rollback


@asynccontextmanager
async def an_async_session_that_has_written(engine: AsyncEngine) -> AsyncIterator[Held]:
    async with AsyncSession(engine) as session:
        session.add(Note(id=7, text="the host"))
        yield session, session.commit, session.rollback


ASYNC_HOSTS = [
    an_async_connection,
    an_async_connection_in_begin,
    an_async_session,
    an_async_session_that_has_written,
]


# ---- work

Work = Callable[[Any], object]


def write_a_book(bind: Any, book: str = BOOK) -> None:
    """All kinds of acts, committed as far as the unit of work goes."""
    with UnitOfWork(bind, book=book) as uow:
        uow.save(a_fund())
        uow.admit(a_loan(), under=RULES, on=date(2024, 1, 15))
        uow.save(pays(uow.loans.get("HT-1"), (600, date(2024, 2, 15))))
        uow.close(HalfYear(2009, 1), on=date(2025, 1, 1))
        uow.commit()


def lead(host: Any, style: EngineStyle, url: str, work: Work, ending: Ending) -> list[str]:
    """Let a host do a piece of work and end as it likes; return what its engine saw before that.

    Whatever is named was done by the library: it should be nothing.
    """
    if host in ASYNC_HOSTS:
        return asyncio.run(_lead_async(host, style, url, work, ending))
    engine = make(style, url)
    try:
        return _lead(host, engine, work, ending)
    finally:
        engine.dispose()


def _lead(host: Any, engine: Engine, work: Work, ending: Ending) -> list[str]:
    seen: list[str] = []
    try:
        with host(engine) as (bind, commit, roll_back):
            spied = _spy(engine, seen)
            work(bind)
            spied.append("end")
            match ending:
                case Ending.COMMIT:
                    commit()
                case Ending.ROLL_BACK:
                    roll_back()
                case Ending.ERROR:
                    raise HostError  # noqa: TRY301 — the host fails here
    except HostError:
        pass
    return seen[: seen.index("end")]


async def _lead_async(
    host: Any, style: EngineStyle, url: str, work: Work, ending: Ending
) -> list[str]:
    seen: list[str] = []
    engine = make_async(style, url)
    try:
        async with host(engine) as (bind, commit, roll_back):
            spied = _spy(engine.sync_engine, seen)
            assert isinstance(bind, AsyncConnection | AsyncSession)
            await bind.run_sync(work)
            spied.append("end")
            match ending:
                case Ending.COMMIT:
                    await commit()
                case Ending.ROLL_BACK:
                    await roll_back()
                case Ending.ERROR:
                    raise HostError  # noqa: TRY301 — the host fails here
    except HostError:
        pass
    finally:
        await engine.dispose()
    return seen[: seen.index("end")]


def _spy(engine: Engine, seen: list[str]) -> list[str]:
    """Note every commit, rollback and closing of what is the host's."""
    for name in ("commit", "rollback", "commit_twophase", "rollback_twophase"):
        event.listen(engine, name, lambda *_, name=name: seen.append(name))
    event.listen(engine, "checkin", lambda *_: seen.append("closed"))
    return seen
