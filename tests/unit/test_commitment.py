"""Loans approved and not yet paid out: what limits them, and how long they take room."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from histories import PROMISE, RULES, a_fund, a_loan, pays_on_time, refused
from microloan import (
    ZERO,
    FundEntry,
    FundEntryKind,
    InvalidAmount,
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    LenderSuspended,
    LeverageExceeded,
    NotGuaranteed,
    NothingToAnswer,
    NotInForce,
    Quotient,
    RefConflict,
    SubLimitExceeded,
    cny,
    disburse,
    lift_suspension,
    measure_leverage,
    raise_cap,
    set_sublimit,
    suspend_lender,
)
from microloan.commitment import (
    Commitment,
    approve_loan,
    commitments,
    release_commitment,
    require_not_lent,
    with_commitment,
)

DAY, LAPSE = date(2024, 2, 1), date(2024, 5, 1)
USUAL = {"lender": "BANK-1", "lapses_on": LAPSE, "on": DAY, "ref": "批1"}


def approved(fund=None, amount=60_000, *, loan_id="HT-2", loans=(), under=RULES, **doing):
    """A fund that approved a loan, by default HT-2 over 60,000 from 1 February to 30 April."""
    fund = a_fund(100_000) if fund is None else fund
    return approve_loan(fund, loans, loan_id, cny(amount), under=under, **USUAL | doing)


def appended(fund=None, amount=60_000, *, loan_id="HT-2", **doing):
    """The same without any test."""
    fund = a_fund(100_000) if fund is None else fund
    return with_commitment(fund, loan_id, cny(amount), **USUAL | doing)


def open_on(fund, day, loans=(), fund_id="F-01"):
    """What each approval of a fund takes of its room on a day."""
    listed = commitments(fund.entries, loans, fund_id=fund_id, as_of=day)
    return {one.ref: one.open for one in listed}


# ---- the act


def test_an_approval_is_one_entry_and_the_same_again_changes_nothing():
    doing = {"groups": {"veteran"}, "booked_on": date(2024, 3, 1)}
    fund = approved(**doing)

    assert fund.entries[1] == FundEntry(
        number=2,
        kind=FundEntryKind.COMMITMENT,
        on=DAY,
        booked_on=date(2024, 3, 1),
        ref="批1",
        amount_fen=60_000_00,
        loan_id="HT-2",
        lender="BANK-1",
        groups=frozenset({"veteran"}),
        until=LAPSE,
    )
    assert approved(fund, **doing) is fund
    assert appended(**doing) == fund
    assert fund.balance(as_of=LAPSE) == cny(100_000)


def test_groups_may_be_given_one_after_the_other():
    fund = approved(groups=(group for group in ("veteran", "disabled")))

    assert fund.entries[1].groups == {"veteran", "disabled"}


def test_as_much_may_be_approved_as_the_cap_leaves_and_not_a_fen_more():
    """5 × 100,000 bear 500,000; 120,000 are lent, so 380,000 may be approved."""
    fund, loans = a_fund(100_000), [a_loan()]
    full = approved(fund, 380_000, loans=loans)

    assert measure_leverage(full, loans, under=RULES, as_of=DAY).headroom == ZERO
    with refused(
        LeverageExceeded,
        code="fund.leverage_exceeded",
        value=cny("500000.01"),
        limit=cny(500_000),
        keeps=fund,
    ) as caught:
        approved(fund, "380000.01", loans=loans)
    assert str(caught.value) == (
        "F-01 would stand behind 500,000.01 on 2024-02-01, 380,000.01 of it approved; "
        "5 × 100,000.00 allows 500,000.00, 0.01 too much"
    )


def test_other_approvals_take_room_until_they_lapse():
    fund = approved(amount=400_000)

    with refused(
        LeverageExceeded,
        code="fund.leverage_exceeded",
        value=cny("500000.01"),
        limit=cny(500_000),
        keeps=fund,
    ):
        approved(fund, "100000.01", loan_id="HT-3", ref="批2")
    with pytest.raises(LeverageExceeded, match="on 2024-04-30"):
        approved(fund, 500_000, loan_id="HT-3", ref="批2", on=date(2024, 4, 30))
    after = {"on": LAPSE, "lapses_on": date(2024, 8, 1), "ref": "批2"}
    assert open_on(approved(fund, 500_000, loan_id="HT-3", **after), LAPSE) == {
        "批1": ZERO,
        "批2": cny(500_000),
    }


def test_an_approval_is_tested_on_every_later_day():
    """A loan of March is in the book already when February's approval is entered."""
    march = a_loan(disbursed_on=date(2024, 3, 15))

    with pytest.raises(LeverageExceeded, match=r"500,000.01 on 2024-03-15, 380,000.01 of it"):
        approved(amount="380000.01", loans=[march])
    fund = a_fund(100_000)
    early = {"lapses_on": date(2024, 3, 15)}  # what was approved is lent by then, and owed
    with refused(
        LeverageExceeded,
        code="fund.leverage_exceeded",
        value=cny("500000.01"),
        limit=cny(500_000),
        keeps=fund,
    ):
        approved(fund, "380000.01", loans=[march], **early)
    assert open_on(approved(fund, 380_000, loans=[march], **early), DAY) == {"批1": cny(380_000)}


