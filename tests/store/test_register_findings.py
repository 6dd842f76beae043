"""What verifying tells of the register and the records, word for word, one change after another.

On a file only: what is asked of a server is asked by ``test_verify_book``.
"""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import create_engine, event

from busy_book import write_busy_book
from microloan import ChainBroken, InvalidDate
from microloan.assignment import AssignedTo, Assignment
from microloan.store import UnitOfWork, closing_tables, create_all, follow_up_tables, request_tables
from microloan.store.chain import link
from microloan.store.guards import remove_guards
from microloan.store.register_verifying import _rows, register_findings
from microloan.store.verifying import Broken
from requesting import Q3, asks, lent

BOOK = "990101"


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """A book in which everything was recorded once; nothing guards it."""
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('register') / 'book.db'}")
    create_all(engine)
    write_busy_book(lambda: UnitOfWork(engine, book=BOOK))
    remove_guards(engine)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    yield engine
    engine.dispose()


@pytest.fixture
def told(engine):
    """Change the book, return what is told of its register, and undo it."""

    def tell(*statements, book=BOOK, unreadable=(), caught=(ChainBroken,)):
        broken = Broken(book, caught=caught, unreadable=set(unreadable))
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA ignore_check_constraints = ON")
            raw.execute("PRAGMA foreign_keys = OFF")
            for statement in statements:
                assert connection.exec_driver_sql(statement).rowcount
            differs = list(register_findings(connection, book, broken))
            connection.rollback()
        return [
            (one.code.removeprefix("audit.k15_"), one.subject, one.sentence, one.zh)
            for one in (*broken.findings, *differs)
        ]

    return tell


def differs(of, what):
    return ("register_differs", of, f"{of}: {what}", f"{of}：登记簿与记录不符（{what}）")


def chain(of, what):
    """What is told of a row that is not as it was written."""
    return (
        "chain_broken",
        of[0],
        f"{of[-1]}: {what} is not what was written; the stored hash does not match",
        f"{of[-1]}：{what} 与写入时不符，哈希校验失败",
    )


def line_is_broken(number):
    return chain([BOOK], f"record {number} of the register")


LAST = chain([BOOK], "the last record of the register")
RECORDS = [
    ("HT-1", "assignment officer 2024-01-15"),
    ("HT-2", "assignment officer 2024-01-15"),
    ("HT-1", "visit 访1"),
    ("HT-1", "visit 访0"),
    ("HT-1", "contact 访1"),
    ("BANK-1", "request 20243"),
    ("BANK-1", "request 20244"),
]
"""The records of the book, in the order they came."""


def test_a_register_that_agrees_with_its_records_has_nothing(told):
    assert told() == []
    assert told(book="990102") == []


@pytest.mark.parametrize("number", range(1, 8))
def test_a_line_that_was_taken_away_leaves_a_record_that_is_not_in_the_register(told, number):
    first = LAST if number == 7 else line_is_broken(number)
    of, what = RECORDS[number - 1]
    assert told(f"DELETE FROM microloan_register WHERE number = {number}") == [
        first,
        differs(of, f"{what} is not in the register"),
    ]


@pytest.mark.parametrize("number", range(1, 8))
def test_a_line_with_another_seal_is_not_that_of_the_record(told, number):
    of, what = RECORDS[number - 1]
    change = f"UPDATE microloan_register SET seal = previous || 'x' WHERE number = {number}"
    assert told(change) == [line_is_broken(number), differs(of, f"{what} is not in the register")]


TAKEN = {
    "DELETE FROM microloan_assignment WHERE number = 2": RECORDS[1],
    "DELETE FROM microloan_visit WHERE ref = '访1'": RECORDS[2],
    "DELETE FROM microloan_visit WHERE ref = '访0'": RECORDS[3],
    "DELETE FROM microloan_contact": RECORDS[4],
    "DELETE FROM microloan_request WHERE quarter = 20244": RECORDS[6],
}


