"""Version 0002: the register of each book, and the record of the tables' own version."""

from typing import Final

import sqlalchemy as sa
from alembic.operations import Operations

from microloan.store.migrations.frozen_columns import (
    belongs_to,
    code,
    count,
    digest,
    key,
    primary,
    unique,
)
from microloan.store.migrations.new_table import create_table
from microloan.store.migrations.register_filling import fill_register
from microloan.store.migrations.rows_kept import require_no_rows

_BOOK_WAS: Final = "one office's ledger 台账; acts are its closings and openings"
_BOOK_IS: Final = f"{_BOOK_WAS}, records its register"


def add_second_tables(op: Operations) -> None:
    """Create the register and enter into it what the books recorded so far."""
    records = sa.Column("records", sa.Integer, nullable=False, server_default="0")
    last_record = sa.Column("last_record", sa.String(64), nullable=False, server_default="")
    op.add_column("microloan_book", records)
    op.add_column("microloan_book", last_record)
    _tell(op, _BOOK_IS)
    _register(op)
    create_table(
        op,
        "microloan_schema",
        code("version"),
        primary("microloan_schema", "version"),
        comment="which version these tables are; one row",
    )
    fill_register(op.get_bind())


def drop_second_tables(op: Operations) -> None:
    """Drop the register if it is empty, and the record of the version."""
    require_no_rows(op.get_bind(), ["microloan_register"])
    op.drop_table("microloan_schema")
    op.drop_table("microloan_register")
    op.drop_column("microloan_book", "last_record")
    op.drop_column("microloan_book", "records")
    _tell(op, _BOOK_WAS)


def _register(op: Operations) -> None:
    create_table(
        op,
        "microloan_register",
        key("book_id"),
        count("number"),
        code("kind"),
        key("of_id"),
        key("ref"),
        digest("seal"),
        digest("previous"),
        digest("hash"),
        primary("microloan_register", "book_id", "number"),
        unique("microloan_register", "book_id", "kind", "of_id", "ref"),
        belongs_to("microloan_register", "book", "book_id"),
        comment="register 登记簿: "
        "requests, assignments, visits and contacts in the order they came",
    )


def _tell(op: Operations, comment: str) -> None:
    """Say what a book is; SQLite keeps no comments."""
    if op.get_bind().dialect.supports_comments:
        op.create_table_comment("microloan_book", comment)
