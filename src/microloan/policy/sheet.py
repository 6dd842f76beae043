"""The rule book of a day, and what changed between two days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from microloan.explain import pad, width
from microloan.policy.measures import MEASURES
from microloan.policy.provision import ByKind, Entry, Gap, Line, Provision
from microloan.policy.wording import in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """What one measure was, and what it became.

    Args:
        measure: the measure, with the kind of borrower where it differs by kind.
        before: the value or gap of the first day; ``None`` where nothing was declared.
        after: that of the second day.
    """

    measure: str
    before: Entry[Any] | None
    after: Entry[Any] | None

    def __str__(self) -> str:
        """Return both values in words, and the clause of the second."""
        clause = f" ({self.after})" if isinstance(self.after, Provision) else ""
        return f"{self.measure}: {_words(self.before)} → {_words(self.after)}{clause}"


def in_force(policy: object, on: date) -> Iterator[tuple[str, Entry[Any] | None]]:
    """Yield every measure with its value or gap of a day, in the order of a rule book."""
    for name in MEASURES:
        found: Line[Any] | ByKind[Any] = getattr(policy, name)
        if isinstance(found, Line):
            yield name, found.known(on)
        else:
            for kind in found:
                yield f"{name}.{kind.value}", found[kind].known(on)


def sheet_of(policy: object, on: date) -> str:
    """Return the rule book of a day: measure, value, decree and clause; gaps by their reason."""
    rows = [
        (name, _words(entry), "" if isinstance(entry, Gap) else str(entry))
        for name, entry in in_force(policy, on)
        if entry is not None and not _undeclared(entry)
    ]
    columns = max(width(name) for name, _, _ in rows) if rows else 0
    lines = [
        f"{pad(name, columns)}  {value}\n{'':4}{clause}".rstrip() for name, value, clause in rows
    ]
    return "\n".join([f"rules in force on {on}", *lines])


def changes_between(policy: object, a: date, b: date) -> tuple[RuleChange, ...]:
    """Return the measures whose value is not the same on two days."""
    return tuple(
        RuleChange(measure=name, before=before, after=after)
        for (name, before), (_, after) in zip(in_force(policy, a), in_force(policy, b), strict=True)
        if _content(before) != _content(after)
    )


def _content(entry: Entry[Any] | None) -> object:
    """Return what is compared: a value repeated by a newer decree is no change."""
    return entry if entry is None else entry.reason if isinstance(entry, Gap) else entry.value


def _undeclared(entry: Entry[Any]) -> bool:
    return isinstance(entry, Gap) and not entry.decree


def _words(entry: Entry[Any] | None) -> str:
    match entry:
        case None:
            return "nothing"
        case Gap():
            return str(entry)
        case _:
            return in_words(entry.value)
