"""The book in a database: the only floor that loads SQLAlchemy.

The host owns the engine; nothing is stored without ``commit()``, and no table is made at import.
"""

from microloan.store.act_key import ActKey
from microloan.store.anchor import Anchor, ChainHead, ChainKind
from microloan.store.assignments import Assignments
from microloan.store.checkup import doctor
from microloan.store.closing_desk import ClosingDesk
from microloan.store.columns import metadata
from microloan.store.every_book import books_of, by_book, by_book_in_processes
from microloan.store.follow_up import FollowUp
from microloan.store.guards import install_guards
from microloan.store.half_years import Closing, HalfYears, Reopening
from microloan.store.loading import load_loans
from microloan.store.repositories import Funds, Loans
from microloan.store.requests import Requests
from microloan.store.schema import create_all, require_schema, stamp_schema
from microloan.store.schema_version import SCHEMA_VERSION
from microloan.store.unit_of_work import UnitOfWork

__all__ = [
    "SCHEMA_VERSION",
    "ActKey",
    "Anchor",
    "Assignments",
    "ChainHead",
    "ChainKind",
    "Closing",
    "ClosingDesk",
    "FollowUp",
    "Funds",
    "HalfYears",
    "Loans",
    "Reopening",
    "Requests",
    "UnitOfWork",
    "books_of",
    "by_book",
    "by_book_in_processes",
    "create_all",
    "doctor",
    "install_guards",
    "load_loans",
    "metadata",
    "require_schema",
    "stamp_schema",
]
