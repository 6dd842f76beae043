"""Requests in a book: stored whole and once, read back equal, refused twice, apart by book."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from hypothesis import given

from histories import PERSON, RULES, a_fund, a_loan
from microloan import BorrowerKind, ChainBroken, ConcurrentUpdate, InvalidTerms, NotFound, cny
from microloan.budget import Budget
from microloan.correction import Clawback
from microloan.errors import (
    AlreadyRequested,
    BudgetExceeded,
    CorrectionTooLarge,
    NotRequested,
    StorageRefused,
    WrongLender,
)
from microloan.levels import LevelAmount
from microloan.policy import Level
from microloan.store import UnitOfWork, request_tables
from microloan.store.request_rows import request_of
from refusals import refused
from request_strategies import chains
from requesting import CLOSED, Q1, Q2, Q3, Q4, asks, asks_each, by_level, lent, shares, told

BOOK, OTHER = "990101", "990102"
FIRM = replace(PERSON, kind=BorrowerKind.ENTERPRISE)
TABLES = ("request", "request_line", "request_correction", "request_waiting")


def loans():
    """A loan of the table, a smaller one, and one of an enterprise that has not paid."""
    return (
        lent(guarantee=None),
        lent("HT-2", amount=100_000, on=date(2024, 7, 10), guarantee=None),
        lent("HT-3", category=FIRM, guarantee=None),
    )


def a_chain():
    """Two quarters: lines, a loan that waits, a line taken back by facts, one by decision."""
    first = asks(*loans(), quarter=Q3)
    decision = Clawback(
        loan_id="HT-2", due_on=date(2024, 9, 20), amount=cny("1.88"), ref="财监〔2024〕1号"
    )
    second = asks(*loans(), quarter=Q4, earlier=(first,), stops=CLOSED, clawbacks=[decision])
    assert (len(first.lines), len(first.waiting)) == (2, 1)
    assert (len(second.lines), len(second.corrections), len(second.waiting)) == (1, 2, 2)
    return first, second


def store(database, *requests, book=BOOK):
    """Save and commit."""
    with database.work(book) as uow:
        for request in requests:
            uow.requests.save(request)
        uow.commit()


def stored(database, book=BOOK):
    """All requests of a book."""
    with database.work(book) as uow:
        return uow.requests.all()


@pytest.fixture
def book(database):
    """A book with the loans and no request."""
    database.keep(*loans())
    return database


# --- there and back


def test_a_request_read_back_is_equal(book):
    first, second = a_chain()

    store(book, first)
    store(book, second)

    with book.work() as uow:
        assert uow.requests.get("BANK-1", Q3) == first
        assert uow.requests.get("BANK-1", Q4) == second
        assert uow.requests.of("BANK-1") == uow.requests.all() == (first, second)


def test_what_was_read_can_be_asked_on(book):
    first, second = a_chain()
    store(book, first, second)

    third = asks(*loans(), quarter=Q1, earlier=stored(book), stops=CLOSED)

    assert third == asks(*loans(), quarter=Q1, earlier=(first, second), stops=CLOSED)
    store(book, third)
    assert stored(book) == (first, second, third)


def test_the_rows_are_what_the_request_says(book):
    first, second = a_chain()
    store(book, first, second)

    assert book.sql(
        "SELECT lender_id, quarter, drawn_on, since_quarter, opening_fen, closing_fen, lent_fen,"
        " lent_count FROM microloan_request ORDER BY quarter"
    ) == [
        ("BANK-1", 20243, "2024-09-23", 20243, 0, 700_000_00, 700_000_00, 3),
        ("BANK-1", 20244, "2024-12-23", 20243, 700_000_00, 700_000_00, 0, 0),
    ]
    agreed = (
        "SELECT DISTINCT loan_id, borrower_id, principal_fen, disbursed_on, months, annual_rate"
    )
    assert book.sql(f"{agreed} FROM microloan_request_line ORDER BY loan_id") == [
        ("HT-1", "B-1", 300_000_00, "2024-06-21", 12, "0.0495"),
        ("HT-2", "B-1", 100_000_00, "2024-07-10", 12, "0.0495"),
    ]
    assert book.sql(
        "SELECT quarter, place, loan_id, due_on, number, days, interest_fen, subsidy_fen, shares"
        " FROM microloan_request_line ORDER BY quarter, place"
    ) == [
        (20243, 1, "HT-1", "2024-09-20", 1, 92, 3795_00, 1897_50, "central=1/2,county=1/2"),
        (20243, 2, "HT-2", "2024-09-20", 1, 73, 1003_75, 501_88, "central=1/2,county=1/2"),
        # 100,000 × 4.95 % × 91 / 360 = 1,251.25
        (20244, 1, "HT-2", "2024-12-20", 2, 91, 1251_25, 625_63, "central=1/2,county=1/2"),
    ]
    assert book.sql(
        "SELECT quarter, place, loan_id, due_on, requested_in, was_fen, is_fen, cause, ref"
        " FROM microloan_request_correction ORDER BY place"
    ) == [
        (20244, 1, "HT-1", "2024-09-20", 20243, 1897_50, 928_13, "recomputed", ""),
        (20244, 2, "HT-2", "2024-09-20", 20243, 501_88, 500_00, "decided", "财监〔2024〕1号"),
    ]
    assert book.sql(
        "SELECT quarter, place, loan_id, due_on, number, subsidy_fen, reason"
        " FROM microloan_request_waiting ORDER BY quarter, place"
    ) == [
        (20243, 1, "HT-3", "2024-09-20", 1, 1897_50, "interest_unpaid"),
        (20244, 1, "HT-3", "2024-09-20", 1, 1897_50, "interest_unpaid"),
        (20244, 2, "HT-3", "2024-12-20", 2, 1876_88, "interest_unpaid"),
    ]


def test_a_request_of_nothing_is_stored_too(database):
    nothing = asks(quarter=Q3)

    store(database, nothing)

    assert stored(database) == (nothing,)
    assert database.sql("SELECT book_id FROM microloan_book") == [(BOOK,)]


def test_shares_and_order_stay_as_they_were(book):
    given = told(shares(county="1/3", city="1/3", central="1/3"))
    request = asks(*loans(), quarter=Q3, shares=given)
    request = replace(request, lines=tuple(reversed(request.lines)))

    store(book, request)

    assert stored(book) == (request,)
    assert list(by_level(stored(book)[0].lines[0].levels)) == ["county", "city", "central"]


def test_requests_are_listed_by_bank_and_quarter(book):
    book.keep(replace(lent("HT-8", guarantee=None), lender="BANK-0"))
    other = asks(
        replace(lent("HT-8", guarantee=None), lender="BANK-0"), quarter=Q4, lender="BANK-0"
    )
    first, second = a_chain()

    store(book, first, other, second)

    assert stored(book) == (other, first, second)
    with book.work() as uow:
        assert uow.requests.of("BANK-0") == (other,)
        assert uow.requests.of("BANK-9") == ()


@pytest.mark.parametrize(("lender", "quarter"), [("BANK-1", Q4), ("BANK-2", Q3)])
def test_a_request_that_is_not_there_is_not_found(book, lender, quarter):
    store(book, a_chain()[0])

    with book.refuses(
        NotFound, "store.not_found", value=f"{lender} {quarter}", limit=f"a request of book {BOOK}"
    ) as uow:
        uow.requests.get(lender, quarter)


# --- once


def test_the_same_request_again_changes_nothing(book):
    first, second = a_chain()
    store(book, first, second)

    with book.untouched():
        store(book, first, second, first)


def test_a_quarter_is_stored_once(book):
    first, _ = a_chain()
    store(book, first)

    with book.refuses(AlreadyRequested, "request.already_requested", value=Q3, limit=Q3) as uow:
        uow.requests.save(replace(first, on=first.on + timedelta(1)))


def test_an_earlier_quarter_is_stored_no_more(book):
    _, late = asks_each(lent(guarantee=None), quarters=(Q3, Q4))
    store(book, late)

    with book.refuses(AlreadyRequested, "request.already_requested", value=Q3, limit=Q4) as uow:
        uow.requests.save(asks(lent(guarantee=None), quarter=Q3))


def test_a_line_is_stored_once(book):
    # The second does not know of the first.
    store(book, asks(lent(guarantee=None), quarter=Q3))
    again = asks(lent(guarantee=None), quarter=Q4, since=Q3)

    with book.refuses(
        AlreadyRequested,
        "request.already_requested",
        value=("HT-1", date(2024, 9, 20)),
        limit="2024Q3",
    ) as uow:
        uow.requests.save(again)


def test_no_raw_statement_can_store_a_line_twice(book):
    store(book, *a_chain())

    with book.untouched(), pytest.raises(book.driver.IntegrityError):
        book.tamper(
            "UPDATE microloan_request_line SET due_on = '2024-09-20' WHERE due_on = '2024-12-20'"
        )


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE microloan_request_line SET subsidy_fen = interest_fen + 1",
        "UPDATE microloan_request_line SET subsidy_fen = 0",
        "UPDATE microloan_request_correction SET was_fen = -1",
        "UPDATE microloan_request_correction SET is_fen = -1",
        "UPDATE microloan_request_correction SET requested_in = quarter",
        "UPDATE microloan_request_waiting SET subsidy_fen = -1",
        "UPDATE microloan_request SET opening_fen = -1",
        "UPDATE microloan_request SET book_id = NULL",
        "INSERT INTO microloan_request SELECT * FROM microloan_request",
        "INSERT INTO microloan_request_waiting SELECT * FROM microloan_request_waiting",
        "INSERT INTO microloan_request_correction SELECT * FROM microloan_request_correction",
    ],
)
def test_what_is_never_lawful_no_raw_statement_can_write(book, lie):
    store(book, *a_chain())

    with book.untouched(), pytest.raises(book.driver.IntegrityError):
        book.tamper(lie)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM microloan_request",
        "DELETE FROM microloan_request_line",
        "DELETE FROM microloan_loan",
    ],
)
def test_where_foreign_keys_are_on_nothing_is_left_hanging(book, statement):
    store(book, *a_chain())

    book.disarm()
    with book.untouched(), pytest.raises(book.driver.IntegrityError, match=r"(?i)foreign"):
        book.with_keys(statement)


# --- two connections


def test_of_two_who_store_the_same_quarter_the_second_is_told(book):
    first, _ = a_chain()
    later = replace(first, on=first.on + timedelta(1))

    store(book, first)
    other = book.new_engine()
    with book.untouched(), UnitOfWork(other, book=BOOK) as uow:
        with refused(AlreadyRequested, "request.already_requested", value=Q3, limit=Q3):
            uow.requests.save(later)
        uow.requests.save(first)
        uow.commit()


def test_while_one_stores_the_other_waits_or_is_told(book):
    first, _ = a_chain()
    hasty = book.new_engine(patience=0)

    with book.work() as uow:
        uow.requests.save(first)
        with pytest.raises(ConcurrentUpdate):
            with UnitOfWork(hasty, book=BOOK) as other:
                other.requests.save(first)
        uow.commit()
    assert stored(book) == (first,)


def test_of_two_who_store_at_once_one_wins_and_the_other_is_told(book):
    first, _ = a_chain()
    barrier = Barrier(2)

    def writer(number):
        engine = book.new_engine(patience=60)
        request = replace(first, on=first.on + timedelta(number))

        def write():
            barrier.wait(timeout=30)
            with UnitOfWork(engine, book=BOOK) as uow:
                try:
                    uow.requests.save(request)
                except AlreadyRequested as refusal:
                    return refusal.code
                uow.commit()
            return request

        return write

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(writer(number)) for number in (0, 1)]
        results = [one.result() for one in done]
    assert "request.already_requested" in results
    assert stored(book) == tuple(one for one in results if one != "request.already_requested")
    assert book.count("request") == 1


# --- all or nothing


def test_what_is_not_committed_is_not_stored(book):
    with book.untouched(), book.work() as uow:
        uow.requests.save(a_chain()[0])
        assert len(uow.requests.all()) == 1


@pytest.mark.parametrize("table", TABLES[1:])
def test_a_failure_half_way_stores_nothing(book, table):
    # The disk, the network or the power may fail while any of the parts is written.
    first, second = a_chain()
    book.trip(f"microloan_{table}", "out of paper")

    def save_both(uow):
        for request in (first, second):
            uow.requests.save(request)

    with book.untouched(), book.work() as uow:
        with pytest.raises(StorageRefused, match="the database refused a statement"):
            save_both(uow)
        kept = uow.requests.all()
    assert kept == ((first,) if table == "request_correction" else ())
    assert [book.count(one) for one in TABLES] == [0, 0, 0, 0]


def test_what_was_saved_before_a_failure_may_still_be_committed(book):
    first, second = a_chain()
    wrong = replace(second, lines=(*first.lines, *second.lines))

    with book.work() as uow:
        uow.requests.save(first)
        with pytest.raises(AlreadyRequested):
            uow.requests.save(wrong)
        uow.commit()
    assert stored(book) == (first,)


def test_a_host_decides_about_its_own_transaction(book):
    first, _ = a_chain()

    with book.engine.connect() as connection, connection.begin() as host:
        with UnitOfWork(connection, book=BOOK) as uow:
            uow.requests.save(first)
            uow.commit()
        host.rollback()
    assert stored(book) == ()


# --- refused


def test_a_loan_the_book_does_not_hold_is_not_asked_for(database):
    database.keep(*loans()[:2])
    first, _ = a_chain()

    with database.refuses(
        NotFound, "store.not_found", value="HT-3", limit=f"a loan of book {BOOK}"
    ) as uow:
        uow.requests.save(first)


def test_a_loan_the_book_holds_as_another_banks_is_not_asked_for(database):
    database.keep(replace(lent(guarantee=None), lender="BANK-2"))

    with database.refuses(
        WrongLender, "request.wrong_lender", value="BANK-2", limit="BANK-1"
    ) as uow:
        uow.requests.save(asks(lent(guarantee=None), quarter=Q3))


def test_a_correction_of_a_line_that_is_not_stored_is_refused(book):
    _, second = a_chain()

    with book.refuses(
        NotRequested,
        "request.not_requested",
        value=("HT-1", date(2024, 9, 20)),
        limit="a line that was requested",
    ) as uow:
        uow.requests.save(second)


def test_a_correction_larger_than_what_is_stored_is_refused(book):
    first, second = a_chain()
    store(book, first)
    correction = replace(second.corrections[0], was_fen=3000_00, is_fen=0)

    with book.refuses(
        CorrectionTooLarge,
        "request.correction_too_large",
        value=cny(3_000),
        limit=cny("1897.50"),
    ) as uow:
        uow.requests.save(replace(second, corrections=(correction,)))


def test_what_is_no_request_is_refused(book):
    with book.refuses(InvalidTerms, "terms.invalid", value="Loan", limit="a SubsidyRequest") as uow:
        uow.requests.save(a_loan())


# --- the budget


def test_the_budget_is_held_against_what_others_have_stored(book):
    # 948.75 and 250.94 of the county in 2024Q3; BANK-0 has stored 948.75 meanwhile.
    other = replace(lent("HT-8", guarantee=None), lender="BANK-0")
    book.keep(other)
    store(book, asks(other, quarter=Q3, lender="BANK-0"))
    first, _ = a_chain()
    budget = Budget.of(2024, {Level.COUNTY: cny("2148.43")})

    with book.refuses(
        BudgetExceeded,
        "request.budget_exceeded",
        value=LevelAmount(level=Level.COUNTY, amount_fen=2148_44),
        limit=LevelAmount(level=Level.COUNTY, amount_fen=2148_43),
    ) as uow:
        uow.requests.save(first, budget=budget)
    with book.work() as uow:
        uow.requests.save(first, budget=Budget.of(2024, {Level.COUNTY: cny("2148.44")}))
        uow.commit()


# --- other books


def test_another_book_is_separate(book):
    book.keep(*loans(), book=OTHER)
    first, second = a_chain()

    def rows_of(name):
        return [
            book.sql(f"SELECT * FROM microloan_{table} WHERE book_id = ?", name) for table in TABLES
        ]

    store(book, first, book=OTHER)
    theirs = rows_of(OTHER)
    assert stored(book) == ()
    store(book, first, second)
    assert rows_of(OTHER) == theirs
    assert all(rows_of(BOOK))
    assert stored(book, OTHER) == (first,)
    assert stored(book) == (first, second)


# --- tampering


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE microloan_request SET closing_fen = closing_fen + 1",
        "UPDATE microloan_request SET drawn_on = '2024-09-24'",
        "UPDATE microloan_request_line SET subsidy_fen = subsidy_fen - 1 WHERE loan_id = 'HT-1'",
        "UPDATE microloan_request_line SET shares = 'central=1'",
        "UPDATE microloan_request_line SET shares = 'nobody'",
        pytest.param(
            "UPDATE microloan_request_line SET due_on = 'soon' WHERE loan_id = 'HT-1'",
            marks=pytest.mark.only("sqlite", "PostgreSQL keeps nothing but days in a DATE column"),
        ),
        "UPDATE microloan_request_line SET place = 3 WHERE place = 1",
        "UPDATE microloan_request_waiting SET reason = 'not_settled'",
        "DELETE FROM microloan_request_line WHERE loan_id = 'HT-2'",
        "DELETE FROM microloan_request_waiting",
    ],
)
def test_rows_changed_behind_the_librarys_back_are_noticed(book, lie):
    store(book, a_chain()[0])
    book.tamper(lie)

    for read in (lambda uow: uow.requests.get("BANK-1", Q3), lambda uow: uow.requests.all()):
        with book.work() as uow, pytest.raises(ChainBroken):
            read(uow)


def test_a_correction_changed_behind_the_librarys_back_is_noticed(book):
    store(book, *a_chain())
    book.tamper("UPDATE microloan_request_correction SET is_fen = is_fen + 1")

    with book.work() as uow:
        assert uow.requests.get("BANK-1", Q3)
        with refused(
            ChainBroken,
            "store.chain_broken",
            value="the request",
            limit="the stored hash chain",
            says="BANK-1 2024Q4",
        ):
            uow.requests.get("BANK-1", Q4)


def test_a_quarter_that_is_none_is_noticed_as_such(book):
    store(book, *a_chain())
    with book.work() as uow:
        with refused(InvalidTerms, "terms.invalid", value="2024Q3", limit="an InterestQuarter"):
            uow.requests.get("BANK-1", "2024Q3")


def test_text_where_a_quarter_should_be_is_noticed_as_tampering():
    columns = request_tables.request.columns.keys()
    rows = dict.fromkeys(columns, "") | {"lender_id": "BANK-1", "quarter": "zz"}

    with refused(
        ChainBroken,
        "store.chain_broken",
        value="the request",
        limit="the stored hash chain",
        says="BANK-1 zz",
    ):
        request_of(rows, [[], [], []])


# --- any request


def test_a_guaranteed_loan_and_a_long_chain(database):
    database.keep(a_fund())
    database.admit(lent(), under=RULES)
    requests = asks_each(lent(), quarters=(Q3, Q4, Q1, Q2))

    store(database, *requests)

    assert stored(database) == tuple(requests)


@given(chain=chains())
def test_any_requests_are_read_back_equal(shared_database, new_book, chain):
    requests, known, _ = chain
    book = new_book()
    shared_database.keep(*known, book=book)

    store(shared_database, *requests, book=book)

    assert stored(shared_database, book) == tuple(requests)
    with shared_database.untouched():
        store(shared_database, *requests, book=book)
