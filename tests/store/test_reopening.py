"""A closed half-year is opened again for a reason and closed as its next version; both stay."""

from datetime import date, datetime

import pytest

from histories import a_loan, pays, pays_on_time
from microloan import HalfYear, InvalidDate, InvalidTerms, NotFound, PeriodClosed, cny
from microloan.anniversary import Anniversary
from microloan.errors import ChainBroken, NotLastClosed, ReasonMissing
from microloan.visit import BusinessState, FollowUpVisit
from refusals import refused

H0, H1, H2 = HalfYear(2023, 2), HalfYear(2024, 1), HalfYear(2024, 2)
JULY, JANUARY = date(2024, 7, 2), date(2025, 1, 2)
REASON = "六月一笔还款漏记"


@pytest.fixture
def book(database):
    """A book of which the first half of 2024 is closed; of HT-2 the last known money is March's."""
    database.keep(
        pays_on_time(a_loan("HT-1", guarantee=None), last=5),
        pays_on_time(a_loan("HT-2", guarantee=None), last=2),
    )
    close(database, H1, JULY)
    return database


def close(database, half, on):
    with database.work() as uow:
        closing = uow.close(half, on=on)
        uow.commit()
    return closing


def reopen(database, half=H1, on=JULY, reason=REASON):
    with database.work() as uow:
        reopening = uow.reopen(half, on=on, reason=reason)
        uow.commit()
    return reopening


def closed_through(database):
    """The last day that is closed, as every writer asks it."""
    with database.work() as uow:
        halves = uow.half_years.closed()
    return halves[-1].last_day if halves else None


def forgotten(database):
    """April's installment of HT-2, which nobody had booked."""
    loan = database.loan("HT-2")
    return loan.repay(cny(10_500), on=date(2024, 4, 15), ref="回单late")


def test_opening_again_lets_the_forgotten_entry_in_and_closing_again_makes_the_next_version(book):
    with book.work() as uow:
        printed, first = uow.half_years.get(H1), uow.half_years.closing(H1)
    assert (first.version, first.totals.closing) == (1, cny(170_000))
    with pytest.raises(PeriodClosed):
        book.keep(forgotten(book))

    reopening = reopen(book)
    assert (reopening.half, reopening.version, reopening.on, reopening.reason) == (
        H1,
        1,
        JULY,
        REASON,
    )
    book.keep(forgotten(book))
    second = close(book, H1, date(2024, 7, 3))

    assert (second.version, second.closed_on) == (2, date(2024, 7, 3))
    assert (second.totals.closing, second.control.failed) == (cny(160_000), ())
    with book.work() as uow:
        assert uow.half_years.closed() == (H1,)
        assert uow.half_years.closing(H1) == second
        assert uow.half_years.get(H1).totals == second.totals
        assert uow.half_years.reopenings() == (reopening,)
        # what was signed first stays readable, as it was
        assert uow.half_years.closing(H1, version=1) == first
        assert uow.half_years.get(H1, version=1) == printed
        assert uow.half_years.learned_since(H1) == ()


def test_while_it_is_open_again_the_half_year_is_not_among_the_closed(book):
    reopen(book)

    with book.work() as uow:
        assert uow.half_years.closed() == ()
        assert uow.half_years.closing(H1, version=1).version == 1
        for ask in (uow.half_years.get, uow.half_years.closing, uow.half_years.learned_since):
            with pytest.raises(NotFound):
                ask(H1)
    assert closed_through(book) is None


def test_the_half_year_before_can_be_opened_once_the_later_one_is(book):
    close(book, H2, JANUARY)
    with book.refuses(
        NotLastClosed, "halfyear.not_last", value=H1, limit=H2, says="that is 2024H2"
    ) as uow:
        uow.reopen(H1, on=JANUARY, reason=REASON)
    reopen(book, H2, JANUARY)
    assert closed_through(book) == date.fromisoformat("2024-06-30")
    reopen(book, H1, JANUARY)

    book.keep(forgotten(book))
    close(book, H1, JANUARY)
    second = close(book, H2, JANUARY)
    assert (second.version, second.control.failed) == (2, ())
    assert second.totals.opening == cny(160_000)
    with book.work() as uow:  # the sheet that no longer stands follows the one it followed then
        superseded = uow.half_years.closing(H2, version=1)
    assert (superseded.control.failed, superseded.control.previous) == ((), cny(170_000))


def test_a_half_year_can_be_opened_and_closed_many_times(book):
    for number in range(1, 4):
        assert reopen(book, reason=f"第 {number} 次").version == number
        assert close(book, H1, JULY).version == number + 1
    with book.work() as uow:
        assert [one.version for one in uow.half_years.reopenings()] == [1, 2, 3]


def test_opening_again_twice_for_the_same_reason_is_one_act_until_it_is_closed_again(book):
    first = reopen(book)
    with book.untouched():
        assert reopen(book) == first
    close(book, H1, JULY)
    with book.untouched():
        assert close(book, H1, JANUARY).version == 2
    second = reopen(book)
    assert (second.version, second.on, second.reason) == (2, JULY, REASON)
    with book.work() as uow:
        assert uow.half_years.closed() == ()
        assert uow.half_years.reopenings() == (first, second)
    book.keep(forgotten(book))


