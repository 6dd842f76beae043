"""The doctor tells what of a database would let a book be lost or changed."""

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.pool import StaticPool

from microloan.finding import Severity
from microloan.store import create_all, doctor
from microloan.store.guards import remove_guards
from microloan.store.settings_sqlite import wal_is_repaired
from postgres_server import fresh_database


def codes(bind, severity=Severity.FAULT):
    return {one.code.removeprefix("store.") for one in doctor(bind) if one.severity is severity}


QUICK = {"fsync", "full_page_writes", "synchronous_commit"}
"""What the server of the tests is set to, as its files are, since nobody pulls its plug."""


def usual(database):
    return {"synchronous"} if database.name == "sqlite" else QUICK


def test_a_fresh_database_has_no_fault(database):
    assert codes(database.engine) == usual(database)


def test_a_finding_says_what_would_settle_it_in_both_languages(database):
    remove_guards(database.engine)
    for one in doctor(database.engine):
        assert one.settle_by
        assert one.settle_by_zh
        assert one.zh != one.sentence


def test_a_guard_that_is_missing_is_named(database):
    on = "" if database.name == "sqlite" else " ON microloan_visit"
    database.sql(f"DROP TRIGGER microloan_guard_visit_update{on}")
    [found] = [one for one in doctor(database.engine) if "guard" in one.code]
    assert found.code == "store.guard_missing"
    assert "microloan_guard_visit_update" in found.subject


