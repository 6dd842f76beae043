"""A loan that was approved takes the place of its approval, whatever has become of the fund."""

from dataclasses import replace
from datetime import date

import pytest

from histories import PERSON, PROMISE, RULES, a_fund, a_loan
from microloan import (
    Amortization,
    LenderSuspended,
    LeverageExceeded,
    Quotient,
    SubLimitExceeded,
    cny,
    disburse,
    leverage_path,
    pay_claim,
    raise_cap,
    release_commitment,
    set_sublimit,
    suspend_lender,
)
from microloan.store.fund_sums import FundSums

APRIL, MAY, JUNE = date(2024, 4, 1), date(2024, 5, 1), date(2024, 6, 1)
LAPSE = date(2024, 9, 1)


def a_bullet(name="HT-1", yuan=450_000, on=JUNE, **more):
    terms = {"principal": cny(yuan), "amortization": Amortization.BULLET, "disbursed_on": on}
    return a_loan(name, **terms | more)


def approve(database, yuan=450_000, *, name="HT-1", ref="批1", on=MAY, until=LAPSE, **parts):
    doing = {"lender": "BANK-1", "lapses_on": until, "under": RULES, "on": on, "ref": ref}
    with database.work() as uow:
        uow.funds.approve("F-01", name, cny(yuan), **doing | parts)
        uow.commit()


def suspend(database, on=date(2024, 5, 15)):
    database.keep(suspend_lender(database.fund(), "BANK-1", reason="不良", on=on, ref="停1"))


def agrees(database):
    """The leverage that the book keeps is that of the fund and its loans; the last of it."""
    with database.work() as uow:
        kept = uow.leverage_path("F-01", under=RULES)
        assert kept == leverage_path(uow.funds.get("F-01"), uow.loans.all(), under=RULES)
    return kept.points[-1]


# ---- the cap


def test_a_loan_approved_in_the_year_of_a_decision_is_paid_out_after_it(database):
    good = Quotient(name="还款率", part=95, whole=100)
    january = date(2025, 1, 10)
    fund = raise_cap(a_fund(100_000), to=10, repayment_rate=good, under=RULES, on=MAY, ref="决1")
    database.keep(fund)
    approve(database, 800_000, on=date(2024, 12, 1), until=date(2025, 3, 1))

    database.admit(a_bullet(yuan=800_000, on=january), under=RULES)
    last = agrees(database)
    assert (last.exposure, last.top_up) == (cny(800_000), cny(60_000))
    with database.refuses(
        LeverageExceeded, "fund.leverage_exceeded", value=cny(800_001), limit=cny(500_000)
    ) as uow:
        uow.admit(a_bullet("HT-2", 1, on=january), under=RULES, on=january)


def after_a_payout(database):
    """450,000 are approved under 100,000 of capital; then 40,000 of it are paid for another."""
    database.keep(a_fund(100_000))
    database.admit(a_bullet("HT-0", 50_000, on=date(2023, 1, 15)), under=RULES)
    approve(database)
    database.keep(*pay_claim(database.fund(), database.loan("HT-0"), on=MAY, ref="代偿1"))


def test_an_approved_loan_is_paid_out_though_the_fund_has_paid_for_another(database):
    after_a_payout(database)

    database.admit(a_bullet(), under=RULES)
    assert agrees(database).exposure == cny(450_000)


@pytest.mark.parametrize(
    ("yuan", "on", "lender", "held"),
    [
        ("450000.01", JUNE, "BANK-1", "450000.01"),  # more than was approved
        (450_000, date(2024, 4, 30), "BANK-1", "900000"),  # before the approval, which stays open
        (450_000, LAPSE, "BANK-1", "450000"),  # after it lapsed
        (450_000, JUNE, "BANK-2", "450000"),  # by another bank
    ],
)
def test_what_goes_beyond_the_approval_is_tested(database, yuan, on, lender, held):
    after_a_payout(database)
    loan = replace(a_bullet(yuan=yuan, on=on), lender=lender)

    with database.refuses(
        LeverageExceeded, "fund.leverage_exceeded", value=cny(held), limit=cny(300_000)
    ) as uow:
        uow.admit(loan, under=RULES, on=on)


