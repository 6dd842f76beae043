"""Many loans in one act, or chunk by chunk: what comes out is what one after another would."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from histories import PROMISE, RULES, a_fund, a_loan
from microloan import (
    ConcurrentUpdate,
    HalfYear,
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    LenderSuspended,
    LeverageExceeded,
    MicroloanError,
    NotFound,
    NotGuaranteed,
    PeriodClosed,
    RefConflict,
    cny,
    from_fen,
    lift_suspension,
    raise_cap,
    set_sublimit,
    suspend_lender,
)
from microloan.quotient import Quotient
from microloan.store import UnitOfWork, load_loans
from refusals import refused

BOOK, OTHER = "990101", "990102"
PAID_OUT = date(2024, 1, 15)
TABLES = ("fund", "fund_day", "loan", "loan_entry")
ROWS = [
    f"SELECT {columns} FROM microloan_{table} WHERE book_id = ? ORDER BY {order}"
    for table, columns, order in (
        ("fund", "fund_id, balance_fen, exposure_fen, covered_fen, entries", "fund_id"),
        (
            "fund_day",
            "fund_id, effective_on, balance_fen, exposure_fen, covered_fen, committed_fen",
            "fund_id, effective_on",
        ),
        ("loan", "loan_id, entries", "loan_id"),
        ("loan_entry", "loan_id, number, kind, effective_on, principal_fen", "loan_id, number"),
    )
]


def several(count, **agreed):
    return [a_loan(f"HT-{number}", **agreed) for number in range(1, count + 1)]


def rows(database, book=BOOK):
    """What a book holds, but for hashes, which cover the name of the book."""
    return [
        [row for row in database.sql(query, book) if table != "fund_day" or any(row[2:])]
        for query, table in zip(ROWS, TABLES, strict=True)
    ]


def statements_of(database, act):
    """How many statements an act takes."""
    engine, seen = database.new_engine(), []
    with UnitOfWork(engine, book=BOOK) as uow:
        uow.funds.ids()
        event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        act(uow)
        uow.commit()
    return len(seen)


def test_many_loans_enter_in_one_act(database):
    database.keep(a_fund())
    with database.work() as uow:
        uow.admit_all(several(5), under=RULES, on=PAID_OUT)
        uow.commit()
    assert [database.loan(f"HT-{number}") for number in range(1, 6)] == several(5)
    with database.work() as uow:
        assert uow.leverage("F-01", under=RULES, as_of=PAID_OUT).exposure == cny(600_000)


def test_they_are_tested_at_once_however_many_there_are(database):
    database.keep(a_fund(10_000_000))
    few, many = several(2), [a_loan(f"IN-{number}") for number in range(200)]
    took = [
        statements_of(
            database, lambda uow, loans=loans: uow.admit_all(loans, under=RULES, on=PAID_OUT)
        )
        for loans in (few, many)
    ]
    assert took[0] == took[1]


def test_the_first_loan_that_does_not_fit_is_named_and_none_is_stored(database):
    database.keep(a_fund(100_000))
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(600_000),
        limit=cny(500_000),
        says="HT-5: F-01 would stand behind 600,000.00 on 2024-01-15",
    ) as uow:
        uow.admit_all(several(9), under=RULES, on=PAID_OUT)


def test_a_loan_that_does_not_fit_is_named_before_a_later_one_whose_number_is_taken(database):
    database.keep(a_fund(10_000), a_loan("HT-2", guarantee=None))

    with database.work() as uow, pytest.raises(LeverageExceeded, match=r"^HT-1: "):
        uow.admit_all(several(2), under=RULES, on=PAID_OUT)


def test_a_loan_that_does_not_fit_is_named_before_a_later_one_without_a_guarantee(database):
    database.keep(a_fund(10_000))

    with database.work() as uow, pytest.raises(LeverageExceeded, match=r"^HT-1: "):
        uow.admit_all([a_loan(), a_loan("HT-2", guarantee=None)], under=RULES, on=PAID_OUT)


def test_a_loan_that_does_not_fit_is_named_before_a_later_one_that_another_changed(database):
    database.keep(a_fund(48_000))
    with database.work() as uow:
        uow.admit(a_loan().repay(cny(5), on=date(2024, 2, 15), ref="R1"), under=RULES, on=PAID_OUT)
        uow.commit()
    other = a_loan().repay(cny(6), on=date(2024, 2, 15), ref="R1")

    with database.work() as uow, pytest.raises(LeverageExceeded, match=r"^HT-2: "):
        uow.admit_all([a_loan("HT-2", principal=cny(900_000)), other], under=RULES, on=PAID_OUT)


def test_the_loan_is_named_in_chinese_too(database):
    database.keep(a_fund(24_000))
    with database.work() as uow, pytest.raises(LeverageExceeded) as caught:
        uow.admit_all(several(2), under=RULES, on=PAID_OUT)
    assert caught.value.zh.startswith("HT-2：F-01 在 2024-01-15")


def test_a_loan_of_a_suspended_bank_is_named(database):
    fund = suspend_lender(a_fund(), "BANK-1", on=date(2024, 1, 10), ref="S1", reason="late")
    database.keep(fund)
    fine = a_loan("HT-0", disbursed_on=date(2024, 1, 9))
    with database.work() as uow, pytest.raises(LenderSuspended, match=r"^HT-1: "):
        uow.admit_all([fine, *several(3)], under=RULES, on=PAID_OUT)


def test_a_loan_booked_in_a_closed_half_year_is_named(database):
    database.keep(a_fund())
    with database.work() as uow:
        for half in (HalfYear(2009, 1), *successors(HalfYear(2009, 1), through=HalfYear(2023, 2))):
            uow.close(half, on=date(2024, 1, 2))
        uow.commit()
    late = a_loan("HT-9", disbursed_on=date(2023, 12, 29))
    with database.work() as uow, pytest.raises(PeriodClosed, match=r"^HT-9: "):
        uow.admit_all([*several(2), late], under=RULES, on=PAID_OUT)
    assert database.count("loan") == 0


def successors(half, *, through):
    while half != through:
        half = half.next
        yield half


def test_the_same_loans_again_change_nothing(database):
    database.keep(a_fund(96_000))
    with database.work() as uow:
        uow.admit_all(several(4), under=RULES, on=PAID_OUT)
        uow.commit()
    with database.untouched(), database.work() as uow:
        uow.admit_all(several(4), under=RULES, on=PAID_OUT)
        uow.commit()


def test_a_loan_that_is_given_twice_counts_once(database):
    database.keep(a_fund(24_000))
    with database.work() as uow:
        uow.admit_all([*several(1), *several(1)], under=RULES, on=PAID_OUT)
        uow.commit()
    assert database.count("loan") == 1


def test_loans_with_news_and_new_loans_come_together(database):
    database.keep(a_fund())
    database.admit(a_loan(), under=RULES)
    grown = a_loan().repay(cny(1_000), on=date(2024, 2, 15), ref="R1")
    with database.work() as uow:
        uow.admit_all([grown, a_loan("HT-2")], under=RULES, on=date(2024, 2, 15))
        uow.commit()
    assert (database.loan(), database.loan("HT-2")) == (grown, a_loan("HT-2"))


def test_each_fund_has_its_own_cap(database):
    database.keep(a_fund(24_000), a_fund(24_000, name="F-02"))
    theirs = a_loan("HT-2", guarantee=replace(PROMISE, fund_id="F-02"))
    with database.work() as uow:
        uow.admit_all([a_loan(), theirs], under=RULES, on=PAID_OUT)
        uow.commit()
    funds = database.sql("SELECT fund_id, exposure_fen FROM microloan_fund ORDER BY fund_id")
    assert funds == [("F-01", 12_000_000), ("F-02", 12_000_000)]


def test_when_the_second_fund_has_no_room_the_first_stays_as_it_was(database):
    database.keep(a_fund(24_000), a_fund(1, name="F-02"))
    theirs = a_loan("HT-2", guarantee=replace(PROMISE, fund_id="F-02"))
    with database.untouched(), database.work() as uow:
        with pytest.raises(LeverageExceeded, match=r"^HT-2: F-02"):
            uow.admit_all([a_loan(), theirs], under=RULES, on=PAID_OUT)
        uow.commit()


@pytest.mark.parametrize(
    ("loans", "error"),
    [
        ([a_loan(), a_loan("HT-2", guarantee=None)], NotGuaranteed),
        ([a_loan(), "HT-2"], InvalidTerms),
        (a_loan(), InvalidTerms),
        ([a_loan(guarantee=replace(PROMISE, fund_id="F-09"))], NotFound),
    ],
)
def test_what_cannot_be_admitted_is_refused(database, loans, error):
    database.keep(a_fund())
    with database.untouched(), database.work() as uow:
        with pytest.raises(error):
            uow.admit_all(loans, under=RULES, on=PAID_OUT)
        uow.commit()


def test_no_loans_are_fine(database):
    with database.work() as uow:
        uow.admit_all([], under=RULES, on=PAID_OUT)


def test_progress_says_how_many_are_done(database):
    database.keep(a_fund(100_000_000))
    said = []
    with database.work() as uow:
        loans = [a_loan(f"HT-{number}") for number in range(1_001)]
        uow.admit_all(loans, under=RULES, on=PAID_OUT, progress=said.append)
        uow.admit_all(loans[:3], under=RULES, on=PAID_OUT, progress=said.append)
    assert said == [500, 1_000, 1_001, 3]


@st.composite
def offices(draw):
    """A fund with what may limit it, loans in a random order, and the day they are entered."""
    fund = a_fund(draw(st.integers(30_000, 200_000)))
    day = st.dates(date(2024, 1, 1), date(2026, 12, 31))
    if draw(st.booleans()):
        rate = Quotient(name="还款率", part=95, whole=100)
        decided = draw(st.dates(date(2024, 1, 1), date(2024, 12, 31)))
        fund = raise_cap(fund, to=10, repayment_rate=rate, under=RULES, on=decided, ref="C1")
    if draw(st.integers(0, 3)) == 0:
        fund = suspend_lender(fund, "BANK-2", on=draw(day), ref="S1", reason="late")
        if draw(st.booleans()):
            since = fund.entries[-1].on + timedelta(days=30)
            fund = lift_suspension(fund, "BANK-2", on=since, ref="L1", reason="paid")
    if draw(st.integers(0, 3)) == 0:
        amount = from_fen(draw(st.integers(1, 40_000_000)))
        fund = set_sublimit(fund, amount, on=draw(day), ref="T1", lender="BANK-1")
    loans = [
        replace(
            draw(running_loans(f"HT-{number}", draw(day))),
            lender=draw(st.sampled_from(["BANK-1", "BANK-2"])),
        )
        for number in range(draw(st.integers(1, 6)))
    ]
    return fund, draw(st.permutations(loans)), draw(day)


@st.composite
def running_loans(draw, name, disbursed_on):
    """A loan of which some installments were paid."""
    loan = a_loan(
        name, disbursed_on=disbursed_on, principal=cny(draw(st.integers(12_000, 300_000)))
    )
    for due in loan.schedule[: draw(st.integers(0, 4))]:
        loan = loan.repay(due.total, on=due.due_on, ref=f"R{due.number}")
    return loan


def outcome(act):
    """What an act comes to: nothing, or its refusal as far as callers look at it."""
    try:
        act()
    except MicroloanError as refusal:
        return type(refusal), refusal.value, re.sub(r"book-\d+", "the book", str(refusal.limit))
    return None


@settings(max_examples=60)
@given(office=offices(), approved=st.booleans())
def test_the_answer_is_that_of_one_after_another(shared_database, new_book, office, approved):
    (fund, loans, on), here, there = office, new_book(), new_book()
    for book in (here, there):
        shared_database.keep(fund, book=book)
        if approved:
            with shared_database.work(book) as uow:
                approve(uow, loans[0])
                uow.commit()

    def one_by_one():
        with shared_database.work(there) as uow:
            for loan in loans:
                uow.admit(loan, under=RULES, on=on)
            uow.commit()

    def at_once():
        with shared_database.work(here) as uow:
            uow.admit_all(loans, under=RULES, on=on)
            uow.commit()

    assert outcome(at_once) == outcome(one_by_one)
    assert rows(shared_database, here) == rows(shared_database, there)


KINDS = st.sampled_from(
    ["new", "big", "held", "taken", "changed", "ahead", "bare", "bare held", "of no fund", "late"]
)


def one_of_a_mixed_list(kind, number):
    """A loan that the book takes or refuses, each for a reason of its own."""
    name, bare = f"HT-{number}", {"guarantee": None}
    match kind:
        case "new":
            return a_loan(f"N-{number}")
        case "big":
            return a_loan(f"B-{number}", principal=cny(900_000))
        case "held":
            return HELD
        case "taken":
            return a_loan("HELD", principal=cny(7_000))
        case "changed":
            return a_loan("HELD").repay(cny(6), on=date(2024, 2, 15), ref="R1")
        case "ahead":
            return HELD.repay(cny(7), on=date(2024, 3, 15), ref="R2")
        case "bare":
            return a_loan(name, **bare)
        case "bare held":
            return a_loan("BARE", **bare)
        case "of no fund":
            return a_loan(name, guarantee=replace(PROMISE, fund_id="F-09"))
        case "late":
            return a_loan(name, disbursed_on=date(2023, 12, 29))


HELD = a_loan("HELD").repay(cny(5), on=date(2024, 2, 15), ref="R1")


def keep_a_mixed_book(database, book):
    """Keep a fund with room for two loans more, a loan with it, one without, and close 2023."""
    fund = a_fund(0).deposit(cny(80_000), on=date(2023, 7, 3), ref="财预1")
    database.keep(fund, a_loan("BARE", guarantee=None), book=book)
    with database.work(book) as uow:
        uow.admit(HELD, under=RULES, on=PAID_OUT)
        uow.close(HalfYear(2023, 2), on=date(2024, 1, 2))
        uow.commit()


@settings(max_examples=40)
@given(kinds=st.lists(KINDS, min_size=1, max_size=6))
def test_the_first_refusal_of_a_mixed_list_is_that_of_one_after_another(
    shared_database, new_book, kinds
):
    loans = [one_of_a_mixed_list(kind, number) for number, kind in enumerate(kinds)]
    here, there, loaded, saved = new_book(), new_book(), new_book(), new_book()
    for book in (here, there, loaded, saved):
        keep_a_mixed_book(shared_database, book)

    def one_by_one(book, entering):
        with shared_database.work(book) as uow:
            for loan in loans:
                entering(uow, loan)
            uow.commit()

    def at_once():
        with shared_database.work(here) as uow:
            uow.admit_all(loans, under=RULES, on=PAID_OUT)
            uow.commit()

    def loading():
        load_loans(shared_database.engine, loans, book=loaded, under=RULES, on=PAID_OUT)

    assert outcome(at_once) == outcome(lambda: one_by_one(there, admitted))
    assert rows(shared_database, here) == rows(shared_database, there)
    assert outcome(loading) == outcome(lambda: one_by_one(saved, entered))
    assert rows(shared_database, loaded) == rows(shared_database, saved)


def admitted(uow, loan):
    uow.admit(loan, under=RULES, on=PAID_OUT)


def entered(uow, loan):
    if loan.guarantee is None:
        uow.save(loan)
    else:
        admitted(uow, loan)


def approve(uow, loan):
    """Approve a loan a week before it is paid out, if its fund has the room."""
    first = loan.terms.disbursed_on
    try:
        uow.funds.approve(
            "F-01",
            loan.id,
            loan.terms.principal,
            lender=loan.lender,
            lapses_on=first + timedelta(days=30),
            under=RULES,
            on=first - timedelta(days=7),
            ref="A1",
        )
    except MicroloanError:
        return


def test_loads_are_committed_chunk_by_chunk(database):
    database.keep(a_fund(10_000_000))
    seen = []

    def look(done):
        seen.append((done, database.count("loan")))

    loans = (a_loan(f"HT-{number}") for number in range(7))
    engine = database.new_engine()
    done = load_loans(engine, loans, book=BOOK, under=RULES, on=PAID_OUT, chunk=3, progress=look)
    assert (done, seen) == (7, [(3, 3), (6, 6), (7, 7)])


def test_an_interrupted_load_goes_on_where_it_stopped(database, new_database):
    loans, whole = [a_loan(f"HT-{number}") for number in range(8)], new_database()
    for each in (database, whole):
        each.keep(a_fund(10_000_000))
    asked = {"book": BOOK, "under": RULES, "on": PAID_OUT, "chunk": 3}

    def power_cut(done):
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_loans(database.engine, loans, **asked, progress=power_cut)
    assert database.count("loan") == 6
    assert load_loans(database.engine, loans, **asked) == 8
    load_loans(whole.engine, loans, **asked)
    assert rows(database) == rows(whole)


def test_loans_without_a_guarantee_are_loaded_too(database):
    database.keep(a_fund())
    loans = [a_loan(), a_loan("HT-2", guarantee=None), a_loan("HT-3", guarantee=None)]
    load_loans(database.engine, loans, book=BOOK, under=RULES, on=PAID_OUT)
    assert [database.loan(one.id) for one in loans] == loans


def test_a_chunk_that_does_not_fit_leaves_the_chunks_before(database):
    database.keep(a_fund(72_000))
    with pytest.raises(LeverageExceeded, match=r"^HT-4: "):
        load_loans(database.engine, several(5), book=BOOK, under=RULES, on=PAID_OUT, chunk=2)
    assert database.sql("SELECT loan_id FROM microloan_loan ORDER BY loan_id") == [
        ("HT-1",),
        ("HT-2",),
    ]


def test_a_loan_without_a_guarantee_that_is_late_is_named_when_it_is_loaded(database):
    database.keep(a_fund())
    with database.work() as uow:
        for half in (HalfYear(2009, 1), *successors(HalfYear(2009, 1), through=HalfYear(2023, 2))):
            uow.close(half, on=date(2024, 1, 2))
        uow.commit()
    late = a_loan("HT-9", guarantee=None, disbursed_on=date(2023, 12, 29))

    with pytest.raises(PeriodClosed, match=r"^HT-9: ") as caught:
        load_loans(database.engine, [*several(2), late], book=BOOK, under=RULES, on=PAID_OUT)

    assert caught.value.zh.startswith("HT-9：")
    assert database.count("loan") == 0


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"under": None}, InvalidTerms),
        ({"on": "2024-01-15"}, InvalidDate),
        ({"book": ""}, InvalidIdentity),
        ({"book": "\ud800"}, InvalidIdentity),
    ],
)
def test_where_and_by_what_loans_are_loaded_is_asked_even_of_no_loans(database, changed, error):
    asked = {"book": BOOK, "under": RULES, "on": PAID_OUT} | changed
    with pytest.raises(error):
        load_loans(database.engine, [], **asked)


@pytest.mark.parametrize("loans", [None, 5, "HT-1", [None], a_loan()])
def test_what_is_no_loan_is_not_loaded(database, loans):
    with database.untouched(), pytest.raises(InvalidTerms):
        load_loans(database.engine, loans, book=BOOK, under=RULES, on=PAID_OUT)


def test_what_another_changed_meanwhile_is_refused(database):
    database.keep(a_fund())
    database.admit(a_loan().repay(cny(5), on=date(2024, 2, 15), ref="R1"), under=RULES)
    other = a_loan().repay(cny(6), on=date(2024, 2, 15), ref="R1")
    with pytest.raises(ConcurrentUpdate):
        load_loans(database.engine, [other], book=BOOK, under=RULES, on=PAID_OUT)


@pytest.mark.parametrize("chunk", [0, -1, 100_001, 2.0, True, "500"])
def test_a_chunk_is_a_whole_number_of_loans(database, chunk):
    with refused(InvalidTerms, "terms.invalid", value=chunk, limit="1-100000"):
        load_loans(database.engine, [], book=BOOK, under=RULES, on=PAID_OUT, chunk=chunk)


def test_loans_are_loaded_over_an_engine(database):
    with (
        database.engine.connect() as connection,
        refused(InvalidTerms, "terms.invalid", value="Connection", limit="an Engine"),
    ):
        load_loans(connection, [], book=BOOK, under=RULES, on=PAID_OUT)


def test_after_a_refusal_of_any_kind_the_next_act_goes_on(database):
    database.keep(a_fund(48_000))
    database.admit(a_loan(), under=RULES)
    other = a_loan(principal=cny(100_000))
    with database.work() as uow:
        with pytest.raises(RefConflict):
            uow.admit_all([a_loan("HT-2"), other], under=RULES, on=PAID_OUT)
        uow.admit_all([a_loan("HT-3")], under=RULES, on=PAID_OUT)
        uow.commit()
    assert database.sql("SELECT loan_id FROM microloan_loan ORDER BY loan_id") == [
        ("HT-1",),
        ("HT-3",),
    ]
