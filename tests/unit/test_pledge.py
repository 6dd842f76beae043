"""Capital promised to a fund: what arrived of it, whether in full, and whether in time."""

from datetime import UTC, date, datetime

import pytest

from histories import a_fund, refused
from microloan import (
    ZERO,
    FundEntry,
    FundEntryKind,
    GuaranteeFund,
    InvalidAmount,
    InvalidDate,
    InvalidTerms,
    Level,
    LevelPledges,
    NothingToAnswer,
    NotReversible,
    Pledge,
    RefConflict,
    cny,
    pledges,
    pledges_by_level,
    promise_capital,
    set_sublimit,
)

DAY, DUE = date(2024, 1, 5), date(2024, 3, 31)
EMPTY = GuaranteeFund(id="F-01", name="示例县创业担保基金")


def promised(fund=EMPTY, amount=5_000_000, *, level=Level.COUNTY, ref="诺1", on=DAY, due_on=DUE):
    """A fund to which a level promised money, by default the county 5,000,000 by 31 March."""
    return promise_capital(fund, cny(amount), level=level, due_on=due_on, on=on, ref=ref)


def test_a_promise_is_no_money_yet():
    fund = promise_capital(
        EMPTY,
        cny(5_000_000),
        level=Level.COUNTY,
        due_on=DUE,
        on=DAY,
        ref="诺1",
        booked_on=date(2024, 2, 1),
    )

    assert fund.entries == (
        FundEntry(
            number=1,
            kind=FundEntryKind.PLEDGE,
            on=DAY,
            booked_on=date(2024, 2, 1),
            ref="诺1",
            amount_fen=5_000_000_00,
            level=Level.COUNTY,
            until=DUE,
        ),
    )
    assert fund.balance(as_of=DUE) == ZERO
    assert promised(promised()) == promised()


def test_deposits_that_name_the_promise_are_what_arrived_of_it():
    fund = promised().deposit(cny(3_000_000), on=date(2024, 3, 1), ref="财1", against="诺1")
    fund = fund.deposit(cny(9_000), on=date(2024, 3, 1), ref="财2")  # names none

    assert pledges(fund, as_of=date(2024, 3, 1)) == (
        Pledge(
            ref="诺1",
            on=DAY,
            level=Level.COUNTY,
            due_on=DUE,
            pledged_fen=5_000_000_00,
            arrived_fen=3_000_000_00,
            days_late=0,
        ),
    )
    [before] = pledges(fund, as_of=date(2024, 2, 29))
    assert (before.pledged, before.arrived, before.short) == (
        cny(5_000_000),
        ZERO,
        cny(5_000_000),
    )


def test_what_is_missing_after_the_due_day_is_late_by_the_day():
    fund = promised().deposit(cny(3_000_000), on=date(2024, 3, 1), ref="财1", against="诺1")

    for day, late in ((DUE, 0), (date(2024, 4, 1), 1), (date(2024, 4, 10), 10)):
        [pledge] = pledges(fund, as_of=day)
        assert (pledge.days_late, pledge.in_full, pledge.on_time) == (late, False, False)
        assert pledge.short == cny(2_000_000)


@pytest.mark.parametrize(
    ("arrives_on", "late", "on_time"),
    [(date(2024, 3, 30), 0, True), (DUE, 0, True), (date(2024, 4, 1), 1, False)],
)
def test_all_of_it_is_in_time_on_the_due_day_and_not_the_day_after(arrives_on, late, on_time):
    fund = promised().deposit(cny(3_000_000), on=date(2024, 3, 1), ref="财1", against="诺1")
    fund = fund.deposit(cny(2_000_000), on=arrives_on, ref="财2", against="诺1")

    [pledge] = pledges(fund, as_of=date(2024, 12, 31))
    assert (pledge.in_full, pledge.short) == (True, ZERO)
    assert (pledge.days_late, pledge.on_time) == (late, on_time)


def test_a_fen_short_is_not_in_full_and_a_fen_more_is_nothing_short():
    for arrived, short in (("4999999.99", "0.01"), ("5000000.01", "0")):
        fund = promised().deposit(cny(arrived), on=DUE, ref="财1", against="诺1")
        [pledge] = pledges(fund, as_of=DUE)
        assert (pledge.short, pledge.in_full) == (cny(short), short == "0")


def test_what_was_complete_on_an_earlier_day_does_not_become_late_by_more():
    fund = promised().deposit(cny(5_000_000), on=DUE, ref="财1", against="诺1")
    fund = fund.deposit(cny(1), on=date(2024, 6, 1), ref="财2", against="诺1")

    [pledge] = pledges(fund, as_of=date(2024, 12, 31))
    assert (pledge.arrived, pledge.days_late, pledge.on_time) == (cny(5_000_001), 0, True)


def test_promises_stand_in_order_of_their_days_from_their_own_day_on():
    fund = promised(promised(ref="诺2", on=date(2024, 2, 1)), ref="诺1")

    assert [pledge.ref for pledge in pledges(fund, as_of=DUE)] == ["诺1", "诺2"]
    assert [pledge.ref for pledge in pledges(fund, as_of=DAY)] == ["诺1"]
    assert pledges(a_fund(), as_of=DUE) == ()


