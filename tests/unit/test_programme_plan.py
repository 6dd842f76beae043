"""A yearly plan against what was reached; what was lent, by group; events that are counted."""

from dataclasses import replace
from datetime import date

import pytest

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    Loan,
    LoanGivenTwice,
    LoanTerms,
    RefConflict,
    cny,
    disburse,
    percent,
)
from microloan.programme import (
    Achieved,
    Event,
    Goal,
    GroupLending,
    Target,
    YearlyPlan,
    achieved_by_lending,
    behind_plan,
    count_events,
    follow_plan,
    lending_by_group,
    year_elapsed,
)
from refusals import refused

AUGUST, SEPTEMBER = date(2015, 8, 31), date(2015, 9, 30)
WANZHOU = YearlyPlan(
    year=2015, targets=(Target(goal=Goal.AMOUNT, number=1_500_000_000),), ref="PLAN-2015"
)
COUNTED = (
    Achieved(goal=Goal.AMOUNT, number=366_000_000, on=AUGUST),
    Achieved(goal=Goal.AMOUNT, number=1_118_000_000, on=SEPTEMBER),
)


def percents(*quotients):
    return tuple(str(quotient).rpartition(": ")[2] for quotient in quotients)


# ---- plan and result


def test_wanzhou_lent_a_quarter_of_its_plan_in_two_thirds_of_the_year():
    # 366 of 1,500 = 24.4 %, 8 of 12 months = 66.7 %; in September 1,118 = 74.53 %.
    (august,) = follow_plan(WANZHOU, COUNTED, as_of=AUGUST)
    (september,) = follow_plan(WANZHOU, COUNTED, as_of=SEPTEMBER)

    assert percents(august.completion, august.elapsed) == ("24.40%", "66.67%")
    assert percents(september.completion, september.elapsed) == ("74.53%", "75.00%")


def test_what_lags_behind_the_year_is_found_and_exactly_as_many_points_are_not():
    (finding,) = behind_plan(WANZHOU, COUNTED, as_of=AUGUST, points=42)

    assert finding.code == "programme.behind_plan"
    assert finding.sentence == "amount: 24.4% of the target, 66.7% of the year gone by"
    assert finding.zh == "发放金额：完成计划的 24.4%，时间进度 66.7%"
    assert dict(finding.figures)["reached"] == "3,660,000.00"
    # 75 % of the year and 65 % of the target are exactly ten points apart.
    at = (Achieved(goal=Goal.AMOUNT, number=975_000_000, on=SEPTEMBER),)
    assert behind_plan(WANZHOU, at, as_of=SEPTEMBER, points=10) == ()
    assert len(behind_plan(WANZHOU, at, as_of=SEPTEMBER, points=9)) == 1


def test_a_goal_of_one_group_is_followed_by_its_own_counts():
    plan = YearlyPlan(
        year=2024,
        targets=(
            Target(goal=Goal.PERSONS, number=100),
            Target(goal=Goal.PERSONS, number=40, group="graduate"),
        ),
        ref="P-1",
    )
    counted = (Achieved(goal=Goal.PERSONS, number=10, on=date(2024, 6, 30), group="graduate"),)

    everybody, graduates = follow_plan(plan, counted, as_of=date(2024, 7, 31))
    assert (everybody.reached, everybody.counted_on) == (0, date(2024, 7, 31))
    assert (graduates.reached, graduates.counted_on) == (10, date(2024, 6, 30))
    (first, second) = behind_plan(plan, counted, as_of=date(2024, 7, 31), points=0)
    assert second.sentence == "persons of graduate: 25.0% of the target, 50.0% of the year gone by"
    assert dict(first.figures)["target"] == "100"


def test_counts_of_other_years_and_later_ones_are_left_aside():
    later = Achieved(goal=Goal.AMOUNT, number=1, on=date(2016, 1, 1))
    other = Achieved(goal=Goal.JOBS, number=1, on=AUGUST)

    assert follow_plan(WANZHOU, (*COUNTED, later, other), as_of=AUGUST) == follow_plan(
        WANZHOU, COUNTED, as_of=AUGUST
    )
    # Asked in the next year, the year of the plan is over on 31 December.
    (over,) = follow_plan(WANZHOU, (), as_of=date(2016, 3, 1))
    assert (over.counted_on, percents(over.elapsed)) == (date(2015, 12, 31), ("100.00%",))


