"""Whose a loan is from a day on: an officer's, a district's, a bank's."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from microloan import InvalidDate, InvalidIdentity, InvalidTerms, RefConflict
from microloan.assignment import AssignedTo, Assignment, assigned, assignments_by_loan
from refusals import refused


def given_to(value, on, *, loan_id="HT-1", what=AssignedTo.OFFICER, ref="管1"):
    return Assignment(loan_id=loan_id, what=what, value=value, on=on, ref=ref)


MARCH, JUNE = date(2024, 3, 1), date(2024, 6, 1)
LI, WANG = given_to("李四", MARCH), given_to("王五", JUNE, ref="管2")


def test_a_loan_is_with_the_last_officer_it_was_given_to():
    known = [WANG, LI]  # in any order

    assert assigned(known, "HT-1", AssignedTo.OFFICER, on=date(2024, 2, 29)) == ""
    assert assigned(known, "HT-1", AssignedTo.OFFICER, on=MARCH) == "李四"
    assert assigned(known, "HT-1", AssignedTo.OFFICER, on=date(2024, 5, 31)) == "李四"
    assert assigned(known, "HT-1", AssignedTo.OFFICER, on=JUNE) == "王五"


def test_officers_districts_and_banks_are_apart_and_so_are_loans():
    known = [LI, given_to("茂林镇", MARCH, what=AssignedTo.DISTRICT)]

    assert assigned(known, "HT-1", AssignedTo.DISTRICT, on=JUNE) == "茂林镇"
    assert assigned(known, "HT-1", AssignedTo.LENDER, on=JUNE) == ""
    assert assigned(known, "HT-2", AssignedTo.OFFICER, on=JUNE) == ""


def test_the_same_assignment_twice_is_one():
    assert assignments_by_loan([LI, LI, WANG]) == {"HT-1": [LI, WANG]}


@pytest.mark.parametrize("other", [replace(LI, value="王五"), replace(LI, ref="管9")])
def test_a_loan_goes_to_one_officer_a_day(other):
    with refused(
        RefConflict,
        "ledger.ref_conflict",
        value=(other.value, other.ref),
        limit=("李四", "管1"),
        says="its officer of 2024-03-01 is 李四 by 管1",
    ):
        assigned([LI, other], "HT-1", AssignedTo.OFFICER, on=JUNE)


def test_what_a_loan_is_assigned_to_has_a_chinese_name():
    assert [what.zh for what in AssignedTo] == ["管户人员", "所属片区", "经办银行"]


@pytest.mark.parametrize(
    ("part", "value", "error"),
    [
        ("loan_id", "", InvalidIdentity),
        ("value", None, InvalidIdentity),
        ("value", " 李四", InvalidIdentity),
        ("ref", 1, InvalidIdentity),
        ("what", "officer", InvalidTerms),
        ("on", "2024-03-01", InvalidDate),
        ("on", datetime.fromisoformat("2024-03-01T00:00"), InvalidDate),
        ("on", date(1989, 12, 31), InvalidDate),
    ],
)
def test_an_assignment_names_loan_what_whom_day_and_voucher(part, value, error):
    with pytest.raises(error):
        replace(LI, **{part: value})


def test_only_assignments_are_asked():
    for wrong, name in ((LI, "Assignment"), (None, "NoneType"), (["HT-1"], "str")):
        with refused(InvalidTerms, "terms.invalid", value=name, limit="several Assignment"):
            assigned(wrong, "HT-1", AssignedTo.OFFICER, on=JUNE)
    with pytest.raises(InvalidTerms):
        assigned([LI], "HT-1", "officer", on=JUNE)
    with pytest.raises(InvalidDate):
        assigned([LI], "HT-1", AssignedTo.OFFICER, on="2024-06-01")
