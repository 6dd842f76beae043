"""Reading a decree: one TOML file, checked strictly, every value with its reference."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final, TypeVar

from microloan.category import BorrowerKind
from microloan.errors import InvalidPolicy, MicroloanError
from microloan.policy.measures import MEASURES
from microloan.policy.place import PLACES, Region
from microloan.policy.provision import Entry, Evidence, Gap, Provision
from microloan.policy.reading import listed, one_of, text

T = TypeVar("T")
_DECREE_KEYS: Final = {"key", "number", "title", "title_zh", "issued"}
_SCOPE_KEYS: Final = {"where", "until", "note"}
_REFERENCE_KEYS: Final = {"clause", "read_in"}
_KINDS: Final = tuple(kind.value for kind in BorrowerKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One block of a decree: a value or a gap, for whom, where, from when, until when.

    Args:
        measure: what it is a value of.
        kinds: the kinds of borrower; empty for a measure that does not differ by them.
        where: the places; empty for everywhere.
        entry: the value with its reference, or the gap.
        until: the last day; ``date.max`` where the text names none.
        file: where it stands.
    """

    measure: str
    kinds: tuple[str, ...]
    where: frozenset[str]
    entry: Entry[Any]
    until: date
    file: str

    @property
    def at(self) -> str:
        """Return where the block stands, for a refusal."""
        return f"{self.file}: {self.measure}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decree:
    """A decree as read.

    Args:
        key: the short name of this version of the rules.
        number: the document number.
        title: what it is called in English.
        title_zh: its title.
        issued: the day it was issued.
        regions: of a local rule, the regions it may be laid over; empty for all.
        rules: its blocks.
    """

    key: str
    number: str
    title: str
    title_zh: str
    issued: date
    regions: frozenset[Region]
    rules: tuple[Rule, ...]


def read_decree(content: str, *, file: str) -> Decree:
    """Return the decree in a TOML text.

    Raises:
        InvalidPolicy: an unknown or missing key, a value of the wrong form, days out of order, or
            TOML that cannot be read; the message names the file and the key.
    """
    try:
        tables = tomllib.loads(content)
    except (ValueError, RecursionError) as fault:  # numbers and nests beyond what Python reads
        raise invalid(file, "the file", str(fault)) from fault
    head = tables.pop("decree", None)
    decree = _read(f"{file}: decree", "the head", lambda: _head(head, file))
    rules = tuple(
        _rule(measure, block, decree.number, file)
        for measure, blocks in tables.items()
        for block in _blocks(measure, blocks, file)
    )
    _require_order(rules)
    return Decree(**{name: getattr(decree, name) for name in _HEAD_FIELDS}, rules=rules)


_HEAD_FIELDS: Final = ("key", "number", "title", "title_zh", "issued", "regions")


def _head(head: dict[str, Any], file: str) -> Decree:
    _check_keys(head, _DECREE_KEYS, optional={"note", "regions"}, at=f"{file}: decree")
    for key in _DECREE_KEYS - {"issued"}:
        text(head[key])
    return Decree(
        **{key: head[key] for key in _DECREE_KEYS - {"issued"}},
        issued=_day(head["issued"]),
        regions=frozenset(listed(one_of(Region))(head["regions"]) if "regions" in head else ()),
        rules=(),
    )


def _blocks(measure: str, blocks: object, file: str) -> list[dict[str, Any]]:
    if measure not in MEASURES:
        raise invalid(file, measure, "no such measure")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise invalid(file, measure, f"a measure is written [[{measure}]]")
    return blocks


def _rule(measure: str, block: dict[str, Any], number: str, file: str) -> Rule:
    at, by_kind = f"{file}: {measure}", MEASURES[measure].by_kind
    needed = {"from", "gap"} if "gap" in block else {"from", "value", "reference", "evidence"}
    _check_keys(block, needed | ({"kinds"} if by_kind else set()), optional=_SCOPE_KEYS, at=at)
    key = str(block["from"])
    since = _read(at, "from", lambda: _day(block["from"]))
    kinds = _read(at, f"{key}: kinds", lambda: _codes(block.get("kinds"), _KINDS))
    where = _read(at, f"{key}: where", lambda: _codes(block.get("where"), tuple(PLACES)))
    until = _read(at, f"{key}: until", lambda: _until(block, since))
    entry: Entry[Any]
    if "gap" in block:
        reason = _read(at, f"{key}: gap", lambda: text(block["gap"]))
        entry = Gap(since=since, reason=reason, decree=number)
    else:
        entry = _provision(measure, block, since, number, at)
    return Rule(
        measure=measure, kinds=kinds, where=frozenset(where), entry=entry, until=until, file=file
    )


def _provision(
    measure: str, block: dict[str, Any], since: date, number: str, at: str
) -> Provision[Any]:
    key = str(since)
    _check_keys(block["reference"], _REFERENCE_KEYS, optional=set(), at=f"{at}: {key}: reference")
    read, reference = MEASURES[measure].read, block["reference"]
    return Provision(
        value=_read(at, f"{key}: value", lambda: read(block["value"])),
        since=since,
        decree=number,
        clause=_read(at, f"{key}: clause", lambda: text(reference["clause"])),
        read_in=_read(at, f"{key}: read_in", lambda: text(reference["read_in"])),
        evidence=_read(at, f"{key}: evidence", lambda: Evidence(block["evidence"])),
    )


def _require_order(rules: tuple[Rule, ...]) -> None:
    """Refuse blocks of one measure, kind and place that do not stand in the order of their days."""
    lines: dict[tuple[str, str, frozenset[str]], list[Rule]] = {}
    for rule in rules:
        for kind in rule.kinds or ("",):
            lines.setdefault((rule.measure, kind, rule.where), []).append(rule)
    for line in lines.values():
        for earlier, later in pairwise(line):
            if later.entry.since <= earlier.entry.since:
                raise invalid(later.at, str(later.entry.since), "stands after a later or equal day")


def _read(at: str, key: str, read: Callable[[], T]) -> T:
    """Return what a reader makes of a part of the file, or refuse it by file and key."""
    try:
        return read()
    except InvalidPolicy:
        raise
    except (MicroloanError, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise invalid(at, key, str(fault)) from fault


def _day(value: object) -> date:
    if type(value) is not date:
        raise ValueError(f"a day is needed, got {value!r}")
    return value


def _until(block: dict[str, Any], since: date) -> date:
    last = _day(block.get("until", date.max))
    if last < since:
        raise ValueError(f"{last} lies before {since}")
    return last


def _codes(value: object, known: tuple[str, ...]) -> tuple[str, ...]:
    if value is None:
        return ()
    found = listed(text)(value)
    for name in found:
        if name not in known:
            raise ValueError(f"{name!r} is none of {sorted(known)}")
    return found


def _check_keys(given: object, needed: set[str], *, optional: set[str], at: str) -> None:
    if not isinstance(given, dict):
        raise invalid(at, "the table", "missing")
    for key in sorted(needed - given.keys()):
        raise invalid(at, key, "missing")
    for key in sorted(given.keys() - needed - optional):
        raise invalid(at, key, "unknown key")


def invalid(at: str, key: str, why: str) -> InvalidPolicy:
    """Return the refusal of a file: where, which key, why."""
    return InvalidPolicy(
        f"{at}: {key}: {why}", zh=f"{at}：{key}：政策文件有误", value=key, limit=at
    )
