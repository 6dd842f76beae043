"""What holds for every application on every day: an answer, nothing passed over, nothing lost."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache

from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from applications import SIGNED, VISIT, a_person, a_surety, an_application, some_terms
from microloan import (
    BorrowerKind,
    Category,
    LowProfit,
    Reference,
    cny,
    percent,
    policy,
)
from microloan.admission import assess
from microloan.application import Application
from microloan.dossier import Department, Register, SignOff, Staff, Visit
from microloan.finding import Severity
from microloan.party import BlacklistEntry, EarlierLoan, ExcludedStatus, OtherLoan, Status
from strategies import amounts, rates

FIRST, LAST = date(2003, 1, 1), date(2026, 12, 31)
GROUPS = ("laid_off", "veteran", "graduate", "women", "returning_migrant", "渔民")
PURPOSES = ("student", "first_home", "car", "consumer", "trade")
LENDING = ("lending_ceiling", "term", "rate_cap")
PLACES = (
    *(("east", False, poor) for poor in (False, True)),
    ("east", True, False),
    *((region, False, poor) for region in ("central", "west") for poor in (False, True)),
)


@cache
def rules_of(region, seven_eastern, poor_area):
    return policy.load("cn", region=region, seven_eastern=seven_eastern, poor_area=poor_area)


def places():
    """Any place; its rules are too long to be printed with a failing example."""
    return st.sampled_from(PLACES)


def maybe(strategy):
    return st.none() | strategy


def around(day, before=3_000, after=200):
    """Days about one day, often the day itself."""
    return st.just(day) | st.integers(-before, after).map(lambda days: day + timedelta(days))


@st.composite
def spans(draw, day):
    """A first day about a day, and a last one not before it, or none."""
    first = draw(around(day))
    last = draw(maybe(st.integers(0, 3_000).map(lambda days: first + timedelta(days))))
    return first, last


@st.composite
def categories(draw, kind, heads):
    commercial = draw(st.sampled_from((0, 1, 50_000)))
    return Category(
        kind=kind,
        groups=draw(st.frozensets(st.sampled_from(GROUPS), max_size=3)),
        heads=draw(st.sampled_from((heads, heads + 1))),
        low_profit=draw(st.sampled_from(LowProfit)),
        loan_number=draw(st.integers(1, 5)),
        commercial_part=cny(commercial),
        reference=draw(maybe(st.sampled_from(Reference))),
        reference_rate=draw(maybe(rates("0.09"))),
    )


@st.composite
def persons(draw, kind, day):
    """The applicants: one, or partners, or nobody or somebody for an enterprise."""
    most = {BorrowerKind.INDIVIDUAL: 1, BorrowerKind.PARTNERSHIP: 4, BorrowerKind.ENTERPRISE: 1}
    fewest = 0 if kind is BorrowerKind.ENTERPRISE else 1
    return tuple(
        a_person(
            f"B-{number}",
            born_on=day - relativedelta(years=draw(st.integers(0, 90))),
            spouse=draw(st.sampled_from(("", f"S-{number}"))),
            guarantees=draw(st.sampled_from(((), ("HT-90",)))),
            id_number=draw(st.sampled_from(("", "990101198001010014", "x"))),
        )
        for number in range(1, draw(st.integers(fewest, most[kind])) + 1)
    )


@st.composite
def others(draw, holder, day):
    lent_on, repaid_on = draw(spans(day))
    return OtherLoan(
        holder=holder,
        purpose=draw(st.sampled_from(PURPOSES)),
        lent_on=lent_on,
        outstanding=draw(amounts(0, 10_000_000)),
        repaid_on=repaid_on,
    )


@st.composite
def earlier(draw, holders, day):
    names = draw(st.sets(st.integers(1, 9), max_size=4))
    found = []
    for name in sorted(names):
        lent_on, repaid_on = draw(spans(day))
        found.append(
            EarlierLoan(
                id=f"HT-{name}",
                holder=draw(st.sampled_from(holders)),
                lent_on=lent_on,
                repaid_on=repaid_on,
                days_late=draw(st.sampled_from((0, 1, 90))),
            )
        )
    return tuple(found)


def several(strategy, most=3):
    return st.lists(strategy, max_size=most).map(tuple)


@st.composite
def blacklisted(draw, person, day):
    since, until = draw(spans(day))
    return BlacklistEntry(person=person, since=since, until=until)


@st.composite
def excluded(draw, person, day):
    since, until = draw(spans(day))
    status = draw(st.sampled_from(Status))
    return ExcludedStatus(person=person, status=status, since=since, until=until)


@st.composite
def staffs(draw, day):
    people = draw(st.integers(1, 150))
    days = draw(st.lists(around(day, before=500), max_size=min(people, 20)))
    return Staff(people=people, hired_on=tuple(days))


@st.composite
def registers(draw, day):
    opened_on, closed_on = draw(spans(day))
    return Register(opened_on=opened_on, closed_on=closed_on)


@st.composite
def applications(draw):
    """An application of any borrower on any day of the programme, and the day of the decision."""
    day = draw(st.dates(FIRST, LAST))
    kind = draw(st.sampled_from(BorrowerKind))
    people = draw(persons(kind, day))
    borrower = "E-1" if kind is BorrowerKind.ENTERPRISE else people[0].id
    own = [borrower, *(person.id for person in people)]
    household = own + [person.spouse for person in people if person.spouse]
    visits = st.builds(
        Visit,
        on=around(day, 30, 10),
        visitors=st.sampled_from((VISIT.visitors, VISIT.visitors[:1])),
    )
    signatures = st.builds(
        SignOff,
        department=st.sampled_from(Department),
        person=st.sampled_from(("U-1", "U-3", "U-4")),
        on=around(day, 30, 10),
    )
    application = an_application(
        borrower=borrower,
        category=draw(categories(kind, max(len(people), 1))),
        terms=some_terms(
            principal=draw(amounts(10_000_000, 600_000_000)),
            annual_rate=draw(rates("0.12")),
            disbursed_on=draw(around(day, 60, 60)),
            months=draw(st.integers(1, 48)),
        ),
        applied_on=max(day, *(person.born_on for person in people), FIRST),
        applicants=people,
        other_loans=draw(several(st.sampled_from(household).flatmap(lambda who: others(who, day)))),
        earlier_loans=draw(earlier(household, day)),
        counter_guarantors=draw(
            st.sampled_from(((), (a_surety(),), (a_surety(household[-1], guarantees=("HT-91",)),)))
        ),
        blacklist=draw(
            several(st.sampled_from((*household, "Z")).flatmap(lambda who: blacklisted(who, day)))
        ),
        statuses=draw(several(st.sampled_from(own).flatmap(lambda who: excluded(who, day)))),
        guarantee=draw(st.sampled_from((None, an_application().guarantee))),
        counter_guarantee=draw(amounts(0, 5_000_000)),
        seeks_subsidy=draw(st.booleans()),
        staff=draw(maybe(staffs(day))),
        register=draw(maybe(registers(day))),
        visits=draw(several(visits)),
        sign_offs=draw(several(signatures) | st.just(SIGNED)),
    )
    return application, draw(around(day, 60, 60))


def found_in(assessment):
    """What was found, without the figures: code, what it is about, and the rule not judged."""
    return {
        (finding.code, finding.subject, dict(finding.figures).get("rule", ""))
        for finding in assessment.findings
    }


# ---- an answer for every application


@given(applications(), places())
def test_every_application_gets_an_answer_in_two_languages(applied, place):
    (application, on), under = applied, rules_of(*place)

    assessment = assess(application, under=under, on=on)
    faults = [each for each in assessment.findings if each.severity is Severity.FAULT]
    assert assessment.admissible is not bool(faults)
    assert assessment == assess(application, under=under, on=on)
    assert len(f"{assessment}".splitlines()) == len(assessment.findings) + 2
    assert len(assessment.in_chinese().splitlines()) == len(assessment.findings) + 1
    assert all(
        finding.subject and finding.sentence and finding.zh for finding in assessment.findings
    )


@given(applications(), places())
def test_every_rule_that_was_asked_is_judged_or_said_not_to_be(applied, place):
    (application, on), under = applied, rules_of(*place)

    assessment = assess(application, under=under, on=on)
    judged = [checked.what for checked in assessment.checked]
    missing = [rule for code, _, rule in found_in(assessment) if rule]
    answered = judged + missing
    assert len(answered) == len(set(answered))
    asked = {*LENDING, "loans_at_most", "blacklist", "register", "visits", "sign_offs", "days"}
    asked |= {"groups", "age_limit", "other_loans"} if application.of_natural_persons else set()
    asked |= set() if application.of_natural_persons else {"hired_ratio"}
    asked |= {"subsidy"} if application.seeks_subsidy else set()
    assert asked <= set(answered)


# ---- a fault more never hides another


@dataclass(frozen=True)
class Fault:
    """A fact made worse; ``instead_of`` are findings about the fact that it takes the place of."""

    make: Callable[[Application], Application]
    finds: str
    instead_of: frozenset[str] = field(default_factory=frozenset)


def category_of(application, **facts):
    return replace(application, category=replace(application.category, **facts))


def longer(application):
    return replace(application, terms=replace(application.terms, months=600))


def dearer(application):
    return replace(application, terms=replace(application.terms, annual_rate=percent(900)))


def larger(application):
    more = {"principal": cny(9_000_000_000)}
    return replace(application, terms=replace(application.terms, **more))


def first(application):
    return application.borrower


FAULTS = (
    # A rule that asks for a group, any group, has been told one.
    Fault(
        lambda it: category_of(it, groups={*it.category.groups, "零就业"}),
        "group_not_listed",
        frozenset({"fact_missing"}),
    ),
    Fault(
        lambda it: category_of(it, groups=()),
        "no_listed_group",
        frozenset({"group_not_listed", "counter_guarantee_waived", "no_subsidy"}),
    ),
    Fault(
        lambda it: replace(
            it,
            blacklist=(*it.blacklist, BlacklistEntry(person=first(it), since=date(1990, 1, 1))),
        ),
        "blacklisted",
    ),
    Fault(lambda it: replace(it, visits=()), "visit_missing", frozenset({"visit"})),
    Fault(
        lambda it: replace(it, sign_offs=()),
        "sign_off_missing",
        frozenset({"sign_off", "prepared", "visit"}),
    ),
    Fault(lambda it: replace(it, register=None), "register_missing", frozenset({"business"})),
    Fault(lambda it: replace(it, staff=None), "staff_missing", frozenset({"too_few_hires"})),
    Fault(
        lambda it: replace(
            it,
            counter_guarantors=(
                *it.counter_guarantors,
                a_surety("G-9", open_loans=("HT-80",), guarantees=("HT-81",)),
            ),
        ),
        "counter_guarantor_owes",
    ),
    Fault(
        lambda it: replace(
            it,
            other_loans=(
                *it.other_loans,
                OtherLoan(
                    holder=first(it),
                    purpose="trade",
                    lent_on=date(1990, 1, 1),
                    outstanding=cny(1),
                ),
            ),
        ),
        "other_loan",
    ),
    Fault(
        lambda it: replace(
            it,
            earlier_loans=(
                *it.earlier_loans,
                EarlierLoan(
                    id="HT-70",
                    holder=first(it),
                    lent_on=date(1990, 1, 1),
                    repaid_on=None,
                    days_late=5,
                ),
            ),
        ),
        "earlier_loan_open",
        frozenset({"loan_number_differs"}),
    ),
    Fault(
        lambda it: replace(
            it,
            sign_offs=(
                *it.sign_offs,
                SignOff(department=Department.BANK, person=it.prepared_by, on=date(1990, 1, 1)),
            ),
        ),
        "prepared_and_signed",
        frozenset({"sign_off_missing"}),
    ),
    # Another term or reference may leave the cap without a figure: that is a finding of its own.
    Fault(longer, "term_too_long", frozenset({"rate_above_cap", "not_judged", "fact_missing"})),
    Fault(dearer, "rate_above_cap"),
    # What is demanded from a larger loan may be a smaller part of it.
    Fault(larger, "above_ceiling", frozenset({"counter_guarantee"})),
)


def lost(before, after, fault):
    """What a fault hid that it does not take the place of."""
    return {
        (code, subject, rule)
        for code, subject, rule in before - after
        if not code.removeprefix("admission.").startswith(tuple(fault.instead_of) or "-")
    }


@given(applications(), places(), st.sampled_from(FAULTS))
def test_a_fault_more_never_hides_another(applied, place, fault):
    (application, on), under = applied, rules_of(*place)

    before = assess(application, under=under, on=on)
    after = assess(fault.make(application), under=under, on=on)
    assert lost(found_in(before), found_in(after), fault) == set()


@given(applications(), places(), st.sampled_from(FAULTS))
def test_a_fault_is_found_or_its_rule_could_not_be_judged(applied, place, fault):
    (application, on), under = applied, rules_of(*place)

    assessment = assess(fault.make(application), under=under, on=on)
    codes = {code for code, _, _ in found_in(assessment)}
    asked = {
        "group_not_listed": ("groups", application.of_natural_persons),
        "no_listed_group": ("groups", application.of_natural_persons),
        "staff_missing": ("hired_ratio", not application.of_natural_persons),
        "other_loan": ("other_loans", application.of_natural_persons),
        "term_too_long": ("term", True),
        "above_ceiling": ("lending_ceiling", True),
        "rate_above_cap": ("rate_cap", True),
    }
    rule, is_asked = asked.get(fault.finds, ("", True))
    could = rule in {checked.what for checked in assessment.checked} or not rule
    free = fault.finds == "rate_above_cap" and not application.of_natural_persons
    if fault.finds and is_asked and could and not free:
        assert f"admission.{fault.finds}" in codes


@given(applications(), places())
def test_all_faults_together_are_no_better_than_each(applied, place):
    (application, on), under = applied, rules_of(*place)

    worst = application
    for fault in FAULTS:
        worst = fault.make(worst)
    assert not assess(worst, under=under, on=on).admissible
