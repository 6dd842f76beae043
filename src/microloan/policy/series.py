"""Reference rates by day, from packaged CSV files: benchmark by tier, loan prime rates."""

import csv
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from typing import Final

from microloan.dated import Dated
from microloan.errors import InvalidPolicy, MicroloanError, NotInForce
from microloan.months import add_months
from microloan.periods import plain_date
from microloan.rate import percent

Benchmark = tuple[tuple[int, Decimal], ...]
"""The tiers of one publication: the longest term in months, ascending, and the yearly rate."""
_STEP: Final = Decimal("0.0005")
_PUBLISHED_FROM: Final = 20
_A_MONTH_AND_MORE: Final = timedelta(45)  # the 20th, put off by the longest holidays
_HIGHEST: Final = Decimal("0.20")
_LPR_COLUMNS: Final = ("from", "lpr_1y", "lpr_5y")


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPrimeRate:
    """贷款基础利率, 2013 to 2019: quoted every business day, read for some stretches only.

    Args:
        spans: first day, last day and rate of each stretch that was read, in order.
    """

    spans: tuple[tuple[date, date, Decimal], ...]

    def at(self, on: date) -> Decimal:
        """Return the quote of a day, or of the last business day before it.

        Raises:
            NotInForce: a day whose quote was not read; nothing is interpolated.
        """
        for first, last, rate in self.spans:
            if first <= on <= last:
                return rate
        read = ", ".join(f"{first} - {last}" for first, last, _ in self.spans)
        raise NotInForce(
            f"old prime rate: the quote of {on} was not read; read are {read}",
            zh=f"贷款基础利率：{on} 的报价未见",
            value=on,
            limit=self.spans,
        )


def load_benchmark() -> Dated[Benchmark]:
    """Return the central bank's benchmark lending rates, all tiers of each day of change."""
    by_day: dict[date, list[tuple[int, Decimal]]] = {}
    for row in _shipped("benchmark.csv"):
        tier = (int(row["up_to_months"]), percent(row["percent"]))
        by_day.setdefault(date.fromisoformat(row["from"]), []).append(tier)
    values = tuple((day, tuple(sorted(tiers))) for day, tiers in by_day.items())
    return Dated("benchmark lending rate", values, _known_through("benchmark"))


def load_old_prime_rate() -> OldPrimeRate:
    """Return what was read of the old prime rate."""
    return OldPrimeRate(
        spans=tuple(
            (
                date.fromisoformat(row["from"]),
                date.fromisoformat(row["through"]),
                percent(row["percent"]),
            )
            for row in _shipped("lpr_old.csv")
        )
    )


def load_prime_rates(newer: str = "") -> tuple[Dated[Decimal], Dated[Decimal]]:
    """Return the loan prime rate of one year and that of five years.

    Args:
        newer: a CSV text ``from,lpr_1y,lpr_5y`` with later publications, in percent; rows that are
            shipped may stand in it again.

    Raises:
        InvalidPolicy: newer rows that cannot be read, contradict the shipped ones, leave out no
            row of theirs but stand out of order, or are no multiples of 0.05.
    """
    rows = {date.fromisoformat(row["from"]): _rates(row) for row in _shipped("lpr.csv")}
    through = _known_through("lpr")
    for day, rates in _newer(newer):
        if day <= max(rows) and rows.get(day) != rates:
            raise _refused(str(day), f"contradicts the shipped series, known through {through}")
        _require_next(day, max(rows))
        rows[day] = rates
        through = max(through, _eve_of_next(day))
    one, five = (
        Dated(name, tuple((day, rates[at]) for day, rates in rows.items()), through)
        for at, name in enumerate(_LPR_COLUMNS[1:])
    )
    return one, five


def _eve_of_next(published: date) -> date:
    """Return the last day on which a publication is surely the newest: the 19th of next month."""
    following = add_months(published.replace(day=1), 1)
    return following.replace(day=_PUBLISHED_FROM) - timedelta(1)


def _newer(text: str) -> list[tuple[date, tuple[Decimal, Decimal]]]:
    if not text:
        return []
    reader = csv.DictReader(text.lstrip("\ufeff").splitlines())
    missing = [name for name in _LPR_COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise _refused("the first line", f"lacks the columns {missing}")
    found = [(_day_of(row), _checked(row)) for row in _all_rows(reader)]
    for earlier, later in pairwise(day for day, _ in found):
        if later <= earlier:
            raise _refused(str(later), f"stands after {earlier}")
    return found


def _require_next(day: date, known: date) -> None:
    """Refuse a publication that leaves out others: nothing is known of the days between."""
    if day > known + _A_MONTH_AND_MORE:
        raise _refused(str(day), f"the publications after {known} are missing before it")


def _all_rows(reader: "csv.DictReader[str]") -> list[dict[str, str]]:
    try:
        return list(reader)
    except csv.Error as fault:
        raise _refused("the rows", f"{fault}") from fault


def _day_of(row: dict[str, str]) -> date:
    try:
        return plain_date(date.fromisoformat(row["from"].strip()), "a publication")
    except (MicroloanError, ValueError, AttributeError) as fault:
        raise _refused(str(row["from"]), "is no day such as 2026-09-21") from fault


def _checked(row: dict[str, str]) -> tuple[Decimal, Decimal]:
    try:
        rates = _rates(row)
    except (MicroloanError, AttributeError) as fault:
        raise _refused(row["from"], f"{fault}") from fault
    for rate in rates:
        if rate % _STEP:
            raise _refused(row["from"], f"{rate} is no multiple of {_STEP}")
        if not 0 < rate <= _HIGHEST:
            raise _refused(row["from"], f"{rate} is no rate above 0 up to {_HIGHEST}")
    return rates


def _rates(row: dict[str, str]) -> tuple[Decimal, Decimal]:
    return percent(row["lpr_1y"].strip()), percent(row["lpr_5y"].strip())


def _refused(key: str, why: str) -> InvalidPolicy:
    return InvalidPolicy(
        f"newer prime rates: {key}: {why}",
        zh=f"新增 LPR 数据：{key} 有误",
        value=key,
        limit="from,lpr_1y,lpr_5y",
    )


def _shipped(name: str) -> Iterable[dict[str, str]]:
    text = files("microloan.policy").joinpath("rates", name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


def _known_through(series: str) -> date:
    text = files("microloan.policy").joinpath("rates", "series.toml").read_text(encoding="utf-8")
    known: date = tomllib.loads(text)[series]["known_through"]
    return known
