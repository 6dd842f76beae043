"""May this loan be granted? Each finding once with figures from paper, and what raises none."""

import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

import microloan.admission
from applications import (
    APPLIED_ON,
    DECIDED_ON,
    PROMISE,
    RULES,
    SIGNED,
    VISIT,
    a_partnership,
    a_person,
    a_surety,
    an_application,
    an_enterprise,
    codes,
    found,
    some_terms,
    with_category,
    with_terms,
)
from microloan import (
    BorrowerKind,
    Category,
    InvalidDate,
    InvalidTerms,
    LowProfit,
    Reference,
    cny,
    percent,
    policy,
)
from microloan.admission import Assessment, Checked, assess
from microloan.dossier import Department, Register, SignOff, Staff, Visit, Visitor
from microloan.finding import Severity
from microloan.party import BlacklistEntry, EarlierLoan, ExcludedStatus, OtherLoan, Status
from refusals import refused

# Whether a text later than 银发〔2002〕394号 has an age limit was not found, so that every
# individual's application since 2016-07-28 has this one question.
NO_AGE = "admission.not_judged"
R2023 = "财金〔2023〕75号"
DAY_2010, DAY_2017 = date(2010, 5, 10), date(2017, 3, 15)
EARLIER = EarlierLoan(
    id="HT-1",
    holder="B-1",
    lent_on=date(2020, 1, 10),
    repaid_on=date(2022, 1, 10),
    days_late=0,
)


def of_2010(**facts):
    """A registered unemployed asks for 50,000 for two years at 8.40 %: 5.40 % and three points."""
    usual = {
        "category": Category(
            kind=BorrowerKind.INDIVIDUAL,
            groups={"registered_unemployed"},
            low_profit=LowProfit.YES,
            reference=Reference.BENCHMARK,
        ),
        "terms": some_terms(
            principal=cny(50_000), annual_rate=percent("8.40"), disbursed_on=DAY_2010
        ),
        "applied_on": date(2010, 5, 4),
        "register": Register(opened_on=date(2009, 5, 10)),
        "visits": (replace(VISIT, on=date(2010, 5, 5)),),
        "sign_offs": tuple(replace(signed, on=date(2010, 5, 6)) for signed in SIGNED),
    }
    return an_application(**usual | facts)


def of_2017(**facts):
    """A graduate asks for 100,000 for three years in March 2017, when no prime rate is known."""
    usual = {
        "category": Category(
            kind=BorrowerKind.INDIVIDUAL,
            groups={"graduate"},
            reference=Reference.LPR_OLD,
            reference_rate=percent("4.30"),
        ),
        "terms": some_terms(
            principal=cny(100_000),
            annual_rate=percent("6.30"),
            disbursed_on=DAY_2017,
            months=36,
        ),
        "applied_on": DAY_2017,
        "register": Register(opened_on=date(2016, 5, 10)),
        "visits": (replace(VISIT, on=DAY_2017),),
        "sign_offs": tuple(replace(signed, on=DAY_2017) for signed in SIGNED),
    }
    return an_application(**usual | facts)


def other(purpose, outstanding=1_000, *, holder="B-1", lent_on=date(2023, 1, 10), repaid_on=None):
    return OtherLoan(
        holder=holder,
        purpose=purpose,
        lent_on=lent_on,
        outstanding=cny(outstanding),
        repaid_on=repaid_on,
    )


def judged(application, on=DECIDED_ON):
    return [checked.what for checked in assess(application, under=RULES, on=on).checked]


def unjudged(application, *, under=RULES, on=DECIDED_ON):
    findings = assess(application, under=under, on=on).findings
    return [dict(found.figures)["rule"] for found in findings if found.code == NO_AGE]


# ---- nothing wrong


def test_a_clean_application_has_the_one_question_that_the_law_leaves_open():
    assessment = assess(an_application(), under=RULES, on=DECIDED_ON)

    assert assessment.admissible
    assert [dict(finding.figures)["rule"] for finding in assessment.findings] == ["age_limit"]
    (question,) = assessment.findings
    assert (question.severity, question.subject) == (Severity.QUESTION, "A-1")
    assert "whether 银发〔2016〕202号 and later texts keep an age limit" in question.sentence
    assert question.zh.startswith("年龄上限无法核定：")
    assert question.settle_by == "an overlay that sets the rule, or a decision of the office"


@pytest.mark.parametrize("application", [an_enterprise(), a_partnership()])
def test_enterprises_and_partnerships_can_be_clean_too(application):
    assert assess(application, under=RULES, on=DECIDED_ON).admissible


def test_an_enterprise_is_asked_neither_for_group_nor_age_nor_loans_of_a_household():
    assert assess(an_enterprise(), under=RULES, on=DECIDED_ON).findings == ()


def test_an_application_of_2010_is_judged_by_the_rules_of_2010():
    # Neither other loans nor the number of loans had a national rule that was read.
    assert unjudged(of_2010(), on=DAY_2010) == ["other_loans", "loans_at_most"]
    assert assess(of_2010(), under=RULES, on=DAY_2010).admissible


def test_an_assessment_lists_what_was_judged_with_its_clause():
    asked = assess(an_application(), under=RULES, on=DECIDED_ON).checked

    assert [checked.what for checked in asked] == [
        *("groups", "statuses", "blacklist", "other_loans", "loans_at_most", "earlier_loans"),
        *("register", "days", "lending_ceiling", "term", "rate_cap", "reference", "subsidy"),
        *("counter_guarantors", "visits", "sign_offs"),
    ]
    clauses = {checked.what: checked.clause for checked in asked}
    assert clauses["groups"].endswith("[local]")
    assert clauses["lending_ceiling"] == (
        "财金〔2023〕75号: 个人最高额度 30 万元；自 2023 年 10 月 1 日起施行"
    )
    assert clauses["visits"] == ""
    assert str(asked[-1]) == "sign_offs: practice of offices"
    assert str(Checked(what="term", clause="x: y")) == "term: x: y"


def test_what_an_enterprise_is_asked():
    assert judged(an_enterprise()) == [
        *("blacklist", "loans_at_most", "earlier_loans", "register", "hired_ratio", "days"),
        *("lending_ceiling", "term", "rate_cap", "reference", "subsidy"),
        *("guarantee_with_subsidy", "counter_guarantors", "visits", "sign_offs"),
    ]


def test_an_assessment_prints_answer_findings_and_what_was_judged():
    assessment = Assessment(
        application="A-1",
        on=DECIDED_ON,
        findings=(
            found("admission.term_too_long", with_terms(an_application(), months=37)),
            found(NO_AGE, an_application()),
        ),
        checked=(Checked(what="term"), Checked(what="visits")),
    )

    first, second, third, last = str(assessment).splitlines()
    assert first == "A-1 on 2024-03-15: not admissible (faults: 1, questions: 1, notes: 0)"
    assert second.startswith("  fault: A-1: a term of 37 months, 36 at most (财金〔2023〕75号: ")
    assert second.endswith("; to settle: a shorter term")
    assert third.startswith("  question: A-1: the age limit could not be judged")
    assert last == "  judged: term, visits"
    first, second, third = assessment.in_chinese().splitlines()
    assert first == "A-1（2024-03-15）：不予准入（不合规 1 项，待核定 1 项，提示 0 项）"
    assert second.startswith("  不合规：A-1：期限 37 个月，最长 36 个月（财金〔2023〕75号")
    assert third.startswith("  待核定：A-1：年龄上限无法核定")
    clean = replace(assessment, findings=(), checked=())
    assert str(clean).startswith("A-1 on 2024-03-15: admissible (faults: 0")
    assert clean.in_chinese() == (
        "A-1（2024-03-15）：可予准入（不合规 0 项，待核定 0 项，提示 0 项）"
    )


def test_the_gravest_findings_come_first():
    application = with_terms(an_application(register=None), months=37)

    findings = assess(application, under=RULES, on=DECIDED_ON).findings
    assert [finding.severity for finding in findings] == [
        Severity.FAULT,
        Severity.QUESTION,
        Severity.NOTE,
    ]


def test_what_is_no_application_and_no_day_is_refused():
    with refused(
        InvalidTerms, "terms.invalid", value="A-1", limit="an Application", says="an application"
    ):
        assess("A-1", under=RULES, on=DECIDED_ON)
    noon = datetime.fromisoformat("2024-03-15T00:00")
    with refused(InvalidDate, "periods.invalid_date", value=noon, limit="datetime.date"):
        assess(an_application(), under=RULES, on=noon)


# ---- the persons


def test_a_person_of_no_group_is_not_lent_to():
    finding = found("admission.no_listed_group", with_category(an_application(), groups=()))

    assert finding.severity is Severity.FAULT
    assert finding.sentence == "in no borrower group of the list; stated: none"
    assert finding.zh == "不属于规定的人员类别；申报类别：无"
    assert dict(finding.figures)["groups"] == "none"
    assert "returning_migrant" in dict(finding.figures)["listed"]
    assert finding.clause.startswith(R2023)


