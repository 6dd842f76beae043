"""A closed half-year is frozen: later facts are booked in the open one and shown there."""

from dataclasses import fields
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from histories import RULES, WITHOUT_DISBURSING, a_loan, histories, pays, pays_on_time
from microloan import (
    GuaranteeFund,
    HalfYear,
    InvalidDate,
    NotFound,
    PeriodClosed,
    PeriodNotOver,
    PreviousPeriodOpen,
    RepaymentAccount,
    cny,
    draw_up,
    pay_claim,
    receive_recovery,
)
from refusals import refused

H1, H2 = HalfYear(2024, 1), HalfYear(2024, 2)
JULY, JANUARY = date(2024, 7, 2), date(2025, 1, 2)
ACCOUNT = [field.name for field in fields(RepaymentAccount) if field.name.endswith("_fen")]


def a_young_fund():
    """A fund whose book begins in 2024."""
    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    return fund.deposit(cny(1_000_000), on=date(2024, 1, 2), ref="财预1")


@pytest.fixture
def book(database):
    """A book with a fund, a loan on time, one that is late, and one without a guarantee."""
    database.keep(a_young_fund())
    database.admit(a_loan("HT-1"), a_loan("HT-2"), under=RULES)
    database.keep(
        pays_on_time(a_loan("HT-1"), last=5),
        pays_on_time(a_loan("HT-2"), last=2),
        a_loan("HT-3", guarantee=None, disbursed_on=date(2024, 8, 1)),
    )
    return database


def close(database, half, on):
    with database.work() as uow:
        closing = uow.close(half, on=on)
        uow.commit()
    return closing


def closed_through(database):
    """The last day that is closed, as every writer asks it."""
    with database.work() as uow:
        halves = uow.half_years.closed()
    return halves[-1].last_day if halves else None


def stored_accounts(database, half):
    code = half.year * 10 + half.half
    names = ", ".join(["loan_id", "through", *ACCOUNT])
    rows = database.sql(
        f"SELECT {names} FROM microloan_account WHERE half_year = ? ORDER BY loan_id", code
    )
    return {
        loan_id: RepaymentAccount(
            half=half,
            first_day=half.first_day,
            last_day=half.last_day,
            through=through,
            **dict(zip(ACCOUNT, fen, strict=True)),
        )
        for loan_id, through, *fen in rows
    }


# --- closing


def test_closing_stores_the_account_of_every_loan_that_is_on_the_book(book):
    close(book, H1, JULY)
    assert stored_accounts(book, H1) == {
        name: book.loan(name).account(H1) for name in ("HT-1", "HT-2")
    }
    assert book.sql("SELECT half_year, closed_on, loans FROM microloan_closing") == [
        (20241, "2024-07-02", 2)
    ]
    assert closed_through(book) == date.fromisoformat("2024-06-30")


def test_a_closed_half_year_is_read_as_it_was_closed(book):
    closing = close(book, H1, JULY)
    with book.work() as uow:
        ledger = uow.half_years.get(H1)
        assert ledger == draw_up(uow.loans.all(), H1)
        assert uow.half_years.closed() == (H1,)
        assert uow.half_years.closing(H1) == closing
    assert (closing.half, closing.closed_on) == (H1, JULY)
    assert closing.totals == ledger.totals
    assert (closing.totals.closing, closing.totals.balances) == (cny(170_000), True)
    assert ledger.broken == ()
    assert [(line.loan_id, line.borrower, line.lender) for line in ledger.lines] == [
        ("HT-1", "B-1", "BANK-1"),
        ("HT-2", "B-1", "BANK-1"),
    ]


def test_the_closing_of_a_half_year_is_the_opening_of_the_next(book):
    close(book, H1, JULY)
    book.keep(pays(book.loan("HT-1"), (10_000, date(2024, 7, 15))))
    close(book, H2, JANUARY)
    first, second = stored_accounts(book, H1), stored_accounts(book, H2)
    for name in first:
        assert second[name].opening_fen == first[name].closing_fen
    assert second["HT-3"].disbursed == cny(120_000)
    with book.work() as uow:
        assert uow.half_years.closed() == (H1, H2)


def test_closing_again_changes_nothing(book):
    closing = close(book, H1, JULY)
    with book.untouched():
        assert close(book, H1, JANUARY) == closing
    close(book, H2, JANUARY)
    with book.untouched():
        assert close(book, H1, JANUARY) == closing


def test_closing_without_a_commit_closes_nothing(book):
    with book.untouched(), book.work() as uow:
        uow.close(H1, on=JULY)


def test_an_empty_book_can_be_closed(database):
    closing = close(database, H1, JULY)
    assert (closing.totals.loans, closing.totals.closing) == (0, cny(0))
    assert closed_through(database) == date.fromisoformat("2024-06-30")
    with database.work() as uow:
        assert uow.half_years.get(H1).lines == ()