def test_the_same_opening_again_is_known_while_the_half_year_before_was_opened_too(book):
    close(book, H2, JANUARY)
    first = reopen(book, H2, JANUARY)
    reopen(book, H1, JANUARY)
    with book.untouched():
        assert reopen(book, H2, JANUARY) == first


def test_what_is_done_to_half_years_is_dated_in_the_order_it_is_done(book):
    reopen(book, on=date(2024, 7, 20))
    with book.refuses(
        InvalidDate, "periods.invalid_date", value=date(2024, 7, 19), limit=date(2024, 7, 20)
    ) as uow:
        uow.close(H1, on=date(2024, 7, 19))
    close(book, H1, date(2024, 7, 20))
    late = date(2025, 2, 1)
    close(book, H2, late)
    with book.refuses(InvalidDate, "periods.invalid_date", value=JANUARY, limit=late) as uow:
        uow.reopen(H2, on=JANUARY, reason=REASON)
    assert close(book, H2, JANUARY).closed_on == late


@pytest.mark.parametrize(
    "behind",
    [
        "DELETE FROM microloan_reopening",
        "UPDATE microloan_reopening SET version = 3 WHERE version = 2",
        "UPDATE microloan_closing SET number = 7 WHERE version = 2",
        "UPDATE microloan_book SET acts = acts + 1",
        "UPDATE microloan_book SET acts = 0, last_act = ''",
        "DELETE FROM microloan_book",
    ],
)
def test_an_act_that_was_taken_away_or_changed_is_noticed_by_whoever_reads_or_writes(book, behind):
    reopen(book)
    close(book, H1, JULY)
    reopen(book, reason="再次反结账")
    late = forgotten(book)
    book.tamper(behind)
    acts = (
        lambda uow: uow.half_years.closed(),
        lambda uow: uow.half_years.get(H1),
        lambda uow: uow.half_years.learned_since(H1, version=1),
        lambda uow: uow.save(late),
        lambda uow: uow.close(H1, on=JANUARY),
        lambda uow: uow.reopen(H1, on=JANUARY, reason=REASON),
    )
    for act in acts:
        with book.refuses(
            ChainBroken,
            "store.chain_broken",
            value="the order of its closings",
            limit="the stored hash chain",
            says="990101",
        ) as uow:
            act(uow)


def test_what_was_learned_since_a_closing_that_no_longer_stands_holds_what_was_booked_in_it(book):
    reopen(book)
    new = a_loan("HT-9", guarantee=None, disbursed_on=date(2024, 6, 20))
    book.keep(forgotten(book), new)
    close(book, H1, date(2024, 7, 3))
    loan = book.loan("HT-2")
    book.keep(loan.repay(cny(10_450), on=date(2024, 5, 15), booked_on=date(2024, 7, 5), ref="迟"))
    with book.work() as uow:
        since_first = uow.half_years.learned_since(H1, version=1)
        since_second = uow.half_years.learned_since(H1, version=2)
        assert since_second == uow.half_years.learned_since(H1)
    told = [
        (fact.loan_id, fact.entry.ref, fact.appears_in, fact.principal, fact.interest)
        for fact in since_first
    ]
    assert told == [
        ("HT-2", "回单late", H1, cny(-10_000), cny(500)),
        ("HT-2", "迟", H2, cny(-10_000), cny(450)),
        ("HT-9", "HT-9", H1, cny(120_000), cny(0)),
    ]
    assert since_second == (since_first[1],)


def test_what_was_learned_since_an_old_closing_may_be_of_an_earlier_half_year(book):
    close(book, H2, JANUARY)
    reopen(book, H2, JANUARY)
    loan = book.loan("HT-2")
    late = loan.repay(
        cny(10_500), on=date(2024, 4, 15), booked_on=date(2024, 12, 31), ref="回单late"
    )
    book.keep(late)
    close(book, H2, JANUARY)
    with book.work() as uow:
        [fact] = uow.half_years.learned_since(H2, version=1)
        assert uow.half_years.learned_since(H2) == ()
        assert uow.half_years.learned_since(H1) == (fact,)
    assert (fact.appears_in, fact.principal, fact.interest) == (H2, cny(-10_000), cny(500))


def test_opening_again_without_a_commit_opens_nothing(book):
    with book.untouched(), book.work() as uow:
        uow.reopen(H1, on=JULY, reason=REASON)


@pytest.mark.parametrize("half", [H0, H2])
def test_only_the_half_year_closed_last_is_opened_again(book, half):
    with book.refuses(NotLastClosed, "halfyear.not_last", value=half, limit=H1) as uow:
        uow.reopen(half, on=JANUARY, reason=REASON)


def test_a_book_of_which_nothing_is_closed_has_nothing_to_open(database):
    with database.refuses(
        NotLastClosed, "halfyear.not_last", value=H1, limit=None, says="none is closed"
    ) as uow:
        uow.reopen(H1, on=JULY, reason=REASON)
    first = HalfYear(1990, 1)
    assert close(database, first, JULY).version == 1
    reopen(database, first)
    assert closed_through(database) is None


