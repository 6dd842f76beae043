"""Published vectors of other systems: which of them the library can be held to, and how.

A vector is supported, or it is reported with the reason why not; the reason is read from its own
inputs. Anything in a vector that is not understood here makes it unsupported, never passed over.
"""

import json
import os
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from conformance import changes, guarantees, named_values, plans
from conformance.reading import DAY_COUNTS, UnsupportedError
from microloan import DayCount, MicroloanError

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path("..", "shared", "vectors")  # beside the repository
VARIABLE = "MICROLOAN_VECTORS"

DAYS_A_YEAR = {
    DayCount.THIRTY_360: 360,
    DayCount.THIRTY_E_360: 360,
    DayCount.ACT_360: 360,
    DayCount.ACT_365: 365,
}
NO_SUCH_KIND = {
    "schedule_display": "amounts rounded for print only; here they are rounded when payable",
    "guarantee_premium": "the library keeps no guarantee premium",
    "claim_cap": "a cap on the claims of a portfolio is not ours",
}


@dataclass(frozen=True)
class Vector:
    """One published example, as read."""

    id: str
    content: dict

    @property
    def inputs(self):
        return self.content["inputs"]

    @property
    def kind(self):
        return self.content["kind"]


@dataclass(frozen=True)
class Collection:
    """What the folders hold: vectors to run, vectors to report, day counts, and what is missing."""

    supported: tuple[Vector, ...]
    unsupported: tuple[tuple[str, str], ...]
    day_counts: tuple[dict, ...]
    other_day_counts: tuple[str, ...]
    missing: tuple[str, ...]


def folders(environment):
    """Return where vectors may lie, by the name under which a missing one is reported."""
    named = environment.get(VARIABLE)
    beside = {SHARED.as_posix(): ROOT / SHARED}
    return beside | ({f"{VARIABLE}={named}": Path(named)} if named else {})


def collect(environment=os.environ):
    """Read every vector of every folder once and sort out what can be run."""
    places = folders(environment)
    contents, day_counts = {}, {}
    for place in dict.fromkeys(path.resolve() for path in places.values() if path.is_dir()):
        for file in sorted(place.glob("*.json")):
            read = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
            if isinstance(read, list):
                contents |= {repr(content): content for content in read}
            else:
                day_counts |= {repr(row): row for row in read["rows"]}
    vectors = [Vector(content["id"], content) for content in contents.values()]
    reasons = {index: reason_against(vector) for index, vector in enumerate(vectors)}
    return Collection(
        supported=tuple(vectors[index] for index, reason in reasons.items() if not reason),
        unsupported=tuple(
            (vectors[index].id, reason) for index, reason in reasons.items() if reason
        ),
        day_counts=tuple(row for row in day_counts.values() if row["convention"] in DAY_COUNTS),
        other_day_counts=tuple(
            row["convention"] for row in day_counts.values() if row["convention"] not in DAY_COUNTS
        ),
        missing=tuple(name for name, path in places.items() if not path.is_dir()),
    )


def reason_against(vector):
    """Return why a vector cannot be run, or nothing if it can."""
    try:
        _prepare(vector)
    except UnsupportedError as reason:
        return str(reason)
    except KeyError as missing:
        return f"it does not state {missing.args[0]!r}"
    except (MicroloanError, ValueError, TypeError, ArithmeticError) as fault:
        return f"it cannot be read as terms of ours: {fault}"
    return ""


def check(vector):
    """Hold the library to a supported vector; a difference is an ``AssertionError``."""
    for what, ours, published in _prepare(vector)():
        assert ours == published, f"{vector.id}: {what}: {ours} here, {published} published"


def check_day_count(row):
    """Hold the library to one published day count."""
    day_count = DAY_COUNTS[row["convention"]]
    part = day_count.fraction(date.fromisoformat(row["start"]), date.fromisoformat(row["end"]))
    assert part == Fraction(row["fraction"])
    if day_count in DAYS_A_YEAR:
        assert part * DAYS_A_YEAR[day_count] == row["days"]


def _prepare(vector):
    """Return a function that yields what is compared: its name, ours, the published figure."""
    match vector.kind:
        case "schedule" | "schedule_partial":
            return plans.rows(vector)
        case "schedule_exact":
            return plans.exact(vector)
        case "schedule_change":
            return changes.schedule_change(vector)
        case "payoff":
            return changes.payoff(vector)
        case "delinquency":
            return changes.delinquency(vector)
        case "schedule_totals":
            return plans.totals(vector)
        case "dates":
            return named_values.dates(vector)
        case "spot":
            return named_values.spot(vector)
        case "subsidy":
            return named_values.subsidy(vector)
        case "guarantee":
            return guarantees.guarantee(vector)
        case "recovery_share":
            return guarantees.recovery_share(vector)
    raise UnsupportedError(NO_SUCH_KIND.get(vector.kind, f"the kind {vector.kind!r} is unknown"))


def summary(collected, passed, failed, day_counts):
    """Return the lines a run ends with; the last one is the count."""
    lines = [f"vectors: the folder {name} is missing" for name in collected.missing]
    lines += [f"vectors: unsupported: {name}: {reason}" for name, reason in collected.unsupported]
    others = sorted(set(collected.other_day_counts))
    lines.append(
        f"day counts: {day_counts[0]} passed, {day_counts[1]} failed, "
        f"{len(collected.other_day_counts)} unsupported"
        + (f" (no such day count: {', '.join(others)})" if others else "")
    )
    unsupported = len(collected.unsupported)
    lines.append(f"vectors: {passed} passed, {failed} failed, {unsupported} unsupported")
    return lines
