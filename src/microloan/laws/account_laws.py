"""The laws of the half-year ledger: opening and movements make the closing, and halves join."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from microloan.laws.given_rows import Row, rows_of
from microloan.laws.law_broken import Law

OPENING_MAKES_CLOSING = Law(
    "law.identity_of_account",
    "opening + disbursed - repaid principal - paid by the fund - recovered - written off "
    "+ adjustments = closing",
    "期初＋发放－归还本金－代偿本金－追偿归还－核销＋调整＝期末",
)
HALVES_JOIN = Law(
    "law.half_years_join",
    "the closing of a half-year is the opening of the next",
    "上半年期末数＝本半年期初数",
)
_NUMBERS: Final = re.compile(r"\d+")
_SIGNS = {
    "opening": 1,
    "disbursed": 1,
    "repaid_principal": -1,
    "paid_by_fund": -1,
    "recovered": -1,
    "written_off": -1,
    "adjustments": 1,
}


def assert_identity_of_account(accounts: Any) -> None:  # noqa: ANN401 — accounts, a ledger, rows, a frame
    """Refuse half-year accounts 半年还款台账 whose movements do not lead from opening to closing.

    Args:
        accounts: one account or several, a half-year ledger, or rows with ``opening``,
            ``disbursed``, ``repaid_principal``, ``paid_by_fund``, ``recovered``, ``written_off``,
            ``adjustments`` and ``closing``; a movement that a row does not have is nothing.

    Raises:
        LawBroken: names the first account that breaks it, with every movement.
        InvalidRecord, InvalidAmount: a row that cannot be read.
    """
    for account in rows_of(accounts):
        found = {name: _movement(account, name) for name in _SIGNS}
        closing = account.fen("closing")
        OPENING_MAKES_CLOSING.require(
            sum(sign * found[name] for name, sign in _SIGNS.items()) == closing,
            account.named("loan_id", "half"),
            **{f"{name}_fen": amount for name, amount in found.items()},
            closing_fen=closing,
        )


def _movement(account: Row, name: str) -> int:
    return account.fen(name) if name == "opening" or account.has(name) else 0


def assert_half_years_join(accounts: Any) -> None:  # noqa: ANN401 — as above
    """Refuse half-year accounts that do not begin where the one before has ended.

    Args:
        accounts: accounts of one loan, half-year ledgers, or rows with ``opening``, ``closing``
            and either ``first_day`` or ``half``; where rows have a ``loan_id``, each loan stands
            for itself. A half-year that is not given counts as one in which nothing moved.

    Raises:
        LawBroken: names the first account that does not begin where the one before has ended.
        InvalidRecord, InvalidAmount: a row that cannot be read.
    """
    latest: dict[str, Row] = {}
    rows = rows_of(accounts)
    place: Callable[[Row], Any] = _first_day if all(row.has("first_day") for row in rows) else _half
    for account in sorted(rows, key=place):
        loan_id = str(account.value("loan_id")) if account.has("loan_id") else ""
        before = latest.get(loan_id)
        if before is not None:
            closing, opening = before.fen("closing"), account.fen("opening")
            where = account.named("loan_id", "half")
            HALVES_JOIN.require(
                closing == opening, where, closing_before_fen=closing, opening_fen=opening
            )
        latest[loan_id] = account


def _first_day(account: Row) -> date:
    return account.day("first_day")


def _half(account: Row) -> tuple[list[int], str]:
    """Return where a half-year stands by the numbers in its name: the tenth after the ninth."""
    name = str(account.value("half"))
    return [int(digits) for digits in _NUMBERS.findall(name)], name
