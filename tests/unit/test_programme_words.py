"""What the programme refuses and finds, word for word in both languages, with value and limit."""

from dataclasses import replace
from datetime import date

import pytest

from microloan import InvalidDate, InvalidIdentity, InvalidTerms, RefConflict
from microloan.dossier import Department, SignOff
from microloan.finding import Finding, Severity
from microloan.programme import (
    AgendaItem,
    Aid,
    Award,
    Event,
    Matter,
    Meeting,
    ReportDue,
    ReportFiled,
    Ruling,
    Support,
    SupportKind,
    Tenancy,
    TrainingClass,
    aid_of_subsidy,
    check_awards,
    check_meetings,
    check_support,
    count_events,
    due_reports,
    incubators_of,
    late_reports,
    load_practice,
    overlaps,
    tenants_of,
    training_result,
)

DAY, LATER = date(2011, 3, 10), date(2011, 3, 12)
MOST = 10**15
RULE = load_practice().award("siyb_top_ten", on=date(2010, 1, 1))
DUTIES = load_practice().duties

CLASS = TrainingClass(id="C-1", scheme="siyb", ended_on=DAY, trained=frozenset({"P-1", "P-2"}))
AWARD = Award(person="P-1", on=DAY, amount_fen=10_000_000, ref="A-1")
AID = Aid(holder="B-1", kind="interest", since=DAY, until=LATER, amount_fen=10_000, ref="Z-1")
GIVEN = Support(entrepreneur="P-1", kind=SupportKind.LOAN, ref="HT-1", on=DAY)
ITEM = AgendaItem(matter=Matter.APPLICATION, ref="SQ-1", ruling=Ruling.APPROVED)
SIGNED = tuple(SignOff(department=one, person=f"U-{one.value}", on=DAY) for one in Department)
MEETING = Meeting(id="M-1", on=DAY, sign_offs=SIGNED, agenda=(ITEM,))
VISIT = Event(kind="college_visit", on=DAY, ref="E-1", place="College")
STAY = Tenancy(incubator="I-1", tenant="V-1", since=DAY, until=LATER)
DUE = ReportDue(duty="loan_drive", due_on=DAY, about="", rule="the rule")
FILED = ReportFiled(duty="loan_drive", due_on=DAY, on=DAY, ref="R-1")


def of(record, **change):
    """Ask for a record that is changed in one place."""
    return lambda: replace(record, **change)


# --- refusals of terms: what, in both languages, the value, the limit