def test_a_local_group_is_a_question_and_no_listed_group():
    local = with_category(an_application(), groups={"渔民", "零就业家庭"})

    assert codes(local) == ["admission.no_listed_group"] + 2 * ["admission.group_not_listed"] + [
        NO_AGE
    ]
    beside = with_category(an_application(), groups={"渔民", "graduate"})
    finding = found("admission.group_not_listed", beside)
    assert codes(beside) == ["admission.group_not_listed", NO_AGE]
    assert finding.severity is Severity.QUESTION
    assert finding.sentence == "the group 渔民 is not in the national list"
    assert finding.zh == "人员类别“渔民”不在国家规定范围内"
    assert finding.settle_by == "an overlay whose list has the group"


def test_where_other_rules_are_not_known_a_local_code_stays_a_local_one():
    # In June 2003 neither the ceiling of partners nor what a counter-guarantee may be is known.
    partners = with_category(a_partnership(), groups={"laid_off", "渔民"})

    assert "admission.group_not_listed" in codes(partners, on=date(2003, 6, 2))


def test_a_code_of_which_another_rule_speaks_is_no_local_one():
    # A credit community need give no counter-guarantee.
    trusted = with_category(an_application(), groups={"graduate", "credit_community"})

    assert codes(trusted) == [NO_AGE]
    local = with_category(an_application(), groups={"credit_community"})
    assert codes(local) == ["admission.no_listed_group", NO_AGE]


OURS = """
[decree]
key = "OURS"
number = "示例市〔2024〕1号"
title = "A made-up city's ceilings"
title_zh = "示例市额度"
issued = 2023-10-01

[[ceiling]]
from = 2024-01-02
kinds = ["individual"]
value = { base = 300_000, groups = { "渔民" = 350_000 } }
reference = { clause = "渔民 35 万元", read_in = "本市" }
evidence = "local"

[[lending_ceiling]]
from = 2023-10-01
kinds = ["individual"]
value = { base = 500_000 }
reference = { clause = "个人贷款最高额度 50 万元", read_in = "本市" }
evidence = "local"
"""


@pytest.fixture
def our_rules(tmp_path):
    """The rules of a city that lends more, and more still to fishermen from 2024-01-02."""
    page = tmp_path / "ours.toml"
    page.write_text(OURS, encoding="utf-8")
    return policy.load("cn", region="central", overlay=page)


def test_a_local_ceiling_makes_its_group_known_on_the_day_of_the_decision(our_rules):
    beside = with_category(an_application(), groups={"graduate", "渔民"})

    assert codes(beside, under=our_rules) == [NO_AGE]
    assert "admission.group_not_listed" in codes(beside, under=our_rules, on=date(2024, 1, 1))


def test_what_is_subsidized_is_that_of_the_day_of_signing(our_rules):
    # 200,000 when it is decided, 300,000 when it is signed.
    october = with_terms(an_application(), principal=cny(400_000), disbursed_on=date(2023, 10, 9))

    finding = found("admission.partly_subsidized", october, under=our_rules, on=date(2023, 9, 28))
    assert finding.sentence == "only 300,000.00 of 400,000.00 are subsidized"


def test_a_group_may_come_and_go_with_the_rules():
    # Shopkeepers hit by the epidemic: from 2020-04-15 to 2020-12-31 only.
    shop = with_category(an_application(), groups={"epidemic_trader"})

    assert "admission.no_listed_group" not in codes(shop, on=date(2020, 12, 31))
    assert "admission.no_listed_group" in codes(shop, on=date(2021, 1, 1))


@pytest.mark.parametrize(
    ("born", "too_old"),
    [
        (date(1950, 5, 10), False),  # sixty on the day
        (date(1949, 5, 11), False),  # sixty-one tomorrow
        (date(1949, 5, 10), True),  # sixty-one on the day
    ],
)
def test_sixty_is_not_too_old_and_the_sixty_first_birthday_is(born, too_old):
    aged = of_2010(applicants=(a_person(born_on=born),))

    assert ("admission.too_old" in codes(aged, on=DAY_2010)) is too_old


def test_too_old_names_the_age_and_the_limit():
    finding = found(
        "admission.too_old", of_2010(applicants=(a_person(born_on=date(1940, 1, 1)),)), on=DAY_2010
    )

    assert (finding.severity, finding.subject) == (Severity.FAULT, "B-1")
    assert finding.sentence == "70 years old on 2010-05-10, 60 at most"
    assert finding.zh == "2010-05-10 已满 70 周岁，超过 60 周岁"
    assert finding.figures == (("age", "70"), ("at most", "60"))
    assert finding.clause == "银发〔2002〕394号: 年龄在 60 岁以内"


def test_each_partner_has_an_age():
    three = a_partnership(
        applicants=(
            a_person("P-1", born_on=date(1940, 1, 1)),
            a_person("P-2"),
            a_person("P-3", born_on=date(1941, 1, 1)),
        )
    )

    findings = assess(three, under=RULES, on=DAY_2010).findings
    assert [found.subject for found in findings if found.code == "admission.too_old"] == [
        "P-1",
        "P-3",
    ]


@pytest.mark.parametrize(
    ("status", "says", "zh"),
    [
        (Status.PUBLIC_PAYROLL, "public payroll since 2020-07-01", "财政供养人员"),
        (Status.RETIRED, "retired since 2020-07-01", "退休人员"),
    ],
)
def test_public_payroll_and_retirement_are_questions_of_local_rules(status, says, zh):
    entry = ExcludedStatus(person="B-1", status=status, since=date(2020, 7, 1))

    finding = found("admission.excluded_status", an_application(statuses=(entry,)))
    assert (finding.severity, finding.subject, finding.clause) == (Severity.QUESTION, "B-1", "")
    assert finding.sentence.startswith(says)
    assert zh in finding.zh
    over = replace(entry, until=date(2024, 3, 14))
    assert codes(an_application(statuses=(over,))) == [NO_AGE]


def test_the_heads_of_a_partnership_are_its_applicants():
    finding = found("admission.heads_differ", with_category(a_partnership(), heads=4))

    assert (finding.severity, finding.subject) == (Severity.FAULT, "A-3")
    assert finding.sentence == "4 heads stated, 3 applicants listed"
    assert finding.zh == "申报合伙人 4 人，列明申请人 3 人"
    assert finding.figures == (("stated", "4"), ("listed", "3"))


def blacklisted(person, **days):
    return BlacklistEntry(person=person, **{"since": date(2023, 6, 1)} | days)


@pytest.mark.parametrize(
    ("person", "role"),
    [("B-1", "借款人"), ("S-1", "配偶"), ("G-1", "反担保人")],
)
def test_borrower_spouse_and_guarantor_are_looked_up_in_the_blacklist(person, role):
    application = an_application(
        applicants=(a_person(spouse="S-1"),),
        counter_guarantors=(a_surety(),),
        blacklist=(blacklisted(person), blacklisted("Z")),
    )

    finding = found("admission.blacklisted", application)
    assert (finding.severity, finding.subject) == (Severity.FAULT, person)
    assert finding.sentence == "on the blacklist since 2023-06-01, for good"
    assert finding.zh == f"{role}自 2023-06-01 起列入黑名单，未定期限"
    assert finding.figures == (("since", "2023-06-01"), ("until", "open"))


@pytest.mark.parametrize(
    ("entry", "stands"),
    [
        (blacklisted("B-1", since=DECIDED_ON), True),
        (blacklisted("B-1", since=date(2024, 3, 16)), False),
        (blacklisted("B-1", until=DECIDED_ON), True),
        (blacklisted("B-1", until=date(2024, 3, 14)), False),
    ],
)
def test_the_blacklist_is_that_of_the_day_of_the_decision(entry, stands):
    application = an_application(blacklist=(entry,))

    assert ("admission.blacklisted" in codes(application)) is stands


def test_an_end_of_the_blacklist_is_named():
    until = blacklisted("P-2", until=date(2025, 5, 31))

    finding = found("admission.blacklisted", a_partnership(blacklist=(until,)))
    assert finding.sentence == "on the blacklist since 2023-06-01, until 2025-05-31"
    assert finding.zh == "申请人自 2023-06-01 起列入黑名单，至 2025-05-31"


def test_the_blacklist_of_an_enterprise_knows_it_and_its_representative():
    both = an_enterprise(blacklist=(blacklisted("E-1"), blacklisted("L-1")))

    subjects = [finding.subject for finding in assess(both, under=RULES, on=DECIDED_ON).findings]
    assert subjects == ["E-1", "L-1"]


