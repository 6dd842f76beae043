"""What one app of ``service.py`` works with: its database, its rules, and how an act is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from random import SystemRandom
from sqlite3 import Connection
from time import sleep
from typing import Final, TypeVar

from sqlalchemy import Engine, create_engine, event, make_url

from microloan import ConcurrentUpdate, ConnectionLost, Policy, Provision, Shares
from microloan.store import UnitOfWork

T = TypeVar("T")
WAITS: Final = (0.02, 0.05, 0.1, 0.2, 0.4)
"""How many seconds at most an act waits before it is begun again; then the client is asked to."""
_LUCK: Final = SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What one app works with.

    Args:
        engine: the database that holds the books.
        rules: the policy of the place.
        shares: which level of government bears which part of a subsidy, where no decree says so.
    """

    engine: Engine
    rules: Policy
    shares: Provision[Shares] | None

    def kept(self, book: str, act: Callable[[UnitOfWork], T]) -> T:
        """Do an act in a transaction of its own; where another writer came first, all of it again.

        The act reads what it changes, so that its repetition starts from what is there by then.
        """
        for longest in WAITS:
            try:
                return self._once(book, act)
            except (ConcurrentUpdate, ConnectionLost):
                sleep(_LUCK.uniform(0, longest))  # so that two do not meet again
        return self._once(book, act)

    def _once(self, book: str, act: Callable[[UnitOfWork], T]) -> T:
        with UnitOfWork(self.engine, book=book) as uow:
            done = act(uow)
            uow.commit()
            return done


def open_engine(url: str, *, patience: int) -> Engine:
    """Return an engine on a database that waits so many milliseconds for whoever holds a lock."""
    usual = {"hide_parameters": True, "pool_timeout": 10}
    if make_url(url).get_backend_name() != "sqlite":
        waits = {"options": f"-c lock_timeout={patience}"}
        return create_engine(url, pool_pre_ping=True, connect_args=waits, **usual)
    engine = create_engine(url, **usual)

    @event.listens_for(engine, "connect")
    def prepare(connection: Connection, _: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute(f"PRAGMA busy_timeout = {patience}")

    return engine
