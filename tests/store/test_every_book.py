"""One question asked of every book: each is answered by itself, and nothing crosses books."""

from datetime import date
from functools import partial

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from histories import RULES, a_fund, a_loan
from microloan import InvalidTerms, NotFound, cny
from microloan.store import books_of, by_book, by_book_in_processes
from refusals import refused

BOOKS = ["990101", "990102", "990103"]


@pytest.fixture
def county(database):
    """Three books; the second has a loan."""
    for number, book in enumerate(reversed(BOOKS), 1):
        database.keep(a_fund(number * 1_000_000), book=book)
    database.admit(a_loan(), under=RULES, book=BOOKS[1])
    return database


def exposure(uow):
    return uow.leverage("F-01", under=RULES, as_of=date(2024, 2, 1)).exposure


def loans(uow):
    return [loan.id for loan in uow.loans.all()]


def first_loan(uow):
    return uow.loans.get("HT-1").id


EXPOSURES = {BOOKS[0]: cny(0), BOOKS[1]: cny(120_000), BOOKS[2]: cny(0)}


def test_the_books_of_a_database_are_listed(county):
    assert books_of(county.engine) == BOOKS


def test_an_empty_database_has_no_books(database):
    assert (books_of(database.engine), by_book(database.engine, exposure)) == ([], {})


def test_every_book_answers_for_itself(county):
    assert by_book(county.engine, exposure) == EXPOSURES
    assert by_book(county.engine, loans) == {BOOKS[0]: [], BOOKS[1]: ["HT-1"], BOOKS[2]: []}


def test_only_some_books_are_asked(county):
    assert by_book(county.engine, exposure, books=BOOKS[1:2]) == {BOOKS[1]: cny(120_000)}


def test_a_host_asks_in_its_own_transaction(county):
    with county.engine.connect() as connection:
        assert by_book(connection, exposure) == EXPOSURES
    with Session(county.engine) as session:
        assert by_book(session, exposure) == EXPOSURES


def test_what_a_question_does_not_commit_is_not_kept(county):
    def deposit(uow):
        more = uow.funds.get("F-01").deposit(cny(5), on=date(2024, 2, 1), ref="D2")
        uow.save(more)
        if uow.book == BOOKS[1]:
            uow.commit()

    by_book(county.engine, deposit)
    balances = county.sql("SELECT book_id, entries FROM microloan_fund ORDER BY book_id")
    assert balances == [(BOOKS[0], 1), (BOOKS[1], 2), (BOOKS[2], 1)]


def test_a_refusal_names_its_book(county):
    with pytest.raises(NotFound) as caught:
        by_book(county.engine, first_loan)
    assert caught.value.__notes__ == [f"book {BOOKS[0]}"]


def test_several_processes_say_the_same(county):
    connect = partial(create_engine, county.url)
    assert by_book_in_processes(connect, exposure, processes=2) == EXPOSURES


def test_a_refusal_of_another_process_names_its_book_too(county):
    connect = partial(create_engine, county.url)
    with pytest.raises(NotFound) as caught:
        by_book_in_processes(connect, first_loan, processes=1, books=BOOKS[1:])
    assert caught.value.__notes__ == [f"book {BOOKS[2]}"]


@pytest.mark.parametrize("processes", [0, -1, 1_001, 1.0, True])
def test_processes_are_a_whole_number(county, processes):
    with refused(InvalidTerms, "terms.invalid", value=processes, limit="1-1000"):
        by_book_in_processes(partial(create_engine, county.url), loans, processes=processes)
