"""The facts of an application: what no application, person, loan or file could contain."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from applications import (
    SIGNED,
    VISIT,
    a_partnership,
    a_person,
    a_surety,
    an_application,
    an_enterprise,
    with_category,
)
from microloan import InvalidAmount, InvalidDate, InvalidIdentity, InvalidTerms, cny
from microloan.dossier import Department, Register, SignOff, Staff, Visit, Visitor
from microloan.party import (
    BlacklistEntry,
    EarlierLoan,
    ExcludedStatus,
    OtherLoan,
    Status,
)
from refusals import refused

LOAN = OtherLoan(holder="B-1", purpose="trade", lent_on=date(2023, 1, 10), outstanding=cny(1_000))
EARLIER = EarlierLoan(
    id="HT-1",
    holder="B-1",
    lent_on=date(2020, 1, 10),
    repaid_on=date(2022, 1, 10),
    days_late=0,
)
LISTED = BlacklistEntry(person="B-1", since=date(2023, 1, 10))
RETIRED = ExcludedStatus(person="B-1", status=Status.RETIRED, since=date(2023, 1, 10))


def as_a_refusal_tells(value):
    """A collection may hold names, so that a refusal says of what kind it is and no more."""
    match value:
        case (one, *_) if isinstance(value, tuple):
            return f"a tuple of {type(one).__name__}"
        case [_, *_]:
            return "list"
    return value


def refused_fact(value, limit, says):
    return refused(InvalidTerms, "terms.invalid", value=value, limit=limit, says=says)


# ---- the application


def test_an_application_keeps_the_facts_it_is_given():
    application = an_application()

    assert (application.id, application.borrower) == ("A-1", "B-1")
    assert application.seeks_subsidy
    assert application.counter_guarantee == cny(0)
    assert application.staff is None
    assert hash(application) == hash(an_application())


def test_an_application_cannot_be_edited():
    with pytest.raises(AttributeError):
        an_application().borrower = "B-2"


def test_persons_borrow_alone_or_as_partners_an_enterprise_is_no_person():
    married = an_application(applicants=(a_person(spouse="B-9"),))

    assert married.of_natural_persons
    assert married.spouses == {"B-9"}
    assert married.applying == married.borrowing == {"B-1"}
    assert an_application().spouses == frozenset()
    assert a_partnership().borrowing == {"P-1", "P-2", "P-3"}
    assert not an_enterprise().of_natural_persons
    assert (an_enterprise().applying, an_enterprise().borrowing) == ({"E-1", "L-1"}, {"E-1"})


@pytest.mark.parametrize("field", ["id", "borrower", "prepared_by"])
def test_identities_of_an_application_can_be_stored_and_printed(field):
    with refused(InvalidIdentity, "identity.invalid", value="", limit=64):
        an_application(**{field: ""})


@pytest.mark.parametrize(
    ("fact", "limit", "says"),
    [
        ({"category": "individual"}, "a Category", "the category must be a Category"),
        ({"terms": None}, "a LoanTerms", "the terms must be a LoanTerms, got None"),
        ({"guarantee": "F-01"}, "a Guarantee or None", "the guarantee must be"),
        ({"seeks_subsidy": 1}, "True or False", "the mark of a subsidy must be True or False"),
        ({"staff": 100}, "a Staff or None", "the staff must be"),
        ({"register": date(2024, 1, 1)}, "a Register or None", "the register must be"),
        ({"applicants": [a_person()]}, "a tuple of Applicant", "applicants must be a tuple"),
        ({"applicants": ("B-1",)}, "a tuple of Applicant", "applicants must be a tuple"),
        ({"other_loans": None}, "a tuple of OtherLoan", "other loans must be a tuple"),
        ({"earlier_loans": ("HT-1",)}, "a tuple of EarlierLoan", "earlier loans must be"),
        ({"counter_guarantors": ("G-1",)}, "a tuple of CounterGuarantor", "counter-guarantors"),
        ({"blacklist": ("B-1",)}, "a tuple of BlacklistEntry", "the blacklist must be"),
        ({"statuses": ("retired",)}, "a tuple of ExcludedStatus", "statuses must be"),
        ({"visits": VISIT}, "a tuple of Visit", "visits must be"),
        ({"sign_offs": list(SIGNED)}, "a tuple of SignOff", "signatures must be"),
    ],
)
def test_a_fact_of_another_type_is_refused(fact, limit, says):
    (value,) = fact.values()

    with refused_fact(as_a_refusal_tells(value), limit, says):
        an_application(**fact)


@pytest.mark.parametrize("day", [datetime.fromisoformat("2024-03-04T00:00"), "2024-03-04", None])
def test_an_application_is_received_on_a_plain_date(day):
    with refused(InvalidDate, "periods.invalid_date", value=day, limit="datetime.date"):
        an_application(applied_on=day)


def test_nobody_applies_before_birth():
    born, applied = date(2024, 3, 5), date(2024, 3, 4)

    with refused(InvalidDate, "periods.invalid_date", value=applied, limit=born):
        an_application(applicants=(a_person(born_on=born),))
    an_application(applicants=(a_person(born_on=applied),))


@pytest.mark.parametrize(
    ("applicants", "value"),
    [
        ((), "nobody"),
        ((a_person("B-2"),), "B-2"),
        ((a_person(), a_person("B-2")), "B-1, B-2"),
    ],
)
def test_the_borrower_alone_applies_for_an_individual_loan(applicants, value):
    limit = "the borrower B-1 alone"

    with refused_fact(value, limit, "the applicants of an individual loan must be"):
        an_application(applicants=applicants)


def test_a_partnership_has_partners_and_an_enterprise_may_name_nobody():
    with refused_fact("nobody", "the partners", "the applicants must be the partners"):
        a_partnership(applicants=())
    an_enterprise(applicants=())


@pytest.mark.parametrize(
    ("facts", "value", "says"),
    [
        ({"applicants": (a_person("P-1"),) * 2}, "P-1 2 times", "an applicant must be listed once"),
        ({"counter_guarantors": (a_surety(),) * 2}, "G-1 2 times", "a counter-guarantor must be"),
        (
            {"earlier_loans": (replace(EARLIER, holder="P-1"),) * 3},
            "HT-1 3 times",
            "an earlier loan must be listed once",
        ),
    ],
)
def test_nobody_and_no_earlier_loan_is_listed_twice(facts, value, says):
    with refused_fact(value, "listed once", says):
        a_partnership(**facts)


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"other_loans": (replace(LOAN, holder="X"),)}, "the holder of a loan must be"),
        ({"earlier_loans": (replace(EARLIER, holder="X"),)}, "the holder of a loan must be"),
    ],
)
def test_a_loan_of_somebody_else_would_be_passed_over_and_is_refused(facts, says):
    with refused_fact("X", "one of B-1, S-1", says):
        an_application(applicants=(a_person(spouse="S-1"),), **facts)


def test_a_status_is_that_of_an_applicant():
    with refused_fact("S-1", "one of B-1", "the person of a status must be"):
        an_application(
            applicants=(a_person(spouse="S-1"),), statuses=(replace(RETIRED, person="S-1"),)
        )


def test_a_spouse_may_hold_loans_and_the_blacklist_may_name_anybody():
    an_application(
        applicants=(a_person(spouse="S-1"),),
        other_loans=(replace(LOAN, holder="S-1"),),
        earlier_loans=(replace(EARLIER, holder="S-1"),),
        blacklist=(replace(LISTED, person="Z"),),
    )


def test_the_commercial_part_is_a_part_of_the_principal():
    with refused_fact("200,000.01", "at most 200,000.00", "the commercial part must be at most"):
        with_category(an_application(), commercial_part=cny("200000.01"))
    with_category(an_application(), commercial_part=cny(200_000))


def test_a_counter_guarantee_is_an_amount_of_at_least_nothing():
    with refused_fact(cny("-0.01"), "at least 0.00", "the counter-guarantee must be at least"):
        an_application(counter_guarantee=cny("-0.01"))
    limit = "int, Decimal or str, at most 13 digits and two decimals"
    with refused(InvalidAmount, "money.invalid_amount", value=100, limit=limit):
        an_application(counter_guarantee=100)


# ---- persons


def test_a_citizens_number_is_never_printed():
    number = "990101198001010014"

    assert number not in repr(a_person(id_number=number))
    assert number not in repr(a_surety(id_number=number))
    with refused_fact("int", "a text", "the id number of an applicant must be a text, got int"):
        a_person(id_number=990101198001010014)
    with refused_fact("NoneType", "a text", "the id number of a counter-guarantor must be"):
        a_surety(id_number=None)


@pytest.mark.parametrize("born", [date(1900, 1, 1), date(2100, 12, 31)])
def test_a_person_was_born_in_1900_at_the_earliest(born):
    assert a_person(born_on=born).born_on == born


@pytest.mark.parametrize(
    "born",
    [
        date(1899, 12, 31),
        date(2101, 1, 1),
        datetime.fromisoformat("1980-01-01T00:00"),
        "1980-01-01",
        None,
    ],
)
def test_any_other_birth_is_refused(born):
    says = "the day of birth must be a date of 1900-2100"

    with refused(InvalidDate, "periods.invalid_date", value=born, limit=(1900, 2100), says=says):
        a_person(born_on=born)


def test_nobody_is_married_to_himself():
    with refused_fact("B-1", "another person", "the spouse must be another person"):
        a_person(spouse="B-1")


@pytest.mark.parametrize(
    ("person", "facts"),
    [
        (a_person, {"name": ""}),
        (a_person, {"spouse": " "}),
        (a_person, {"guarantees": ("",)}),
        (a_surety, {"name": ""}),
        (a_surety, {"open_loans": ("",)}),
        (a_surety, {"guarantees": ("",)}),
    ],
)
def test_persons_and_the_loans_around_them_have_identities(person, facts):
    with pytest.raises(InvalidIdentity):
        person(**facts)


@pytest.mark.parametrize(
    ("person", "facts"),
    [
        (a_person, {"guarantees": ["HT-1"]}),
        (a_surety, {"open_loans": "HT-1"}),
        (a_surety, {"guarantees": None}),
    ],
)
def test_the_loans_around_a_person_are_a_tuple(person, facts):
    (value,) = facts.values()

    with refused_fact(as_a_refusal_tells(value), "a tuple of str", "must be a tuple of str"):
        person(**facts)


# ---- loans and lists


def test_a_loan_is_open_from_its_day_until_the_eve_of_its_repayment():
    loan, earlier = replace(LOAN, repaid_on=date(2023, 3, 1)), replace(EARLIER, repaid_on=None)

    days = [date(2023, 1, 9), date(2023, 1, 10), date(2023, 2, 28), date(2023, 3, 1)]
    assert [loan.open_on(day) for day in days] == [False, True, True, False]
    assert LOAN.open_on(date(2099, 1, 1))
    assert not earlier.open_on(date(2020, 1, 9))
    assert earlier.open_on(date(2020, 1, 10))
    assert not EARLIER.open_on(date(2022, 1, 10))


@pytest.mark.parametrize("entry", [LISTED, RETIRED])
def test_a_list_holds_for_both_its_days_or_for_good(entry):
    ended = replace(entry, until=date(2023, 3, 1))

    days = [date(2023, 1, 9), date(2023, 1, 10), date(2023, 3, 1), date(2023, 3, 2)]
    assert [ended.holds_on(day) for day in days] == [False, True, True, False]
    assert entry.holds_on(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("fact", "start", "end"),
    [
        (LOAN, "lent_on", "repaid_on"),
        (EARLIER, "lent_on", "repaid_on"),
        (LISTED, "since", "until"),
        (RETIRED, "since", "until"),
        (Register(opened_on=date(2023, 1, 10)), "opened_on", "closed_on"),
    ],
)
def test_nothing_ends_before_it_began(fact, start, end):
    began = getattr(fact, start)
    before = began.replace(day=began.day - 1)

    with refused(InvalidDate, "periods.invalid_date", value=before, limit=began):
        replace(fact, **{end: before})
    assert getattr(replace(fact, **{end: began}), end) == began
    for field in (start, end):
        with refused(InvalidDate, "periods.invalid_date", value="x", limit="datetime.date"):
            replace(fact, **{field: "x"})


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        (LOAN, "holder"),
        (LOAN, "purpose"),
        (EARLIER, "id"),
        (EARLIER, "holder"),
        (LISTED, "person"),
        (RETIRED, "person"),
        (VISIT.visitors[0], "person"),
        (VISIT.visitors[0], "organization"),
        (SIGNED[0], "person"),
    ],
)
def test_everybody_and_everything_named_has_an_identity(fact, field):
    with refused(InvalidIdentity, "identity.invalid", value="", limit=64):
        replace(fact, **{field: ""})


def test_less_than_nothing_is_not_owed():
    with refused_fact("-0.01", "at least 0.00", "the outstanding amount must be at least 0.00"):
        replace(LOAN, outstanding=cny("-0.01"))
    assert replace(LOAN, outstanding=cny(0)).outstanding == cny(0)


@pytest.mark.parametrize("days", [-1, 36_526, 1.0, True, None])
def test_days_late_are_a_whole_number_within_a_century(days):
    with refused_fact(days, "0-36525", "the days past due must be 0-36525"):
        replace(EARLIER, days_late=days)


def test_a_status_and_a_department_are_no_strings():
    with refused_fact("retired", "a Status", "the status must be a Status"):
        replace(RETIRED, status="retired")
    with refused_fact("bank", "a Department", "the department must be a Department"):
        replace(SIGNED[0], department="bank")


def test_statuses_and_departments_have_chinese_names():
    assert [status.zh for status in Status] == ["财政供养人员", "退休人员"]
    assert [department.zh for department in Department] == ["人社部门", "财政部门", "经办银行"]


# ---- the file


@pytest.mark.parametrize("people", [0, 100_001, 1.0, True, None])
def test_a_staff_is_a_whole_number_of_people(people):
    with refused_fact(people, "1-100000", "the staff must be 1-100000"):
        Staff(people=people, hired_on=())


def test_no_more_were_hired_than_are_there():
    day = date(2024, 1, 2)

    with refused_fact(3, "at most the staff of 2", "the hires must be at most the staff of 2"):
        Staff(people=2, hired_on=(day,) * 3)
    assert Staff(people=2, hired_on=(day,) * 2).hired_on == (day, day)


def test_the_days_of_hiring_are_a_tuple_of_plain_dates():
    noon = datetime.fromisoformat("2024-01-02T00:00")

    with refused_fact([], "a tuple of date", "the days of hiring must be"):
        Staff(people=2, hired_on=[])
    with refused(InvalidDate, "periods.invalid_date", value=noon, limit="datetime.date"):
        Staff(people=2, hired_on=(noon,))


def test_a_visit_is_made_by_somebody_on_a_plain_date():
    with refused_fact("nobody", "one person at least", "the visitors must be one person"):
        Visit(on=date(2024, 3, 8), visitors=())
    with refused_fact("a tuple of str", "a tuple of Visitor", "the visitors must be a tuple"):
        Visit(on=date(2024, 3, 8), visitors=("U-1",))
    with refused(InvalidDate, "periods.invalid_date", value=None, limit="datetime.date"):
        Visit(on=None, visitors=(Visitor(person="U-1", organization="OFFICE"),))


def test_a_signature_is_given_on_a_plain_date():
    with refused(InvalidDate, "periods.invalid_date", value=None, limit="datetime.date"):
        SignOff(department=Department.BANK, person="U-1", on=None)
