"""Statements that somebody could run past the library: what must be refused, or seen afterwards."""

from microloan.store import closing_tables, follow_up_tables, metadata, request_tables, tables

ZEROS = "'" + "0" * 64 + "'"
HT1 = "loan_id = 'HT-1'"
F01 = "fund_id = 'F-01'"


def copied(table, where, **changes):
    """Insert a copy of a row, changed in some columns."""
    names = [column.name for column in table.columns]
    cells = ", ".join(changes.get(name, name) for name in names)
    into = f"INSERT INTO {table.name} ({', '.join(names)})"
    return f"{into} SELECT {cells} FROM {table.name} WHERE {where}"


def _edits():
    """Yield UPDATEs of what is written once, and of what moves on."""
    yield "UPDATE microloan_loan_entry SET received_fen = received_fen + 1 WHERE number = 2"
    yield f"UPDATE microloan_loan_entry SET hash = {ZEROS} WHERE {HT1} AND number = 1"
    yield "UPDATE microloan_loan_entry SET ref = 'X' WHERE number = 1"
    yield "UPDATE microloan_loan_entry SET booked_on = '2024-12-01' WHERE number = 2"
    yield "UPDATE microloan_loan_entry SET number = number + 100"
    moved = "loan_id = 'HT-2', number = 99"
    yield f"UPDATE microloan_loan_entry SET {moved} WHERE {HT1} AND number = 6"
    yield "UPDATE microloan_fund_entry SET amount_fen = amount_fen * 2"
    yield "UPDATE microloan_fund_entry SET loan_id = 'HT-1' WHERE number = 2"
    yield f"UPDATE microloan_loan SET principal_fen = principal_fen * 2 WHERE {HT1}"
    yield f"UPDATE microloan_loan SET borrower_id = 'B-9' WHERE {HT1}"
    yield f"UPDATE microloan_loan SET annual_rate = '0.01' WHERE {HT1}"
    yield "UPDATE microloan_loan SET fund_id = NULL WHERE loan_id = 'HT-2'"
    yield f"UPDATE microloan_loan SET genesis = {ZEROS}"
    yield f"UPDATE microloan_loan SET loan_id = 'HT-9' WHERE {HT1}"
    yield f"UPDATE microloan_loan SET entries = entries - 1 WHERE {HT1}"
    yield f"UPDATE microloan_loan SET entries = entries + 1 WHERE {HT1}"
    yield f"UPDATE microloan_loan SET head = {ZEROS} WHERE {HT1}"
    first = f"SELECT hash FROM microloan_loan_entry WHERE {HT1} AND number = 1"
    yield f"UPDATE microloan_loan SET entries = 1, head = ({first}) WHERE {HT1}"
    yield "UPDATE microloan_fund SET exposure_fen = 0"
    yield "UPDATE microloan_fund SET balance_fen = balance_fen * 10"
    yield "UPDATE microloan_fund SET covered_fen = covered_fen + 1"
    yield "UPDATE microloan_fund SET name = 'X'"
    yield f"UPDATE microloan_fund SET head = genesis, entries = 0 WHERE {F01}"
    yield "UPDATE microloan_fund_day SET exposure_fen = 0"
    yield "UPDATE microloan_fund_day SET balance_fen = balance_fen + 100"
    days = "effective_on = '2030-01-01' WHERE effective_on = '2024-01-15'"
    yield f"UPDATE microloan_fund_day SET {days}"
    yield "UPDATE microloan_book SET acts = 0, last_act = ''"
    yield "UPDATE microloan_book SET acts = acts + 1"
    yield f"UPDATE microloan_book SET last_act = {ZEROS}"
    yield "UPDATE microloan_book SET records = records - 1"
    yield f"UPDATE microloan_book SET last_record = {ZEROS}"
    yield "UPDATE microloan_book SET book_id = 'other'"
    yield "UPDATE microloan_register SET ref = 'X' WHERE number = 1"
    yield f"UPDATE microloan_register SET seal = {ZEROS}"
    yield "UPDATE microloan_closing SET closed_on = '2024-07-03'"
    yield f"UPDATE microloan_closing SET anchor = {ZEROS}"
    yield "UPDATE microloan_closing_head SET entries = entries - 1"
    both = "closing_fen = closing_fen + 1, disbursed_fen = disbursed_fen + 1"
    yield f"UPDATE microloan_account SET {both}"
    yield "UPDATE microloan_account SET visit_ref = 'X'"
    yield "UPDATE microloan_reopening SET reason = 'X'"
    yield "UPDATE microloan_request SET known_as = known_as + 10"
    yield "UPDATE microloan_request_line SET subsidy_fen = subsidy_fen - 1"
    yield "UPDATE microloan_assignment SET value = 'O-9'"
    yield "UPDATE microloan_visit SET remarks = '[]', watch = NOT watch"
    yield "UPDATE microloan_contact SET outcome = 'reached'"


