"""Joining decrees: each measure becomes one line of dated values, for one place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from microloan.dated import Dated
from microloan.policy.decree import Decree, Rule, invalid
from microloan.policy.measures import MEASURES
from microloan.policy.place import Place
from microloan.policy.provision import ByKind, Entry, Gap, Line

_A_DAY: Final = timedelta(1)
_NOBODY: Final = Gap(since=date.min, reason="no decree that was read sets it", decree="")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """A local value and the days through which it governs, whatever the nation does."""

    rule: Rule
    last: date

    def holds(self, day: date) -> bool:
        return self.rule.entry.since <= day <= self.last


def join_lines(decrees: Iterable[Decree], place: Place, overlay: Decree | None) -> dict[str, Any]:
    """Return the line of every measure, those by kind of borrower as :class:`ByKind`.

    Raises:
        InvalidPolicy: two values of one measure on one day, or days for which neither a value nor a
            gap is declared.
    """
    national = [rule for decree in decrees for rule in decree.rules]
    local = [] if overlay is None else list(overlay.rules)

    def line(measure: str, kind: str) -> Line[Any]:
        mine = _in_order(national, measure, kind, place)
        theirs = _in_order(local, measure, kind, place)
        _require_unbroken(mine)
        days = _overlaid(mine, _windows(theirs, mine)) or {date.min: _NOBODY}
        name = f"{measure}.{kind}" if kind else measure
        return Line(Dated(name, tuple(sorted(days.items(), key=lambda item: item[0]))))

    def by_kind(measure: str) -> ByKind[Any]:
        return ByKind.build(lambda kind: line(measure, kind.value))

    return {
        name: by_kind(name) if measure.by_kind else line(name, "")
        for name, measure in MEASURES.items()
    }


def _in_order(rules: Iterable[Rule], measure: str, kind: str, place: Place) -> list[Rule]:
    """Return the rules for a measure, a kind and a place by day, the closest one of each day."""
    of_day: dict[date, tuple[int, Rule]] = {}
    for rule in rules:
        if rule.measure != measure or (kind and kind not in rule.kinds):
            continue
        rank = place.rank(rule.where)
        if rank is None:
            continue
        since = rule.entry.since
        known = of_day.get(since, (-1, rule))
        if known[0] == rank:
            other = f"{known[1].at}, {known[1].entry.decree}"
            raise invalid(rule.at, str(since), f"{other} sets a value from that day too")
        of_day[since] = max(known, (rank, rule), key=lambda found: found[0])
    return [of_day[day][1] for day in sorted(of_day)]


def _require_unbroken(rules: Sequence[Rule]) -> None:
    """Refuse a value that ends with nothing declared from the next day on, or after the next."""
    for rule, later in _with_next(rules):
        if rule.until == date.max:
            continue
        if later is None or later.entry.since > rule.until + _A_DAY:
            why = f"ends on {rule.until} and no value or gap is declared after it"
            raise invalid(rule.at, str(rule.entry.since), why)
        if later.entry.since <= rule.until:
            why = f"is to last until {rule.until}, but {later.at} starts {later.entry.since}"
            raise invalid(rule.at, str(rule.entry.since), why)


def _with_next(rules: Sequence[Rule]) -> Iterable[tuple[Rule, Rule | None]]:
    return zip(rules, [*rules[1:], None], strict=False)


def _windows(local: Sequence[Rule], national: Sequence[Rule]) -> list[_Window]:
    """Return how long each local value governs: as it says, or until anything newer."""
    windows = []
    for rule, later in _with_next(local):
        since = rule.entry.since
        newer = [other.entry.since for other in national if other.entry.since > since]
        following = [] if later is None else [later.entry.since]
        if rule.until == date.max:
            last = min([*newer, *following], default=date.max)
            windows.append(_Window(rule=rule, last=last if last == date.max else last - _A_DAY))
            continue
        if following and following[0] <= rule.until:
            why = f"is to last until {rule.until}, but the next one starts {following[0]}"
            raise invalid(rule.at, str(since), why)
        windows.append(_Window(rule=rule, last=rule.until))
    return windows


def _overlaid(national: Sequence[Rule], windows: Sequence[_Window]) -> dict[date, Entry[Any]]:
    """Return the values by first day: local ones in their windows, national ones outside."""
    days = {
        rule.entry.since: rule.entry
        for rule in national
        if not any(window.holds(rule.entry.since) for window in windows)
    }
    for window in windows:
        days[window.rule.entry.since] = window.rule.entry
    for window in windows:
        if window.last == date.max or (back := window.last + _A_DAY) in days:
            continue
        before = [rule.entry for rule in national if rule.entry.since <= back]
        days[back] = before[-1] if before else replace(_NOBODY, since=back)
    return days