@pytest.mark.parametrize("statement", TAKEN)
def test_a_record_that_was_taken_away_is_in_the_register_and_nowhere_else(told, statement):
    of, what = TAKEN[statement]
    assert told(statement) == [differs(of, f"{what} is in the register and nowhere else")]


def test_a_record_that_was_counted_before_another_is_out_of_its_order(told):
    assert told("DELETE FROM microloan_assignment WHERE number = 1") == [
        differs("HT-2", "assignment officer 2024-01-15 is out of its order"),
        differs("HT-1", "assignment officer 2024-01-15 is in the register and nowhere else"),
    ]
    assert told("DELETE FROM microloan_request WHERE quarter = 20243") == [
        differs("BANK-1", "request 20244 is out of its order"),
        differs("BANK-1", "request 20243 is in the register and nowhere else"),
    ]


@pytest.mark.parametrize("what", ["visit", "contact"])
def test_a_visit_or_contact_that_was_changed_is_named_and_missed(told, what):
    field = {"visit": "remarks", "contact": "note"}[what]
    assert told(f"UPDATE microloan_{what} SET {field} = '假' WHERE ref = '访1'") == [
        chain(["HT-1", "HT-1 访1"], f"the {what}"),
        differs("HT-1", f"{what} 访1 is in the register and nowhere else"),
    ]


def test_an_assignment_that_was_changed_is_named_by_what_and_day(told):
    assert told("UPDATE microloan_assignment SET value = 'O-9' WHERE number = 2") == [
        chain(["HT-2"], "officer 2024-01-15"),
        differs("HT-2", "assignment officer 2024-01-15 is in the register and nowhere else"),
    ]


def test_a_request_that_was_changed_is_named_and_missed(told):
    [first, second] = told("UPDATE microloan_request SET lent_count = 9 WHERE quarter = 20244")
    assert first[:2] == ("chain_broken", "BANK-1")
    assert second == differs("BANK-1", "request 20244 is in the register and nowhere else")


def test_a_request_that_names_no_quarter_is_named_by_its_bank(told):
    change = "UPDATE microloan_request SET quarter = 20249 WHERE quarter = 20244"
    [first, second] = told(change, caught=(InvalidDate,))
    assert first[:2] == ("chain_broken", "BANK-1")
    assert second == differs("BANK-1", "request 20244 is in the register and nowhere else")


def test_a_line_of_another_kind_is_in_the_register_and_nowhere_else(told):
    assert told("UPDATE microloan_register SET kind = 'else' WHERE number = 5") == [
        line_is_broken(5),
        differs("HT-1", "contact 访1 is not in the register"),
        differs("HT-1", "else 访1 is in the register and nowhere else"),
    ]


def test_a_line_of_a_number_instead_of_a_name_is_told_by_the_number(told):
    told_of = told("UPDATE microloan_register SET of_id = x'37' WHERE number = 5")
    assert told_of == [
        line_is_broken(5),
        differs("HT-1", "contact 访1 is not in the register"),
        differs("b'7'", "contact 访1 is in the register and nowhere else"),
    ]


@pytest.mark.parametrize(
    "change", ["records = 6", "records = 8", "last_record = ''", "last_record = last_act"]
)
def test_a_book_whose_row_tells_of_another_end_is_named(told, change):
    assert told(f"UPDATE microloan_book SET {change}") == [LAST]


def test_a_book_without_its_row_has_no_records(told):
    assert told("DELETE FROM microloan_book") == [LAST]


def test_a_record_that_was_added_in_the_right_form_is_missed_in_the_register(told):
    names = ("book_id", "loan_id", "what", "effective_on", "number", "value", "ref")
    cells = (BOOK, "HT-3", "officer", "2024-02-01", 3, "O-1", "管1")
    seal = link(closing_tables.assignment.name, *cells[:3], date(2024, 2, 1), *cells[4:])
    added = (
        f"INSERT INTO microloan_assignment ({', '.join(names)}, hash)"
        f" VALUES ({', '.join(map(repr, cells))}, '{seal}')"
    )
    assert told(added) == [differs("HT-3", "assignment officer 2024-02-01 is not in the register")]


