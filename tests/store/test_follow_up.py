"""Visits and contacts in a book: recorded once, read back whole, none before or after time."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert

from histories import RULES, a_loan
from microloan import (
    ChainBroken,
    HalfYear,
    InvalidTerms,
    NotFound,
    PeriodClosed,
    RefConflict,
    cny,
)
from microloan.errors import VisitTooEarly
from microloan.grade import Grade
from microloan.migration import migrate
from microloan.reminder import Channel, Contact, Outcome
from microloan.store import FollowUp
from microloan.visit import BusinessState, CheckItem, FollowUpVisit, Prospect, make_visit

VISIT = make_visit(
    a_loan(),
    on=date(2024, 4, 10),
    ref="访1",
    visitors=("O-1", "O-2"),
    state=BusinessState.STRAINED,
    remarks=((CheckItem.OPERATION, "“淡季”, 仍开门"), (CheckItem.CHANGES, "")),
    monthly_turnover=cny("31500.50"),
    staff=4,
    jobs=3,
    stock=cny(8_000),
    prospect=Prospect.FAIR,
    watch=True,
    next_step="一个月后复查",
    booked_on=date(2024, 4, 12),
)
BARE = FollowUpVisit(
    loan_id="HT-1",
    on=date(2024, 4, 10),
    ref="访0",
    visitors=("O-1",),
    state=BusinessState.NORMAL,
    on_site=False,
)
CONTACT = Contact(
    loan_id="HT-1",
    due_on=date(2024, 2, 15),
    days=-1,
    on=date(2024, 2, 14),
    channel=Channel.PHONE,
    officer="O-1",
    outcome=Outcome.NOT_REACHED,
    ref="访1",  # a contact may bear the number of a visit
    note="关机",
    booked_on=date(2024, 2, 16),
)


@pytest.fixture
def book(database):
    """A book with three loans."""
    database.keep(*(a_loan(f"HT-{number}", guarantee=None) for number in (1, 2, 3)))
    return database


def keep(book, *records):
    with book.work() as uow:
        uow.follow_up.record(*records)
        uow.commit()


def test_what_was_recorded_is_read_back_whole_by_loan_and_day(book):
    other = replace(VISIT, loan_id="HT-2")
    keep(book, other, VISIT, CONTACT, BARE)

    with book.work() as uow:
        assert isinstance(uow.follow_up, FollowUp)
        assert uow.follow_up.visits() == (BARE, VISIT, other)
        assert uow.follow_up.visits(["HT-1", "HT-3"]) == (BARE, VISIT)
        assert uow.follow_up.visits(name for name in ("HT-2", "HT-2")) == (other,)
        assert uow.follow_up.visits([]) == ()
        assert uow.follow_up.contacts() == uow.follow_up.contacts(["HT-1"]) == (CONTACT,)
        assert uow.follow_up.contacts(["HT-9"]) == ()


def test_the_rows_say_what_the_records_say(book):
    keep(book, VISIT, CONTACT)

    assert book.sql(
        "SELECT book_id, loan_id, ref, visited_on, booked_on, visitors, state, on_site, remarks, "
        "monthly_turnover_fen, staff, jobs, stock_fen, prospect, watch, next_step "
        "FROM microloan_visit"
    ) == [
        (
            *("990101", "HT-1", "访1", "2024-04-10", "2024-04-12", '["O-1","O-2"]', "strained", 1),
            '[["operation","“淡季”, 仍开门"],["changes",""]]',
            *(3_150_050, 4, 3, 800_000, "fair", 1, "一个月后复查"),
        )
    ]
    assert book.sql(
        "SELECT book_id, loan_id, ref, due_on, days, made_on, booked_on, channel, officer_id, "
        "outcome, note FROM microloan_contact"
    ) == [
        (
            *("990101", "HT-1", "访1", "2024-02-15", -1, "2024-02-14", "2024-02-16", "phone"),
            *("O-1", "not_reached", "关机"),
        )
    ]


def test_nothing_is_kept_without_a_commit(book):
    with book.untouched(), book.work() as uow:
        uow.follow_up.record(VISIT, CONTACT)


def test_the_same_record_again_changes_nothing(book):
    keep(book, VISIT, CONTACT)

    with book.untouched():
        keep(book, VISIT, CONTACT, VISIT)


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (replace(VISIT, state=BusinessState.CLOSED), "HT-1: 访1 already stands for another visit"),
        (replace(VISIT, booked_on=date(2024, 4, 11)), "another visit"),
        (replace(VISIT, remarks=VISIT.remarks[:1]), "another visit"),
        (replace(CONTACT, outcome=Outcome.PROMISED), "another contact"),
        (replace(CONTACT, note=""), "another contact"),
    ],
)
def test_a_number_stands_for_one_content(book, record, says):
    keep(book, VISIT, CONTACT)

    with book.refuses(
        RefConflict,
        "ledger.ref_conflict",
        value="访1",
        limit="one content for each number",
        says=says,
    ) as uow:
        uow.follow_up.record(record)


def test_a_number_is_free_for_another_loan_and_another_book(book, new_database):
    keep(book, VISIT, replace(VISIT, loan_id="HT-2", state=BusinessState.CLOSED))
    book.keep(a_loan(guarantee=None), book="990202")

    with book.work("990202") as uow:
        uow.follow_up.record(replace(VISIT, state=BusinessState.NORMAL))
        uow.commit()
    with book.work() as uow:
        assert uow.follow_up.visits(["HT-1"]) == (VISIT,)
    with book.work("990202") as uow:
        assert len(uow.follow_up.visits()) == 1


@pytest.mark.parametrize("record", [VISIT, CONTACT], ids=["visit", "contact"])
def test_nothing_is_recorded_before_the_loan_is_paid_out(book, record):
    early = replace(record, on=date(2024, 1, 14))

    with book.refuses(
        VisitTooEarly, "tracking.too_early", value=date(2024, 1, 14), limit=date(2024, 1, 15)
    ) as uow:
        uow.follow_up.record(early)
    keep(book, replace(record, on=date(2024, 1, 15)))


def test_a_loan_that_the_book_does_not_hold_is_not_followed_up(book):
    with book.refuses(
        NotFound, "store.not_found", value="HT-9", limit="a loan of book 990101"
    ) as uow:
        uow.follow_up.record(replace(VISIT, loan_id="HT-9"))


def test_one_bad_record_keeps_out_all_those_beside_it(book):
    with book.refuses(
        NotFound, "store.not_found", value="HT-9", limit="a loan of book 990101"
    ) as uow:
        uow.follow_up.record(VISIT, replace(CONTACT, loan_id="HT-9"))


def test_a_closed_half_year_takes_no_more_records_and_keeps_those_it_has(book):
    keep(book, VISIT)
    with book.work() as uow:
        uow.close(HalfYear(2024, 1), on=date(2024, 7, 1))
        uow.commit()

    for record in (BARE, CONTACT):
        with book.refuses(
            PeriodClosed,
            "halfyear.closed",
            value=record.booked_day,
            limit=date(2024, 6, 30),
            says="keep its day and book it after that",
        ) as uow:
            uow.follow_up.record(record)
    with book.untouched():
        keep(book, VISIT)  # it was there before
    late = replace(BARE, booked_on=date(2024, 7, 1))
    keep(book, late)
    with book.work() as uow:
        assert uow.follow_up.visits() == (late, VISIT)


@pytest.mark.parametrize("given", ["访1", None, [VISIT], (VISIT, CONTACT)])
def test_what_is_neither_a_visit_nor_a_contact_is_refused(book, given):
    with book.refuses(
        InvalidTerms,
        "terms.invalid",
        value=type(given).__name__,
        limit="a FollowUpVisit or a Contact",
    ) as uow:
        uow.follow_up.record(VISIT, given)


@pytest.mark.parametrize(("given", "name"), [([1], "int"), ([VISIT], "FollowUpVisit"), (7, "int")])
def test_loans_are_asked_for_by_number(book, given, name):
    with book.refuses(InvalidTerms, "terms.invalid", value=name, limit="several str") as uow:
        uow.follow_up.visits(given)


def test_one_number_is_one_loan(book):
    keep(book, VISIT)

    with book.work() as uow:
        assert uow.follow_up.visits("HT-1") == (VISIT,)


def test_more_loans_than_one_question_holds_are_read_in_parts(book):
    keep(book, VISIT)

    with book.work() as uow:
        asked = [f"HT-{number}" for number in range(1_200)]
        assert uow.follow_up.visits(asked) == (VISIT,)


@pytest.mark.parametrize(
    ("table", "column", "value", "what"),
    [
        ("visit", "state", "normal", "the visit"),
        ("visit", "staff", 5, "the visit"),
        ("visit", "on_site", False, "the visit"),
        ("visit", "remarks", "[]", "the visit"),
        ("visit", "ref", "访2", "the visit"),
        ("visit", "visited_on", "2024-04-09", "the visit"),
        ("visit", "hash", "0" * 64, "the visit"),
        ("contact", "outcome", "promised", "the contact"),
        ("contact", "days", 1, "the contact"),
        ("contact", "note", "", "the contact"),
    ],
)
def test_a_row_that_somebody_changed_is_found_out(book, table, column, value, what):
    keep(book, VISIT, CONTACT)
    book.tamper(f"UPDATE microloan_{table} SET {column} = ?", value)

    with book.refuses(
        ChainBroken, "store.chain_broken", value=what, limit="the stored hash chain"
    ) as uow:
        uow.follow_up.visits() if table == "visit" else uow.follow_up.contacts()


@pytest.mark.only("sqlite", "PostgreSQL keeps nothing but days in a DATE column")
def test_a_day_that_is_none_is_found_out(book):
    keep(book, VISIT)
    book.tamper("UPDATE microloan_visit SET booked_on = 'sometime'")

    with book.refuses(
        ChainBroken, "store.chain_broken", value="a day", limit="the stored hash chain"
    ) as uow:
        uow.follow_up.visits()


def test_the_tables_refuse_what_is_never_lawful(book):
    from microloan.store import metadata
    from microloan.store.follow_up_rows import visit_row

    row = visit_row(VISIT, "990101") | {"booked_on": date(2024, 4, 9)}
    table = metadata.tables["microloan_visit"]
    with book.engine.connect() as connection, pytest.raises(Exception, match="booked_on"):
        connection.execute(insert(table), [row])
    assert table.primary_key.columns.keys() == ["book_id", "loan_id", "ref"]


def test_a_migration_between_two_closed_half_years_does_not_know_what_came_later(book):
    for half, on in ((HalfYear(2024, 1), date(2024, 7, 1)), (HalfYear(2024, 2), date(2025, 1, 2))):
        with book.work() as uow:
            uow.close(half, on=on)
            uow.commit()
    late = book.loan("HT-1").repay(
        cny(42_100), on=date(2024, 6, 1), ref="回单1", booked_on=date(2025, 1, 3)
    )
    book.keep(late)

    with book.work() as uow:
        sheets = (uow.half_years.get(HalfYear(2024, number)) for number in (1, 2))
        matrix = migrate(*sheets, under=RULES)
    # 136 days on 30 June, 320 on 31 December: all three, as they were known then.
    assert matrix.cell(Grade.SUBSTANDARD, Grade.DOUBTFUL).loans == 3