@pytest.mark.parametrize(
    ("number", "fault", "zh"),
    [
        ("990101198001010015", "checksum", "身份证号有误：校验码有误"),
        ("9901011980010100", "form", "身份证号有误：位数或字符有误"),
        ("990101198013010014", "birth", "身份证号有误：出生日期有误"),
    ],
)
def test_an_id_number_that_cannot_exist_is_found_and_not_printed(number, fault, zh):
    application = an_application(applicants=(a_person(id_number=number),))

    finding = found("admission.id_number", application)
    assert (finding.severity, finding.subject) == (Severity.FAULT, "B-1")
    assert finding.sentence == (f"the id number fails the test of form, birth or checksum: {fault}")
    assert finding.zh == zh
    assert number not in f"{finding!r}"


def test_an_id_number_states_the_day_of_birth():
    # 990101198001010014 is right in itself; it was born on 1980-01-01.
    number = "990101198001010014"
    right = an_application(applicants=(a_person(id_number=number),))
    wrong = an_application(applicants=(a_person(born_on=date(1980, 1, 2), id_number=number),))

    assert codes(right) == [NO_AGE]
    assert "id_numbers" in judged(right)
    assert "id_numbers" not in judged(an_application())
    finding = found("admission.id_number", wrong)
    assert finding.sentence == (
        "the id number fails the test of day of birth: "
        "born on 1980-01-02, by the number on 1980-01-01"
    )
    assert finding.zh == "身份证号有误：出生日期 1980-01-02 与证件号所载 1980-01-01 不符"


def test_one_number_belongs_to_one_person():
    number = "990101198001010014"
    borrower = a_person(id_number=number)
    other_name = an_application(
        applicants=(borrower,), counter_guarantors=(a_surety(id_number=number),)
    )

    finding = found("admission.id_number", other_name)
    assert (finding.subject, finding.zh) == ("B-1", "身份证号有误：同一证件号对应多人：B-1, G-1")
    assert finding.sentence.endswith("one number, one person: shared by B-1, G-1")
    same = an_enterprise(
        applicants=(replace(borrower, id="L-1"),),
        counter_guarantors=(a_surety("L-1", id_number=number),),
    )
    assert codes(same) == []


def test_a_counter_guarantors_number_is_tested_without_a_birth():
    fine = an_application(counter_guarantors=(a_surety(id_number="99010119800101009X"),))
    wrong = an_application(counter_guarantors=(a_surety(id_number="990101198001010092"),))

    assert codes(fine) == [NO_AGE]
    assert found("admission.id_number", wrong).subject == "G-1"


# ---- loans elsewhere and before


def test_another_loan_open_when_applying_stands_in_the_way():
    finding = found("admission.other_loan", an_application(other_loans=(other("trade", 30_000),)))

    assert (finding.severity, finding.subject) == (Severity.FAULT, "B-1")
    assert finding.sentence == (
        "another loan, trade, lent on 2023-01-10, open when applying: 30,000.00 outstanding"
    )
    assert finding.zh == ("申请时有其他贷款（trade，2023-01-10 发放）：余额 30,000.00 元")
    assert finding.clause.startswith(R2023)
    assert (finding.settle_by, finding.settle_by_zh) == (
        "repay it before applying",
        "结清后再申请",
    )
    assert dict(finding.figures)["owed"] == "30,000.00 outstanding"


@pytest.mark.parametrize("purpose", ["student", "poverty_relief", "first_home", "home", "car"])
def test_some_purposes_do_not_count(purpose):
    assert codes(an_application(other_loans=(other(purpose, 500_000),))) == [NO_AGE]


@pytest.mark.parametrize(
    ("days", "counts"),
    [
        ({"lent_on": APPLIED_ON}, True),
        ({"lent_on": date(2024, 3, 5)}, False),  # after applying
        ({"repaid_on": APPLIED_ON}, False),
        ({"repaid_on": date(2024, 3, 5)}, True),
    ],
)
def test_a_loan_counts_that_is_open_at_the_end_of_the_day_of_applying(days, counts):
    application = an_application(other_loans=(other("trade", **days),))

    assert ("admission.other_loan" in codes(application)) is counts


def test_a_loan_of_the_spouse_counts_like_one_of_the_borrower():
    application = an_application(
        applicants=(a_person(spouse="S-1"),), other_loans=(other("trade", holder="S-1"),)
    )

    assert found("admission.other_loan", application).subject == "S-1"


def test_a_loan_of_the_programme_is_another_loan_where_the_spouse_has_it():
    spouse = replace(EARLIER, holder="S-1", repaid_on=None, days_late=9)
    application = an_application(applicants=(a_person(spouse="S-1"),), earlier_loans=(spouse,))

    assert codes(application) == ["admission.other_loan", NO_AGE]
    finding = found("admission.other_loan", application)
    assert finding.sentence == (
        "another loan, programme, lent on 2020-01-10, open when applying: HT-1"
    )
    over = replace(application, earlier_loans=(replace(spouse, repaid_on=APPLIED_ON),))
    assert codes(over) == [NO_AGE]


@pytest.mark.parametrize(
    ("owed", "passes"),
    [
        ((50_000,), True),
        (("50000.01",), False),
        ((20_000, 30_000), True),
        ((20_000, 30_001), False),
    ],
)
def test_consumer_loans_are_let_pass_up_to_50_000_in_sum(owed, passes):
    application = an_application(other_loans=tuple(other("consumer", each) for each in owed))

    assert ("admission.consumer_loans" not in codes(application)) is passes


def test_consumer_loans_of_a_couple_are_added_up():
    application = an_application(
        applicants=(a_person(spouse="S-1"),),
        other_loans=(other("consumer", 30_000), other("consumer", 25_000, holder="S-1")),
    )

    finding = found("admission.consumer_loans", application)
    assert (finding.severity, finding.subject) == (Severity.FAULT, "B-1")
    assert finding.sentence == "consumer loans of 55,000.00, 50,000.00 at most are let pass"
    assert finding.zh == "消费贷款合计 55,000.00 元，超过 50,000.00 元"
    assert finding.figures == (("consumer loans", "55,000.00"), ("at most", "50,000.00"))


def test_consumer_loans_that_are_repaid_are_not_added_up():
    repaid = other("consumer", 50_001, repaid_on=APPLIED_ON)

    assert codes(an_application(other_loans=(repaid, other("consumer", 50_000)))) == [NO_AGE]


def test_a_household_of_two_partners_is_one_household():
    couple = a_partnership(
        applicants=(a_person("P-1", spouse="P-2"), a_person("P-2", spouse="P-1"), a_person("P-3")),
        other_loans=(
            other("consumer", 50_000, holder="P-1"),
            other("consumer", 1, holder="P-2"),
            other("consumer", 50_000, holder="P-3"),
        ),
    )

    assert found("admission.consumer_loans", couple).subject == "P-1"


def test_from_2016_to_2018_the_household_had_no_bank_loan_for_five_years():
    # Five years before 2017-03-15 is 2012-03-15, that day inside.
    inside = other("trade", 0, lent_on=date(2010, 1, 1), repaid_on=date(2012, 3, 15))
    outside = other("trade", 0, lent_on=date(2010, 1, 1), repaid_on=date(2012, 3, 14))
    later = other("trade", lent_on=date(2017, 3, 16))

    finding = found("admission.other_loan", of_2017(other_loans=(inside,)), on=DAY_2017)
    assert finding.sentence == (
        "another loan, trade, lent on 2010-01-01, within 5 years before applying: 0.00 outstanding"
    )
    assert finding.zh.startswith("申请前 5 年内有其他贷款（trade，2010-01-01 发放）")
    assert finding.clause.startswith("财金〔2016〕85号")
    assert finding.settle_by == "wait until the years are over"
    assert finding.settle_by_zh == "满年限后再申请"
    same_day = of_2017(other_loans=(other("trade", lent_on=DAY_2017),))
    assert "admission.other_loan" in codes(same_day, on=DAY_2017)
    clean = of_2017(other_loans=(outside, later))
    assert "admission.other_loan" not in codes(clean, on=DAY_2017)


def test_from_2016_to_2018_consumer_loans_counted_like_any_other():
    small = of_2017(other_loans=(other("consumer", 1, lent_on=date(2016, 1, 1)),))

    assert "admission.other_loan" in codes(small, on=DAY_2017)
    assert "admission.consumer_loans" not in codes(small, on=DAY_2017)


def test_loans_of_an_enterprises_representative_are_not_asked_for():
    application = an_enterprise(other_loans=(other("trade", holder="L-1"),))

    assert codes(application) == []
    assert "other_loans" not in judged(application)


def earlier(count, **facts):
    return tuple(replace(EARLIER, id=f"HT-{number}", **facts) for number in range(count))


