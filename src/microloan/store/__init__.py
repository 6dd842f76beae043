"""The book in a database: the only floor that loads SQLAlchemy.

The host owns the engine; nothing is stored without ``commit()``, and no table is made at import.
"""

from sqlalchemy import Connection, Engine

from microloan.store.columns import metadata
from microloan.store.repositories import Closing, Funds, HalfYears, Loans
from microloan.store.requests import Requests
from microloan.store.unit_of_work import UnitOfWork

__all__ = [
    "Closing",
    "Funds",
    "HalfYears",
    "Loans",
    "Requests",
    "UnitOfWork",
    "create_all",
    "metadata",
]


def create_all(bind: Engine | Connection) -> None:
    """Create the tables that do not exist yet; nothing else is touched."""
    metadata.create_all(bind)
