"""The grid of docs/policies.md: ceiling, rate cap and subsidy as numbers, for every signing day.

Every figure is what the library answers: the caps are those of ``Policy.rate_cap_of``, and what is
borne is what ``plan_subsidy`` says of 10,000 yuan for whole years. What the library refuses must be
a gap with a name; any other refusal ends the program.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Gap,
    Loan,
    LoanTerms,
    LowProfit,
    NotInForce,
    Policy,
    Provision,
    Reference,
    SubsidyShape,
    cny,
    from_fen,
    percent,
    plan_subsidy,
    policy,
    show,
)
from microloan.policy import RateCap, in_words

FIRST_DAY: Final = date(2002, 12, 24)
LAST_DAY: Final = date(2026, 12, 31)
ERA: Final = date(2016, 9, 24)
"""The first day on which places differ in more than in who bears the subsidy."""
OLD, NEWER = "old prime rate", "newer prime rate"
PLACES: Final[dict[str, dict[str, Any]]] = {
    "east": {"region": "east"},
    "seven eastern": {"region": "east", "seven_eastern": True},
    "central": {"region": "central"},
    "west": {"region": "west"},
    "poor area": {"region": "west", "poor_area": True},
}
MARKS: Final = {"source": "", "local": "ˡ", "memory": "ᵐ"}
NOTHING: Final = "–"
A_DAY: Final = timedelta(1)
_YEAR: Final = 12
_AMOUNT: Final = 10_000
_ANY_RATE: Final = percent(1)
_HIGH: Final = percent(20)  # where the rate is free, half of any reference lies below it
_DRIVEN_BY: Final = ("ceiling", "rate_cap", "subsidy")
_BESIDES: Final = ("term", "subsidized_months")
_PERSON, _FIRM = (
    Category(kind=kind) for kind in (BorrowerKind.INDIVIDUAL, BorrowerKind.ENTERPRISE)
)
_SHAPES: Final = {
    SubsidyShape.NONE: ("0.00",),
    SubsidyShape.FULL: ("r",),
    SubsidyShape.HALF: ("1/2 r",),
    SubsidyShape.THIRDS: ("r", "2/3 r", "1/3 r"),
    SubsidyShape.HALF_REFERENCE: ("1/2 L",),
    SubsidyShape.OVER_LPR_MINUS_150: ("r − L + 1.50",),
}
_REFERENCES: Final = {
    (Reference.BENCHMARK,): "b",
    (Reference.LPR_OLD,): "old L",
    (Reference.LPR_1Y, Reference.LPR_5Y): "L",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One stretch of signing days, for one class of borrowers: the cells as they are printed."""

    first: date
    last: date
    whom: str
    cells: tuple[str, ...]


@cache
def rules_of(place: str) -> Policy:
    """Return the national rules of a place."""
    return policy.load("cn", **PLACES[place])


def merged_grids(
    kind: BorrowerKind, first: date, last: date
) -> list[tuple[tuple[str, ...], list[Row]]]:
    """Return the grids of a kind of borrower, those of places that do not differ only once."""
    grids: list[tuple[tuple[str, ...], list[Row]]] = []
    for place in PLACES:
        rows = _rows(rules_of(place), kind, first, last)
        alike = [at for at, (_, known) in enumerate(grids) if known == rows]
        if alike:
            grids[alike[0]] = ((*grids[alike[0]][0], place), rows)
        else:
            grids.append(((place,), rows))
    return grids


def _rows(rules: Policy, kind: BorrowerKind, start: date, end: date) -> list[Row]:
    """Return the rows of a place, by day, cut at each new year; days alike are joined."""
    days = [day for day in _change_days(rules) if start <= day <= end]
    rows: list[Row] = []
    for first, following in zip(days, [*days[1:], end + A_DAY], strict=True):
        before = {row.whom: row for row in rows if row.last == first - A_DAY}
        for whom, cells in _classes(rules, kind, first):
            known = before.get(whom)
            same = known is not None and known.cells == cells and known.first.year == first.year
            if known is not None and same:
                rows.remove(known)
            since = known.first if known is not None and same else first
            rows.append(Row(first=since, last=following - A_DAY, whom=whom, cells=cells))
    return rows