def _deletes():
    """Yield DELETEs of rows of every table."""
    yield f"DELETE FROM microloan_loan_entry WHERE {HT1} AND number = 6"
    yield "DELETE FROM microloan_loan_entry WHERE number = 1"
    for table in metadata.sorted_tables:
        if "book_id" in table.columns and table.name not in EMPTY:
            yield f"DELETE FROM {table.name}"


EMPTY = {"microloan_request_correction", "microloan_request_waiting"}
"""Tables in which the book has nothing."""


def _inserts():
    """Yield INSERTs of what never was."""
    entry, last = tables.loan_entry, f"{HT1} AND number = 6"
    following = {"number": "7", "previous": "hash", "ref": "'X'", "booked_on": "'2024-12-01'"}
    yield copied(entry, last, **following, hash=ZEROS)
    yield copied(entry, last, **following | {"number": "8"}, hash=ZEROS)
    yield copied(entry, last, **following | {"previous": "previous"}, hash=ZEROS)
    yield copied(entry, last, **following | {"booked_on": "'2024-06-30'"}, hash=ZEROS)
    yield copied(entry, last, ref="'X'")
    yield copied(entry, last, **following, received_fen="-1")
    yield copied(entry, last, **following, received_fen="10000000000000000")
    yield copied(entry, last, **following, received_fen="'abc'")
    yield copied(entry, last, **following, received_fen="'NaN'")
    yield copied(entry, last, **following | {"booked_on": "'2024-13-77'"})
    yield copied(entry, last, **following | {"booked_on": "NULL"})
    yield copied(entry, last, **following, book_id="'other'")
    yield copied(
        tables.fund_entry,
        "number = 2",
        number="3",
        previous="hash",
        ref="'X'",
        booked_on="'2024-12-01'",
    )
    yield copied(tables.fund_entry, "number = 2", number="9", previous="hash", ref="'X'")
    yield copied(tables.loan, HT1, loan_id="'HT-9'")
    yield copied(tables.loan, HT1, loan_id="'HT-9'", entries="0", head="genesis")
    yield copied(tables.loan, HT1, loan_id="'HT-9'", fund_id="'F-99'")
    yield copied(tables.fund, F01, fund_id="'F-99'")
    yield copied(tables.fund_day, "effective_on = '2024-01-15'", effective_on="'2024-01-16'")
    yield copied(
        tables.register,
        "number = 1",
        number="(SELECT records + 1 FROM microloan_book)",
        ref="'X'",
        previous="(SELECT last_record FROM microloan_book)",
    )
    yield copied(tables.register, "number = 1", number="99", ref="'X'")
    yield copied(
        closing_tables.closing,
        "version = 2",
        version="3",
        number="(SELECT acts + 1 FROM microloan_book)",
    )
    yield copied(closing_tables.closing, "version = 2", half_year="20251", version="1", number="9")
    yield copied(
        closing_tables.reopening,
        "version = 1",
        version="2",
        number="(SELECT acts + 1 FROM microloan_book)",
    )
    yield copied(closing_tables.account, f"{HT1} AND version = 2", loan_id="'HT-9'")
    yield copied(closing_tables.head, "chain_id = 'HT-1' AND version = 2", chain_id="'HT-9'")
    yield copied(closing_tables.assignment, HT1, effective_on="'2024-09-01'", number="3")
    yield copied(closing_tables.assignment, HT1, effective_on="'2024-02-01'", number="3")
    yield copied(request_tables.request, "known_as = 1", quarter="20253", known_as="3")
    yield copied(request_tables.request_line, "place = 1", due_on="'2025-06-20'", place="9")
    yield copied(follow_up_tables.visit, "ref = '访0'", ref="'访9'", booked_on="'2024-09-01'")
    yield copied(follow_up_tables.contact, "ref = '访1'", ref="'催9'", booked_on="'2024-03-01'")
    yield "INSERT INTO microloan_book (book_id) VALUES ('990101')"


