"""Acts on a fund in a book: approvals, withdrawals, advances, decisions, limits, suspensions."""

from dataclasses import replace
from datetime import date

import pytest

from histories import PERSON, PROMISE, RULES, a_fund, a_loan
from microloan import (
    Amortization,
    FundEntry,
    Guarantee,
    InsufficientBalance,
    InvalidDate,
    InvalidTerms,
    LenderSuspended,
    Level,
    LeverageExceeded,
    NotAdmitted,
    NotFound,
    NotGuaranteed,
    NotInForce,
    Quotient,
    RecoveryOrder,
    RefConflict,
    SubLimitExceeded,
    UpperShare,
    cny,
    disburse,
    leverage_path,
    lift_suspension,
    open_account,
    percent,
    raise_cap,
    release_commitment,
    set_sublimit,
    suspend_lender,
)
from microloan.fund_ledger import FundEntryKind as Kind
from microloan.fund_outflow import with_advance, with_withdrawal

MAY, JUNE, JULY = date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1)
COMMITTED = "SELECT effective_on, committed_fen FROM microloan_fund_day WHERE committed_fen <> 0"
GOOD = Quotient(name="还款率", part=95, whole=100)


def bullet(name="HT-1", yuan=60_000, on=JUNE, **more):
    return a_loan(
        name, principal=cny(yuan), amortization=Amortization.BULLET, disbursed_on=on, **more
    )


def approve(database, yuan=60_000, *, loan_id="HT-1", ref="批1", until=JULY, on=MAY, **parts):
    with database.work() as uow:
        fund = uow.funds.approve(
            "F-01",
            loan_id,
            cny(yuan),
            lender="BANK-1",
            lapses_on=until,
            under=RULES,
            on=on,
            ref=ref,
            **parts,
        )
        uow.commit()
    return fund


def committed(database):
    return dict(database.sql(COMMITTED))


# --- withdrawals and advances


@pytest.mark.parametrize(
    ("verb", "kind"), [("withdraw", Kind.WITHDRAWAL), ("advance_subsidy", Kind.ADVANCE)]
)
def test_capital_leaves_as_far_as_the_cap_allows(database, verb, kind):
    # 5 × 100,000 carries 400,000; 20,000 may leave, since 5 × 80,000 = 400,000
    database.keep(a_fund(100_000))
    database.admit(bullet(yuan=400_000), under=RULES)
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(400_000),
        limit=cny("399999.95"),
        says="F-01 would stand behind 400,000.00 on 2024-07-01",
    ) as uow:
        getattr(uow.funds, verb)("F-01", cny("20000.01"), under=RULES, on=JULY, ref="出1")
    with database.work() as uow:
        fund = getattr(uow.funds, verb)("F-01", cny(20_000), under=RULES, on=JULY, ref="出1")
        uow.commit()
    assert database.fund() == fund
    assert fund.entries[-1] == FundEntry(
        number=2, kind=kind, on=JULY, booked_on=JULY, ref="出1", amount_fen=2_000_000
    )
    with database.work() as uow:
        assert uow.leverage("F-01", under=RULES, as_of=JULY).headroom == cny(0)


def test_the_same_withdrawal_again_changes_nothing_and_is_not_tested_again(database):
    database.keep(a_fund(100_000))
    with database.work() as uow:
        first = uow.funds.withdraw("F-01", cny(20_000), under=RULES, on=MAY, ref="出1")
        uow.commit()
    database.admit(bullet(yuan=400_000), under=RULES)
    with database.untouched(), database.work() as uow:
        assert uow.funds.withdraw("F-01", cny(20_000), under=RULES, on=MAY, ref="出1") == first
        uow.commit()


def test_a_withdrawal_is_tested_against_days_to_come(database):
    database.keep(a_fund(100_000))
    database.admit(bullet(yuan=500_000, on=JULY), under=RULES)
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(500_000),
        limit=cny("499999.95"),
        says="on 2024-07-01",
    ) as uow:
        uow.funds.withdraw("F-01", cny("0.01"), under=RULES, on=MAY, ref="出1")


