"""Where a database is: an engine for the address that somebody typed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from microloan.errors import NotFound
from microloan.extra import load_extra
from microloan.naming import refused_terms

_FORMS: Final = "sqlite:///office.db or postgresql://user@host/name"
_DRIVERS: Final = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


@contextmanager
def database_at(address: str) -> Iterator[Engine]:
    """Give an engine for a database that is there; it is disposed of at the end.

    Args:
        address: such as ``sqlite:///office.db`` or ``postgresql://user@host/name``.

    Raises:
        InvalidTerms: no address of a database that a book is kept in.
        NotFound: no such file; asking SQLite for it would make an empty one.
        ExtraMissing: PostgreSQL without its driver.
    """
    url = _url_of(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        name = Path(url.database or "").name or "in memory"
        raise NotFound(
            f"there is no database file {name!r}; make one with 'microloan migrate'",
            zh=f"没有数据库文件 {name!r}，请先用 microloan migrate 建立",
            value=name,
            limit="a file that is there",
        )
    with _let_go(create_engine(url)) as engine:
        yield engine


@contextmanager
def new_database_at(address: str) -> Iterator[Engine]:
    """Give an engine for a database; SQLite makes the file where there is none.

    Raises:
        InvalidTerms, ExtraMissing: as :func:`database_at`; also SQLite without a file, in which
            nothing would be kept.
        NotFound: no folder that the file could be made in.
    """
    url = _url_of(address)
    if url.get_backend_name() == "sqlite" and (url.database or ":memory:") == ":memory:":
        raise refused_terms("the address", "数据库地址", "a database in memory", _FORMS)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").parent.is_dir():
        name = str(Path(url.database or "").parent)
        raise NotFound(
            f"there is no folder {name!r} for a database file",
            zh=f"没有文件夹 {name!r}，无法建立数据库文件",
            value=name,
            limit="a folder that is there",
        )
    with _let_go(create_engine(url)) as engine:
        yield engine


@contextmanager
def _let_go(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()


def _url_of(address: str) -> URL:
    """Return an address as SQLAlchemy reads it; a refusal repeats none, it may hold a password."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # a port that is no number is a plain ValueError
        raise refused_terms("the address", "数据库地址", "another text", _FORMS) from None
    name = url.get_backend_name()
    if name not in _DRIVERS or url.drivername not in {name, _DRIVERS[name]}:
        raise refused_terms("the address", "数据库地址", url.drivername, _FORMS)
    if name == "postgresql":
        load_extra("psycopg", extra="postgresql")
    url = url.set(drivername=_DRIVERS[name])
    try:
        url.get_dialect()().create_connect_args(url)
    except (ArgumentError, ValueError):
        raise refused_terms("the address", "数据库地址", "an unusable option", _FORMS) from None
    return url