TERMS = [
    (
        of(CLASS, scheme="Top 10"),
        "the scheme",
        "专项代码",
        "a text of 6 characters",
        "a lower-case code",
    ),
    (of(CLASS, trained=["P-1"]), "the people of a class", "学员", "list", "a frozenset"),
    (of(CLASS, started={"P-1"}), "the people of a class", "学员", "set", "a frozenset"),
    (of(CLASS, employed=()), "the people of a class", "学员", (), "a frozenset"),
    (
        of(CLASS, started=frozenset({"P-3", "P-4"}), employed=frozenset({"P-1", "P-5"})),
        "the people of a class",
        "学员",
        3,
        "somebody, and only the trained",
    ),
    (
        of(CLASS, trained=frozenset()),
        "the people of a class",
        "学员",
        0,
        "somebody, and only the trained",
    ),
    (
        lambda: training_result([CLASS], year=1989, as_of=DAY),
        *("the year", "年度", 1989, "1990-2100"),
    ),
    (
        lambda: training_result(["C-1"], year=2011, as_of=DAY),
        *("the classes", "培训班", "str", "several TrainingClass"),
    ),
    (of(AWARD, amount_fen=0), "the fen of an award", "奖励金额（分）", 0, f"1-{MOST}"),
    (
        of(AWARD, amount_fen=MOST + 1),
        "the fen of an award",
        "奖励金额（分）",
        MOST + 1,
        f"1-{MOST}",
    ),
    (
        lambda: check_awards([], rule=RULE, year=2101),
        *("the year", "年度", 2101, "1990-2100"),
    ),
    (
        lambda: check_awards(["A-1"], rule=RULE, year=2011),
        *("the awards", "评选奖励", "str", "several Award"),
    ),
    (
        lambda: check_awards([], rule="ten", year=2011),
        *("the rule", "评选规定", "ten", "a Provision of an AwardRule"),
    ),
    (
        lambda: check_awards([], rule=replace(RULE, value=10), year=2011),
        *("the rule", "评选规定", replace(RULE, value=10), "a Provision of an AwardRule"),
    ),
    (
        of(AID, kind="Public post"),
        *("the kind of a subsidy", "补贴类别", "a text of 11 characters", "a lower-case code"),
    ),
    (of(AID, amount_fen=0), "the fen of a subsidy", "补贴金额（分）", 0, f"1-{MOST}"),
    (of(AID, amount_fen=MOST + 1), "the fen of a subsidy", "补贴金额（分）", MOST + 1, f"1-{MOST}"),
    (
        lambda: aid_of_subsidy(None, holder="B-1", ref="T-1"),
        *("the subsidy", "贴息", None, "a SubsidyLine with a subsidy"),
    ),
    (lambda: overlaps(["Z-1"]), "the subsidies", "补贴", "str", "several Aid"),
    (
        lambda: overlaps([], exclusive=frozenset({"interest"})),
        *("the exclusive kinds", "互斥补贴", frozenset({"interest"}), "a frozenset of pairs"),
    ),
    (
        lambda: overlaps([], exclusive=frozenset({frozenset({"one"})})),
        *("the exclusive kinds", "互斥补贴", frozenset({frozenset({"one"})})),
        "a frozenset of pairs",
    ),
    (of(GIVEN, kind="loan"), "the kind of support", "扶持项目", "loan", "a SupportKind"),
    (
        of(GIVEN, loan_id="7"),
        *("the loan of a support", "所贴息贷款", "7", "given for a subsidy only"),
    ),
    (
        of(GIVEN, kind=SupportKind.SUBSIDY),
        *("the loan of a support", "所贴息贷款", "", "given for a subsidy only"),
    ),
    (
        lambda: check_support([], ["HT-1"], as_of=DAY),
        *("the support given", "扶持记录", "str", "several Support"),
    ),
    (
        lambda: check_support("P-1", [], as_of=DAY),
        *("the identities of an entrepreneur", "编号", "'P-1'", "several str"),
    ),
    (of(ITEM, matter="claim"), "the matter", "议题", "claim", "a Matter"),
    (of(ITEM, ruling="heard"), "the ruling", "会议结论", "heard", "a Ruling"),
    (of(MEETING, sign_offs=[]), "the signatures", "会审签字", [], "a tuple of SignOff"),
    (
        of(MEETING, sign_offs=("U-1",)),
        *("the signatures", "会审签字", "a tuple of str", "a tuple of SignOff"),
    ),
    (of(MEETING, agenda=(7,)), "the agenda", "议题", "a tuple of int", "a tuple of AgendaItem"),
    (of(MEETING, agenda=()), "the agenda", "议题", 0, "one item at least"),
    (
        lambda: check_meetings([MEETING, replace(MEETING, on=LATER)], [], as_of=LATER),
        *("the meetings", "联席会议", 2, "a number of its own for each"),
    ),
    (
        lambda: check_meetings(["M-1"], [], as_of=DAY),
        *("the meetings", "联席会议", "str", "several Meeting"),
    ),
    (
        lambda: check_meetings([], "SQ-1", as_of=DAY),
        *("the identities of an application", "编号", "'SQ-1'", "several str"),
    ),
    (
        of(VISIT, kind="College visit"),
        *("the kind of an event", "活动类别", "College visit", "a lower-case code"),
    ),
    (of(VISIT, people=-1), "the people at an event", "参加人数", -1, "0-1000000"),
    (of(VISIT, people=10**6 + 1), "the people at an event", "参加人数", 10**6 + 1, "0-1000000"),
    (
        lambda: count_events([], "College", year=2011, as_of=DAY),
        *("the kind of an event", "活动类别", "College", "a lower-case code"),
    ),
    (
        lambda: count_events([], "college", year=0, as_of=DAY),
        *("the year", "年度", 0, "1990-2100"),
    ),
    (
        lambda: count_events(["E-1"], "college", year=2011, as_of=DAY),
        *("the events", "活动", "str", "several Event"),
    ),
    (lambda: tenants_of(["V-1"], as_of=DAY), "the tenancies", "入驻", "str", "several Tenancy"),
    (
        lambda: due_reports(["x"], since=DAY, until=DAY),
        *("the duties", "报送要求", "str", "several Provision"),
    ),
    (
        lambda: due_reports([RULE], since=DAY, until=DAY),
        *("a duty", "报送要求", RULE, "a Provision of a ReportDuty"),
    ),
    (
        lambda: due_reports([], since=DAY, until=DAY, events=["E-1"]),
        *("the events", "活动", "str", "several Event"),
    ),
    (
        lambda: late_reports(["x"], [], as_of=DAY),
        *("the reports due", "应报送报告", "str", "several ReportDue"),
    ),
    (
        lambda: late_reports([], ["x"], as_of=DAY),
        *("the reports filed", "已报送报告", "str", "several ReportFiled"),
    ),
]


