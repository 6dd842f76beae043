"""The blocks of the shipped policy files, with the remarks that the library does not keep; gaps."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

from policy_grid import A_DAY, NEWER, OLD, PLACES, gap_name, half_gap, rules_of

from microloan import BorrowerKind, Gap, Line, Policy, policy
from microloan.policy import MEASURES, Decree, Rule, read_decree

NATIONAL, LOCAL = "cn", "cn/local"
EVERYWHERE, EVERYBODY = "everywhere", "everybody"
NamedGap = tuple[str, str, str, str, str]
"""A gap: its name, for whom, where, its days, and why."""
_KINDS: Final = len(BorrowerKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of a file, with the remark that stands beside it."""

    rule: Rule
    decree: Decree
    note: str

    @property
    def kinds(self) -> str:
        """Return the kinds of borrower it is for."""
        kinds = self.rule.kinds
        return "all kinds" if len(kinds) == _KINDS else ", ".join(kinds) or EVERYBODY

    @property
    def where(self) -> str:
        """Return the places it is for."""
        return ", ".join(place for place in PLACES if _holds(self.rule, place)) or EVERYWHERE

    @property
    def until(self) -> str:
        """Return its last day where it names one."""
        return "" if self.rule.until == date.max else f" – {self.rule.until}"


def _holds(rule: Rule, place: str) -> bool:
    return place.replace(" ", "_") in rule.where


@cache
def blocks_of(folder: str) -> tuple[Block, ...]:
    """Return the blocks of the files of a folder, by the day their decree was issued."""
    found = []
    for name, text in _shipped(folder).items():
        decree = read_decree(text, file=name)
        tables = tomllib.loads(text)
        tables.pop("decree")
        raw = [block for blocks in tables.values() for block in blocks]
        found += [
            Block(rule=rule, decree=decree, note=block.get("note", ""))
            for rule, block in zip(decree.rules, raw, strict=True)
        ]
    return tuple(sorted(found, key=lambda block: (block.decree.issued, block.decree.key)))


def by_decree(folder: str) -> dict[str, list[Block]]:
    """Return the blocks of a folder under the keys of their decrees."""
    by_key: dict[str, list[Block]] = {}
    for block in blocks_of(folder):
        by_key.setdefault(block.decree.key, []).append(block)
    return by_key


@cache
def remarks_of(folder: str) -> dict[str, str]:
    """Return the remark at the head of each file, by the key of its decree."""
    heads = [tomllib.loads(text)["decree"] for text in _shipped(folder).values()]
    return {head["key"]: head.get("note", "") for head in heads}


def _shipped(folder: str) -> dict[str, str]:
    listed = sorted(files(policy).joinpath(folder).iterdir(), key=lambda file: file.name)
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in listed
        if file.name.endswith(".toml")
    }


def local_days(block: Block) -> str:
    """Return the days on which a local value governs."""
    rule = block.rule
    lasts = {
        _last_day(line, rule)
        for region in block.decree.regions
        for line in _lines(_laid_over(block, region.value), rule)
    }
    return _one_stretch(rule, lasts)


def _laid_over(block: Block, region: str) -> Policy:
    name = block.rule.file.removesuffix(".toml")
    return policy.load("cn", region=region, poor_area="poor_area" in block.rule.where, overlay=name)


def gaps() -> Iterator[NamedGap]:
    """Yield every gap of the national rules and of the reference rates."""
    for block in blocks_of(NATIONAL):
        entry = block.rule.entry
        for_whom = block.kinds, block.where, _days(block.rule)
        if isinstance(entry, Gap):
            yield gap_name(block.rule.measure, entry), *for_whom, entry.reason
        elif block.rule.measure == "shares" and entry.value.not_for:
            why = f"who bears a subsidy of that shape was not found: {block.note}"
            yield half_gap(entry), *for_whom, why
    rates = rules_of("central").rates
    for (_, last, _), (first, *_) in pairwise(rates.lpr_old.spans):
        if first > last + A_DAY:
            why = "the quotes of these days were not read; nothing is interpolated"
            days = f"{last + A_DAY} – {first - A_DAY}"
            yield f"gap: {OLD}", EVERYBODY, EVERYWHERE, days, why
    why = "later publications were not read; the host adds them with `lpr=`"
    yield f"gap: {NEWER}", EVERYBODY, EVERYWHERE, f"{rates.lpr_1y.known_through + A_DAY} –", why


def _days(rule: Rule) -> str:
    """Return the days of a block at the places and for the kinds it is for."""
    lasts = {
        _last_day(line, rule)
        for place in PLACES
        if not rule.where or _holds(rule, place)
        for line in _lines(rules_of(place), rule)
    }
    return _one_stretch(rule, lasts)


def _one_stretch(rule: Rule, lasts: set[str]) -> str:
    if len(lasts) != 1:
        raise SystemExit(f"{rule.at} {rule.entry.since} does not end on one day: {sorted(lasts)}")
    return f"{rule.entry.since} – {lasts.pop()}".rstrip()


def _lines(rules: Policy, rule: Rule) -> Iterator[Line[Any]]:
    found = getattr(rules, rule.measure)
    yield from (found[BorrowerKind(kind)] for kind in rule.kinds) if rule.kinds else (found,)


def _last_day(line: Line[Any], rule: Rule) -> str:
    """Return the eve of what follows a block in a line; nothing where it stays."""
    later = [day for day, _ in line.values if day > rule.entry.since]
    return str(later[0] - A_DAY) if later else ""


def counted_gaps(place: str) -> int:
    """Return how many gaps the policy of a place has: by measure, kind and first day."""
    rules, found = rules_of(place), 0
    for name, measure in MEASURES.items():
        line = getattr(rules, name)
        lines = [line[kind] for kind in line] if measure.by_kind else [line]
        entries = [entry for line in lines for _, entry in line.values]
        found += sum(isinstance(entry, Gap) and bool(entry.decree) for entry in entries)
    return found
