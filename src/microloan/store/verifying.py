"""Verifying a closing: every chain, row and note it stands on, all that is broken in one answer."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Final, TypeVar, Unpack

from microloan.checks import Check
from microloan.checks.check import Parts
from microloan.errors import (
    ChainBroken,
    ConnectionLost,
    MicroloanError,
    RetryTransaction,
    SchemaMismatch,
    StorageRefused,
)
from microloan.finding import Finding
from microloan.loan import Loan
from microloan.store.closed_sheet import ClosedSheet
from microloan.store.repositories import Funds, Loans
from microloan.store.rows import chain_broken

T = TypeVar("T")
_CHUNK: Final = 500
NOT_READ: Final = (SchemaMismatch, StorageRefused)
"""What the database says of a question it cannot answer: about the tables, not about a row."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Gathers what is not as it was written.

    Args:
        book: the book, which is named where nothing smaller can be.
        findings: what was found so far.
        chains: the funds and loans that are known to be broken; each is told once.
        caught: what of a reading says that a row is not as it was written.
        apart: how questions are asked so that one that fails spoils nothing after it.
        unreadable: the tables that are known not to be readable; each is told already.
    """

    book: str
    findings: list[Finding] = field(default_factory=list)
    chains: set[str] = field(default_factory=set)
    caught: tuple[type[Exception], ...] = (ChainBroken,)
    apart: Callable[[], AbstractContextManager[None]] = nullcontext
    unreadable: set[str] = field(default_factory=set)

    def asked(self, read: Callable[[], T], *, of: str = "") -> T | None:
        """Return what the database is asked; as :meth:`whole`, and ``None`` where it cannot say."""

        def read_apart() -> T:
            with self.apart():
                return read()

        try:
            return self.whole(read_apart, of=of)
        except NOT_READ as refusal:
            self.not_read(of or self.book, refusal)
            return None

    def not_read(self, name: str, refusal: MicroloanError) -> None:
        """Note what cannot be read, unless the tables that cannot be read say so already."""
        if not self.unreadable:
            self.findings.append(unreadable(name, refusal))

    def whole(self, read: Callable[[], T], *, of: str = "") -> T | None:
        """Return what is read; ``None`` and a note where it is not as it was written."""
        try:
            return read()
        except self.caught as refusal:
            self.findings.append(broken_chain(of or self.book, refusal))
            return None

    def chain(self, name: str, refusal: Exception) -> None:
        """Note a fund or loan that is broken, once."""
        if name not in self.chains:
            self.chains.add(name)
            self.findings.append(broken_chain(name, refusal))

    def each(self, names: Iterable[str], get: Callable[[str], T]) -> Iterator[T]:
        """Yield the funds or loans that are as they were written, and note those that are not."""
        for name in names:
            try:
                with self.apart():
                    one = get(name)
            except self.caught as refusal:
                self.chain(name, refusal)
            else:
                yield one

    def loans(self, loans: Loans, ids: list[str]) -> Iterator[Loan]:
        """Yield the loans that are as they were written, by contract number."""
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            try:
                with self.apart():
                    read = list(loans.of_rows(chunk))
            except self.caught:
                read = list(self.each(chunk, loans.get))
            yield from read

    def chains_of(self, sheet: ClosedSheet) -> None:
        """Note the chains that do not begin with what a closing knew."""
        for name in self.asked(sheet.broken_chains, of=str(sheet.half)) or ():
            self.chain(name, chain_broken(name, sheet.what_was_closed))


def verify_sheet(sheet: ClosedSheet, book: str, *, anchor: str | None) -> tuple[Finding, ...]:
    """Return all that is not what it was when a half-year was closed; none of it is changed.

    Args:
        sheet: the closing.
        book: the book.
        anchor: the anchor that was printed or kept elsewhere; ``None`` where there is none.
    """
    broken, of = Broken(book), str(sheet.half)
    stored: str = sheet.row["anchor"]
    if anchor is not None and anchor != stored:
        broken.findings.append(_other_anchor(of, anchor, stored))
    lines = broken.whole(sheet.lines, of=of)
    if lines is not None:
        broken.whole(lambda: sheet.require_notes(lines), of=of)
    broken.chains_of(sheet)
    loans, funds = Loans(sheet.connection, book), Funds(sheet.connection, book)
    for _ in broken.each(funds.ids(), funds.get):
        pass
    for _ in broken.loans(loans, loans.ids()):
        pass
    return tuple(broken.findings)


def broken_chain(name: str, refusal: Exception) -> Finding:
    """Return the finding for what is not as it was written; one that is of ours says what.

    What anything else says may hold what a row holds, so of that only the name is told.

    Raises:
        ConnectionLost, RetryTransaction, SchemaMismatch, StorageRefused: nothing can be said about
            the rows.
    """
    if isinstance(refusal, (ConnectionLost, RetryTransaction, *NOT_READ)):
        raise refusal
    if isinstance(refusal, MicroloanError):
        sentence, zh = str(refusal), refusal.zh
    else:
        kind = type(refusal).__name__
        sentence = f"{name}: its rows hold what cannot be read ({kind})"
        zh = f"{name}：记录内容无法读取（{kind}）"
    return not_as_written("chain_broken", of=name, sentence=sentence, zh=zh)


def unreadable(name: str, refusal: MicroloanError) -> Finding:
    """Return the finding for what the database cannot be asked."""
    return not_as_written(
        "unreadable",
        of=name,
        sentence=f"{name}: it cannot be read, and what hangs on it is not verified "
        f"({refusal.value})",
        zh=f"{name}：无法读取，相关内容未核验（{refusal.value}）",
    )


def not_as_written(
    what: str, *, of: str, sentence: str, zh: str, **parts: Unpack[Parts]
) -> Finding:
    """Return a finding of a verification, settled by a backup."""
    settled: Parts = {
        "settle_by": "the last backup whose anchor is known",
        "settle_by_zh": "用锚定值已知的备份恢复",
        **parts,
    }
    return Check.K15.found(what, of=of or "?", sentence=sentence, zh=zh, **settled)


def _other_anchor(of: str, given: str, stored: str) -> Finding:
    return Check.K15.found(
        "other_anchor",
        of=of,
        sentence=f"{of}: the anchor kept elsewhere is not the one that is stored",
        zh=f"{of}：留存的锚定值与库中不符",
        figures=(("kept elsewhere", given), ("stored", stored)),
        settle_by="the last backup with the anchor that was printed",
        settle_by_zh="用锚定值与打印件一致的备份恢复",
    )
