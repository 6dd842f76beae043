"""What a policy value is: the value, the decree and clause behind it, and how far to trust it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Generic, TypeAlias, TypeVar

from microloan.category import BorrowerKind
from microloan.dated import Dated
from microloan.errors import NotInForce

T = TypeVar("T")
V = TypeVar("V")


class Evidence(Enum):
    """How a value is known."""

    SOURCE = "source"
    """Read in a page on the national text."""
    LOCAL = "local"
    """Read in a local rule only."""
    MEMORY = "memory"
    """From general knowledge, not read anywhere: check it before relying on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision(Generic[T]):
    """A value a decree sets, from a day, with its reference.

    Args:
        value: the value.
        since: the first day on which it governs; with a retroactive start, that day.
        decree: the document number.
        clause: what the clause says.
        read_in: where it was read.
        evidence: how it is known.
    """

    value: T
    since: date
    decree: str
    clause: str
    read_in: str
    evidence: Evidence

    def __str__(self) -> str:
        """Return the decree and the clause, marked where the value was not read in a source."""
        trust = "" if self.evidence is Evidence.SOURCE else f" [{self.evidence.value}]"
        return f"{self.decree}: {self.clause}{trust}"

    def of(self, value: V) -> "Provision[V]":
        """Return the same reference for a value that follows from this one."""
        return Provision(
            value=value,
            since=self.since,
            decree=self.decree,
            clause=self.clause,
            read_in=self.read_in,
            evidence=self.evidence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """缺口: a stretch for which no value is known, and why.

    Args:
        since: the first day of it.
        reason: what was not found, or why there was nothing to find.
        decree: the document after which the gap opens.
    """

    since: date
    reason: str
    decree: str

    def __str__(self) -> str:
        """Return the reason, marked as a gap."""
        return f"not known: {self.reason}"


Entry: TypeAlias = Provision[T] | Gap


@dataclass(frozen=True, slots=True)
class Line(Generic[T]):
    """One measure over time, for one place: each value until the eve of the next.

    Args:
        dated: the values and gaps by their first day.
    """

    dated: Dated[Entry[T]]

    @property
    def name(self) -> str:
        """Return the measure."""
        return self.dated.name

    @property
    def values(self) -> tuple[tuple[date, Entry[T]], ...]:
        """Return the first day of each value or gap, with it."""
        return self.dated.values

    def at(self, on: date) -> Provision[T]:
        """Return the value in force on a day.

        Raises:
            NotInForce: before the first value, or in a gap, whose reason it names.
        """
        found = self.dated.at(on)
        if isinstance(found, Gap):
            raise NotInForce(
                f"{self.name}: no value is known for {on}: {found.reason}",
                zh=f"{self.name}：{on} 的规定未见（自 {found.since} 起）",
                value=on,
                limit=found.reason,
            )
        return found

    def known(self, on: date) -> Entry[T] | None:
        """Return the value or the gap of a day; ``None`` before the first."""
        return self.dated.at(on) if on >= self.dated.first_day else None

    @property
    def first_day(self) -> date:
        """Return the first day for which something is declared."""
        return self.dated.first_day

    def changes(self, start: date, end: date) -> tuple[date, ...]:
        """Return the days after the start and up to the end on which the value changes."""
        return self.dated.changes(start, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByKind(Generic[T]):
    """A measure whose values differ by the kind of borrower."""

    individual: Line[T]
    partnership: Line[T]
    enterprise: Line[T]

    @classmethod
    def build(cls, line: Callable[[BorrowerKind], Line[Any]]) -> "ByKind[Any]":
        """Return the measure whose line for each kind is made by a function."""
        return cls(**{kind.value: line(kind) for kind in BorrowerKind})

    def __getitem__(self, kind: BorrowerKind) -> Line[T]:
        """Return the line of a kind of borrower."""
        line: Line[T] = getattr(self, kind.value)
        return line

    def __iter__(self) -> Iterator[BorrowerKind]:
        """Go through the kinds of borrower."""
        return iter(BorrowerKind)
