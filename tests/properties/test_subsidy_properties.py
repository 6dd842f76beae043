"""What a second calculation says about subsidies, and what holds of them whatever happened."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import oracle_law as law
import oracle_subsidy as oracle
from contract_strategies import contracts, lives
from histories import a_fund, a_loan, a_quarterly_loan, pays_on_time
from microloan import (
    Amortization,
    ArrearsRule,
    BorrowerKind,
    CategoryNeeded,
    DayCount,
    LowProfit,
    MicroloanError,
    NotInForce,
    RateAboveCap,
    Reference,
    Repricing,
    StopReason,
    SubsidyStop,
    change_rate,
    cny,
    extend,
    fen,
    pay_claim,
    percent,
    plan_subsidy,
    policy,
    subsidize,
)
from microloan.clauses import EarlyInterest
from oracle_contract import maturity
from subsidy_strategies import ON_PLAN, PERSON, Case, cases, lived_loans, loans, persons

ONE_DAY = timedelta(days=1)
CENTRAL = law.Place("central")
IN_2010 = date(2010, 1, 4)
REFUSALS = {
    oracle.RateTooHigh: RateAboveCap,
    law.FactNeeded: CategoryNeeded,
    law.NotRead: NotInForce,
}


@cache
def rules_of(place):
    """The rules that the library ships for a place."""
    return policy.load(
        "cn",
        region=place.region,
        seven_eastern=place.seven_eastern,
        poor_area=place.poor_area,
    )


def shown(lines):
    """Lines of the library as the second calculation prints its own; those without interest not."""
    return [
        oracle.Row(line.due_on, line.interest_fen, line.treasury_fen, line.borrower_fen)
        for line in lines
        if line.interest_fen
    ]


def asked(case):
    """What a case asks of the library."""
    stop = case.stop and SubsidyStop(on=case.stop, reason=StopReason.BUSINESS_CLOSED)
    return {
        "under": rules_of(case.place),
        "as_of": case.as_of,
        "arrears": ArrearsRule.WHOLE_LOAN if case.whole_loan else ArrearsRule.OVERDUE_PART,
        "stop": stop,
    }


def reckoned(case):
    """What the second calculation answers."""
    return oracle.rows(
        case.place,
        case.loan.terms,
        case.loan.entries,
        case.loan.category,
        as_of=case.as_of,
        whole_loan=case.whole_loan,
        stop=case.stop,
    )


def agrees(case):
    """The library answers what the second calculation does, or refuses for one of its reasons."""
    reasons = oracle.reasons(case.place, case.loan.terms, case.loan.category)
    if not reasons:
        assert shown(subsidize(case.loan, **asked(case))) == reckoned(case)
        return
    refusals = tuple(REFUSALS[reason] for reason in reasons)
    with pytest.raises(refusals):
        subsidize(case.loan, **asked(case))
    with pytest.raises(refusals):
        plan_subsidy(case.loan, under=rules_of(case.place))


# ---- a second calculation


@settings(max_examples=200)
@given(cases())
def test_a_subsidy_agrees_to_the_fen_with_a_calculation_written_apart(case):
    agrees(case)


@pytest.mark.slow
@settings(max_examples=25_000)  # of which some are refused
@given(cases())
def test_twenty_thousand_subsidies_agree_to_the_fen(case):
    agrees(case)


@st.composite
def lives_of_firms(draw):
    """Lives of any contract the library accepts, borrowed by a small enterprise in 2010."""
    # Its rate was free and half of the benchmark borne, so every rate has a share of its own.
    early = {"signed_on": IN_2010, "early_interest": EarlyInterest.TO_THE_DAY}
    agreed = contracts(longest=36).filter(lambda terms: terms.disbursed_on >= IN_2010)
    life = draw(lives(agreed=agreed.map(lambda terms: replace(terms, **early))))
    loan = replace(life.loan, category=replace(PERSON, kind=BorrowerKind.ENTERPRISE))
    last = max([*(line.due_on for line in loan.schedule), *(entry.on for entry in loan.entries)])
    return Case(CENTRAL, loan, last, whole_loan=draw(st.booleans()), stop=None)


@given(lives_of_firms())
def test_a_subsidy_of_any_contract_agrees_to_the_fen(case):
    agrees(case)


@settings(max_examples=200)
@given(lived_loans(acts=ON_PLAN))
def test_a_planned_subsidy_is_what_the_second_calculation_says_of_a_loan_paid_on_its_days(drawn):
    place, loan = drawn
    assume(not oracle.reasons(place, loan.terms, loan.category))
    last = max(loan.schedule[-1].due_on, loan.entries[-1].on)
    expected = oracle.rows(place, loan.terms, loan.entries, loan.category, as_of=last)

    assert shown(plan_subsidy(loan, under=rules_of(place))) == expected


# ---- the law, day by day


def people():
    """Borrowers of each kind, group and trade that a rule asks about."""
    groups = ((), ("women",), ("graduate",), ("women", "graduate"), ("laid_off",), ("veteran",))
    for kind in BorrowerKind:
        for codes in (*groups, ("registered_unemployed",)):
            for trade in LowProfit:
                yield replace(PERSON, kind=kind, groups=frozenset(codes), low_profit=trade, heads=3)


def days_of_the_law():
    """The day before each change, the day of it, and the year's end after it."""
    days = {day + timedelta(days=step) for day in law.STARTS for step in (-1, 0)}
    return sorted({*days, *(date(year, 6, 30) for year in range(2003, 2027))})


