"""Rows of closed half-years and the accounts they came from."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Final

from microloan.account import RepaymentAccount
from microloan.frozen_line import FrozenLine
from microloan.periods import HalfYear
from microloan.store import closing_tables
from microloan.store.chain import link
from microloan.store.rows import Row

_TENS: Final = 10


def half_year_code(half: HalfYear) -> int:
    """Return a half-year as a whole number that sorts by time.

    >>> half_year_code(HalfYear(2011, 1))
    20111
    """
    return half.year * _TENS + half.half


def half_year_of(code: int) -> HalfYear:
    """Return the half-year of a code.

    >>> half_year_of(20111)
    HalfYear(year=2011, half=1)
    """
    return HalfYear(*divmod(code, _TENS))


def frozen_row(line: FrozenLine, half: HalfYear, version: int, book: str) -> dict[str, Any]:
    """Return the row of what closing a half-year keeps of a loan."""
    account = line.account
    return {name: getattr(account, name) for name in _AMOUNTS} | {
        "book_id": book,
        "half_year": half_year_code(half),
        "version": version,
        "loan_id": line.loan_id,
        "through": account.through,
        "prepaid_fen": line.prepaid_fen,
        "days_past_due": line.days_past_due,
        "visit_ref": line.visit_ref,
    }


def frozen_line_of(row: Row) -> FrozenLine:
    """Return what closing a half-year kept of a loan."""
    half = half_year_of(row["half_year"])
    return FrozenLine(
        loan_id=row["loan_id"],
        account=RepaymentAccount(
            half=half,
            first_day=half.first_day,
            last_day=half.last_day,
            through=row["through"],
            **{name: row[name] for name in _AMOUNTS},
        ),
        days_past_due=row["days_past_due"],
        prepaid_fen=row["prepaid_fen"],
        visit_ref=row["visit_ref"],
    )


def sheet_hash(closing: Row | dict[str, Any], rows: Iterable[Row | dict[str, Any]]) -> str:
    """Return the hash over all that a closing keeps, loan by loan."""
    lines = (link(*(row[name] for name in _ACCOUNT)) for row in rows)
    return link("sheet", *(closing[name] for name in _CLOSING), *lines)


_AMOUNTS: Final = tuple(
    field.name for field in fields(RepaymentAccount) if field.name.endswith("_fen")
)
_ACCOUNT: Final = tuple(closing_tables.account.columns.keys())
_CLOSING: Final = tuple(closing_tables.closing.columns.keys())[:-1]
"""All columns of a closing but the hash itself."""