def test_other_approvals_are_tested_as_though_they_did_not_lapse():
    """HT-2 is approved for one day; its loan is to be lent on it, and HT-3's for as long."""
    fund = approved(amount=400_000, lapses_on=date(2024, 2, 2))
    later = {"loan_id": "HT-3", "ref": "批2"}

    with pytest.raises(LeverageExceeded, match=r"500,000.01 on 2024-02-01, 500,000.01 of it"):
        approved(fund, "100000.01", **later)
    lent_in_march = a_loan("HT-4", principal=cny("0.01"), disbursed_on=date(2024, 3, 1))
    with pytest.raises(LeverageExceeded, match=r"would stand behind 500,000.01 on 2024-03-01"):
        approved(fund, 100_000, loans=[lent_in_march], **later)
    assert len(approved(fund, 500_000, on=date(2024, 2, 2), **later).entries) == 3


def test_limits_are_tested_as_though_approvals_did_not_lapse():
    fund = set_sublimit(a_fund(), cny(60_000), lender="BANK-1", on=DAY, ref="限1")
    march = a_loan("HT-4", principal=cny("0.01"), disbursed_on=date(2024, 3, 1))

    with pytest.raises(SubLimitExceeded, match=r"60,000.01 would be used on 2024-03-01"):
        approved(fund, loans=[march], lapses_on=date(2024, 2, 2))
    assert len(approved(fund, "59999.99", loans=[march], lapses_on=date(2024, 2, 2)).entries) == 3


def test_days_before_the_approval_are_not_tested():
    """120,000 were lent by a fund without money in 2024; they are repaid when money comes."""
    repaid = pays_on_time(a_loan(), 1, 12)
    fund = a_fund(0).deposit(cny(100), on=date(2025, 2, 1), ref="财预2")
    later = {"on": date(2025, 2, 1), "lapses_on": date(2025, 3, 1)}

    assert len(approved(fund, 500, loans=[repaid], **later).entries) == 2
    with pytest.raises(LeverageExceeded, match="2025-02-01"):
        approved(fund, "500.01", loans=[repaid], **later)


def test_an_approval_under_a_raised_cap_may_lapse_after_the_cap_has_fallen():
    """Ten times hold through 31 December; an approval of December may run on into March."""
    rate = Quotient(name="还款率", part=90, whole=100)
    first, last = date(2024, 12, 1), date(2025, 3, 1)
    fund = raise_cap(
        a_fund(100_000), to=10, repayment_rate=rate, under=RULES, on=date(2024, 1, 1), ref="决1"
    )
    days = {"on": first, "lapses_on": last}

    assert open_on(approved(fund, 1_000_000, **days), date(2025, 2, 28)) == {"批1": cny(1_000_000)}
    with pytest.raises(LeverageExceeded, match=r"10 × 100,000.00 allows 1,000,000.00"):
        approved(fund, "1000000.01", **days)
    with pytest.raises(LeverageExceeded, match=r"2025-01-01.* 5 × 100,000.00 allows 500,000.00"):
        approved(fund, "500000.01", on=date(2025, 1, 1), lapses_on=last)


