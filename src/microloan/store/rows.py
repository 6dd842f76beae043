"""Rows and objects: pure functions both ways; a row is rebuilt through the constructors."""

from collections.abc import Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import RowMapping

from microloan.category import BorrowerKind, Category, LowProfit, Reference
from microloan.clauses import Opening, Prepayment
from microloan.errors import ChainBroken
from microloan.fund_ledger import FundEntry
from microloan.guarantee import Covers, Guarantee, UpperShare
from microloan.ledger import Entry, EntryKind
from microloan.loan import Loan
from microloan.money import fen, from_fen
from microloan.policy import Level
from microloan.recovery import RecoveryOrder
from microloan.store import tables
from microloan.store.chain import codes_text, link
from microloan.store.terms_rows import (
    rate_text,
    terms_columns,
    terms_of,
    terms_of_text,
    terms_text,
)

Row = RowMapping
_LOAN: Final = tuple(tables.loan.columns.keys())[:-3]
"""What was agreed: all but the number of entries, the genesis and the head."""
_LOAN_ENTRY: Final = tuple(tables.loan_entry.columns.keys())[2:-2]
"""Fields of an entry, in the order in which its link covers them."""


def loan_row(loan: Loan, book: str) -> dict[str, Any]:
    """Return the row of what was agreed, with its genesis hash; entries have their own rows."""
    row = {
        "book_id": book,
        "loan_id": loan.id,
        "borrower_id": loan.borrower,
        "lender_id": loan.lender,
        **_category_columns(loan.category),
        **terms_columns(loan.terms),
        **_guarantee_columns(loan.guarantee),
    }
    return row | {"genesis": link("loan", *(row[name] for name in _LOAN))}


def _category_columns(category: Category) -> dict[str, Any]:
    rate = category.reference_rate
    return {
        "borrower_kind": category.kind.value,
        "borrower_groups": codes_text(category.groups),
        "heads": category.heads,
        "scheme": category.scheme,
        "low_profit": category.low_profit.value,
        "loan_number": category.loan_number,
        "commercial_fen": fen(category.commercial_part),
        "reference": None if category.reference is None else category.reference.value,
        "reference_rate": None if rate is None else rate_text(rate),
    }


def codes_of(text: str) -> frozenset[str]:
    """Return the codes of a text that :func:`microloan.store.chain.codes_text` made.

    >>> sorted(codes_of("graduate,returning_migrant")), codes_of("")
    (['graduate', 'returning_migrant'], frozenset())
    """
    return frozenset(filter(None, text.split(",")))


def _guarantee_columns(guarantee: Guarantee | None) -> dict[str, Any]:
    if guarantee is None:
        return dict.fromkeys(_GUARANTEE)
    return {
        "fund_id": guarantee.fund_id,
        "coverage": rate_text(guarantee.coverage),
        "claimable_after_days": guarantee.claimable_after_days,
        "covers": guarantee.covers.value,
        "opening": guarantee.opening.value,
        "months_after_maturity": guarantee.months_after_maturity,
        "evidence": codes_text(guarantee.evidence),
        "recovery_order": guarantee.recovery_order.value,
        "upper": " ".join(f"{up.level.value}:{rate_text(up.share)}" for up in guarantee.upper),
    }


_GUARANTEE: Final = (
    *("fund_id", "coverage", "claimable_after_days", "covers", "opening"),
    *("months_after_maturity", "evidence", "recovery_order", "upper"),
)


def loan_of(row: Row, entry_rows: Sequence[Row]) -> Loan:
    """Return the loan of a row and its entry rows, checked against their hash chain.

    Raises:
        ChainBroken: the rows are not those that were written.
    """
    check_genesis(row, "loan", _LOAN)
    check_chain(row["loan_id"], row, entry_rows, _LOAN_ENTRY)
    return Loan(
        id=row["loan_id"],
        borrower=row["borrower_id"],
        lender=row["lender_id"],
        category=_category_of(row),
        terms=terms_of(row),
        guarantee=_guarantee_of(row),
        entries=tuple(map(_entry_of, entry_rows)),
    )


def _category_of(row: Row) -> Category:
    rate, reference = row["reference_rate"], row["reference"]
    return Category(
        kind=BorrowerKind(row["borrower_kind"]),
        groups=codes_of(row["borrower_groups"]),
        heads=row["heads"],
        scheme=row["scheme"],
        low_profit=LowProfit(row["low_profit"]),
        loan_number=row["loan_number"],
        commercial_part=from_fen(row["commercial_fen"]),
        reference=None if reference is None else Reference(reference),
        reference_rate=None if rate is None else Decimal(rate),
    )


