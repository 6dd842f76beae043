"""Figures of practice with their source, and the calendar of reports."""

from datetime import date
from decimal import Decimal

import pytest

from microloan import InvalidDate, InvalidPolicy, InvalidTerms, NotInForce, cny
from microloan.policy import Evidence
from microloan.programme import (
    Event,
    ReportDue,
    ReportFiled,
    due_reports,
    late_reports,
    load_practice,
    read_practice,
)
from refusals import refused

GOOD = """
[[jobs_per_loan]]
from = 2003-01-01
value = { low = "2.5", high = "5.0" }
document = "d"
reference = { clause = "c", read_in = "r" }
evidence = "local"

[[award]]
from = 2004-01-01
code = "best"
value = { a_year = 10, each = 100_000 }
document = "d"
reference = { clause = "c", read_in = "r" }
evidence = "memory"

[[duty]]
from = 2009-06-10
code = "monthly"
value = { months = [1, 2], days = [15, 31] }
document = "d"
reference = { clause = "c", read_in = "r" }
evidence = "local"
note = "n"

[[duty]]
from = 2009-06-10
code = "activity"
value = { after_days = 10 }
document = "d"
reference = { clause = "c", read_in = "r" }
evidence = "local"

[[alias]]
from = 2009-06-10
code = "graduate"
value = { names = ["毕业生"] }
document = "d"
reference = { clause = "c", read_in = "r" }
evidence = "local"
"""


def read(content=GOOD):
    return read_practice(content, file="mine.toml")


# ---- practice


def test_every_shipped_figure_names_its_document_clause_and_evidence():
    practice = load_practice()
    provisions = [
        *(
            value
            for line in (practice.jobs_per_loan, *practice.awards.values())
            for _, value in line.values
        ),
        *practice.duties,
        *practice.aliases.values(),
    ]

    assert len(provisions) == 16
    for provision in provisions:
        assert provision.decree
        assert provision.clause
        assert provision.read_in
        assert provision.evidence is Evidence.LOCAL


def test_the_best_ten_of_a_year_get_a_hundred_thousand_each():
    award = load_practice().award("siyb_top_ten", on=date(2011, 6, 30)).value

    assert (award.a_year, award.each) == (10, cny(100_000))


def test_nothing_is_in_force_before_its_day_or_under_another_name():
    practice = load_practice()

    with pytest.raises(NotInForce):
        practice.award("siyb_top_ten", on=date(2003, 12, 31))
    with refused(
        NotInForce,
        "policy.not_in_force",
        value="best_farms",
        limit=("siyb_top_ten",),
        says="no award of the scheme 'best_farms'",
    ):
        practice.award("best_farms", on=date(2011, 6, 30))


def test_groups_of_one_notice_are_the_same_under_several_names():
    # Weihai names three groups in its goals and four in its fourth part.
    group_of = load_practice().group_of
    goals = {group_of(name) for name in ("高校毕业生", "城镇失业人员", "返乡创业农民工")}
    part_four = {
        group_of(name) for name in ("失业人员", "高校毕业生", "城镇失业农民工", "返乡农民工")
    }

    assert goals == {"graduate", "registered_unemployed", "returning_migrant"}
    assert part_four - goals == {"城镇失业农民工"}
    assert group_of("graduate") == "graduate"
    for name in ("Laid off", "", None):
        with pytest.raises(InvalidTerms):
            group_of(name)


