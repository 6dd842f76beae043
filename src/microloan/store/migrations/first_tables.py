"""Version 0001: the tables that books were first created with."""

from typing import Final

from alembic.operations import Operations

from microloan.store.migrations.first_closings import create_first_closings
from microloan.store.migrations.first_ledger import create_first_ledger
from microloan.store.migrations.first_records import create_first_records
from microloan.store.migrations.rows_kept import require_no_rows

TABLES: Final = (
    *("microloan_book", "microloan_fund", "microloan_fund_entry", "microloan_fund_day"),
    *("microloan_loan", "microloan_loan_entry"),
    *("microloan_closing", "microloan_closing_head", "microloan_reopening", "microloan_account"),
    *("microloan_assignment", "microloan_request", "microloan_request_line"),
    *("microloan_request_correction", "microloan_request_waiting"),
    *("microloan_visit", "microloan_contact"),
)
"""In an order in which each stands after those it refers to."""


def create_first_tables(op: Operations) -> None:
    """Create the tables of version 0001."""
    create_first_ledger(op)
    create_first_closings(op)
    create_first_records(op)


def drop_first_tables(op: Operations) -> None:
    """Drop the tables of version 0001 if they are empty."""
    require_no_rows(op.get_bind(), TABLES)
    for table in reversed(TABLES):
        op.drop_table(table)
