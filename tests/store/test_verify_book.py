"""A book verified whole: a sound one has nothing, a changed one is told with what was changed."""

from datetime import date
from itertools import cycle

import pytest

from busy_book import write_busy_book
from histories import RULES, a_fund, a_loan, pays
from microloan.finding import Severity
from microloan.store import metadata
from microloan.store.book_verifying import verify_book
from microloan.store.chain import link
from microloan.store.guards import remove_guards
from torture.places import Place
from torture.tamper import tamper

BOOK = "990101"


def verify(database, book=BOOK, **asked):
    with database.engine.connect() as connection:
        return verify_book(connection, book, **asked)


@pytest.fixture(scope="module")
def busy(shared_database):
    """A book in which everything was recorded once; nothing guards it."""
    write_busy_book(shared_database.work)
    remove_guards(shared_database.engine)
    return shared_database


@pytest.fixture
def changed(busy):
    """Change the book by one statement, tell what verifying finds, and undo it."""

    def find(*statements):
        with busy.engine.connect() as connection:
            if busy.name == "sqlite":
                connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for statement in statements:
                assert connection.exec_driver_sql(statement).rowcount
            findings = verify_book(connection, BOOK)
            connection.rollback()
        return {(one.code.removeprefix("audit.k15_"), one.subject): one for one in findings}

    return find


# --- a sound book


def test_a_sound_book_has_nothing(busy):
    assert verify(busy) == ()


def test_a_book_that_nobody_wrote_to_has_nothing(database):
    assert verify(database) == ()


def test_what_happens_to_another_book_is_no_matter(busy, changed):
    assert verify(busy, "990102") == ()


def test_verifying_changes_nothing(database):
    database.keep(a_fund(), pays(a_loan(guarantee=None), (600, date(2024, 2, 15))))
    with database.untouched():
        assert verify(database) == ()


def test_a_book_may_be_verified_between_the_acts_of_one_transaction(database):
    with database.work() as uow:
        uow.save(a_fund())
        uow.admit(a_loan(), under=RULES, on=date(2024, 1, 15))
        assert uow.verify() == ()
        uow.save(pays(a_loan(), (600, date(2024, 2, 15))))
        assert uow.verify(anchor=uow.anchor()) == ()


# --- one thing changed, each named

ENTRY = "UPDATE microloan_loan_entry SET {} WHERE loan_id = 'HT-1' AND number = {}"


@pytest.mark.parametrize("number", [1, 3, 6])
def test_the_first_bad_entry_of_a_loan_is_named(changed, number):
    findings = changed(ENTRY.format("received_fen = received_fen + 1", number))
    assert f"entry {number}" in findings["chain_broken", "HT-1"].sentence


def test_the_first_bad_entry_of_a_fund_is_named(changed):
    findings = changed("UPDATE microloan_fund_entry SET ref = 'X' WHERE number = 2")
    assert "entry 2" in findings["chain_broken", "F-01"].sentence


def test_every_broken_loan_is_told_once(changed):
    findings = changed("UPDATE microloan_loan_entry SET ref = 'X' WHERE number = 1")
    assert {("chain_broken", name) for name in ("HT-1", "HT-2", "HT-3")} <= findings.keys()


def test_a_finding_is_a_fault_with_a_way_out_in_both_languages(changed):
    for one in changed(ENTRY.format("ref = 'X'", 1)).values():
        assert one.severity is Severity.FAULT
        assert one.settle_by
        assert one.settle_by_zh


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE microloan_fund SET exposure_fen = exposure_fen - 1", ("sums_differ", "F-01")),
        ("UPDATE microloan_fund SET balance_fen = balance_fen + 1", ("sums_differ", "F-01")),
        ("UPDATE microloan_fund SET covered_fen = covered_fen + 1", ("sums_differ", "F-01")),
        ("UPDATE microloan_fund_day SET committed_fen = 1", ("sums_differ", "F-01")),
        ("UPDATE microloan_fund_day SET balance_fen = balance_fen + 1", ("sums_differ", "F-01")),
        ("DELETE FROM microloan_fund_day", ("sums_differ", "F-01")),
        ("DELETE FROM microloan_visit WHERE ref = '访0'", ("register_differs", "HT-1")),
        ("DELETE FROM microloan_contact", ("register_differs", "HT-1")),
        ("DELETE FROM microloan_register WHERE number = 3", ("chain_broken", BOOK)),
        ("DELETE FROM microloan_register", ("chain_broken", BOOK)),
        ("UPDATE microloan_book SET records = 0, last_record = ''", ("chain_broken", BOOK)),
        ("UPDATE microloan_book SET acts = 0, last_act = ''", ("chain_broken", BOOK)),
        ("UPDATE microloan_request SET known_as = known_as + 5", ("register_differs", "BANK-1")),
        ("UPDATE microloan_assignment SET number = number + 5", ("chain_broken", "HT-1")),
        ("UPDATE microloan_assignment SET value = 'O-9'", ("chain_broken", "HT-2")),
        ("UPDATE microloan_request_line SET subsidy_fen = 1", ("chain_broken", "BANK-1")),
        ("UPDATE microloan_visit SET staff = 9 WHERE ref = '访1'", ("chain_broken", "HT-1")),
        ("UPDATE microloan_reopening SET reason = 'X'", ("chain_broken", BOOK)),
        ("UPDATE microloan_closing SET notes = anchor", ("chain_broken", "2024H1 version 1")),
        ("UPDATE microloan_account SET prepaid_fen = 1", ("account_differs", "HT-2")),
        ("DELETE FROM microloan_account", ("chain_broken", "2024H1 version 2")),
        ("DELETE FROM microloan_closing_head", ("chain_broken", "2024H1")),
        ("DELETE FROM microloan_book", ("orphan", BOOK)),
        ("DELETE FROM microloan_fund", ("orphan", "F-01")),
        ("DELETE FROM microloan_loan WHERE loan_id = 'HT-3'", ("orphan", "HT-3")),
    ],
)
def test_one_thing_that_was_changed_is_told(changed, statement, expected):
    findings = changed(statement)
    assert expected in {
        (code, subject.partition(" 2024")[0] if code == "orphan" else subject)
        for code, subject in findings
    }