def test_three_loans_are_lent_and_no_fourth():
    third = with_category(an_application(earlier_loans=earlier(2)), loan_number=3)
    fourth = with_category(an_application(earlier_loans=earlier(3)), loan_number=4)

    assert codes(third) == [NO_AGE]
    assert codes(fourth) == ["admission.too_many_loans", NO_AGE]
    finding = found("admission.too_many_loans", fourth)
    assert (finding.severity, finding.subject) == (Severity.FAULT, "B-1")
    assert finding.sentence == "this would be loan 4, 3 at most"
    assert finding.zh == "本次为第 4 笔，累计不得超过 3 笔"
    assert finding.clause.startswith(R2023)


@pytest.mark.parametrize(
    ("stated", "listed", "expected"),
    [
        (1, 3, ["admission.too_many_loans", "admission.loan_number_differs", NO_AGE]),
        (4, 0, ["admission.too_many_loans", "admission.loan_number_differs", NO_AGE]),
        (2, 0, ["admission.loan_number_differs", NO_AGE]),
    ],
)
def test_the_number_stated_and_the_loans_listed_must_agree(stated, listed, expected):
    application = with_category(an_application(earlier_loans=earlier(listed)), loan_number=stated)

    assert codes(application) == expected
    finding = found("admission.loan_number_differs", application)
    assert finding.severity is Severity.FAULT
    assert finding.figures == (("stated", f"{stated}"), ("counted", f"{listed + 1}"))
    assert finding.sentence == (
        f"stated as loan {stated}; by the earlier loans listed it is loan {listed + 1}"
    )


def test_the_partner_who_has_had_most_loans_counts():
    application = a_partnership(
        earlier_loans=(
            replace(EARLIER, id="HT-1", holder="P-1"),
            replace(EARLIER, id="HT-2", holder="P-2"),
            replace(EARLIER, id="HT-3", holder="P-2"),
        )
    )

    assert codes(with_category(application, loan_number=3)) == [NO_AGE]


def test_loans_of_a_spouse_and_of_a_representative_are_not_counted():
    married = an_application(
        applicants=(a_person(spouse="S-1"),), earlier_loans=earlier(3, holder="S-1")
    )

    assert codes(married) == [NO_AGE]
    assert codes(an_enterprise(earlier_loans=earlier(3, holder="L-1"))) == []


def test_a_loan_lent_after_the_decision_is_not_known_yet():
    application = an_application(
        earlier_loans=earlier(1, lent_on=date(2024, 3, 16), repaid_on=None, days_late=3)
    )

    assert codes(application) == [NO_AGE]
    next_day = codes(application, on=date(2024, 3, 16))
    for code in (
        "admission.loan_number_differs",
        "admission.earlier_loan_open",
        "admission.earlier_loan_late",
    ):
        assert code in next_day


def test_an_earlier_loan_is_repaid_before_the_next_is_granted():
    still = with_category(an_application(earlier_loans=earlier(1, repaid_on=None)), loan_number=2)
    on_the_day = replace(still, earlier_loans=earlier(1, repaid_on=DECIDED_ON))

    finding = found("admission.earlier_loan_open", still)
    assert (finding.severity, finding.subject) == (Severity.FAULT, "HT-0")
    assert finding.sentence == "lent to B-1 on 2020-01-10, not repaid on 2024-03-15"
    assert finding.zh == "B-1 于 2020-01-10 取得的贷款至 2024-03-15 尚未还清"
    assert codes(on_the_day) == [NO_AGE]


def test_a_representatives_own_open_loan_is_found_too():
    application = an_enterprise(earlier_loans=earlier(1, holder="L-1", repaid_on=None))

    assert codes(application) == ["admission.earlier_loan_open"]


def test_an_earlier_loan_that_was_late_is_a_question():
    late = with_category(an_application(earlier_loans=earlier(1, days_late=1)), loan_number=2)

    finding = found("admission.earlier_loan_late", late)
    assert (finding.severity, finding.subject) == (Severity.QUESTION, "HT-0")
    assert finding.sentence == "an earlier loan was late, days past due at worst: 1"
    assert finding.zh == "B-1 以往贷款最长逾期 1 天"
    assert finding.figures == (("days late", "1"), ("holder", "B-1"))


# ---- the business


def test_a_business_deregistered_by_the_day_of_the_decision_is_found():
    closed = Register(opened_on=date(2022, 5, 10), closed_on=DECIDED_ON)

    finding = found("admission.business_closed", an_application(register=closed))
    assert (finding.severity, finding.subject) == (Severity.FAULT, "B-1")
    assert finding.sentence == "the business was deregistered on 2024-03-15, decided on 2024-03-15"
    assert finding.zh == "经营主体已于 2024-03-15 注销，审定日为 2024-03-15"
    assert finding.figures == (
        ("opened on", "2022-05-10"),
        ("closed on", "2024-03-15"),
        ("decided on", "2024-03-15"),
    )
    still = replace(closed, closed_on=date(2024, 3, 16))
    assert codes(an_application(register=still)) == [NO_AGE]


def test_a_business_registered_after_the_decision_is_found():
    finding = found(
        "admission.business_not_open",
        an_application(register=Register(opened_on=date(2024, 3, 16))),
    )

    assert finding.severity is Severity.FAULT
    assert finding.sentence == "the business was registered on 2024-03-16, decided on 2024-03-15"
    assert finding.zh == "经营主体登记日 2024-03-16 晚于审定日 2024-03-15"
    assert codes(an_application(register=Register(opened_on=DECIDED_ON))) == [NO_AGE]


def test_no_register_entry_is_a_fault_of_an_enterprise_and_a_note_of_a_person():
    person = found("admission.register_missing", an_application(register=None))
    enterprise = found("admission.register_missing", an_enterprise(register=None))

    assert (person.severity, enterprise.severity) == (Severity.NOTE, Severity.FAULT)
    assert person.sentence == "no register entry of the business was looked up"
    assert person.figures == (("decided on", "2024-03-15"),)


@pytest.mark.parametrize(
    ("people", "hired", "enough"),
    [(100, 10, True), (100, 9, False), (101, 6, True), (101, 5, False)],
)
def test_a_hundred_people_need_ten_hires_and_a_hundred_and_one_need_six(people, hired, enough):
    staff = Staff(people=people, hired_on=(date(2023, 6, 1),) * hired)

    assert ("admission.too_few_hires" not in codes(an_enterprise(staff=staff))) is enough


def test_too_few_hires_name_staff_hires_and_what_is_needed():
    staff = Staff(people=101, hired_on=(date(2023, 6, 1),) * 5)

    finding = found("admission.too_few_hires", an_enterprise(staff=staff))
    assert (finding.severity, finding.subject) == (Severity.FAULT, "E-1")
    assert finding.sentence == (
        "5 hired within 12 months before applying of a staff of 101, 6 at least"
    )
    assert finding.zh == "在职职工 101 人，申请前 12 个月内新招用 5 人，至少应为 6 人"
    assert finding.figures == (("staff", "101"), ("hired", "5"), ("at least", "6"))
    assert finding.clause.startswith(R2023)


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2023, 3, 4), True),  # twelve months before 2024-03-04, that day inside
        (date(2023, 3, 3), False),
        (APPLIED_ON, True),
        (date(2024, 3, 5), False),
    ],
)
def test_a_hire_counts_that_was_made_in_the_twelve_months_before_applying(day, counts):
    application = an_enterprise(staff=Staff(people=10, hired_on=(day,)))

    assert ("admission.too_few_hires" not in codes(application)) is counts


def test_before_the_window_was_written_down_every_hire_listed_counts():
    # From 2020-04-15: 15 % of 100 people are 15.
    staff = Staff(people=100, hired_on=(date(2010, 1, 1),) * 14)
    few = an_enterprise(applied_on=date(2023, 9, 1), staff=staff)

    finding = found("admission.too_few_hires", few, on=date(2023, 9, 30))
    assert finding.sentence == "14 hired of a staff of 100, 15 at least"
    assert finding.zh == "在职职工 100 人，新招用 14 人，至少应为 15 人"
    enough = replace(few, staff=replace(staff, hired_on=(date(2010, 1, 1),) * 15))
    assert "admission.too_few_hires" not in codes(enough, on=date(2023, 9, 30))


def test_a_staff_that_was_not_counted_is_a_fault():
    finding = found("admission.staff_missing", an_enterprise(staff=None))

    assert (finding.severity, finding.subject) == (Severity.FAULT, "E-1")
    assert finding.zh == "未核实在职职工人数"
    assert "admission.staff_missing" not in codes(an_application(staff=None))


# ---- the contract