def test_no_more_is_withdrawn_than_there_is(database):
    database.keep(a_fund(100))
    with database.refuses(
        InsufficientBalance, "fund.insufficient_balance", value=cny("-0.01"), limit=cny(0)
    ) as uow:
        uow.funds.withdraw("F-01", cny("100.01"), under=RULES, on=MAY, ref="出1")


def test_an_act_on_a_fund_that_is_not_there_is_refused(database):
    with database.refuses(
        NotFound, "store.not_found", value="F-01", limit="a fund of book 990101"
    ) as uow:
        uow.funds.withdraw("F-01", cny(1), under=RULES, on=MAY, ref="出1")


def test_what_an_outflow_says_besides_is_kept(database):
    fund = open_account(a_fund(100), "A-1", lender="BANK-1", on=MAY, ref="开1")
    database.keep(fund.deposit(cny(50), on=MAY, ref="财预2", account="A-1"))
    with database.work() as uow:
        uow.funds.withdraw(
            "F-01",
            cny(50),
            under=RULES,
            on=JUNE,
            ref="出1",
            account="A-1",
            level=Level.PROVINCE,
            booked_on=JULY,
        )
        uow.commit()
    last = database.fund().entries[-1]
    assert (last.account, last.level, last.booked_on) == ("A-1", Level.PROVINCE, JULY)


@pytest.mark.parametrize(
    ("append", "way"), [(with_withdrawal, "withdraw"), (with_advance, "advance_subsidy")]
)
def test_an_untested_outflow_is_not_saved(database, append, way):
    fund = a_fund(100_000)
    database.keep(fund)
    with database.refuses(
        NotAdmitted,
        "store.not_admitted",
        value="出1",
        limit=way,
        says=f"enters the book through {way}",
    ) as uow:
        uow.save(append(fund, cny(1), on=MAY, ref="出1"))


def test_a_fund_new_to_the_book_brings_its_outflows_along(database):
    fund = with_advance(a_fund(100), cny(40), on=MAY, ref="垫1")
    fund = with_withdrawal(fund, cny(60), on=JUNE, ref="出1")
    database.keep(fund)
    assert database.fund() == fund


def test_an_outflow_is_undone_like_any_entry(database):
    database.keep(a_fund(100))
    with database.work() as uow:
        fund = uow.funds.withdraw("F-01", cny(40), under=RULES, on=MAY, ref="出1")
        uow.save(fund.reverse(2, on=JUNE, ref="冲1"))
        uow.commit()
    with database.work() as uow:
        assert uow.leverage("F-01", under=RULES, as_of=MAY).balance == cny(100)


# --- approvals


def test_an_approval_takes_room_until_it_lapses(database):
    database.keep(a_fund(100_000))
    fund = approve(database, groups={"veteran"})
    assert database.fund() == fund
    assert committed(database) == {"2024-05-01": 6_000_000, "2024-07-01": -6_000_000}
    with database.work() as uow:
        days = (date(2024, 4, 30), MAY, date(2024, 6, 30), JULY)
        room = [uow.leverage("F-01", under=RULES, as_of=day).headroom for day in days]
    assert room == [cny(500_000), cny(440_000), cny(440_000), cny(500_000)]


def test_an_approval_above_the_room_is_refused(database):
    database.keep(a_fund(100_000))
    approve(database, 440_000)
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny("500000.01"),
        limit=cny(500_000),
        says="500,000.01 of it approved",
    ) as uow:
        uow.funds.approve(
            "F-01",
            "HT-2",
            cny("60000.01"),
            lender="BANK-1",
            lapses_on=JULY,
            under=RULES,
            on=JUNE,
            ref="批2",
        )
    approve(database, 60_000, loan_id="HT-2", ref="批2", on=JUNE)