def test_a_year_goes_by_in_months_and_days():
    # 7 months and 15 of 31 days: 232 of 372.
    elapsed = year_elapsed(date(2015, 8, 15))

    assert (elapsed.part, elapsed.whole) == (232, 372)
    assert percents(year_elapsed(date(2015, 2, 28)), year_elapsed(date(2015, 12, 31))) == (
        "16.67%",
        "100.00%",
    )


def test_a_plan_is_not_asked_before_its_year():
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=date(2014, 12, 31),
        limit=date(2015, 1, 1),
        says="PLAN-2015 is a plan of 2015",
    ):
        follow_plan(WANZHOU, COUNTED, as_of=date(2014, 12, 31))


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Target(goal="amount", number=1),
        lambda: Target(goal=Goal.AMOUNT, number=0),
        lambda: Target(goal=Goal.AMOUNT, number=1.5),
        lambda: Target(goal=Goal.AMOUNT, number=1, group="Laid off"),
        lambda: Achieved(goal=Goal.AMOUNT, number=-1, on=AUGUST),
        lambda: replace(WANZHOU, targets=()),
        lambda: replace(WANZHOU, targets=WANZHOU.targets * 2),
        lambda: replace(WANZHOU, targets=[*WANZHOU.targets]),
        lambda: follow_plan(None, (), as_of=AUGUST),
        lambda: follow_plan(WANZHOU, (1,), as_of=AUGUST),
        lambda: behind_plan(WANZHOU, COUNTED, as_of=AUGUST, points=101),
        lambda: achieved_by_lending((1,), on=AUGUST),
        lambda: lending_by_group(("HT-1",), since=AUGUST, until=AUGUST),
        lambda: Event(kind="College visit", on=AUGUST, ref="E-1", place="College"),
        lambda: Event(kind="college_visit", on=AUGUST, ref="E-1", place="College", people=-1),
        lambda: count_events(("E-1",), "college_visit", year=2015, as_of=AUGUST),
        lambda: count_events((), "College visit", year=2015, as_of=AUGUST),
        lambda: count_events((), "college_visit", year="2015", as_of=AUGUST),
    ],
)
def test_what_is_no_plan_no_count_and_no_event_is_refused(bad):
    with pytest.raises(InvalidTerms):
        bad()


@pytest.mark.parametrize("year", [None, "2015", 1989, 2101, True])
def test_a_plan_is_of_a_year(year):
    with refused(InvalidDate, "periods.invalid_date", value=year, limit=(1990, 2100)):
        replace(WANZHOU, year=year)


def test_days_and_papers_are_checked():
    with pytest.raises(InvalidDate):
        Achieved(goal=Goal.JOBS, number=1, on="2015-08-31")
    with pytest.raises(InvalidIdentity):
        replace(WANZHOU, ref="")
    with pytest.raises(InvalidDate):
        year_elapsed(None)
    with pytest.raises(InvalidDate):
        lending_by_group((), since=SEPTEMBER, until=AUGUST)


@pytest.mark.parametrize("goal", Goal)
def test_every_goal_has_a_chinese_word(goal):
    assert goal.zh


# ---- what was lent


def loan(id_, borrower, *, groups=(), on=AUGUST, disbursed=None):
    """100,000 yuan for two years."""
    return Loan.grant(
        id_,
        borrower=borrower,
        lender="BANK-1",
        category=Category(kind=BorrowerKind.INDIVIDUAL, groups=set(groups)),
        terms=LoanTerms(
            principal=cny(100_000),
            annual_rate=percent("6"),
            disbursed_on=on,
            months=24,
            amortization=Amortization.BULLET,
            day_count=DayCount.BY_PERIOD,
        ),
        disbursed=disbursed,
    )


