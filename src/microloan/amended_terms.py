"""What a change of the contract may change: the rules of extension, repricing and a new plan."""

from dataclasses import replace
from datetime import date
from typing import Final

from microloan.clauses import Repricing
from microloan.errors import (
    AlreadyExtended,
    ExtensionTooLong,
    InvalidHistory,
    LoanMatured,
    RateFixed,
)
from microloan.ledger import Entry, EntryKind
from microloan.months import add_months, months_later
from microloan.rate import show_rate
from microloan.terms import LoanTerms

MOST_EXTENSION_MONTHS: Final = 12
"""展期 is granted once and for a year at most (银发〔2002〕394号 and every rule since)."""


def check_amendment(before: LoanTerms, entry: Entry, *, extended: Entry | None, of: str) -> None:
    """Refuse an entry whose terms cannot follow those in force.

    Args:
        before: the terms in force on the eve.
        entry: the entry that carries the new ones.
        extended: the extension that stands already, if there is one.
        of: the loan, for the refusal.

    Raises:
        AlreadyExtended: a second extension.
        ExtensionTooLong: by nothing, or by more than twelve months.
        LoanMatured: dated after the maturity.
        RateFixed: a rate change of a contract that fixes its rate, or one that changes nothing.
        InvalidHistory: the terms differ in what the entry does not change.
    """
    after = entry.terms or before
    if entry.kind.extends:
        _check_extension(before, after, entry, extended, of)
    if entry.kind is EntryKind.RATE_CHANGE:
        if before.repricing is Repricing.FIXED or before.annual_rate == after.annual_rate:
            raise RateFixed(
                f"{of}: the rate of {show_rate(before.annual_rate)} is {before.repricing.value}; "
                f"it cannot become {show_rate(after.annual_rate)} on {entry.on}",
                zh=f"{of}：合同利率为 {show_rate(before.annual_rate)}，"
                f"{entry.on} 不能调整为 {show_rate(after.annual_rate)}",
                value=after.annual_rate,
                limit=before.repricing,
            )
    elif entry.on > before.matures_on:
        raise loan_matured(before, entry.on, of=of)
    if _fixed_part(before, entry.kind) != _fixed_part(after, entry.kind):
        raise InvalidHistory(
            f"{of}: the terms of entry {entry.number} ({entry.kind.value} of {entry.on}) differ "
            "from those in force by more than it changes; reverse what came later first",
            zh=f"{of}：第 {entry.number} 号流水的合同要素与 {entry.on} 有效要素不符，"
            "应先冲正其后的变更",
            value=after,
            limit=before,
        )


def _check_extension(
    before: LoanTerms, after: LoanTerms, entry: Entry, extended: Entry | None, of: str
) -> None:
    if extended is not None:
        raise AlreadyExtended(
            f"{of} was extended on {extended.on} (voucher {extended.ref}); it is extended once",
            zh=f"{of}：已于 {extended.on} 展期（凭证 {extended.ref}），只能展期一次",
            value=entry.on,
            limit=1,
        )
    require_extension(before, after.months, of=of)
    nominal = before.months + MOST_EXTENSION_MONTHS
    latest = max(
        add_months(before.matures_on, MOST_EXTENSION_MONTHS),
        months_later(before.disbursed_on, nominal, before.month_end),
    )
    if not before.matures_on < after.matures_on <= latest:
        raise ExtensionTooLong(
            f"{of}: an extended loan matures after {before.matures_on} and by {latest}, "
            f"got {after.matures_on}",
            zh=f"{of}：展期后的到期日应晚于 {before.matures_on}、不晚于 {latest}，"
            f"实为 {after.matures_on}",
            value=after.matures_on,
            limit=(before.matures_on, latest),
        )


def require_extension(before: LoanTerms, months: int, *, of: str) -> None:
    """Refuse a new term that is no extension of the old one by a year at most.

    Raises:
        ExtensionTooLong: no longer than before, or more than twelve months longer.
    """
    added = months - before.months
    if not 0 < added <= MOST_EXTENSION_MONTHS:
        raise ExtensionTooLong(
            f"{of}: an extension is 1-{MOST_EXTENSION_MONTHS} months, got {added}",
            zh=f"{of}：展期应为 1 至 {MOST_EXTENSION_MONTHS} 个月，实为 {added}",
            value=added,
            limit=MOST_EXTENSION_MONTHS,
        )


def _fixed_part(terms: LoanTerms, kind: EntryKind) -> tuple[object, ...]:
    """Return what an entry of a kind leaves as it was."""
    identity = (terms.principal, terms.disbursed_on, terms.signed_on)
    if kind is EntryKind.RATE_CHANGE:
        return (replace(terms, annual_rate=terms.annual_rate * 0),)
    if kind is EntryKind.RELEVEL:
        return (*identity, terms.months, terms.annual_rate, terms.matures_on)
    return (*identity, terms.amortization, terms.day_count, terms.settlement, terms.month_end)


def loan_matured(terms: LoanTerms, on: date, *, of: str) -> LoanMatured:
    """Return the refusal of a change of the plan after maturity."""
    return LoanMatured(
        f"{of} matured on {terms.matures_on}; there is no plan to change on {on}",
        zh=f"{of} 已于 {terms.matures_on} 到期，{on} 不能再变更还款计划",
        value=on,
        limit=terms.matures_on,
    )