def answer(ask):
    """An answer, or the class of the refusal."""
    try:
        return ask()
    except MicroloanError as refusal:
        return type(refusal)


def said(ask):
    """What the law typed in by hand says, or ``None`` where it says nothing."""
    try:
        return ask()
    except (law.FactNeeded, law.NotRead):
        return None


@pytest.mark.parametrize("place", law.PLACES, ids=str)
def test_ceilings_and_terms_are_those_of_the_signing_day(place):
    rules = rules_of(place)
    for day in days_of_the_law():
        for who in people():
            yuan = law.ceiling(who, day)
            if yuan is None and who.kind is BorrowerKind.ENTERPRISE:
                assert answer(lambda d=day, w=who: rules.ceiling_of(w, on=d)) is NotInForce
            elif yuan is not None:
                assert rules.ceiling_of(who, on=day).value == yuan * 100, (day, who)
            if law.longest(who, day) is not None:
                assert rules.term_of(who, on=day).value == law.longest(who, day), (day, who)
                months = rules.subsidized_months_of(who, on=day).value
                assert months == law.subsidized_months(who, day), (day, who)


@pytest.mark.parametrize("place", law.PLACES, ids=str)
def test_the_shape_of_the_subsidy_is_that_of_the_signing_day(place):
    rules = rules_of(place)
    for day in days_of_the_law():
        for who in people():
            borne = said(lambda day=day, who=who: law.borne(place, who, day))
            got = answer(lambda day=day, who=who: rules.subsidy_of(who, principal=cny(1), on=day))
            if borne is None:
                assert got in {CategoryNeeded, NotInForce}, (day, who)
            else:
                assert got.value.shape.value == borne.shape, (day, who)


@pytest.mark.parametrize("place", law.PLACES, ids=str)
def test_the_levels_of_government_bear_what_was_read_and_nothing_where_nothing_was(place):
    rules = rules_of(place)
    for day in days_of_the_law():
        for who in people():
            borne = said(lambda day=day, who=who: law.borne(place, who, day))
            if borne is None or borne.shape == law.NOTHING:
                continue
            rule = answer(lambda day=day, who=who: rules.subsidy_of(who, principal=cny(1), on=day))
            if rule is CategoryNeeded:
                continue  # whether the library may ask is tested above
            tier = rule.value
            got = answer(lambda day=day, who=who, tier=tier: rules.shares_of(who, tier, on=day))
            levels = law.levels(place, who, day, borne.shape)
            if levels is None:
                assert got is NotInForce, (day, who)
            else:
                found = {level.value: share for level, share in got.value.parts if share}
                assert found == levels, (day, who)
                assert sum(levels.values()) == 1


@pytest.mark.parametrize("months", [6, 12, 24, 36])
@pytest.mark.parametrize("place", law.PLACES, ids=str)
def test_the_highest_rate_is_that_of_the_signing_day(place, months):
    rules = rules_of(place)
    named = [None, percent("4.31"), Reference.LPR_1Y, Reference.LPR_5Y]
    for day in days_of_the_law():
        for kind in BorrowerKind:
            for what in named:
                who = _naming(replace(PERSON, kind=kind), what, day)
                terms = _terms(day, months)
                assert answer(lambda t=terms, w=who: rules.rate_cap_of(t, w).value) in _highest(
                    place, terms, who
                ), (day, who)


