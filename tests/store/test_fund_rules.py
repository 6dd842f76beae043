"""What limits a fund is read from entries that are those that were written, or not at all."""

from datetime import date

import pytest

from histories import RULES, a_fund, a_loan
from microloan import (
    ChainBroken,
    LenderSuspended,
    MicroloanError,
    cny,
    lift_suspension,
    set_sublimit,
    suspend_lender,
)

MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)
APPROVAL = {"lender": "BANK-1", "lapses_on": date(2024, 9, 1), "under": RULES, "on": JUNE}


def suspended():
    """A fund that gives BANK-1 no new guarantees from May on; its second entry says so."""
    return suspend_lender(a_fund(100_000), "BANK-1", reason="不良", on=MAY, ref="停1")


def tamper(database, change):
    """Change the second entry of the fund past the library."""
    database.sql(f"UPDATE microloan_fund_entry SET {change} WHERE number = 2")


ASKING = {
    "admit": lambda uow: uow.admit(a_loan(disbursed_on=JUNE), under=RULES, on=JUNE),
    "approve": lambda uow: uow.funds.approve("F-01", "HT-1", cny(1), ref="批1", **APPROVAL),
    "withdraw": lambda uow: uow.funds.withdraw("F-01", cny(1), under=RULES, on=JUNE, ref="出1"),
    "reverse": lambda uow: uow.funds.reverse("F-01", 2, under=RULES, on=JUNE, ref="冲1"),
    "leverage": lambda uow: uow.leverage("F-01", under=RULES, as_of=JUNE),
    "leverage_path": lambda uow: uow.leverage_path("F-01", under=RULES),
}


@pytest.mark.parametrize(
    "change",
    ["lender_id = 'BANK-9'", "kind = 'lifting'", "kind = 'xx'", "papers = '{'", "level = 'moon'"],
)
@pytest.mark.parametrize("way", sorted(ASKING))
def test_a_fund_that_was_changed_behind_the_book_limits_nothing_and_lets_nothing_pass(
    database, way, change
):
    database.keep(suspended())
    tamper(database, change)
    with database.refuses(
        ChainBroken,
        "store.chain_broken",
        value="entry 2",
        limit="the stored hash chain",
        says="F-01: entry 2 is not what was written",
    ) as uow:
        ASKING[way](uow)


def test_a_day_that_is_none_is_found_too(database):
    database.keep(suspended())
    tamper(database, "until_on = 'May'")
    with database.refuses(
        ChainBroken, "store.chain_broken", value="a day", limit="the stored hash chain"
    ) as uow:
        ASKING["admit"](uow)


def test_a_limit_set_in_the_same_transaction_is_seen(database):
    database.keep(a_fund(100_000))
    with database.work() as uow:
        assert uow.leverage("F-01", under=RULES, as_of=JUNE).exposure == cny(0)
        uow.save(suspend_lender(uow.funds.get("F-01"), "BANK-1", reason="停", on=MAY, ref="停1"))
        with pytest.raises(LenderSuspended):
            ASKING["admit"](uow)
        uow.save(lift_suspension(uow.funds.get("F-01"), "BANK-1", on=JUNE, ref="复1"))
        ASKING["admit"](uow)


def test_a_limit_of_an_act_that_was_refused_is_forgotten(database):
    database.keep(a_fund(100_000))
    with database.work() as uow:
        limited = set_sublimit(uow.funds.get("F-01"), cny(1), lender="BANK-1", on=MAY, ref="限1")
        with pytest.raises(MicroloanError, match="admit"):
            uow.save(limited, a_loan())  # the loan is not admitted, so nothing of it is saved
        ASKING["admit"](uow)


def test_after_a_commit_the_entries_are_checked_again(database):
    database.keep(suspended())
    with database.work() as uow:
        assert uow.leverage("F-01", under=RULES, as_of=JUNE).exposure == cny(0)
        uow.commit()
        tamper(database, "lender_id = 'BANK-9'")
        with pytest.raises(ChainBroken):
            ASKING["admit"](uow)