def test_the_anchor_covers_the_heads_of_all_chains_in_their_order(book):
    book.keep(GuaranteeFund(id="F-00", name="空基金"))
    anchor = close(book, H1, JULY).anchor

    def linked(*parts):
        encoded = sha256()
        for part in ("microloan-chain-2", len(parts), *parts):
            tag, data = ("i" if isinstance(part, int) else "s"), str(part).encode()
            encoded.update(f"{tag}{len(data)}:".encode() + data)
        return encoded.hexdigest()

    heads = [
        linked(*row)
        for table, name in (("fund", "fund_id"), ("loan", "loan_id"))
        for row in book.sql(f"SELECT {name}, entries, head FROM microloan_{table} ORDER BY {name}")
    ]
    assert len(heads) == 5
    assert anchor == linked("anchor", "990101", "2024H1", *heads)
    assert book.one("SELECT anchor FROM microloan_closing") == anchor


# --- what is refused


def test_a_half_year_that_is_not_over_is_not_closed(book):
    with book.refuses(
        PeriodNotOver, "halfyear.not_over", value=date(2024, 6, 30), limit=date(2024, 6, 30)
    ) as uow:
        uow.close(H1, on=date(2024, 6, 30))
    close(book, H1, date(2024, 7, 1))


def test_a_half_year_is_not_closed_before_the_one_before_it(book):
    with book.refuses(
        PreviousPeriodOpen, "halfyear.previous_open", value=H2, limit=H1, says="2024H1 is open"
    ) as uow:
        uow.close(H2, on=JANUARY)
    close(book, H1, JULY)
    with book.refuses(PreviousPeriodOpen, "halfyear.previous_open", value=H2.next, limit=H2) as uow:
        uow.close(H2.next, on=date(2025, 8, 1))


def test_the_first_booking_of_fund_or_loan_opens_the_book(database):
    database.keep(a_loan(guarantee=None, disbursed_on=date(2024, 8, 1)))
    database.keep(a_young_fund())
    with database.refuses(PreviousPeriodOpen, "halfyear.previous_open", value=H2, limit=H1) as uow:
        uow.close(H2, on=JANUARY)


def test_a_half_year_before_the_first_closed_one_is_not_closed_after_it(database):
    database.keep(a_loan(guarantee=None, disbursed_on=date(2024, 8, 1)))
    close(database, H2, JANUARY)
    with database.refuses(
        PeriodClosed, "halfyear.closed", value=H1, limit=date(2024, 12, 31), says="2024H1"
    ) as uow:
        uow.close(H1, on=JANUARY)
    assert closed_through(database) == date.fromisoformat("2024-12-31")


def test_closing_needs_a_plain_day(book):
    noon = datetime.fromisoformat("2024-07-02T12:00")
    with book.refuses(
        InvalidDate, "periods.invalid_date", value=noon, limit="datetime.date"
    ) as uow:
        uow.close(H1, on=noon)


def test_a_half_year_that_is_open_is_not_found_among_the_closed(book):
    with book.work() as uow:
        for ask in (uow.half_years.get, uow.half_years.closing):
            with refused(
                NotFound,
                "store.not_found",
                value="2024H1",
                limit="a closed half-year of book 990101",
            ):
                ask(H1)


# --- facts booked in a closed half-year


def booked_in_june(database):
    """Every way to write an entry into June, each on something the book holds or not."""
    june = date(2024, 6, 15)
    fund, loan = a_young_fund(), pays_on_time(a_loan("HT-1"), last=5)
    late = pays_on_time(a_loan("HT-2"), last=2)
    new = a_loan("HT-9", guarantee=None, disbursed_on=june)
    guaranteed = a_loan("HT-9", disbursed_on=june)
    new_fund = GuaranteeFund(id="F-09", name="新基金").deposit(cny(1), on=june, ref="HT-9")
    return {
        "repayment": (lambda uow: uow.save(late.repay(cny(1), on=june, ref="HT-9"))),
        "reversal": (lambda uow: uow.save(loan.reverse(6, on=june, ref="HT-9"))),
        "new loan": (lambda uow: uow.save(new)),
        "admission": (lambda uow: uow.admit(guaranteed, under=RULES, on=june)),
        "deposit": (lambda uow: uow.save(fund.deposit(cny(1), on=june, ref="HT-9"))),
        "new fund": (lambda uow: uow.save(new_fund)),
    }


@pytest.mark.parametrize(
    "act", ["repayment", "reversal", "new loan", "admission", "deposit", "new fund"]
)
def test_an_entry_booked_in_a_closed_half_year_is_refused(book, act):
    close(book, H1, JULY)
    with book.refuses(
        PeriodClosed,
        "halfyear.closed",
        value=date(2024, 6, 15),
        limit=date(2024, 6, 30),
        says="(HT-9) is booked on 2024-06-15, in a half-year closed through 2024-06-30",
    ) as uow:
        booked_in_june(book)[act](uow)


def test_the_last_closed_day_is_closed_and_the_next_is_open(book):
    close(book, H1, JULY)
    late = book.loan("HT-2")
    last = late.repay(cny(1), on=date(2024, 6, 30), ref="回单9")
    with book.refuses(
        PeriodClosed, "halfyear.closed", value=date(2024, 6, 30), limit=date(2024, 6, 30)
    ) as uow:
        uow.save(last)
    book.keep(late.repay(cny(1), on=date(2024, 6, 30), ref="回单9", booked_on=date(2024, 7, 1)))