@pytest.mark.parametrize(("make", "what", "zh", "value", "limit"), TERMS)
def test_a_term_is_refused_in_both_languages(make, what, zh, value, limit):
    with pytest.raises(InvalidTerms) as caught:
        make()
    refusal = caught.value
    assert (refusal.value, refusal.limit) == (value, limit)
    assert str(refusal) == f"{what} must be {limit}, got {value}"
    assert refusal.zh == f"{zh}应为 {limit}，实为 {value}"


def test_the_least_and_the_most_of_each_count_are_allowed():
    assert replace(AWARD, amount_fen=1).amount_fen == 1
    assert replace(AWARD, amount_fen=MOST).amount_fen == MOST
    assert replace(AID, amount_fen=1).amount_fen == 1
    assert replace(AID, amount_fen=MOST).amount_fen == MOST
    assert [replace(VISIT, people=most).people for most in (0, 10**6)] == [0, 10**6]
    assert replace(STAY, until=DAY).until == DAY
    assert replace(AID, until=DAY).until == DAY


# --- refusals of identities and days


@pytest.mark.parametrize(
    ("make", "whose"),
    [
        (of(CLASS, id=""), "a class"),
        (of(CLASS, trained=frozenset({""})), "a person"),
        (of(AWARD, person=""), "a person"),
        (of(AWARD, ref=""), "an award"),
        (of(AID, holder=""), "a holder"),
        (of(AID, ref=""), "a subsidy"),
        (of(GIVEN, entrepreneur=""), "an entrepreneur"),
        (of(GIVEN, ref=""), "a support"),
        (of(GIVEN, kind=SupportKind.SUBSIDY, loan_id=" "), "a loan"),
        (lambda: check_support([""], [], as_of=DAY), "an entrepreneur"),
        (of(ITEM, ref=""), "an item"),
        (of(MEETING, id=""), "a meeting"),
        (lambda: check_meetings([], [""], as_of=DAY), "an application"),
        (of(VISIT, ref=""), "an event"),
        (of(VISIT, place=""), "a place"),
        (of(STAY, incubator=""), "an incubator"),
        (of(STAY, tenant=""), "a tenant"),
        (lambda: incubators_of([], "", as_of=DAY), "a tenant"),
        (of(FILED, duty=""), "a report duty"),
        (of(FILED, ref=""), "a report"),
        (of(FILED, about=" "), "an event"),
    ],
)
def test_an_identity_is_refused_by_what_it_is_of(make, whose):
    with pytest.raises(InvalidIdentity) as caught:
        make()
    sentence = f"the identity of {whose} must be 1-64 printable characters, got "
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("make", "whose"),
    [
        (of(CLASS, ended_on=None), "a class"),
        (of(AWARD, on=None), "an award"),
        (of(AID, since=None), "a subsidy"),
        (of(AID, until=None), "a subsidy"),
        (of(GIVEN, on=None), "a support"),
        (of(MEETING, on=None), "a meeting"),
        (of(VISIT, on=None), "an event"),
        (of(STAY, since=None), "a tenancy"),
        (of(STAY, until=None), "a tenancy"),
        (of(FILED, due_on=None), "a report"),
        (of(FILED, on=None), "a report"),
        (lambda: due_reports([], since=None, until=DAY), "a calendar"),
        (lambda: due_reports([], since=DAY, until=None), "a calendar"),
    ],
)
def test_a_day_is_refused_by_what_it_is_of(make, whose):
    with pytest.raises(InvalidDate) as caught:
        make()
    assert str(caught.value) == f"the day of {whose} must be a date, got None"
    assert (caught.value.value, caught.value.limit) == (None, "datetime.date")