def _guarantee_of(row: Row) -> Guarantee | None:
    if row["fund_id"] is None:
        return None
    return Guarantee(
        fund_id=row["fund_id"],
        coverage=Decimal(row["coverage"]),
        claimable_after_days=row["claimable_after_days"],
        covers=Covers(row["covers"]),
        opening=Opening(row["opening"]),
        months_after_maturity=row["months_after_maturity"],
        evidence=codes_of(row["evidence"]),
        recovery_order=RecoveryOrder(row["recovery_order"]),
        upper=tuple(map(_upper_share_of, row["upper"].split())),
    )


def _upper_share_of(text: str) -> UpperShare:
    level, _, share = text.partition(":")
    return UpperShare(level=Level(level), share=Decimal(share))


def loan_entry_rows(
    loan: Loan, book: str, links: Sequence[str], after: int
) -> list[dict[str, Any]]:
    """Return the rows of the entries with a number above ``after``, each with its link."""
    return [
        line_columns(entry, links)
        | {
            "book_id": book,
            "loan_id": loan.id,
            "received_fen": entry.received_fen,
            "principal_fen": entry.principal_fen,
            "interest_fen": entry.interest_fen,
            "penalty_fen": entry.penalty_fen,
            "subrogated_fen": entry.subrogated_fen,
            "costs_fen": entry.costs_fen,
            "prepayment": None if entry.then is None else entry.then.value,
            "until_on": entry.until,
            "terms": None if entry.terms is None else terms_text(entry.terms),
        }
        for entry in loan.entries[after:]
    ]


def line_columns(entry: Entry | FundEntry, links: Sequence[str]) -> dict[str, Any]:
    """Return the columns that entries of loans and of funds have in common."""
    return {
        "number": entry.number,
        "kind": entry.kind.value,
        "effective_on": entry.on,
        "booked_on": entry.booked_on,
        "ref": entry.ref,
        "undoes": entry.undoes,
        "previous": links[entry.number - 1],
        "hash": links[entry.number],
    }


def sealed_entry_of(row: Row) -> Entry:
    """Return the entry of one row, checked against its own hash.

    Raises:
        ChainBroken: the row is not the one that was written.
    """
    check_seal(row["loan_id"], row, _LOAN_ENTRY)
    return _entry_of(row)


def _entry_of(row: Row) -> Entry:
    return Entry(
        number=row["number"],
        kind=EntryKind(row["kind"]),
        on=row["effective_on"],
        booked_on=row["booked_on"],
        ref=row["ref"],
        received_fen=row["received_fen"],
        principal_fen=row["principal_fen"],
        interest_fen=row["interest_fen"],
        penalty_fen=row["penalty_fen"],
        subrogated_fen=row["subrogated_fen"],
        costs_fen=row["costs_fen"],
        undoes=row["undoes"],
        then=None if row["prepayment"] is None else Prepayment(row["prepayment"]),
        until=row["until_on"],
        terms=None if row["terms"] is None else terms_of_text(row["terms"]),
    )


def check_genesis(row: Row, kind: str, fields: Sequence[str]) -> None:
    """Compare a row with its genesis, before any object is made of it."""
    if link(kind, *(row[name] for name in fields)) != row["genesis"]:
        raise chain_broken(row[f"{kind}_id"], "what was agreed")


def check_seal(of: str, line: Row, fields: Sequence[str]) -> None:
    """Compare one entry row with its own hash, whatever stands before and after it."""
    if link(line["previous"], *(line[name] for name in fields)) != line["hash"]:
        raise chain_broken(of, f"entry {line['number']}")


def check_chain(of: str, row: Row, entry_rows: Sequence[Row], fields: Sequence[str]) -> None:
    """Compare entry rows with their hashes, before any object is made of them."""
    last, covered = row["genesis"], itemgetter(*fields)
    for line in entry_rows:
        previous, last = last, link(last, *covered(line))
        if (line["previous"], line["hash"]) != (previous, last):
            raise chain_broken(of, f"entry {line['number']}")
    if (len(entry_rows), last) != (row["entries"], row["head"]):
        raise chain_broken(of, "its last entry")


def chain_broken(of: str, what: str) -> ChainBroken:
    """Return the refusal of rows that are not those that were written."""
    return ChainBroken(
        f"{of}: {what} is not what was written; the stored hash does not match",
        zh=f"{of}：{what} 与写入时不符，哈希校验失败",
        value=what,
        limit="the stored hash chain",
    )
