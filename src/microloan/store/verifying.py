"""Verifying a closing: every chain, row and note it stands on, all that is broken in one answer."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar

from microloan.checks import Check
from microloan.errors import ChainBroken
from microloan.finding import Finding
from microloan.loan import Loan
from microloan.store.closed_sheet import ClosedSheet
from microloan.store.repositories import Funds, Loans
from microloan.store.rows import chain_broken

T = TypeVar("T")
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Broken:
    """Gathers what is not as it was written.

    Args:
        book: the book, which is named where nothing smaller can be.
        findings: what was found so far.
        chains: the funds and loans that are known to be broken; each is told once.
    """

    book: str
    findings: list[Finding] = field(default_factory=list)
    chains: set[str] = field(default_factory=set)

    def whole(self, read: Callable[[], T], *, of: str = "") -> T | None:
        """Return what is read; ``None`` and a note where it is not as it was written."""
        try:
            return read()
        except ChainBroken as refusal:
            self.findings.append(_finding(of or self.book, refusal))
            return None

    def chain(self, name: str, refusal: ChainBroken) -> None:
        """Note a fund or loan that is broken, once."""
        if name not in self.chains:
            self.chains.add(name)
            self.findings.append(_finding(name, refusal))

    def each(self, names: Iterable[str], get: Callable[[str], T]) -> Iterator[T]:
        """Yield the funds or loans that are as they were written, and note those that are not."""
        for name in names:
            try:
                yield get(name)
            except ChainBroken as refusal:
                self.chain(name, refusal)

    def loans(self, loans: Loans, ids: list[str]) -> Iterator[Loan]:
        """Yield the loans that are as they were written, by contract number."""
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            try:
                read = list(loans.some(chunk))
            except ChainBroken:
                read = list(self.each(chunk, loans.get))
            yield from read

    def chains_of(self, sheet: ClosedSheet) -> None:
        """Note the chains that do not begin with what a closing knew."""
        for name in self.whole(sheet.broken_chains, of=str(sheet.half)) or ():
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


def _finding(name: str, refusal: ChainBroken) -> Finding:
    return Check.K15.found(
        "chain_broken",
        of=name,
        sentence=str(refusal),
        zh=refusal.zh,
        settle_by="the last backup whose anchor is known",
        settle_by_zh="用锚定值已知的备份恢复",
    )


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
