"""The book of a command, open for as long as the command works on it."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from microloan.errors import NotFound
from microloan.store import UnitOfWork, books_of
from microloan.store.address import database_at


@contextmanager
def book_of(options: Namespace) -> Iterator[UnitOfWork]:
    """Give the book that was named, in one transaction that is kept only by ``commit()``.

    Of a book that nobody keeps everything would be sound; a wrong name is refused instead.

    Raises:
        NotFound: the database, or the book in it, is not there.
        MicroloanError: what the address or the database refuses, by its name.
    """
    with database_at(options.database) as engine, UnitOfWork(engine, book=options.book) as uow:
        books = books_of(engine)
        if options.book not in books:
            raise NotFound(
                f"the database holds no book {options.book}",
                zh=f"库中没有台账 {options.book}",
                value=options.book,
                limit=books,
            )
        yield uow


@contextmanager
def new_book_of(options: Namespace) -> Iterator[UnitOfWork]:
    """Give the book that was named; it begins with what is stored in it first.

    Raises:
        NotFound: the database is not there.
        MicroloanError: what the address or the database refuses, by its name.
    """
    with database_at(options.database) as engine, UnitOfWork(engine, book=options.book) as uow:
        yield uow