def test_room_that_was_promised_is_not_given_to_another(database):
    database.keep(a_fund(100_000))
    approve(database, 440_000)
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny("500000.01"),
        limit=cny(500_000),
        says="on 2024-06-01, 440,000.00 of it approved",
    ) as uow:
        uow.admit(bullet("HT-2", "60000.01"), under=RULES, on=JUNE)


def test_the_loan_that_was_approved_takes_the_place_of_its_approval(database):
    database.keep(a_fund(100_000))
    approve(database, 500_000)
    database.admit(bullet(yuan=500_000), under=RULES)
    assert committed(database) == {"2024-05-01": 50_000_000, "2024-06-01": -50_000_000}
    with database.work() as uow:
        assert uow.leverage("F-01", under=RULES, as_of=JULY).exposure == cny(500_000)


def test_an_approval_is_used_up_part_by_part(database):
    database.keep(a_fund(100_000))
    approve(database, 60_000, until=date(2024, 9, 1))
    loan = bullet(disbursed=20_000)
    database.admit(loan, under=RULES)
    loan = disburse(loan, cny(30_000), on=JULY, ref="放2")
    database.admit(loan, under=RULES, on=JULY)
    assert committed(database) == {
        "2024-05-01": 6_000_000,
        "2024-06-01": -2_000_000,
        "2024-07-01": -3_000_000,
        "2024-09-01": -1_000_000,
    }
    loan = loan.reverse(2, on=date(2024, 7, 2), ref="冲1")
    database.keep(loan)
    assert committed(database) == {
        "2024-05-01": 6_000_000,
        "2024-06-01": -2_000_000,
        "2024-09-01": -4_000_000,
    }
    with database.work() as uow:
        kept = uow.leverage_path("F-01", under=RULES)
    assert kept == leverage_path(database.fund(), [loan], under=RULES)


def test_an_approval_that_is_released_or_undone_makes_room(database):
    database.keep(a_fund(100_000))
    fund = release_commitment(approve(database), "批1", on=JUNE, ref="撤1")
    database.keep(fund)
    assert committed(database) == {"2024-05-01": 6_000_000, "2024-06-01": -6_000_000}
    undone = {"under": RULES, "on": JULY}
    with database.work() as uow:
        fund = uow.funds.reverse("F-01", 3, ref="冲1", booked_on=JULY, **undone)
        uow.commit()
    assert database.fund() == fund
    assert committed(database) == {"2024-05-01": 6_000_000, "2024-07-01": -6_000_000}
    with database.untouched(), database.work() as uow:
        assert uow.funds.reverse("F-01", 3, ref="冲1", **undone) == fund
        uow.commit()
    with database.work() as uow:
        uow.funds.reverse("F-01", 2, ref="冲2", **undone)
        uow.commit()
    assert committed(database) == {}


def promised_anew(database):
    """60,000 approved for HT-1 and released in June; since then 490,000 of 500,000 are promised."""
    database.keep(a_fund(100_000))
    database.keep(release_commitment(approve(database), "批1", on=JUNE, ref="撤1"))
    approve(database, 490_000, loan_id="HT-2", ref="批2", on=JUNE)
    return database.fund()


def test_a_release_is_not_undone_untested(database):
    fund = promised_anew(database)
    with database.refuses(
        NotAdmitted,
        "store.not_admitted",
        value="冲1",
        limit="reverse",
        says="a reversal of a release lowers the room under the cap; "
        "it enters the book through reverse",
    ) as uow:
        uow.save(fund.reverse(3, on=JUNE, ref="冲1"))


def test_a_release_is_undone_only_if_the_approval_still_fits(database):
    promised_anew(database)
    undoing = {"under": RULES, "on": JUNE, "ref": "冲1"}
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(550_000),
        limit=cny(500_000),
        says="on 2024-06-01, 550,000.00 of it approved",
    ) as uow:
        uow.funds.reverse("F-01", 3, **undoing)
    database.keep(database.fund().deposit(cny(10_000), on=JUNE, ref="财预2"))
    with database.work() as uow:
        uow.funds.reverse("F-01", 3, **undoing)
        assert uow.leverage("F-01", under=RULES, as_of=JUNE).headroom == cny(0)


