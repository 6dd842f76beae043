"""The rules of an append-only history: numbering, standing lines, replay and reversal."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import Enum
from itertools import chain
from typing import Final, Protocol, TypeVar

from microloan.errors import InvalidHistory, NotReversible, RefConflict
from microloan.fund_ledger import FundEntry
from microloan.ledger import NOTHING_UNDONE, Entry


class Line(Protocol):
    """What entries of loans and of funds have in common."""

    @property
    def number(self) -> int:
        """Return the place in the order of knowledge."""

    @property
    def kind(self) -> Enum:
        """Return what the line records."""

    @property
    def on(self) -> date:
        """Return the business date."""

    @property
    def ref(self) -> str:
        """Return the voucher."""

    @property
    def undoes(self) -> int:
        """Return the number a reversal undoes."""


AnyLine = TypeVar("AnyLine", Entry, FundEntry)


def check_history(lines: Sequence[Line], of: str) -> None:
    """Refuse lines that could not have been appended one after the other.

    Raises:
        InvalidHistory: numbers are not 1, 2, 3 …, or a reversal undoes what it cannot.
        RefConflict: two standing lines of one kind have the same voucher.
    """
    undone: set[int] = set()
    for expected, line in enumerate(lines, start=1):
        if not line.undoes and line.number == expected:
            continue
        unfit = line.undoes >= expected or line.undoes in undone
        if line.number != expected or unfit or (line.undoes and lines[line.undoes - 1].undoes):
            raise InvalidHistory(
                f"{of}: entry {line.number} cannot stand at place {expected}",
                zh=f"{of}：第 {line.number} 号流水不能位于第 {expected} 位",
                value=line.number,
                limit=expected,
            )
        undone |= {line.undoes} - {NOTHING_UNDONE}
    acts: dict[tuple[Enum, str], Line] = {}
    for line in lines:
        if line.number not in undone and acts.setdefault((line.kind, line.ref), line) is not line:
            raise ref_conflict(acts[line.kind, line.ref], of=of)


def known_through(lines: tuple[AnyLine, ...], through: int | None) -> tuple[AnyLine, ...]:
    """Return the lines that were known at an entry; ``None`` means all of them.

    Raises:
        InvalidHistory: there is no such entry; 0 stands for the time before the first.
    """
    if through is None:
        return lines
    if type(through) is not int or not 0 <= through <= len(lines):
        raise InvalidHistory(
            f"there is no entry {through}; the last one is {len(lines)}",
            zh=f"没有第 {through} 号流水，最后一号为 {len(lines)}",
            value=through,
            limit=len(lines),
        )
    return lines[:through]


def standing(lines: Sequence[AnyLine]) -> list[AnyLine]:
    """Return the lines that are neither reversals nor reversed, in the order of knowledge."""
    undone = {line.undoes for line in lines}
    if undone == _NOTHING_REVERSED:
        return list(lines)
    return [line for line in lines if not line.undoes and line.number not in undone]


_NOTHING_REVERSED: Final = {NOTHING_UNDONE}


def append(lines: tuple[AnyLine, ...], new: AnyLine, *, of: str) -> tuple[AnyLine, ...]:
    """Return the lines with one more; the same act again changes nothing.

    The identity of an act is its kind and its voucher. A reversal frees the voucher it undoes.

    Raises:
        RefConflict: the voucher already stands for an act of the same kind with other content.
    """
    undone = {line.undoes for line in lines}
    for line in lines:
        if line.number not in undone and line.kind is new.kind and line.ref == new.ref:
            if replace(new, number=line.number) == line:
                return lines
            raise ref_conflict(line, of=of)
    return tuple(chain(lines, [new]))


def find(lines: Sequence[AnyLine], kind: Enum, ref: str) -> AnyLine | None:
    """Return the standing line of a kind with a voucher number, or ``None`` where there is none."""
    return next((line for line in standing(lines) if line.kind is kind and line.ref == ref), None)


def ref_conflict(line: Line, *, of: str) -> RefConflict:
    """Return the refusal of an act whose voucher already stands for another."""
    return RefConflict(
        f"{of}: voucher {line.ref} already stands for {line.kind.value} {line.number} of {line.on}",
        zh=f"{of}：凭证 {line.ref} 已用于第 {line.number} 号流水（{line.on}）",
        value=line.ref,
        limit=line.number,
    )


def reversible(lines: Sequence[AnyLine], number: int, *, of: str) -> AnyLine:
    """Return the line with a number, if it can be reversed.

    Raises:
        NotReversible: there is no such line, it is a reversal, or it is reversed already.
    """
    for line in standing(lines):
        if type(number) is int and line.number == number:
            return line
    raise not_reversible(number, of=of, why="it does not stand", zh="不存在、本身是冲正或已被冲正")


def not_reversible(number: int, *, of: str, why: str, zh: str) -> NotReversible:
    """Return the refusal to reverse an entry."""
    return NotReversible(
        f"{of}: entry {number} cannot be reversed: {why}",
        zh=f"{of}：第 {number} 号流水不能冲正：{zh}",
        value=number,
        limit="a standing entry on which nothing rests",
    )


def find_reversal(entries: Sequence[AnyLine], number: int, ref: str) -> AnyLine | None:
    """Return the reversal of an entry under a voucher, if it has been made."""
    numbered = type(number) is int  # 2.0 is equal to 2 and names no entry
    made = (entry for entry in entries if numbered and entry.undoes and entry.undoes == number)
    return next((entry for entry in made if entry.ref == ref), None)
