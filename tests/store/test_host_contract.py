"""Asynchronous hosts and those of higher isolation: the transaction is theirs all the same."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from databases import Files, Shelf
from histories import RULES, a_fund, a_loan, pays
from host_styles import (
    ASYNC_HOSTS,
    BOOK,
    ENGINES,
    HOSTS,
    Ending,
    HostBase,
    a_connection,
    a_session,
    make,
    write_a_book,
)
from microloan import HalfYear, InvalidTerms, RetryTransaction
from microloan.store import UnitOfWork
from refusals import refused
from torture.hosts import control, one

STYLES = {style.name: style for style in ENGINES}
HIGHER = ("repeatable read", "serializable")


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


def plain(database):
    return STYLES["default driver" if database.name == "sqlite" else "read committed"]


@pytest.mark.parametrize("ending", Ending)
@pytest.mark.parametrize("host", ASYNC_HOSTS)
def test_an_asynchronous_host_decides_like_any_other(database, host, ending):
    assert one(host, plain(database), database.url, write_a_book, ending) == []


@pytest.mark.only("sqlite", "how SQLite's driver begins")
@pytest.mark.parametrize("ending", Ending)
@pytest.mark.parametrize("host", ASYNC_HOSTS)
def test_an_asynchronous_host_that_begins_by_itself_does_too(database, host, ending):
    assert one(host, STYLES["own begin"], database.url, write_a_book, ending) == []


@pytest.mark.only("postgresql", "levels of isolation")
@pytest.mark.parametrize("ending", Ending)
@pytest.mark.parametrize("host", [a_connection, a_session, ASYNC_HOSTS[-1]])
@pytest.mark.parametrize("level", HIGHER)
def test_a_host_of_higher_isolation_decides_like_any_other(database, level, host, ending):
    assert one(host, STYLES[level], database.url, write_a_book, ending) == []


def test_a_library_that_commits_for_its_host_would_be_seen(database):
    assert control(database.url, plain(database)).startswith("a library that commits is seen")


def test_what_an_asynchronous_host_must_do_is_said(database):
    wanted = "an Engine, Connection or Session; an asynchronous one by its run_sync"
    url = database.url.replace("sqlite:", "sqlite+aiosqlite:")
    for bind in (create_async_engine(url), AsyncSession(create_async_engine(url))):
        with refused(InvalidTerms, "terms.invalid", value=type(bind).__name__, limit=wanted):
            UnitOfWork(bind, book=BOOK)


def test_every_host_is_in_the_matrix():
    assert len(HOSTS) == 12
    assert len(ASYNC_HOSTS) == 4


# ---- views of the book that are older than another's act


@pytest.fixture
def two(database):
    """A host of each level that has read an older state; what came since is committed."""
    database.keep(a_fund(), a_loan("HT-1", guarantee=None), a_loan("HT-0", guarantee=None))
    engines = [make(STYLES[level], database.url) for level in HIGHER]
    yield engines
    for engine in engines:
        engine.dispose()


def late(host, database, act, meanwhile):
    """Read, let somebody else commit, then act."""
    with UnitOfWork(host, book=BOOK) as uow:
        assert uow.loans.ids()
        with database.work() as other:
            meanwhile(other)
            other.commit()
        act(uow)
        uow.commit()


def one_more_loan(uow):
    uow.save(a_loan(f"HT-{2 + len(uow.loans.ids())}", guarantee=None))


def one_more_admission(uow):
    uow.admit(a_loan(f"HT-{2 + len(uow.loans.ids())}"), under=RULES, on=date(2024, 1, 15))


def one_more_payment(uow):
    uow.save(pays(uow.loans.get("HT-1"), (1, date(2024, 2, 15))))


def a_fund_more(uow):
    uow.save(a_fund(name=f"F-{10 + len(uow.funds.ids())}"))


def a_closing(uow):
    uow.close(HalfYear(2009, 1), on=date(2025, 1, 1))


@pytest.mark.only("postgresql", "levels of isolation")
@pytest.mark.parametrize(
    "meanwhile", [one_more_loan, one_more_admission, one_more_payment, a_fund_more]
)
def test_nobody_closes_on_a_view_that_lacks_what_was_booked_since(database, two, meanwhile):
    for host in two:
        with pytest.raises(RetryTransaction):
            late(host, database, a_closing, meanwhile)
        assert database.count("closing") == 0


@pytest.mark.only("postgresql", "levels of isolation")
@pytest.mark.parametrize("act", [one_more_loan, one_more_admission, one_more_payment, a_fund_more])
def test_nothing_is_booked_on_a_view_that_lacks_a_closing_since(database, two, act):
    for number, host in enumerate(two, start=1):
        half = HalfYear(2009, number)

        def close(uow, half=half):
            uow.close(half, on=date(2025, 1, 1))

        with pytest.raises(RetryTransaction):
            late(host, database, act, close)


@pytest.mark.only("postgresql", "levels of isolation")
def test_repeated_from_the_start_each_of_them_goes_through(database, two):
    for host in two:
        with pytest.raises(RetryTransaction):
            late(host, database, a_closing, one_more_loan)
    with UnitOfWork(two[0], book=BOOK) as uow:
        a_closing(uow)
        uow.commit()
    assert database.one("SELECT count(*) FROM microloan_closing_head") == 5