def test_an_approval_does_not_come_back_for_a_bank_that_was_suspended(database):
    fund = suspend_lender(promised_anew(database), "BANK-1", reason="停", on=JUNE, ref="停1")
    database.keep(fund)
    with database.refuses(
        LenderSuspended, "fund.lender_suspended", value="BANK-1", limit=JUNE
    ) as uow:
        uow.funds.reverse("F-01", 3, under=RULES, on=JUNE, ref="冲1")


def test_an_approval_does_not_come_back_over_a_limit(database):
    fund = set_sublimit(promised_anew(database), cny(500_000), on=JUNE, ref="限1", lender="BANK-1")
    database.keep(fund)
    with database.refuses(
        SubLimitExceeded, "fund.sublimit_exceeded", value=cny(550_000), limit=cny(500_000)
    ) as uow:
        uow.funds.reverse("F-01", 3, under=RULES, on=JUNE, ref="冲1")


def test_a_loan_that_another_fund_guarantees_is_not_approved(database):
    database.keep(a_fund(100_000), a_fund(100_000, name="F-02"))
    elsewhere = replace(PROMISE, fund_id="F-02")
    database.admit(bullet("HT-2", on=JUNE, guarantee=elsewhere), under=RULES)
    with database.refuses(
        NotGuaranteed,
        "guarantee.not_guaranteed",
        value="F-01",
        limit="F-02",
        says="HT-2 is guaranteed by F-02, so F-01 cannot approve it",
    ) as uow:
        uow.funds.approve(
            "F-01",
            "HT-2",
            cny(1),
            lender="BANK-1",
            lapses_on=JULY,
            under=RULES,
            on=MAY,
            ref="批1",
        )


@pytest.mark.parametrize("groups", [None, 5, "veteran", [["veteran"]]])
def test_the_groups_of_an_approval_are_a_set_of_codes(database, groups):
    database.keep(a_fund(100_000))
    with database.refuses(
        InvalidTerms, "terms.invalid", value=groups, limit="a set of codes"
    ) as uow:
        uow.funds.approve(
            "F-01",
            "HT-1",
            cny(1),
            lender="BANK-1",
            lapses_on=JULY,
            under=RULES,
            on=MAY,
            ref="批1",
            groups=groups,
        )


def test_a_release_counts_what_was_paid_out_by_then(database):
    database.keep(a_fund(100_000))
    fund = approve(database, 60_000, until=date(2024, 9, 1))
    database.admit(bullet(disbursed=20_000), under=RULES)
    database.keep(release_commitment(fund, "批1", on=JULY, ref="撤1"))
    assert committed(database) == {
        "2024-05-01": 6_000_000,
        "2024-06-01": -2_000_000,
        "2024-07-01": -4_000_000,
    }


def test_the_same_approval_again_changes_nothing(database):
    database.keep(a_fund(100_000))
    fund = approve(database)
    database.admit(bullet(), under=RULES)
    with database.untouched():
        assert approve(database) == fund


def test_a_loan_paid_out_before_is_not_approved(database):
    database.keep(a_fund(100_000))
    database.admit(bullet(on=date(2024, 4, 30)), under=RULES)
    with database.refuses(
        RefConflict, "ledger.ref_conflict", value="HT-1", limit=date(2024, 4, 30)
    ) as uow:
        uow.funds.approve(
            "F-01",
            "HT-1",
            cny(1),
            lender="BANK-1",
            lapses_on=JULY,
            under=RULES,
            on=MAY,
            ref="批1",
        )


@pytest.mark.parametrize("new", [True, False])
def test_an_untested_approval_is_not_saved(database, new):
    fund = a_fund(100_000)
    if not new:
        database.keep(fund)
    fund = fund.with_entry(
        Kind.COMMITMENT,
        on=MAY,
        ref="批1",
        booked_on=None,
        amount_fen=1,
        loan_id="HT-1",
        lender="BANK-1",
        until=JULY,
    )
    with database.refuses(
        NotAdmitted, "store.not_admitted", value="批1", limit="approve", says="through approve"
    ) as uow:
        uow.save(fund)