def test_a_file_of_your_own_is_read():
    practice = read()

    assert practice.jobs_per_loan.at(date(2003, 1, 1)).value.low == Decimal("2.5")
    assert practice.award("best", on=date(2004, 1, 1)).evidence is Evidence.MEMORY
    assert [duty.value.after_days for duty in practice.duties] == [0, 10]


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("[[duty]]", "[[duties]]", "mine.toml: duties"),
        ("[[award]]", "[award]", "mine.toml: award"),
        ('low = "2.5"', 'low = "5.5"', "mine.toml: jobs_per_loan 1"),
        ('low = "2.5"', "low = 2.5", "mine.toml: jobs_per_loan 1"),
        ('low = "2.5", ', "", "mine.toml: jobs_per_loan 1"),
        ("from = 2004-01-01", 'from = "2004"', "mine.toml: award 1"),
        ('code = "best"\n', "", "mine.toml: award 1"),
        ('code = "monthly"\n', "", "mine.toml: duty 1"),
        ("each = 100_000", "each = 0", "mine.toml: award 1"),
        ("days = [15, 31]", "days = [15, 32]", "mine.toml: duty 1"),
        ("months = [1, 2]", "months = [1, 1]", "mine.toml: duty 1"),
        ("months = [1, 2]", "months = [13]", "mine.toml: duty 1"),
        ("value = { after_days = 10 }", "value = 10", "mine.toml: duty 2"),
        ('evidence = "memory"', 'evidence = "rumor"', "mine.toml: award 1"),
        ('document = "d"', 'paper = "d"', "mine.toml: jobs_per_loan 1"),
        ('reference = { clause = "c"', 'reference = { words = "c"', "mine.toml: jobs_per_loan 1"),
        ('code = "graduate"\n', "", "mine.toml: alias 1"),
        ('names = ["毕业生"]', 'names = ["A B"]', "mine.toml: alias 1"),
        ("[[award]]", "[[[", "mine.toml"),
    ],
)
def test_a_file_that_breaks_its_form_is_refused_by_table_and_block(old, new, at):
    with pytest.raises(InvalidPolicy) as caught:
        read(GOOD.replace(old, new))

    assert caught.value.limit == at
    assert str(caught.value).startswith(f"{at}: ")
    assert "惯例数据有误" in caught.value.zh


def test_no_text_is_no_file_and_no_code_no_scheme():
    with pytest.raises(InvalidPolicy, match=r"mine\.toml: a text is needed, got NoneType"):
        read(None)
    for scheme in (None, ["siyb_top_ten"], 10):
        with pytest.raises(NotInForce):
            read().award(scheme, on=date(2010, 1, 1))


def test_two_values_of_one_day_are_refused():
    block = GOOD[: GOOD.index("[[award]]")]

    with pytest.raises(InvalidPolicy) as caught:
        read(block + GOOD)
    assert caught.value.limit == "mine.toml: jobs_per_loan"


# ---- the calendar


def duties(*codes):
    return [duty for duty in load_practice().duties if duty.value.code in codes]


def days(*codes, since, until, events=()):
    return [
        due.due_on for due in due_reports(duties(*codes), since=since, until=until, events=events)
    ]


def test_weihai_reports_its_loan_drive_by_the_end_of_december():
    assert days("loan_drive", since=date(2009, 1, 1), until=date(2010, 12, 31)) == [
        date(2009, 12, 31),
        date(2010, 12, 31),
    ]
    # Not before the notice: in 2008 nobody asked for it.
    assert days("loan_drive", since=date(2008, 1, 1), until=date(2008, 12, 31)) == []


def test_an_activity_is_reported_within_ten_days():
    event = Event(kind="college_visit", on=date(2009, 9, 25), ref="E-1", place="College")

    (due,) = due_reports(
        duties("activity"), since=date(2009, 10, 1), until=date(2009, 10, 31), events=[event]
    )

    assert (due.due_on, due.about) == (date(2009, 10, 5), "E-1")
    assert due.rule == "威劳发〔2009〕36号: 其他活动结束后 10 日内上报 [local]"
    assert days("activity", since=date(2009, 10, 6), until=date(2009, 10, 31), events=[event]) == []


def test_kashgar_reports_twice_a_month_and_on_the_last_day_of_february():
    assert days("kashgar_lending_table", since=date(2009, 2, 1), until=date(2009, 3, 30)) == [
        date(2009, 2, 15),
        date(2009, 2, 28),
        date(2009, 3, 15),
        date(2009, 3, 30),
    ]


