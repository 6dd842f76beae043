"""惯例: what offices do where no national rule speaks, as dated data with its source."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Final, TypeVar

from microloan.dated import Dated
from microloan.errors import InvalidPolicy, MicroloanError, NotInForce
from microloan.money import InYuan
from microloan.naming import is_code, refused_terms
from microloan.policy import Evidence, Gap, Line, Provision, borrower_groups
from microloan.policy.reading import code, decimal, fields, listed, small_number, text, yuan

T = TypeVar("T")
_MONTHS: Final = 12
_DAYS: Final = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsBand:
    """带动就业区间: how many jobs a loan made everywhere a series was published.

    Args:
        low: the fewest.
        high: the most.
    """

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRule:
    """评选奖励规则: how many a year a scheme picks, and how much each may get.

    Args:
        a_year: the most in one calendar year.
        each_fen: the most for one.
    """

    a_year: int
    each_fen: int

    each = InYuan("each_fen", "The most for one, in yuan.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDuty:
    """报送要求: on which days of which months a report is due, or so long after an event.

    Args:
        code: which report.
        months: the months in which it is due; none where it follows an event.
        days: the days of these months; a day that a month lacks is its last one; none where the
            rhythm was read and no day.
        after_days: how many days after an event; 0 where it has days of its own.
    """

    code: str
    months: tuple[int, ...]
    days: tuple[int, ...]
    after_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """惯例: every figure of practice, each with where it was read.

    Args:
        jobs_per_loan: jobs a loan made, over time.
        awards: the awards of single schemes by code, over time.
        duties: reports due, each from its first day.
        aliases: other names of borrower groups, each with the code of the group.
    """

    jobs_per_loan: Line[JobsBand]
    awards: Mapping[str, Line[AwardRule]]
    duties: tuple[Provision[ReportDuty], ...]
    aliases: Mapping[str, Provision[str]]

    def award(self, scheme: str, *, on: date) -> Provision[AwardRule]:
        """Return what a scheme may award on a day.

        Raises:
            NotInForce: no such scheme, or none on that day.

        >>> print(load_practice().award("siyb_top_ten", on=date(2010, 5, 4)).value.a_year)
        10
        """
        if not is_code(scheme) or scheme not in self.awards:
            raise NotInForce(
                f"no award of the scheme {scheme!r} is known, only of {', '.join(self.awards)}",
                zh=f"未见专项 {scheme!r} 的评选规定",
                value=scheme,
                limit=tuple(self.awards),
            )
        return self.awards[scheme].at(on)

    def group_of(self, name: str) -> str:
        """Return the code of a borrower group by a name that a notice gives it.

        A name that nobody knows, such as 茶农, is a local code of its own.

        Raises:
            InvalidTerms: neither a code nor a Chinese name.

        >>> load_practice().group_of("返乡农民工"), load_practice().group_of("茶农")
        ('returning_migrant', '茶农')
        """
        if not is_code(name):
            raise refused_terms("a group", "人员类别", name, "a lower-case code or a Chinese name")
        if name in self.aliases:
            return self.aliases[name].value
        official = {group.zh: each for each, group in borrower_groups().items()}
        return official.get(name, name)


def load_practice() -> Practice:
    """Return what was read of practice; a host with figures of its own reads its own file.

    >>> band = load_practice().jobs_per_loan.at(date(2011, 6, 30)).value
    >>> print(band.low, band.high)
    2.5 5.0
    """
    content = files("microloan.programme").joinpath("practice.toml").read_text(encoding="utf-8")
    return read_practice(content, file="practice.toml")


def read_practice(content: str, *, file: str) -> Practice:
    """Return the figures of practice in a TOML text.

    Raises:
        InvalidPolicy: an unknown or missing key, a value of the wrong form, days out of order, or
            TOML that cannot be read; the message names the file and the key.
    """
    if not isinstance(content, str):
        raise _invalid(file, f"a text is needed, got {type(content).__name__}")
    try:
        tables = tomllib.loads(content)
    except (ValueError, RecursionError) as fault:
        raise _invalid(file, str(fault)) from fault
    for name in sorted(tables.keys() ^ {"jobs_per_loan", "award", "duty", "alias"}):
        raise _invalid(f"{file}: {name}", "missing, or no such table")
    bands = list(_provisions(tables["jobs_per_loan"], _band, f"{file}: jobs_per_loan"))
    awards: dict[str, list[Provision[AwardRule]]] = {}
    for named, award in _provisions(tables["award"], _award, f"{file}: award"):
        awards.setdefault(named, []).append(award)
    duties = _provisions(tables["duty"], _duty, f"{file}: duty")
    aliases = _provisions(tables["alias"], _names, f"{file}: alias")
    return Practice(
        jobs_per_loan=_line("jobs_per_loan", [band for _, band in bands], file),
        awards={named: _line(named, found, file) for named, found in awards.items()},
        duties=tuple(duty for _, duty in duties),
        aliases={name: each.of(named) for named, each in aliases for name in each.value},
    )


def _provisions(
    blocks: object, read: Callable[[str, object], T], at: str
) -> Iterator[tuple[str, Provision[T]]]:
    if not isinstance(blocks, list):
        raise _invalid(at, "blocks are written in double brackets")
    for number, block in enumerate(blocks, start=1):
        try:
            yield _provision(block, read)
        except (MicroloanError, ValueError, TypeError) as fault:
            raise _invalid(f"{at} {number}", str(fault)) from fault


def _provision(block: object, read: Callable[[str, object], T]) -> tuple[str, Provision[T]]:
    needed = {"from": _day, "value": _as_it_is, "document": text, "evidence": Evidence}
    found = fields(
        block,
        needed={**needed, "reference": _reference},
        optional={"code": code, "note": text},
    )
    named = found.get("code", "")
    clause, read_in = found["reference"]
    return named, Provision(
        value=read(named, found["value"]),
        since=found["from"],
        decree=found["document"],
        clause=clause,
        read_in=read_in,
        evidence=found["evidence"],
    )


def _reference(value: object) -> tuple[str, str]:
    found = fields(value, needed={"clause": text, "read_in": text}, optional={})
    return found["clause"], found["read_in"]


def _as_it_is(value: object) -> object:
    return value


def _day(value: object) -> date:
    if type(value) is not date:
        raise ValueError(f"a day is needed, got {value!r}")
    return value


def _band(_named: str, value: object) -> JobsBand:
    found = fields(value, needed={"low": decimal, "high": decimal}, optional={})
    if found["high"] < found["low"]:
        raise ValueError(f"a band from {found['low']} to {found['high']}")
    return JobsBand(**found)


def _award(named: str, value: object) -> AwardRule:
    code(named)
    found = fields(value, needed={"a_year": small_number, "each": yuan}, optional={})
    return AwardRule(a_year=found["a_year"], each_fen=found["each"])


def _duty(named: str, value: object) -> ReportDuty:
    code(named)
    follows = isinstance(value, dict) and "after_days" in value
    found = fields(
        value,
        needed={"after_days": small_number} if follows else {"months": listed(_up_to(_MONTHS))},
        optional={} if follows else {"days": listed(_up_to(_DAYS))},
    )
    return ReportDuty(
        code=named,
        months=found.get("months", ()),
        days=found.get("days", ()),
        after_days=found.get("after_days", 0),
    )


def _names(named: str, value: object) -> tuple[str, ...]:
    code(named)
    names: tuple[str, ...] = fields(value, needed={"names": listed(code)}, optional={})["names"]
    return names


def _up_to(most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if small_number(value) > most:
            raise ValueError(f"at most {most}, got {value!r}")
        return small_number(value)

    return read


def _line(name: str, found: list[Provision[T]], file: str) -> Line[T]:
    entries: list[tuple[date, Provision[T] | Gap]] = [(each.since, each) for each in found]
    try:
        return Line(Dated(name, tuple(entries)))
    except MicroloanError as fault:
        raise _invalid(f"{file}: {name}", str(fault)) from fault


def _invalid(at: str, why: str) -> InvalidPolicy:
    return InvalidPolicy(f"{at}: {why}", zh=f"{at}：惯例数据有误", value=why, limit=at)
