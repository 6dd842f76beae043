"""Applications to test with: a clean one of each kind, as an office might get it in March 2024.

An individual of a listed group asks for 200,000 yuan for two years at 4.95 %: the one-year prime
rate of 2024-02-20 is 3.45 %, and 1.50 points may be added in the central region.
"""

from dataclasses import replace
from datetime import date

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Guarantee,
    LoanTerms,
    Reference,
    cny,
    percent,
    policy,
)
from microloan.admission import assess
from microloan.application import Application
from microloan.dossier import Department, Register, SignOff, Staff, Visit, Visitor
from microloan.party import Applicant, CounterGuarantor

RULES = policy.load("cn", region="central")
APPLIED_ON = date(2024, 3, 4)
DECIDED_ON = date(2024, 3, 15)
PROMISE = Guarantee(fund_id="F-01", coverage=percent("80"), claimable_after_days=90)

VISIT = Visit(
    on=date(2024, 3, 8),
    visitors=(
        Visitor(person="U-1", organization="OFFICE"),
        Visitor(person="U-2", organization="BANK-03"),
    ),
)
SIGNED = tuple(
    SignOff(department=department, person=person, on=date(2024, 3, 12))
    for department, person in zip(Department, ("U-3", "U-4", "U-5"), strict=True)
)


def a_person(name="B-1", *, born_on=date(1980, 1, 1), spouse="", guarantees=(), id_number=""):
    """An applicant; what is not said is as usual."""
    return Applicant(
        id=name, born_on=born_on, spouse=spouse, guarantees=guarantees, id_number=id_number
    )


def a_surety(name="G-1", *, open_loans=(), guarantees=(), id_number=""):
    """A counter-guarantor who owes nothing and stands surety for nobody else."""
    return CounterGuarantor(
        id=name, open_loans=open_loans, guarantees=guarantees, id_number=id_number
    )


def some_terms(**agreed):
    """Terms to be agreed; what is not said is as in the heading."""
    usual = {
        "principal": cny(200_000),
        "annual_rate": percent("4.95"),
        "disbursed_on": date(2024, 3, 15),
        "months": 24,
        "amortization": Amortization.BULLET,
        "day_count": DayCount.BY_PERIOD,
    }
    return LoanTerms(**usual | agreed)


def an_application(**facts):
    """An individual's application in which nothing is wrong; ``facts`` replace its facts."""
    usual = {
        "id": "A-1",
        "borrower": "B-1",
        "category": Category(
            kind=BorrowerKind.INDIVIDUAL,
            groups={"returning_migrant"},
            reference=Reference.LPR_1Y,
        ),
        "terms": some_terms(),
        "applied_on": APPLIED_ON,
        "applicants": (a_person(),),
        "prepared_by": "U-1",
        "other_loans": (),
        "earlier_loans": (),
        "counter_guarantors": (),
        "blacklist": (),
        "statuses": (),
        "guarantee": PROMISE,
        "register": Register(opened_on=date(2022, 5, 10)),
        "visits": (VISIT,),
        "sign_offs": SIGNED,
    }
    return Application(**usual | facts)


def an_enterprise(**facts):
    """An application of an enterprise of 100 people, ten of them new, for 3,000,000 yuan."""
    usual = {
        "id": "A-2",
        "borrower": "E-1",
        "category": Category(kind=BorrowerKind.ENTERPRISE, reference=Reference.LPR_1Y),
        "terms": some_terms(principal=cny(3_000_000)),
        "applicants": (a_person("L-1"),),
        "staff": Staff(people=100, hired_on=(date(2023, 6, 1),) * 10),
    }
    return an_application(**usual | facts)


def a_partnership(**facts):
    """An application of three partners for 900,000 yuan."""
    usual = {
        "id": "A-3",
        "borrower": "P-1",
        "category": Category(
            kind=BorrowerKind.PARTNERSHIP,
            groups={"returning_migrant"},
            heads=3,
            reference=Reference.LPR_1Y,
        ),
        "terms": some_terms(principal=cny(900_000)),
        "applicants": (a_person("P-1"), a_person("P-2"), a_person("P-3")),
    }
    return an_application(**usual | facts)


def with_category(application, **facts):
    """The application with other facts of its category."""
    return replace(application, category=replace(application.category, **facts))


def with_terms(application, **agreed):
    """The application with other terms; the day of signing follows that of disbursement."""
    if "disbursed_on" in agreed:
        agreed = {"signed_on": agreed["disbursed_on"]} | agreed
    return replace(application, terms=replace(application.terms, **agreed))


def codes(application, *, under=RULES, on=DECIDED_ON):
    """What was found, in the order of the assessment."""
    return [finding.code for finding in assess(application, under=under, on=on).findings]


def found(code, application, *, under=RULES, on=DECIDED_ON):
    """The one finding with a code."""
    findings = assess(application, under=under, on=on).findings
    (finding,) = [finding for finding in findings if finding.code == code]
    return finding
