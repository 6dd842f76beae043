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
    RefConflict,
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


def test_what_is_lent_after_a_decision_has_ended_is_tested_against_the_cap_of_its_day(database):
    """On its last day eight times hold; what is lent from New Year on needs room under five."""
    good = Quotient(name="还款率", part=95, whole=100)
    last, january = date(2024, 12, 31), date(2025, 1, 10)
    fund = raise_cap(a_fund(100_000), to=8, repayment_rate=good, under=RULES, on=MAY, ref="决1")
    database.keep(fund)
    whole = a_bullet(yuan="500000.01", on=january)
    parts = disburse(
        a_bullet(yuan="500000.01", on=last, disbursed="0.01"), cny(500_000), on=january, ref="放2"
    )

    for loan in (whole, parts):
        with database.refuses(
            LeverageExceeded,
            "fund.leverage_exceeded",
            value=cny("500000.01"),
            limit=cny(500_000),
            says="on 2025-01-10",
        ) as uow:
            uow.admit(loan, under=RULES, on=last)
    database.admit(a_bullet(yuan=500_000, on=january), under=RULES, on=last)
    database.admit(a_bullet("HT-2", 300_000, on=last, months=1), under=RULES, on=last)
    assert agrees(database).exposure == cny(800_000)


def test_a_loan_that_the_book_holds_without_a_guarantee_is_not_approved(database):
    database.keep(a_fund(100_000), a_bullet(yuan=1_000, guarantee=None))
    with database.refuses(
        RefConflict, "ledger.ref_conflict", value="HT-1", limit=JUNE, says="without a guarantee"
    ) as uow:
        uow.funds.approve(
            "F-01", "HT-1", cny(1), lender="BANK-1", lapses_on=LAPSE, under=RULES, on=MAY, ref="批1"
        )


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


def acts_that_need_room(name, day):
    """Acts of June that need 200,000 of room from a day on, and no more before."""
    loan = a_bullet("HT-2", 200_000, on=day)
    doing = {"under": RULES, "on": JUNE, "ref": "二"}
    approving = {"lender": "BANK-2", "lapses_on": LAPSE, **doing}
    return {
        "admit": lambda uow: uow.admit(loan, under=RULES, on=JUNE),
        "approve": lambda uow: uow.funds.approve("F-01", "HT-3", cny(200_000), **approving),
        "withdraw": lambda uow: uow.funds.withdraw("F-01", cny(40_000), **doing),
        "advance": lambda uow: uow.funds.advance_subsidy("F-01", cny(40_000), **doing),
    }[name]


@pytest.mark.parametrize("name", ["admit", "approve", "withdraw", "advance"])
def test_while_an_approval_holds_its_room_is_not_given_to_others_for_later_days(database, name):
    """HT-1 is approved for two days of June; once it is lent it is owed for a year."""
    over = date(2024, 6, 3)
    database.keep(a_fund(100_000))
    approve(database, 300_001, on=JUNE, until=over)
    act = acts_that_need_room(name, over)

    limit = cny(300_000) if name in ("withdraw", "advance") else cny(500_000)
    held = cny(300_001) if name in ("withdraw", "advance") else cny(500_001)
    with database.refuses(
        LeverageExceeded, "fund.leverage_exceeded", value=held, limit=limit
    ) as uow:
        act(uow)
    database.admit(a_bullet(yuan=300_001, on=date(2024, 6, 2)), under=RULES)
    assert agrees(database).exposure == cny(300_001)


@pytest.mark.parametrize("name", ["admit", "approve", "withdraw", "advance"])
def test_once_an_approval_has_lapsed_its_room_is_free_for_others(database, name):
    database.keep(a_fund(100_000))
    approve(database, 300_001, until=JUNE)
    with database.work() as uow:
        acts_that_need_room(name, date(2024, 6, 3))(uow)
        uow.commit()

    late = date(2024, 6, 5)
    held = cny(300_001) if name in ("withdraw", "advance") else cny(500_001)
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=held,
        limit=cny(300_000) if name in ("withdraw", "advance") else cny(500_000),
        says="on 2024-06-05",
    ) as uow:  # lent in time, entered too late: others have its room
        uow.admit(a_bullet(yuan=300_001, on=date(2024, 5, 31)), under=RULES, on=late)
    agrees(database)


def test_room_that_is_released_on_a_day_to_come_is_free_from_that_day(database):
    july = date(2024, 7, 1)
    database.keep(a_fund(100_000))
    approve(database, 450_000)
    database.keep(release_commitment(database.fund(), "批1", on=july, ref="撤1"))

    database.admit(a_bullet("HT-2", 450_000, on=july), under=RULES, on=JUNE)
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(900_000),
        limit=cny(500_000),
        says="on 2024-07-01",
    ) as uow:
        uow.admit(a_bullet(on=date(2024, 6, 30)), under=RULES, on=JUNE)
    assert agrees(database).exposure == cny(450_000)


def test_a_release_that_is_undone_after_the_lapse_brings_no_room_back(database):
    """HT-2 took the room that HT-1 gave up; in September the release of June is undone."""
    database.keep(a_fund(100_000))
    approve(database)
    database.keep(release_commitment(database.fund(), "批1", on=date(2024, 6, 15), ref="撤1"))
    database.admit(a_bullet("HT-2", on=date(2024, 6, 20)), under=RULES)
    with database.work() as uow:
        uow.funds.reverse("F-01", 3, under=RULES, on=date(2024, 9, 2), ref="冲1")
        uow.commit()

    for entered in (date(2024, 7, 2), date(2024, 9, 2)):
        with database.refuses(
            LeverageExceeded, "fund.leverage_exceeded", value=cny(900_000), limit=cny(500_000)
        ) as uow:
            uow.admit(a_bullet(on=date(2024, 7, 2)), under=RULES, on=entered)
    agrees(database)


def test_what_is_left_of_an_approval_is_tested_as_though_it_did_not_lapse(database):
    """450,000 approved, 100,000 lent, of which a part was undone: 400,000 are still to be lent."""
    database.keep(a_fund(100_000))
    approve(database)
    loan = a_bullet(disbursed=50_000)
    loan = disburse(loan, cny(50_000), on=date(2024, 6, 2), ref="放2")
    database.admit(loan, under=RULES)
    database.keep(loan.reverse(2, on=date(2024, 6, 3), ref="冲2"))

    july = date(2024, 7, 1)
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(500_001),
        limit=cny(500_000),
        says="on 2024-10-01, 400,000.00 of it approved",
    ) as uow:
        uow.admit(a_bullet("HT-2", 50_001, on=date(2024, 10, 1)), under=RULES, on=july)
    database.admit(a_bullet("HT-2", 50_000, on=date(2024, 10, 1)), under=RULES, on=july)
    assert agrees(database).exposure == cny(100_000)


def test_a_loan_to_be_lent_after_its_approval_takes_the_place_of_it(database):
    database.keep(a_fund(100_000))
    approve(database)
    database.admit(a_bullet(on=LAPSE), under=RULES, on=JUNE)  # tested whole, with room for it once
    assert agrees(database).exposure == cny(450_000)


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
