"""Who decides: an owned transaction is rolled back unless committed, a host's is the host's."""

from datetime import date

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from databases import Files, Shelf, sharing_compiled
from histories import RULES, a_fund, a_loan, pays
from host_styles import BOOK, ENGINES, HOSTS, HostBase, Note, write_a_book
from microloan import (
    AutocommitNotAllowed,
    HalfYear,
    InvalidIdentity,
    InvalidTerms,
    NotAdmitted,
    cny,
    pay_claim,
)
from microloan.store import UnitOfWork, create_all
from microloan.store.binds import joined
from refusals import refused


@pytest.fixture(scope="module")
def copies(copies, backend, tmp_path_factory):
    """Every database here has a table of the host's own beside ours."""
    raw = copies.lend(tmp_path_factory.mktemp("host") / "host.db")
    engine = raw.new_engine()
    HostBase.metadata.create_all(engine)
    engine.dispose()
    made = Files(raw) if backend == "sqlite" else Shelf(raw)
    yield made
    made.dispose()


# --- an engine: the unit of work owns its transaction


def test_without_a_commit_nothing_is_kept(database):
    with database.untouched(), database.work() as uow:
        uow.save(a_fund(), a_loan(guarantee=None))
        uow.admit(a_loan("HT-2"), under=RULES, on=date(2024, 1, 15))
        uow.close(HalfYear(2009, 1), on=date(2025, 1, 1))
        assert uow.loans.ids() == ["HT-1", "HT-2"]


def test_an_error_in_the_block_keeps_nothing_and_is_passed_on(database):
    def interrupted():
        with database.work() as uow:
            uow.save(a_fund())
            raise KeyboardInterrupt

    with database.untouched(), pytest.raises(KeyboardInterrupt):
        interrupted()


def test_a_commit_keeps_everything_done_before_it(database):
    with database.work() as uow:
        uow.save(a_fund())
        uow.admit(a_loan(), under=RULES, on=date(2024, 1, 15))
        uow.commit()
    assert database.sql("SELECT fund_id FROM microloan_fund") == [("F-01",)]
    assert database.sql("SELECT loan_id FROM microloan_loan") == [("HT-1",)]


def test_what_is_done_after_a_commit_needs_another(database):
    with database.work() as uow:
        uow.save(a_fund())
        uow.commit()
        uow.save(a_loan(guarantee=None))
    assert (database.count("fund"), database.count("loan")) == (1, 0)
    with database.work() as uow:
        uow.commit()
        uow.save(a_loan(guarantee=None))
        uow.commit()
        assert uow.loans.ids() == ["HT-1"]
    assert database.count("loan") == 1


def test_a_unit_of_work_can_be_used_again(database):
    work = database.work()
    for number in (1, 2):
        with work as uow:
            uow.save(a_loan(f"HT-{number}", guarantee=None))
            uow.commit()
    assert database.count("loan") == 2


def outside_its_block():
    return refused(
        InvalidTerms,
        "terms.invalid",
        value="one outside of it",
        limit="used inside its block",
        says="a unit of work",
    )


def test_outside_its_block_a_unit_of_work_does_nothing(database):
    work = database.work()
    with database.untouched():
        for _ in range(2):
            with outside_its_block():
                work.save(a_fund())
            with work:
                pass


def test_outside_its_block_a_joined_unit_of_work_does_nothing_either(database):
    with database.untouched(), database.engine.connect() as host:
        work = UnitOfWork(host, book=BOOK)
        with work:
            pass
        with outside_its_block():
            work.save(a_fund())
        host.commit()


def test_a_book_that_cannot_be_named_is_refused(database):
    with refused(InvalidIdentity, "identity.invalid", value=" 1", limit=64, says="a book"):
        UnitOfWork(database.engine, book=" 1")


def test_a_tuple_of_fund_and_loan_is_not_mistaken_for_them(database):
    fund, loan = a_fund(), pays(a_loan(), (600, date(2024, 2, 15)))
    pair = pay_claim(fund, loan, on=date(2024, 12, 1), ref="代偿1")
    with database.refuses(
        InvalidTerms,
        "terms.invalid",
        value="tuple",
        limit="a Loan or a GuaranteeFund",
        says="what is saved",
    ) as uow:
        uow.save(pair)