def test_only_promises_of_money_are_listed():
    fund = set_sublimit(promised(), cny(1), lender="BANK-1", through=DUE, on=DAY, ref="限1")

    assert [pledge.ref for pledge in pledges(fund, as_of=DUE)] == ["诺1"]


def test_a_deposit_that_was_undone_did_not_arrive():
    fund = promised().deposit(cny(5_000_000), on=DUE, ref="财1", against="诺1")
    fund = fund.reverse(2, on=date(2024, 4, 1), ref="冲1")

    [pledge] = pledges(fund, as_of=date(2024, 4, 1))
    assert (pledge.arrived, pledge.days_late) == (ZERO, 1)


# ---- by level


def test_levels_stand_from_the_top_down_and_one_does_not_fill_another():
    """A province, a city and a county at 1:1:1, 5,000,000 each; the county pays in two parts."""
    fund = EMPTY
    for level in (Level.COUNTY, Level.CITY, Level.PROVINCE):
        fund = promised(fund, level=level, ref=f"诺{level.zh}")
    fund = promised(fund, 1_000_000, ref="诺2", on=date(2024, 2, 1))
    fund = fund.deposit(cny(5_000_000), on=DUE, ref="财1", against="诺省级")
    fund = fund.deposit(cny(6_000_000), on=DUE, ref="财2", against="诺县级")
    fund = fund.deposit(cny(5_000_000), on=date(2024, 4, 9), ref="财3", against="诺市级")
    listed = pledges(fund, as_of=date(2024, 4, 30))

    province, city, county = pledges_by_level(listed)
    assert province == LevelPledges(level=Level.PROVINCE, pledges=(listed[2],))
    assert (province.on_time, province.in_full) == (True, True)
    assert (city.level, city.in_full, city.on_time) == (Level.CITY, True, False)
    assert city.pledges[0].days_late == 9
    # the county promised 5,000,000 and 1,000,000; 6,000,000 came, all for the first
    assert (county.pledged, county.arrived) == (cny(6_000_000), cny(6_000_000))
    assert (county.short, county.in_full, county.on_time) == (cny(1_000_000), False, False)


def test_a_promise_whose_level_is_not_said_stands_last():
    fund = promised(level=Level.LOCAL)
    fund = fund.with_entry(
        FundEntryKind.PLEDGE, on=DAY, ref="诺2", booked_on=None, amount_fen=100, until=DUE
    )

    assert [one.level for one in pledges_by_level(pledges(fund, as_of=DUE))] == [Level.LOCAL, None]
    assert pledges_by_level([]) == ()


# ---- refusals


@pytest.mark.parametrize("amount", [ZERO, cny(-1)])
def test_a_promise_of_nothing_is_refused(amount):
    fund = a_fund()

    with refused(
        InvalidAmount, code="money.invalid_amount", value=amount, limit=ZERO, keeps=fund
    ) as caught:
        promise_capital(fund, amount, level=Level.CITY, due_on=DUE, on=DAY, ref="诺1")
    assert str(caught.value).startswith("a pledge must be more than 0.00 yuan")


@pytest.mark.parametrize("level", [None, "city"])
def test_a_promise_is_that_of_a_level(level):
    with refused(InvalidTerms, code="terms.invalid", value=level, limit="a Level") as caught:
        promised(level=level)
    assert str(caught.value) == f"the level must be a Level, got {level}"
    assert caught.value.zh == f"财政级次应为 a Level，实为 {level}"


def test_a_promise_is_due_no_earlier_than_it_was_made():
    with refused(
        InvalidDate, code="periods.invalid_date", value=date(2024, 1, 4), limit=DAY
    ) as caught:
        promised(due_on=date(2024, 1, 4))
    assert "an entry and its last day" in str(caught.value)
    assert promised(due_on=DAY).entries[0].until == DAY


@pytest.mark.parametrize("part", ["on", "due_on"])
def test_a_promise_has_plain_days(part):
    moment = datetime(2024, 2, 1, tzinfo=UTC)
    with refused(InvalidDate, code="periods.invalid_date", value=moment, limit="datetime.date"):
        promised(**{part: moment})


def test_a_voucher_cannot_stand_for_two_promises():
    fund = promised()

    with refused(
        RefConflict, code="ledger.ref_conflict", value="诺1", limit=1, keeps=fund
    ) as caught:
        promised(fund, 4_000_000)
    assert str(caught.value) == "F-01: voucher 诺1 already stands for pledge 1 of 2024-01-05"


@pytest.mark.parametrize(("against", "on"), [("诺9", DUE), ("诺1", date(2024, 1, 4))])
def test_a_deposit_names_a_promise_that_stands(against, on):
    fund = promised()

    with refused(
        NothingToAnswer,
        code="fund.nothing_to_answer",
        value=against,
        limit="an earlier act that stands, and no more than it",
        keeps=fund,
    ):
        fund.deposit(cny(1), on=on, ref="财1", against=against)


def test_a_promise_of_which_something_arrived_cannot_be_undone():
    fund = promised().deposit(cny(1), on=DUE, ref="财1", against="诺1")

    with pytest.raises(NotReversible, match="others rest on it"):
        fund.reverse(1, on=DUE, ref="冲1")
