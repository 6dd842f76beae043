"""Reading a book: loans and funds, rebuilt and checked against their chains."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Select, Table, bindparam, select

from microloan.errors import NotFound
from microloan.fund import GuaranteeFund
from microloan.loan import Loan
from microloan.naming import identities_of, identity
from microloan.store import tables
from microloan.store.faults import faults_named
from microloan.store.fund_rows import fund_of
from microloan.store.heads import Heads
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


@faults_named
@dataclass(frozen=True, slots=True)
class Loans:
    """The loans of one book."""

    connection: Connection
    book: str

    def get(self, loan_id: str) -> Loan:
        """Return one loan by its contract number.

        Raises:
            InvalidIdentity: an unusable contract number.
            NotFound: the book holds no such loan.
            ChainBroken: its rows are not those that were written.
        """
        for loan in self.some([identity(loan_id, "a loan")]):
            return loan
        raise not_found("loan", loan_id, self.book)

    def some(self, loan_ids: Iterable[str]) -> Iterator[Loan]:
        """Yield the loans with these contract numbers that the book holds, by number.

        Raises:
            InvalidIdentity, InvalidTerms: an unusable contract number, or a text for several.
            ChainBroken: the rows of one are not those that were written.
        """
        yield from self.of_rows(identities_of(loan_ids, "a loan"))

    def of_rows(self, loan_ids: Iterable[str]) -> Iterator[Loan]:
        """Yield the loans that rows of the book name, whatever somebody wrote into those cells.

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
            InvalidIdentity: an unusable code.
            ChainBroken: the rows of one are not those that were written.
        """
        table = tables.loan
        query = select(table.c.loan_id).where(table.c.book_id == self.book)
        asked = query.where(table.c.fund_id == identity(fund_id, "a fund"))
        yield from self.of_rows(self.connection.scalars(asked))

    def all(self) -> Iterator[Loan]:
        """Yield every loan of the book, by contract number; loans are read in chunks.

        Raises:
            ChainBroken: the rows of one are not those that were written.
        """
        yield from self.of_rows(self.ids())

    def ids(self) -> list[str]:
        """Return the contract numbers of the book, sorted."""
        table = tables.loan
        query = select(table.c.loan_id).where(table.c.book_id == self.book)
        return sorted(self.connection.scalars(query), key=str)  # whatever a cell was made to be


@faults_named
@dataclass(frozen=True, slots=True)
class Funds:
    """The guarantee funds of one book."""

    connection: Connection
    book: str

    def get(self, fund_id: str) -> GuaranteeFund:
        """Return one fund by its code.

        Raises:
            InvalidIdentity: an unusable code.
            NotFound: the book holds no such fund.
            ChainBroken: its rows are not those that were written.
        """
        wanted = [identity(fund_id, "a fund")]
        for fund in _rebuilt(self, tables.fund, tables.fund_entry, wanted, fund_of):
            return fund
        raise not_found("fund", fund_id, self.book)

    def ids(self) -> list[str]:
        """Return the codes of the book's funds, sorted."""
        table = tables.fund
        query = select(table.c.fund_id).where(table.c.book_id == self.book)
        return sorted(self.connection.scalars(query), key=str)  # whatever a cell was made to be


def _rows_of(table: Table, *order: str) -> Select[Any]:
    """Return the question for the rows of some aggregates; made once for each table."""
    name = table.primary_key.columns.values()[1]
    mine = (table.c.book_id == bindparam("book"), name.in_(bindparam("ids", expanding=True)))
    return select(table).where(*mine).order_by(*(table.c[one] for one in order))


_ROWS: Final = {
    tables.loan.name: _rows_of(tables.loan),
    tables.fund.name: _rows_of(tables.fund),
    tables.loan_entry.name: _rows_of(tables.loan_entry, "loan_id", "number"),
    tables.fund_entry.name: _rows_of(tables.fund_entry, "fund_id", "number"),
}


def _rebuilt(
    where: Loans | Funds,
    table: Table,
    entries: Table,
    ids: Sequence[str],
    rebuild: Callable[[Row, Sequence[Row]], Aggregate],
) -> Iterator[Aggregate]:
    """Yield the aggregates with these identities, each from its row and its entry rows.

    Heads are read before entries. What was entered between the two statements is not read yet:
    the chain up to the head is what the book held then.
    """
    name = entries.primary_key.columns.keys()[1]
    asked = {"book": where.book, "ids": ids}
    try:
        found = where.connection.execute(_ROWS[table.name], asked).mappings().all()
        rows = where.connection.execute(_ROWS[entries.name], asked).mappings().all()
    except (TypeError, ValueError) as fault:  # SQLite keeps any text where a day should be
        if len(ids) == 1:
            raise chain_broken(ids[0], "a day") from fault
        middle = len(ids) // 2
        yield from _rebuilt(where, table, entries, ids[:middle], rebuild)
        yield from _rebuilt(where, table, entries, ids[middle:], rebuild)
    else:
        by_id = {key: list(group) for key, group in groupby(rows, key=itemgetter(name))}
        for head in sorted(found, key=itemgetter(name)):
            own: Sequence[Row] = by_id.get(head[name], [])
            if len(own) > head["entries"]:
                own = _up_to(where, table, head, own)
            yield rebuild(head, own)


def _up_to(
    where: Loans | Funds, table: Table, head: Row, entry_rows: Sequence[Row]
) -> Sequence[Row]:
    """Return the entries up to a head, if its row tells by now of those that came after it."""
    name = table.primary_key.columns.keys()[1]
    newest = Heads(where.connection, where.book, table).of([head[name]])[head[name]]
    came_since = newest.entries >= len(entry_rows)
    return entry_rows[: head["entries"]] if came_since else entry_rows