def test_an_approval_is_used_up_by_what_was_paid_out_before(database):
    after_a_payout(database)
    loan = a_bullet(yuan=500_000, disbursed=400_000)
    database.admit(loan, under=RULES)

    july = date(2024, 7, 1)
    with database.refuses(
        LeverageExceeded, "fund.leverage_exceeded", value=cny("450000.01"), limit=cny(300_000)
    ) as uow:
        uow.admit(disburse(loan, cny("50000.01"), on=july, ref="放2"), under=RULES, on=july)
    database.admit(disburse(loan, cny(50_000), on=july, ref="放2"), under=RULES, on=july)
    assert agrees(database).exposure == cny(450_000)


def test_a_part_beyond_the_approval_that_is_moved_to_another_day_is_tested_again(database):
    database.keep(a_fund(100_000))
    approve(database, 100_000)
    loan = a_bullet(yuan="200000.01", disbursed=100_000)
    database.admit(loan, under=RULES)
    october = date(2024, 10, 1)
    more = disburse(loan, cny(100_000), on=october, ref="放2")
    database.admit(more, under=RULES, on=october)
    approve(database, 300_000, name="HT-2", ref="批2", on=date(2024, 7, 1))

    sooner = more.reverse(2, on=october, ref="冲1")
    sooner = disburse(sooner, cny("100000.01"), on=date(2024, 8, 1), ref="放3", booked_on=october)
    with database.refuses(
        LeverageExceeded, "fund.leverage_exceeded", value=cny("500000.01"), limit=cny(500_000)
    ) as uow:
        uow.admit(sooner, under=RULES, on=date(2024, 8, 1))


def test_room_that_was_promised_for_days_after_the_approval_is_not_given_twice(database):
    """HT-1 is approved for two days; HT-2 for later, when HT-1 was to take no room any more."""
    database.keep(a_fund(100_000))
    over = date(2024, 6, 3)
    approve(database, 400_000, on=JUNE, until=over)
    approve(database, 200_000, name="HT-2", ref="批2", on=over)

    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(600_000),
        limit=cny(500_000),
        says="F-01 would stand behind 600,000.00 on 2024-06-03, 200,000.00 of it approved",
    ) as uow:
        uow.admit(a_bullet(yuan=400_000), under=RULES, on=JUNE)
    database.admit(a_bullet(yuan=300_000), under=RULES)
    assert agrees(database).headroom == cny(200_000)


def test_a_loan_of_an_approval_that_is_entered_late_is_not_tested_on_days_before(database):
    """Through August 600,000 are promised and lent; from 1 September on only 400,000."""
    database.keep(a_fund(100_000))
    over = date(2024, 6, 3)
    approve(database, 400_000, on=JUNE, until=over)
    approve(database, 200_000, name="HT-2", ref="批2", on=over)

    late = date(2024, 8, 31)
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(600_000),
        limit=cny(500_000),
        says="on 2024-08-31",
    ) as uow:
        uow.admit(a_bullet(yuan=400_000), under=RULES, on=late)
    database.admit(a_bullet(yuan=400_000), under=RULES, on=LAPSE)
    assert agrees(database).exposure == cny(400_000)


def test_a_part_entered_and_undone_at_once_needs_no_room(database):
    after_a_payout(database)
    loan = a_bullet(yuan=450_000, disbursed=400_000)
    database.admit(loan, under=RULES)
    july = date(2024, 7, 1)
    undone = disburse(loan, cny(50_000), on=july, ref="放2").reverse(2, on=july, ref="冲1")
    database.admit(undone, under=RULES, on=july)
    assert agrees(database).exposure == cny(400_000)


# ---- the bank


def test_a_loan_approved_before_its_bank_was_suspended_is_paid_out(database):
    database.keep(a_fund(100_000))
    approve(database)
    suspend(database)

    database.admit(a_bullet(), under=RULES)
    assert agrees(database).exposure == cny(450_000)


def test_more_than_was_approved_before_the_suspension_is_refused(database):
    database.keep(a_fund(100_000))
    approve(database)
    suspend(database)

    with database.refuses(
        LenderSuspended, "fund.lender_suspended", value="BANK-1", limit=date(2024, 5, 15)
    ) as uow:
        uow.admit(a_bullet(yuan="450000.01"), under=RULES, on=JUNE)


@pytest.mark.parametrize("on", [APRIL, JUNE])
def test_a_loan_paid_out_while_its_bank_is_suspended_is_refused_on_whatever_day(database, on):
    database.keep(a_fund(100_000))
    suspend(database)

    with database.refuses(
        LenderSuspended,
        "fund.lender_suspended",
        value="BANK-1",
        limit=date(2024, 5, 15),
        says="on 2024-06-01",
    ) as uow:
        uow.admit(a_bullet(), under=RULES, on=on)


