"""The columns that tables are made of, and the names of their constraints.

The names of tables begin with ``microloan_``. Amounts are whole fen in BIGINT, rates exact decimal
text, days DATE. CHECKs hold only what is never lawful.
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_LIMIT: Final = 10**15


def key(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of an identity or a voucher."""
    return Column(name, String(64), nullable=nullable)


def code(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of a short code or an exact number."""
    return Column(name, String(40), nullable=nullable)


def day(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of a day."""
    return Column(name, Date, nullable=nullable)


def count(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of a whole number."""
    return Column(name, Integer, nullable=nullable)


def amount(name: str) -> Column[Any]:
    """Return a column of an amount in fen."""
    return Column(name, BigInteger, nullable=False)


def text(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of text of any length."""
    return Column(name, Text, nullable=nullable)


def digest(name: str) -> Column[Any]:
    """Return a column of a hash."""
    return Column(name, String(64), nullable=False)


def within(*names: str, signed: bool = False) -> list[CheckConstraint]:
    """Return the CHECKs that amounts lie within what a book can hold."""
    lowest = -_LIMIT if signed else 0
    return [CheckConstraint(f"{name} BETWEEN {lowest} AND {_LIMIT}", name=name) for name in names]


def belongs_to(table: str, *columns: str) -> ForeignKeyConstraint:
    """Return the foreign key to the row of another table with the same key."""
    return ForeignKeyConstraint(
        columns, [f"microloan_{table}.{column}" for column in columns], ondelete="RESTRICT"
    )
