"""What the other tests stand on: a database of one's own, the guards off and on, no silent skip."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from histories import RULES, a_fund, a_loan
from postgres_server import Server, drop_database, fresh_database, plain

TESTS = Path(__file__).resolve().parent.parent
POSTGRES = pytest.mark.only("postgresql", "a file is copied, not lent")


def filled(database):
    database.keep(a_fund())
    database.admit(a_loan(), under=RULES)
    return database


def guards(database):
    if database.name == "sqlite":
        return database.sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return database.sql(
        "SELECT tgrelid::regclass::text, tgname::text, tgenabled::text"
        " FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
    )


# --- raw SQL


def test_raw_sql_answers_in_the_same_types_on_both(database):
    filled(database)
    question = (
        "SELECT disbursed_on, entries, principal_fen, fund_id, settlement_day"
        " FROM microloan_loan WHERE loan_id = ? AND principal_fen > ?"
    )
    assert database.sql(question, "HT-1", 0) == [("2024-01-15", 1, 12_000_000, "F-01", None)]
    assert database.one("SELECT sum(principal_fen) FROM microloan_loan") == 12_000_000
    assert database.sql("SELECT 1 FROM microloan_loan WHERE loan_id LIKE 'HT%'") == [(1,)]


def test_tampering_writes_what_the_guards_refuse_and_leaves_the_guards_as_they_were(database):
    filled(database)
    before, change = guards(database), "UPDATE microloan_loan_entry SET ref = 'other'"
    assert before
    with database.untouched(), pytest.raises(database.driver.Error, match="ML"):
        database.sql(change)
    database.tamper(change)
    assert database.one("SELECT ref FROM microloan_loan_entry") == "other"
    assert guards(database) == before
    with pytest.raises(database.driver.Error, match="ML"):
        database.sql("DELETE FROM microloan_loan_entry")


def test_tampering_that_fails_leaves_guards_and_rows_as_they_were(database):
    filled(database)
    before = guards(database)
    with database.untouched(), pytest.raises(database.driver.Error):
        database.tamper("UPDATE microloan_loan SET principal_fen = -1")
    assert guards(database) == before


def test_a_database_is_not_the_one_of_another_office(new_database):
    one, other = filled(new_database()), new_database()
    assert (one.count("loan"), other.count("loan")) == (1, 0)
    assert one.digest() != other.digest()


# --- what is lent out again


@POSTGRES
def test_a_database_that_was_given_back_is_lent_again_without_a_row(copies, new_database):
    database = filled(new_database())
    other = copies.lend("")
    try:
        assert other.url != database.url
    finally:
        copies.take_back(other)
    before = other.contents()
    again = copies.lend("")
    assert again is other
    again.sql("INSERT INTO microloan_book (book_id) VALUES ('1')")
    assert again.contents() != before
    copies.take_back(again)
    assert again.contents() == before


@POSTGRES
@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE host_note (id INTEGER)",
        "ALTER TABLE microloan_loan DISABLE TRIGGER USER",
        "ALTER TABLE microloan_loan ADD COLUMN note TEXT",
        "DROP TABLE microloan_account",
        "ALTER TABLE microloan_loan DROP CONSTRAINT ck_microloan_loan_principal_fen",
        "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "UPDATE microloan_schema SET version = '0001'",
        "DELETE FROM microloan_schema",
    ],
)
def test_a_database_whose_tables_somebody_changed_is_not_lent_again(copies, change):
    database = copies.lend("")
    write = database.tamper if change.endswith(("schema", "'0001'")) else database.sql
    write(change)
    copies.take_back(database)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        database.raw()


@POSTGRES
def test_whoever_is_still_connected_to_a_database_is_put_out(copies):
    database = copies.lend("")
    engine = database.new_engine()
    with engine.connect() as left_open:
        left_open.execute(text("LOCK TABLE microloan_book"))
        copies.take_back(database)
        with pytest.raises(Exception, match=r"terminat|closed"):
            left_open.execute(text("SELECT 1"))
        left_open.invalidate()
    engine.dispose()
    assert copies.lend("") is database
    copies.take_back(database)


# --- the server


def test_a_copy_of_a_database_holds_what_it_held():
    url = fresh_database(fsync=False)
    with closing(psycopg.connect(plain(url), autocommit=True)) as connection:
        connection.execute("CREATE TABLE note AS SELECT 5 AS number")
    copy = fresh_database(url, fsync=False)
    with closing(psycopg.connect(plain(copy))) as connection:
        assert connection.execute("SELECT number FROM note").fetchall() == [(5,)]
    for made in (url, copy):
        drop_database(made)
        drop_database(made)
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(plain(made))


def test_a_server_that_cannot_start_stops_the_run():
    with pytest.raises(RuntimeError, match="pg_ctl failed") as told:
        Server(fsync=False, shared_buffers="nonsense")
    assert "shared_buffers" in str(told.value)


OUTSIDE = """
from sys import argv
from postgres_server import Server
server = Server(fsync=False)
print(server.folder, flush=True)
if argv[1] == "killed":
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
"""
GONE = 'for i in $(seq 300); do [ -e "$0" ] || exit 0; sleep 0.1; done; exit 1'


@pytest.mark.parametrize("end", ["ended", "killed"])
def test_a_server_goes_with_the_process_that_started_it(end):
    told = subprocess.run(
        [sys.executable, "-c", OUTSIDE, end],
        check=False,
        cwd=TESTS,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        text=True,
    )
    assert (told.returncode == 0) is (end == "ended")
    folder = Path(told.stdout.strip())
    assert folder.name.startswith("ml-")
    gone = subprocess.run(
        ["/bin/sh", "-c", GONE, str(folder)],
        check=False,
    )
    assert gone.returncode == 0