def test_loans_of_other_funds_do_not_stand_in_the_way():
    other = a_loan("HT-3", guarantee=replace(PROMISE, fund_id="F-02"))

    fund = approved(amount=500_000, loans=[other, a_loan("HT-4", guarantee=None)])
    assert open_on(fund, DAY, [other]) == {"批1": cny(500_000)}


@pytest.mark.parametrize("paid_out", [date(2024, 1, 15), DAY, date(2024, 3, 1)])
def test_a_loan_that_another_fund_guarantees_is_not_approved(paid_out):
    fund = a_fund()
    other = a_loan("HT-2", disbursed_on=paid_out, guarantee=replace(PROMISE, fund_id="F-02"))

    with refused(
        NotGuaranteed, code="guarantee.not_guaranteed", value="F-01", limit="F-02", keeps=fund
    ) as caught:
        approved(fund, loans=[a_loan("HT-1"), other])
    assert str(caught.value) == "HT-2 is guaranteed by F-02, so F-01 cannot approve it"
    assert caught.value.zh == "HT-2 已由 F-02 担保，F-01 不能再审批"


# ---- the loan


def test_a_loan_that_was_paid_out_before_is_approved_no_more():
    fund, loan = a_fund(), a_loan("HT-2")  # paid out on 15 January

    with refused(
        RefConflict,
        code="ledger.ref_conflict",
        value="HT-2",
        limit=date(2024, 1, 15),
        keeps=fund,
    ) as caught:
        approved(fund, loans=[a_loan("HT-1"), loan])
    assert str(caught.value) == (
        "F-01: HT-2 was paid out on 2024-01-15, before its approval of 2024-02-01"
    )
    assert "早于审批日 2024-02-01" in caught.value.zh


def test_a_loan_paid_out_on_the_day_may_be_approved():
    loan, day = a_loan("HT-2"), date(2024, 1, 15)

    require_not_lent([loan], "HT-2", fund_id="F-01", on=day)
    assert len(approved(a_fund(), loans=[loan], on=day).entries) == 2


@pytest.mark.parametrize("on", [date(2024, 1, 1), date(2024, 1, 15), DAY])
def test_a_loan_paid_out_without_a_guarantee_is_not_approved_on_any_day(on):
    fund, loan = a_fund(), a_loan("HT-2", guarantee=None)

    with refused(
        RefConflict,
        code="ledger.ref_conflict",
        value="HT-2",
        limit=date(2024, 1, 15),
        keeps=fund,
    ) as caught:
        approved(fund, loans=[loan], on=on)
    assert str(caught.value) == "F-01: HT-2 was paid out on 2024-01-15 without a guarantee"
    assert caught.value.zh == "F-01：HT-2 已于 2024-01-15 放款，且无担保"


@pytest.mark.parametrize(
    ("on", "lapses_on"),
    [
        (date(2024, 4, 30), date(2024, 6, 1)),
        (date(2024, 1, 1), date(2024, 2, 2)),
        (date(2024, 3, 1), date(2024, 3, 2)),
    ],
)
def test_a_loan_is_approved_once_at_a_time(on, lapses_on):
    fund = approved()

    with refused(
        RefConflict, code="ledger.ref_conflict", value="HT-2", limit="批1", keeps=fund
    ) as caught:
        approved(fund, ref="批2", on=on, lapses_on=lapses_on)
    assert str(caught.value) == (
        "F-01: HT-2 is approved already by 批1 of 2024-02-01, in force until 2024-05-01"
    )


@pytest.mark.parametrize(("on", "lapses_on"), [(LAPSE, date(2024, 6, 1)), (date(2024, 1, 1), DAY)])
def test_a_loan_is_approved_anew_where_no_other_approval_holds(on, lapses_on):
    fund = approved(approved(), ref="批2", on=on, lapses_on=lapses_on)

    assert open_on(fund, DAY)["批1"] == cny(60_000)