@pytest.mark.parametrize(
    ("make", "whose"),
    [
        (of(AID, since=LATER, until=DAY), "a subsidy"),
        (of(STAY, since=LATER, until=DAY), "a tenancy"),
        (lambda: due_reports([], since=LATER, until=DAY), "a calendar"),
    ],
)
def test_days_in_the_wrong_order_are_refused_by_what_they_are_of(make, whose):
    with pytest.raises(InvalidDate) as caught:
        make()
    assert str(caught.value) == f"{whose}: {DAY} is before {LATER}"


@pytest.mark.parametrize(
    "ask",
    [
        lambda: training_result([], year=2011, as_of=None),
        lambda: check_support([], [], as_of=None),
        lambda: check_meetings([], [], as_of=None),
        lambda: count_events([], "x", year=2011, as_of=None),
        lambda: tenants_of([], as_of=None),
        lambda: late_reports([], [], as_of=None),
    ],
)
def test_a_question_names_a_day(ask):
    with pytest.raises(InvalidDate, match="a question is asked as of a date, got None"):
        ask()


def test_a_number_of_two_events_is_refused_with_the_days_of_both():
    other = replace(VISIT, on=LATER)
    with pytest.raises(RefConflict) as caught:
        count_events([VISIT, VISIT, other], "college_visit", year=2011, as_of=LATER)
    assert str(caught.value) == "E-1 stands for two events, of 2011-03-10 and 2011-03-12"
    assert caught.value.zh == "活动编号 E-1 重复"
    assert (caught.value.value, caught.value.limit) == (other, VISIT)


def test_events_are_counted_once_by_kind_year_and_day():
    events = [
        VISIT,
        VISIT,
        replace(VISIT, ref="E-2", on=LATER),
        replace(VISIT, ref="E-3", kind="fair"),
        replace(VISIT, ref="E-4", on=date(2010, 12, 31)),
    ]

    def counted(kind="college_visit", year=2011, as_of=LATER):
        return count_events(events, kind, year=year, as_of=as_of)

    assert (counted(), counted(as_of=DAY), counted(kind="fair"), counted(year=2010)) == (2, 1, 1, 1)
    assert counted(as_of=date(2011, 3, 9)) == counted(kind="else") == counted(year=2012) == 0


# --- findings