def test_a_loan_paid_out_before_the_suspension_may_be_entered_late(database):
    database.keep(a_fund(100_000))
    suspend(database)

    database.admit(a_bullet(on=date(2024, 5, 14)), under=RULES, on=JUNE)
    assert agrees(database).exposure == cny(450_000)


# ---- limits for parts


def limit(database, yuan, *, on, through=None, **whom):
    fund = set_sublimit(database.fund(), cny(yuan), on=on, ref="限1", through=through, **whom)
    database.keep(fund)


def test_a_limit_that_was_lowered_does_not_hold_up_what_counted_under_it(database):
    database.keep(a_fund(100_000))
    approve(database)
    limit(database, 100_000, on=date(2024, 5, 15), lender="BANK-1")

    database.admit(a_bullet(), under=RULES)
    with database.refuses(
        SubLimitExceeded, "fund.sublimit_exceeded", value=cny(450_001), limit=cny(100_000)
    ) as uow:
        uow.admit(a_bullet("HT-2", 1), under=RULES, on=JUNE)


@pytest.mark.parametrize(
    ("whom", "through"),
    [({"lender": "BANK-1"}, date(2024, 12, 31)), ({"group": "veteran"}, None)],
)
def test_a_limit_that_the_approval_did_not_count_under_is_tested(database, whom, through):
    # the approval lies before the period of the one, and says nothing of the group of the other
    database.keep(a_fund(100_000))
    approve(database)
    limit(database, 100_000, on=date(2024, 5, 15), through=through, **whom)
    veteran = replace(PERSON, groups=frozenset({"veteran"}))

    with database.refuses(
        SubLimitExceeded, "fund.sublimit_exceeded", value=cny(450_000), limit=cny(100_000)
    ) as uow:
        uow.admit(a_bullet(category=veteran), under=RULES, on=JUNE)


def test_an_approval_in_the_period_of_a_limit_is_not_tested_again(database):
    database.keep(a_fund(100_000))
    limit(database, 450_000, on=APRIL, through=date(2024, 12, 31))
    approve(database)
    fund = database.fund().reverse(2, on=MAY, ref="冲1")
    database.keep(fund)
    limit(database, 100_000, on=APRIL, through=date(2024, 12, 31))

    database.admit(a_bullet(), under=RULES)
    assert agrees(database).exposure == cny(450_000)


# ---- another office


def test_what_another_office_does_before_the_lock_is_seen(database, monkeypatch):
    """60,000 of an approval are open when a part is read; a release comes before the lock."""
    database.keep(a_fund(100_000))
    approve(database, 100_000)
    loan = a_bullet(yuan=100_000, disbursed=40_000)
    database.admit(loan, under=RULES)
    july, august = date(2024, 7, 1), date(2024, 8, 1)
    lock, waiting = FundSums.lock, [True]

    def locked_late(sums, fund_ids):
        if waiting:
            waiting.clear()
            fund = release_commitment(uow.funds.get("F-01"), "批1", on=july, ref="撤1")
            uow.save(fund)
        return lock(sums, fund_ids)

    monkeypatch.setattr(FundSums, "lock", locked_late)
    with database.work() as uow:
        more = disburse(uow.loans.get("HT-1"), cny(60_000), on=august, ref="放2")
        uow.admit(more, under=RULES, on=august)
        uow.commit()
    assert not waiting
    assert agrees(database).exposure == cny(100_000)


def test_a_part_that_is_undone_after_a_release_was_seen_leaves_nothing_promised(
    database, monkeypatch
):
    database.keep(a_fund(100_000), a_fund(100_000, name="F-02"))
    approve(database, 100_000)
    loan = disburse(
        a_bullet(yuan=100_000, disbursed=40_000), cny(60_000), on=date(2024, 7, 1), ref="放2"
    )
    elsewhere = replace(PROMISE, fund_id="F-02")
    database.admit(loan, a_bullet("HT-2", 1, guarantee=elsewhere), under=RULES)
    lock, waiting = FundSums.lock, [True]

    def locked_late(sums, fund_ids):
        if waiting:
            waiting.clear()
            fund = release_commitment(uow.funds.get("F-01"), "批1", on=JUNE, ref="撤1")
            uow.save(fund)
        return lock(sums, fund_ids)

    monkeypatch.setattr(FundSums, "lock", locked_late)
    with database.work() as uow:
        uow.save(uow.loans.get("HT-1").reverse(2, on=date(2024, 8, 1), ref="冲1"))
        uow.commit()
    agrees(database)
