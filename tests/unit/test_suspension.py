"""A bank for which the fund gives no new guarantees."""

from datetime import date

from histories import a_fund, refused
from microloan import LenderSuspended, cny, lift_suspension, suspend_lender, suspended_lenders
from microloan.commitment import with_commitment
from microloan.suspension import require_active_lender

SPRING, SUMMER, AUTUMN = date(2024, 4, 1), date(2024, 7, 1), date(2024, 9, 1)
REASON = "不良率 20.00%"


def suspended(fund=None, *, on=SPRING, ref="停1", reason=REASON):
    """A fund that suspended BANK-1, by default on 1 April."""
    return suspend_lender(
        a_fund() if fund is None else fund, "BANK-1", reason=reason, on=on, ref=ref
    )


def active(fund, on, lender="BANK-1"):
    """Whether the bank gets new guarantees on a day; both questions must agree."""
    free = lender not in suspended_lenders(fund.entries, as_of=on)
    try:
        require_active_lender(fund.entries, lender, fund_id=fund.id, on=on)
    except LenderSuspended:
        assert not free
    else:
        assert free
    return free


def test_a_suspension_holds_from_its_day_until_the_eve_of_the_lifting():
    fund = lift_suspension(suspended(), "BANK-1", on=SUMMER, ref="复1")

    assert active(fund, date(2024, 3, 31))
    assert not active(fund, SPRING)
    assert not active(fund, date(2024, 6, 30))
    assert active(fund, SUMMER)


def test_the_refusal_names_bank_day_and_reason():
    fund = suspended()

    with refused(
        LenderSuspended, code="fund.lender_suspended", value="BANK-1", limit=SPRING, keeps=fund
    ) as caught:
        require_active_lender(fund.entries, "BANK-1", fund_id="F-01", on=SUMMER)
    assert str(caught.value) == (
        "F-01 gives no new guarantees for BANK-1 on 2024-07-01: "
        "suspended since 2024-04-01, 不良率 20.00%"
    )
    assert caught.value.zh == "F-01 自 2024-04-01 起暂停为 BANK-1 新增担保（不良率 20.00%）"


def test_a_suspension_that_was_confirmed_runs_since_its_first_day():
    fund = suspended(suspended(), on=SUMMER, ref="停2", reason="未整改")

    with refused(LenderSuspended, code="fund.lender_suspended", value="BANK-1", limit=SPRING):
        require_active_lender(fund.entries, "BANK-1", fund_id="F-01", on=AUTUMN)


def test_a_bank_that_was_suspended_again_is_so_since_the_second_time():
    fund = lift_suspension(suspended(), "BANK-1", on=SUMMER, ref="复1")
    fund = suspended(fund, on=AUTUMN, ref="停2")

    assert active(fund, date(2024, 8, 31))
    with refused(LenderSuspended, code="fund.lender_suspended", value="BANK-1", limit=AUTUMN):
        require_active_lender(fund.entries, "BANK-1", fund_id="F-01", on=AUTUMN)


def test_days_decide_and_not_the_order_in_which_they_became_known():
    fund = suspended(suspended(on=AUTUMN, ref="停2"), on=SPRING)
    fund = lift_suspension(fund, "BANK-1", on=SUMMER, ref="复1")

    assert [active(fund, day) for day in (SPRING, SUMMER, AUTUMN)] == [False, True, False]


def test_other_banks_are_not_concerned():
    fund = lift_suspension(
        suspend_lender(suspended(), "BANK-2", reason="x", on=SPRING, ref="停2"),
        "BANK-2",
        on=SUMMER,
        ref="复2",
    )

    assert not active(fund, AUTUMN)
    assert active(fund, AUTUMN, "BANK-2")
    assert active(fund, AUTUMN, "BANK-3")


def test_what_was_approved_for_the_bank_is_no_suspension():
    fund = with_commitment(
        a_fund(),
        "HT-9",
        cny(1),
        lender="BANK-1",
        lapses_on=AUTUMN,
        on=SPRING,
        ref="批1",
    )

    assert active(fund, SUMMER)


def test_a_suspension_that_was_undone_never_was():
    fund = suspended().reverse(2, on=SUMMER, ref="冲1")

    assert active(fund, SPRING)
