"""余额核查: whether what is outstanding follows from what was, and no arrears were overpaid."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, TypeAlias

from microloan.checks.case import LoanCase
from microloan.checks.check import Check
from microloan.checks.sketch import several
from microloan.finding import Finding
from microloan.frozen_line import FrozenLine, freeze_line
from microloan.history import standing
from microloan.ledger_notes import note_all
from microloan.money import fen, from_fen, show
from microloan.position import position_of

_A_DAY: Final = timedelta(1)
_CLOSING: Final = "closing_fen"
Differences: TypeAlias = tuple[tuple[str, object, object], ...]
"""What differs: its name, as it was closed, and as it ought to be."""


def _not_joined(case: LoanCase, day: str, closing: str, opening: str) -> Finding:
    return _broken(
        case,
        "does_not_join",
        f"it closed with {closing} on {day} and opened with {opening}",
        f"{day} 期末 {closing} 元，下期期初 {opening} 元",
        (("closing", closing), ("opening", opening)),
    )


def _broken(
    case: LoanCase, what: str, sentence: str, zh: str, figures: tuple[tuple[str, str], ...]
) -> Finding:
    return Check.K15.found(
        what,
        of=case.id,
        sentence=sentence,
        zh=zh,
        figures=figures,
        settle_by="the vouchers of the half-year",
        settle_by_zh="核对该半年的凭证",
    )


def closings_that_moved(case: LoanCase) -> Iterator[Finding]:
    """K15: find closed lines that do not balance, do not join, or that the entries deny.

    The last one is computed anew, as far as was known when it was closed, and compared whole; those
    before it have to join up to it.
    """
    given: Sequence[FrozenLine] = case.index.of("closings", case.id)
    lines = sorted(given, key=lambda line: line.account.last_day)
    for line in lines[:-1]:
        if not line.account.balances:
            yield _closed_otherwise(case, line, _of_itself(line))
    for line in lines[-1:]:
        if line.account.through > len(case.loan.entries):
            yield _entries_missing(case, line)
        elif not line.account.balances:
            yield _closed_otherwise(case, line, _of_itself(line))
        elif different := _different(line, _anew(case, line)):
            yield _closed_otherwise(case, line, different)
    for one, following in pairwise(line.account for line in lines):
        touching = one.last_day + _A_DAY == following.first_day
        if touching and one.closing_fen != following.opening_fen:
            day = f"{one.last_day}"
            yield _not_joined(case, day, show(one.closing), show(following.opening))


def _anew(case: LoanCase, line: FrozenLine) -> FrozenLine:
    """Return the line as the entries make it; visits that were not given are taken as right."""
    visited = case.facts.visits is not None
    notes = note_all(visits=case.index.of("visits", case.id))
    account = line.account
    anew = freeze_line(case.loan, account.half, notes=notes, through=account.through)
    return anew if visited else replace(anew, visit_ref=line.visit_ref)


def _of_itself(line: FrozenLine) -> Differences:
    account = line.account
    return ((_CLOSING, account.closing_fen, account.expected_closing_fen),)


def _different(line: FrozenLine, anew: FrozenLine) -> Differences:
    """Return what differs, by its name, as it was closed and as the entries make it."""
    pairs = ((line.account, anew.account), (line, anew))
    return tuple(
        (field.name, stored, right)
        for was, is_now in pairs
        for field in fields(was)
        if field.name != "account"
        and (stored := getattr(was, field.name)) != (right := getattr(is_now, field.name))
    )


def _closed_otherwise(case: LoanCase, line: FrozenLine, different: Differences) -> Finding:
    """Return the finding of a line that differs; the closing is named first."""
    listed = sorted(different, key=lambda one: one[0] != _CLOSING)
    told = [(name.removesuffix("_fen"), _shown(name, a), _shown(name, b)) for name, a, b in listed]
    (name, stored, anew), half = told[0], line.account.half
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    more_zh = f"（另有 {len(told) - 1} 项）" if more else ""
    return _broken(
        case,
        "closed_otherwise",
        f"{half} was closed with {name} {stored}; by its entries it is {anew}{more}",
        f"{half} 结账时 {name} 为 {stored}，按流水应为 {anew}{more_zh}",
        tuple(
            figure
            for name, stored, anew in told
            for figure in ((f"closed with {name}", stored), (f"{name} by the entries", anew))
        ),
    )


def _shown(name: str, value: object) -> str:
    return show(from_fen(value)) if name.endswith("_fen") and isinstance(value, int) else f"{value}"


def _entries_missing(case: LoanCase, line: FrozenLine) -> Finding:
    known, held, half = line.account.through, len(case.loan.entries), line.account.half
    return _broken(
        case,
        "entries_missing",
        f"{half} was closed with {known} entries; the loan has {held}",
        f"{half} 结账时有 {known} 条流水，现有 {held} 条",
        (("closed with", f"{known}"), ("has", f"{held}")),
    )


def overpaid_arrears(case: LoanCase) -> Iterator[Finding]:
    """K19: find more paid for arrears on a day than was overdue; exactly what was is right.

    Overdue is what had fallen due by that day and the charges of it, before its own payments.
    """
    for day, rows in several(case.index.of("overdue_payments", case.id), key=lambda one: one.on):
        if day > case.as_of:
            continue
        amount, overdue = sum(fen(row.amount) for row in rows), _overdue_fen(case, day)
        if amount > overdue:
            refs = ", ".join(row.ref for row in rows)
            paid, owed = show(from_fen(amount)), show(from_fen(overdue))
            yield Check.K19.found(
                "overpaid",
                of=case.id,
                sentence=f"{refs}: {paid} was paid for arrears on {day}; {owed} was overdue",
                zh=f"{refs}：{day} 还逾期款 {paid} 元，逾期额为 {owed} 元",
                figures=(("paid", paid), ("overdue", owed)),
                settle_by="what the rest was paid for",
                settle_by_zh="核实多还部分的用途",
            )


def _overdue_fen(case: LoanCase, day: date) -> int:
    """Return what was overdue on a day, charges among it, without that day's payments."""
    terms, entries = case.loan.terms, standing(case.loan.entries)
    before = [one for one in entries if one.on < day or (one.on == day and not one.kind.pays)]
    position = position_of(terms, before, as_of=day)
    return position.arrears_fen + position.charges_fen