# --- decisions


def test_a_decision_to_go_further_lifts_the_cap_for_its_year(database):
    fund = raise_cap(a_fund(100_000), to=8, repayment_rate=GOOD, under=RULES, on=MAY, ref="决1")
    database.keep(fund)
    database.admit(bullet(yuan=700_000), under=RULES)
    with database.work() as uow:
        path = uow.leverage_path("F-01", under=RULES, since=MAY, until=date(2025, 2, 1))
    assert [(p.as_of, p.cap.value, p.decision, p.top_up) for p in path.points] == [
        (MAY, 8, "决1", cny(0)),
        (JUNE, 8, "决1", cny(0)),
        (date(2025, 1, 1), 5, "", cny(40_000)),
    ]
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny("800000.01"),
        limit=cny(800_000),
        says="8 × 100,000.00 allows",
    ) as uow:
        uow.admit(bullet("HT-2", "100000.01"), under=RULES, on=JUNE)
    database.admit(bullet("HT-2", 100_000), under=RULES)
    with database.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(800_001),
        limit=cny(500_000),
        says="on 2025-01-01",
    ) as uow:
        uow.admit(bullet("HT-3", 1, on=date(2025, 1, 1)), under=RULES, on=date(2025, 1, 1))


def test_a_decision_that_was_undone_lifts_nothing(database):
    fund = raise_cap(a_fund(100_000), to=8, repayment_rate=GOOD, under=RULES, on=MAY, ref="决1")
    database.keep(fund.reverse(2, on=MAY, ref="冲1"))
    with database.refuses(
        LeverageExceeded, "fund.leverage_exceeded", value=cny(500_001), limit=cny(500_000)
    ) as uow:
        uow.admit(bullet(yuan=500_001), under=RULES, on=JUNE)


def test_no_new_guarantee_is_given_for_a_suspended_bank(database):
    fund = suspend_lender(a_fund(100_000), "BANK-1", reason="不良率 20%", on=JUNE, ref="停1")
    database.keep(fund)
    database.admit(bullet("HT-0", on=date(2024, 5, 31), disbursed=20_000), under=RULES)
    with database.refuses(
        LenderSuspended, "fund.lender_suspended", value="BANK-1", limit=JUNE, says="不良率 20%"
    ) as uow:
        uow.admit(bullet(), under=RULES, on=JUNE)
    with database.refuses(
        LenderSuspended, "fund.lender_suspended", value="BANK-1", limit=JUNE
    ) as uow:
        uow.funds.approve(
            "F-01",
            "HT-1",
            cny(1),
            lender="BANK-1",
            lapses_on=JULY,
            under=RULES,
            on=JUNE,
            ref="批1",
        )
    more = disburse(database.loan("HT-0"), cny(40_000), on=JUNE, ref="放2")
    database.admit(more, under=RULES, on=JUNE)  # its guarantee was given before
    database.keep(lift_suspension(fund, "BANK-1", on=JULY, ref="复1"))
    database.admit(bullet(on=JULY), under=RULES)


def test_a_limit_for_a_bank_stands_in_the_way_of_its_loans_only(database):
    fund = set_sublimit(a_fund(100_000), cny(100_000), on=MAY, ref="限1", lender="BANK-1")
    database.keep(fund)
    database.admit(bullet(), under=RULES)
    over = bullet("HT-2", "40000.01")
    with database.refuses(
        SubLimitExceeded,
        "fund.sublimit_exceeded",
        value=cny("100000.01"),
        limit=cny(100_000),
        says="limit 限1",
    ) as uow:
        uow.admit(over, under=RULES, on=JUNE)
    database.admit(replace(over, id="HT-3", lender="BANK-2"), under=RULES)
    database.admit(bullet("HT-2", 40_000), under=RULES)
    with database.refuses(
        SubLimitExceeded, "fund.sublimit_exceeded", value=cny("100000.01"), limit=cny(100_000)
    ) as uow:
        uow.funds.approve(
            "F-01",
            "HT-4",
            cny("0.01"),
            lender="BANK-1",
            lapses_on=JULY,
            under=RULES,
            on=JUNE,
            ref="批1",
        )


