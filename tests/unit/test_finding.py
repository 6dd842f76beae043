"""A finding: what was found about what, on one line, and what can be no finding."""

from dataclasses import replace

import pytest

from microloan.errors import InvalidTerms
from microloan.finding import Finding, Severity
from refusals import refused

TOO_OLD = Finding(
    code="admission.too_old",
    severity=Severity.FAULT,
    subject="B-0042",
    sentence="61 years old on 2005-03-01, 60 at most",
    zh="2005-03-01 已满 61 周岁，超过 60 周岁",
    figures=(("age", "61"), ("at most", "60")),
    clause="银发〔2002〕394号: 60 岁以内",
    settle_by="another applicant",
    settle_by_zh="更换申请人",
)


def test_a_finding_is_one_line_with_its_clause_and_what_would_settle_it():
    assert str(TOO_OLD) == (
        "fault: B-0042: 61 years old on 2005-03-01, 60 at most (银发〔2002〕394号: 60 岁以内); "
        "to settle: another applicant"
    )


def test_a_finding_is_one_line_in_chinese_too():
    assert TOO_OLD.in_chinese() == (
        "不合规：B-0042：2005-03-01 已满 61 周岁，超过 60 周岁（银发〔2002〕394号: 60 岁以内）；"
        "处理：更换申请人"
    )


def test_a_finding_without_clause_that_needs_nothing_says_no_more_than_it_has():
    bare = Finding(
        code="admission.partly_subsidized",
        severity=Severity.NOTE,
        subject="A-1",
        sentence="only part is subsidized",
        zh="部分贴息",
    )

    assert str(bare) == "note: A-1: only part is subsidized"
    assert bare.in_chinese() == "提示：A-1：部分贴息"
    assert (bare.figures, bare.clause, bare.settle_by, bare.settle_by_zh) == ((), "", "", "")


def test_a_clause_over_several_lines_is_printed_on_one():
    broken = replace(TOO_OLD, clause="银发〔2002〕394号:\n  60 岁以内", sentence="too\told")

    assert str(broken) == (
        "fault: B-0042: too old (银发〔2002〕394号: 60 岁以内); to settle: another applicant"
    )
    assert broken.in_chinese().count("\n") == 0


def test_figures_given_as_lists_are_kept_as_tuples_of_texts():
    listed = replace(TOO_OLD, figures=[["age", 61], ("at most", "60")])

    assert listed.figures == (("age", "61"), ("at most", "60"))
    assert listed == TOO_OLD
    assert len({listed, TOO_OLD}) == 1


def test_a_finding_cannot_be_edited():
    with pytest.raises(AttributeError):
        TOO_OLD.severity = Severity.NOTE


def test_severities_are_ranked_the_gravest_first():
    ranked = sorted(Severity, key=lambda severity: severity.rank)

    assert ranked == [Severity.FAULT, Severity.QUESTION, Severity.NOTE]
    assert [severity.zh for severity in ranked] == ["不合规", "待核定", "提示"]


@pytest.mark.parametrize(
    "code",
    ["", "too_old", "Admission.too_old", "admission.too old", "admission.", "a.b.c", "k05.x", 7],
)
def test_a_code_has_the_form_of_an_area_and_what_was_found(code):
    limit = "like 'admission.rate_above_cap'"

    with refused(InvalidTerms, "terms.invalid", value=code, limit=limit, says="the code of a"):
        replace(TOO_OLD, code=code)


def test_a_severity_is_no_string():
    with refused(
        InvalidTerms, "terms.invalid", value="fault", limit="a Severity", says="got 'fault'"
    ):
        replace(TOO_OLD, severity="fault")


@pytest.mark.parametrize("field", ["subject", "sentence", "zh"])
@pytest.mark.parametrize("text", ["", "  ", None])
def test_a_finding_is_about_something_and_says_something(field, text):
    with refused(InvalidTerms, "terms.invalid", value=text, limit="a text", says="subject and"):
        replace(TOO_OLD, **{field: text})