def _change_days(rules: Policy) -> list[date]:
    """Return the days on which anything of the grid may change, and each new year."""
    rates = rules.rates
    names = (*_DRIVEN_BY, *_BESIDES)
    lines = [getattr(rules, name)[kind] for name in names for kind in BorrowerKind]
    days = {day for line in [*lines, rules.groups] for day, _ in line.values} | {ERA}
    for series in (rates.benchmark, rates.lpr_1y, rates.lpr_5y):
        days |= {day for day, _ in series.values} | {series.known_through + A_DAY}
    for first, last, _ in rates.lpr_old.spans:
        days |= {first, last + A_DAY}
    days |= {date(year, 1, 1) for year in range(FIRST_DAY.year + 1, LAST_DAY.year + 1)}
    return sorted({day for day in days if FIRST_DAY < day <= LAST_DAY} | {FIRST_DAY})


def _classes(rules: Policy, kind: BorrowerKind, on: date) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the classes of borrowers that a day's rules tell apart, each with its cells."""
    if kind is BorrowerKind.ENTERPRISE:
        yield "", _cells(rules, _FIRM, on)
        return
    groups = rules.groups.at(on).value
    found: dict[tuple[str, ...], dict[LowProfit, list[str]]] = {}
    for members in _told_apart(rules, groups, on):
        for trade in (LowProfit.YES, LowProfit.NO):
            one = replace(_PERSON, groups=frozenset(members[:1]), low_profit=trade)
            found.setdefault(_cells(rules, one, on), {}).setdefault(trade, []).extend(members)
    poorest_last = sorted(found.items(), key=lambda item: LowProfit.YES not in item[1])
    for cells, by_trade in poorest_last:
        yes, no = by_trade.get(LowProfit.YES, []), by_trade.get(LowProfit.NO, [])
        if yes == no:
            yield _named(yes, groups), cells
            continue
        for members, trade in ((yes, "low-profit trade"), (no, "other trade")):
            if members:
                yield f"{_named(members, groups)}; {trade}", cells


def _told_apart(rules: Policy, groups: Sequence[str], on: date) -> Iterator[list[str]]:
    """Yield each group that some rule of the day names, and all others together."""
    named: set[str] = set()
    for kind in (BorrowerKind.INDIVIDUAL, BorrowerKind.PARTNERSHIP):
        ceiling, subsidy = rules.ceiling[kind].known(on), rules.subsidy[kind].known(on)
        if isinstance(ceiling, Provision):
            named |= {group for group, _ in ceiling.value.by_group_fen}
        if isinstance(subsidy, Provision):
            named |= {group for tier in subsidy.value for group in tier.groups}
    others = [group for group in groups if group not in named]
    yield from ([group] for group in groups if group in named)
    if others:
        yield others


def _named(members: Sequence[str], groups: Sequence[str]) -> str:
    if len(members) == len(groups):
        return "every group"
    return "other groups" if 2 * len(members) > len(groups) else ", ".join(members)


def _cells(rules: Policy, one: Category, on: date) -> tuple[str, ...]:
    """Return the cells of a day for a borrower, and for partners where he is a person."""
    cells = _figures(rules, one, on)
    if one.kind is BorrowerKind.ENTERPRISE:
        return cells
    partners = replace(one, kind=BorrowerKind.PARTNERSHIP)
    theirs = _figures(rules, partners, on)
    unknown = isinstance(rules.ceiling[partners.kind].known(on), Gap)
    alike = slice(1, 5) if unknown else slice(1, -1)  # without a ceiling nothing is borne either
    if theirs[alike] != cells[alike]:
        raise SystemExit(f"{on}: persons and partners differ; the grid has to tell both")
    mark = "" if unknown else MARKS[rules.ceiling[partners.kind].at(on).evidence.value]
    return (cells[0], theirs[0] + mark, *cells[1:])