def test_awards_against_the_rule_are_told_with_its_figures():
    ten = [replace(AWARD, person=f"P-{n}", ref=f"A-{n}") for n in range(9)]
    twice = [replace(AWARD, person="P-9", ref=f"A-{n}") for n in (9, 10)]
    large = replace(ten[0], amount_fen=12_000_050)
    shared = {
        "severity": Severity.FAULT,
        "figures": (("a year", "10"), ("each", "100,000.00")),
        "clause": str(RULE),
        "settle_by": "the decision of the awards",
        "settle_by_zh": "核对评选决定",
    }
    assert check_awards([large, *ten[1:], *twice], rule=RULE, year=2011) == (
        Finding(
            code="programme.awards_too_many",
            subject="2011",
            sentence="11 awards in a year, 10 at most",
            zh="全年评选 11 名，超过 10 名",
            **shared,
        ),
        Finding(
            code="programme.award_too_large",
            subject="A-0",
            sentence="120,000.50, 100,000.00 at most",
            zh="120,000.50 元，超过 100,000.00 元",
            **shared,
        ),
        Finding(
            code="programme.award_double",
            subject="P-9",
            sentence="awarded 2 times in a year",
            zh="同一年度评选 2 次",
            **shared,
        ),
    )


CLAUSE = "威劳发〔2009〕36号: 一个项目、一处场地、一笔贷款、一笔贴息 [local]"
FAULT, QUESTION = Severity.FAULT, Severity.QUESTION


def supported(kind, ref, person="P-1", loan_id=""):
    return Support(entrepreneur=person, kind=kind, ref=ref, on=DAY, loan_id=loan_id)


def test_the_support_of_an_entrepreneur_is_told_word_for_word():
    given = [
        supported(SupportKind.SITE, "S-2"),
        supported(SupportKind.SITE, "S-1"),
        supported(SupportKind.LOAN, "HT-1"),
        supported(SupportKind.LOAN, "HT-2", "P-2"),
        supported(SupportKind.SUBSIDY, "T-2", "P-2", loan_id="HT-1"),
        supported(SupportKind.SUBSIDY, "T-1", "P-3", loan_id="HT-1"),
        supported(SupportKind.SUBSIDY, "T-3", loan_id="HT-9"),
    ]
    nobody = ("supported and not among the entitled", "不在应扶持名单内")
    sites = ("2 of site for one person: S-1, S-2", "同一人场地 2 笔：S-1, S-2")
    both = ("two subsidies of one loan: T-1, T-2", "一笔贷款多笔贴息：T-1, T-2")
    others = ("the subsidy went to another: P-2, P-3", "贴息与贷款非同一人：P-2, P-3")
    alone = ("a subsidy of no loan given: T-3", "有贴息无贷款：T-3")
    told = [
        ("support_missing", QUESTION, "P-1", "no project yet", "尚未落实项目"),
        ("support_double", FAULT, "P-1", *sites),
        ("support_not_entitled", QUESTION, "P-2", *nobody),
        ("support_not_entitled", QUESTION, "P-3", *nobody),
        ("loan_unpaired", QUESTION, "HT-2", "a loan without a subsidy", "有贷款无贴息"),
        ("subsidy_double", FAULT, "HT-1", *both),
        ("subsidy_of_another", FAULT, "HT-1", *others),
        ("subsidy_unpaired", FAULT, "HT-9", *alone),
    ]
    assert check_support(["P-1"], given, as_of=DAY) == tuple(
        Finding(
            code=f"programme.{code}",
            severity=severity,
            subject=subject,
            sentence=sentence,
            zh=zh,
            clause=CLAUSE,
            settle_by="the file of the entrepreneur",
            settle_by_zh="核对创业者扶持档案",
        )
        for code, severity, subject, sentence, zh in told
    )


@pytest.mark.parametrize(
    ("kind", "word", "zh"),
    [
        (SupportKind.PROJECT, "project", "项目"),
        (SupportKind.SITE, "site", "场地"),
        (SupportKind.LOAN, "loan", "贷款"),
        (SupportKind.SUBSIDY, "subsidy", "贴息"),
    ],
)
def test_each_kind_of_support_that_is_missing_has_its_word(kind, word, zh):
    by_sentence = {one.sentence: one for one in check_support(["P-1"], [], as_of=DAY)}
    assert len(by_sentence) == 4
    assert by_sentence[f"no {word} yet"].zh == f"尚未落实{zh}" == f"尚未落实{kind.zh}"