@pytest.mark.parametrize("reason", ["", "   ", None, 5, "坏\n行", "长" * 1_001])
def test_opening_again_needs_a_reason(book, reason):
    words = isinstance(reason, str) and reason.strip()  # they may name somebody
    value = f"a text of {len(reason)} characters" if words else reason
    with book.refuses(
        ReasonMissing, "halfyear.reason_missing", value=value, limit=1_000, says="for a reason"
    ) as uow:
        uow.reopen(H1, on=JULY, reason=reason)


def test_a_half_year_is_not_opened_before_it_was_closed(book):
    with book.refuses(
        InvalidDate, "periods.invalid_date", value=date(2024, 7, 1), limit=JULY
    ) as uow:
        uow.reopen(H1, on=date(2024, 7, 1), reason=REASON)
    noon = datetime.fromisoformat("2024-07-02T12:00")
    with book.refuses(
        InvalidDate, "periods.invalid_date", value=noon, limit="datetime.date"
    ) as uow:
        uow.reopen(H1, on=noon, reason=REASON)


@pytest.mark.parametrize("half", [Anniversary(1), "2024H1", None])
def test_only_half_years_of_the_calendar_are_closed_and_opened(book, half):
    for act in (
        lambda uow: uow.close(half, on=JANUARY),
        lambda uow: uow.reopen(half, on=JANUARY, reason=REASON),
        lambda uow: uow.half_years.get(half),
        lambda uow: uow.half_years.closing(half, version=1),
        lambda uow: uow.half_years.learned_since(half),
    ):
        with book.refuses(InvalidTerms, "terms.invalid", value=half, limit="a HalfYear") as uow:
            act(uow)


@pytest.mark.parametrize("version", [0, "1", True, 1.0])
def test_a_version_is_a_whole_number_from_one(book, version):
    with book.work() as uow:
        with refused(InvalidTerms, "terms.invalid", value=version, limit="1-1000000"):
            uow.half_years.get(H1, version=version)


def test_a_version_that_is_not_there_is_not_found(book):
    with book.work() as uow:
        limit = "a closed half-year of book 990101"
        with refused(NotFound, "store.not_found", value="2024H1", limit=limit):
            uow.half_years.get(H1, version=2)


@pytest.mark.parametrize(
    "change",
    [
        "microloan_account SET days_past_due = 0 WHERE loan_id = 'HT-2'",
        "microloan_account SET prepaid_fen = 1 WHERE loan_id = 'HT-1'",
        "microloan_account SET through = through - 1 WHERE loan_id = 'HT-1'",
        "microloan_closing SET closed_on = '2024-07-01'",
        "microloan_closing SET assignments = 5",
    ],
)
def test_a_sheet_that_was_changed_behind_the_library_is_not_read(book, change):
    book.tamper(f"UPDATE {change}")
    with book.work() as uow:
        for ask in (uow.half_years.get, uow.half_years.frozen, uow.half_years.closing):
            with refused(
                ChainBroken,
                "store.chain_broken",
                value="the closed sheet",
                limit="the stored hash chain",
                says="2024H1",
            ):
                ask(H1)


def test_a_reason_that_was_changed_behind_the_library_is_not_read(book):
    reopen(book)
    book.tamper("UPDATE microloan_reopening SET reason = '另一个理由'")
    with book.work() as uow:
        with refused(
            ChainBroken,
            "store.chain_broken",
            value="a row of microloan_reopening",
            limit="the stored hash chain",
        ):
            uow.half_years.reopenings()


@pytest.mark.only("sqlite", "PostgreSQL keeps nothing but days in a DATE column")
def test_a_day_that_is_none_is_not_read(book):
    book.tamper("UPDATE microloan_closing SET closed_on = 'soon'")
    with book.work() as uow:
        with refused(
            ChainBroken, "store.chain_broken", value="a day", limit="the stored hash chain"
        ):
            uow.half_years.closing(H1)


def test_a_visit_booked_after_the_closing_changes_no_sheet_that_was_printed(book):
    def visit(ref, on):
        return FollowUpVisit(
            loan_id="HT-1", on=on, ref=ref, visitors=("李四",), state=BusinessState.NORMAL
        )

    reopen(book)
    with book.work() as uow:
        uow.follow_up.record(visit("访1", date(2024, 5, 2)))
        uow.commit()
    close(book, H1, JULY)
    reopen(book, reason="补记回访")
    with book.work() as uow:
        uow.follow_up.record(visit("访2", date(2024, 6, 2)))
        uow.commit()
    close(book, H1, JULY)
    with book.work() as uow:
        seen = [uow.half_years.get(H1, version=n).lines[0].visit for n in (1, 2, 3)]
    assert [one and one.ref for one in seen] == [None, "访1", "访2"]


def test_payments_of_the_open_half_year_go_on_as_before(book):
    reopen(book)
    book.keep(pays(book.loan("HT-1"), (1_000, date(2024, 7, 20))))
    close(book, H1, date(2024, 7, 21))
    with book.work() as uow:
        assert uow.half_years.closing(H1).totals.closing == cny(170_000)