def test_a_report_whose_day_nobody_printed_is_due_in_its_month_and_never_late():
    (june, december) = due_reports(
        duties("guarantee_half_year_table"), since=date(2018, 1, 1), until=date(2018, 12, 31)
    )

    assert (june.due_on, december.due_on) == (date(2018, 6, 30), date(2018, 12, 31))
    assert not june.day_known
    assert late_reports([june, december], [], as_of=date(2020, 1, 1)) == ()


def test_reports_come_by_day_then_by_name():
    monthly = {"lending_table_of_the_month", "central_bank_loan_table"}
    with_a_day = [duty for duty in load_practice().duties if duty.value.code not in monthly]
    found = due_reports(with_a_day, since=date(2024, 1, 31), until=date(2024, 2, 28))

    assert [(due.due_on.isoformat(), due.duty) for due in found] == [
        ("2024-01-31", "lending_table_of_the_year"),
        ("2024-01-31", "loan_list_of_the_year"),
        ("2024-02-05", "kashgar_subsidy_table"),
        ("2024-02-15", "kashgar_lending_table"),
        ("2024-02-28", "funding_request_of_the_year"),
    ]


DUE = ReportDue(duty="loan_drive", due_on=date(2009, 12, 31), about="", rule="rule")


def filed(on, ref="R-1", **changes):
    return ReportFiled(
        **{"duty": "loan_drive", "due_on": DUE.due_on, "on": on, "ref": ref} | changes
    )


def test_a_report_is_in_time_on_its_last_day_and_late_after_it():
    in_time, late = filed(date(2009, 12, 31)), filed(date(2010, 1, 2))

    assert late_reports([DUE], [in_time], as_of=date(2010, 2, 1)) == ()
    (finding,) = late_reports([DUE], [late], as_of=date(2010, 2, 1))
    assert finding.code == "programme.report_late"
    assert finding.sentence == (
        "the report was due on 2009-12-31, handed in on 2010-01-02: 2 days late"
    )
    # The first one counts, whatever came after it.
    assert late_reports([DUE], [late, in_time], as_of=date(2010, 2, 1)) == ()
    assert late_reports([DUE], [in_time, late], as_of=date(2010, 2, 1)) == ()


def test_a_report_that_is_missing_is_a_fault_from_the_day_after():
    assert late_reports([DUE], [], as_of=date(2009, 12, 31)) == ()
    (finding,) = late_reports([DUE], [filed(date(2010, 1, 2))], as_of=date(2010, 1, 1))
    assert finding.code == "programme.report_missing"
    assert finding.zh == "报告应于 2009-12-31 前报送，尚未报送，逾期 1 天"


def test_reports_of_two_events_are_kept_apart():
    first = ReportDue(duty="activity", due_on=date(2009, 10, 5), about="E-1", rule="rule")
    second = ReportDue(duty="activity", due_on=date(2009, 10, 5), about="E-2", rule="rule")
    given = ReportFiled(
        duty="activity", due_on=date(2009, 10, 5), on=date(2009, 10, 1), ref="R-1", about="E-2"
    )

    (finding,) = late_reports([first, second], [given], as_of=date(2009, 10, 6))
    assert finding.sentence.startswith("the report about E-1 was due")
    assert "（E-1）" in finding.zh


@pytest.mark.parametrize(
    "bad",
    [
        lambda: due_reports(("loan_drive",), since=DUE.due_on, until=DUE.due_on),
        lambda: due_reports(
            (load_practice().award("siyb_top_ten", on=DUE.due_on),),
            since=DUE.due_on,
            until=DUE.due_on,
        ),
        lambda: due_reports((), since=DUE.due_on, until=DUE.due_on, events=("E-1",)),
        lambda: late_reports(("loan_drive",), (), as_of=DUE.due_on),
        lambda: late_reports((DUE,), ("R-1",), as_of=DUE.due_on),
    ],
)
def test_what_is_no_duty_and_no_report_is_refused(bad):
    with pytest.raises(InvalidTerms):
        bad()


def test_a_calendar_runs_forward():
    with refused(
        InvalidDate, "periods.invalid_date", value=date(2009, 1, 1), limit=date(2009, 1, 2)
    ):
        due_reports((), since=date(2009, 1, 2), until=date(2009, 1, 1))