def minutes(code, subject, sentence, zh):
    return Finding(
        code=f"programme.{code}",
        severity=FAULT,
        subject=subject,
        sentence=sentence,
        zh=zh,
        settle_by="the signed minutes",
        settle_by_zh="补正会议纪要与签字",
    )


def test_what_is_wrong_with_a_meeting_is_told_word_for_word():
    early = SignOff(department=Department.FINANCE, person="U-1", on=date(2011, 3, 9))
    both = SignOff(department=Department.EMPLOYMENT, person="U-1", on=DAY)
    again = replace(ITEM, ruling=Ruling.REJECTED)
    claim = replace(ITEM, matter=Matter.CLAIM, ruling=Ruling.APPROVED)
    first = replace(MEETING, sign_offs=(early, both), agenda=(ITEM, claim))
    second = replace(
        MEETING, id="M-2", agenda=(again, replace(ITEM, ref="SQ-3", ruling=Ruling.DEFERRED))
    )
    assert check_meetings([first, second], ["SQ-3", "SQ-2", "SQ-1"], as_of=LATER) == (
        minutes(
            "signed_before_meeting",
            "M-1",
            "finance signed on 2011-03-09, before 2011-03-10",
            "财政部门签字日 2011-03-09 早于会议日 2011-03-10",
        ),
        minutes(
            "department_missing",
            "M-1",
            "no signature of bank by 2011-03-12",
            "至 2011-03-12 无经办银行签字",
        ),
        minutes(
            "one_person_for_two",
            "M-1",
            "U-1 signed for employment, finance",
            "U-1 代表多个部门签字：人社部门、财政部门",
        ),
        minutes("decided_twice", "SQ-1", "application decided 2 times", "贷款会审作出结论 2 次"),
        *(
            minutes(
                "not_approved",
                ref,
                "granted, and no joint meeting approved it",
                "已发放，无联席会议同意记录",
            )
            for ref in ("SQ-2", "SQ-3")
        ),
    )


def test_two_subsidies_of_the_same_days_are_told_with_their_amounts():
    post = replace(AID, kind="public_post", since=LATER, until=date(2011, 4, 1), ref="Z-2")
    note = Finding(
        code="programme.aid_overlap",
        severity=Severity.NOTE,
        subject="B-1",
        sentence="interest Z-1 and public_post Z-2, both 2011-03-12 - 2011-03-12",
        zh="interest Z-1 与 public_post Z-2 在 2011-03-12 至 2011-03-12 重叠",
        figures=(("Z-1", "100.00"), ("Z-2", "100.00")),
    )
    settled = {"settle_by": "the decisions of both", "settle_by_zh": "核对两项补贴决定"}
    assert overlaps([post, AID]) == (note,)
    pair = frozenset({frozenset({"interest", "public_post"})})
    assert overlaps([AID, post], exclusive=pair) == (replace(note, severity=FAULT, **settled),)
    [same] = overlaps([AID, replace(AID, ref="Z-3")])
    assert (same.severity, same.settle_by, same.settle_by_zh) == (QUESTION, *settled.values())
    # One of the first days and one that ends before the other: the days that both are paid for.
    inner = replace(AID, kind="rent", since=DAY, until=DAY, ref="Z-0")
    [found] = overlaps([AID, inner])
    assert found.sentence == "rent Z-0 and interest Z-1, both 2011-03-10 - 2011-03-10"


def test_every_two_of_three_subsidies_are_told_holder_by_holder():
    held = [
        replace(AID, holder=who, kind=kind, ref=f"{who}-{kind}")
        for who in ("B-2", "B-1")
        for kind in ("c", "b", "a")
    ]
    pairs = [(one.subject, *(ref for ref, _ in one.figures)) for one in overlaps(held)]
    assert pairs == [
        (who, f"{who}-{one}", f"{who}-{other}")
        for who in ("B-1", "B-2")
        for one, other in (("a", "b"), ("a", "c"), ("b", "c"))
    ]


