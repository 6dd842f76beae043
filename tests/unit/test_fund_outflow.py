"""Capital that leaves a fund by decision: withdrawals, advances of subsidy, what comes back."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from histories import PROMISE, RULES, a_fund, a_loan, pays_on_time, refused
from microloan import (
    ZERO,
    FundEntry,
    FundEntryKind,
    InsufficientBalance,
    InvalidAmount,
    InvalidDate,
    Level,
    LeverageExceeded,
    NothingToAnswer,
    NotInForce,
    NotReversible,
    RefConflict,
    UnknownAccount,
    cny,
    open_account,
    pay_claim,
    transfer_between_accounts,
)
from microloan.commitment import with_commitment
from microloan.fund_outflow import (
    Advance,
    advance_subsidy,
    advances,
    return_advance,
    with_advance,
    with_withdrawal,
    withdraw,
)

LENT, DAY, LATER = date(2024, 1, 15), date(2024, 2, 1), date(2024, 6, 21)
ACTS = {
    "a withdrawal": (withdraw, with_withdrawal, FundEntryKind.WITHDRAWAL),
    "an advance": (advance_subsidy, with_advance, FundEntryKind.ADVANCE),
}
"""What leaves: the act that is tested against the cap, the one that is not, and the kind."""


@pytest.fixture(params=ACTS)
def what(request):
    """One of the two sorts of capital that leaves."""
    return request.param


def leaves(what, fund, amount, *, loans=(), under=RULES, **doing):
    """The fund without some capital, tested against the cap."""
    return ACTS[what][0](fund, loans, cny(amount), under=under, **{"on": DAY, "ref": "凭2"} | doing)


# ---- against the cap


def test_capital_that_leaves_is_one_entry_and_the_same_again_changes_nothing(what):
    doing = {"level": Level.COUNTY, "booked_on": LATER}
    fund = leaves(what, a_fund(), 300_000, **doing)

    assert fund.entries[1] == FundEntry(
        number=2,
        kind=ACTS[what][2],
        on=DAY,
        booked_on=LATER,
        ref="凭2",
        amount_fen=300_000_00,
        level=Level.COUNTY,
    )
    assert fund.balance(as_of=date(2024, 1, 31)) == cny(1_000_000)
    assert fund.balance(as_of=DAY) == cny(700_000)
    assert leaves(what, fund, 300_000, **doing) is fund


def test_capital_may_leave_down_to_what_the_cap_asks_for_and_not_a_fen_more(what):
    """120,000 are lent: 5 × 24,000 bear them, so 976,000 of 1,000,000 may leave."""
    fund, loans = a_fund(), [a_loan()]

    assert leaves(what, fund, 976_000, loans=loans).balance(as_of=DAY) == cny(24_000)
    with refused(
        LeverageExceeded,
        code="fund.leverage_exceeded",
        value=cny(120_000),
        limit=cny("119999.95"),
        keeps=fund,
    ) as caught:
        leaves(what, fund, "976000.01", loans=loans)
    assert str(caught.value) == (
        "F-01 would stand behind 120,000.00 on 2024-02-01; "
        "5 × 23,999.99 allows 119,999.95, 0.05 too much"
    )


def test_capital_that_leaves_is_missed_on_every_later_day_too(what):
    fund, loans = a_fund(), [a_loan()]

    with refused(
        LeverageExceeded,
        code="fund.leverage_exceeded",
        value=cny(120_000),
        limit=ZERO,
        keeps=fund,
    ) as caught:
        leaves(what, fund, 1_000_000, loans=loans, on=date(2010, 1, 1))
    assert "on 2024-01-15" in str(caught.value)


def test_days_before_the_money_leaves_are_not_tested(what):
    """Once the loan is repaid nothing has to be borne any more."""
    repaid = pays_on_time(a_loan(), 1, 12)

    gone = leaves(what, a_fund(), 1_000_000, loans=[repaid], on=date(2025, 1, 15))
    assert gone.balance(as_of=date(2025, 1, 15)) == ZERO


def test_loans_approved_and_not_paid_out_stand_in_the_way_too(what):
    fund = with_commitment(
        a_fund(),
        "HT-2",
        cny(60_000),
        lender="BANK-1",
        lapses_on=date(2024, 5, 1),
        on=date(2024, 1, 20),
        ref="批1",
    )
    loans = [a_loan()]

    # 120,000 + 60,000 = 180,000 are borne by 36,000; after 1 May 24,000 are enough
    assert leaves(what, fund, 964_000, loans=loans).balance(as_of=DAY) == cny(36_000)
    with pytest.raises(LeverageExceeded, match=r"180,000.00 on 2024-02-01, 60,000.00 of it appr"):
        leaves(what, fund, "964000.01", loans=loans)
    after = leaves(what, fund, 976_000, loans=loans, on=date(2024, 5, 1))
    assert after.balance(as_of=date(2024, 5, 1)) == cny(24_000)


def test_loans_of_other_funds_do_not_stand_in_the_way(what):
    other = a_loan(guarantee=replace(PROMISE, fund_id="F-02"))

    assert leaves(what, a_fund(), 1_000_000, loans=[other]).balance(as_of=DAY) == ZERO


def test_a_fund_that_a_payout_brought_over_its_cap_gives_nothing_back(what):
    fund, loan = pay_claim(a_fund(120_000), a_loan(), on=date(2024, 5, 25), ref="代1")
    loans = [loan, a_loan("HT-2")]

    # 24,000 are left after the payout of 96,000; they bear the 120,000 of the other loan exactly
    with pytest.raises(LeverageExceeded, match=r"5 × 23,999.99"):
        leaves(what, fund, "0.01", loans=loans, on=date(2024, 5, 25))


def test_what_left_already_is_not_tested_again(what):
    fund = leaves(what, a_fund(), 1_000_000)

    assert leaves(what, fund, 1_000_000, loans=[a_loan()]) is fund


def test_a_day_on_which_as_much_came_as_left_can_be_tested(what):
    fund = a_fund().deposit(cny(500), on=DAY, ref="财预2")

    assert leaves(what, fund, 500).balance(as_of=DAY) == cny(1_000_000)


def test_money_from_before_the_first_rule_does_not_stand_in_the_way(what):
    fund = a_fund(0).deposit(cny(500), on=date(2000, 1, 1), ref="财预0")

    assert leaves(what, fund, 500).balance(as_of=DAY) == ZERO


def test_before_the_first_rule_nothing_can_be_tested(what):
    fund = a_fund().deposit(cny(1), on=date(2000, 1, 1), ref="财预0")

    with pytest.raises(NotInForce, match="leverage_cap"):
        leaves(what, fund, 1, on=date(2000, 1, 2))


# ---- what is refused besides


@pytest.mark.parametrize("amount", [ZERO, cny("-0.01")])
def test_nothing_cannot_leave(what, amount):
    act, fund = ACTS[what][0], a_fund()

    with refused(
        InvalidAmount, code="money.invalid_amount", value=amount, limit=ZERO, keeps=fund
    ) as caught:
        act(fund, [], amount, under=RULES, on=DAY, ref="凭2")
    assert str(caught.value).startswith(f"{what} must be more than 0.00 yuan")


def test_more_than_the_capital_cannot_leave(what):
    fund = a_fund()

    with refused(
        InsufficientBalance,
        code="fund.insufficient_balance",
        value=cny("-0.01"),
        limit=ZERO,
        keeps=fund,
    ) as caught:
        leaves(what, fund, "1000000.01")
    assert str(caught.value) == "F-01: the balance on 2024-02-01 would be -0.01"


def test_a_voucher_cannot_stand_for_two_outflows(what):
    fund = leaves(what, a_fund(), 300)

    with refused(RefConflict, code="ledger.ref_conflict", value="凭2", limit=2, keeps=fund):
        leaves(what, fund, 301)


def test_capital_leaves_on_a_plain_day(what):
    moment = datetime(2024, 2, 1, tzinfo=UTC)

    with refused(InvalidDate, code="periods.invalid_date", value=moment, limit="datetime.date"):
        leaves(what, a_fund(), 300, on=moment)


def test_capital_leaves_the_account_that_is_named(what):
    fund = open_account(a_fund(), "A-2", lender="BANK-2", on=LENT, ref="开1")
    fund = transfer_between_accounts(fund, cny(400), to_account="A-2", on=LENT, ref="划1")

    less = leaves(what, fund, 300, account="A-2")
    assert less.account_balance("A-2", as_of=DAY) == cny(100)
    assert less.account_balance(as_of=DAY) == cny(999_600)
    with pytest.raises(InsufficientBalance, match="the money in A-2 on 2024-02-01 would"):
        leaves(what, fund, "400.01", account="A-2")
    with pytest.raises(UnknownAccount, match="no deposit account A-9"):
        leaves(what, fund, 300, account="A-9")


def test_a_caller_that_tests_the_cap_itself_appends_only(what):
    append, kind = ACTS[what][1:]
    doing = {"on": DAY, "ref": "凭2", "account": "", "level": Level.CITY, "booked_on": LATER}
    fund = append(a_fund(), cny(1_000_000), **doing)

    assert (fund.entries[1].kind, fund.balance(as_of=DAY)) == (kind, ZERO)
    assert fund == leaves(what, a_fund(), 1_000_000, level=Level.CITY, booked_on=LATER)
    assert append(fund, cny(1_000_000), **doing) is fund


# ---- advances come back


def advanced(amount=1_000):
    """A fund that lent 1,000 to the subsidy."""
    return with_advance(a_fund(), cny(amount), on=DAY, ref="垫1", level=Level.CENTRAL)


def test_an_advance_that_comes_back_is_capital_again():
    fund = return_advance(
        advanced(), cny(1_000), advance="垫1", on=LATER, ref="还1", booked_on=date(2024, 7, 1)
    )

    assert fund.entries[2] == FundEntry(
        number=3,
        kind=FundEntryKind.ADVANCE_RETURN,
        on=LATER,
        booked_on=date(2024, 7, 1),
        ref="还1",
        amount_fen=1_000_00,
        against="垫1",
    )
    assert fund.balance(as_of=date(2024, 6, 20)) == cny(999_000)
    assert fund.balance(as_of=LATER) == cny(1_000_000)
    again = return_advance(
        fund, cny(1_000), advance="垫1", on=LATER, ref="还1", booked_on=date(2024, 7, 1)
    )
    assert again is fund


def test_what_is_out_and_how_long_is_known_of_every_advance():
    fund = return_advance(advanced(), cny(400), advance="垫1", on=date(2024, 3, 1), ref="还1")
    fund = return_advance(fund, cny(600), advance="垫1", on=LATER, ref="还2")
    fund = with_advance(fund, cny(50), on=date(2024, 1, 31), ref="垫0")
    whole = Advance(
        ref="垫1",
        on=DAY,
        level=Level.CENTRAL,
        amount_fen=1_000_00,
        returned_fen=1_000_00,
        days=141,  # from 1 February to 21 June 2024: 28 + 31 + 30 + 31 + 21
    )

    assert advances(fund, as_of=date(2024, 1, 30)) == ()
    older, part = advances(fund, as_of=date(2024, 3, 11))
    assert (older.ref, older.level, older.days, older.outstanding) == ("垫0", None, 40, cny(50))
    assert (part.amount, part.returned) == (cny(1_000), cny(400))
    assert (part.outstanding, part.days) == (cny(600), 39)
    assert advances(fund, as_of=LATER)[1] == whole
    assert advances(fund, as_of=date(2025, 1, 1))[1] == whole
    assert whole.outstanding == ZERO


@pytest.mark.parametrize(
    ("doing", "why"),
    [
        ({"advance": "垫9"}, "it does not stand on that day"),
        ({"on": date(2024, 1, 31)}, "it does not stand on that day"),
        ({"amount": cny("1000.01")}, "more came back than was advanced"),
    ],
)
def test_only_an_advance_comes_back_and_no_more_than_it_was(doing, why):
    fund = advanced()
    act = {"amount": cny(1_000), "advance": "垫1", "on": LATER} | doing

    with refused(
        NothingToAnswer,
        code="fund.nothing_to_answer",
        value=act["advance"],
        limit="an earlier act that stands, and no more than it",
        keeps=fund,
    ) as caught:
        return_advance(fund, act.pop("amount"), ref="还1", **act)
    assert why in str(caught.value)


def test_returns_in_parts_come_to_no_more_than_the_advance():
    fund = return_advance(advanced(), cny(400), advance="垫1", on=LATER, ref="还1")

    with pytest.raises(NothingToAnswer, match="more came back than was advanced"):
        return_advance(fund, cny("600.01"), advance="垫1", on=LATER, ref="还2")


@pytest.mark.parametrize("amount", [ZERO, cny(-1)])
def test_nothing_cannot_come_back(amount):
    fund = advanced()

    with refused(
        InvalidAmount, code="money.invalid_amount", value=amount, limit=ZERO, keeps=fund
    ) as caught:
        return_advance(fund, amount, advance="垫1", on=LATER, ref="还1")
    assert str(caught.value).startswith("a returned advance must be more than")


def test_what_comes_back_may_come_into_another_account():
    fund = open_account(advanced(), "A-2", lender="BANK-2", on=LENT, ref="开1")
    fund = return_advance(fund, cny(1_000), advance="垫1", on=LATER, ref="还1", account="A-2")

    assert fund.account_balance("A-2", as_of=LATER) == cny(1_000)


def test_an_advance_that_came_back_cannot_be_undone():
    fund = return_advance(advanced(), cny(400), advance="垫1", on=LATER, ref="还1")

    with pytest.raises(NotReversible, match="others rest on it"):
        fund.reverse(2, on=LATER, ref="冲1")
