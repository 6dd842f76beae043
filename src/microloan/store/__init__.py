"""The book in a database: the only floor that loads SQLAlchemy.

The host owns the engine; nothing is stored without ``commit()``, and no table is made at import.
"""

from sqlalchemy import Connection, Engine

from microloan.store.assignments import Assignments
from microloan.store.closing_desk import ClosingDesk
from microloan.store.columns import metadata
from microloan.store.follow_up import FollowUp
from microloan.store.half_years import Closing, HalfYears, Reopening
from microloan.store.repositories import Funds, Loans
from microloan.store.requests import Requests
from microloan.store.unit_of_work import UnitOfWork

__all__ = [
    "Assignments",
    "Closing",
    "ClosingDesk",
    "FollowUp",
    "Funds",
    "HalfYears",
    "Loans",
    "Reopening",
    "Requests",
    "UnitOfWork",
    "create_all",
    "metadata",
]


def create_all(bind: Engine | Connection) -> None:
    """Create the tables that do not exist yet; nothing else is touched."""
    metadata.create_all(bind)
