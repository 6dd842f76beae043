"""The fund: its money, and what it stands behind against its cap."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from histories import PROMISE, RULES, a_fund, a_loan, pays, refused
from microloan import (
    ZERO,
    Dated,
    Evidence,
    FundEntry,
    FundEntryKind,
    GuaranteeFund,
    InsufficientBalance,
    InvalidAmount,
    InvalidDate,
    InvalidHistory,
    InvalidIdentity,
    InvalidTerms,
    Leverage,
    LeverageExceeded,
    NotInForce,
    NotReversible,
    Provision,
    RefConflict,
    cap_in_force,
    claim_filings,
    cny,
    commitments,
    measure_leverage,
    pay_claim,
    receive_recovery,
    sublimits,
    subrogations,
    suspended_lenders,
)
from microloan.fund import balance_steps
from microloan.fund_decision import decision_in_force
from microloan.leverage import require_headroom
from microloan.sublimit import measure_sublimits

NEW_YEAR, CLAIM_DAY, LATER = date(2009, 1, 1), date(2024, 5, 25), date(2024, 9, 1)
FIVE = Provision(
    value=5,
    since=date(2002, 12, 24),
    decree="银发〔2002〕394号",
    clause="at most five times the deposits",
    read_in="a provincial rule",
    evidence=Evidence.MEMORY,
)


def claimed():
    """Fund and loan after the payout of 96,000."""
    return pay_claim(a_fund(), a_loan(), on=CLAIM_DAY, ref="P1")


def recovered(amount=50_000):
    """Fund and loan after a recovery too: of 50,000, 40,000 for the fund, 10,000 for the lender."""
    return receive_recovery(*claimed(), cny(amount), on=LATER, ref="Z1")


def leverage(exposure, balance, cap=5):
    """A leverage of amounts in fen."""
    return Leverage(
        fund_id="F-01",
        as_of=date(2024, 3, 31),
        exposure_fen=exposure,
        covered_fen=exposure * 8 // 10,
        balance_fen=balance,
        cap=replace(FIVE, value=cap),
    )


# ---- the fund's own money


def test_a_fund_begins_without_money():
    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")

    assert fund.entries == ()
    assert fund.balance(as_of=date(2100, 12, 31)) == ZERO


@pytest.mark.parametrize(("part", "what"), [("id", "a fund"), ("name", "a fund's name")])
def test_a_fund_needs_an_identity_and_a_name(part, what):
    with refused(InvalidIdentity, code="identity.invalid", value="", limit=64) as caught:
        replace(a_fund(), **{part: ""})
    assert f"the identity of {what} must" in str(caught.value)


def test_a_deposit_is_an_entry_with_its_voucher():
    fund = a_fund(0).deposit(cny(500), on=NEW_YEAR, ref="D1", booked_on=date(2009, 7, 1))

    assert fund.entries == (
        FundEntry(
            number=1,
            kind=FundEntryKind.DEPOSIT,
            on=NEW_YEAR,
            booked_on=date(2009, 7, 1),
            ref="D1",
            amount_fen=500_00,
        ),
    )
    assert a_fund().entries[0].booked_on == NEW_YEAR


def test_the_balance_counts_what_happened_by_the_end_of_the_day():
    fund = a_fund(1_000).deposit(cny(500), on=date(2010, 1, 1), ref="D2")

    assert fund.balance(as_of=date(2008, 12, 31)) == ZERO
    assert fund.balance(as_of=NEW_YEAR) == cny(1_000)
    assert fund.balance(as_of=date(2010, 1, 1)) == cny(1_500)


def test_the_balance_is_deposits_less_payouts_plus_recoveries():
    fund, _ = recovered()

    assert fund.balance(as_of=date(2024, 5, 24)) == cny(1_000_000)
    assert fund.balance(as_of=CLAIM_DAY) == cny(904_000)
    assert fund.balance(as_of=LATER) == cny(944_000)
    assert balance_steps(fund.entries) == [
        (NEW_YEAR, 1_000_000_00),
        (CLAIM_DAY, -96_000_00),
        (LATER, 40_000_00),
    ]


def test_movements_of_one_day_are_one_step():
    fund = a_fund(1_000).deposit(cny(5), on=NEW_YEAR, ref="D2")
    fund = fund.deposit(cny(7), on=date(2008, 1, 1), ref="D3")

    assert balance_steps(fund.entries) == [(date(2008, 1, 1), 7_00), (NEW_YEAR, 1_005_00)]


def test_each_kind_of_movement_is_summed_gross():
    fund, _ = recovered()

    assert fund.moved(FundEntryKind.DEPOSIT, as_of=LATER) == cny(1_000_000)
    assert fund.moved(FundEntryKind.CLAIM_PAYOUT, as_of=LATER) == cny(96_000)
    assert fund.moved(FundEntryKind.RECOVERY, as_of=LATER) == cny(40_000)
    assert fund.moved(FundEntryKind.RECOVERY, as_of=date(2024, 8, 31)) == ZERO


def test_the_same_deposit_again_changes_nothing():
    fund = a_fund()

    assert fund.deposit(cny(1_000_000), on=NEW_YEAR, ref="财预1") is fund


@pytest.mark.parametrize(
    "other", [{"amount": cny(1)}, {"on": date(2009, 1, 2)}, {"booked_on": date(2009, 1, 2)}]
)
def test_a_voucher_cannot_stand_for_two_deposits(other):
    fund = a_fund()
    act = {"amount": cny(1_000_000), "on": NEW_YEAR} | other

    with refused(
        RefConflict, code="ledger.ref_conflict", value="财预1", limit=1, keeps=fund
    ) as caught:
        fund.deposit(act.pop("amount"), ref="财预1", **act)
    assert str(caught.value) == "F-01: voucher 财预1 already stands for deposit 1 of 2009-01-01"


@pytest.mark.parametrize("amount", [cny(0), cny(-1)])
def test_a_deposit_of_nothing_is_refused(amount):
    fund = a_fund()

    with refused(
        InvalidAmount, code="money.invalid_amount", value=amount, limit=ZERO, keeps=fund
    ) as caught:
        fund.deposit(amount, on=NEW_YEAR, ref="D2")
    assert str(caught.value).startswith("a deposit must be more than 0.00")


def test_a_reversed_deposit_was_never_there():
    fund = a_fund().deposit(cny(500), on=date(2010, 1, 1), ref="D2")
    undone = fund.reverse(2, on=date(2010, 2, 1), ref="C1", booked_on=date(2010, 3, 1))

    assert undone.balance(as_of=date(2010, 1, 1)) == cny(1_000_000)
    assert undone.moved(FundEntryKind.DEPOSIT, as_of=LATER) == cny(1_000_000)
    assert undone.entries[2] == FundEntry(
        number=3,
        kind=FundEntryKind.REVERSAL,
        on=date(2010, 2, 1),
        booked_on=date(2010, 3, 1),
        ref="C1",
        undoes=2,
    )
    assert undone.reverse(2, on=date(2010, 2, 1), ref="C1", booked_on=date(2010, 3, 1)) is undone
    assert undone.deposit(cny(600), on=date(2010, 1, 1), ref="D2").balance(as_of=LATER) == cny(
        1_000_600
    )


def test_a_voucher_cannot_stand_for_two_reversals_of_the_fund():
    fund = a_fund().deposit(cny(500), on=date(2010, 1, 1), ref="D2")
    fund = fund.reverse(2, on=date(2010, 2, 1), ref="C1")

    with refused(RefConflict, code="ledger.ref_conflict", value="C1", limit=3, keeps=fund):
        fund.reverse(1, on=date(2010, 2, 1), ref="C1")


@pytest.mark.parametrize("entries", [None, 5, (1, 2), [None], "ab"])
def test_a_history_is_made_of_entries_of_a_fund(entries):
    with refused(
        InvalidHistory, code="ledger.invalid_history", value=entries, limit="entries of a fund"
    ) as caught:
        replace(a_fund(), entries=entries)
    assert str(caught.value) == f"F-01: a history is made of entries of a fund, got {entries!r}"


def test_a_history_given_as_a_list_is_kept_as_it_cannot_change():
    fund = a_fund()
    given = list(fund.entries)
    same = replace(fund, entries=given)

    given.clear()
    assert same == fund
    assert hash(same) == hash(fund)


@pytest.mark.parametrize("number", [1.0, True, "1", None])
def test_what_is_undone_is_named_by_its_number(number):
    fund = a_fund()

    for one in (fund, fund.reverse(1, on=LATER, ref="C1")):
        with refused(
            NotReversible,
            code="ledger.not_reversible",
            value=number,
            limit="a standing entry on which nothing rests",
            keeps=one,
        ):
            one.reverse(number, on=LATER, ref="C1")


def test_movements_are_summed_of_a_kind_and_not_of_its_name():
    with refused(InvalidTerms, code="terms.invalid", value="deposit", limit="a FundEntryKind"):
        a_fund().moved("deposit", as_of=LATER)


@pytest.mark.parametrize(
    ("number", "why", "zh"),
    [
        (0, "it does not stand", "冲正"),
        (2, "a claim_payout is not undone on the fund alone", "：代偿不能仅在基金一方冲正"),
        (3, "a recovery is not undone on the fund alone", "：追偿回收不能仅在基金一方冲正"),
        (4, "it does not stand", "冲正"),
    ],
)
def test_only_a_standing_deposit_is_undone_on_the_fund_alone(number, why, zh):
    fund, _ = recovered()

    with refused(
        NotReversible,
        code="ledger.not_reversible",
        value=number,
        limit="a standing entry on which nothing rests",
        keeps=fund,
    ) as caught:
        fund.reverse(number, on=date(2025, 1, 1), ref="C1")
    assert str(caught.value) == f"F-01: entry {number} cannot be reversed: {why}"
    assert caught.value.zh.endswith(zh)


def test_a_deposit_that_has_been_used_cannot_be_undone():
    fund, _ = recovered()

    with refused(
        InsufficientBalance,
        code="fund.insufficient_balance",
        value=cny(-96_000),
        limit=ZERO,
        keeps=fund,
    ) as caught:
        fund.reverse(1, on=date(2025, 1, 1), ref="C1")
    assert str(caught.value) == "F-01: the balance on 2024-05-25 would be -96,000.00"


def test_a_reversal_before_the_deposit_it_undoes_is_refused():
    fund = a_fund().deposit(cny(500), on=date(2010, 1, 1), ref="D2")

    with refused(
        InvalidDate,
        code="periods.invalid_date",
        value=date(2009, 12, 31),
        limit=date(2010, 1, 1),
        keeps=fund,
    ) as caught:
        fund.reverse(2, on=date(2009, 12, 31), ref="C1")
    assert "F-01: an entry and its reversal" in str(caught.value)


def test_a_history_with_a_gap_is_refused():
    fund = a_fund()

    with refused(
        InvalidHistory, code="ledger.invalid_history", value=1, limit=2, keeps=fund
    ) as caught:
        replace(fund, entries=fund.entries * 2)
    assert str(caught.value) == "F-01: entry 1 cannot stand at place 2"


def test_entries_that_take_more_than_there_is_are_refused_when_they_are_read_too():
    fund, _ = claimed()
    poor = replace(fund.entries[0], amount_fen=95_999_99)

    with refused(
        InsufficientBalance, code="fund.insufficient_balance", value=cny("-0.01"), limit=ZERO
    ):
        replace(fund, entries=(poor, fund.entries[1]))
    just_enough = replace(fund.entries[0], amount_fen=96_000_00)
    assert replace(fund, entries=(just_enough, fund.entries[1])).balance(as_of=LATER) == ZERO


# ---- leverage


def test_headroom_is_the_cap_times_the_balance_less_the_exposure():
    measured = leverage(300_000_00, 100_000_00)

    assert (measured.limit, measured.headroom) == (cny(500_000), cny(200_000))
    assert (measured.exposure, measured.covered_exposure) == (cny(300_000), cny(240_000))
    assert (measured.balance, measured.top_up) == (cny(100_000), ZERO)
    assert measured.within_cap
    assert measured.multiple == Decimal("3.0000")


def test_a_fund_exactly_on_its_cap_is_within_it():
    measured = leverage(300_000_00, 60_000_00)

    assert measured.within_cap
    assert (measured.headroom, measured.top_up) == (ZERO, ZERO)
    assert measured.multiple == Decimal("5.0000")
    require_headroom(measured)


@pytest.mark.parametrize(
    ("exposure", "balance", "top_up"),
    [
        (300_000_00, 59_999_99, 1),  # 5 fen over the cap lack 1 fen of money
        (300_000_01, 60_000_00, 1),  # a fifth of a fen is a fen
        (300_000_06, 60_000_00, 2),
        (300_000_00, 0, 60_000_00),
    ],
)
def test_money_the_fund_lacks_under_the_cap_is_rounded_up(exposure, balance, top_up):
    measured = leverage(exposure, balance)

    assert measured.top_up_fen == top_up
    assert not measured.within_cap
    assert measured.headroom == ZERO
    assert leverage(exposure, balance + top_up).within_cap
    assert not leverage(exposure, balance + top_up - 1).within_cap


def test_a_fund_without_money_has_no_multiple():
    assert leverage(300_000_00, 0).multiple is None
    assert leverage(0, 0).within_cap


def test_the_multiple_is_given_to_four_places():
    # Published figures: Ningyuan, 840 to 220, is 3.81818; a city in 2009, 1,583.51 to 445, 3.55845.
    assert leverage(840_0000_00, 220_0000_00).multiple == Decimal("3.8182")
    assert leverage(1_583_5100_00, 445_0000_00).multiple == Decimal("3.5584")


def test_a_leverage_explains_itself_with_the_clause():
    assert str(leverage(300_000_00, 100_000_00).explain()) == (
        "F-01 on 2024-03-31: headroom 200,000.00\n"
        "  balance   100,000.00\n"
        "  cap       5 × balance = 500,000.00\n"
        "  exposure  300,000.00\n"
        "  multiple  3.0000\n"
        "  rule      银发〔2002〕394号: at most five times the deposits [memory]"
    )
    assert "  multiple  no balance\n" in str(leverage(1, 0).explain())


def test_standing_behind_more_than_the_cap_allows_is_refused():
    measured = leverage(300_000_00, 59_999_99)

    with refused(
        LeverageExceeded,
        code="fund.leverage_exceeded",
        value=cny(300_000),
        limit=cny("299999.95"),
    ) as caught:
        require_headroom(measured)
    assert str(caught.value) == (
        "F-01 would stand behind 300,000.00 on 2024-03-31; "
        "5 × 59,999.99 allows 299,999.95, 0.05 too much"
    )
    assert "共 0.05" in caught.value.zh


def test_the_leverage_of_a_fund_counts_the_outstanding_principal_of_its_loans():
    loans = [
        pays(a_loan("HT-1"), (10_600, date(2024, 2, 15))),
        a_loan("HT-2", guarantee=replace(PROMISE, coverage=Decimal(1))),
    ]
    measured = measure_leverage(a_fund(), loans, under=RULES, as_of=date(2024, 2, 15))

    assert (measured.fund_id, measured.as_of) == ("F-01", date(2024, 2, 15))
    assert measured.exposure == cny(230_000)
    assert measured.covered_exposure == cny(208_000)  # 80 % of 110,000 and all of 120,000
    assert measured.balance == cny(1_000_000)
    assert measured.cap.value == 5
    before = measure_leverage(a_fund(), loans, under=RULES, as_of=date(2024, 2, 14))
    assert before.exposure == cny(240_000)
    assert measure_leverage(a_fund(), loans, under=RULES, as_of=date(2024, 1, 14)).exposure == ZERO


def test_loans_of_other_funds_and_loans_without_a_guarantee_do_not_count():
    loans = [
        a_loan("HT-1", guarantee=None),
        a_loan("HT-2", guarantee=replace(PROMISE, fund_id="F-02")),
    ]

    measured = measure_leverage(a_fund(), loans, under=RULES, as_of=CLAIM_DAY)
    assert (measured.exposure, measured.covered_exposure) == (ZERO, ZERO)


def test_the_balance_and_the_cap_are_those_of_the_day():
    rules = replace(
        RULES,
        leverage_cap=Dated(
            "leverage_cap",
            ((date(2024, 1, 1), FIVE), (CLAIM_DAY, replace(FIVE, value=10))),
        ),
    )
    fund, loan = claimed()

    eve = measure_leverage(fund, [loan], under=rules, as_of=date(2024, 5, 24))
    assert (eve.cap.value, eve.balance, eve.exposure) == (5, cny(1_000_000), cny(120_000))
    day = measure_leverage(fund, [loan], under=rules, as_of=CLAIM_DAY)
    assert (day.cap.value, day.balance, day.exposure) == (10, cny(904_000), ZERO)


def test_a_leverage_before_the_first_rule_is_refused():
    with pytest.raises(NotInForce, match="leverage_cap"):
        measure_leverage(a_fund(), [], under=RULES, as_of=date(2002, 12, 23))


@pytest.mark.parametrize("day", [datetime(2024, 9, 1, tzinfo=UTC), "2024-09-01"])
def test_an_act_of_the_fund_on_anything_but_a_plain_day_is_refused(day):
    fund = a_fund()

    for what, act in {
        "an entry": lambda: fund.deposit(cny(1), on=day, ref="D2"),
        "a reversal": lambda: fund.reverse(1, on=day, ref="C1"),
    }.items():
        with refused(
            InvalidDate, code="periods.invalid_date", value=day, limit="datetime.date", keeps=fund
        ) as caught:
            act()
        assert f"the day of {what} must" in str(caught.value)


ENTRIES_ASKED = {
    "sublimits": lambda given: sublimits(given, as_of=LATER),
    "measure_sublimits": lambda given: measure_sublimits(given, [], fund_id="F", as_of=LATER),
    "suspended_lenders": lambda given: suspended_lenders(given, as_of=LATER),
    "claim_filings": lambda given: claim_filings(given, as_of=LATER),
    "subrogations": lambda given: subrogations(given, as_of=LATER),
    "commitments": lambda given: commitments(given, [], fund_id="F", as_of=LATER),
    "cap_in_force": lambda given: cap_in_force(given, under=RULES, on=LATER),
    "decision_in_force": lambda given: decision_in_force(given, under=RULES, on=LATER),
    "balance_steps": balance_steps,
}


@pytest.mark.parametrize("name", ENTRIES_ASKED)
def test_what_is_no_entry_of_a_fund_is_refused_by_its_type(name):
    line = a_fund().entries[0]
    for given, kind in ((None, "NoneType"), (line, "FundEntry"), ([line, 5], "int"), ("x", "str")):
        with refused(
            InvalidTerms, code="terms.invalid", value=kind, limit="several FundEntry"
        ) as caught:
            ENTRIES_ASKED[name](given)
        assert str(caught.value) == f"the entries must be several FundEntry, got {kind}"
        assert caught.value.zh.startswith("基金流水应为")
