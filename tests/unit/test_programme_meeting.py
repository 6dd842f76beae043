"""The log of joint meetings: who signed, what was decided, what was granted without it."""

from dataclasses import replace
from datetime import date

import pytest

from microloan import InvalidDate, InvalidIdentity, InvalidTerms
from microloan.dossier import Department, SignOff
from microloan.programme import AgendaItem, Matter, Meeting, Ruling, check_meetings

DAY, LATER = date(2011, 3, 10), date(2011, 3, 12)


def signed(department, person="", on=DAY):
    return SignOff(department=department, person=person or f"U-{department.value}", on=on)


def item(ref="SQ-1", ruling=Ruling.APPROVED, matter=Matter.APPLICATION):
    return AgendaItem(matter=matter, ref=ref, ruling=ruling)


ALL_THREE = tuple(map(signed, Department))
MEETING = Meeting(id="M-1", on=DAY, sign_offs=ALL_THREE, agenda=(item(),))


def found(*meetings, granted=("SQ-1",), as_of=LATER):
    return [
        (finding.code.removeprefix("programme."), finding.subject)
        for finding in check_meetings(meetings, granted, as_of=as_of)
    ]


def test_a_meeting_signed_by_three_departments_is_in_order():
    assert found(MEETING) == []
    assert found(MEETING, MEETING) == []


@pytest.mark.parametrize("department", Department)
def test_a_department_that_did_not_sign_is_found(department):
    others = tuple(each for each in ALL_THREE if each.department is not department)

    (finding,) = check_meetings([replace(MEETING, sign_offs=others)], ["SQ-1"], as_of=LATER)
    assert finding.code == "programme.department_missing"
    assert finding.sentence == f"no signature of {department.value} by 2011-03-12"
    assert department.zh in finding.zh


def test_one_person_for_two_departments_and_a_signature_before_the_meeting_are_found():
    one = tuple(signed(department, "U-1") for department in Department)
    early = (signed(Department.BANK, on=date(2011, 3, 9)), *ALL_THREE[:2])

    (finding,) = check_meetings([replace(MEETING, sign_offs=one)], ["SQ-1"], as_of=LATER)
    assert finding.sentence == "U-1 signed for employment, finance, bank"
    assert finding.zh == "U-1 代表多个部门签字：人社部门、财政部门、经办银行"
    assert found(replace(MEETING, sign_offs=early)) == [("signed_before_meeting", "M-1")]


def test_a_signature_after_the_day_of_the_question_is_not_known_yet():
    late = (*ALL_THREE[:2], signed(Department.BANK, on=LATER))

    assert found(replace(MEETING, sign_offs=late)) == []
    assert found(replace(MEETING, sign_offs=late), as_of=DAY) == [("department_missing", "M-1")]
    assert found(MEETING, as_of=date(2011, 3, 9)) == [("not_approved", "SQ-1")]


def test_what_is_decided_twice_is_found_and_what_was_deferred_is_not():
    deferred = replace(MEETING, id="M-0", agenda=(item(ruling=Ruling.DEFERRED),))
    again = replace(MEETING, id="M-2", agenda=(item(ruling=Ruling.REJECTED),))

    assert found(deferred, MEETING) == []
    assert found(MEETING, again) == [("decided_twice", "SQ-1")]


def test_what_was_granted_without_an_approval_is_found():
    rejected = replace(MEETING, agenda=(item(ruling=Ruling.REJECTED),))
    another_matter = replace(MEETING, agenda=(item(matter=Matter.CLAIM),))

    assert found(rejected) == [("not_approved", "SQ-1")]
    assert found(another_matter) == [("not_approved", "SQ-1")]
    assert found(MEETING, granted=("SQ-1", "SQ-2")) == [("not_approved", "SQ-2")]


@pytest.mark.parametrize(
    "bad",
    [
        lambda: item(matter="application"),
        lambda: item(ruling="approved"),
        lambda: replace(MEETING, agenda=()),
        lambda: replace(MEETING, agenda=("SQ-1",)),
        lambda: replace(MEETING, sign_offs=["U-1"]),
        lambda: check_meetings(("M-1",), (), as_of=DAY),
        lambda: check_meetings(None, (), as_of=DAY),
        lambda: check_meetings((), "SQ-1", as_of=DAY),
        lambda: check_meetings((), None, as_of=DAY),
        lambda: check_meetings((MEETING, replace(MEETING, on=LATER)), (), as_of=LATER),
    ],
)
def test_what_is_no_meeting_is_refused(bad):
    with pytest.raises(InvalidTerms):
        bad()


def test_numbers_and_days_are_checked():
    with pytest.raises(InvalidIdentity):
        item(ref="")
    with pytest.raises(InvalidIdentity):
        check_meetings((), ("",), as_of=DAY)
    with pytest.raises(InvalidDate):
        replace(MEETING, on="2011-03-10")
    with pytest.raises(InvalidDate):
        check_meetings((), (), as_of=None)


@pytest.mark.parametrize("member", [*Matter, *Ruling])
def test_every_matter_and_ruling_has_a_chinese_word(member):
    assert member.zh