def test_records_are_counted_in_the_order_they_came_whatever_their_keys(tmp_path):
    """The second loan is handed over first, and its bank asks first."""
    engine = create_engine(f"sqlite:///{tmp_path / 'book.db'}")
    create_all(engine)
    loans = [replace(lent(f"HT-{n}", guarantee=None), lender=f"BANK-{n}") for n in (1, 2)]
    officer = {"what": AssignedTo.OFFICER, "value": "O-1", "on": date(2024, 7, 1), "ref": "管1"}
    with UnitOfWork(engine, book=BOOK) as uow:
        uow.save(*loans)
        for loan in reversed(loans):
            uow.assignments.record(Assignment(loan_id=loan.id, **officer))
            uow.requests.save(asks(loan, quarter=Q3, lender=loan.lender))
        uow.commit()
    broken = Broken(BOOK)
    with engine.connect() as connection:
        assert list(register_findings(connection, BOOK, broken)) == broken.findings == []
    engine.dispose()


class Asked:
    """A connection that writes down what it is asked, and knows nothing."""

    def execute(self, query):
        self.query = str(query)
        return self

    def mappings(self):
        return self

    def all(self):
        return []


def test_records_are_asked_for_in_the_order_of_their_numbers():
    """SQLite may give them so by itself; no database has to."""
    asked, broken = Asked(), Broken(BOOK)
    numbered = ((request_tables.request, "known_as"), (closing_tables.assignment, "number"))
    for table, number in numbered:
        assert _rows(asked, BOOK, table, broken) == []
        assert asked.query.endswith(f"ORDER BY {table.name}.{number}")
    assert _rows(asked, BOOK, follow_up_tables.visit, broken) == []
    assert "ORDER BY" not in asked.query


# --- what cannot be read


@pytest.mark.parametrize(
    ("statement", "of", "rest"),
    [
        (
            "UPDATE microloan_visit SET visited_on = 'a day' WHERE ref = '访0'",
            "HT-1",
            [RECORDS[3]],
        ),
        ("UPDATE microloan_contact SET made_on = 'a day'", "HT-1", [RECORDS[4]]),
        (
            "UPDATE microloan_assignment SET effective_on = 'a day' WHERE number = 2",
            "HT-2",
            [RECORDS[1]],
        ),
        (
            "UPDATE microloan_request SET drawn_on = 'a day' WHERE quarter = 20244",
            "BANK-1",
            [RECORDS[6]],
        ),
    ],
)
def test_a_row_whose_day_is_none_is_named_and_the_others_are_read(told, statement, of, rest):
    assert told(statement) == [
        chain([of], "a day"),
        *(differs(whose, f"{what} is in the register and nowhere else") for whose, what in rest),
    ]


TABLES = {
    "microloan_visit": RECORDS[2:4],
    "microloan_contact": RECORDS[4:5],
    "microloan_assignment": RECORDS[:2],
}


@pytest.mark.parametrize("table", TABLES)
def test_the_records_of_a_table_that_cannot_be_read_are_not_told_as_gone(told, table):
    emptied = f"DELETE FROM {table}"
    gone = [
        differs(of, f"{what} is in the register and nowhere else") for of, what in TABLES[table]
    ]
    assert told(emptied) == gone
    assert told(emptied, unreadable=[table]) == []
    assert told(unreadable=[table]) == []


@pytest.mark.parametrize(
    "table", ["request", "request_line", "request_correction", "request_waiting"]
)
def test_a_request_of_which_a_table_cannot_be_read_is_not_told_as_gone(told, table):
    change = "DELETE FROM microloan_request"
    assert len(told(change)) == 2
    assert told(change, unreadable=[f"microloan_{table}"]) == []


def test_of_a_register_that_cannot_be_read_no_record_is_told_as_missing(told):
    assert told(unreadable=["microloan_register"]) == []
    assert told("DELETE FROM microloan_register", unreadable=["microloan_register"]) == [LAST]