def test_lending_is_counted_for_everybody_and_for_each_group():
    # B-1 has two loans and two groups, B-2 none; the loan of 2014 is of another year.
    loans = [
        loan("HT-1", "B-1", groups={"graduate", "women"}),
        loan("HT-2", "B-1", groups={"graduate"}, disbursed=cny(40_000)),
        loan("HT-3", "B-2"),
        loan("HT-4", "B-3", on=date(2014, 12, 31)),
    ]

    lent = lending_by_group(loans, since=date(2015, 1, 1), until=AUGUST)

    assert lent == (
        GroupLending(group="", borrowers=2, loans=3, amount_fen=24_000_000),
        GroupLending(group="graduate", borrowers=1, loans=2, amount_fen=14_000_000),
        GroupLending(group="women", borrowers=1, loans=1, amount_fen=10_000_000),
    )
    assert lent[0].amount == cny(240_000)


def test_a_further_part_counts_on_its_own_day():
    first = loan("HT-2", "B-1", disbursed=cny(40_000))
    both = disburse(first, cny(60_000), on=SEPTEMBER, ref="D-2")

    def lent(since, until):
        return [each.amount for each in lending_by_group([both], since=since, until=until)]

    assert lent(AUGUST, AUGUST) == [cny(40_000)]
    assert lent(AUGUST, SEPTEMBER) == [cny(100_000)]
    assert lent(date(2015, 9, 1), SEPTEMBER) == [cny(60_000)]
    undone = both.reverse(2, on=date(2015, 10, 1), ref="R-1")
    assert [each.amount for each in lending_by_group([undone], since=AUGUST, until=SEPTEMBER)] == [
        cny(40_000)
    ]


def test_nothing_lent_is_a_line_of_nothing_and_one_loan_twice_is_refused():
    assert lending_by_group((), since=AUGUST, until=AUGUST) == (
        GroupLending(group="", borrowers=0, loans=0, amount_fen=0),
    )
    one = loan("HT-1", "B-1")
    with refused(LoanGivenTwice, LoanGivenTwice.code, value="HT-1", limit="each loan once"):
        lending_by_group([one, one], since=AUGUST, until=AUGUST)


def test_what_was_lent_is_counted_for_the_plan():
    lent = lending_by_group(
        [loan("HT-1", "B-1", groups={"graduate"})], since=date(2015, 1, 1), until=AUGUST
    )

    counted = achieved_by_lending(lent, on=AUGUST)

    assert [(each.goal, each.group, each.number) for each in counted] == [
        (Goal.AMOUNT, "", 10_000_000),
        (Goal.LOANS, "", 1),
        (Goal.PERSONS, "", 1),
        (Goal.AMOUNT, "graduate", 10_000_000),
        (Goal.LOANS, "graduate", 1),
        (Goal.PERSONS, "graduate", 1),
    ]
    assert follow_plan(WANZHOU, counted, as_of=AUGUST)[0].reached == 10_000_000


# ---- events


def visit(number, on):
    return Event(kind="college_visit", on=on, ref=f"E-{number}", place="College", people=30)


def test_events_of_a_kind_are_counted_once_in_their_year():
    # Weihai asks for five visits to colleges a year.
    visits = [visit(month, date(2009, month, 10)) for month in (3, 4, 5, 9, 10)]
    others = [replace(visits[0], kind="job_fair", ref="E-99"), visit(1, date(2008, 3, 10))]

    def count(as_of):
        return count_events([*visits, *visits, *others], "college_visit", year=2009, as_of=as_of)

    assert count(date(2009, 12, 31)) == 5
    assert count(date(2009, 10, 9)) == 4
    assert count(date(2009, 3, 10)) == 1


def test_one_number_for_two_events_is_refused():
    first, second = visit(1, AUGUST), visit(1, SEPTEMBER)

    with refused(RefConflict, RefConflict.code, value=second, limit=first, says="E-1 stands for"):
        count_events([first, second], "college_visit", year=2015, as_of=SEPTEMBER)
