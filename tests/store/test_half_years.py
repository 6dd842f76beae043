"""A closed sheet reprints as it was known then; what was learned since is listed beside it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from histories import RULES, a_loan, histories, pays, pays_on_time
from microloan import (
    ChainBroken,
    HalfYear,
    InvalidIdentity,
    InvalidTerms,
    NotFound,
    PeriodClosed,
    RefConflict,
    cny,
    draw_up,
    subsidize,
    watch_list,
)
from microloan.assignment import AssignedTo, Assignment
from microloan.ledger_group import GroupBy, group_ledger
from refusals import refused
from requesting import asks, lent, paid

H1, H2 = HalfYear(2024, 1), HalfYear(2024, 2)
JULY, JANUARY = date(2024, 7, 2), date(2025, 1, 2)
OFFICER, LENDER = AssignedTo.OFFICER, AssignedTo.LENDER


def given_to(value, on, *, loan_id="HT-1", what=OFFICER, ref="管1"):
    return Assignment(loan_id=loan_id, what=what, value=value, on=on, ref=ref)


@pytest.fixture
def book(database):
    """Two loans without a guarantee: one on time, of the other two installments are paid."""
    database.keep(
        pays_on_time(a_loan("HT-1", guarantee=None), last=5),
        pays_on_time(a_loan("HT-2", guarantee=None), last=2),
    )
    return database


def close(database, half=H1, on=JULY):
    with database.work() as uow:
        closing = uow.close(half, on=on)
        uow.commit()
    return closing


def assign(database, *assignments):
    with database.work() as uow:
        uow.assignments.record(*assignments)
        uow.commit()


def late_payment(database, on=date(2024, 4, 15), booked_on=date(2024, 7, 20)):
    loan = database.loan("HT-2")
    return loan.repay(cny(10_500), on=on, booked_on=booked_on, ref="回单late")


# --- reprinting


def test_a_closed_sheet_reprints_as_it_was_known_then(book):
    assign(book, given_to("李四", date(2024, 1, 15)))
    close(book)
    with book.work() as uow:
        printed = uow.half_years.get(H1)
        assert printed == draw_up(uow.loans.all(), H1, assignments=uow.assignments.all())
    assert [line.days_past_due for line in printed.lines] == [0, 76]  # 15 April to 30 June
    assert [len(line.remaining) for line in printed.lines] == [7, 7]
    assert [line.officer for line in printed.lines] == ["李四", ""]

    book.keep(late_payment(book), book.loan("HT-1").reverse(6, on=JULY, ref="冲1", booked_on=JULY))
    assign(book, given_to("王五", date(2024, 7, 1), ref="管2"))
    with book.work() as uow:
        assert uow.half_years.get(H1) == printed
        open_one = draw_up(uow.loans.all(), H2, assignments=uow.assignments.all())
    assert open_one.totals.opening == printed.totals.closing
    assert open_one.totals.adjustments == cny(-10_000) + cny(10_000)


def test_what_closing_kept_is_read_without_the_loans(book):
    close(book)
    with book.work() as uow:
        kept = {line.loan_id: line for line in uow.half_years.frozen(H1).lines}
    assert (kept["HT-2"].days_past_due, kept["HT-2"].prepaid, kept["HT-2"].visit_ref) == (
        76,
        cny(0),
        "",
    )
    assert kept["HT-1"].account == book.loan("HT-1").account(H1)


def test_the_subsidy_and_the_warnings_are_handed_in_and_the_requests_are_the_books(database):
    loan = lent(guarantee=None)
    for due in loan.schedule[:1]:
        loan = loan.repay(due.total, on=due.due_on, ref="息1")
    database.keep(loan)
    with database.work() as uow:
        uow.requests.save(asks(loan))
        uow.close(HalfYear(2024, 1), on=JULY)
        uow.close(HalfYear(2024, 2), on=JANUARY)
        uow.commit()
    with database.work() as uow:
        [line] = uow.half_years.get(
            H2,
            subsidies=subsidize(loan, under=RULES, as_of=H2.last_day),
            payments=[paid("948.75", on=date(2024, 10, 15))],
            watches=watch_list([loan], as_of=H2.last_day),
        ).lines
        assert uow.half_years.get(H2).lines[0].subsidy is None
    assert line.subsidy.paid == cny("948.75")
    assert line.subsidy.due >= cny("1897.50")
    assert [concern.zh for concern in line.concerns] == ["逾期"]  # interest of 20 December


# --- what was learned since


def test_what_was_learned_since_is_listed_once_with_its_effect(book):
    close(book)
    with book.work() as uow:
        assert uow.half_years.learned_since(H1) == ()
    book.keep(
        late_payment(book),
        book.loan("HT-1").reverse(6, on=JULY, ref="冲1", booked_on=JULY),
        a_loan("HT-3", guarantee=None, disbursed_on=date(2024, 6, 20), booked_on=JULY),
    )
    book.keep(pays(book.loan("HT-2"), (1_000, date(2024, 7, 25))))  # not late
    with book.work() as uow:
        facts = uow.half_years.learned_since(H1)
    assert [(fact.loan_id, fact.principal, fact.interest) for fact in facts] == [
        ("HT-1", cny(10_000), cny(-400)),
        ("HT-2", cny(-10_000), cny(500)),
        ("HT-3", cny(120_000), cny(0)),
    ]
    assert {fact.appears_in for fact in facts} == {H2}
    close(book, H2, JANUARY)
    with book.work() as uow:
        assert uow.half_years.learned_since(H1) == facts
        assert uow.half_years.get(H2).totals.adjustments == cny(120_000)
        assert uow.half_years.closing(H2).control.failed == ()


def test_nothing_was_learned_of_a_half_year_that_is_open(book):
    with book.work() as uow, pytest.raises(NotFound):
        uow.half_years.learned_since(H1)


# --- the control sheet


def test_a_closing_brings_its_control_sheet(book):
    first = close(book).control
    assert (first.opened, first.carried, first.failed) == (2, 2, ())
    second = close(book, H2, JANUARY).control
    assert (second.brought_forward, second.carried_before, second.opened) == (2, 2, 0)
    assert (second.previous, second.totals.opening) == (cny(170_000), cny(170_000))
    assert second.totals.unbilled == cny("53.34")  # January's line, 10,000 × 6 % × 16 / 360, twice
    assert second.failed == ()


# --- whose the loans are


def test_assignments_are_kept_in_the_order_of_knowledge(book):
    later, earlier = given_to("王五", date(2024, 5, 1)), given_to("李四", date(2024, 2, 1))
    bank = given_to("BANK-2", date(2024, 5, 1), loan_id="HT-2", what=LENDER)
    assign(book, later, bank)
    assign(book, earlier)

    with book.work() as uow:
        assert uow.assignments.all() == (later, bank, earlier)
        assert uow.assignments.of("HT-1") == (later, earlier)
        assert uow.assignments.known_at(2) == (later, bank)
        assert uow.assignments.known_at(0) == ()
    rows = book.sql("SELECT loan_id, what, value, number FROM microloan_assignment ORDER BY number")
    assert rows == [
        ("HT-1", "officer", "王五", 1),
        ("HT-2", "lender", "BANK-2", 2),
        ("HT-1", "officer", "李四", 3),
    ]


def test_the_same_assignment_again_changes_nothing(book):
    assign(book, given_to("李四", date(2024, 2, 1)))
    close(book)
    with book.untouched():
        assign(book, given_to("李四", date(2024, 2, 1)))


def test_another_officer_on_the_same_day_is_refused(book):
    assign(book, given_to("李四", date(2024, 2, 1)))
    with book.refuses(
        RefConflict,
        "ledger.ref_conflict",
        value=("王五", "管2"),
        limit=("李四", "管1"),
    ) as uow:
        uow.assignments.record(
            given_to("李四", date(2024, 3, 1)), given_to("王五", date(2024, 2, 1), ref="管2")
        )


def test_a_loan_is_not_assigned_within_a_closed_half_year(book):
    close(book)
    with book.refuses(
        PeriodClosed,
        "halfyear.closed",
        value=date(2024, 6, 30),
        limit=date(2024, 6, 30),
        says="let it go on a day after that",
    ) as uow:
        uow.assignments.record(given_to("李四", date(2024, 6, 30)))
    assign(book, given_to("李四", date(2024, 7, 1)))


NO_DAY = pytest.mark.only("sqlite", "PostgreSQL keeps nothing but days in a DATE column")


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("value = '王五'", "a row of microloan_assignment"),
        ("number = 2", "a row of microloan_assignment"),
        pytest.param("effective_on = 'soon'", "a day", marks=NO_DAY),
    ],
)
def test_an_assignment_that_was_changed_behind_the_library_is_not_read(book, change, value):
    assign(book, given_to("李四", date(2024, 2, 1)))
    book.tamper(f"UPDATE microloan_assignment SET {change}")
    with book.work() as uow:
        with refused(ChainBroken, "store.chain_broken", value=value, limit="the stored hash chain"):
            uow.assignments.all()


def test_only_loans_of_the_book_are_assigned(book):
    limit = "a loan of book 990101"
    with book.refuses(NotFound, "store.not_found", value="HT-9", limit=limit) as uow:
        uow.assignments.record(given_to("李四", date(2024, 2, 1), loan_id="HT-9"))
    with book.refuses(InvalidTerms, "terms.invalid", value="tuple", limit="an Assignment") as uow:
        uow.assignments.record((given_to("李四", date(2024, 2, 1)),))
    with pytest.raises(InvalidIdentity):
        given_to("", date(2024, 2, 1))


def test_the_groups_of_closed_sheets_follow_each_other(book):
    assign(
        book,
        given_to("李四", date(2024, 1, 15)),
        given_to("李四", date(2024, 1, 15), loan_id="HT-2"),
        given_to("王五", date(2024, 4, 1), loan_id="HT-2", ref="管2"),
    )
    close(book)
    assign(book, given_to("王五", date(2024, 7, 1), ref="管3"))
    close(book, H2, JANUARY)
    with book.work() as uow:
        sheets = [
            group_ledger(uow.half_years.get(half), by=GroupBy.OFFICER).groups for half in (H1, H2)
        ]
    first, second = ({group.key: group for group in groups} for groups in sheets)
    assert all(group.balances for groups in sheets for group in groups)
    for key, group in first.items():
        assert second[key].totals.opening == group.totals.closing
    assert (first["李四"].totals.closing, first["王五"].totals.closing) == (
        cny(70_000),
        cny(100_000),
    )
    assert (second["李四"].totals.closing, second["王五"].totals.closing) == (cny(0), cny(170_000))


# --- whatever happens


@given(history=histories(), data=st.data())
def test_a_late_fact_never_changes_the_closed_sheet_and_appears_once_as_an_adjustment(
    shared_database, new_book, any_leverage, history, data
):
    """Acts are saved as they come; half-years are closed, opened again and closed in between."""
    book = new_book()
    fund, loan = history.moments[0].fund, history.moments[0].loan
    half = HalfYear.of(loan.terms.disbursed_on)
    printed = {}
    with shared_database.work(book) as uow:
        uow.save(fund)
        uow.admit(loan, under=any_leverage, on=loan.terms.disbursed_on)
        for number, moment in enumerate(history.moments[1:]):
            if moment.loan.entries[-1].booked_on < half.first_day:
                break
            if any(entry.kind.value == "disbursement" for entry in moment.loan.entries[1:]):
                break
            uow.save(moment.fund, moment.loan)
            while data.draw(st.integers(0, 2)) == 2 and half.year < 2099:
                uow.assignments.record(
                    given_to(f"O-{data.draw(st.integers(1, 2))}", half.first_day, ref=f"{half}")
                )
                closing = uow.close(half, on=half.last_day + timedelta(days=1))
                if data.draw(st.integers(0, 3)) == 3:
                    reason = f"第 {number} 次"
                    uow.reopen(half, on=half.last_day + timedelta(days=1), reason=reason)
                    closing = uow.close(half, on=half.last_day + timedelta(days=2))
                assert closing.control.failed == ()
                printed[half] = uow.half_years.get(half)
                half = half.next
        for closed, sheet in printed.items():
            assert uow.half_years.get(closed) == sheet
            facts = uow.half_years.learned_since(closed)
            numbers = [fact.entry.number for fact in facts]
            assert len(set(numbers)) == len(numbers)
            assert all(fact.appears_in > closed for fact in facts)
            if closed.next in printed:
                shown = [fact for fact in facts if fact.appears_in == closed.next]
                adjusted = sum(fact.principal_fen for fact in shown)
                assert printed[closed.next].totals.adjustments_fen == adjusted
