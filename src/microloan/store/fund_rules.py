"""What limits the funds of a book: decisions and approvals, each row checked against its hash."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select

from microloan.fund_change import Paid, paid_by
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.loan import Loan
from microloan.store.fund_queries import (
    APPROVED_AMONG,
    GUARANTEED_AMONG,
    LIMITING,
    PAID_OUT,
    of_kinds,
)
from microloan.store.fund_rows import sealed_fund_entry_of
from microloan.store.repositories import Loans
from microloan.store.rows import Row, chain_broken, sealed_entry_of
from microloan.sublimit import require_sublimits
from microloan.suspension import require_active_lender

_CHUNK: Final = 500


class Use(NamedTuple):
    """Whose part of the fund is used: a bank's, for borrowers of some groups."""

    lender: str
    groups: Iterable[str]


@dataclass(frozen=True, slots=True)
class FundLimits:
    """What limits a fund on a day, and its approvals of a loan: read once, under its lock."""

    lines: tuple[FundEntry, ...]

    def of_kinds(self, *kinds: FundEntryKind) -> list[FundEntry]:
        """Return the decisions of some kinds, and the reversals that undo one of them."""
        return self._with_their_end(line for line in self.lines if line.kind in kinds)

    def commitments(self, loan_id: str) -> list[FundEntry]:
        """Return the approvals of the loan, what released them, and what undid either."""
        return self._with_their_end(line for line in self._approvals() if line.loan_id == loan_id)

    def commitments_on(self, on: date) -> list[FundEntry]:
        """Return the approvals that have not lapsed on the day, and what ended them."""
        return self._with_their_end(line for line in self._approvals() if _holds(line, on))

    def require_active(self, fund_id: str, lender: str, *, on: date) -> None:
        """Refuse a bank for which the fund gives no new guarantees on a day.

        Raises:
            LenderSuspended: names the day of the suspension and its reason.
        """
        entries = self.of_kinds(FundEntryKind.SUSPENSION, FundEntryKind.LIFTING)
        require_active_lender(entries, lender, fund_id=fund_id, on=on)

    def _approvals(self) -> Iterator[FundEntry]:
        return (line for line in self.lines if line.kind is FundEntryKind.COMMITMENT)

    def _with_their_end(self, lines: Iterable[FundEntry]) -> list[FundEntry]:
        chosen = {line.number: line for line in lines}
        if not chosen:
            return []
        refs = {one.ref for one in chosen.values() if one.kind is FundEntryKind.COMMITMENT}
        for line in self.lines:
            if line.kind is FundEntryKind.RELEASE and line.against in refs:
                chosen[line.number] = line
        undone = [line for line in self.lines if line.undoes in chosen]
        return sorted([*chosen.values(), *undone], key=_number)


