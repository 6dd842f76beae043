"""What limits a fund is read from entries that are those that were written, or not at all."""

from datetime import date

import pytest
from sqlalchemy import event

from histories import RULES, a_fund, a_loan
from microloan import (
    ChainBroken,
    InvalidIdentity,
    LenderSuspended,
    MicroloanError,
    Quotient,
    cny,
    lift_suspension,
    raise_cap,
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
    database.tamper(f"UPDATE microloan_fund_entry SET {change} WHERE number = 2")


ASKING = {
    "admit": lambda uow: uow.admit(a_loan(disbursed_on=JUNE), under=RULES, on=JUNE),
    "approve": lambda uow: uow.funds.approve("F-01", "HT-1", cny(1), ref="批1", **APPROVAL),
    "withdraw": lambda uow: uow.funds.withdraw("F-01", cny(1), under=RULES, on=JUNE, ref="出1"),
    "reverse": lambda uow: uow.funds.reverse("F-01", 2, under=RULES, on=JUNE, ref="冲1"),
    "leverage": lambda uow: uow.leverage("F-01", under=RULES, as_of=JUNE),
    "leverage_path": lambda uow: uow.leverage_path("F-01", under=RULES),
}


WHOLE = ("approve", "withdraw", "reverse")
"""What reads the whole fund, and so sees also a row that is not what it was asked for as."""
GOOD = Quotient(name="还款率", part=95, whole=100)


def decided():
    """A fund that may go to eight times; its second entry says so."""
    return raise_cap(a_fund(100_000), to=8, repayment_rate=GOOD, under=RULES, on=MAY, ref="决1")


@pytest.mark.parametrize(
    ("way", "fund", "change"),
    [
        *((way, suspended, "kind = 'xx'") for way in WHOLE),
        *((way, suspended, "kind = 'deposit'") for way in WHOLE),
        *((way, decided, "multiple = 10") for way in sorted(ASKING)),
        *((way, decided, "papers = '{'") for way in sorted(ASKING)),
        *((way, suspended, "kind = 'lifting'") for way in ("admit", *WHOLE)),
        *((way, suspended, "lender_id = 'BANK-9'") for way in ("admit", *WHOLE)),
        *((way, suspended, "level = 'moon'") for way in ("admit", *WHOLE)),
    ],
)
def test_a_fund_that_was_changed_behind_the_book_limits_nothing_and_lets_nothing_pass(
    database, way, fund, change
):
    database.keep(fund())
    tamper(database, change)
    with database.refuses(
        ChainBroken,
        "store.chain_broken",
        value="entry 2",
        limit="the stored hash chain",
        says="F-01: entry 2 is not what was written",
    ) as uow:
        ASKING[way](uow)


@pytest.mark.only("sqlite", "PostgreSQL keeps nothing but days in a DATE column")
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


def test_a_changed_disbursement_under_an_approval_is_found(database):
    database.keep(a_fund(100_000))
    with database.work() as uow:
        uow.funds.approve("F-01", "HT-1", cny(200_000), ref="批1", **APPROVAL)
        uow.admit(a_loan(disbursed_on=JUNE), under=RULES, on=JUNE)
        uow.commit()
    database.tamper("UPDATE microloan_loan_entry SET principal_fen = 1 WHERE number = 1")
    with database.refuses(
        ChainBroken,
        "store.chain_broken",
        value="entry 1",
        limit="the stored hash chain",
        says="HT-1: entry 1 is not what was written",
    ) as uow:
        ASKING["withdraw"](uow)


@pytest.mark.parametrize("name", [[5], 5, None, ""])
@pytest.mark.parametrize("way", ["leverage", "leverage_path"])
def test_a_fund_is_asked_for_by_its_code(database, way, name):
    value = "list" if isinstance(name, list) else name
    with database.refuses(InvalidIdentity, "identity.invalid", value=value, limit=64) as uow:
        getattr(uow, way)(name, under=RULES, **({"as_of": JUNE} if way == "leverage" else {}))


def rows_read(database, way):
    """How many rows the queries of a question come to."""
    asked = []

    def note(*event_parts):
        _, _, statement, parameters, *_ = event_parts
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    with database.work() as uow:
        event.listen(uow._connection, "before_cursor_execute", note)
        try:
            ASKING[way](uow)
        finally:
            event.remove(uow._connection, "before_cursor_execute", note)
    with database.engine.connect() as connection:
        answers = [connection.exec_driver_sql(*question).all() for question in asked]
    return sum(map(len, answers))


@pytest.mark.parametrize("way", ["admit", "leverage", "leverage_path"])
def test_a_question_reads_as_many_rows_of_a_long_history_as_of_a_short_one(database, way):
    fund = decided().deposit(cny(1), on=MAY, ref="财预2")
    database.keep(fund)
    short = rows_read(database, way)
    for number in range(200):
        fund = fund.deposit(cny(1), on=MAY, ref=f"财预{number}-2")
    database.keep(fund)
    assert rows_read(database, way) == short