def test_a_guard_with_another_text_is_named(database):
    if database.name == "sqlite":
        database.sql("DROP TRIGGER microloan_guard_visit_update")
        database.sql(
            "CREATE TRIGGER microloan_guard_visit_update BEFORE UPDATE ON microloan_visit"
            " BEGIN SELECT 1; END"
        )
    else:
        database.sql(
            "CREATE OR REPLACE FUNCTION microloan_guard_visit_update() RETURNS trigger"
            " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )
    found = {one.code for one in doctor(database.engine) if "guard_visit_update" in one.subject}
    assert found == {"store.guard_changed"}


@pytest.mark.only("postgresql", "a trigger of SQLite cannot be switched off")
@pytest.mark.parametrize("state", ["DISABLE", "ENABLE", "ENABLE REPLICA"])
def test_a_guard_that_is_switched_off_is_named(database, state):
    database.sql(f"ALTER TABLE microloan_visit {state} TRIGGER microloan_guard_visit_update")
    assert "guard_changed" in codes(database.engine)


def test_a_trigger_of_somebody_else_is_named(database):
    if database.name == "sqlite":
        trigger = "CREATE TRIGGER mine AFTER INSERT ON microloan_loan BEGIN SELECT 1; END"
    else:
        trigger = (
            "CREATE TRIGGER mine BEFORE UPDATE ON microloan_loan FOR EACH ROW"
            " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        )
    database.sql(trigger)
    assert "other_trigger" in codes(database.engine)


def test_a_guard_that_is_none_of_this_version_is_named(database):
    body = "BEGIN SELECT 1; END"
    if database.name == "postgresql":
        body = "FOR EACH ROW EXECUTE FUNCTION microloan_guard_visit_update()"
    database.sql(f"CREATE TRIGGER microloan_guard_old BEFORE UPDATE ON microloan_visit {body}")
    assert "guard_unknown" in codes(database.engine)


def test_tables_of_another_version_are_told(database):
    database.sql("UPDATE microloan_schema SET version = '9999'")
    assert "schema_version" in codes(database.engine)


def test_a_table_with_other_columns_is_told(database):
    database.sql("ALTER TABLE microloan_visit ADD COLUMN more INTEGER")
    assert "table_differs" in codes(database.engine)


def test_a_database_without_tables_is_told_and_not_raised_for():
    engine = create_engine("sqlite://")
    assert {"schema_version", "table_differs"} <= codes(engine)


@pytest.mark.only("sqlite", "about a file and its connection")
@pytest.mark.parametrize(
    ("pragma", "code"),
    [
        ("synchronous = NORMAL", "synchronous"),
        ("synchronous = OFF", "synchronous"),
        ("journal_mode = MEMORY", "journal"),
        ("journal_mode = OFF", "journal"),
        ("ignore_check_constraints = ON", "ignore_check_constraints"),
        ("writable_schema = ON", "writable_schema"),
    ],
)
def test_a_connection_that_could_lose_a_book_is_told(database, pragma, code):
    engine = create_engine(database.url)
    assert codes(engine) == set()
    engine.dispose()
    event.listen(engine, "connect", lambda raw, _: raw.execute(f"PRAGMA {pragma}"))
    assert codes(engine) == {code}
    engine.dispose()


@pytest.mark.only("sqlite", "about SQLite's write-ahead log")
def test_a_write_ahead_log_is_told_of_where_sqlite_could_damage_it(database):
    database.sql("PRAGMA journal_mode = WAL")
    version = database.driver.sqlite_version_info
    assert ("vulnerable_wal" in codes(database.engine)) is not wal_is_repaired(version)


@pytest.mark.parametrize(
    ("version", "is_repaired"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_which_sqlite_resets_a_write_ahead_log_safely(version, is_repaired):
    assert wal_is_repaired(version) is is_repaired


def test_a_book_in_memory_is_a_note():
    engine = create_engine("sqlite://", poolclass=StaticPool)
    create_all(engine)
    assert codes(engine) == set()
    assert "in_memory" in codes(engine, Severity.NOTE)


@pytest.mark.only("sqlite", "PostgreSQL looks at its foreign keys always")
def test_a_row_that_hangs_on_nothing_is_told(database):
    database.sql(
        "INSERT INTO microloan_fund_day VALUES ('990101', 'F-99', '2024-01-01', 1, 0, 0, 0)"
    )
    assert "file_damaged" in codes(database.engine)


@pytest.mark.only("postgresql", "about a server and a role")
@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("SET synchronous_commit = off", "synchronous_commit"),
        ("SET session_replication_role = replica", "session_replication_role"),
        ("ALTER TABLE microloan_contact SET UNLOGGED", "not_logged"),
        (
            "ALTER TABLE microloan_loan DROP CONSTRAINT ck_microloan_loan_disbursed_on",
            "constraint_missing",
        ),
        ("CREATE RULE mine AS ON DELETE TO microloan_loan DO INSTEAD NOTHING", "other_trigger"),
        ("ALTER TABLE microloan_loan_entry DISABLE TRIGGER ALL", "other_trigger"),
    ],
)
def test_what_a_server_could_lose_or_let_pass_is_told(database, setting, code):
    with database.engine.connect() as connection:
        connection.exec_driver_sql("SET synchronous_commit = on")
        assert code not in codes(connection)
        connection.exec_driver_sql(setting)
        assert code in codes(connection)
        connection.rollback()


@pytest.mark.only("postgresql", "about a server and a role")
def test_a_role_that_owns_nothing_and_another_isolation_are_notes(database):
    with database.engine.connect() as connection:
        assert {"role"} <= codes(connection, Severity.NOTE)
        connection.exec_driver_sql("SET LOCAL ROLE pg_read_all_data")
        assert "role" not in codes(connection, Severity.NOTE)
        connection.rollback()
    serializable = database.engine.execution_options(isolation_level="SERIALIZABLE")
    assert "isolation" in codes(serializable, Severity.NOTE)


# --- what stands between a table and who reads it


@pytest.mark.only("sqlite", "PostgreSQL tells quoted capitals from small letters")
@pytest.mark.parametrize(
    "trigger",
    [
        "CREATE TRIGGER mine BEFORE INSERT ON MICROLOAN_Contact BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TRIGGER mine AFTER INSERT ON Microloan_Loan_Entry BEGIN SELECT 1; END",
        "CREATE TEMP TRIGGER mine AFTER INSERT ON main.Microloan_Loan BEGIN SELECT 1; END",
        (
            "CREATE TEMP TRIGGER microloan_guard_mine AFTER INSERT ON main.microloan_loan"
            " BEGIN SELECT 1; END"
        ),
    ],
)
def test_a_trigger_is_named_however_its_table_is_spelled(database, trigger):
    with database.engine.connect() as connection:
        connection.exec_driver_sql(trigger)
        assert "other_trigger" in codes(connection)
        connection.rollback()


@pytest.mark.parametrize("what", ["TABLE {}", "VIEW {}"])
def test_what_stands_before_a_table_in_a_connection_is_named(database, what):
    with database.engine.connect() as connection:
        connection.exec_driver_sql(
            f"CREATE TEMP {what.format('microloan_contact')} AS"
            f" SELECT * FROM {'main' if database.name == 'sqlite' else 'public'}.microloan_contact"
        )
        code = "shadowed" if database.name == "sqlite" else "not_logged"
        assert code in codes(connection)
        connection.rollback()


def test_a_view_in_the_place_of_a_table_is_named(database):
    database.sql("ALTER TABLE microloan_contact RENAME TO elsewhere")
    database.sql("CREATE VIEW microloan_contact AS SELECT * FROM elsewhere WHERE ref <> 'X'")
    assert "table_differs" in codes(database.engine)


@pytest.mark.only("sqlite", "PostgreSQL changes no text of a catalog")
@pytest.mark.parametrize(
    ("was", "now", "code"),
    [
        ("CHECK (subsidy_fen BETWEEN 1 AND interest_fen)", "CHECK (1)", "constraint_changed"),
        ("subsidy_fen BETWEEN 1 AND", "subsidy_fen BETWEEN 0 AND", "constraint_changed"),
        ("subsidy_fen BIGINT NOT NULL", "subsidy_fen TEXT NOT NULL", "table_differs"),
        ("subsidy_fen BIGINT NOT NULL", "subsidy_fen BIGINT", "table_differs"),
    ],
)
def test_a_table_whose_words_were_changed_is_named(database, was, now, code):
    path = database.path
    with database.driver.connect(path) as raw:
        raw.execute("PRAGMA writable_schema = ON")
        words = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = ?"
        assert raw.execute(words, (was, now, "microloan_request_line")).rowcount
    raw.close()
    assert code in codes(database.engine)


CONTACT = "ALTER TABLE microloan_contact"


@pytest.mark.only("postgresql", "about what only PostgreSQL can be told of a table")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (f"{CONTACT} ENABLE ROW LEVEL SECURITY", "row_security"),
        (f"{CONTACT} FORCE ROW LEVEL SECURITY", "row_security"),
        ("CREATE TABLE kid () INHERITS (microloan_loan_entry)", "child_table"),
        (f"{CONTACT} ALTER ref TYPE text", "table_differs"),
        (f"{CONTACT} ALTER note TYPE varchar(5000)", "table_differs"),
        ("ALTER FUNCTION microloan_guard_contact_update() SECURITY DEFINER", "guard_changed"),
        ("ALTER FUNCTION microloan_guard_contact_update() RESET ALL", "guard_changed"),
        (
            (
                f"{CONTACT} DROP CONSTRAINT ck_microloan_contact_booked_on,"
                " ADD CONSTRAINT ck_microloan_contact_booked_on CHECK (true)"
            ),
            "constraint_changed",
        ),
        (
            (
                f"{CONTACT} DROP CONSTRAINT ck_microloan_contact_booked_on,"
                " ADD CONSTRAINT ck_microloan_contact_booked_on CHECK (booked_on <= made_on)"
            ),
            "constraint_changed",
        ),
        (
            (
                f"{CONTACT} DROP CONSTRAINT pk_microloan_contact,"
                " ADD CONSTRAINT pk_microloan_contact CHECK (true)"
            ),
            "constraint_changed",
        ),
        (
            (
                f"{CONTACT} DROP CONSTRAINT fk_microloan_contact_book_id_loan_id,"
                " ADD CONSTRAINT fk_microloan_contact_book_id_loan_id FOREIGN KEY"
                " (book_id, loan_id) REFERENCES microloan_loan ON DELETE CASCADE"
            ),
            "constraint_changed",
        ),
    ],
)
def test_what_was_made_of_a_table_since_is_named(database, change, code):
    before = codes(database.engine)
    database.sql(change)
    assert codes(database.engine) - before == {code}


@pytest.fixture(scope="module")
def split(backend):
    """A database whose tables are split in two; each test undoes what it does."""
    engine = create_engine(fresh_database(fsync=False))
    create_all(engine, partitions=2)
    yield engine
    engine.dispose()


PART = "ALTER TABLE microloan_contact_p1"


@pytest.mark.only("postgresql", "SQLite has no partitions")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (f"{PART} SET UNLOGGED", "not_logged"),
        (f"{PART} ENABLE ROW LEVEL SECURITY", "row_security"),
        ("DROP TABLE microloan_contact_p1", "partition_missing"),
        (
            "ALTER TABLE microloan_contact DETACH PARTITION microloan_contact_p1",
            "partition_missing",
        ),
        (f"{PART} DISABLE TRIGGER ALL", "guard_changed"),
        (
            (
                "CREATE TRIGGER mine BEFORE INSERT ON microloan_contact_p1 FOR EACH ROW"
                " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
            ),
            "other_trigger",
        ),
    ],
)
def test_a_part_that_is_kept_otherwise_is_named(backend, split, change, code):
    with split.connect() as connection:
        before = codes(connection)
        assert before == QUICK
        connection.exec_driver_sql(change)
        assert code in codes(connection) - before
        connection.rollback()