def _figures(rules: Policy, one: Category, on: date) -> tuple[str, ...]:
    term = rules.term[one.kind].known(on)
    longest = term.value if isinstance(term, Provision) else 2 * _YEAR
    return (
        _ceiling(rules, one, on),
        _formula(rules, one, on),
        *_caps(rules, one, on),
        _borne(rules, one, on, months=_YEAR),
        _borne(rules, one, on, months=longest),
        " · ".join(_key(getattr(rules, name)[one.kind].known(on)) for name in _DRIVEN_BY),
    )


def _ceiling(rules: Policy, one: Category, on: date) -> str:
    entry = rules.ceiling[one.kind].known(on)
    if isinstance(entry, Gap):
        return gap_name("ceiling", entry)
    rule, amount = entry.value, _whole_yuan(rules.ceiling_of(one, on=on).value)
    most = "" if rule.at_most_fen is None else f", at most {_whole_yuan(rule.at_most_fen)}"
    return f"{amount} a head{most}" if rule.by_head else amount


def _whole_yuan(amount_fen: int) -> str:
    return show(from_fen(amount_fen)).removesuffix(".00")


def gap_name(measure: str, gap: Gap) -> str:
    """Return the name of a gap, as the grid and the list of gaps print it."""
    return f"gap: {measure} {gap.since}"


def _formula(rules: Policy, one: Category, on: date) -> str:
    entry = rules.rate_cap[one.kind].known(on)
    if isinstance(entry, Gap):
        return gap_name("rate_cap", entry)
    cap: RateCap = entry.value
    return "free" if cap.free else f"{_REFERENCES[cap.references]} + {_two(cap.over)}"


def _two(rate: Decimal) -> str:
    """Return a rate in percent with two decimals, which it must not exceed."""
    in_percent = rate.scaleb(2)
    text = f"{in_percent:.2f}"
    if Decimal(text) != in_percent:
        raise SystemExit(f"{in_percent} needs more than two decimals")
    return text


def _highest(rules: Policy, one: Category, on: date, months: int) -> Decimal | None:
    """Return the highest rate of a day; ``None`` where it is free.

    Raises:
        NotInForce: the cap or its reference rate is not known.
    """
    return rules.rate_cap_of(_terms(on, months, _ANY_RATE), one).value


def _caps(rules: Policy, one: Category, on: date) -> tuple[str, str, str]:
    """Return the highest rates: of a year, of a longer loan, of one with the five-year rate."""
    entry = rules.rate_cap[one.kind].known(on)
    if not isinstance(entry, Provision) or entry.value.free:
        return NOTHING, NOTHING, NOTHING
    two_tenors = Reference.LPR_5Y in entry.value.references
    one_year, five_years = (
        replace(one, reference=tenor if two_tenors else None)
        for tenor in (Reference.LPR_1Y, Reference.LPR_5Y)
    )
    return (
        _number(rules, one_year, on, _YEAR),
        _number(rules, one_year, on, 2 * _YEAR),
        _number(rules, five_years, on, 2 * _YEAR) if two_tenors else NOTHING,
    )


def _number(rules: Policy, one: Category, on: date, months: int) -> str:
    try:
        rate = _highest(rules, one, on, months)
    except NotInForce:
        return _unpublished(rules, on)
    return NOTHING if rate is None else _two(rate)


def _unpublished(rules: Policy, on: date) -> str:
    """Return the name of the gap in the reference rates that a day lies in."""
    old, newest = rules.rates.lpr_old.spans, rules.lpr_1y
    if not any(first <= on <= last for first, last, _ in old) and on < newest.first_day:
        return f"gap: {OLD}"
    if on > newest.known_through:
        return f"gap: {NEWER}"
    raise SystemExit(f"a reference rate is known on {on}, and yet the library refuses")


