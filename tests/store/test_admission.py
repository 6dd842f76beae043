"""A guaranteed loan enters only by admission, tested against the cap on every day from there on."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from histories import EVERY_ACT, PROMISE, RULES, a_fund, a_loan, a_running_loan, pays_on_time
from microloan import (
    Amortization,
    Dated,
    GuaranteeFund,
    InvalidDate,
    InvalidTerms,
    LeverageExceeded,
    NotAdmitted,
    NotFound,
    NotGuaranteed,
    NotInForce,
    cny,
    disburse,
    from_fen,
    measure_leverage,
    pay_claim,
)
from microloan.fund_change import FundChange
from refusals import refused

PAID_OUT = date(2024, 1, 15)


def a_bullet(name="HT-1", **agreed):
    """A loan of 120,000 that is owed whole until 15 January 2025."""
    return a_loan(name, **{"amortization": Amortization.BULLET} | agreed)


def test_the_cap_reached_exactly_is_accepted(database):
    database.keep(a_fund(24_000))
    database.admit(a_loan(), under=RULES)
    assert database.sql("SELECT balance_fen, exposure_fen FROM microloan_fund") == [
        (2_400_000, 12_000_000)
    ]
    with database.work() as uow:
        leverage = uow.leverage("F-01", under=RULES, as_of=PAID_OUT)
    assert (leverage.headroom_fen, leverage.within_cap) == (0, True)


def test_one_fen_above_the_cap_is_refused(database):
    database.keep(a_fund(24_000))
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny("120000.01"),
        limit=cny(120_000),
        says="F-01 would stand behind 120,000.01 on 2024-01-15; 5 × 24,000.00 allows 120,000.00, "
        "0.01 too much",
    ) as uow:
        uow.admit(a_loan(principal=cny("120000.01")), under=RULES, on=PAID_OUT)


def test_one_fen_less_in_the_fund_is_too_little(database):
    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    database.keep(fund.deposit(cny("23999.99"), on=PAID_OUT, ref="财预1"))
    with database.refuses(
        LeverageExceeded, "fund.leverage_exceeded", value=cny(120_000), limit=cny("119999.95")
    ) as uow:
        uow.admit(a_loan(), under=RULES, on=PAID_OUT)


def test_the_cap_counts_full_principal_whatever_share_is_covered(database):
    database.keep(a_fund(24_000))
    small = replace(PROMISE, coverage=PROMISE.coverage / 2)
    with database.refuses(
        LeverageExceeded, "fund.leverage_exceeded", value=cny("120000.01"), limit=cny(120_000)
    ) as uow:
        loan = a_loan(principal=cny("120000.01"), guarantee=small)
        uow.admit(loan, under=RULES, on=PAID_OUT)


def test_after_a_refusal_there_is_room_for_a_smaller_loan(database):
    database.keep(a_fund(24_000))
    with database.work() as uow:
        with refused(
            LeverageExceeded, "fund.leverage_exceeded", value=cny(240_000), limit=cny(120_000)
        ):
            uow.admit(a_bullet("HT-1", principal=cny(240_000)), under=RULES, on=PAID_OUT)
        uow.admit(a_bullet("HT-2"), under=RULES, on=PAID_OUT)
        uow.commit()
    assert database.sql("SELECT loan_id FROM microloan_loan") == [("HT-2",)]
    assert database.sql("SELECT exposure_fen FROM microloan_fund_day WHERE exposure_fen <> 0") == [
        (12_000_000,)
    ]


def test_a_back_dated_admission_is_tested_on_the_days_of_those_booked_before_it(database):
    database.keep(a_fund(24_000))
    database.admit(
        a_bullet("HT-1", principal=cny(60_000), disbursed_on=date(2024, 6, 1)), under=RULES
    )
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(180_000),
        limit=cny(120_000),
        says="on 2024-06-01",
    ) as uow:
        uow.admit(a_bullet("HT-2"), under=RULES, on=PAID_OUT)


def test_a_back_dated_loan_that_had_made_room_by_then_is_admitted(database):
    database.keep(a_fund(24_000))
    database.admit(
        a_bullet("HT-1", principal=cny(60_000), disbursed_on=date(2024, 7, 15)), under=RULES
    )
    repaid = pays_on_time(a_loan("HT-2"), last=6)  # 60,000 by 15 July, the very day
    database.admit(repaid, under=RULES)
    assert database.one("SELECT exposure_fen FROM microloan_fund") == 12_000_000


def test_a_back_dated_loan_that_had_not_made_room_by_then_is_refused(database):
    database.keep(a_fund(24_000))
    database.admit(
        a_bullet("HT-1", principal=cny(60_000), disbursed_on=date(2024, 7, 15)), under=RULES
    )
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(130_000),
        limit=cny(120_000),
        says="on 2024-07-15",
    ) as uow:
        uow.admit(pays_on_time(a_loan("HT-2"), last=5), under=RULES, on=PAID_OUT)


def test_money_that_comes_later_does_not_count_before(database):
    database.keep(a_fund(10_000).deposit(cny(90_000), on=date(2024, 7, 1), ref="财预2"))
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(120_000),
        limit=cny(50_000),
        says="on 2024-01-15",
    ) as uow:
        uow.admit(a_bullet(), under=RULES, on=PAID_OUT)
    database.admit(a_bullet(), under=RULES, on=date(2024, 7, 1))


def test_a_payout_made_later_counts_against_a_back_dated_admission(database):
    fund, loan = a_fund(120_000), a_bullet("HT-1", months=6)
    database.keep(fund)
    database.admit(loan, under=RULES)
    database.keep(*pay_claim(fund, loan, on=date(2024, 12, 1), ref="代偿1"))  # 24,000 are left
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny("120000.01"),
        limit=cny(120_000),
        says="on 2024-12-01",
    ) as uow:
        uow.admit(a_bullet("HT-2", principal=cny("120000.01")), under=RULES, on=PAID_OUT)
    database.admit(a_bullet("HT-2"), under=RULES)


def test_days_before_the_admission_are_not_tested(database):
    database.keep(a_fund(12_000).deposit(cny(12_000), on=date(2024, 3, 1), ref="财预2"))
    database.admit(a_loan(), under=RULES, on=date(2024, 3, 1))
    with database.work() as uow:
        before = uow.leverage("F-01", under=RULES, as_of=date(2024, 2, 1))
    assert (before.within_cap, before.top_up) == (False, cny(12_000))


def test_an_admission_before_the_loan_is_paid_out_is_tested_on_the_day_it_is(database):
    database.keep(a_fund(24_000))
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny("120000.01"),
        limit=cny(120_000),
        says="on 2024-01-15",
    ) as uow:
        loan = a_loan(principal=cny("120000.01"))
        uow.admit(loan, under=RULES, on=date(2023, 12, 1))


def test_a_fund_over_its_cap_admits_nothing_more(database):
    database.keep(a_fund(24_000))
    database.admit(a_loan(), under=RULES)
    with database.refuses(
        LeverageExceeded, "fund.leverage_exceeded", value=cny("120000.01"), limit=cny(120_000)
    ) as uow:
        uow.admit(a_loan("HT-2", principal=from_fen(1)), under=RULES, on=PAID_OUT)


def test_each_fund_has_its_own_cap(database):
    database.keep(a_fund(24_000), a_fund(24_000, name="F-02"))
    other = replace(PROMISE, fund_id="F-02")
    database.admit(a_loan("HT-1"), a_loan("HT-2", guarantee=other), under=RULES)
    exposures = database.sql("SELECT fund_id, exposure_fen FROM microloan_fund ORDER BY fund_id")
    assert exposures == [("F-01", 12_000_000), ("F-02", 12_000_000)]


def test_the_funds_own_row_is_the_last_guard(database):
    database.keep(a_fund(24_000))
    database.tamper("UPDATE microloan_fund SET exposure_fen = 1")
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(120_000),
        limit="the cap on the fund's own row",
        says="F-01 has no room for 120,000.00 more on 2024-01-15 under its cap of 5 times",
    ) as uow:
        uow.admit(a_loan(), under=RULES, on=PAID_OUT)


def test_a_guaranteed_loan_is_not_saved_past_admission(database):
    database.keep(a_fund())
    with database.refuses(
        NotAdmitted,
        "store.not_admitted",
        value="HT-1",
        limit="admit",
        says="enters the book through admit",
    ) as uow:
        uow.save(a_loan())


FEB = date(2024, 2, 15)


def test_a_further_part_of_a_guaranteed_loan_is_admitted_and_not_saved(database):
    loan = a_loan(disbursed=60_000)
    database.keep(a_fund(24_000))
    database.admit(loan, under=RULES)
    more = disburse(loan, cny(60_000), on=FEB, ref="放2")

    with database.refuses(
        NotAdmitted, "store.not_admitted", value="HT-1", limit="admit", says="what is paid out"
    ) as uow:
        uow.save(more)
    database.admit(more, under=RULES, on=FEB)
    assert database.loan() == more
    assert database.one("SELECT exposure_fen FROM microloan_fund") == 12_000_000
    with database.untouched():
        database.admit(more, under=RULES, on=FEB)
        database.keep(more)


def test_the_cap_is_tested_again_for_a_further_part(database):
    loan = a_loan(amortization=Amortization.BULLET, disbursed=60_000)
    database.keep(a_fund(23_000))  # 5 × 23,000 = 115,000
    database.admit(loan, under=RULES)
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny("115000.01"),
        limit=cny(115_000),
        says="on 2024-02-15",
    ) as uow:
        uow.admit(disburse(loan, cny("55000.01"), on=FEB, ref="放2"), under=RULES, on=FEB)
    database.admit(disburse(loan, cny(55_000), on=FEB, ref="放2"), under=RULES, on=FEB)


def test_a_further_part_without_a_guarantee_is_saved(database):
    loan = a_loan(guarantee=None, disbursed=60_000)
    database.keep(loan)
    more = disburse(loan, cny(60_000), on=FEB, ref="放2")
    database.keep(more)
    assert database.loan() == more


@pytest.mark.parametrize("name", sorted({*EVERY_ACT} - {"disburse", "recover"}))
def test_no_other_act_needs_to_be_admitted_again(database, name):
    loan = a_running_loan()
    database.keep(a_fund(20_000))
    database.admit(loan, under=RULES)
    done = EVERY_ACT[name].do(loan, on=date(2024, 3, 20), ref="X1")
    database.keep(done)
    assert database.loan() == done
    left = done.position(as_of=date(2024, 3, 20)).outstanding_fen
    left = 0 if name == "discharge" else left
    assert database.one("SELECT exposure_fen FROM microloan_fund") == left


def test_a_loan_without_a_guarantee_is_saved_and_not_admitted(database):
    with database.refuses(
        NotGuaranteed,
        "guarantee.not_guaranteed",
        value="HT-1",
        limit="a guaranteed loan",
        says="save it instead",
    ) as uow:
        uow.admit(a_loan(guarantee=None), under=RULES, on=PAID_OUT)


def test_a_fund_that_the_book_does_not_hold_stands_behind_nothing(database):
    database.keep(a_fund(name="F-02"))
    with database.refuses(
        NotFound, "store.not_found", value="F-01", limit="a fund of book 990101"
    ) as uow:
        uow.admit(a_loan(), under=RULES, on=PAID_OUT)
    with database.refuses(
        NotFound, "store.not_found", value="F-01", limit="a fund of book 990101"
    ) as uow:
        uow.leverage("F-01", under=RULES, as_of=PAID_OUT)


@pytest.mark.parametrize("thing", [None, 5, a_fund()])
def test_only_a_loan_is_admitted(database, thing):
    database.keep(a_fund())
    with database.refuses(
        InvalidTerms,
        "terms.invalid",
        value=type(thing).__name__,
        limit="a Loan",
        says="what is admitted must be a Loan, got",
    ) as uow:
        uow.admit(thing, under=RULES, on=PAID_OUT)


def test_an_admission_needs_a_plain_day(database):
    database.keep(a_fund())
    noon = datetime.fromisoformat("2024-01-15T12:00")
    with database.refuses(
        InvalidDate, "periods.invalid_date", value=noon, limit="datetime.date"
    ) as uow:
        uow.admit(a_loan(), under=RULES, on=noon)


def test_no_cap_is_invented_for_a_day_before_the_first_rule(database):
    database.keep(a_fund())
    first = RULES.leverage_cap.first_day
    loan = a_loan(disbursed_on=date(2001, 1, 15))
    with database.refuses(
        NotInForce, "policy.not_in_force", value=date(2001, 1, 15), limit=(first, date.max)
    ) as uow:
        uow.admit(loan, under=RULES, on=date(2001, 1, 15))


@pytest.mark.parametrize("late_by", [1, 400])
def test_entries_known_at_admission_are_stored_with_the_loan(database, late_by):
    loan = pays_on_time(a_loan(), last=3)
    on = date.fromordinal(loan.entries[-1].on.toordinal() + late_by)
    database.keep(a_fund())
    database.admit(loan, under=RULES, on=on)
    assert database.loan() == loan
    assert database.one("SELECT exposure_fen FROM microloan_fund") == 9_000_000


@st.composite
def applications(draw):
    """Loans of 2024 with some installments paid, and the day on which each asks to be admitted."""
    loans = []
    for number in range(draw(st.integers(1, 6))):
        disbursed = draw(st.dates(date(2024, 1, 1), date(2024, 12, 31)))
        loan = a_loan(
            f"HT-{number}",
            principal=cny(1_000 * draw(st.integers(1, 60))),
            disbursed_on=disbursed,
            months=draw(st.sampled_from([1, 6, 12])),
            amortization=draw(st.sampled_from([Amortization.BULLET, Amortization.EQUAL_PRINCIPAL])),
        )
        loan = pays_on_time(loan, last=draw(st.integers(0, len(loan.schedule))))
        loans.append((loan, disbursed + timedelta(days=draw(st.sampled_from([0, 0, -30, 5, 200])))))
    return loans


@given(
    deposits=st.lists(
        st.tuples(st.integers(1, 20), st.dates(date(2024, 1, 1), date(2025, 6, 30))),
        min_size=1,
        max_size=4,
    ),
    applications=applications(),
)
def test_a_loan_is_admitted_if_and_only_if_the_cap_holds_on_every_day_from_there_on(
    shared_database, new_book, deposits, applications
):
    fund, book, admitted = GuaranteeFund(id="F-01", name="示例县创业担保基金"), new_book(), []
    for number, (amount, on) in enumerate(deposits):
        fund = fund.deposit(cny(1_000 * amount), on=on, ref=f"财预{number}")
    shared_database.keep(fund, book=book)
    for loan, on in applications:
        entries = [entry for one in (*admitted, loan, fund) for entry in one.entries]
        first = max(on, loan.terms.disbursed_on)  # before it is lent it takes no room
        days = {first} | {entry.on for entry in entries if entry.on > first}
        fits = all(
            measure_leverage(fund, [*admitted, loan], under=RULES, as_of=day).within_cap
            for day in days
        )
        try:
            shared_database.admit(loan, under=RULES, on=on, book=book)
        except LeverageExceeded:
            assert not fits
        else:
            assert fits
            admitted.append(loan)
    with shared_database.work(book) as uow:
        assert list(uow.loans.all()) == admitted
        last = uow.leverage("F-01", under=RULES, as_of=date(2030, 1, 1))
    assert last == measure_leverage(fund, admitted, under=RULES, as_of=date(2030, 1, 1))


def test_a_cap_that_falls_later_is_tested_on_the_day_it_falls(database):
    five = RULES.leverage_cap.at(PAID_OUT)
    falls_on = date(2024, 7, 1)
    ten = replace(five, value=10)
    falling = Dated("leverage cap", ((date(2024, 1, 1), ten), (falls_on, five)))
    database.keep(a_fund(20_000))

    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(120_000),
        limit=cny(100_000),
        says="on 2024-07-01",
    ) as uow:
        uow.admit(a_bullet(), under=replace(RULES, leverage_cap=falling), on=PAID_OUT)


@pytest.mark.parametrize(("more", "fits"), [(2_400_000, True), (2_400_001, False)])
def test_the_row_of_the_fund_itself_holds_the_cap(database, more, fits):
    # 5 × 24,000.00 less 96,000.00 leaves room for 24,000.00.
    database.keep(a_fund(24_000))
    database.admit(a_bullet(principal=cny(96_000)), under=RULES)
    with database.work() as uow:
        sums = uow._sums
        capped = uow.leverage("F-01", under=RULES, as_of=PAID_OUT)
        if fits:
            sums._move_row("F-01", FundChange(exposure_fen=more), within=capped)
            return
        with refused(
            LeverageExceeded,
            "fund.leverage_exceeded",
            value=from_fen(more),
            limit="the cap on the fund's own row",
        ):
            sums._move_row("F-01", FundChange(exposure_fen=more), within=capped)