def test_a_loan_is_approved_anew_from_the_day_of_its_release():
    fund = release_commitment(approved(), "批1", on=date(2024, 3, 1), ref="撤1")

    with pytest.raises(RefConflict, match="in force until 2024-03-01"):
        approved(fund, ref="批2", on=date(2024, 2, 29))
    fund = approved(fund, 70_000, ref="批2", on=date(2024, 3, 1))
    assert open_on(fund, date(2024, 3, 1)) == {"批1": ZERO, "批2": cny(70_000)}


def test_a_voucher_cannot_stand_for_two_approvals():
    fund = approved()

    with refused(
        RefConflict, code="ledger.ref_conflict", value="批1", limit=2, keeps=fund
    ) as caught:
        approved(fund, 61_000)
    assert str(caught.value) == "F-01: voucher 批1 already stands for commitment 2 of 2024-02-01"
    with refused(RefConflict, code="ledger.ref_conflict", value="批1", limit=2):
        approved(fund, loan_id="HT-3")


# ---- the bank and the limits for parts


def test_no_loan_of_a_suspended_bank_is_approved():
    fund = suspend_lender(
        a_fund(), "BANK-1", reason="不良率 20.00%", on=date(2024, 1, 31), ref="停1"
    )

    with refused(
        LenderSuspended,
        code="fund.lender_suspended",
        value="BANK-1",
        limit=date(2024, 1, 31),
        keeps=fund,
    ) as caught:
        approved(fund)
    assert str(caught.value) == (
        "F-01 gives no new guarantees for BANK-1 on 2024-02-01: "
        "suspended since 2024-01-31, 不良率 20.00%"
    )
    assert len(approved(fund, lender="BANK-2").entries) == 3
    assert len(approved(fund, on=date(2024, 1, 30)).entries) == 3
    lifted = lift_suspension(fund, "BANK-1", on=DAY, ref="复1")
    assert len(approved(lifted).entries) == 4


def test_no_more_is_approved_than_a_limit_for_the_bank_allows():
    fund = set_sublimit(a_fund(), cny(180_000), lender="BANK-1", on=date(2024, 1, 1), ref="限1")
    loans = [a_loan()]

    # 120,000 are lent by the bank, so 60,000 are left
    assert len(approved(fund, 60_000, loans=loans).entries) == 3
    with refused(
        SubLimitExceeded,
        code="fund.sublimit_exceeded",
        value=cny("180000.01"),
        limit=cny(180_000),
        keeps=fund,
    ) as caught:
        approved(fund, "60000.01", loans=loans)
    assert str(caught.value) == (
        "F-01: 180,000.01 would be used on 2024-02-01 of limit 限1 for BANK-1; "
        "it allows 180,000.00, 0.01 too much"
    )
    assert len(approved(fund, "60000.01", loans=loans, lender="BANK-2").entries) == 3


def test_a_limit_for_a_group_asks_for_the_groups_of_the_borrower():
    fund = set_sublimit(a_fund(), cny(50_000), group="veteran", on=DAY, ref="限1")

    with pytest.raises(SubLimitExceeded, match="of limit 限1 for veteran"):
        approved(fund, groups=["veteran"])
    assert len(approved(fund).entries) == 3


def test_the_bank_is_looked_at_before_the_limits_and_these_before_the_cap():
    fund = set_sublimit(a_fund(1), cny(1), lender="BANK-1", on=DAY, ref="限1")

    with pytest.raises(SubLimitExceeded):
        approved(fund)
    with pytest.raises(LenderSuspended):
        approved(suspend_lender(fund, "BANK-1", reason="停", on=DAY, ref="停1"))


def test_an_approval_that_stands_is_not_tested_again():
    fund = approved(amount=500_000)
    fund = suspend_lender(fund, "BANK-1", reason="停", on=DAY, ref="停1")
    fund = set_sublimit(fund, cny(1), lender="BANK-1", on=DAY, ref="限1")

    assert approved(fund, 500_000, loans=[a_loan(), a_loan("HT-2")]) is fund


# ---- how long it takes room


