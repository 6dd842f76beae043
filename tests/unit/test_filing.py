"""By when each step of a quarter's request is done."""

from dataclasses import replace
from datetime import date

from histories import RULES, refused
from microloan import Dated, InterestQuarter, NotInForce
from microloan.filing import deadlines
from microloan.policy import After, Deadline, Line

HOLIDAYS = {date(2010, 1, 1)}


def is_workday(day):
    """Monday to Friday, but for the New Year."""
    return day.weekday() < 5 and day not in HOLIDAYS


def steps(quarter):
    """The step and its day, as printed."""
    return [
        (day.step, str(day.on)) for day in deadlines(quarter, under=RULES, is_workday=is_workday)
    ]


def test_the_deadlines_of_2008():
    # 20 March 2009 is a Friday: five working days to the 27th, five more to 3 April; the 10th and
    # 15th of the month after the quarter (財金〔2008〕100号).
    assert steps(InterestQuarter(2009, 1)) == [
        ("bank_files", "2009-03-27"),
        ("finance_pays", "2009-04-03"),
        ("city_reports", "2009-04-10"),
        ("province_reports", "2009-04-15"),
    ]


def test_after_a_second_quarter_the_province_adds_its_analysis():
    # 20 June 2009 is a Saturday.
    assert steps(InterestQuarter(2009, 2)) == [
        ("bank_files", "2009-06-26"),
        ("finance_pays", "2009-07-03"),
        ("city_reports", "2009-07-10"),
        ("province_reports", "2009-07-15"),
        ("province_analysis", "2009-07-10"),
    ]


def test_after_a_third_quarter_nothing_is_added():
    assert [step for step, _ in steps(InterestQuarter(2009, 3))] == [
        "bank_files",
        "finance_pays",
        "city_reports",
        "province_reports",
    ]


def test_after_a_fourth_quarter_the_year_is_cleared():
    # 20 December 2009 is a Sunday; 1 January is a holiday; 20 days after 31 December.
    assert steps(InterestQuarter(2009, 4)) == [
        ("bank_files", "2009-12-25"),
        ("finance_pays", "2010-01-04"),
        ("city_reports", "2010-01-10"),
        ("province_reports", "2010-01-15"),
        ("province_analysis", "2010-01-10"),
        ("year_list", "2010-01-20"),
    ]


def test_three_three_and_five_days_before_that():
    # 20 March 2006 is a Monday (Jiangxi, 財金〔2003〕70号): Thursday, Tuesday, Tuesday.
    assert steps(InterestQuarter(2006, 1)) == [
        ("bank_files", "2006-03-23"),
        ("guarantor_checks", "2006-03-28"),
        ("finance_pays", "2006-04-04"),
    ]


def test_since_2023_the_year_ends_with_the_reward():
    # 31 January and 28 February; 20 December 2024 is a Friday; a month after the 27th.
    assert steps(InterestQuarter(2024, 4)) == [
        ("bank_files", "2024-12-27"),
        ("finance_pays", "2025-01-27"),
        ("bank_year_list", "2025-01-31"),
        ("labor_year_table", "2025-01-31"),
        ("finance_claims_reward", "2025-02-28"),
    ]


def test_each_day_names_its_rule():
    (first, *_) = deadlines(InterestQuarter(2009, 1), under=RULES, is_workday=is_workday)

    assert first.rule.startswith("财金〔2008〕100号: 经办银行于每季结息日后 5 个工作日内")


def test_a_first_step_that_follows_the_one_before_it_follows_the_quarter():
    pays = Deadline(step="finance_pays", after=After.PREVIOUS, days=10)
    rule = RULES.deadlines.at(date(2024, 3, 20)).of((pays,))
    alone = replace(RULES, deadlines=Line(Dated.always("deadlines", rule)))

    (only,) = deadlines(InterestQuarter(2024, 1), under=alone, is_workday=is_workday)

    assert only.on == date(2024, 3, 30)


def test_before_the_first_rule_no_deadline_is_known():
    quarter = InterestQuarter(2003, 1)
    reason = RULES.deadlines.known(quarter.last_day).reason

    with refused(NotInForce, code="policy.not_in_force", value=quarter.last_day, limit=reason):
        deadlines(quarter, under=RULES, is_workday=is_workday)
