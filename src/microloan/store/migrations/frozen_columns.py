"""The columns and constraints that migrations are made of; what was released never changes again.

They look like those of ``microloan.store.columns``, which may change. A migration says every name
itself: in a host's migrations the host's own naming convention would choose others.
"""

from typing import Any, Final

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.schema import conv

_LIMIT: Final = 10**15


def key(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Return a column of an identity or a voucher."""
    return sa.Column(name, sa.String(64), nullable=nullable)


def code(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Return a column of a short code or an exact number."""
    return sa.Column(name, sa.String(40), nullable=nullable)


def day(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Return a column of a day."""
    return sa.Column(name, sa.Date, nullable=nullable)


def count(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Return a column of a whole number."""
    return sa.Column(name, sa.Integer, nullable=nullable)


def amount(name: str) -> sa.Column[Any]:
    """Return a column of an amount in fen."""
    return sa.Column(name, sa.BigInteger, nullable=False)


def text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Return a column of text of any length."""
    return sa.Column(name, sa.Text, nullable=nullable)


def digest(name: str) -> sa.Column[Any]:
    """Return a column of a hash."""
    return sa.Column(name, sa.String(64), nullable=False)


def primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """Return the primary key of a table."""
    return sa.PrimaryKeyConstraint(*columns, name=conv(f"pk_{table}"))


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    """Return a unique key of a table."""
    return sa.UniqueConstraint(*columns, name=conv(f"uq_{table}_{'_'.join(columns)}"))


def holds(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """Return a CHECK of a table."""
    return sa.CheckConstraint(condition, name=conv(f"ck_{table}_{name}"))


def within(table: str, *names: str, signed: bool = False) -> list[sa.CheckConstraint]:
    """Return the CHECKs that amounts lie within what a book can hold."""
    lowest = -_LIMIT if signed else 0
    return [holds(table, name, f"{name} BETWEEN {lowest} AND {_LIMIT}") for name in names]


def belongs_to(table: str, other: str, *columns: str) -> sa.ForeignKeyConstraint:
    """Return the foreign key of a table to the row of another table with the same key."""
    return sa.ForeignKeyConstraint(
        columns,
        [f"microloan_{other}.{column}" for column in columns],
        name=conv(f"fk_{table}_{'_'.join(columns)}"),
        ondelete="RESTRICT",
    )


def index(op: Operations, table: str, *columns: str) -> None:
    """Create an index on a table."""
    op.create_index(conv(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
