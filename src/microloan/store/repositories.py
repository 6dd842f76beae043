"""Reading a book: loans and funds, rebuilt and checked against their chains."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from sqlalchemy import Connection, Table, select

from microloan.errors import NotFound
from microloan.fund import GuaranteeFund
from microloan.loan import Loan
from microloan.store import tables
from microloan.store.fund_rows import fund_of
from microloan.store.rows import Row, chain_broken, loan_of

_CHUNK = 500
Aggregate = TypeVar("Aggregate", Loan, GuaranteeFund)


def not_found(what: str, name: str, book: str) -> NotFound:
    """Return the refusal of an identity the book does not hold."""
    return NotFound(
        f"book {book} holds no {what} {name}",
        zh=f"台账 {book} 中没有 {name}",
        value=name,
        limit=f"a {what} of book {book}",
    )


@dataclass(frozen=True, slots=True)
class Loans:
    """The loans of one book."""

    connection: Connection
    book: str

    def get(self, loan_id: str) -> Loan:
        """Return one loan by its contract number.

        Raises:
            NotFound: the book holds no such loan.
            ChainBroken: its rows are not those that were written.
        """
        for loan in self.some([loan_id]):
            return loan
        raise not_found("loan", loan_id, self.book)

    def some(self, loan_ids: Iterable[str]) -> Iterator[Loan]:
        """Yield the loans with these contract numbers that the book holds, by number.

        Raises:
            ChainBroken: the rows of one are not those that were written.
        """
        wanted = sorted(set(loan_ids))
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            yield from _rebuilt(self, tables.loan, tables.loan_entry, chunk, loan_of)

    def guaranteed_by(self, fund_id: str) -> Iterator[Loan]:
        """Yield the loans that a fund guarantees, by contract number; they are read in chunks.

        Raises:
            ChainBroken: the rows of one are not those that were written.
        """
        table = tables.loan
        query = select(table.c.loan_id).where(table.c.book_id == self.book)
        yield from self.some(self.connection.scalars(query.where(table.c.fund_id == fund_id)))

    def all(self) -> Iterator[Loan]:
        """Yield every loan of the book, by contract number; loans are read in chunks.

        Raises:
            ChainBroken: the rows of one are not those that were written.
        """
        yield from self.some(self.ids())

    def ids(self) -> list[str]:
        """Return the contract numbers of the book, sorted."""
        table = tables.loan
        query = select(table.c.loan_id).where(table.c.book_id == self.book)
        return list(self.connection.scalars(query.order_by(table.c.loan_id)))


@dataclass(frozen=True, slots=True)
class Funds:
    """The guarantee funds of one book."""

    connection: Connection
    book: str

    def get(self, fund_id: str) -> GuaranteeFund:
        """Return one fund by its code.

        Raises:
            NotFound: the book holds no such fund.
            ChainBroken: its rows are not those that were written.
        """
        for fund in _rebuilt(self, tables.fund, tables.fund_entry, [fund_id], fund_of):
            return fund
        raise not_found("fund", fund_id, self.book)

    def ids(self) -> list[str]:
        """Return the codes of the book's funds, sorted."""
        table = tables.fund
        query = select(table.c.fund_id).where(table.c.book_id == self.book)
        return list(self.connection.scalars(query.order_by(table.c.fund_id)))


def _rebuilt(
    where: Loans | Funds,
    table: Table,
    entries: Table,
    ids: Sequence[str],
    rebuild: Callable[[Row, Sequence[Row]], Aggregate],
) -> Iterator[Aggregate]:
    """Yield the aggregates with these identities, each from its row and its entry rows."""
    name = entries.primary_key.columns.keys()[1]
    heads = select(table).where(table.c.book_id == where.book, table.c[name].in_(ids))
    lines = select(entries).where(entries.c.book_id == where.book, entries.c[name].in_(ids))
    lines = lines.order_by(entries.c[name], entries.c.number)
    try:
        rows = where.connection.execute(lines).mappings().all()
        found = where.connection.execute(heads.order_by(table.c[name])).mappings().all()
    except (TypeError, ValueError) as fault:  # SQLite keeps any text where a day should be
        if len(ids) == 1:
            raise chain_broken(ids[0], "a day") from fault
        middle = len(ids) // 2
        yield from _rebuilt(where, table, entries, ids[:middle], rebuild)
        yield from _rebuilt(where, table, entries, ids[middle:], rebuild)
    else:
        by_id = {key: list(group) for key, group in groupby(rows, key=itemgetter(name))}
        for head in found:
            yield rebuild(head, by_id.get(head[name], []))