def test_decided_after_applying_and_signed_after_deciding():
    early = an_application(applied_on=date(2024, 3, 16))
    late = with_terms(an_application(), disbursed_on=date(2024, 3, 14))

    before = found("admission.decided_before_applied", early)
    assert (before.severity, before.subject) == (Severity.FAULT, "A-1")
    assert before.sentence == "decided on 2024-03-15, applied for on 2024-03-16"
    assert before.zh == "审定日 2024-03-15 早于申请日 2024-03-16"
    signed = found("admission.signed_before_decided", late)
    assert signed.severity is Severity.FAULT
    assert signed.sentence == "signed on 2024-03-14, decided on 2024-03-15"
    assert signed.zh == "签约日 2024-03-14 早于审定日 2024-03-15"
    assert signed.figures == (
        ("applied on", "2024-03-04"),
        ("decided on", "2024-03-15"),
        ("signed on", "2024-03-14"),
    )
    all_on_one_day = an_application(applied_on=DECIDED_ON, visits=(replace(VISIT, on=DECIDED_ON),))
    one_day = replace(
        all_on_one_day, sign_offs=tuple(replace(each, on=DECIDED_ON) for each in SIGNED)
    )
    assert codes(one_day) == [NO_AGE]


@pytest.mark.parametrize(
    ("application", "most"),
    [
        (an_application(), "300,000.00"),
        (an_enterprise(), "4,000,000.00"),
        # 3 heads × 300,000 × 110 %
        (a_partnership(), "990,000.00"),
    ],
)
def test_the_ceiling_itself_is_lent_and_a_fen_more_is_not(application, most):
    ceiling = cny(most.replace(",", ""))

    assert "admission.above_ceiling" not in codes(with_terms(application, principal=ceiling))
    above = with_terms(application, principal=ceiling + cny("0.01"))
    finding = found("admission.above_ceiling", above)
    assert (finding.severity, finding.subject) == (Severity.FAULT, application.id)
    assert dict(finding.figures)["at most"] == most
    assert dict(finding.figures)["above"] == "0.01"


def test_thirteen_partners_borrow_no_more_than_an_enterprise():
    # 13 × 300,000 × 110 % would be 4,290,000.
    partners = tuple(a_person(f"P-{number}") for number in range(1, 14))
    many = with_category(a_partnership(), heads=13)
    many = replace(many, applicants=partners)

    most = with_terms(many, principal=cny(4_000_000))
    assert codes(most) == [NO_AGE]
    finding = found("admission.above_ceiling", with_terms(many, principal=cny(4_000_001)))
    assert finding.sentence == "4,000,001.00 without the commercial part, 4,000,000.00 at most"


def test_what_lies_above_the_ceiling_may_be_the_commercial_part():
    application = with_terms(an_application(), principal=cny(500_000))

    finding = found("admission.above_ceiling", with_category(application))
    assert finding.sentence == "500,000.00 without the commercial part, 300,000.00 at most"
    assert finding.zh == "扣除商业贷款部分后为 500,000.00 元，超过额度 300,000.00 元"
    assert finding.settle_by == (
        "lend 200,000.00 less, or lend 200,000.00 more of it as the commercial part"
    )
    assert finding.clause.startswith(R2023)
    split = with_category(application, commercial_part=cny(200_000))
    assert codes(split) == [NO_AGE]


def test_a_group_may_open_a_higher_ceiling():
    # Since 2009: 80,000 for women, 50,000 for others.
    more = with_terms(of_2010(), principal=cny(80_000))
    woman = with_category(more, groups={"registered_unemployed", "women"})

    assert "admission.above_ceiling" in codes(more, on=DAY_2010)
    assert "admission.above_ceiling" not in codes(woman, on=DAY_2010)


def test_a_province_may_lend_more_than_is_subsidized():
    sichuan = policy.load("cn", region="west", overlay="sichuan2025")
    day = date(2025, 6, 20)
    # The one-year prime rate of 2025-05-20 is 3.00 %, and 1.50 points may be added.
    terms = some_terms(principal=cny(500_000), annual_rate=percent("4.50"), disbursed_on=day)
    application = an_application(terms=terms)

    finding = found("admission.partly_subsidized", application, under=sichuan, on=day)
    assert (finding.severity, finding.settle_by) == (Severity.NOTE, "")
    assert finding.sentence == "only 300,000.00 of 500,000.00 are subsidized"
    assert finding.zh == "500,000.00 元中仅 300,000.00 元可予贴息"
    assert finding.clause.startswith("川财金〔2025〕30号")
    assert codes(application, under=sichuan, on=day) == [NO_AGE, "admission.partly_subsidized"]
    for clean in (
        replace(application, seeks_subsidy=False),
        with_terms(application, principal=cny(300_000)),
    ):
        assert codes(clean, under=sichuan, on=day) == [NO_AGE]
    above = with_terms(application, principal=cny(500_001))
    assert "admission.above_ceiling" in codes(above, under=sichuan, on=day)


@pytest.mark.parametrize(
    ("application", "longest"), [(an_application(), 36), (an_enterprise(), 24)]
)
def test_the_longest_term_is_lent_and_a_month_more_is_not(application, longest):
    assert "admission.term_too_long" not in codes(with_terms(application, months=longest))
    longer = with_terms(application, months=longest + 1)
    finding = found("admission.term_too_long", longer)
    assert finding.severity is Severity.FAULT
    assert finding.sentence == f"a term of {longest + 1} months, {longest} at most"
    assert finding.zh == f"期限 {longest + 1} 个月，最长 {longest} 个月"
    assert finding.figures == (("months", f"{longest + 1}"), ("at most", f"{longest}"))


def test_the_cap_itself_is_a_rate_and_a_basis_point_more_is_above_it():
    finding = found(
        "admission.rate_above_cap", with_terms(an_application(), annual_rate=percent("4.96"))
    )

    assert (finding.severity, finding.subject) == (Severity.FAULT, "A-1")
    assert finding.sentence == "a rate of 4.96 %, the cap is 4.95 %"
    assert finding.zh == "利率 4.96 % 超过上限 4.95 %"
    assert finding.figures == (("rate", "4.96 %"), ("cap", "4.95 %"))
    assert finding.clause.startswith(R2023)


@pytest.mark.parametrize(
    ("region", "poor_area", "cap"),
    [("east", False, "3.95"), ("central", False, "4.95"), ("west", True, "5.95")],
)
def test_the_cap_depends_on_the_place(region, poor_area, cap):
    # 3.45 % and half a point in the east, a point and a half in the center, two and a half for
    # poor areas.
    rules = policy.load("cn", region=region, poor_area=poor_area)
    at_cap = with_terms(an_application(), annual_rate=percent(cap))
    above = with_terms(an_application(), annual_rate=percent(cap) + percent("0.01"))

    assert "admission.rate_above_cap" not in codes(at_cap, under=rules)
    assert "admission.rate_above_cap" in codes(above, under=rules)


def test_a_rate_of_an_enterprise_was_freely_agreed_until_2020():
    day = date(2019, 12, 20)
    free = an_enterprise(
        terms=some_terms(annual_rate=percent(18), disbursed_on=day), applied_on=day
    )
    free = with_category(free, reference=Reference.BENCHMARK)

    assert "admission.rate_above_cap" not in codes(free, on=day)
    assert "admission.reference_not_allowed" not in codes(free, on=day)


def test_from_2015_to_2016_a_rate_above_the_cap_was_the_borrowers_affair():
    # The prime rate of 2015-05-20 was 5.05 %; three points more are 8.05 %.
    day = date(2015, 5, 20)
    dear = with_category(
        with_terms(of_2010(), annual_rate=percent("8.06"), disbursed_on=day),
        reference=Reference.LPR_OLD,
    )

    finding = found("admission.rate_above_cap", dear, on=day)
    assert finding.severity is Severity.NOTE
    assert finding.sentence == (
        "a rate of 8.06 %, the cap is 8.05 %; what lies above is the borrower's"
    )
    assert finding.zh == "利率 8.06 % 超过上限 8.05 %；超出部分由借款人承担"


def test_a_cap_that_cannot_be_computed_says_why():
    # The old prime rate of March 2017 was not read; a contract that states it can be judged.
    stated = of_2017()
    silent = with_category(stated, reference_rate=None)

    assert unjudged(stated, on=DAY_2017) == ["age_limit", "loans_at_most"]
    assert unjudged(silent, on=DAY_2017) == ["age_limit", "loans_at_most", "rate_cap"]
    (_, _, finding) = assess(silent, under=RULES, on=DAY_2017).findings
    assert finding.sentence.startswith("the rate cap could not be judged: ")
    assert finding.zh.startswith("利率上限无法核定：")
    assert finding.settle_by == (
        "the reference rate stated in the category, or an overlay that sets the rule"
    )
    assert "rate_cap" not in judged(silent, on=DAY_2017)
    dear = with_terms(stated, annual_rate=percent("6.31"))
    assert "admission.rate_above_cap" in codes(dear, on=DAY_2017)