def test_a_refused_act_that_is_caught_leaves_only_the_others(database):
    with database.work() as uow:
        uow.save(a_loan("HT-1", guarantee=None))
        with refused(NotAdmitted, "store.not_admitted", value="HT-3", limit="admit"):
            uow.save(a_fund(), a_loan("HT-2", guarantee=None), a_loan("HT-3"))
        uow.save(a_loan("HT-4", guarantee=None))
        uow.commit()
    assert database.sql("SELECT loan_id FROM microloan_loan") == [("HT-1",), ("HT-4",)]
    assert database.count("fund") == 0


@pytest.mark.only("sqlite", "a book in memory")
def test_a_book_in_memory_works_on_one_shared_connection(backend):
    engine = create_engine("sqlite://", poolclass=StaticPool)
    create_all(engine)
    with UnitOfWork(engine, book=BOOK) as uow:
        uow.save(a_fund())
        uow.commit()
    with UnitOfWork(engine, book=BOOK) as uow:
        assert uow.funds.get("F-01") == a_fund()
    engine.dispose()


# --- a host: its engine, its transaction


def _marks(style):
    return pytest.mark.only(style.database, f"{style.name}: an engine of {style.database}'s")


STYLES = [
    pytest.param(style, marks=_marks(style), id=style.name.replace(" ", "_"))
    for style in ENGINES
    if style.database == "sqlite" or style.name == "read committed"
]
each_host = pytest.mark.parametrize("host", HOSTS)


@pytest.fixture(params=STYLES)
def engine(request, database):
    made = sharing_compiled(database.new_engine(**request.param.options), request.param.name)
    request.param.listen(made)
    return made


@each_host
def test_what_was_committed_is_kept_by_the_hosts_commit(engine, host, database):
    with host(engine) as (bind, commit, _):
        write_a_book(bind)
        commit()
    counts = {table: database.count(table) for table in ("fund", "loan", "loan_entry", "closing")}
    assert counts == {"fund": 1, "loan": 1, "loan_entry": 2, "closing": 1}


@each_host
def test_nothing_survives_the_hosts_rollback(engine, host, database):
    with host(engine) as (bind, _, roll_back):
        write_a_book(bind)
        roll_back()
    assert [database.count(table) for table in ("book", "fund", "loan", "closing")] == [0] * 4


@each_host
def test_nothing_survives_an_error_of_the_host_after_us(engine, host, database):
    def fail():
        with host(engine) as (bind, *_):
            write_a_book(bind)
            raise KeyboardInterrupt

    with database.untouched(), pytest.raises(KeyboardInterrupt):
        fail()


@each_host
def test_left_without_a_commit_only_our_own_work_is_undone(engine, host, database):
    with host(engine) as (bind, commit, _):
        bind.execute(text("INSERT INTO host_note (id, text) VALUES (1, 'before')"))
        with UnitOfWork(bind, book=BOOK) as uow:
            uow.save(a_fund(), a_loan(guarantee=None))
        bind.execute(text("INSERT INTO host_note (id, text) VALUES (2, 'after')"))
        commit()
    assert database.count("fund") == database.count("loan") == database.count("book") == 0
    notes = database.sql("SELECT text FROM host_note WHERE id < 7 ORDER BY id")
    assert notes == [("before",), ("after",)]


@each_host
def test_after_a_refusal_the_hosts_transaction_goes_on(engine, host, database):
    def refuse(bind):
        with UnitOfWork(bind, book=BOOK) as uow:
            uow.save(a_fund())
            uow.save(a_loan())

    with host(engine) as (bind, commit, _):
        with refused(NotAdmitted, "store.not_admitted", value="HT-1", limit="admit"):
            refuse(bind)
        write_a_book(bind)
        commit()
    assert database.sql("SELECT loan_id, entries FROM microloan_loan") == [("HT-1", 2)]


@each_host
def test_joined_what_is_done_after_a_commit_needs_another(engine, host, database):
    with host(engine) as (bind, commit, _):
        with UnitOfWork(bind, book=BOOK) as uow:
            uow.save(a_fund())
            uow.commit()
            uow.commit()
            uow.save(a_loan(guarantee=None))
        commit()
    assert (database.count("fund"), database.count("loan")) == (1, 0)


