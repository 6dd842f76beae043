"""The guards refuse what nobody may do to a book, with whatever program he writes."""

from datetime import date

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

from busy_book import H1, write_busy_book
from histories import a_fund
from microloan import GuardRefused, StorageRefused, cny
from microloan.store import install_guards, metadata
from microloan.store.guard_rules import MOVING, WRITTEN_ONCE
from microloan.store.guards import guards_for, remove_guards
from torture.attack import attack
from torture.attacks import F01, HT1, copied
from torture.places import Place

BOOK = "990101"


@pytest.fixture(scope="module")
def busy(shared_database):
    """A guarded book in which everything was recorded once."""
    write_busy_book(shared_database.work)
    return shared_database


@pytest.fixture
def refusal(busy):
    """Run one statement as the owner of the tables; return the guard's words; undo it."""

    def run(statement):
        with busy.engine.connect() as connection:
            if busy.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                assert connection.exec_driver_sql(statement).rowcount
            except IntegrityError as fault:
                return str(fault.orig).splitlines()[0]
            finally:
                connection.rollback()
        return ""

    return run


# --- every table


def test_every_table_of_a_book_is_guarded_one_way_or_the_other():
    books = {table for table in metadata.sorted_tables if "book_id" in table.columns}
    assert books == WRITTEN_ONCE.keys() | MOVING.keys()


FILLED = [
    table.name
    for table in WRITTEN_ONCE
    if table.name not in {"microloan_request_correction", "microloan_request_waiting"}
]


@pytest.mark.parametrize("table", FILLED)
def test_what_is_written_once_is_never_updated_and_never_deleted(refusal, table):
    for statement in (f"UPDATE {table} SET book_id = book_id", f"DELETE FROM {table}"):
        verb = statement.partition(" ")[0]
        assert refusal(statement) == f"ML001 {table}: written once, no {verb}"


@pytest.mark.parametrize("table", [table.name for table in MOVING])
def test_a_head_is_never_deleted_and_never_becomes_anothers(refusal, table):
    assert refusal(f"DELETE FROM {table}").startswith(f"ML001 {table}")
    assert refusal(f"UPDATE {table} SET book_id = 'x'").startswith(f"ML004 {table}")


@pytest.mark.only("postgresql", "SQLite has no TRUNCATE")
def test_no_table_is_emptied_at_a_stroke(refusal):
    for table in (*WRITTEN_ONCE, *MOVING):
        assert "ML001" in refusal(f"TRUNCATE {table.name} CASCADE")


@pytest.mark.only("sqlite", "PostgreSQL replaces no row without an UPDATE")
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_no_row_takes_the_place_of_another(busy, recursive):
    for table in (*WRITTEN_ONCE, *MOVING):
        if table.name == "microloan_fund_day" or not busy.count(table.name[10:]):
            continue
        row = copied(table, "true").replace("INSERT", "INSERT OR REPLACE")
        with busy.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA recursive_triggers = {recursive}")
            with pytest.raises(IntegrityError, match="ML002"):
                connection.exec_driver_sql(row)
            connection.rollback()


# --- chains and heads

NEXT = {"number": "7", "previous": "hash", "ref": "'X'", "booked_on": "'2024-12-01'"}
LAST = f"{HT1} AND number = 6"
ENTRY = next(table for table in WRITTEN_ONCE if table.name == "microloan_loan_entry")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"number": "8"}, "ML003"),
        ({"number": "0"}, "ML003"),
        ({"number": "-1"}, "ML003"),
        ({"previous": "previous"}, "ML003"),
        ({"previous": "'" + "0" * 64 + "'"}, "ML003"),
        ({"booked_on": "'2024-06-30'"}, "ML005"),
        ({}, ""),
    ],
)
def test_an_entry_goes_on_where_the_chain_ends_and_in_an_open_half_year(refusal, changes, says):
    assert refusal(copied(ENTRY, LAST, **NEXT | changes)).partition(" ")[0] == says