def test_a_longer_loan_names_its_reference():
    silent = with_category(an_application(), reference=None)

    finding = found("admission.fact_missing", silent)
    assert (finding.severity, finding.subject) == (Severity.FAULT, "A-1")
    assert finding.sentence == (
        "the rate cap could not be judged: a loan of 24 months must name its reference rate"
    )
    assert finding.zh.startswith("利率上限无法核定：期限 24 个月的贷款须载明参考利率")
    assert dict(finding.figures)["rule"] == "rate_cap"
    assert finding.settle_by == "state it in the category"
    assert "reference" not in judged(silent)
    assert codes(with_terms(silent, months=12)) == [NO_AGE]


def test_a_reference_that_the_rule_does_not_know_is_found():
    benchmark = with_category(
        with_terms(an_application(), months=12), reference=Reference.BENCHMARK
    )

    finding = found("admission.reference_not_allowed", benchmark)
    assert finding.severity is Severity.FAULT
    assert finding.sentence == "the contract names benchmark; the rule knows lpr_1y, lpr_5y"
    assert finding.zh == "合同载明的参考利率为 benchmark，规定为 lpr_1y, lpr_5y"
    assert finding.figures == (("named", "benchmark"), ("allowed", "lpr_1y, lpr_5y"))
    assert codes(with_category(an_application(), reference=Reference.LPR_5Y)) == [NO_AGE]


def test_a_trade_is_stated_where_the_subsidy_depends_on_it():
    silent = with_category(of_2010(), low_profit=LowProfit.NOT_STATED)

    finding = found("admission.fact_missing", silent, on=DAY_2010)
    assert finding.sentence == (
        "the subsidy could not be judged: 财金〔2009〕72号 asks for whether the trade is a "
        "low-profit one, which the category does not state"
    )
    assert dict(finding.figures)["rule"] == "subsidy"
    for clean in (
        replace(silent, seeks_subsidy=False),
        with_category(silent, low_profit=LowProfit.NO),
    ):
        assert "admission.fact_missing" not in codes(clean, on=DAY_2010)


def test_a_trade_whose_interest_nobody_bears_is_a_note():
    other_trade = with_category(of_2010(), low_profit=LowProfit.NO)

    finding = found("admission.no_subsidy", other_trade, on=DAY_2010)
    assert (finding.severity, finding.subject) == (Severity.NOTE, "A-1")
    assert finding.zh == "申请贴息，但该人员类别或项目不予贴息"
    assert finding.clause.startswith("财金〔2009〕72号")
    for clean in (of_2010(), replace(other_trade, seeks_subsidy=False)):
        assert "admission.no_subsidy" not in codes(clean, on=DAY_2010)


def of_2017_enterprise(**facts):
    return an_enterprise(
        **{
            "terms": some_terms(principal=cny(2_000_000), disbursed_on=DAY_2017),
            "applied_on": DAY_2017,
            "staff": Staff(people=10, hired_on=(date(2017, 1, 3),) * 3),
        }
        | facts
    )


def test_until_2018_an_enterprise_had_the_guarantee_or_the_subsidy():
    both = of_2017_enterprise()

    finding = found("admission.guarantee_and_subsidy", both, on=DAY_2017)
    assert (finding.severity, finding.subject) == (Severity.FAULT, "A-2")
    assert finding.zh == "小微企业贷款同时申请担保与贴息，只能择一"
    assert finding.clause.startswith("银发〔2006〕5号")
    for one in (replace(both, guarantee=None), replace(both, seeks_subsidy=False)):
        assert "admission.guarantee_and_subsidy" not in codes(one, on=DAY_2017)
    assert "admission.guarantee_and_subsidy" not in codes(of_2017(), on=DAY_2017)
    assert "admission.guarantee_and_subsidy" not in codes(an_enterprise(guarantee=PROMISE))


# ---- the counter-guarantee


def test_who_stands_surety_does_not_borrow():
    application = an_application(applicants=(a_person(guarantees=("HT-7", "HT-8")),))

    finding = found("admission.applicant_guarantees", application)
    assert (finding.severity, finding.subject, finding.clause) == (Severity.FAULT, "B-1", "")
    assert finding.sentence == "stands surety for open loans: HT-7, HT-8"
    assert finding.zh == "正在为未结清贷款提供反担保：HT-7, HT-8"


@pytest.mark.parametrize(
    ("surety", "code", "says"),
    [
        (
            a_surety(open_loans=("HT-7",)),
            "admission.counter_guarantor_owes",
            "the counter-guarantor has open loans of the programme: HT-7",
        ),
        (
            a_surety(guarantees=("HT-7", "HT-8")),
            "admission.counter_guarantor_engaged",
            "the counter-guarantor already stands surety for HT-7, HT-8",
        ),
        (
            a_surety("B-1"),
            "admission.counter_guarantor_borrows",
            "the counter-guarantor is the borrower, a partner or a spouse",
        ),
        (
            a_surety("S-1"),
            "admission.counter_guarantor_borrows",
            "the counter-guarantor is the borrower, a partner or a spouse",
        ),
    ],
)
def test_a_counter_guarantor_is_somebody_else_and_free(surety, code, says):
    application = an_application(applicants=(a_person(spouse="S-1"),), counter_guarantors=(surety,))

    assert codes(application) == [code, NO_AGE]
    finding = found(code, application)
    assert (finding.severity, finding.subject) == (Severity.FAULT, surety.id)
    assert finding.sentence == says
    assert finding.settle_by == "another counter-guarantor"


def test_a_free_counter_guarantor_is_welcome():
    assert codes(an_application(counter_guarantors=(a_surety(),))) == [NO_AGE]


def test_the_owner_of_an_enterprise_may_stand_surety_for_it_and_a_partner_not_for_his_own():
    owner = an_enterprise(counter_guarantors=(a_surety("L-1"),))
    partner = a_partnership(counter_guarantors=(a_surety("P-2"),))

    assert codes(owner) == []
    assert codes(partner) == ["admission.counter_guarantor_borrows", NO_AGE]
    itself = an_enterprise(counter_guarantors=(a_surety("E-1"),))
    assert codes(itself) == ["admission.counter_guarantor_borrows"]


def test_a_counter_guarantee_was_at_most_thirty_percent():
    # 30 % of 50,000 is 15,000.
    most = of_2010(counter_guarantee=cny(15_000))
    above = of_2010(counter_guarantee=cny("15000.01"))

    assert "admission.counter_guarantee_too_large" not in codes(most, on=DAY_2010)
    finding = found("admission.counter_guarantee_too_large", above, on=DAY_2010)
    assert finding.severity is Severity.FAULT
    assert finding.sentence == "a counter-guarantee of 15,000.01 is demanded, 15,000.00 at most"
    assert finding.zh == "要求反担保 15,000.01 元，最高 15,000.00 元"
    assert finding.figures == (("demanded", "15,000.01"), ("at most", "15,000.00"))
    assert "counter_guarantee" in judged(most, on=DAY_2010)
    assert "counter_guarantee" not in judged(of_2010(), on=DAY_2010)


@pytest.mark.parametrize(
    ("facts", "principal", "waived"),
    [
        ({"counter_guarantee": cny(1)}, 100_000, True),
        ({"counter_guarantors": (a_surety(),)}, 100_000, True),
        ({"counter_guarantee": cny(1)}, "100000.01", False),
        ({}, 100_000, False),
    ],
)
def test_loans_up_to_100_000_need_no_counter_guarantee(facts, principal, waived):
    application = with_terms(an_application(**facts), principal=cny(principal))

    assert ("admission.counter_guarantee_waived" in codes(application)) is waived


def test_a_counter_guarantee_demanded_where_it_is_waived_is_a_note():
    small = with_terms(an_application(counter_guarantee=cny(5_000)), principal=cny(80_000))

    finding = found("admission.counter_guarantee_waived", small)
    assert (finding.severity, finding.subject) == (Severity.NOTE, "A-1")
    assert finding.sentence == (
        "a counter-guarantee is demanded where none need be given: a loan of 80,000.00"
    )
    assert finding.zh == "可免反担保而要求了反担保：贷款 80,000.00 元"
    assert dict(finding.figures)["waived up to"] == "100,000.00"
    assert finding.clause.endswith("[local]")


@pytest.mark.parametrize(
    "fact", [{"groups": {"graduate", "credit_community"}}, {"scheme": "credit_community"}]
)
def test_some_need_give_no_counter_guarantee_whatever_the_amount(fact):
    trusted = with_category(an_application(counter_guarantee=cny(5_000)), **fact)

    finding = found("admission.counter_guarantee_waived", trusted)
    assert finding.sentence.endswith("where none need be given: credit_community")


def test_only_individuals_are_waived_by_amount():
    small = with_terms(an_enterprise(counter_guarantee=cny(1)), principal=cny(80_000))

    assert codes(small) == []


# ---- visits and signatures