def _terms(on: date, months: int, rate: Decimal) -> LoanTerms:
    return LoanTerms(
        principal=cny(_AMOUNT),
        annual_rate=rate,
        disbursed_on=on,
        months=months,
        amortization=Amortization.INTEREST_ONLY,
        interval_months=_YEAR,
        day_count=DayCount.BY_PERIOD,
    )


def _borne(rules: Policy, one: Category, on: date, *, months: int) -> str:
    """Return the points that the treasury bears of each year's interest on a loan at the cap."""
    for measure in ("subsidy", "ceiling"):
        entry = getattr(rules, measure)[one.kind].known(on)
        if isinstance(entry, Gap):
            return gap_name(measure, entry)
    two_tenors = on >= rules.lpr_1y.first_day
    named = replace(one, reference=Reference.LPR_1Y) if two_tenors else one
    tier = rules.subsidy_of(named, principal=cny(_AMOUNT), on=on).value
    try:
        rate = _highest(rules, named, on, months)
        terms = _terms(on, months, _HIGH if rate is None else rate)
        loan = Loan.grant("HT-1", borrower="B-1", lender="BANK-1", category=named, terms=terms)
        lines = plan_subsidy(loan, under=rules)
    except NotInForce:
        by_year = _SHAPES[tier.shape][: months // _YEAR]
        why = () if tier.shape is SubsidyShape.NONE else (_unpublished(rules, on),)
        return " · ".join([", ".join(by_year), *why])
    return ", ".join(_points(line.treasury_fen) for line in lines)


def _points(treasury_fen: int) -> str:
    """Return what is borne of a year's interest, in percent of the principal of 10,000 yuan."""
    points = Decimal(treasury_fen).scaleb(-4)
    text = f"{points:.2f}"
    return text if Decimal(text) == points else f"{points.normalize():f}"


def _key(entry: Provision[Any] | Gap | None) -> str:
    """Return the short name of the decree behind a value, marked by its evidence."""
    if not isinstance(entry, Provision):
        return NOTHING
    return f"{_keys()[entry.decree]}{MARKS[entry.evidence.value]}"


@cache
def _keys() -> dict[str, str]:
    return {decree.number: decree.key for decree in policy.shipped_decrees()}


def shares_rows(kind: BorrowerKind) -> list[tuple[date, date, tuple[str, ...]]]:
    """Return who bears the subsidy: first day, last day, and a cell for each place but the poor."""
    by_place = {place: rules_of(place) for place in PLACES}
    region = by_place["west"].shares[kind]
    if by_place.pop("poor area").shares[kind].values != region.values:
        raise SystemExit("a poor area has shares of its own; the page has to tell them")
    lines = [rules.shares[kind] for rules in by_place.values()]
    days = sorted({max(day, FIRST_DAY) for line in lines for day, _ in line.values})
    ends = [*(day - A_DAY for day in days[1:]), LAST_DAY]
    return [
        (first, last, tuple(_share(line.known(first)) for line in lines))
        for first, last in zip(days, ends, strict=True)
    ]


def _share(entry: Provision[Any] | Gap | None) -> str:
    if not isinstance(entry, Provision):
        return NOTHING if entry is None else gap_name("shares", entry)
    kept = "".join(f"; of {shape.value}: {half_gap(entry)}" for shape in entry.value.not_for)
    return f"{in_words(entry.value)} ({_key(entry)}){kept}"


def half_gap(entry: Provision[Any]) -> str:
    """Return the name of the gap of shares that hold for some shapes of subsidy only."""
    shapes = ", ".join(sorted(shape.value for shape in entry.value.not_for))
    return f"gap: shares of {shapes} {entry.since}"