def test_an_approval_counts_from_its_day_to_the_eve_of_its_lapse():
    fund = approved()

    assert open_on(fund, date(2024, 1, 31)) == {}
    for day, room in ((DAY, 60_000), (date(2024, 4, 30), 60_000), (LAPSE, 0)):
        assert open_on(fund, day) == {"批1": cny(room)}
        assert measure_leverage(fund, [], under=RULES, as_of=day).committed == cny(room)


def test_an_approval_that_is_released_counts_no_more_from_that_day():
    fund = release_commitment(
        approved(), "批1", on=date(2024, 3, 1), ref="撤1", booked_on=date(2024, 4, 1)
    )

    assert fund.entries[2] == FundEntry(
        number=3,
        kind=FundEntryKind.RELEASE,
        on=date(2024, 3, 1),
        booked_on=date(2024, 4, 1),
        ref="撤1",
        against="批1",
    )
    [eve] = commitments(fund.entries, [], fund_id="F-01", as_of=date(2024, 2, 29))
    assert (eve.open, eve.released_on) == (cny(60_000), None)
    [day] = commitments(fund.entries, [], fund_id="F-01", as_of=date(2024, 3, 1))
    assert (day.open, day.released_on) == (ZERO, date(2024, 3, 1))
    again = release_commitment(
        fund, "批1", on=date(2024, 3, 1), ref="撤1", booked_on=date(2024, 4, 1)
    )
    assert again is fund


def test_what_is_paid_out_is_approved_no_more():
    """60,000 approved; 40,000 paid out in March, 25,000 in April: 20,000 open, then nothing."""
    fund = approved()
    loan = a_loan("HT-2", principal=cny(65_000), disbursed=40_000, disbursed_on=date(2024, 3, 15))
    loan = disburse(loan, cny(25_000), on=date(2024, 4, 15), ref="放2")

    assert open_on(fund, date(2024, 3, 14), [loan]) == {"批1": cny(60_000)}
    [march] = commitments(fund.entries, [loan], fund_id="F-01", as_of=date(2024, 3, 15))
    assert (march.approved, march.paid_out, march.open) == (
        cny(60_000),
        cny(40_000),
        cny(20_000),
    )
    [april] = commitments(fund.entries, [loan], fund_id="F-01", as_of=date(2024, 4, 15))
    assert april == Commitment(
        ref="批1",
        on=DAY,
        loan_id="HT-2",
        lender="BANK-1",
        groups=frozenset(),
        approved_fen=60_000_00,
        paid_out_fen=65_000_00,
        open_fen=0,
        lapses_on=LAPSE,
        released_on=None,
    )
    # 40,000 of exposure and 20,000 approved: as much as was approved
    day = measure_leverage(fund, [loan], under=RULES, as_of=date(2024, 3, 15))
    assert (day.exposure, day.committed) == (cny(40_000), cny(20_000))


def test_the_loan_of_another_fund_uses_no_approval():
    fund = approved()
    loan = a_loan(
        "HT-2", disbursed_on=date(2024, 3, 15), guarantee=replace(PROMISE, fund_id="F-02")
    )

    assert open_on(fund, LAPSE.replace(day=1, month=4), [loan]) == {"批1": cny(60_000)}
    assert open_on(fund, date(2024, 4, 1), [replace(loan, guarantee=None)]) == {"批1": cny(60_000)}


def test_approvals_stand_in_order_of_their_days():
    fund = approved(approved(ref="批2", on=date(2024, 3, 1)), 1, loan_id="HT-3", ref="批1")

    assert list(open_on(fund, LAPSE)) == ["批1", "批2"]


def test_an_approval_that_was_undone_never_was():
    fund = approved().reverse(2, on=LAPSE, ref="冲1")

    assert open_on(fund, DAY) == {}
    assert open_on(approved(fund, ref="批2"), DAY) == {"批2": cny(60_000)}


# ---- what is refused besides


