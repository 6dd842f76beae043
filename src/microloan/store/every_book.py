"""Every book of a database 各台账: one question asked of many offices, each answer by its book.

Nothing crosses books: each is asked in a unit of work of its own.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from microloan.errors import MicroloanError
from microloan.naming import require_whole
from microloan.store import tables
from microloan.store.binds import joined, require_bind
from microloan.store.faults import named_faults
from microloan.store.unit_of_work import UnitOfWork

Answer = TypeVar("Answer")
_MOST_PROCESSES: Final = 1_000


def books_of(bind: Engine | Connection | Session) -> list[str]:
    """Return the codes of the books that a database holds, sorted.

    Args:
        bind: the host's engine, connection or session.

    Raises:
        InvalidTerms: neither an engine nor a connection nor a session.
        SchemaMismatch: the database holds no tables of a book.
        MicroloanError: what else the database refuses, by its name.
    """
    require_bind(bind)
    query = select(tables.book.c.book_id)
    if not isinstance(bind, Engine):
        connection = joined(bind)
        with named_faults():
            return sorted(connection.scalars(query))
    with named_faults(), bind.connect() as connection:
        return sorted(connection.scalars(query))


def by_book(
    bind: Engine | Connection | Session,
    ask: Callable[[UnitOfWork], Answer],
    *,
    books: Iterable[str] | None = None,
) -> dict[str, Answer]:
    """Return what each book answers, by book.

    Each is asked in a unit of work of its own, which is rolled back unless the question commits. A
    refusal ends the round; what other books had committed stays.

    Args:
        bind: the host's engine, connection or session.
        ask: the question; it is given the unit of work.
        books: the books; by default every book of the database.

    Raises:
        MicroloanError: the first refusal of a book, with a note that names the book.
    """
    wanted = books_of(bind) if books is None else books
    return {book: _named(book, partial(_answer, bind, ask, book)) for book in wanted}


def by_book_in_processes(
    connect: Callable[[], Engine],
    ask: Callable[[UnitOfWork], Answer],
    *,
    processes: int,
    books: Iterable[str] | None = None,
) -> dict[str, Answer]:
    """Return what each book answers, by book, asked by several processes at a time.

    Args:
        connect: makes an engine; each process makes its own, since none may be shared. It must be a
            function of a module, so that another process can find it.
        ask: the question, a function of a module too; its answers travel between processes.
        processes: how many.
        books: the books; by default every book of the database.

    Raises:
        InvalidTerms: not a whole number of processes above zero.
        MicroloanError: as :func:`by_book`.
    """
    require_whole(processes, "processes", "进程数", 1, _MOST_PROCESSES)
    wanted = _listed(connect) if books is None else list(books)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        jobs = {book: pool.submit(_asked, connect, ask, book) for book in wanted}
        try:
            return {book: _named(book, job.result) for book, job in jobs.items()}
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _listed(connect: Callable[[], Engine]) -> list[str]:
    engine = connect()
    try:
        return books_of(engine)
    finally:
        engine.dispose()


def _asked(connect: Callable[[], Engine], ask: Callable[[UnitOfWork], Answer], book: str) -> Answer:
    """Ask one book in this process, over an engine of its own that is let go of at once."""
    engine = connect()
    try:
        return _answer(engine, ask, book)
    finally:
        engine.dispose()


def _answer(
    bind: Engine | Connection | Session, ask: Callable[[UnitOfWork], Answer], book: str
) -> Answer:
    with UnitOfWork(bind, book=book) as uow:
        return ask(uow)


def _named(book: str, answer: Callable[[], Answer]) -> Answer:
    """Return an answer; a refusal gets a note that names the book, where it is seen by all."""
    try:
        return answer()
    except MicroloanError as refusal:
        refusal.add_note(f"book {book}")
        raise