def _upserts():
    names = ", ".join(column.name for column in tables.loan_entry.columns)
    row = f"INSERT INTO microloan_loan_entry ({names}) SELECT {names} FROM microloan_loan_entry"
    row += f" WHERE {HT1} AND number = 2"
    key = "ON CONFLICT (book_id, loan_id, number) DO UPDATE SET received_fen = 1"
    yield f"{row} {key}"
    yield (
        "INSERT INTO microloan_book (book_id) VALUES ('990101')"
        " ON CONFLICT (book_id) DO UPDATE SET acts = 0, last_act = ''"
    )


def _of_sqlite():
    """Yield what only SQLite lets somebody do."""
    entry = copied(tables.loan_entry, f"{HT1} AND number = 2", received_fen="1")
    yield entry.replace("INSERT INTO", "INSERT OR REPLACE INTO")
    yield entry.replace("INSERT INTO", "REPLACE INTO")
    loan = copied(tables.loan, HT1, principal_fen="1")
    yield loan.replace("INSERT INTO", "INSERT OR REPLACE INTO")
    fund = copied(tables.fund, F01, balance_fen="1")
    yield fund.replace("INSERT INTO", "INSERT OR REPLACE INTO")
    yield "INSERT OR REPLACE INTO microloan_book (book_id) VALUES ('990101')"
    into = "INSERT OR REPLACE INTO microloan_contact (rowid, "
    contact = copied(follow_up_tables.contact, "ref = '访1'", ref="'催9'", booked_on="'2024-12-01'")
    yield contact.replace("INSERT INTO microloan_contact (", into).replace(
        "SELECT ", "SELECT rowid, ", 1
    )
    yield "UPDATE OR REPLACE microloan_loan SET rowid = 1 WHERE rowid = 2"
    yield "UPDATE OR REPLACE microloan_fund_day SET rowid = 1 WHERE rowid = 2"
    yield "UPDATE OR REPLACE microloan_loan SET loan_id = 'HT-1' WHERE loan_id = 'HT-3'"
    yield "UPDATE microloan_fund SET balance_fen = 7.5"
    yield "UPDATE microloan_fund_day SET balance_fen = 'x'"
    following = {"number": "7", "previous": "hash", "ref": "'X'", "booked_on": "'2024-12-01'"}
    half = f"{HT1} AND number = 6"
    yield copied(tables.loan_entry, half, **following, received_fen="7.5", hash=ZEROS)
    yield copied(tables.loan_entry, half, **following | {"booked_on": "'2024-9-1'"}, hash=ZEROS)
    yield "DROP TRIGGER microloan_guard_loan_entry_update"
    yield "DROP TABLE microloan_contact"
    yield "ALTER TABLE microloan_loan_entry RENAME COLUMN received_fen TO received"
    yield "ALTER TABLE microloan_loan_entry ADD COLUMN more INTEGER"
    yield (
        "CREATE TRIGGER mine AFTER INSERT ON microloan_loan_entry BEGIN"
        " UPDATE microloan_fund SET balance_fen = 0; END"
    )
    yield (
        "CREATE TRIGGER microloan_guard_mine AFTER INSERT ON microloan_loan BEGIN"
        " UPDATE microloan_fund SET balance_fen = 0; END"
    )
    yield "DELETE FROM microloan_schema"
    ignored = "BEGIN SELECT RAISE(IGNORE); END"
    yield f"CREATE TRIGGER mine BEFORE INSERT ON MICROLOAN_Loan_Entry {ignored}"
    yield (
        "CREATE TRIGGER mine AFTER INSERT ON MICROLOAN_LOAN_ENTRY BEGIN"
        " UPDATE microloan_fund_day SET exposure_fen = 0; END"
    )
    yield f"CREATE TEMP TRIGGER microloan_guard_x BEFORE INSERT ON main.microloan_visit {ignored}"
    yield "CREATE TEMP TABLE microloan_contact AS SELECT * FROM main.microloan_contact"
    yield "CREATE TEMP VIEW Microloan_Loan AS SELECT * FROM main.microloan_loan"
    yield "ALTER TABLE microloan_contact RENAME TO elsewhere"
    yield "DROP TABLE microloan_schema"