@each_host
def test_the_library_never_commits_rolls_back_or_closes_what_is_the_hosts(engine, host, database):
    seen = []
    for name in ("commit", "rollback", "commit_twophase", "rollback_twophase"):
        event.listen(engine, name, lambda *_, name=name: seen.append(name))
    event.listen(engine, "checkin", lambda *_: seen.append("closed"))
    with host(engine) as (bind, commit, _):
        write_a_book(bind)
        with UnitOfWork(bind, book=BOOK) as uow:
            uow.save(a_loan("HT-2", guarantee=None))
        assert seen == []
        assert joined(bind).in_transaction()
        commit()
        assert "commit" in seen
    assert database.count("loan") == 1


def test_the_hosts_pending_objects_are_written_first_and_survive(database):
    with Session(database.engine) as session:
        pending = Note(id=1, text="pending")
        session.add(pending)
        with UnitOfWork(session, book=BOOK) as uow:
            uow.save(a_fund())
        assert pending in session
        session.commit()
        assert session.get(Note, 1) is pending
    assert database.sql("SELECT id, text FROM host_note") == [(1, "pending")]
    assert database.count("fund") == 0


def test_an_error_of_the_hosts_own_rows_is_the_hosts(database):
    with Session(database.engine) as session:
        session.add(Note(id=1, text=None))
        with pytest.raises(IntegrityError, match=r"host_note"):
            UnitOfWork(session, book=BOOK).__enter__()


def test_a_host_that_rolls_back_inside_the_block_has_the_last_word(database):
    with database.untouched(), database.engine.connect() as host:
        with UnitOfWork(host, book=BOOK) as uow:
            uow.save(a_fund())
            host.rollback()
        host.commit()


def test_units_of_work_of_two_books_nest_in_one_transaction(database):
    with database.engine.connect() as host:
        with UnitOfWork(host, book="990101") as outer:
            outer.save(a_fund())
            with UnitOfWork(host, book="990102") as inner:
                inner.save(a_fund())
                inner.commit()
            with UnitOfWork(host, book="990103") as inner:
                inner.save(a_fund())
            outer.commit()
        host.commit()
    books = database.sql("SELECT book_id FROM microloan_fund ORDER BY book_id")
    assert books == [("990101",), ("990102",)]


def test_every_engine_is_owned_in_the_same_way(engine, database):
    with UnitOfWork(engine, book=BOOK) as uow:
        uow.save(a_fund())
    assert database.count("fund") == 0
    with UnitOfWork(engine, book=BOOK) as uow:
        uow.save(a_fund())
        uow.commit()
        uow.save(a_fund().deposit(cny(1), on=date(2024, 1, 1), ref="财预2"))
    assert database.count("fund_entry") == 1


def test_a_connection_that_commits_by_itself_is_refused(database):
    with database.untouched(), database.engine.connect() as plain:
        host = plain.execution_options(isolation_level="AUTOCOMMIT")
        with autocommit_refused():
            UnitOfWork(host, book=BOOK).__enter__()
        assert not host.closed


def test_an_engine_that_commits_by_itself_is_refused(database):
    for engine in (
        database.new_engine(isolation_level="AUTOCOMMIT"),
        database.engine.execution_options(isolation_level="AUTOCOMMIT"),
    ):
        with database.untouched(), autocommit_refused():
            UnitOfWork(engine, book=BOOK).__enter__()
        assert engine.pool.checkedout() == 0


def test_a_connection_of_such_an_engine_that_was_told_otherwise_is_used(database):
    level = "SERIALIZABLE"
    engine = database.new_engine(isolation_level="AUTOCOMMIT")
    with engine.connect() as plain:
        host = plain.execution_options(isolation_level=level)
        with UnitOfWork(host, book=BOOK) as uow:
            uow.save(a_fund())
            uow.commit()
        host.rollback()
    assert database.count("fund") == 0


@pytest.mark.only("postgresql", "its driver has a setting of its own")
def test_a_driver_that_commits_by_itself_is_refused(database):
    engine = database.new_engine(connect_args={"autocommit": True})
    with database.untouched(), autocommit_refused():
        UnitOfWork(engine, book=BOOK).__enter__()


def autocommit_refused():
    return refused(
        AutocommitNotAllowed,
        "store.autocommit_not_allowed",
        value="AUTOCOMMIT",
        limit="a connection with transactions",
        says="every statement",
    )


def test_what_is_no_engine_connection_or_session_is_refused(database):
    wanted = "an Engine, Connection or Session; an asynchronous one by its run_sync"
    for bind in (None, database.url, database.engine.pool):
        with refused(InvalidTerms, "terms.invalid", value=type(bind).__name__, limit=wanted):
            UnitOfWork(bind, book=BOOK)