def test_every_table_of_a_book_is_looked_at(busy, changed):
    for table in metadata.sorted_tables:
        if "book_id" in table.columns and busy.one(f"SELECT count(*) FROM {table.name}"):
            assert changed(f"DELETE FROM {table.name}"), table.name


@pytest.mark.only("sqlite", "the hashes are the library's, whatever the database")
def test_every_cell_of_a_book_is_under_a_hash_or_computed_anew(busy, changed):
    """Of each column, the cells of all rows are changed as one does who knows of no hash."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            filled = busy.one(f"SELECT count({column.name}) FROM {table.name}")
            if "book_id" not in table.columns or not filled or column.primary_key:
                continue
            changes = {str: f"substr({column.name} || '1', 2)", int: f"{column.name} + 1000"}
            changes |= {bool: f"NOT {column.name}", date: "'2031-01-01'"}
            new = changes[column.type.python_type]
            where = f"WHERE {column.name} <> ''" if column.type.python_type is str else ""
            if busy.one(f"SELECT count(*) FROM {table.name} {where}"):
                statement = f"UPDATE {table.name} SET {column.name} = {new} {where}"
                assert changed(statement), statement


# --- a forger who knows of the hashes


def test_an_account_that_was_forged_with_right_hashes_is_computed_anew(changed, busy):
    with busy.engine.connect() as connection:
        loans = (
            connection.exec_driver_sql(
                "SELECT loan_id FROM microloan_account WHERE version = 2 ORDER BY loan_id"
            )
            .scalars()
            .all()
        )
    statement = "UPDATE microloan_account SET unbilled_fen = unbilled_fen + 1 WHERE version = 2"
    findings = changed(statement)
    assert {("account_differs", name) for name in loans} <= findings.keys()


def test_an_entry_booked_in_a_closed_half_year_is_told(busy, changed):
    [(previous, *fields)] = busy.sql(
        "SELECT hash, number + 1, kind, '2024-06-15', '2024-06-15', 'X', received_fen,"
        " principal_fen, interest_fen, penalty_fen, subrogated_fen, costs_fen, undoes"
        " FROM microloan_loan_entry WHERE loan_id = 'HT-1' AND number = 6"
    )
    typed = [*fields[:2], date(2024, 6, 15), date(2024, 6, 15), *fields[4:], None, None, None]
    last = link(previous, *typed)
    cells = ", ".join("NULL" if one is None else repr(one) for one in [*fields, None, None, None])
    row = f"'{BOOK}', 'HT-1', {cells}, '{previous}', '{last}'"
    findings = changed(
        f"INSERT INTO microloan_loan_entry VALUES ({row})",
        f"UPDATE microloan_loan SET entries = 7, head = '{last}' WHERE loan_id = 'HT-1'",
    )
    assert findings["booked_late", "HT-1"].sentence == (
        "HT-1: entry 7 is booked in 2024H1, closed without it"
    )


def test_a_payout_that_stands_on_one_side_only_is_told(changed, busy):
    [(first,)] = busy.sql("SELECT hash FROM microloan_fund_entry WHERE number = 1")
    findings = changed(
        "DELETE FROM microloan_fund_entry WHERE number = 2",
        f"UPDATE microloan_fund SET entries = 1, head = '{first}'",
    )
    assert {("unpaired", "HT-2"), ("sums_differ", "F-01")} <= findings.keys()


# --- what cannot be read at all


NO_CONTENTS = ("'some day'", "5", "x'00'", "x'ff'", "CAST(x'ff' AS TEXT)", "1e300")


@pytest.mark.only("sqlite", "PostgreSQL holds nothing of another type")
def test_verifying_never_raises_for_what_is_no_content(busy, changed):
    content = cycle(NO_CONTENTS)
    for table in metadata.sorted_tables:
        if "book_id" not in table.columns or not busy.one(f"SELECT count(*) FROM {table.name}"):
            continue
        for column in table.columns:
            if column.type.python_type is bool:  # whatever is not 0 is a yes, also to the hash
                continue
            one = f"rowid = (SELECT min(rowid) FROM {table.name})"
            statement = f"UPDATE {table.name} SET {column.name} = {next(content)} WHERE {one}"
            assert changed(statement), statement


@pytest.mark.only("sqlite", "PostgreSQL holds nothing of another type")
def test_a_day_that_is_none_is_named_with_its_record(changed):
    for table, name in (("visit", "HT-1"), ("contact", "HT-1"), ("assignment", "HT-2")):
        day = {"visit": "visited_on", "contact": "made_on", "assignment": "effective_on"}[table]
        findings = changed(f"UPDATE microloan_{table} SET {day} = 'x' WHERE loan_id = '{name}'")
        assert "a day" in findings["chain_broken", name].sentence


# --- at random


def test_what_somebody_changes_at_random_is_found_and_named(database):
    """The programme ``tamper``, a little of it; it finds rows by their place in one table."""
    place = Place(database.name, database.url, "DELETE" if database.name == "sqlite" else "")
    result = tamper(place, rounds=40, seed=1)
    assert result.faults == ()
    assert result.control
