"""Reading a decree: one TOML file, checked strictly, every value with its reference."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from microloan.category import BorrowerKind, LowProfit
from microloan.errors import InvalidPolicy, MicroloanError
from microloan.money import cny, fen
from microloan.penalty import Daily, Multiple
from microloan.policy.provision import (
    Ceiling,
    Evidence,
    PenaltyRange,
    Provision,
    SubsidyShape,
    SubsidyTier,
)

_DECREE_KEYS: Final = {"key", "number", "title", "title_zh", "issued"}
_VALUE_KEYS: Final = {"from", "value", "reference", "evidence"}
_REFERENCE_KEYS: Final = {"clause", "read_in"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decree:
    """A decree as read: its document number and its provisions by measure."""

    number: str
    provisions: Mapping[str, tuple[Provision[Any], ...]]


def read_decree(text: str, *, file: str) -> Decree:
    """Return the decree in a TOML text.

    Raises:
        InvalidPolicy: an unknown or missing key, a value of the wrong form, or TOML that cannot be
            read; the message names the file and the key.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise _invalid(file, "the file", str(fault)) from fault
    head = content.pop("decree", None)
    _check_keys(head, _DECREE_KEYS, optional={"note"}, at=f"{file}: decree")
    provisions = {
        measure: tuple(_provision(measure, value, head["number"], file) for value in values)
        for measure, values in _by_measure(content, file).items()
    }
    return Decree(number=head["number"], provisions=MappingProxyType(provisions))


def _by_measure(content: dict[str, Any], file: str) -> dict[str, list[dict[str, Any]]]:
    """Return the values by measure; ``ceiling.individual`` is a table of lists by borrower kind."""
    measures: dict[str, list[dict[str, Any]]] = {}
    for name, values in content.items():
        inner = values if isinstance(values, dict) else {"": values}
        for kind, listed in inner.items():
            measure = f"{name}.{kind}" if kind else name
            if measure not in MEASURES or not isinstance(listed, list):
                raise _invalid(file, measure, "no such measure")
            measures[measure] = listed
    return measures


def _provision(measure: str, value: dict[str, Any], decree: str, file: str) -> Provision[Any]:
    at = f"{file}: {measure}"
    _check_keys(value, _VALUE_KEYS, optional={"note"}, at=at)
    _check_keys(value["reference"], _REFERENCE_KEYS, optional=set(), at=f"{at}: reference")
    if type(value["from"]) is not date:
        raise _invalid(at, "from", f"a day is needed, got {value['from']!r}")
    try:
        read, evidence = MEASURES[measure](value["value"]), Evidence(value["evidence"])
    except (MicroloanError, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise _invalid(
            at, str(value["from"]), f"{value['value']!r} cannot be read: {fault}"
        ) from fault
    return Provision(
        value=read,
        since=value["from"],
        decree=decree,
        clause=value["reference"]["clause"],
        read_in=value["reference"]["read_in"],
        evidence=evidence,
    )


def _check_keys(given: object, needed: set[str], *, optional: set[str], at: str) -> None:
    if not isinstance(given, dict):
        raise _invalid(at, "the table", "missing")
    for key in needed - given.keys():
        raise _invalid(at, key, "missing")
    for key in given.keys() - needed - optional:
        raise _invalid(at, key, "unknown key")


def _invalid(at: str, key: str, why: str) -> InvalidPolicy:
    return InvalidPolicy(
        f"{at}: {key}: {why}", zh=f"{at}：{key}：政策文件有误", value=key, limit=at
    )


def _whole_number(value: object) -> int:
    if type(value) is not int or value <= 0:
        raise ValueError("a whole number above 0 is needed")
    return value


def _ceiling(value: Mapping[str, int]) -> Ceiling:
    in_fen = {group: fen(cny(amount)) for group, amount in value.items()}
    return Ceiling(base_fen=in_fen.pop("base"), by_group_fen=MappingProxyType(in_fen))


def _tiers(value: list[dict[str, Any]]) -> tuple[SubsidyTier, ...]:
    return tuple(map(_tier, value))


def _tier(value: dict[str, Any]) -> SubsidyTier:
    if value.keys() - {"shape", "groups", "low_profit"}:
        raise ValueError(f"unknown key among {sorted(value)}")
    return SubsidyTier(
        shape=SubsidyShape(value["shape"]),
        groups=frozenset(value.get("groups", ())),
        low_profit=LowProfit(value.get("low_profit", LowProfit.NOT_STATED.value)),
    )


def _penalty_range(value: dict[str, str]) -> PenaltyRange:
    if value.keys() == {"daily"}:
        daily = Daily(Decimal(value["daily"]))
        return PenaltyRange(lowest=daily, highest=daily)
    if value.keys() != {"lowest", "highest"}:
        raise ValueError(f"daily, or lowest and highest are needed, got {sorted(value)}")
    lowest, highest = Decimal(value["lowest"]), Decimal(value["highest"])
    if lowest > highest:
        raise ValueError(f"{lowest} is above {highest}")
    return PenaltyRange(lowest=Multiple(lowest), highest=Multiple(highest))


_BY_KIND: Final[dict[str, Callable[[Any], Any]]] = {
    "ceiling": _ceiling,
    "subsidized_months": _whole_number,
    "subsidy": _tiers,
}
MEASURES: Final[dict[str, Callable[[Any], Any]]] = {
    "leverage_cap": _whole_number,
    "overdue_penalty": _penalty_range,
    "misuse_penalty": _penalty_range,
    **{f"{name}.{kind.value}": read for name, read in _BY_KIND.items() for kind in BorrowerKind},
}
"""Every measure a decree may set, and how its value is read."""
