"""Rows and funds: pure functions both ways; a row is rebuilt through the constructors."""

import json
from collections.abc import Sequence
from typing import Any, Final

from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.policy import Level
from microloan.store import tables
from microloan.store.chain import codes_text, link, papers_text
from microloan.store.rows import (
    Row,
    check_chain,
    check_genesis,
    check_seal,
    codes_of,
    line_columns,
)

_FUND: Final = ("book_id", "fund_id", "name")
_ENTRY: Final = tuple(tables.fund_entry.columns.keys())[2:-2]
"""Fields of an entry, in the order in which its link covers them."""


def fund_row(fund: GuaranteeFund, book: str) -> dict[str, Any]:
    """Return the row of a fund's identity, with its genesis hash."""
    row = {"book_id": book, "fund_id": fund.id, "name": fund.name}
    return row | {"genesis": link("fund", *(row[name] for name in _FUND))}


def fund_entry_rows(
    fund: GuaranteeFund, book: str, links: Sequence[str], after: int
) -> list[dict[str, Any]]:
    """Return the rows of the entries with a number above ``after``, each with its link."""
    return [
        line_columns(entry, links)
        | {
            "book_id": book,
            "fund_id": fund.id,
            "amount_fen": entry.amount_fen,
            "loan_id": entry.loan_id,
            "account": entry.account,
            "to_account": entry.to_account,
            "lender_id": entry.lender,
            "level": None if entry.level is None else entry.level.value,
            "groups": codes_text(entry.groups),
            "against": entry.against,
            "until_on": entry.until,
            "multiple": entry.multiple,
            "part_fen": entry.part_fen,
            "whole_fen": entry.whole_fen,
            "papers": papers_text(entry.papers),
            "reason": entry.reason,
        }
        for entry in fund.entries[after:]
    ]


def fund_entry_of(row: Row) -> FundEntry:
    """Return the entry of a row; whether it is the one that was written, its chain tells."""
    return FundEntry(
        number=row["number"],
        kind=FundEntryKind(row["kind"]),
        on=row["effective_on"],
        booked_on=row["booked_on"],
        ref=row["ref"],
        amount_fen=row["amount_fen"],
        loan_id=row["loan_id"],
        undoes=row["undoes"],
        account=row["account"],
        to_account=row["to_account"],
        lender=row["lender_id"],
        level=None if row["level"] is None else Level(row["level"]),
        groups=codes_of(row["groups"]),
        against=row["against"],
        until=row["until_on"],
        multiple=row["multiple"],
        part_fen=row["part_fen"],
        whole_fen=row["whole_fen"],
        papers=tuple(map(tuple, json.loads(row["papers"]))),
        reason=row["reason"],
    )


def sealed_fund_entry_of(row: Row) -> FundEntry:
    """Return the entry of one row, checked against its own hash.

    Raises:
        ChainBroken: the row is not the one that was written.
    """
    check_seal(row["fund_id"], row, _ENTRY)
    return fund_entry_of(row)


def fund_of(row: Row, entry_rows: Sequence[Row]) -> GuaranteeFund:
    """Return the fund of a row and its entry rows, checked against their hash chain.

    Raises:
        ChainBroken: the rows are not those that were written.
    """
    check_genesis(row, "fund", _FUND)
    check_chain(row["fund_id"], row, entry_rows, _ENTRY)
    entries = tuple(map(fund_entry_of, entry_rows))
    return GuaranteeFund(id=row["fund_id"], name=row["name"], entries=entries)