def test_a_limit_for_a_group_is_tested_again_for_a_further_part(database):
    fund = set_sublimit(a_fund(100_000), cny(50_000), on=MAY, ref="限1", group="veteran")
    database.keep(fund)
    veteran = replace(PERSON, groups=frozenset({"veteran"}))
    loan = bullet(category=veteran, disbursed=20_000)
    database.admit(loan, under=RULES)
    with database.refuses(
        SubLimitExceeded, "fund.sublimit_exceeded", value=cny("50000.01"), limit=cny(50_000)
    ) as uow:
        uow.admit(disburse(loan, cny("30000.01"), on=JULY, ref="放2"), under=RULES, on=JULY)
    database.admit(disburse(loan, cny(30_000), on=JULY, ref="放2"), under=RULES, on=JULY)
    database.admit(bullet("HT-2"), under=RULES)


def test_a_payment_is_not_held_against_a_limit_that_was_lowered(database):
    database.keep(a_fund(100_000))
    loan = bullet()
    database.admit(loan, under=RULES)
    limited = set_sublimit(database.fund(), cny(100), on=JUNE, ref="限1", lender="BANK-1")
    database.keep(limited)
    paid = loan.repay(loan.payoff(on=date(2025, 6, 1)).total, on=date(2025, 6, 1), ref="回单1")
    database.admit(paid, under=RULES, on=date(2025, 6, 1))
    assert database.loan() == paid


# --- what is kept


@pytest.mark.parametrize("span", [{"since": "x"}, {"until": "x"}, {"since": MAY, "until": 5}])
def test_a_path_is_asked_for_with_days(database, span):
    database.keep(a_fund(100))
    with database.refuses(
        InvalidDate, "periods.invalid_date", value=list(span.values())[-1], limit="datetime.date"
    ) as uow:
        uow.leverage_path("F-01", under=RULES, **span)


def test_before_the_first_rule_there_is_no_leverage_on_the_first_of_all_days_either(database):
    database.keep(a_fund(100))
    known = (RULES.leverage_cap.first_day, date.max)
    for ask in (
        lambda uow: uow.leverage("F-01", under=RULES, as_of=date.min),
        lambda uow: uow.leverage_path("F-01", under=RULES, since=date.min),
    ):
        with database.refuses(
            NotInForce, "policy.not_in_force", value=date.min, limit=known
        ) as uow:
            ask(uow)


def test_the_path_in_the_book_is_that_of_fund_and_loans(database):
    fund = a_fund(100_000).deposit(cny(50_000), on=JULY, ref="财预2")
    loans = [bullet(), bullet("HT-2", on=JULY, yuan=200_000)]
    database.keep(fund)
    database.admit(*loans, under=RULES)
    with database.work() as uow:
        for span in ({}, {"since": JUNE}, {"until": JUNE}, {"since": JULY, "until": JULY}):
            kept = uow.leverage_path("F-01", under=RULES, **span)
            assert kept == leverage_path(fund, loans, under=RULES, **span)
    with database.refuses(
        NotFound, "store.not_found", value="F-02", limit="a fund of book 990101"
    ) as uow:
        uow.leverage_path("F-02", under=RULES)


def test_every_kind_of_entry_comes_back_as_it_was(database):
    fund = a_fund(1_000)
    for number, (kind, parts) in enumerate(EVERY_KIND, start=1):
        fund = fund.with_entry(kind, on=MAY, ref=f"凭{number}", booked_on=JUNE, **parts)
    fund = fund.reverse(2, on=JULY, ref="冲1")
    assert {entry.kind for entry in fund.entries} == set(Kind)
    with database.work() as uow:
        uow._writer.save_tested(fund, under=RULES, on=date(2009, 1, 1))
        assert uow.funds.get("F-01") == fund


