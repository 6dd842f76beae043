"""Reference rates by day, from packaged CSV files: benchmark by tier, loan prime rate."""

import csv
import tomllib
from datetime import date
from decimal import Decimal
from importlib.resources import files

from microloan.dated import Dated
from microloan.rate import percent

Benchmark = tuple[tuple[int, Decimal], ...]
"""The tiers of one publication: the longest term in months, ascending, and the yearly rate."""


def load_benchmark() -> Dated[Benchmark]:
    """Return the central bank's benchmark lending rates, all tiers of each day of change."""
    by_day: dict[date, list[tuple[int, Decimal]]] = {}
    for row in _rows("benchmark.csv"):
        tier = (int(row["up_to_months"]), percent(row["percent"]))
        by_day.setdefault(date.fromisoformat(row["from"]), []).append(tier)
    values = tuple((day, tuple(sorted(tiers))) for day, tiers in by_day.items())
    return Dated("benchmark lending rate", values, _known_through("benchmark"))


def load_prime_rate(column: str) -> Dated[Decimal]:
    """Return one tenor of the loan prime rate: ``lpr_1y`` or ``lpr_5y``."""
    values = tuple(
        (date.fromisoformat(row["from"]), percent(row[column])) for row in _rows("lpr.csv")
    )
    return Dated(column, values, _known_through("lpr"))


def _rows(name: str) -> list[dict[str, str]]:
    text = files("microloan.policy").joinpath("rates", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _known_through(series: str) -> date:
    text = files("microloan.policy").joinpath("rates", "series.toml").read_text(encoding="utf-8")
    known: date = tomllib.loads(text)[series]["known_through"]
    return known