def _naming(who, what, day):
    """A borrower whose contract names a reference of its day, or none."""
    if isinstance(what, Reference):
        return replace(who, reference=what) if day >= law.NEW_LPR else who
    old = law.R2015 <= day < law.NEW_LPR
    reference = Reference.LPR_OLD if old and what is not None else None
    return replace(who, reference_rate=what, reference=reference)


def _terms(day, months):
    return a_loan(disbursed_on=day, months=months).terms


def _highest(place, terms, who):
    """What the library may answer: the rate, ``None`` for any rate, or its refusal."""
    try:
        highest = law.highest_rate(place, terms, who)
    except (law.FactNeeded, law.NotRead) as refusal:
        return {REFUSALS[type(refusal)]}
    return {None if highest == law.FREE else highest}


# ---- what holds whatever happened


@given(cases())
def test_treasury_and_borrower_bear_the_interest_and_neither_bears_less_than_nothing(case):
    assume(not oracle.reasons(case.place, case.loan.terms, case.loan.category))
    lines = subsidize(case.loan, **asked(case))

    for line in lines:
        assert line.treasury + line.borrower == line.interest
        assert min(line.treasury_fen, line.borrower_fen) >= 0
    due = case.loan.position(as_of=case.as_of).due_interest_fen
    assert sum(line.interest_fen for line in lines) == due


@given(cases())
def test_nothing_is_subsidized_above_the_ceiling_or_above_the_policy_part(case):
    assume(not oracle.reasons(case.place, case.loan.terms, case.loan.category))
    terms, category = case.loan.terms, case.loan.category
    ceiling = law.ceiling(category, terms.signed_on) * 100
    policy_part = fen(terms.principal) - fen(category.commercial_part)
    for line in subsidize(case.loan, **asked(case)):
        for segment in line.segments:
            most = min(ceiling, policy_part, segment.principal_fen)
            assert 0 <= segment.subsidized_fen <= max(most, 0)


@given(cases())
def test_nothing_is_subsidized_after_the_signed_maturity_or_from_a_stop_on(case):
    assume(not oracle.reasons(case.place, case.loan.terms, case.loan.category))
    ends = min(maturity(case.loan.terms), case.stop or date.max)
    for line in subsidize(case.loan, **asked(case)):
        for segment in line.segments:
            if segment.subsidized_fen:
                assert segment.closes_on <= ends
        if line.segments and line.segments[0].opens_on >= ends:
            assert line.treasury_fen == 0


@given(cases(), st.data())
def test_no_day_on_which_anything_is_late_is_subsidized_under_the_stricter_rule(case, data):
    assume(not oracle.reasons(case.place, case.loan.terms, case.loan.category))
    strict = replace(case, whole_loan=True)
    nights = [
        (segment.opens_on, segment.closes_on, segment.subsidized_fen)
        for line in subsidize(case.loan, **asked(strict))
        for segment in line.segments
    ]
    assume(nights)
    for opens, closes, subsidized in data.draw(st.lists(st.sampled_from(nights), max_size=4)):
        day = data.draw(st.dates(opens, closes - ONE_DAY))
        # What happened after the day of the question is not known to it.
        known = min(day, case.as_of)
        if case.loan.position(as_of=known).days_past_due:
            assert subsidized == 0, day


@given(cases())
def test_the_stricter_rule_and_a_stop_only_ever_take_away(case):
    assume(not oracle.reasons(case.place, case.loan.terms, case.loan.category))
    usual = replace(case, whole_loan=False, stop=None)
    most = subsidize(case.loan, **asked(usual))
    less = subsidize(case.loan, **asked(case))

    assert [(line.due_on, line.interest) for line in most] == [
        (line.due_on, line.interest) for line in less
    ]
    for one, other in zip(most, less, strict=True):
        assert one.treasury_fen >= other.treasury_fen


