"""Verifying a whole book: every chain, record, closing and sum of it, all findings in one answer.

Chains and seals show what was changed by somebody who did not know of them. Sums and accounts are
computed once more from the entries. Against somebody who rewrote everything only an anchor helps
that was kept elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from sqlalchemy import Connection

from microloan.errors import MicroloanError, RetryTransaction
from microloan.finding import Finding
from microloan.store.anchor import Anchor
from microloan.store.kept_anchor import anchor_findings
from microloan.store.one_moment import at_one_moment
from microloan.store.orphans import orphan_findings
from microloan.store.pairs import Pairs
from microloan.store.readable import is_spent, savepoint, unreadable_findings
from microloan.store.recomputed import Recomputed
from microloan.store.register_verifying import register_findings
from microloan.store.repositories import Funds, Loans
from microloan.store.sheets_verifying import SheetChecks
from microloan.store.verifying import NOT_READ, Broken, broken_chain, not_as_written

_UNREADABLE: Final = (
    MicroloanError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What reading rows may raise that somebody wrote past the library."""
_CHUNK: Final = 500


def verify_book(
    connection: Connection,
    book: str,
    *,
    anchor: Anchor | None = None,
    is_untouched: bool = False,
) -> tuple[Finding, ...]:
    """Return all that is not as it was written in a book; a sound book has nothing.

    The book is read as it stood at one moment, whoever writes to it meanwhile. A table that cannot
    be read is one finding, and whatever does not hang on it is verified all the same.

    Args:
        connection: to the database.
        book: the book.
        anchor: an anchor of the book that was kept elsewhere; ``None`` where there is none.
        is_untouched: the transaction is our own and nothing was written in it, so that it may be
            begun anew.

    Raises:
        InvalidTerms: the transaction sees what others commit and its role may not lock the book;
            verify in a REPEATABLE READ transaction.
        ConnectionLost, RetryTransaction: the database itself cannot be asked.
    """
    broken = Broken(book, caught=_UNREADABLE, apart=partial(savepoint, connection))
    with at_one_moment(connection, book, is_untouched=is_untouched):
        unreadable = list(unreadable_findings(connection, book))
        broken.unreadable.update(one.subject for one in unreadable)
        parts = [
            orphan_findings(connection, book, but=broken.unreadable),
            _chains(connection, book, broken),
            register_findings(connection, book, broken),
            SheetChecks(connection, book, broken).findings(),
        ]
        if anchor is not None:
            parts.append(anchor_findings(connection, book, anchor))
        for part in parts:
            _gather(part, connection, broken)
    return tuple(dict.fromkeys((*unreadable, *broken.findings)))


def _gather(part: Iterator[Finding], connection: Connection, broken: Broken) -> None:
    """Add what one part finds, as far as it comes, and why it ends before its end."""
    try:
        with savepoint(connection):
            broken.findings.extend(part)
    except NOT_READ as refusal:
        broken.not_read(broken.book, refusal)
    except RetryTransaction as refusal:
        if not is_spent(refusal):
            raise
    except _UNREADABLE as refusal:
        broken.findings.append(broken_chain(broken.book, refusal))


def _chains(connection: Connection, book: str, broken: Broken) -> Iterator[Finding]:
    """Read every fund and loan once; what hangs on them is computed on the way."""
    chains = _Chains(connection, book, broken)
    are_read = [broken.asked(chains.of_funds), broken.asked(chains.of_loans)]
    if all(are_read) and not broken.chains:
        yield from _unpaired(chains.pairs)
        yield from chains.sums.findings(connection, book)


@dataclass(frozen=True, slots=True)
class _Chains:
    """Reads the chains of a book; gathers what is recomputed of them."""

    connection: Connection
    book: str
    broken: Broken
    pairs: Pairs = field(default_factory=Pairs)
    sums: Recomputed = field(default_factory=Recomputed)

    def of_funds(self) -> bool:
        """Read every fund; tell that it came to the end."""
        funds = Funds(self.connection, self.book)
        for fund in self.broken.each(funds.ids(), funds.get):
            self.pairs.of_fund(fund, 0)
            self.sums.of_fund(fund)
        return True

    def of_loans(self) -> bool:
        """Read every loan, and hold what closings kept of it against it."""
        loans = Loans(self.connection, self.book)
        accounts = SheetChecks(self.connection, self.book, self.broken)
        ids = loans.ids()
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            kept = self.broken.asked(partial(accounts.kept_of, chunk)) or {}
            for loan in self.broken.loans(loans, chunk):
                self.pairs.of_loan(loan, 0)
                self.sums.of_loan(loan)
                self.broken.findings.extend(accounts.of_loan(loan, kept.get(loan.id, ())))
        return True


def _unpaired(pairs: Pairs) -> Iterator[Finding]:
    for (fund_id, loan_id, kind, ref), surplus in pairs.surplus.items():
        if surplus:
            yield not_as_written(
                "unpaired",
                of=loan_id,
                sentence=f"{kind} {ref} stands on only one of fund {fund_id} and loan {loan_id}",
                zh=f"凭证 {ref} 只在基金 {fund_id} 与贷款 {loan_id} 的一方",
            )
