"""What a host hands in to an audit: flat facts, their refusals, and rows that cannot be read."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime

import pytest

from audit_book import FIRST, LIMITS
from microloan import (
    InvalidAmount,
    InvalidDate,
    InvalidIdentity,
    InvalidRate,
    InvalidTerms,
    MicroloanError,
    cny,
    percent,
)
from microloan.checks import (
    Business,
    Check,
    Facts,
    FundFlow,
    LoanFile,
    LoanMarks,
    OutstandingRow,
    OverduePayment,
    PayoutRow,
    Person,
    SubsidyRow,
    Suretyship,
    check_of,
    read_rows,
)
from microloan.errors import InvalidRecord
from microloan.finding import Finding, Severity
from microloan.levels import LevelAmount
from microloan.policy import Level
from refusals import refused
from requesting import HALVES

LATER = date(2024, 3, 21)
PERSON = Person(id="B-1", id_number="990101198001010014", born_on=date(1980, 1, 1), spouse="B-2")
BUSINESS = Business(loan_id="HT-1", holder="B-1", opened_on=FIRST, closed_on=LATER)
FILE = LoanFile(loan_id="HT-1", prepared_by="U-1", decided_on=FIRST, sign_offs=())
ROW = SubsidyRow(
    loan_id="HT-1",
    ref="附表1",
    opens_on=FIRST,
    closes_on=LATER,
    contract=cny(120_000),
    principal=cny(120_000),
    annual_rate=percent("3.95"),
    interest=cny(1_027),
    subsidy=cny("513.50"),
)
BALANCE = OutstandingRow(
    loan_id="HT-1", since=FIRST, until=LATER, opening=cny(0), lent=cny(5), closing=cny(5)
)
FLOW = FundFlow(fund_id="F-01", kind="recovery", amount=cny(5), on=FIRST, ref="追1", loan_id="HT-1")
PAYOUT = PayoutRow(loan_id="HT-1", fund_id="F-01", on=FIRST, ref="代1", principal=cny(5))
OVERDUE = OverduePayment(loan_id="HT-1", on=FIRST, amount=cny(5), ref="还1")
SURETY = Suretyship(person="G-1", loan_id="HT-1")
MARKS = LoanMarks(loan_id="HT-1", phone="P-1")
ALL = (PERSON, BUSINESS, FILE, ROW, BALANCE, FLOW, PAYOUT, OVERDUE, SURETY, MARKS)


@pytest.mark.parametrize("fact", ALL, ids=lambda fact: type(fact).__name__)
def test_a_fact_is_equal_by_content_and_cannot_be_edited(fact):
    field = next(iter(type(fact).__dataclass_fields__))

    assert replace(fact) == fact
    with pytest.raises(FrozenInstanceError):
        setattr(fact, field, "other")


@pytest.mark.parametrize(
    ("fact", "changes", "error"),
    [
        (PERSON, {"id": ""}, InvalidIdentity),
        (PERSON, {"id_number": 990101}, InvalidTerms),
        (PERSON, {"name": None}, InvalidTerms),
        (PERSON, {"spouse": " "}, InvalidIdentity),
        (PERSON, {"spouse": "B-1"}, InvalidTerms),
        (PERSON, {"born_on": datetime(1980, 1, 1, tzinfo=UTC)}, InvalidTerms),
        (PERSON, {"died_on": "2002"}, InvalidTerms),
        (PERSON, {"died_on": date(1979, 12, 31)}, InvalidDate),
        (SURETY, {"person": None}, InvalidIdentity),
        (SURETY, {"loan_id": ""}, InvalidIdentity),
        (BUSINESS, {"loan_id": 7}, InvalidIdentity),
        (BUSINESS, {"holder": None}, InvalidIdentity),
        (BUSINESS, {"opened_on": None}, InvalidDate),
        (BUSINESS, {"closed_on": date(2024, 1, 2)}, InvalidDate),
        (FILE, {"prepared_by": ""}, InvalidIdentity),
        (FILE, {"decided_on": datetime(2024, 1, 3, tzinfo=UTC)}, InvalidDate),
        (FILE, {"sign_offs": []}, InvalidTerms),
        (MARKS, {"loan_id": ""}, InvalidIdentity),
        (MARKS, {"handler": 7}, InvalidIdentity),
        (ROW, {"ref": ""}, InvalidIdentity),
        (ROW, {"closes_on": FIRST}, InvalidTerms),
        (ROW, {"closes_on": date(2024, 1, 2)}, InvalidDate),
        (ROW, {"annual_rate": 0.0395}, InvalidRate),
        (ROW, {"subsidy": cny(-1)}, InvalidTerms),
        (ROW, {"interest": 1_027}, InvalidAmount),
        (ROW, {"levels": (1,)}, InvalidTerms),
        (BALANCE, {"until": date(2024, 1, 2)}, InvalidDate),
        (BALANCE, {"closing": cny(-5)}, InvalidTerms),
        (BALANCE, {"repaid": None}, InvalidAmount),
        (FLOW, {"kind": "Repay"}, InvalidTerms),
        (FLOW, {"amount": cny(0)}, InvalidTerms),
        (FLOW, {"loan_id": None}, InvalidIdentity),
        (FLOW, {"on": 20240103}, InvalidDate),
        (PAYOUT, {"fund_id": ""}, InvalidIdentity),
        (PAYOUT, {"interest": cny(-1)}, InvalidTerms),
        (OVERDUE, {"amount": "5"}, InvalidAmount),
        (OVERDUE, {"amount": cny(-5)}, InvalidTerms),
    ],
)
def test_a_fact_that_could_not_be_is_refused_by_name(fact, changes, error):
    with pytest.raises(MicroloanError) as caught:
        replace(fact, **changes)

    assert type(caught.value) is error
    assert caught.value.zh


def test_a_number_that_is_none_stays_out_of_the_sentence():
    with refused(InvalidTerms, "terms.invalid", value="int", limit="a text"):
        replace(PERSON, id_number=990101198001010014)


@pytest.mark.parametrize(
    "changes",
    [
        {"tolerance": cny(-1)},
        {"unpaid_days": -1},
        {"unpaid_days": True},
        {"cluster_size": 1},
        {"days_between": "30"},
        {"outflows": {"expense"}},
        {"least_age": -1},
        {"least_age": "18"},
        {"outflows": frozenset({"Pay Off"})},
    ],
)
def test_limits_that_no_audit_goes_by_are_refused(changes):
    with pytest.raises(InvalidTerms):
        replace(LIMITS, **changes)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"limits": None}, "Limits"),
        ({"persons": [PERSON]}, "a tuple of Person"),
        ({"blacklist": ("B-1",)}, "a tuple of BlacklistEntry"),
        ({"subsidies": "rows"}, "a tuple of SubsidyRow"),
        ({"stops": {"HT-1": FIRST}}, "SubsidyStop by loan id"),
        ({"stops": ()}, "SubsidyStop by loan id"),
        ({"shares": HALVES.value}, "a Provision of Shares"),
        ({"bad_rows": None}, "a tuple of Finding"),
        ({"arrears": "overdue_part"}, "an ArrearsRule"),
    ],
)
def test_lists_of_something_else_are_refused(changes, what):
    with pytest.raises(InvalidTerms) as caught:
        Facts(**{"limits": LIMITS} | changes)

    assert caught.value.limit == what


def test_levels_of_a_row_are_amounts_of_levels():
    central = LevelAmount(level=Level.CENTRAL, amount_fen=1)

    assert replace(ROW, levels=(central,)).levels == (central,)


def test_every_check_has_a_name_and_makes_findings_of_its_own():
    assert [check.name for check in Check] == [f"K{number:02}" for number in range(1, 26)]
    assert len({check.zh for check in Check}) == 25
    for check in Check:
        found = check.found("odd", of="HT-1", sentence="odd", zh="异常", severity=Severity.NOTE)
        assert (found.code, found.severity) == (f"audit.{check.value}_odd", Severity.NOTE)
        assert check_of(found) is check


def test_a_finding_of_another_area_is_of_no_check():
    other = Finding(
        code="admission.k01_odd", severity=Severity.NOTE, subject="A-1", sentence="odd", zh="异常"
    )

    assert check_of(other) is None


# ---- rows that cannot be read


def a_person_of(row):
    return Person(id=row["id"], spouse=row["spouse"], born_on=date.fromisoformat(row["born"]))


def test_one_bad_row_of_a_thousand_is_named_and_the_others_are_read():
    rows = [{"id": f"B-{n}", "spouse": "", "born": "1980-01-01"} for n in range(1_000)]
    rows[6] = {"id": "B-6", "spouse": " B-9", "born": "1980-01-01"}
    rows[16] = {"id": "B-16", "spouse": ""}
    rows[26] = {"id": "B-26", "spouse": "", "born": "soon"}
    rows[36] = {"id": "B-36", "spouse": "", "born": None}
    rows[46] = 7

    reading = read_rows("人员名册", rows, a_person_of)

    assert len(reading.facts) == 995
    assert [refusal.value for refusal in reading.refused] == [
        "row 7, spouse",
        "row 17, born",
        "row 27, born",
        "row 37, born",
        "row 47, unknown",
    ]
    assert type(reading.refused[0]) is InvalidRecord
    assert str(reading.refused[1]) == "人员名册, row 17, column born: it is missing"
    assert reading.refused[1].zh == "人员名册 第 17 行“born”列：缺失"
    assert [finding.code for finding in reading.findings] == ["audit.bad_row"] * 5
    assert reading.findings[0].figures == (("cell", "row 7, spouse"),)
    assert Facts(limits=LIMITS, persons=reading.facts, bad_rows=reading.findings).bad_rows


def test_a_value_refused_that_stands_in_no_cell_names_no_column():
    reading = read_rows("名册", [{"id": "B-1"}], lambda row: Person(id=row["id"], spouse="B-1"))

    assert reading.refused[0].value == "row 1, id"
    reading = read_rows("名册", [{"id": "B-1"}], lambda row: Person(id=row["id"] + " "))
    assert reading.refused[0].value == "row 1, unknown"


@pytest.mark.parametrize("rows", ["rows", {"id": "B-1"}, 7, None])
def test_rows_that_are_no_rows_are_refused(rows):
    with refused(InvalidTerms, "terms.invalid", value=type(rows).__name__, limit="mappings"):
        read_rows("名册", rows, a_person_of)


def test_a_list_without_a_name_is_refused():
    with pytest.raises(InvalidIdentity):
        read_rows("", [], a_person_of)
