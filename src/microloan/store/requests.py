"""The requests of one book: written once and whole, read back and checked against their seal."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeAlias

from sqlalchemy import Connection, Table, func, insert, select

from microloan.budget import Budget
from microloan.filing import require_budget
from microloan.naming import identity, refused_terms, require_whole
from microloan.periods import InterestQuarter
from microloan.request import SubsidyRequest, requested_so_far, require_later, require_lender
from microloan.store import request_tables, tables
from microloan.store.closing import Closings
from microloan.store.faults import faults_named
from microloan.store.register import enter_records
from microloan.store.repositories import not_found
from microloan.store.request_rows import (
    PARTS,
    Rows,
    quarter_code,
    record_of_request,
    request_of,
    rows_of_request,
)
from microloan.store.rows import Row, chain_broken
from microloan.store.seals import MOST_KNOWN
from microloan.store.written import Written

Key: TypeAlias = tuple[str, int]
"""Bank and quarter of a request."""
_CHUNK = 500


@faults_named
@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of one book.

    ``act`` does what is written in it whole or not at all.
    """

    connection: Connection
    book: str
    act: Callable[[], AbstractContextManager[None]]
    written: Written = field(default_factory=Written)

    def save(self, request: SubsidyRequest, *, budget: Budget | None = None) -> None:
        """Store a request with its lines, its corrections and what has to wait, all or nothing.

        The same request again changes nothing.

        Args:
            request: the request.
            budget: what each level may bear in the quarter's year, held against all requests that
                the book has stored by then, whoever stored them.

        Raises:
            BudgetExceeded: a level would bear more than its budget.
            AlreadyRequested: the bank's quarter, or a later one, is stored with other content; or a
                line stands in another request.
            NotFound: the book does not hold a loan of it.
            WrongLender: the book holds a loan of it as another bank's.
            NotRequested: a correction of a line that no stored request holds.
            CorrectionTooLarge: a correction that takes back more than was requested.
            InvalidTerms: no request, or a correction that does not start from what was requested.
            ConcurrentUpdate: another writer came first.
        """
        if not isinstance(request, SubsidyRequest):
            kind = type(request).__name__
            raise refused_terms("what is saved", "保存对象", kind, "a SubsidyRequest")
        rows = rows_of_request(request, self.book)
        with self.act():
            Closings(self.connection, self.book).hold()
            if self._holds(rows):
                return
            self._require_loans(rows)
            earlier = self.of(request.lender)
            for latest in earlier[-1:]:
                require_later(request.quarter, latest)
            requested_so_far([*earlier, request])
            if budget is not None:
                require_budget(budget, [*self.all(), request], of=request.quarter)
            known_as = {"known_as": self.known() + 1}
            self.connection.execute(insert(request_tables.request), [rows.request | known_as])
            for table, part in zip(PARTS, rows.parts, strict=True):
                if part:
                    self.connection.execute(insert(table), part)
            enter_records(self.connection, self.book, [record_of_request(rows.request)])
            self.written.add(request.lender, "request", str(request.quarter))

    def _holds(self, rows: Rows) -> bool:
        """Tell whether the very same request is stored."""
        table = request_tables.request
        found = self.connection.scalar(
            select(table.c.hash).where(
                table.c.book_id == self.book,
                table.c.lender_id == rows.request["lender_id"],
                table.c.quarter == rows.request["quarter"],
            )
        )
        return bool(found == rows.request["hash"])

    def _require_loans(self, rows: Rows) -> None:
        """Refuse a request with a loan that the book does not hold, or holds as another bank's."""
        wanted = sorted({row["loan_id"] for part in rows.parts for row in part})
        table = tables.loan
        query = select(table.c.loan_id, table.c.lender_id).where(table.c.book_id == self.book)
        lenders: dict[str, str] = {}
        for start in range(0, len(wanted), _CHUNK):
            chunk = query.where(table.c.loan_id.in_(wanted[start : start + _CHUNK]))
            lenders.update((loan_id, lender) for loan_id, lender in self.connection.execute(chunk))
        for loan_id in wanted:
            if loan_id not in lenders:
                raise not_found("loan", loan_id, self.book)
            require_lender(loan_id, lenders[loan_id], asks=rows.request["lender_id"])

    def get(self, lender: str, quarter: InterestQuarter) -> SubsidyRequest:
        """Return the request of a bank for a quarter.

        Raises:
            NotFound: the book holds no such request.
            InvalidIdentity: an unusable name of a bank.
            InvalidTerms: no interest quarter.
            ChainBroken: its rows are not those that were written.
        """
        if not isinstance(quarter, InterestQuarter):
            raise refused_terms("the quarter", "结息季", quarter, "an InterestQuarter")
        asks = identity(lender, "a bank")
        for request in self._rebuilt(lender_id=asks, quarter=quarter_code(quarter)):
            return request
        raise not_found("request", f"{lender} {quarter}", self.book)

    def of(self, lender: str) -> tuple[SubsidyRequest, ...]:
        """Return all requests of a bank, in the order of quarters.

        Raises:
            InvalidIdentity: an unusable name of a bank.
            ChainBroken: the rows of one are not those that were written.
        """
        return tuple(self._rebuilt(lender_id=identity(lender, "a bank")))

    def all(self) -> tuple[SubsidyRequest, ...]:
        """Return all requests of the book, by bank and quarter.

        Raises:
            ChainBroken: the rows of one are not those that were written.
        """
        return tuple(self._rebuilt())

    def known(self) -> int:
        """Return how many requests the book has come to know."""
        table = request_tables.request
        query = select(func.max(table.c.known_as)).where(table.c.book_id == self.book)
        return self.connection.scalar(query) or 0

    def known_at(self, number: int) -> tuple[SubsidyRequest, ...]:
        """Return the requests that were known when there were so many, by bank and quarter.

        Raises:
            InvalidTerms: no whole number.
            ChainBroken: the rows of one are not those that were written.
        """
        require_whole(number, "the number of requests", "贴息申请笔数", 0, MOST_KNOWN)
        table = request_tables.request
        query = select(table.c.lender_id, table.c.quarter).where(
            table.c.book_id == self.book, table.c.known_as <= number
        )
        known = {tuple(row) for row in self.connection.execute(query)}
        return tuple(
            one for one in self._rebuilt() if (one.lender, quarter_code(one.quarter)) in known
        )

    def _rebuilt(self, **wanted: str | int) -> Iterator[SubsidyRequest]:
        """Yield the requests with these column values, by bank and quarter."""
        name = " ".join(map(str, wanted.values())) or self.book
        try:
            heads = self._rows(request_tables.request, wanted)
            parts = [_by_request(self._rows(table, wanted, place=True)) for table in PARTS]
        except (TypeError, ValueError) as fault:  # SQLite keeps any text where a day should be
            raise chain_broken(name, "a day") from fault
        for head in sorted(heads, key=_key):
            own = _key(head)
            yield request_of(head, [part.get(own, []) for part in parts])

    def _rows(
        self, table: Table, wanted: Mapping[str, str | int], *, place: bool = False
    ) -> Sequence[Row]:
        where = [table.c[name] == value for name, value in wanted.items()]
        order = [table.c.lender_id, table.c.quarter, *([table.c.place] if place else [])]
        query = select(table).where(table.c.book_id == self.book, *where).order_by(*order)
        return self.connection.execute(query).mappings().all()


def _key(row: Row) -> Key:
    return row["lender_id"], row["quarter"]


def _by_request(rows: Sequence[Row]) -> dict[Key, list[Row]]:
    return {key: list(group) for key, group in groupby(rows, key=_key)}