@given(cases())
def test_every_night_bears_interest_for_one_line_and_is_counted_there_once(case):
    assume(not oracle.reasons(case.place, case.loan.terms, case.loan.category))
    lines = [line for line in subsidize(case.loan, **asked(case)) if line.segments]
    segments = [segment for line in lines for segment in line.segments]

    assert not segments or segments[0].opens_on == case.loan.terms.disbursed_on
    for one, following in pairwise(segments):
        assert one.closes_on == following.opens_on
    for line in lines:
        opens, closes = line.segments[0].opens_on, line.segments[-1].closes_on
        assert sum(segment.days for segment in line.segments) == (closes - opens).days
        assert opens < closes
        assert line.due_on in {closes, closes - ONE_DAY}


@given(loans())
def test_what_is_planned_is_what_is_borne_when_every_line_is_paid_on_its_day(drawn):
    place, loan = drawn
    assume(not oracle.reasons(place, loan.terms, loan.category))
    assume(all(line.total_fen for line in loan.schedule))
    rules = rules_of(place)
    planned = plan_subsidy(loan, under=rules)
    paid = pays_on_time(loan, last=len(loan.schedule))

    for arrears in ArrearsRule:
        assert planned == subsidize(paid, under=rules, as_of=loan.terms.matures_on, arrears=arrears)


# ---- less may be lent with a subsidy


@pytest.fixture(scope="module")
def lowered(tmp_path_factory):
    """The rules of the center, with lower ceilings for persons and with none."""
    folder = tmp_path_factory.mktemp("overlays")
    return {yuan: _with_ceiling(folder, yuan) for yuan in (1, 10_000, 40_000, 100_000)}


def _with_ceiling(folder, yuan):
    file = folder / f"ceiling-{yuan}.toml"
    file.write_text(
        f"""\
[decree]
key = "TEST-{yuan}"
number = "试〔2024〕1号"
title = "A lower ceiling"
title_zh = "较低的额度"
issued = 2023-10-01

[[ceiling]]
from = 2023-10-01
kinds = ["individual"]
value = {{ base = {yuan} }}
reference = {{ clause = "额度", read_in = "试" }}
evidence = "local"
""",
        encoding="utf-8",
    )
    return policy.load("cn", region="central", overlay=file)


@given(lived_loans(places=st.just(CENTRAL), days=st.just(law.R2023), categories=persons))
def test_a_lower_ceiling_never_brings_more(lowered, drawn):
    place, loan = drawn
    assume(not oracle.reasons(place, loan.terms, loan.category))
    last = max(loan.schedule[-1].due_on, loan.entries[-1].on)
    by_ceiling = [*lowered.values(), rules_of(place)]
    borne = [
        [line.treasury_fen for line in subsidize(loan, under=rules, as_of=last)]
        for rules in by_ceiling
    ]

    for low, high in pairwise(borne):
        assert all(one <= other for one, other in zip(low, high, strict=True))


# ---- loans whose figures can be followed on paper


def test_the_second_calculation_knows_the_published_loan_of_liuzhou():
    # 100,000 at 5.15 % for a year, LPR 3.65 %: 5,150.00, of which 3.00 of 5.15 parts are 3,000.00.
    loan = a_loan(
        principal=cny(100_000),
        annual_rate=percent("5.15"),
        disbursed_on=date(2023, 1, 10),
        interval_months=12,
        day_count=DayCount.BY_PERIOD,
        guarantee=None,
    )

    case = Case(law.Place("west"), loan, date(2024, 1, 10), whole_loan=False, stop=None)
    assert reckoned(case) == [oracle.Row(date(2024, 1, 10), 515_000, 300_000, 215_000)]
    agrees(case)


def test_under_the_stricter_rule_the_due_day_is_not_late_and_the_day_after_is():
    # 120,000 at 6 %, ACT/360: 20.00 a day. Interest to 20 March, 66 days, is 1,320.00, paid on 1
    # April: late at the end of 21 to 31 March, 11 days of the 92 to 20 June. Of 1,840.00 are
    # 81 / 92 subsidized, 1,620.00, half of it 810.00.
    loan = a_quarterly_loan(guarantee=None)
    loan = loan.repay(cny(1_320), on=date(2024, 4, 1), ref="R1")

    case = Case(CENTRAL, loan, date(2024, 6, 20), whole_loan=True, stop=None)
    assert reckoned(case)[1] == oracle.Row(date(2024, 6, 20), 184_000, 81_000, 103_000)
    agrees(case)