def test_saving_what_was_stored_before_the_closing_is_no_new_entry(book):
    loan, fund = book.loan("HT-1"), book.fund()
    close(book, H1, JULY)
    with book.untouched():
        book.keep(loan, fund)


def test_another_book_may_still_be_open(book):
    close(book, H1, JULY)
    book.keep(a_loan("HT-9", guarantee=None, disbursed_on=date(2024, 6, 15)), book="990102")


def test_late_facts_are_adjustments_of_the_open_half_year_and_change_nothing_closed(book):
    close(book, H1, JULY)
    closed = stored_accounts(book, H1)
    late = book.loan("HT-2")
    late = late.repay(
        cny(10_500), on=date(2024, 4, 15), ref="回单late", booked_on=date(2024, 7, 20)
    )
    wrong = book.loan("HT-1").reverse(6, on=date(2024, 6, 20), ref="冲1", booked_on=JULY)
    new = a_loan("HT-8", guarantee=None, disbursed_on=date(2024, 6, 1), booked_on=JULY)
    book.keep(late, wrong, new)
    close(book, H2, JANUARY)
    assert stored_accounts(book, H1) == closed
    open_one = stored_accounts(book, H2)
    assert open_one["HT-1"].adjustments == cny(10_000)
    assert open_one["HT-2"].adjustments == cny(-10_000)
    assert open_one["HT-2"].adjusted_interest_fen == 50_000
    assert open_one["HT-8"].adjustments == cny(120_000)
    assert all(account.balances for account in open_one.values())
    for name in closed:
        assert open_one[name].opening_fen == closed[name].closing_fen


def test_a_payout_and_a_recovery_are_closed_with_the_rest(book):
    fund, loan = pay_claim(a_young_fund(), book.loan("HT-2"), on=date(2024, 8, 1), ref="代偿1")
    fund, loan = receive_recovery(fund, loan, cny(50_000), on=date(2024, 9, 1), ref="追偿1")
    close(book, H1, JULY)
    book.keep(fund, loan)
    close(book, H2, JANUARY)
    account = stored_accounts(book, H2)["HT-2"]
    assert account == loan.account(H2)
    assert (account.paid_by_fund, account.recovered) == (cny(80_000), cny(10_000))
    assert (account.closing, account.subrogated) == (cny(10_000), cny(40_000))


def test_every_amount_of_an_account_is_stored_as_a_whole_number(book):
    close(book, H1, JULY)
    for name in ACCOUNT:
        assert book.kinds("microloan_account", name) == {"integer"}


# --- the identity


@pytest.mark.parametrize(
    "column",
    [
        "opening_fen",
        "disbursed_fen",
        "repaid_principal_fen",
        "paid_by_fund_fen",
        "recovered_fen",
        "adjustments_fen",
        "closing_fen",
    ],
)
def test_the_table_itself_refuses_an_account_that_does_not_balance(book, column):
    close(book, H1, JULY)
    with (
        book.untouched(),
        pytest.raises(book.driver.IntegrityError, match="ck_microloan_account_identity"),
    ):
        book.tamper(f"UPDATE microloan_account SET {column} = {column} + 1")


@given(history=histories(acts=WITHOUT_DISBURSING), data=st.data())
def test_whatever_happens_every_closing_is_the_next_opening_and_stays_as_it_was(
    shared_database, new_book, any_leverage, history, data
):
    """Acts are saved as they come; each is booked in the half-year that is open by then."""
    book = new_book()
    fund, loan = history.moments[0].fund, history.moments[0].loan
    half = HalfYear.of(loan.terms.disbursed_on)
    assume(half.year > 1990)
    accounts = []
    with shared_database.work(book) as uow:
        uow.save(fund)
        uow.admit(loan, under=any_leverage, on=loan.terms.disbursed_on)
        for moment in history.moments[1:]:
            booked_on = moment.loan.entries[-1].booked_on
            if booked_on <= half.previous.last_day:
                code, through = "halfyear.closed", half.previous.last_day
                with refused(PeriodClosed, code, value=booked_on, limit=through):
                    uow.save(moment.fund, moment.loan)
                break
            uow.save(moment.fund, moment.loan)
            fund, loan = moment.fund, moment.loan
            while data.draw(st.integers(0, 2)) == 2 and half.year < 2099:
                uow.close(half, on=half.last_day + timedelta(days=1))
                accounts.append(loan.account(half))
                half = half.next
        closed = [uow.half_years.get(half) for half in uow.half_years.closed()]
        assert uow.loans.get("HT-1") == loan
        for ledger, expected in zip(closed, accounts, strict=True):
            assert [line.account for line in ledger.lines] == [expected] * (not expected.idle)
            assert loan.account(ledger.half, through=expected.through) == expected
            assert expected.balances
        for one, following in pairwise(accounts):
            assert following.opening_fen == one.closing_fen
