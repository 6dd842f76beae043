"""What holds of grades, arrears, the blacklist, reminders and migration over any history."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from histories import RULES, histories
from microloan import Dated, HalfYear, Opening, nonperforming_rate
from microloan.blacklist import blacklist_spans
from microloan.contact import Contact, Outcome, chased
from microloan.due_visit import due_visits
from microloan.grade import Grade, grade_loans, grade_of_days
from microloan.halfyear import draw_up
from microloan.migration import migrate
from microloan.overdue import age_arrears, portfolio_at_risk
from microloan.policy import BlacklistRule, Channel, Line
from microloan.reminder import due_reminders
from microloan.tracking import watch_list
from strategies import FIRST_DAY

DAYS = st.integers(0, 900)


def always(measure, value):
    """The rules with one value of a measure that never changes, so that any day may be asked."""
    first = RULES.grade_days.first_day
    known = getattr(RULES, measure).at(first)
    line = Line(Dated.always(measure, known.of(value)))
    return replace(RULES, **{measure: line})


ANY_DAY = replace(
    RULES,
    **{
        measure: Line(Dated.always(measure, getattr(RULES, measure).at(date(2024, 1, 1))))
        for measure in ("grade_days", "overdue_bands", "visit_interval_months", "reminder_ladder")
    },
)


@given(histories(), DAYS)
def test_bad_grades_are_the_rate_of_bad_loans_and_all_grades_the_book(history, days):
    loan = history.moments[-1].loan
    as_of = loan.terms.disbursed_on + timedelta(days=days)
    rate = nonperforming_rate([loan], as_of=as_of, beyond_days=90)
    totals = grade_loans([loan], under=ANY_DAY, as_of=as_of)

    assert sum(one.outstanding_fen for one in totals) == rate.whole
    assert sum(one.outstanding_fen for one in totals if one.grade.nonperforming) == rate.part


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_a_later_loan_is_of_no_better_grade(days, more):
    day = date(2024, 1, 1)
    grade = grade_of_days(days, under=RULES, on=day)

    assert grade_of_days(days + more, under=RULES, on=day).rank >= grade.rank


@given(histories(), DAYS)
def test_the_bands_hold_each_late_loan_once_with_all_its_arrears(history, days):
    loan = history.moments[-1].loan
    as_of = loan.terms.disbursed_on + timedelta(days=days)
    position = loan.position(as_of=as_of)
    bands = age_arrears([loan], under=ANY_DAY, as_of=as_of)

    assert sum(band.loans for band in bands) == (position.days_past_due > 0)
    late = position.arrears_fen if position.days_past_due else 0
    assert sum(band.arrears_fen for band in bands) == late
    at_risk = portfolio_at_risk([loan], beyond_days=0, as_of=as_of)
    assert at_risk.part == sum(band.outstanding_fen for band in bands)


@pytest.mark.parametrize("opening", Opening)
@given(histories(most=6), st.integers(0, 500))
def test_the_blacklist_is_what_going_day_by_day_makes_of_it(opening, history, days):
    loan = history.moments[-1].loan
    rules = always("blacklist", BlacklistRule(days=90, opening=opening))
    first = loan.terms.disbursed_on
    as_of = first + timedelta(days=days)
    limit = 90 if opening is Opening.AT_OR_AFTER else 91
    listed, expected = False, set()
    for number in range(days + 1):
        at = loan.position(as_of=first + timedelta(days=number))
        if listed and not (at.arrears_fen or at.subrogated_fen or at.written_off_fen):
            listed = False
        if at.days_past_due >= limit or at.subrogated_fen or at.written_off_fen:
            listed = True
        if listed:
            expected.add(first + timedelta(days=number))

    spans = blacklist_spans([loan], under=rules, as_of=as_of)
    held = {
        day
        for number in range(days + 1)
        if any(span.holds_on(day := first + timedelta(days=number)) for span in spans)
    }
    assert held == expected


@given(histories(), DAYS, st.integers(0, 120))
def test_once_every_reminder_is_answered_there_are_none(history, start, length):
    loan = history.moments[-1].loan
    since = loan.terms.disbursed_on + timedelta(days=start)
    until = since + timedelta(days=length)
    due = due_reminders([loan], [], under=ANY_DAY, since=since, until=until)
    answered = [
        Contact(
            loan_id=one.loan_id,
            due_on=one.due_on,
            days=one.days,
            on=one.on,
            channel=one.channel,
            officer="O-1",
            outcome=Outcome.DELIVERED,
            ref=f"催{number}",
        )
        for number, one in enumerate(due)
    ]

    assert all(one.unpaid_fen > 0 and since <= one.on <= until for one in due)
    assert due_reminders([loan], answered, under=ANY_DAY, since=since, until=until) == ()
    assert due_reminders([loan], answered[1:], under=ANY_DAY, since=since, until=until) == due[:1]


@given(histories(), DAYS, DAYS)
def test_reminders_by_what_was_known_are_those_of_the_book_as_it_stood(history, start, known):
    loan = history.moments[-1].loan
    since = loan.terms.disbursed_on + timedelta(days=start)
    as_of = loan.terms.disbursed_on + timedelta(days=known)
    window = {"under": ANY_DAY, "since": since, "until": since + timedelta(days=120)}
    due = due_reminders([loan], [], as_of=as_of, **window)

    last = max(entry.on for entry in loan.entries)
    if as_of >= last:
        assert due == due_reminders([loan], [], **window)
    later = [Contact(
        loan_id=one.loan_id, due_on=one.due_on, days=one.days, on=as_of + timedelta(days=1),
        channel=one.channel, officer="O-1", outcome=Outcome.DELIVERED, ref=f"催{number}",
    ) for number, one in enumerate(due)]  # fmt: skip
    assert due_reminders([loan], later, as_of=as_of, **window) == due


@given(histories(), DAYS, st.integers(0, 120))
def test_nobody_is_chased_who_owed_nothing(history, start, days):
    loan = history.moments[-1].loan
    on = loan.terms.disbursed_on + timedelta(days=start)
    days = min(days, (on - FIRST_DAY).days)  # no book has earlier ones
    contact = Contact(
        loan_id=loan.id,
        due_on=on - timedelta(days=days),
        days=days,
        on=on,
        channel=Channel.PHONE,
        officer="O-1",
        outcome=Outcome.NOT_REACHED,
        ref="催1",
    )

    if chased(loan, [contact], by=on):
        day = on if not days else on - timedelta(days=1)
        assert loan.position(as_of=day).arrears_fen > 0
        assert chased(loan, [contact], by=on - timedelta(days=1)) == ()


@given(histories(), DAYS, st.integers(0, 400))
def test_the_plan_of_visits_has_one_missed_day_at_most_and_strictly_later_ones(
    history, start, length
):
    loan = history.moments[-1].loan
    as_of = loan.terms.disbursed_on + timedelta(days=start)
    until = as_of + timedelta(days=length)
    days = [one.due_on for one in due_visits([loan], [], under=ANY_DAY, until=until, as_of=as_of)]

    assert days == sorted(set(days))
    assert sum(day < as_of for day in days) <= 1
    assert all(day <= until for day in days)


@given(histories(), DAYS)
def test_a_watched_loan_has_its_reasons_in_order_each_once(history, days):
    loan = history.moments[-1].loan
    as_of = loan.terms.disbursed_on + timedelta(days=days)
    for watch in watch_list([loan], as_of=as_of, under=ANY_DAY, ending_within=60):
        ranks = [concern.rank for concern in watch.concerns]
        assert ranks == sorted(set(ranks))
        assert watch.concern is watch.concerns[0]


@given(st.lists(histories(most=5), min_size=1, max_size=3), st.integers(0, 3), st.integers(1, 3))
def test_the_rows_of_a_migration_are_the_earlier_ledger_and_its_columns_the_later(
    some, start, apart
):
    book = [replace(one.moments[-1].loan, id=f"HT-{number}") for number, one in enumerate(some)]
    first = HalfYear.of(min(loan.terms.disbursed_on for loan in book))
    for _ in range(start):
        first = first.next
    last = first
    for _ in range(apart):
        last = last.next
    earlier, later = draw_up(book, first), draw_up(book, last)
    matrix = migrate(earlier, later, under=ANY_DAY)

    assert sum(matrix.row(grade).before_fen for grade in Grade) == earlier.totals.closing_fen
    assert sum(matrix.column(grade).after_fen for grade in Grade) == later.totals.closing_fen
    assert matrix.row(None).before_fen == matrix.column(None).after_fen == 0