@pytest.mark.parametrize(
    "moved",
    [
        "entries = entries - 1",
        "entries = entries + 1",
        "head = genesis",
        "entries = 0, head = genesis",
        f"entries = 1, head = (SELECT hash FROM microloan_loan_entry WHERE {HT1} AND number = 1)",
    ],
)
def test_a_head_moves_only_on_and_only_to_an_entry_that_is_there(refusal, moved):
    assert refusal(f"UPDATE microloan_loan SET {moved} WHERE {HT1}").startswith("ML004")


def test_a_head_that_stays_where_it_is_may_be_written(refusal):
    assert refusal("UPDATE microloan_loan SET entries = entries, head = head") == ""
    assert refusal(f"UPDATE microloan_fund SET balance_fen = balance_fen WHERE {F01}") == ""


@pytest.mark.parametrize(
    "moved",
    [
        "acts = acts + 1",
        "acts = acts - 1",
        "last_act = ''",
        "records = records + 1",
        "records = 0, last_record = ''",
        "last_record = last_act",
    ],
)
def test_the_acts_and_records_of_a_book_move_only_on(refusal, moved):
    assert refusal(f"UPDATE microloan_book SET {moved}").startswith("ML004 microloan_book")


@pytest.mark.only("sqlite", "a column of PostgreSQL holds its type only")
@pytest.mark.parametrize(
    "change",
    [
        {"received_fen": "7.5"},
        {"received_fen": "'7.5'"},
        {"received_fen": "x'07'"},
        {"effective_on": "'2024-9-1'"},
        {"effective_on": "'2024-02-30'"},
        {"effective_on": "20240901"},
        {"until_on": "''"},
    ],
)
def test_sqlite_keeps_whole_numbers_and_days_only(refusal, change):
    assert refusal(copied(ENTRY, LAST, **NEXT | change)).startswith("ML006")


def test_what_the_library_writes_passes_every_guard(busy):
    with busy.work() as uow:
        assert uow.half_years.closed() == (H1,)
        assert uow.verify() == ()


def test_a_guards_refusal_is_one_of_the_librarys_and_names_the_guard(database):
    database.keep(a_fund())
    database.tamper("DELETE FROM microloan_fund_entry")
    more = a_fund().deposit(cny(5), on=date(2024, 1, 2), ref="X")
    with database.work() as uow, pytest.raises(GuardRefused) as refused:
        uow.save(more)
    assert str(refused.value.value).startswith("ML003 microloan_fund_entry")


# --- installing


def installed(engine):
    with engine.connect() as connection:
        return guards_for(connection).installed(connection)


def test_guards_are_installed_with_the_tables_and_once(database):
    before = installed(database.engine)
    statements = []
    event.listen(
        database.engine, "before_cursor_execute", lambda *given: statements.append(given[2])
    )
    install_guards(database.engine)
    assert not [one for one in statements if one.lstrip().startswith(("CREATE", "DROP", "ALTER"))]
    assert before == installed(database.engine) != {}


def test_guards_that_were_taken_away_or_changed_are_put_back(database):
    before = installed(database.engine)
    remove_guards(database.engine)
    assert installed(database.engine) == {}
    remove_guards(database.engine)
    install_guards(database.engine)
    assert installed(database.engine) == before


def test_guards_are_installed_in_the_callers_transaction(database):
    before = installed(database.engine)
    remove_guards(database.engine)
    with database.engine.connect() as connection:
        if database.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        install_guards(connection)
        connection.rollback()
    assert installed(database.engine) == {}
    install_guards(database.engine)
    assert installed(database.engine) == before


def test_another_database_has_no_guards():
    connection = create_engine("sqlite://").connect()
    connection.dialect = sqlite.dialect()
    connection.dialect.name = "other"
    with pytest.raises(StorageRefused) as refused:
        guards_for(connection)
    assert refused.value.value == "other"
    connection.close()


# --- the whole list of attacks


def test_every_attack_is_refused_or_seen(database):
    """The programme ``attack``: what a role may run, and where a role is refused, its owner."""
    place = Place(database.name, database.url, "DELETE" if database.name == "sqlite" else "")
    result = attack(place, is_owner=True)
    assert result.faults == ()
    assert result.control
    assert dict(result.counts)["statements"] >= 80
