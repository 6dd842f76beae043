"""Rows of closed half-years and the accounts they came from."""

from dataclasses import asdict
from typing import Any, Final

from microloan.account import RepaymentAccount
from microloan.periods import HalfYear
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


def account_row(account: RepaymentAccount, loan_id: str, book: str) -> dict[str, Any]:
    """Return the row of a loan's account in a closed half-year."""
    columns = asdict(account)
    del columns["half"]
    return columns | {
        "book_id": book,
        "half_year": half_year_code(account.half),
        "loan_id": loan_id,
    }


def account_of_row(row: Row) -> RepaymentAccount:
    """Return the account of a row."""
    amounts = {name: value for name, value in row.items() if name.endswith("_fen")}
    return RepaymentAccount(half=half_year_of(row["half_year"]), through=row["through"], **amounts)