@dataclass(frozen=True, slots=True)
class FundRules:
    """The entries of the funds of one book that limit what a fund may stand behind.

    They are asked for by kind, so that a question costs the same however long a fund's history is.
    A row that was changed behind the library's back does not match its own hash and is refused.
    What is not seen here is a row that is gone, or was changed so that it is not asked for any
    more, such as a suspension made a deposit: reading the whole fund by ``funds.get`` sees it.
    """

    connection: Connection
    book: str

    def of_kinds(self, fund_id: str, *kinds: FundEntryKind) -> list[FundEntry]:
        """Return the entries of some kinds, and the reversals that undo one of them.

        Raises:
            ChainBroken: one of the rows is not what was written.
        """
        questions, filled = of_kinds(*kinds), {"book": self.book, "fund": fund_id}
        if not (lines := self._entries(questions.chosen, filled)):
            return []
        return sorted([*lines, *self._entries(questions.undone, filled)], key=_number)

    def limits(self, fund_id: str, *, on: date, loan_id: str = "") -> FundLimits:
        """Return what limits a fund on a day, and its approvals of a loan whenever they hold.

        Raises:
            ChainBroken: one of the rows is not what was written.
        """
        filled = {"book": self.book, "fund": fund_id, "loan": loan_id, "on": on}
        lines = self._entries(LIMITING.chosen, filled)
        if any(line.kind is FundEntryKind.COMMITMENT for line in lines):
            lines += self._entries(LIMITING.released, filled)
        if lines:
            lines += self._entries(LIMITING.undone, filled)
        return FundLimits(tuple(lines))

    def commitments(self, fund_id: str, loan_id: str) -> list[FundEntry]:
        """Return the approvals of a loan by a fund, what released them, and what undid either.

        Raises:
            ChainBroken: one of the rows is not what was written.
        """
        return self.limits(fund_id, on=date.min, loan_id=loan_id).commitments(loan_id)

    def approved_among(self, fund_id: str, loan_ids: Sequence[str]) -> bool:
        """Tell whether the fund ever approved one of some loans."""
        for start in range(0, len(loan_ids), _CHUNK):
            filled = {"book": self.book, "fund": fund_id, "loans": loan_ids[start : start + _CHUNK]}
            if self.connection.scalar(APPROVED_AMONG, filled) is not None:
                return True
        return False

    def paid_out_under(self, fund_id: str, approvals: Iterable[FundEntry]) -> dict[str, list[Paid]]:
        """Return what was paid out of the loans that some approvals of the fund are for.

        Of the loans only disbursements are read, and what undoes them.

        Raises:
            ChainBroken: one of the rows is not what was written.
        """
        kind, rows = FundEntryKind.COMMITMENT, list[Row]()
        approved = sorted({line.loan_id for line in approvals if line.kind is kind})
        for start in range(0, len(approved), _CHUNK):
            filled = {"book": self.book, "fund": fund_id}
            some = approved[start : start + _CHUNK]
            if mine := list(self.connection.scalars(GUARANTEED_AMONG, filled | {"loans": some})):
                rows += self._read(PAID_OUT, filled | {"loans": mine})
        parts = groupby(rows, key=itemgetter("loan_id"))
        return {name: list(paid_by(map(sealed_entry_of, lines))) for name, lines in parts}

    def require_sublimits(
        self,
        fund_id: str,
        use: Use,
        *,
        limits: FundLimits,
        on: date,
        more: Sequence[FundEntry] = (),
        loan: Loan | None = None,
        lent_on: Iterable[date] = (),
        approved: FundEntry | None = None,
    ) -> None:
        """Test the limits for parts that a bank and some groups fall under.

        The caller holds the fund's lock. Only where the fund has set limits are its loans read.

        Args:
            fund_id: the fund.
            use: the bank and the groups.
            limits: what limits the fund on that day.
            on: the first day.
            more: the fund's newest entries, which the book does not hold yet.
            loan: a loan as it will be; of the others those that the book holds are taken.
            lent_on: the days on which is lent what is new; they may lie in a period that is over.
            approved: the approval that the loan stays within; the limits it counted under are not
                tested again.

        Raises:
            SubLimitExceeded: names the limit, the day, what would be used and what is allowed.
        """
        lines = limits.of_kinds(FundEntryKind.SUBLIMIT)
        lines = [line for line in lines if not _counted_before(line, approved)]
        if not any(line.kind is FundEntryKind.SUBLIMIT for line in lines):
            return
        promised = self.of_kinds(fund_id, FundEntryKind.COMMITMENT, FundEntryKind.RELEASE)
        stored = Loans(self.connection, self.book).guaranteed_by(fund_id)
        changed = [] if loan is None else [loan]
        require_sublimits(
            [*lines, *promised, *more],
            [*changed, *(one for one in stored if loan is None or one.id != loan.id)],
            fund_id=fund_id,
            lender=use.lender,
            groups=use.groups,
            since=on,
            lent_on=lent_on,
        )

    def _entries(self, question: Select[Any], filled: dict[str, Any]) -> list[FundEntry]:
        return list(map(sealed_fund_entry_of, self._read(question, filled)))

    def _read(self, question: Select[Any], filled: dict[str, Any]) -> Sequence[Row]:
        try:
            return self.connection.execute(question, filled).mappings().all()
        except (TypeError, ValueError) as fault:  # SQLite keeps any text where a day should be
            raise chain_broken(filled["fund"], "a day") from fault


def _number(line: FundEntry) -> int:
    return line.number


def _holds(line: FundEntry, on: date) -> bool:
    """Tell whether an approval has not lapsed on a day."""
    return line.on <= on and line.until is not None and line.until > on


def _counted_before(line: FundEntry, approved: FundEntry | None) -> bool:
    """Tell whether a line is a limit that an approval counted under."""
    return (
        approved is not None
        and line.kind is FundEntryKind.SUBLIMIT
        and line.lender in {"", approved.lender}
        and line.groups <= approved.groups
        and (line.until is None or line.on <= approved.on <= line.until)
    )