def test_a_late_report_is_told_with_its_days():
    assert late_reports([DUE], [replace(FILED, on=LATER)], as_of=LATER) == (
        Finding(
            code="programme.report_late",
            severity=Severity.NOTE,
            subject="loan_drive",
            sentence="the report was due on 2011-03-10, handed in on 2011-03-12: 2 days late",
            zh="报告应于 2011-03-10 前报送，于 2011-03-12 报送，逾期 2 天",
            figures=(("due on", "2011-03-10"), ("days late", "2")),
            clause="the rule",
        ),
    )


def test_a_missing_report_is_told_with_its_days_and_how_to_settle_it():
    due = replace(DUE, about="E-1")
    filed = [replace(FILED, about="E-1", on=date(2011, 3, 13))]
    assert late_reports([due], filed, as_of=LATER) == (
        Finding(
            code="programme.report_missing",
            severity=FAULT,
            subject="loan_drive",
            sentence="the report about E-1 was due on 2011-03-10, not handed in: 2 days late",
            zh="报告（E-1）应于 2011-03-10 前报送，尚未报送，逾期 2 天",
            figures=(("due on", "2011-03-10"), ("days late", "2")),
            clause="the rule",
            settle_by="hand it in",
            settle_by_zh="补报",
        ),
    )


def test_a_report_without_a_known_day_hides_no_late_one_behind_it():
    unknown = replace(DUE, day_known=False)
    assert [one.subject for one in late_reports([unknown, DUE], [], as_of=LATER)] == ["loan_drive"]


def test_a_report_that_falls_due_says_all_about_itself():
    activity = [duty for duty in DUTIES if duty.value.code in ("activity", "loan_drive")]
    visit = replace(VISIT, on=date(2009, 12, 21))
    fair = replace(VISIT, on=date(2009, 12, 21), ref="E-0", kind="fair")
    rules = {duty.value.code: str(duty) for duty in activity}
    found = due_reports(
        activity, since=date(2009, 12, 31), until=date(2009, 12, 31), events=[visit, fair]
    )
    last = date(2009, 12, 31)
    assert found == (
        ReportDue(duty="activity", due_on=last, about="E-0", rule=rules["activity"]),
        ReportDue(duty="activity", due_on=last, about="E-1", rule=rules["activity"]),
        ReportDue(duty="loan_drive", due_on=last, about="", rule=rules["loan_drive"]),
    )
    assert all(one.day_known for one in found)


def test_a_stay_begins_and_ends_inside_and_by_default_never_ends():
    assert tenants_of([STAY], as_of=DAY) == tenants_of([STAY], as_of=LATER) == {"I-1": ("V-1",)}
    assert tenants_of([STAY], as_of=date(2011, 3, 9)) == {}
    assert tenants_of([STAY], as_of=date(2011, 3, 13)) == {}
    forever = Tenancy(incubator="I-1", tenant="V-1", since=DAY)
    assert incubators_of([forever], "V-1", as_of=date(9999, 12, 31)) == ("I-1",)


def test_a_year_of_training_counts_people_once_and_classes_by_their_end():
    other = replace(
        CLASS,
        id="C-2",
        ended_on=LATER,
        trained=frozenset({"P-2", "P-3", "P-4"}),
        started=frozenset({"P-2"}),
        employed=frozenset({"P-2", "P-3"}),
    )

    def result(as_of, year=2011):
        one = training_result([CLASS, other, CLASS], year=year, as_of=as_of)
        return one.classes, one.trained, one.started, one.employed, one.either

    assert result(LATER) == (2, 4, 1, 2, 2)
    assert result(DAY) == (1, 2, 0, 0, 0)
    assert result(LATER, year=2010) == (0, 0, 0, 0, 0)
    whole = training_result([CLASS, other], year=2011, as_of=LATER)
    assert str(whole.per_class.to_places(1)) == "2.0"
    assert whole.per_class.name == "people ÷ classes"
    assert (whole.rate.name, whole.rate.part, whole.rate.whole) == (
        "started or employed ÷ trained",
        2,
        4,
    )