@pytest.mark.parametrize("amount", [ZERO, cny("-0.01")])
def test_an_approval_of_nothing_is_refused(amount):
    fund = a_fund()

    with refused(
        InvalidAmount, code="money.invalid_amount", value=amount, limit=ZERO, keeps=fund
    ) as caught:
        approve_loan(fund, [], "HT-2", amount, under=RULES, **USUAL)
    assert str(caught.value).startswith("an approval must be more than 0.00 yuan")


@pytest.mark.parametrize("lapses_on", [DAY, date(2024, 1, 31)])
def test_an_approval_holds_for_a_day_at_least(lapses_on):
    with refused(
        InvalidDate, code="periods.invalid_date", value=lapses_on, limit=date(2024, 2, 2)
    ) as caught:
        approved(lapses_on=lapses_on)
    assert str(caught.value) == (
        f"HT-2: an approval lapses the day after it at the earliest: "
        f"{lapses_on} is before 2024-02-02"
    )
    assert open_on(approved(lapses_on=date(2024, 2, 2)), DAY) == {"批1": cny(60_000)}


@pytest.mark.parametrize(
    ("part", "what"), [("on", "an approval"), ("lapses_on", "the lapse of an approval")]
)
def test_an_approval_has_plain_days(part, what):
    moment = datetime(2024, 2, 3, tzinfo=UTC)
    with refused(
        InvalidDate, code="periods.invalid_date", value=moment, limit="datetime.date"
    ) as caught:
        approved(**{part: moment})
    assert f"the day of {what} must" in str(caught.value)


def test_an_approval_names_a_loan_and_a_bank():
    unsaid = {"value": "a text of 5 characters", "limit": 64}
    with refused(InvalidIdentity, code="identity.invalid", **unsaid):
        approved(loan_id=" HT-2")
    unsaid = {"value": "a text of 6 characters", "limit": 64}
    with refused(InvalidIdentity, code="identity.invalid", **unsaid):
        approved(lender="BANK\n1")


@pytest.mark.parametrize("act", [approved, appended])
def test_groups_are_a_set_of_codes(act):
    with refused(
        InvalidTerms, code="terms.invalid", value="veteran", limit="a set of codes"
    ) as caught:
        act(groups="veteran")
    assert str(caught.value) == "groups must be a set of codes, got veteran"
    assert caught.value.zh == "人员类别应为 a set of codes，实为 veteran"


@pytest.mark.parametrize("groups", [None, 5, [[]], ["veteran", 5]])
@pytest.mark.parametrize("act", [approved, appended])
def test_groups_that_are_no_codes_are_refused_by_name(act, groups):
    with refused(InvalidTerms, code="terms.invalid", value=groups, limit="a set of codes"):
        act(groups=groups)


def test_money_from_before_the_first_rule_does_not_stand_in_the_way():
    fund = a_fund(0).deposit(cny(100_000), on=date(2000, 1, 1), ref="财预0")

    assert len(approved(fund, 500_000).entries) == 2


def test_before_the_first_rule_nothing_can_be_approved():
    with pytest.raises(NotInForce, match="leverage_cap"):
        approved(on=date(2002, 12, 23), lapses_on=date(2002, 12, 25))


@pytest.mark.parametrize(
    ("commitment", "on", "why"),
    [
        ("批9", DAY, "it does not stand on that day"),
        ("批1", date(2024, 1, 31), "it does not stand on that day"),
        ("批1", LAPSE, "it has lapsed"),
    ],
)
def test_only_an_approval_that_holds_is_released(commitment, on, why):
    fund = approved()

    with refused(
        NothingToAnswer,
        code="fund.nothing_to_answer",
        value=commitment,
        limit="an earlier act that stands, and no more than it",
        keeps=fund,
    ) as caught:
        release_commitment(fund, commitment, on=on, ref="撤1")
    assert why in str(caught.value)


def test_an_approval_is_released_once():
    fund = release_commitment(approved(), "批1", on=DAY, ref="撤1")

    with pytest.raises(NothingToAnswer, match="it was answered before"):
        release_commitment(fund, "批1", on=DAY, ref="撤2")
    with refused(RefConflict, code="ledger.ref_conflict", value="撤1", limit=3, keeps=fund):
        release_commitment(fund, "批1", on=date(2024, 2, 2), ref="撤1")