def test_nothing_is_decided_without_a_visit():
    finding = found("admission.visit_missing", an_application(visits=()))

    assert (finding.severity, finding.subject, finding.clause) == (Severity.FAULT, "A-1", "")
    assert finding.sentence == "no site visit by 2024-03-15"
    assert finding.zh == "至 2024-03-15 未实地考察"
    assert finding.settle_by == "a visit by two persons of two organizations before anybody signs"
    tomorrow = an_application(visits=(replace(VISIT, on=date(2024, 3, 16)),))
    assert codes(tomorrow) == ["admission.visit_missing", NO_AGE]


OFFICER, COLLEAGUE, BANKER = (
    Visitor(person="U-1", organization="OFFICE"),
    Visitor(person="U-2", organization="OFFICE"),
    Visitor(person="U-3", organization="BANK-03"),
)
ALONE, TOGETHER = (OFFICER,), (OFFICER, COLLEAGUE)
TWICE = (OFFICER, replace(OFFICER, organization="BANK-03"))


@pytest.mark.parametrize(
    ("visitors", "expected"),
    [
        (ALONE, ["admission.visit_by_one", "admission.visit_by_one_organization"]),
        (TWICE, ["admission.visit_by_one"]),
        (TOGETHER, ["admission.visit_by_one_organization"]),
        ((OFFICER, BANKER), []),
        ((OFFICER, COLLEAGUE, BANKER), []),
    ],
)
def test_a_visit_is_made_by_two_persons_of_two_organizations(visitors, expected):
    application = an_application(visits=(Visit(on=date(2024, 3, 8), visitors=visitors),))

    assert codes(application) == [*expected, NO_AGE]


def test_findings_about_a_visit_name_its_day_and_people():
    application = an_application(visits=(Visit(on=date(2024, 3, 8), visitors=ALONE),))

    one = found("admission.visit_by_one", application)
    assert one.sentence == "one person made the visit of 2024-03-08"
    assert one.zh == "2024-03-08 的考察仅一人参加"
    assert one.figures == (
        ("visit", "2024-03-08"),
        ("people", "U-1"),
        ("organizations", "OFFICE"),
        ("first signature", "2024-03-12"),
        ("decided on", "2024-03-15"),
    )
    side = found("admission.visit_by_one_organization", application)
    assert side.sentence == "OFFICE alone made the visit of 2024-03-08"
    assert side.zh == "2024-03-08 的考察仅 OFFICE 参加"


def test_a_visit_comes_before_the_first_signature():
    late = an_application(visits=(replace(VISIT, on=date(2024, 3, 13)),))
    same_day = an_application(visits=(replace(VISIT, on=date(2024, 3, 12)),))

    finding = found("admission.visit_after_sign_off", late)
    assert finding.severity is Severity.FAULT
    assert (
        finding.sentence == "the visit of 2024-03-13 came after the first signature of 2024-03-12"
    )
    assert finding.zh == "2024-03-13 的考察晚于首个会审签字 2024-03-12"
    assert codes(same_day) == [NO_AGE]
    unsigned = replace(late, sign_offs=())
    assert "admission.visit_after_sign_off" not in codes(unsigned)


def test_one_right_visit_is_enough_and_no_right_one_means_all_their_faults():
    alone = Visit(on=date(2024, 3, 6), visitors=ALONE)
    late = replace(VISIT, on=date(2024, 3, 13))

    assert codes(an_application(visits=(alone, VISIT, late))) == [NO_AGE]
    assert codes(an_application(visits=(alone, late))) == [
        "admission.visit_by_one",
        "admission.visit_by_one_organization",
        "admission.visit_after_sign_off",
        NO_AGE,
    ]


def test_three_departments_sign_by_the_day_of_the_decision():
    employment, finance, bank = SIGNED

    none = an_application(sign_offs=())
    assert codes(none) == ["admission.sign_off_missing"] * 3 + [NO_AGE]
    finding = found("admission.sign_off_missing", an_application(sign_offs=(employment, bank)))
    assert (finding.severity, finding.subject, finding.clause) == (Severity.FAULT, "A-1", "")
    assert finding.sentence == "no signature of finance by 2024-03-15"
    assert finding.zh == "至 2024-03-15 无财政部门会审签字"
    assert finding.figures == (("departments", "finance"),)
    late = replace(finance, on=date(2024, 3, 16))
    assert "admission.sign_off_missing" in codes(an_application(sign_offs=(employment, late, bank)))
    in_time = replace(finance, on=DECIDED_ON)
    assert codes(an_application(sign_offs=(employment, in_time, bank))) == [NO_AGE]


def test_nobody_signs_for_two_departments():
    employment, finance, bank = SIGNED
    both = replace(bank, person=employment.person)

    finding = found(
        "admission.sign_off_by_one_person", an_application(sign_offs=(employment, finance, both))
    )
    assert (finding.severity, finding.subject) == (Severity.FAULT, "U-3")
    assert finding.sentence == "one person signed for employment, bank"
    assert finding.zh == "一人代表多个部门签字：人社部门、经办银行"
    twice = an_application(sign_offs=(*SIGNED, replace(bank, on=date(2024, 3, 13))))
    assert codes(twice) == [NO_AGE]


def test_who_prepared_the_file_does_not_sign_it():
    finding = found("admission.prepared_and_signed", an_application(prepared_by="U-4"))

    assert (finding.severity, finding.subject) == (Severity.FAULT, "U-4")
    assert finding.sentence == "prepared the file and signed it for finance"
    assert finding.zh == "同一人经办并代表财政部门审定"
    assert finding.figures == (("departments", "finance"),)


# ---- the day of the decision and the day of signing

LATER = date(2024, 4, 15)
BETWEEN = date(2024, 4, 1)


def signed_later(**facts):
    """A clean application decided on 2024-03-15 and to be signed a month later."""
    return with_terms(an_application(**facts), disbursed_on=LATER)


def test_a_contract_may_be_signed_after_the_decision():
    assert codes(signed_later()) == [NO_AGE]


@pytest.mark.parametrize(
    "facts",
    [
        {"register": Register(opened_on=date(2022, 5, 10), closed_on=BETWEEN)},
        {"blacklist": (blacklisted("B-1", since=BETWEEN),)},
        {"statuses": (ExcludedStatus(person="B-1", status=Status.RETIRED, since=BETWEEN),)},
        {"earlier_loans": (replace(EARLIER, lent_on=BETWEEN, repaid_on=None, days_late=3),)},
        {"visits": (VISIT, Visit(on=BETWEEN, visitors=ALONE))},
        {"sign_offs": (*SIGNED, replace(SIGNED[0], person="U-4", on=BETWEEN))},
    ],
)
def test_what_happens_between_decision_and_signing_is_not_known_yet(facts):
    assert codes(signed_later(**facts)) == [NO_AGE]


@pytest.mark.parametrize(
    ("facts", "code", "says"),
    [
        (
            {"register": Register(opened_on=BETWEEN)},
            "admission.business_not_open",
            "the business was registered on 2024-04-01, decided on 2024-03-15",
        ),
        (
            {"register": Register(opened_on=date(2022, 5, 10), closed_on=date(2024, 1, 2))},
            "admission.business_closed",
            "the business was deregistered on 2024-01-02, decided on 2024-03-15",
        ),
        (
            {"visits": (replace(VISIT, on=BETWEEN),)},
            "admission.visit_missing",
            "no site visit by 2024-03-15",
        ),
        (
            {"sign_offs": (*SIGNED[:2], replace(SIGNED[2], on=BETWEEN))},
            "admission.sign_off_missing",
            "no signature of bank by 2024-03-15",
        ),
        (
            {"earlier_loans": (replace(EARLIER, repaid_on=BETWEEN),)},
            "admission.earlier_loan_open",
            "lent to B-1 on 2020-01-10, not repaid on 2024-03-15",
        ),
    ],
)
def test_what_is_missing_is_missing_on_the_day_of_the_decision(facts, code, says):
    finding = found(code, signed_later(**facts))

    assert finding.sentence == says
    assert "2024-03-15" in finding.zh
    assert "2024-04-15" not in f"{finding}{finding.in_chinese()}{finding.figures}"


def test_an_unsigned_file_may_be_visited_until_the_decision():
    on_the_day = signed_later(visits=(replace(VISIT, on=DECIDED_ON),), sign_offs=())
    finding = found(
        "admission.visit_by_one",
        signed_later(visits=(Visit(on=date(2024, 3, 8), visitors=ALONE),), sign_offs=()),
    )

    assert "admission.visit_after_sign_off" not in codes(on_the_day)
    figures = dict(finding.figures)
    assert (figures["first signature"], figures["decided on"]) == ("2024-03-15", "2024-03-15")


def test_age_is_that_of_the_day_of_the_decision():
    # Sixty-one between decision and signing; and already when it is decided.
    later = with_terms(
        of_2010(applicants=(a_person(born_on=date(1949, 5, 20)),)), disbursed_on=date(2010, 6, 1)
    )
    older = replace(later, applicants=(a_person(born_on=date(1949, 5, 10)),))

    assert "admission.too_old" not in codes(later, on=DAY_2010)
    finding = found("admission.too_old", older, on=DAY_2010)
    assert finding.sentence == "61 years old on 2010-05-10, 60 at most"
    assert finding.zh == "2010-05-10 已满 61 周岁，超过 60 周岁"


