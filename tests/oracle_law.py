"""The law of the programme typed in by hand, from the notes on the decrees, never from our files.

Rules go by the day of signing, with two starts before their own decrees: 银发〔2008〕238号 from
2008-01-01 for rates and subsidies, 财金〔2009〕72号 from 2009-01-01. Money is in yuan, rates are
fractions of a year, shares are exact. ``None`` says that nobody has read the figure; a fact that
the category lacks raises :class:`FactNeeded`. Kinds, groups and references are the input types.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from microloan.category import BorrowerKind, LowProfit, Reference

FULL, HALF, NOTHING, THIRDS = "full", "half", "none", "thirds"
HALF_REFERENCE, OVER_LPR = "half_reference", "over_lpr_minus_150"
BENCHMARK, LPR_OLD, LPR = "benchmark", "lpr_old", "lpr"
FREE = "free"
WOMEN, GRADUATE = "women", "graduate"
ALL, TWO_THIRDS, ONE_THIRD = Fraction(1), Fraction(2, 3), Fraction(1, 3)

START = date(2002, 12, 24)  # 银发〔2002〕394号
R2004 = date(2004, 5, 14)  # the first local rule that followed 银发〔2004〕51号
SMALL_FIRMS = date(2006, 1, 1)  # 银发〔2006〕5号
THREE_POINTS = date(2008, 1, 1)  # 银发〔2008〕238号, its rates and subsidies
R2008 = date(2008, 8, 18)  # the same, its ceilings
R2009 = date(2009, 1, 1)  # 财金〔2009〕72号
R2013 = date(2013, 9, 1)  # 财金〔2013〕84号
R2015 = date(2015, 4, 27)  # 国发〔2015〕23号
R2016A = date(2016, 7, 28)  # 银发〔2016〕202号
R2016B = date(2016, 9, 24)  # 财金〔2016〕85号
R2018 = date(2018, 11, 16)  # 国发〔2018〕39号
NEW_LPR = date(2019, 8, 20)  # the first day of the loan prime rate as it is now
R2020 = date(2020, 4, 15)  # 财金〔2020〕21号
SPREADS = date(2021, 1, 1)  # the same, its division of the interest
R2023 = date(2023, 10, 1)  # 财金〔2023〕75号
LAST_KNOWN = date(2026, 8, 20)  # of the loan prime rate
STARTS = (
    *(START, R2004, SMALL_FIRMS, THREE_POINTS, R2008, R2009, R2013, R2015, R2016A, R2016B, R2018),
    *(NEW_LPR, R2020, SPREADS, R2023),
)

# the half-open tables: first signing day, what holds from it

CEILINGS = (  # a person: everybody, and the groups that may borrow more
    (START, 20_000, {}),
    (R2008, 50_000, {}),
    (R2009, 50_000, {WOMEN: 80_000}),
    (R2013, 50_000, {WOMEN: 80_000, GRADUATE: 100_000}),
    (R2015, 100_000, {}),
    (R2018, 150_000, {}),
    (R2020, 200_000, {}),
    (R2023, 300_000, {}),
)
PER_HEAD = (  # partners; from 2008 to 2020 only those of women were stated
    (START, None, {}),
    (R2004, 30_000, {}),  # in a local rule only
    (R2008, None, {}),
    (R2009, None, {WOMEN: 100_000}),
    (R2015, None, {}),
    (R2020, 220_000, {}),  # a tenth above the 200,000 of each
    (R2023, 330_000, {}),  # a tenth above the 300,000 of each
)
PARTNERS_AT_MOST = ((START, None), (R2023, 4_000_000))
FIRMS = ((SMALL_FIRMS, 1_000_000), (R2008, 2_000_000), (R2018, 3_000_000), (R2023, 4_000_000))
TERMS = ((START, 24), (R2016A, 36))  # of persons and partners
SUBSIDIZED = ((START, 24), (R2016A, 36))  # of persons and partners; 202号 lengthened the term
FIRMS_MONTHS = ((SMALL_FIRMS, 24),)

CAPS = (  # the reference, and points over it: in poor areas; center and west; east
    (START, BENCHMARK, ("0", "0", "0")),
    (THREE_POINTS, BENCHMARK, ("3", "3", "3")),
    (R2015, LPR_OLD, ("3", "3", "3")),
    (R2016B, LPR_OLD, ("3", "2", "1")),
    (NEW_LPR, LPR, ("3", "2", "1")),
    (R2020, LPR, ("2.5", "1.5", "0.5")),
)
SHAPES = (  # who bears the interest of persons and partners
    (START, "low-profit trades"),
    (SMALL_FIRMS, "low-profit trades, by group"),
    (THREE_POINTS, "low-profit trades"),
    (R2009, "low-profit trades, and women"),
    (R2013, FULL),
    (R2016B, THIRDS),
    (SPREADS, OVER_LPR),
    (R2023, HALF),
)
FIRMS_SHAPES = (  # and of small enterprises
    (SMALL_FIRMS, HALF_REFERENCE, BENCHMARK),
    (R2016B, HALF_REFERENCE, LPR_OLD),
    (NEW_LPR, HALF_REFERENCE, LPR),
    (SPREADS, OVER_LPR, LPR),
    (R2023, HALF, None),
)
ALL_BORNE, HALF_BORNE = ("laid_off", "veteran"), ("registered_unemployed", GRADUATE)  # 2006 - 2007

BENCHMARKS = (  # up to six months, a year, three years
    (date(2002, 2, 21), "5.04", "5.31", "5.49"),
    (date(2004, 10, 29), "5.22", "5.58", "5.76"),
    (date(2006, 4, 28), "5.40", "5.85", "6.03"),
    (date(2006, 8, 19), "5.58", "6.12", "6.30"),
    (date(2007, 3, 18), "5.67", "6.39", "6.57"),
    (date(2007, 5, 19), "5.85", "6.57", "6.75"),
    (date(2007, 7, 21), "6.03", "6.84", "7.02"),
    (date(2007, 8, 22), "6.21", "7.02", "7.20"),
    (date(2007, 9, 15), "6.48", "7.29", "7.47"),
    (date(2007, 12, 21), "6.57", "7.47", "7.56"),
    (date(2008, 9, 16), "6.21", "7.20", "7.29"),
    (date(2008, 10, 9), "6.12", "6.93", "7.02"),
    (date(2008, 10, 30), "6.03", "6.66", "6.75"),
    (date(2008, 11, 27), "5.04", "5.58", "5.67"),
    (date(2008, 12, 23), "4.86", "5.31", "5.40"),
    (date(2010, 10, 20), "5.10", "5.56", "5.60"),
    (date(2010, 12, 26), "5.35", "5.81", "5.85"),
    (date(2011, 2, 9), "5.60", "6.06", "6.10"),
    (date(2011, 4, 6), "5.85", "6.31", "6.40"),
    (date(2011, 7, 7), "6.10", "6.56", "6.65"),
    (date(2012, 6, 8), "5.85", "6.31", "6.40"),
    (date(2012, 7, 6), "5.60", "6.00", "6.15"),
    (date(2014, 11, 22), "5.60", "5.60", "6.00"),
    (date(2015, 3, 1), "5.35", "5.35", "5.75"),
    (date(2015, 5, 11), "5.10", "5.10", "5.50"),
    (date(2015, 6, 28), "4.85", "4.85", "5.25"),
    (date(2015, 8, 26), "4.60", "4.60", "5.00"),
    (date(2015, 10, 24), "4.35", "4.35", "4.75"),
)
OLD_LPR = (  # the days on which somebody read it, first and last
    (date(2015, 4, 27), date(2015, 5, 10), "5.30"),  # the 8th was a Friday
    (date(2015, 5, 11), date(2015, 5, 21), "5.05"),
    (date(2018, 11, 2), date(2018, 11, 30), "4.31"),
    (date(2019, 8, 19), date(2019, 8, 19), "4.31"),
)
LPRS = (  # the days on which it moved: one year, five years
    (NEW_LPR, "4.25", "4.85"),
    (date(2019, 9, 20), "4.20", "4.85"),
    (date(2019, 11, 20), "4.15", "4.80"),
    (date(2020, 2, 20), "4.05", "4.75"),
    (date(2020, 4, 20), "3.85", "4.65"),
    (date(2021, 12, 20), "3.80", "4.65"),
    (date(2022, 1, 20), "3.70", "4.60"),
    (date(2022, 5, 20), "3.70", "4.45"),
    (date(2022, 8, 22), "3.65", "4.30"),
    (date(2023, 6, 20), "3.55", "4.20"),
    (date(2023, 8, 21), "3.45", "4.20"),
    (date(2024, 2, 20), "3.45", "3.95"),
    (date(2024, 7, 22), "3.35", "3.85"),
    (date(2024, 10, 21), "3.10", "3.60"),
    (date(2025, 5, 20), "3.00", "3.50"),
)


class FactNeeded(Exception):
    """The law asks something that the category does not say."""


class NotRead(Exception):
    """Nobody has read the figure."""


@dataclass(frozen=True)
class Place:
    """Where a loan is granted."""

    region: str
    seven_eastern: bool = False
    poor_area: bool = False


REGIONS = (("east", False), ("central", False), ("west", False), ("east", True))
PLACES = tuple(Place(region, seven, poor) for region, seven in REGIONS for poor in (False, True))


@dataclass(frozen=True)
class Borne:
    """How the interest is divided; ``reference`` is what the division is reckoned from."""

    shape: str
    reference: str | None = None


@dataclass(frozen=True)
class Cap:
    """The highest rate: points over a reference; beyond it a loan is refused, or not subsidized."""

    reference: str
    points: Fraction
    refused: bool


def in_force(table, day):
    """What the row in force on a day says, without its first day; ``None`` before the first."""
    at = bisect_right([row[0] for row in table], day)
    if not at:
        return None
    _, *values = table[at - 1]
    return values[0] if len(values) == 1 else tuple(values)


def of_percent(text):
    """A rate of so many percent a year, as a fraction."""
    return Fraction(text) / 100


# how much, how long


def ceiling(category, day):
    """The largest principal with a subsidy, in yuan."""
    if category.kind is BorrowerKind.ENTERPRISE:
        return in_force(FIRMS, day)
    if category.kind is BorrowerKind.INDIVIDUAL:
        return _of_group(in_force(CEILINGS, day), category)
    per_head = _of_group(in_force(PER_HEAD, day), category)
    if per_head is None:
        return None
    most = in_force(PARTNERS_AT_MOST, day)
    sum_of_heads = per_head * category.heads
    return sum_of_heads if most is None else min(sum_of_heads, most)


def _of_group(row, category):
    if row is None:
        return None
    everybody, groups = row
    own = [yuan for group, yuan in groups.items() if group in category.groups]
    return max(own, default=everybody)


def longest(category, day):
    """The longest term, in months."""
    return in_force(FIRMS_MONTHS if category.kind is BorrowerKind.ENTERPRISE else TERMS, day)


def subsidized_months(category, day):
    """For how many months interest is subsidized."""
    return in_force(FIRMS_MONTHS if category.kind is BorrowerKind.ENTERPRISE else SUBSIDIZED, day)


# at what rate


def cap(place, category, day):
    """The highest rate of a contract: a :class:`Cap`, or ``FREE``."""
    firm = category.kind is BorrowerKind.ENTERPRISE
    if firm and day < R2020:
        return FREE if day >= SMALL_FIRMS else None
    found = in_force(CAPS, day)
    if found is None:
        return None
    reference, (poor, usual, east) = found
    points = poor if place.poor_area else east if place.region == "east" else usual
    return Cap(reference, of_percent(points), refused=not R2015 <= day < R2016B)


def highest_rate(place, terms, category):
    """The highest rate of this contract as a fraction, or ``FREE``.

    Raises:
        NotRead: the cap or its reference is not known.
        FactNeeded: the contract does not say which reference it goes by.
    """
    limit = cap(place, category, terms.signed_on)
    if limit is None:
        raise NotRead
    return (
        FREE if limit == FREE else reference_rate(terms, category, limit.reference) + limit.points
    )


def reference_rate(terms, category, reference):
    """The rate that a contract names, or that the law takes for it."""
    if category.reference_rate is not None:
        return Fraction(category.reference_rate)
    day = terms.signed_on
    if reference == BENCHMARK:
        tiers = in_force(BENCHMARKS, day)
        if terms.months > 36:
            raise NotRead
        return of_percent(tiers[(terms.months > 6) + (terms.months > 12)])
    if reference == LPR_OLD:
        read = [rate for first, last, rate in OLD_LPR if first <= day <= last]
        if not read:
            raise NotRead
        return of_percent(read[0])
    one_year, five_years = in_force(LPRS, day)
    if category.reference is None and terms.months > 12:
        raise FactNeeded
    return of_percent(five_years if category.reference is Reference.LPR_5Y else one_year)


# who bears the interest


def borne(place, category, day):
    """How the interest is divided between the treasury and the borrower.

    Raises:
        FactNeeded: the trade, or the group, is not stated.
    """
    if category.kind is BorrowerKind.ENTERPRISE:
        found = in_force(FIRMS_SHAPES, day)
        return found and Borne(*found)
    shape = in_force(SHAPES, day)
    if shape is None:
        return None
    if shape == THIRDS and place.poor_area:
        return Borne(FULL)
    if shape == OVER_LPR:
        return Borne(OVER_LPR, LPR)
    return Borne(_by_trade(shape, category) if "low-profit" in shape else shape)


def _by_trade(rule, category):
    trade, groups = category.low_profit, category.groups
    if "women" in rule and WOMEN in groups:
        return FULL
    if trade is LowProfit.NOT_STATED:
        raise FactNeeded
    by_group = trade is LowProfit.YES and "by group" in rule
    women_may_differ = trade is LowProfit.NO and "women" in rule
    if not groups and (by_group or women_may_differ):
        raise FactNeeded
    if trade is LowProfit.NO:
        return NOTHING
    if not by_group or groups & {*ALL_BORNE}:
        return FULL
    # Who is in none of the groups of 2006 was no borrower of the programme.
    return HALF if groups & {*HALF_BORNE} else NOTHING


def levels(place, category, day, shape):
    """The part of each level of government, or ``None`` where nobody has read it."""
    firm = category.kind is BorrowerKind.ENTERPRISE
    if day >= R2023 or day < (SMALL_FIRMS if firm else START):
        return None
    if day >= R2016B:
        central = {"east": 3, "central": 5, "west": 7}[place.region]
        return {"central": Fraction(central, 10), "local": Fraction(10 - central, 10)}
    if day >= R2013:
        return _levels_of_2013(firm=firm) if place.region == "west" else None
    if firm:
        return {"central": Fraction(1, 2), "local": Fraction(1, 2)}
    if shape == HALF:
        return None
    if place.seven_eastern and day >= THREE_POINTS:
        return {"local": Fraction(1)}
    return {"central": Fraction(1)}


def _levels_of_2013(*, firm):
    if firm:
        return {"central": Fraction(1, 2), "county": Fraction(1, 2)}
    return {
        "central": Fraction(75, 100),
        "province": Fraction(10, 100),
        "county": Fraction(15, 100),
    }