ONE = {"amount_fen": 100}
OF_LOAN = {"loan_id": "HT-1"}
EVERY_KIND = [
    (Kind.TOP_UP, ONE | {"level": Level.CITY}),
    (Kind.PLEDGE, ONE | {"until": JULY, "level": Level.COUNTY}),
    (Kind.DEPOSIT, ONE | {"against": "凭2"}),
    (Kind.WITHDRAWAL, ONE),
    (Kind.ADVANCE, ONE),
    (Kind.ADVANCE_RETURN, ONE | {"against": "凭5"}),
    (Kind.CLAIM_FILING, ONE | OF_LOAN | {"papers": (("chasing_record", "催,1"), ("合同", '"'))}),
    (Kind.CLAIM_APPROVAL, OF_LOAN | {"against": "凭7"}),
    (Kind.CLAIM_PAYOUT, ONE | OF_LOAN | {"against": "凭7"}),
    (Kind.UPPER_SHARE, {"amount_fen": 15, "level": Level.PROVINCE} | OF_LOAN),
    (Kind.RECOVERY, {"amount_fen": 40, "reason": "court"} | OF_LOAN),
    (Kind.UPPER_RETURN, {"amount_fen": 6, "level": Level.PROVINCE} | OF_LOAN),
    (Kind.WRITE_OFF, {"amount_fen": 60, "reason": "批复 1"} | OF_LOAN),
    (Kind.CLAIM_FILING, ONE | {"loan_id": "HT-2"}),
    (Kind.CLAIM_REJECTION, {"loan_id": "HT-2", "against": "凭14", "reason": "材料不全"}),
    (Kind.INTEREST, ONE),
    (Kind.CAPITALIZATION, {"amount_fen": 50}),
    (Kind.REWARD, ONE | {"level": Level.CENTRAL}),
    (Kind.FEE, ONE),
    (Kind.EXPENSE, ONE | {"reason": "办公费"}),
    (Kind.ACCOUNT, {"account": "A-1", "lender": "BANK-1"}),
    (Kind.TRANSFER, ONE | {"to_account": "A-1"}),
    (
        Kind.COMMITMENT,
        ONE
        | {"loan_id": "HT-9", "lender": "BANK-1", "until": JULY}
        | {"groups": frozenset({"veteran", "渔民"})},
    ),
    (Kind.RELEASE, {"against": "凭23"}),
    (Kind.CAP_DECISION, {"multiple": 8, "until": JULY, "part_fen": 95, "whole_fen": 100}),
    (Kind.SUBLIMIT, ONE | {"groups": frozenset({"veteran"}), "until": JULY}),
    (Kind.SUSPENSION, {"lender": "BANK-1", "reason": "不良率", "part_fen": 1, "whole_fen": 5}),
    (Kind.LIFTING, {"lender": "BANK-1"}),
    (Kind.LENDER_RECOVERY, OF_LOAN | {"reason": "collateral"}),
]


def test_what_a_guarantee_names_comes_back_as_it_was(database):
    promise = Guarantee(
        fund_id="F-01",
        coverage=percent("70"),
        claimable_after_days=90,
        evidence=frozenset({"loan_contract", "催收记录"}),
        recovery_order=RecoveryOrder.LENDER_FIRST,
        upper=(
            UpperShare(level=Level.PROVINCE, share=percent("15")),
            UpperShare(level=Level.CITY, share=percent("10")),
        ),
    )
    database.keep(a_fund())
    database.admit(bullet(guarantee=promise), under=RULES)
    assert database.loan().guarantee == promise
    assert database.sql("SELECT evidence, recovery_order, upper FROM microloan_loan") == [
        ("loan_contract,催收记录", "lender_first", "province:0.15 city:0.1")
    ]