def test_a_payout_meets_the_oldest_first_so_that_its_own_day_is_not_late():
    # What fell due on 20 March is late from 21 March to 19 June. On 20 June the borrower pays its
    # interest and the fund 80 % of all principal, more than fell due in March: 1 of 92 days.
    loan = a_quarterly_loan(amortization=Amortization.EQUAL_PRINCIPAL)
    loan = loan.repay(cny(1_320), on=date(2024, 6, 20), ref="R1")
    _, loan = pay_claim(a_fund(), loan, on=date(2024, 6, 20), ref="P1")

    # 120,000 in 5 parts of 24,000: 96,000 at 6 % for 92 days are 1,472.00, of which the treasury
    # bears half of the 92nd part, 8.00.
    case = Case(CENTRAL, loan, date(2024, 6, 20), whole_loan=True, stop=None)
    assert reckoned(case)[1] == oracle.Row(date(2024, 6, 20), 147_200, 800, 146_400)
    agrees(case)


def test_from_the_day_of_a_stop_nothing_is_subsidized():
    # As above: 21 March to 30 April are 41 of 92 days: 820.00, half of it 410.00.
    case = Case(
        CENTRAL,
        a_quarterly_loan(guarantee=None),
        date(2024, 6, 20),
        whole_loan=False,
        stop=date(2024, 5, 1),
    )

    assert reckoned(case)[1] == oracle.Row(date(2024, 6, 20), 184_000, 41_000, 143_000)
    agrees(case)


def test_only_the_part_up_to_the_cap_of_2015_is_borne():
    # 100,000 at 10 % for a year, old prime rate 5.05 + 3.00: of 10,000.00 are 8,050.00 borne.
    category = replace(PERSON, reference=Reference.LPR_OLD, reference_rate=percent("5.05"))
    loan = a_loan(
        principal=cny(100_000),
        annual_rate=percent(10),
        disbursed_on=date(2015, 5, 12),
        interval_months=12,
        day_count=DayCount.BY_PERIOD,
        guarantee=None,
        category=category,
    )

    case = Case(CENTRAL, loan, date(2016, 5, 12), whole_loan=False, stop=None)
    assert reckoned(case) == [oracle.Row(date(2016, 5, 12), 1_000_000, 805_000, 195_000)]
    agrees(case)


def test_half_of_the_benchmark_is_borne_for_a_small_enterprise_whatever_it_pays():
    # 2,000,000 at 12 %, benchmark of a year 6.00 %: of 240,000.00 are 60,000.00 borne.
    loan = a_loan(
        principal=cny(2_000_000),
        annual_rate=percent(12),
        disbursed_on=date(2013, 1, 15),
        interval_months=12,
        day_count=DayCount.BY_PERIOD,
        guarantee=None,
        category=replace(PERSON, kind=BorrowerKind.ENTERPRISE),
    )

    case = Case(CENTRAL, loan, date(2014, 1, 15), whole_loan=False, stop=None)
    assert reckoned(case) == [oracle.Row(date(2014, 1, 15), 24_000_000, 6_000_000, 18_000_000)]
    agrees(case)


def test_an_extension_and_another_rate_are_weighed_by_principal_rate_and_days():
    # 20.00 a day, from 1 September 2024 at 5 % 16.666…. The last line bears 21 December to 20
    # March, 90 days: 1,500.00. To 14 January 25 days, 416.666…, are subsidized; 65 days are the
    # extension's. Half of 416.666… is 208.333…
    loan = a_quarterly_loan(guarantee=None, repricing=Repricing.FLOATING)
    loan = change_rate(loan, percent(5), on=date(2024, 9, 1), ref="U1")
    loan = extend(loan, months=12, on=date(2025, 1, 1), ref="展1")

    case = Case(CENTRAL, loan, date(2025, 3, 20), whole_loan=False, stop=None)
    assert reckoned(case)[-1] == oracle.Row(date(2025, 3, 20), 150_000, 20_833, 129_167)
    agrees(case)


@pytest.mark.parametrize("above", ["0", "0.0001"])
def test_a_rate_above_the_cap_is_no_loan_of_the_programme(above):
    # LPR 3.45 + 1.50 = 4.95.
    loan = a_quarterly_loan(
        guarantee=None, annual_rate=percent("4.95") + percent(above), disbursed_on=date(2024, 1, 2)
    )

    case = Case(CENTRAL, loan, date(2024, 6, 20), whole_loan=False, stop=None)
    assert bool(oracle.reasons(CENTRAL, loan.terms, loan.category)) == (above != "0")
    agrees(case)