def test_the_rules_of_the_person_are_those_of_the_decision_and_of_the_contract_of_signing():
    # Decided in September 2023 by 财金〔2018〕22号, signed in October by 财金〔2023〕75号, which
    # lends 300,000 in place of 200,000.
    september, october = date(2023, 9, 28), date(2023, 10, 9)
    application = with_category(
        with_terms(an_application(), principal=cny(300_000), disbursed_on=october),
        groups={"registered_poor"},
    )

    assessment = assess(application, under=RULES, on=september)
    clauses = {checked.what: checked.clause.partition(":")[0] for checked in assessment.checked}
    assert "admission.above_ceiling" not in codes(application, on=september)
    assert "admission.no_listed_group" not in codes(application, on=september)
    assert clauses["groups"] == "财金〔2020〕21号"
    assert clauses["other_loans"] == clauses["loans_at_most"] == "财金〔2018〕22号"
    contract = ("lending_ceiling", "term", "rate_cap", "reference", "subsidy")
    assert {clauses[what] for what in contract} == {R2023}


def test_an_enterprise_is_judged_by_both_days_too():
    # Decided in March 2018, signed in April, when guarantee and subsidy may go together.
    march, april = date(2018, 3, 30), date(2018, 4, 9)
    application = replace(
        of_2017_enterprise(applied_on=march),
        terms=some_terms(principal=cny(2_000_000), disbursed_on=april),
    )

    assessment = assess(application, under=RULES, on=march)
    clauses = {checked.what: checked.clause.partition(":")[0] for checked in assessment.checked}
    assert clauses["hired_ratio"] == "国发〔2015〕23号"
    assert clauses["guarantee_with_subsidy"] == "财金〔2018〕22号"
    assert "admission.guarantee_and_subsidy" not in codes(application, on=march)


def test_the_counter_guarantee_is_judged_by_the_day_of_signing():
    # From 2020-04-15 loans up to 100,000 need none.
    before, after = date(2020, 4, 10), date(2020, 4, 20)
    application = an_application(counter_guarantee=cny(1_000))
    application = with_terms(application, principal=cny(100_000), disbursed_on=after)

    assert "admission.counter_guarantee_waived" in codes(application, on=before)
    early = with_terms(application, disbursed_on=before)
    assert "admission.counter_guarantee_waived" not in codes(early, on=before)


def test_a_code_is_known_by_the_rules_of_the_day_of_the_decision():
    # Training certificates waived the counter-guarantee until 2020-04-14.
    before, after = date(2020, 4, 14), date(2020, 4, 20)
    trained = with_category(
        with_terms(an_application(), disbursed_on=after),
        groups={"graduate", "training_certificate"},
    )

    assert "admission.group_not_listed" not in codes(trained, on=before)
    assert "admission.group_not_listed" in codes(trained, on=after)


def test_what_lies_above_the_cap_is_judged_by_the_day_of_signing():
    # Refused by the rule of the decision, the borrower's own affair by that of the signing.
    dear = with_category(
        with_terms(of_2010(), annual_rate=percent(18), disbursed_on=date(2015, 5, 20)),
        reference=Reference.LPR_OLD,
    )

    finding = found("admission.rate_above_cap", dear, on=date(2015, 4, 20))
    assert finding.severity is Severity.NOTE


# ---- everything at once


BEFORE_THE_LAW = date(2002, 12, 23)


def test_before_the_first_rule_nothing_can_be_judged_and_nothing_is_passed_over():
    old = with_terms(an_application(), disbursed_on=BEFORE_THE_LAW)

    assert unjudged(old, on=BEFORE_THE_LAW) == [
        *("groups", "age_limit", "other_loans", "loans_at_most"),
        *("lending_ceiling", "term", "rate_cap", "subsidy"),
    ]


def test_enterprises_were_lent_nothing_before_2006():
    day = date(2005, 12, 31)
    early = with_terms(an_enterprise(), disbursed_on=day)

    finding = assess(early, under=RULES, on=day).findings[-1]
    assert "the programme lent to no enterprise before 银发〔2006〕5号" in finding.sentence
    assert set(unjudged(early, on=day)) == {
        *("loans_at_most", "hired_ratio", "lending_ceiling", "term", "rate_cap", "subsidy"),
        "guarantee_with_subsidy",
    }


def everything_of_a_person():
    """A person about whom everything is wrong that can be wrong at once in 2024."""
    return an_application(
        category=Category(
            kind=BorrowerKind.INDIVIDUAL,
            groups={"渔民", "credit_community"},
            loan_number=9,
            reference=Reference.BENCHMARK,
        ),
        terms=some_terms(principal=cny(300_001), months=37, disbursed_on=date(2024, 3, 14)),
        applied_on=date(2024, 3, 16),
        applicants=(a_person(spouse="S-1", guarantees=("HT-5",), id_number="990101198001010015"),),
        prepared_by="U-4",
        other_loans=(other("trade"), other("consumer", 50_001, holder="S-1")),
        earlier_loans=(replace(EARLIER, repaid_on=None, days_late=3),),
        counter_guarantors=(a_surety("S-1", open_loans=("HT-6",), guarantees=("HT-7",)),),
        blacklist=(blacklisted("B-1"),),
        statuses=(ExcludedStatus(person="B-1", status=Status.RETIRED, since=date(2020, 1, 1)),),
        register=Register(opened_on=date(2020, 1, 1), closed_on=date(2024, 1, 1)),
        visits=(Visit(on=date(2024, 3, 13), visitors=ALONE),),
        sign_offs=(
            SignOff(department=Department.EMPLOYMENT, person="U-4", on=date(2024, 3, 12)),
            SignOff(department=Department.FINANCE, person="U-4", on=date(2024, 3, 12)),
        ),
    )


def everything_of_an_enterprise():
    """An enterprise about which the rest is wrong, in March 2017."""
    return of_2017_enterprise(
        counter_guarantee=cny(600_001),
        staff=Staff(people=10, hired_on=(date(2017, 1, 3),) * 2),
        register=Register(opened_on=date(2018, 1, 1)),
        visits=(),
    )


def test_every_finding_of_a_person_at_once():
    assert codes(everything_of_a_person()) == [
        "admission.no_listed_group",
        "admission.blacklisted",
        "admission.id_number",
        "admission.other_loan",
        "admission.consumer_loans",
        "admission.too_many_loans",
        "admission.loan_number_differs",
        "admission.earlier_loan_open",
        "admission.business_closed",
        "admission.decided_before_applied",
        "admission.signed_before_decided",
        "admission.above_ceiling",
        "admission.term_too_long",
        "admission.fact_missing",
        "admission.reference_not_allowed",
        "admission.applicant_guarantees",
        "admission.counter_guarantor_borrows",
        "admission.counter_guarantor_owes",
        "admission.counter_guarantor_engaged",
        "admission.visit_by_one",
        "admission.visit_by_one_organization",
        "admission.visit_after_sign_off",
        "admission.sign_off_missing",
        "admission.sign_off_by_one_person",
        "admission.prepared_and_signed",
        "admission.group_not_listed",
        "admission.not_judged",
        "admission.excluded_status",
        "admission.earlier_loan_late",
        "admission.counter_guarantee_waived",
    ]


def test_every_finding_of_an_enterprise_at_once():
    assert codes(everything_of_an_enterprise(), on=DAY_2017) == [
        "admission.business_not_open",
        "admission.too_few_hires",
        "admission.guarantee_and_subsidy",
        "admission.counter_guarantee_too_large",
        "admission.visit_missing",
        "admission.sign_off_missing",
        "admission.sign_off_missing",
        "admission.sign_off_missing",
        "admission.not_judged",
    ]


def test_no_code_of_the_library_is_without_a_test():
    folder = Path(microloan.admission.__file__).parent
    text = "".join(page.read_text(encoding="utf-8") for page in folder.glob("*.py"))
    known = set(re.findall(r'"(admission\.[a-z_]+)"', text))
    tests = Path(__file__).read_text(encoding="utf-8")

    assert len(known) == 42
    assert [code for code in sorted(known) if f'"{code}"' not in tests] == []


def test_every_finding_says_what_is_and_what_would_settle_it_in_both_languages():
    findings = (
        *assess(everything_of_a_person(), under=RULES, on=DECIDED_ON).findings,
        *assess(everything_of_an_enterprise(), under=RULES, on=DAY_2017).findings,
    )

    for finding in findings:
        assert finding.settle_by
        assert re.search("[一-鿿]", finding.zh)
        assert re.search("[一-鿿]", finding.settle_by_zh)
        assert "\n" not in f"{finding}{finding.in_chinese()}"
