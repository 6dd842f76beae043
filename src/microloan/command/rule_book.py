"""``microloan rules``: the rules of a day, of one place or of all places side by side."""

from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from shutil import get_terminal_size
from typing import Any, Final

from microloan import policy
from microloan.command.answer import Answer, Sentence
from microloan.command.choice import policy_of
from microloan.command.side_by_side import GAP, beside
from microloan.explain import pad, width
from microloan.naming import refused_terms
from microloan.policy import MEASURES, Gap, Policy, Provision, in_force, in_words
from microloan.table import Language

PLACES: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "east": ("东部", {"region": "east"}),
    "seven eastern": ("东部七省市", {"region": "east", "seven_eastern": True}),
    "central": ("中部", {"region": "central"}),
    "west": ("西部", {"region": "west"}),
    "poor area": ("贫困（脱贫）地区", {"region": "west", "poor_area": True}),
}
"""Every place that the rules tell apart: its English name, its Chinese one, how it is loaded."""
_DITTO: Final = "〃"
_NOTHING: Final = "—"
_LEAST_WIDE: Final = 100


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One measure on a day: what it is in each place."""

    measure: str
    by_place: Mapping[str, Provision[Any] | Gap | None]

    def title(self, language: Language) -> str:
        """Return the measure's name in the files, in Chinese after what the decrees call it."""
        known = MEASURES[self.measure.partition(".")[0]]
        return f"{known.title_zh} {self.measure}" if language is Language.ZH else self.measure

    @property
    def values(self) -> list[str]:
        """Return the values in words, place by place."""
        return [_words(entry) for entry in self.by_place.values()]

    def clauses(self, places: Mapping[str, str], comma: str) -> Iterator[str]:
        """Yield each clause once, after the places it holds for unless it holds for all."""
        held: dict[str, list[str]] = {}
        for place, entry in self.by_place.items():
            if isinstance(entry, Provision):
                held.setdefault(str(entry), []).append(places[place])
        for clause, where in held.items():
            every = len(where) == len(self.by_place)
            yield clause if every else f"{comma.join(where)}: {clause}"


@dataclass(frozen=True, slots=True)
class RuleSheet:
    """The rules of a day, place beside place."""

    on: date
    rows: tuple[RuleRow, ...]
    places: tuple[str, ...]

    def to_text(self, *, language: Language) -> str:
        """Return the rules for a terminal: measure, value for each place, clause."""
        chinese = language is Language.ZH
        names = {one: PLACES[one][0] if chinese and one in PLACES else one for one in self.places}
        wide = max((width(row.title(language)) for row in self.rows), default=0)
        room = max(get_terminal_size((_LEAST_WIDE, 0)).columns, _LEAST_WIDE) - wide
        columns = [wide, *[room // len(names) - len(GAP)] * len(names)]
        lines = [f"{self.on} 施行的规定" if chinese else f"rules in force on {self.on}"]
        if len(names) > 1:
            lines += beside(["", *names.values()], columns)
        for row in self.rows:
            title = row.title(language)
            if len(set(row.values)) == 1:
                lines.append(f"{pad(title, wide)}{GAP}{row.values[0]}")
            else:
                lines += beside([title, *_dittoed(row.values)], columns)
            lines += [f"    {clause}" for clause in row.clauses(names, "、" if chinese else ", ")]
        return "\n".join(lines)

    def to_dicts(self) -> list[dict[str, object]]:
        """Return a row for each measure and place."""
        return [
            _row(row.measure, place, entry)
            for row in self.rows
            for place, entry in row.by_place.items()
            if entry is not None
        ]


def reply(options: Namespace) -> Answer:
    """Return the rules of a day."""
    if options.region is None:
        if options.seven_eastern or options.poor_area or options.overlay or options.lpr:
            options.misuse("a kind of place, a local rule or newer rates need a --region")
        policies = {name: policy.load("cn", **how) for name, (_, how) in PLACES.items()}
    else:
        policies = {options.region: policy_of(options)}
    sheet = RuleSheet(options.on, _rows(policies, options), tuple(policies))
    missing = Sentence("no rule is known for that day", "该日无已知规定")
    parts = (sheet,) if sheet.rows else (missing,)
    return Answer(parts=parts, facts={"on": options.on, "rules": sheet.to_dicts()})


def _rows(policies: Mapping[str, Policy], options: Namespace) -> tuple[RuleRow, ...]:
    """Return what is declared on the day; what no decree ever set is left out.

    Raises:
        InvalidTerms: no such measure.
    """
    wanted = options.measure or list(MEASURES)
    for name in wanted:
        if name not in MEASURES:
            raise refused_terms("a measure", "事项", name, sorted(MEASURES))
    entries = {place: dict(in_force(rules, options.on)) for place, rules in policies.items()}
    rows = []
    for name in next(iter(entries.values())):
        found = {place: each[name] for place, each in entries.items()}
        declared = {place: entry if _is_declared(entry) else None for place, entry in found.items()}
        if any(declared.values()) and name.partition(".")[0] in wanted:
            rows.append(RuleRow(name, declared))
    return tuple(rows)


def _is_declared(entry: Provision[Any] | Gap | None) -> bool:
    """Tell whether a decree sets the measure, or opened the gap in it."""
    return isinstance(entry, Provision) or (isinstance(entry, Gap) and bool(entry.decree))


def _words(entry: Provision[Any] | Gap | None) -> str:
    match entry:
        case None:
            return _NOTHING
        case Gap():
            return str(entry)
        case _:
            return in_words(entry.value)


def _dittoed(values: list[str]) -> Iterator[str]:
    """Yield values, with a ditto mark for one that repeats what stands on its left."""
    for before, value in zip([None, *values], values, strict=False):
        yield _DITTO if value == before else value


def _row(measure: str, place: str, entry: Provision[Any] | Gap) -> dict[str, object]:
    known = MEASURES[measure.partition(".")[0]]
    row: dict[str, object] = {
        "measure": measure,
        "title": known.title,
        "title_zh": known.title_zh,
        "place": place,
        "since": str(entry.since),
        "decree": entry.decree,
    }
    if isinstance(entry, Gap):
        return row | {"gap": entry.reason}
    return row | {
        "value": in_words(entry.value),
        "clause": entry.clause,
        "read_in": entry.read_in,
        "evidence": entry.evidence.value,
    }