def _of_postgresql():
    """Yield what only PostgreSQL lets somebody do, or refuses to a role that owns nothing."""
    yield "TRUNCATE microloan_loan_entry"
    yield "TRUNCATE microloan_contact"
    yield "TRUNCATE microloan_book CASCADE"
    yield "TRUNCATE microloan_fund_day"
    yield (
        "MERGE INTO microloan_loan_entry e USING microloan_loan_entry o"
        " ON e.book_id = o.book_id AND e.loan_id = o.loan_id AND e.number = o.number"
        " WHEN MATCHED THEN UPDATE SET received_fen = 1"
    )
    yield (
        "MERGE INTO microloan_contact c USING microloan_book b ON c.book_id = b.book_id"
        " WHEN MATCHED THEN DELETE"
    )
    yield "WITH gone AS (DELETE FROM microloan_contact RETURNING 1) SELECT count(*) FROM gone"
    yield "WITH new AS (UPDATE microloan_visit SET staff = 9 RETURNING 1) SELECT count(*) FROM new"
    joined = "FROM microloan_loan l WHERE l.loan_id = e.loan_id"
    yield f"UPDATE microloan_loan_entry e SET ref = 'X' {joined}"
    yield "SET LOCAL session_replication_role = replica"
    yield "ALTER TABLE microloan_loan_entry DISABLE TRIGGER ALL"
    yield "DROP TRIGGER microloan_guard_loan_entry_update ON microloan_loan_entry"
    yield "DROP FUNCTION microloan_guard_loan_entry_update() CASCADE"
    yield "ALTER TABLE microloan_loan_entry DROP CONSTRAINT pk_microloan_loan_entry CASCADE"
    yield "ALTER TABLE microloan_contact SET UNLOGGED"
    yield "DROP TABLE microloan_contact"
    yield "CREATE RULE mine AS ON INSERT TO microloan_loan_entry DO INSTEAD NOTHING"
    yield (
        "CREATE TRIGGER mine BEFORE INSERT ON microloan_loan_entry"
        " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    )
    yield "CREATE TABLE kid () INHERITS (microloan_loan_entry)"
    yield "ALTER TABLE microloan_contact ENABLE ROW LEVEL SECURITY"
    yield "ALTER TABLE microloan_contact FORCE ROW LEVEL SECURITY"
    yield "ALTER TABLE microloan_contact RENAME TO elsewhere"
    yield "ALTER TABLE microloan_contact ALTER note TYPE varchar(5000)"
    yield (
        "ALTER TABLE microloan_contact DROP CONSTRAINT ck_microloan_contact_booked_on,"
        " ADD CONSTRAINT ck_microloan_contact_booked_on CHECK (true)"
    )
    yield "ALTER TABLE microloan_fund_entry ENABLE TRIGGER ALL"
    yield "ALTER FUNCTION microloan_guard_contact_update() SECURITY DEFINER"
    yield (
        "CREATE OR REPLACE FUNCTION microloan_guard_contact_update() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    )
    yield "CREATE TEMP TABLE microloan_contact AS SELECT * FROM public.microloan_contact"
    yield "CREATE TEMP VIEW microloan_contact AS SELECT * FROM public.microloan_contact"


def attacks_on(database: str) -> list[str]:
    """Return the statements for a database."""
    both = [*_edits(), *_deletes(), *_inserts(), *_upserts()]
    return [*both, *(_of_sqlite() if database == "sqlite" else _of_postgresql())]
