"""The laws hold for what the library computes, as objects, rows and frames, and name every fault.

A law that nothing breaks proves nothing: each is shown a fault planted in sound data.
"""

import pickle
from copy import copy
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    ClaimTooLarge,
    DayCount,
    Guarantee,
    GuaranteeFund,
    HalfYear,
    Leverage,
    Loan,
    LoanTerms,
    amortize,
    cny,
    draw_up,
    fen,
    from_fen,
    laws,
    measure_leverage,
    pay_claim,
    percent,
    plan_subsidy,
    policy,
    receive_recovery,
    strategies,
    subsidize,
)
from microloan.entitlement import StopReason, SubsidyStop
from microloan.errors import InvalidAmount, InvalidDate, InvalidRecord
from microloan.levels import LevelAmount
from microloan.policy import Level
from microloan.table import MoneyAs, tabulate

RULES = policy.load("cn", region="central")
FEW, SOME = settings(max_examples=8), settings(max_examples=15)


def broken_by(code, check, *given, **named):
    """The error by which a law refuses something, which must be that law's."""
    with pytest.raises(laws.LawBroken) as caught:
        check(*given, **named)
    assert caught.value.code == code
    return caught.value


def rows(*columns, lines):
    """Rows from a small table on paper."""
    return [dict(zip(columns, line, strict=True)) for line in lines]


# ---- the plan


PLAN = rows(
    "due_on",
    "principal",
    "interest",
    "outstanding",
    lines=[
        ("2024-02-15", "40.00", "0.50", "60.00"),
        ("2024-03-15", "40.00", "0.30", "20.00"),
        ("2024-04-15", "20.00", "0.10", "0.00"),
    ],
)


def test_a_plan_written_on_paper_keeps_its_principal():
    laws.assert_schedule_conserves_principal(PLAN)
    laws.assert_schedule_conserves_principal(PLAN, lent=cny(100))


@SOME
@given(strategies.schedules())
def test_every_plan_keeps_its_principal(plan):
    laws.assert_schedule_conserves_principal(plan, lent=plan.terms.principal)


@pytest.mark.parametrize(
    ("line", "column", "value", "code", "where"),
    [
        (1, "principal", "39.99", "law.schedule_conserves_principal", "row 2 (2024-03-15)"),
        (1, "outstanding", "20.01", "law.schedule_conserves_principal", "row 2 (2024-03-15)"),
        (2, "interest", "-0.01", "law.schedule_has_no_negative_part", "row 3 (2024-04-15)"),
        (2, "due_on", "2024-03-15", "law.schedule_days_increase", "row 3 (2024-03-15)"),
    ],
)
def test_a_fault_in_a_plan_is_named_with_its_line(line, column, value, code, where):
    faulty = [dict(row) for row in PLAN]
    faulty[line][column] = value

    assert broken_by(code, laws.assert_schedule_conserves_principal, faulty).where == where


def test_a_plan_that_ends_too_early_or_was_lent_more_is_named():
    check, code = laws.assert_schedule_conserves_principal, "law.schedule_conserves_principal"

    assert broken_by(code, check, PLAN[:2]).figures == {"still_owed": Decimal("20.00")}
    assert broken_by(code, check, PLAN, lent=cny("100.01")).figures["owed"] == Decimal("100.01")
    assert broken_by(code, check, [], lent=cny(1)).where == "after the last line"


# ---- what a row may be


def test_yuan_fen_money_and_frames_are_the_same_figures():
    in_fen = [
        {"due_on": date.fromisoformat(row["due_on"])}
        | {f"{name}_fen": fen(cny(row[name])) for name in ("principal", "interest", "outstanding")}
        for row in PLAN
    ]
    decimals = [
        {name: Decimal(value) if name != "due_on" else value for name, value in row.items()}
        for row in PLAN
    ]
    stamped = pd.DataFrame(in_fen).assign(due_on=lambda frame: pd.to_datetime(frame["due_on"]))
    money = [SimpleNamespace(**row | {"principal": cny(row["principal"])}) for row in PLAN]

    for given_rows in (in_fen, decimals, money, pl.DataFrame(in_fen), pl.DataFrame(decimals)):
        laws.assert_schedule_conserves_principal(given_rows, lent=cny(100))
    laws.assert_schedule_conserves_principal(stamped, lent=cny(100))
    broken_by(
        "law.schedule_conserves_principal",
        laws.assert_schedule_conserves_principal,
        pd.DataFrame(in_fen)[:2],
    )


@pytest.mark.parametrize("amount", [0.1, True, float("nan"), "1,000.00", Decimal("0.001")])
def test_an_amount_that_is_not_exact_is_refused_not_judged(amount):
    with pytest.raises(InvalidAmount):
        laws.assert_schedule_conserves_principal([PLAN[0] | {"principal": amount}])


@pytest.mark.parametrize("amount", [0.5, True, 10**16])
def test_fen_that_are_no_whole_number_in_range_are_refused(amount):
    with pytest.raises(InvalidAmount):
        laws.assert_schedule_conserves_principal([PLAN[0] | {"principal_fen": amount}])


@pytest.mark.parametrize("day", ["15.2.2024", datetime(2024, 2, 15, 8, 30), 20240215])  # noqa: DTZ001
def test_what_is_no_day_is_refused_not_judged(day):
    with pytest.raises(InvalidRecord, match=r"row 2: due_on is no day"):
        laws.assert_schedule_conserves_principal([PLAN[0], PLAN[1] | {"due_on": day}])


@pytest.mark.parametrize("lacking", [{}, {"interest": None}])
def test_a_column_that_is_missing_or_empty_is_named(lacking):
    short = {name: value for name, value in PLAN[0].items() if name != "interest"}

    with pytest.raises(InvalidRecord, match="row 1 has no 'interest'"):
        laws.assert_schedule_conserves_principal([short | lacking])


def test_a_broken_law_says_everything_in_both_languages_and_crosses_processes():
    found = broken_by(
        "law.schedule_conserves_principal", laws.assert_schedule_conserves_principal, PLAN[:2]
    )

    assert isinstance(found, AssertionError)
    assert str(found) == (
        "after the last line: each line leaves what was owed less its principal, and the last one "
        "leaves nothing; found still_owed 20.00"
    )
    assert "末期为零" in found.zh
    assert found.clause in str(found)
    copy = pickle.loads(pickle.dumps(found))  # noqa: S301 — our own bytes
    assert (str(copy), vars(copy)) == (str(found), vars(found))


def test_a_broken_law_prints_no_citizens_number():
    row = {"loan_id": "990101198001010014", "interest": 1, "treasury": 1, "borrower": 1}

    found = broken_by(
        "law.treasury_and_borrower_sum_to_interest",
        laws.assert_treasury_and_borrower_sum_to_interest,
        [row],
    )
    assert "***" in str(found)
    assert "990101198001010014" not in f"{found} {found.zh} {found.where}"


# ---- the subsidy


@SOME
@given(strategies.subsidized_loans(RULES))
def test_treasury_and_borrower_bear_every_planned_interest_between_them(loan):
    lines = plan_subsidy(loan, under=RULES)

    laws.assert_treasury_and_borrower_sum_to_interest(lines)
    assert lines


@pytest.mark.parametrize(
    ("treasury", "borrower"), [("0.50", "0.51"), ("0.50", "0.50"), ("1.02", "-0.01")]
)
def test_interest_that_is_lost_or_paid_twice_is_named(treasury, borrower):
    sound = {"loan_id": "HT-1", "interest": "1.00", "treasury": "0.50", "borrower": "0.50"}
    odd = {"loan_id": "HT-2", "interest": "1.01", "treasury": treasury, "borrower": borrower}
    if (treasury, borrower) == ("0.50", "0.51"):
        laws.assert_treasury_and_borrower_sum_to_interest([sound, odd])
        return

    found = broken_by(
        "law.treasury_and_borrower_sum_to_interest",
        laws.assert_treasury_and_borrower_sum_to_interest,
        [sound, odd],
    )
    assert found.where == "row 2 (HT-2)"
    assert found.figures["interest"] == Decimal("1.01")


LINE = {"loan_id": "HT-1", "due_on": date(2024, 6, 20), "subsidy": "66.30"}
SPLIT = {"central": "46.41", "province": "13.92", "city": "5.97"}


def test_levels_bear_a_line_between_them_in_columns_of_a_mapping_or_as_objects():
    objects = tuple(LevelAmount(level=Level(k), amount_fen=fen(cny(v))) for k, v in SPLIT.items())

    laws.assert_levels_sum_to_line([LINE | SPLIT])
    laws.assert_levels_sum_to_line([LINE | {"levels": SPLIT}])
    laws.assert_levels_sum_to_line([LINE | {"levels": objects}])
    laws.assert_levels_sum_to_line(
        [{"subsidy_fen": 3, "中央_fen": 2, "县_fen": 1}], levels=("中央", "县")
    )


@pytest.mark.parametrize(
    "split",
    [SPLIT | {"city": "5.98"}, SPLIT | {"city": "5.96"}, {"central": "66.31", "city": "-0.01"}],
)
def test_levels_that_do_not_bear_the_line_are_named(split):
    check, code = laws.assert_levels_sum_to_line, "law.levels_sum_to_line"

    for line in (LINE | split, LINE | {"levels": split}):
        found = broken_by(code, check, [LINE | SPLIT, line])
        assert found.where == "row 2 (HT-1, 2024-06-20)"
        assert found.figures["subsidy"] == Decimal("66.30")


def test_a_line_without_any_level_is_refused_not_judged():
    with pytest.raises(InvalidRecord, match="row 1 has no 'central'"):
        laws.assert_levels_sum_to_line([LINE])


@SOME
@given(strategies.subsidized_loans(RULES), st.integers(0, 800))
def test_no_line_bears_a_subsidy_after_its_end(loan, days):
    stop = SubsidyStop(
        on=date.fromordinal(loan.terms.disbursed_on.toordinal() + days),
        reason=StopReason.BUSINESS_CLOSED,
    )
    lines = subsidize(loan, under=RULES, as_of=date(2040, 1, 1), stop=stop)

    laws.assert_no_subsidy_after_stop(lines, stopped_on=stop.on)


def test_a_subsidy_after_its_end_is_named():
    loan = a_loan()
    lines = subsidize(loan, under=RULES, as_of=date(2025, 3, 15))
    check, code = laws.assert_no_subsidy_after_stop, "law.no_subsidy_after_stop"

    found = broken_by(code, check, lines, stopped_on=date(2024, 7, 1))
    assert found.where == "row 4 (HT-1, 2024-07-15)"
    assert found.figures["closes_on"] == date(2024, 7, 15)
    row = {"opens_on": date(2024, 7, 1), "treasury": "0.01"}
    laws.assert_no_subsidy_after_stop([row], stopped_on=date(2024, 7, 2))
    assert broken_by(code, check, [row], stopped_on=date(2024, 7, 1)).where == "row 1"
    laws.assert_no_subsidy_after_stop([row | {"treasury": "0.00"}], stopped_on=date(2024, 7, 1))


REQUEST = {
    "lender": "BANK-01",
    "amount": "66.80",
    "lines": [LINE],
    "corrections": [{"difference": "0.50"}],
    "levels": {"central": "66.30", "city": "0.50"},
}


def test_a_request_is_its_lines_and_corrections():
    laws.assert_request_is_its_lines(REQUEST)
    laws.assert_request_is_its_lines({"amount": "66.30", "lines": [LINE]})


@pytest.mark.parametrize(
    ("fault", "where"),
    [
        ({"amount": "66.81"}, "row 1 (BANK-01)"),
        ({"corrections": []}, "row 1 (BANK-01)"),
        ({"levels": {"central": "66.81"}}, "row 1 (BANK-01)"),
        ({"lines": [LINE, LINE], "amount": "133.10"}, "row 2 (HT-1, 2024-06-20)"),
    ],
)
def test_a_request_that_is_not_its_lines_is_named(fault, where):
    found = broken_by("law.request_is_its_lines", laws.assert_request_is_its_lines, REQUEST | fault)
    assert found.where == where


# ---- the half-year ledger


@FEW
@given(strategies.lived_loans())
def test_every_account_balances_and_joins_the_next(loan):
    halves = [HalfYear(loan.terms.disbursed_on.year, 1)]
    while len(halves) < 7:
        halves.append(halves[-1].next)
    ledgers = [draw_up([loan], half) for half in halves]

    laws.assert_identity_of_account(loan.account(half) for half in halves)
    laws.assert_half_years_join([loan.account(half) for half in reversed(halves)])
    laws.assert_identity_of_account(ledgers[0])
    laws.assert_half_years_join(ledgers)


ACCOUNTS = rows(
    "loan_id",
    "half",
    "opening",
    "disbursed",
    "repaid_principal",
    "adjustments",
    "closing",
    lines=[
        ("HT-1", "2024H1", "0.00", "100.00", "20.00", "0.00", "80.00"),
        ("HT-1", "2024H2", "80.00", "0.00", "30.00", "-0.10", "49.90"),
        ("HT-2", "2024H2", "0.00", "10.00", "0.00", "0.00", "10.00"),
    ],
)


def test_accounts_on_paper_balance_and_join():
    laws.assert_identity_of_account(ACCOUNTS)
    laws.assert_half_years_join(ACCOUNTS)


@pytest.mark.parametrize(
    "movement", ["opening", "disbursed", "repaid_principal", "adjustments", "closing"]
)
def test_a_fen_too_much_in_any_column_of_an_account_is_named(movement):
    faulty = [dict(row) for row in ACCOUNTS]
    faulty[1][movement] = str(Decimal(faulty[1][movement]) + Decimal("0.01"))

    found = broken_by("law.identity_of_account", laws.assert_identity_of_account, faulty)
    assert found.where == "row 2 (HT-1, 2024H2)"


@pytest.mark.parametrize("movement", ["paid_by_fund", "recovered", "written_off"])
def test_a_movement_that_a_row_does_not_have_is_nothing(movement):
    laws.assert_identity_of_account([ACCOUNTS[0] | {movement: "0.00"}])
    broken_by(
        "law.identity_of_account",
        laws.assert_identity_of_account,
        ACCOUNTS[0] | {movement: "0.01"},
    )


def test_half_years_that_do_not_join_are_named_by_loan():
    faulty = [ACCOUNTS[2], ACCOUNTS[1] | {"opening": "79.99"}, ACCOUNTS[0]]

    found = broken_by("law.half_years_join", laws.assert_half_years_join, faulty)
    assert found.where == "row 2 (HT-1, 2024H2)"
    assert found.figures == {
        "closing_before": Decimal("80.00"),
        "opening": Decimal("79.99"),
    }


# ---- the fund


def a_loan(**agreed):
    """A loan of 12,000 yuan at 4.35 %, lent on 15 March 2024 and due in twelve parts."""
    usual = {
        "principal": cny(12_000),
        "annual_rate": percent("4.35"),
        "disbursed_on": date(2024, 3, 15),
        "months": 12,
        "amortization": Amortization.EQUAL_PRINCIPAL,
        "day_count": DayCount.THIRTY_360,
    }
    return Loan.grant(
        "HT-1",
        borrower="B-1",
        lender="BANK-1",
        category=Category(kind=BorrowerKind.INDIVIDUAL),
        terms=LoanTerms(**usual | agreed),
        guarantee=Guarantee(fund_id="F-01", coverage=percent("80"), claimable_after_days=90),
    )


def a_claimed_loan():
    """The fund paid 80 % of 12,000 and got back 1,000."""
    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    fund = fund.deposit(cny(20_000), on=date(2024, 1, 2), ref="财预1")
    fund, loan = pay_claim(fund, a_loan(), on=date(2024, 7, 15), ref="代偿1")
    return receive_recovery(fund, loan, cny(1_250), on=date(2024, 9, 1), ref="追偿1")


def test_a_fund_on_paper_has_the_balance_of_its_entries():
    fund, _ = a_claimed_loan()
    day = date(2024, 12, 31)

    laws.assert_fund_balance_is_its_entries(fund.entries, cny(11_400), as_of=day)
    laws.assert_recoveries_within_payouts(fund.entries)
    found = broken_by(
        "law.fund_balance_is_its_entries",
        laws.assert_fund_balance_is_its_entries,
        fund.entries,
        cny("11400.01"),
        as_of=day,
    )
    assert found.figures["in"] == Decimal("21000.00")
    assert found.figures["out"] == Decimal("9600.00")


@SOME
@given(strategies.funds(), st.integers(0, 2_000))
def test_every_funds_balance_is_its_entries(fund, days):
    day = date.fromordinal(fund.entries[0].on.toordinal() + days)

    laws.assert_fund_balance_is_its_entries(fund.entries, fund.balance(as_of=day), as_of=day)


MOVES = rows(
    "number",
    "kind",
    "on",
    "loan_id",
    "amount",
    "undoes",
    lines=[
        (1, "deposit", "2024-01-02", "", "100.00", 0),
        (2, "claim_payout", "2024-07-15", "HT-1", "80.00", 0),
        (3, "recovery", "2024-07-15", "HT-1", "50.00", 0),
        (4, "recovery", "2024-08-01", "HT-1", "40.00", 0),
        (5, "reversal", "2024-08-02", "", "0.00", 4),
        (6, "recovery", "2024-08-03", "HT-1", "30.00", 0),
        (7, "fee", "2024-08-03", "", "9.00", 0),
    ],
)


def test_what_was_undone_counts_neither_for_the_balance_nor_for_recoveries():
    day = date(2024, 8, 3)

    laws.assert_fund_balance_is_its_entries(MOVES, cny(100), as_of=day)
    laws.assert_fund_balance_is_its_entries(MOVES, cny(100), as_of=date(2024, 1, 2))
    laws.assert_recoveries_within_payouts(MOVES)
    found = broken_by(
        "law.recoveries_within_payouts",
        laws.assert_recoveries_within_payouts,
        [row for row in MOVES if row["kind"] != "reversal"],
    )
    assert found.where == "row 4 (HT-1, 2024-08-01)"
    assert found.figures == {"paid": Decimal("80.00"), "recovered": Decimal("90.00")}


def test_a_recovery_before_its_payout_or_of_another_loan_is_named():
    check, code = laws.assert_recoveries_within_payouts, "law.recoveries_within_payouts"

    broken_by(code, check, [MOVES[1], MOVES[2] | {"on": "2024-07-14"}])
    broken_by(code, check, [MOVES[1], MOVES[2] | {"loan_id": "HT-2"}])


@SOME
@given(strategies.histories(acts=(strategies.Act.CLAIM, strategies.Act.REPAY)))
def test_no_payout_is_above_the_covered_loss(history):
    laws.assert_payout_within_loss(history.loan)
    laws.assert_recoveries_within_payouts(history.fund.entries)


@pytest.mark.parametrize(("paid", "sound"), [("9600.00", True), ("9600.01", False), ("0.00", True)])
def test_a_payout_of_a_fen_too_much_is_named(paid, sound):
    row = {"loan_id": "HT-1", "paid": paid, "loss": "12000.00", "coverage": Decimal("0.80")}
    if sound:
        laws.assert_payout_within_loss([row])
        return

    found = broken_by("law.payout_within_loss", laws.assert_payout_within_loss, [row])
    assert found.figures == {
        "paid": Decimal("9600.01"),
        "loss": Decimal("12000.00"),
        "coverage": "4/5",
    }


def test_a_payout_of_a_loan_is_held_against_what_it_owed_before():
    _, loan = a_claimed_loan()
    laws.assert_payout_within_loss([loan, a_loan()])

    smaller = replace(loan.guarantee, coverage=percent("79.99"))
    with pytest.raises(ClaimTooLarge):
        replace(loan, guarantee=smaller)
    faulty = copy(loan)  # which no constructor would make
    object.__setattr__(faulty, "guarantee", smaller)
    found = broken_by("law.payout_within_loss", laws.assert_payout_within_loss, faulty)
    assert found.where == "row 1 (HT-1)"
    assert found.figures["loss"] == Decimal("12000.00")


@FEW
@given(strategies.books(), strategies.boundary_dates())
def test_every_leverage_follows_from_loans_and_balance(book, day):
    leverage = measure_leverage(book.fund, book.loans, under=book.under, as_of=day)

    laws.assert_leverage_is_recomputed(leverage, book.loans, balance=book.fund.balance(as_of=day))


LEVERAGE = {
    "fund_id": "F-01",
    "as_of": date(2024, 12, 31),
    "exposure": "84.60",
    "balance": "11.50",
    "cap": 10,
    "committed": "0.40",
    "limit": "115.00",
    "headroom": "30.00",
    "multiple": Decimal("7.3565"),
}
OUTSTANDING = [{"outstanding": "80.00"}, {"outstanding": "4.60"}]


def test_a_leverage_on_paper_follows_from_its_loans():
    laws.assert_leverage_is_recomputed(LEVERAGE, OUTSTANDING, balance=cny("11.50"))
    bare = {name: LEVERAGE[name] for name in ("exposure", "balance", "cap")}
    laws.assert_leverage_is_recomputed(bare, OUTSTANDING, balance=cny("11.50"))
    covered = LEVERAGE | {"basis": "covered", "covered_exposure": "67.68"}
    covered |= {"headroom": "46.92", "multiple": Decimal("5.8852")}
    laws.assert_leverage_is_recomputed(covered, OUTSTANDING, balance=cny("11.50"))


@pytest.mark.parametrize("figure", ["exposure", "balance", "limit", "headroom", "multiple"])
def test_a_figure_of_a_leverage_that_does_not_follow_is_named(figure):
    wrong = LEVERAGE | {figure: Decimal(LEVERAGE[figure]) + Decimal("0.01")}

    found = broken_by(
        "law.leverage_is_recomputed",
        laws.assert_leverage_is_recomputed,
        wrong,
        OUTSTANDING,
        balance=cny("11.50"),
    )
    assert found.where == "row 1 (F-01, 2024-12-31)"
    assert figure in found.figures


def test_a_loan_counts_while_the_fund_stands_behind_it():
    fund, loan = a_claimed_loan()
    for day, behind in ((date(2024, 7, 14), 12_000), (date(2024, 7, 15), 0)):
        leverage = measure_leverage(fund, [loan], under=RULES, as_of=day)
        assert isinstance(leverage, Leverage)
        assert leverage.exposure == cny(behind)
        laws.assert_leverage_is_recomputed(
            leverage, [loan, replace(a_loan(), guarantee=None)], balance=fund.balance(as_of=day)
        )
    wrong = replace(leverage, exposure_fen=1)
    broken_by(
        "law.leverage_is_recomputed",
        laws.assert_leverage_is_recomputed,
        wrong,
        loan,
        balance=leverage.balance,
    )


# ---- history


@FEW
@given(strategies.histories())
def test_an_act_changes_nothing_that_was_known_before_it(history):
    for before, after in zip(history.moments, history.moments[1:], strict=False):
        laws.assert_append_keeps_history(before.loan, after.loan)
        laws.assert_append_keeps_history(before.fund, after.fund)
    laws.assert_append_keeps_history(history.moments[0].loan, history.loan)


def test_an_entry_that_is_gone_or_has_changed_is_named():
    fund, loan = a_claimed_loan()
    check, code = laws.assert_append_keeps_history, "law.append_keeps_history"

    assert broken_by(code, check, fund, replace(fund, entries=fund.entries[:1])).where == "entry 2"
    assert broken_by(code, check, MOVES, [MOVES[0], *MOVES[2:]]).where == "entry 2"
    dearer = replace(a_loan(), entries=(replace(a_loan().entries[0], booked_on=date(2024, 3, 16)),))
    assert broken_by(code, check, loan, dearer).where == "entry 1"


def test_an_account_that_reads_otherwise_through_the_same_number_is_named():
    loan = a_loan()
    other = replace(loan, terms=replace(loan.terms, months=24))
    before = loan.repay(cny(500), on=date(2024, 4, 15), ref="R1")
    after = replace(before, terms=other.terms)

    found = broken_by("law.append_keeps_history", laws.assert_append_keeps_history, before, after)
    assert found.where == "HT-1 in 2024H1"


def test_every_law_is_documented_and_needs_no_hypothesis():
    for name in laws.__all__:
        assert getattr(laws, name).__doc__
    assert from_fen(1) == cny("0.01")


# ---- our own tables, as a host keeps them


def in_both_forms(lines):
    """The rows of a result with amounts in yuan, and with amounts in fen."""
    return lines.to_dicts(), lines.to_dicts(money_as=MoneyAs.FEN)


@FEW
@given(strategies.books())
def test_the_laws_hold_for_the_rows_of_every_table(book):
    day = date(2020, 6, 30)
    leverage = measure_leverage(book.fund, book.loans, under=book.under, as_of=day)
    balance = book.fund.balance(as_of=day)
    for rows_in in in_both_forms(tabulate((leverage,))):
        laws.assert_leverage_is_recomputed(rows_in[0], book.loans, balance=balance)
    for rows_in in in_both_forms(tabulate(book.fund.entries)):
        laws.assert_fund_balance_is_its_entries(rows_in, balance, as_of=day)
        laws.assert_recoveries_within_payouts(rows_in)
    ledgers = [draw_up(book.loans, half) for half in (HalfYear(2020, 1), HalfYear(2020, 2))]
    for first, second in zip(*map(in_both_forms, ledgers), strict=True):
        laws.assert_identity_of_account([*first, *second])
        laws.assert_half_years_join([*second, *first])


@FEW
@given(strategies.subsidized_loans(RULES))
def test_the_laws_hold_for_the_rows_of_a_plan_and_of_its_subsidy(loan):
    for rows_in in in_both_forms(amortize(loan.terms)):
        laws.assert_schedule_conserves_principal(rows_in, lent=loan.terms.principal)
    for rows_in in in_both_forms(tabulate(plan_subsidy(loan, under=RULES))):
        laws.assert_treasury_and_borrower_sum_to_interest(rows_in)


# ---- what a host hands over


def test_an_empty_cell_of_a_frame_is_no_movement():
    accounts = rows(
        *("opening", "disbursed", "closing"),
        lines=[("0.00", "100.00", "100.00"), ("100.00", None, "100.00")],
    )
    laws.assert_identity_of_account(pd.DataFrame(accounts).replace({None: float("nan")}))
    accounts[1]["closing"] = "99.99"
    broken_by(
        "law.identity_of_account",
        laws.assert_identity_of_account,
        pd.DataFrame(accounts).replace({None: float("nan")}),
    )


def test_an_entry_of_a_frame_that_undoes_nothing_stands():
    entries = pd.DataFrame(
        rows(
            *("number", "kind", "on", "amount", "undoes"),
            lines=[
                (1, "deposit", "2024-01-02", "100.00", None),
                (2, "top_up", "2024-01-03", "10.00", None),
                (3, "reversal", "2024-01-04", "10.00", 2),  # the column now holds 2.0 and NaN
            ],
        )
    )
    day = date(2024, 1, 31)
    laws.assert_fund_balance_is_its_entries(entries, cny(100), as_of=day)
    broken_by(
        "law.fund_balance_is_its_entries",
        laws.assert_fund_balance_is_its_entries,
        *(entries, cny(110)),
        as_of=day,
    )


def test_a_leverage_that_was_stored_as_text_or_in_a_frame_is_read_back():
    stored = LEVERAGE | {"as_of": "2024-12-31", "cap": "10", "multiple": "7.3565"}
    for kept in (stored, [stored], pd.DataFrame([stored]), pl.DataFrame([stored])):
        laws.assert_leverage_is_recomputed(kept, OUTSTANDING, balance=cny("11.50"))
    broken_by(
        "law.leverage_is_recomputed",
        laws.assert_leverage_is_recomputed,
        *([stored | {"multiple": "7.3566"}], OUTSTANDING),
        balance=cny("11.50"),
    )
    with pytest.raises(InvalidRecord, match="one leverage at a time, got 2 rows"):
        laws.assert_leverage_is_recomputed([stored] * 2, OUTSTANDING, balance=cny("11.50"))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        *(("cap", "x"), ("cap", 5.5), ("cap", True)),
        *(("multiple", 7.3565), ("multiple", "seven"), ("basis", "全额")),
    ],
)
def test_a_figure_of_a_leverage_that_cannot_be_read_is_refused_not_judged(name, found):
    with pytest.raises(InvalidRecord, match=f"row 1: {name} must be") as caught:
        laws.assert_leverage_is_recomputed(
            LEVERAGE | {name: found}, OUTSTANDING, balance=cny("11.50")
        )
    assert f"第 1 行：{name} 应为" in caught.value.zh


@pytest.mark.parametrize("coverage", [0.8, "80%", 80, True, Decimal("-0.1"), Decimal("NaN")])
def test_a_coverage_that_is_no_fraction_is_refused_since_it_might_pass_any_payout(coverage):
    row = {"paid": "12000.00", "loss": "12000.00", "coverage": coverage}
    with pytest.raises(InvalidRecord, match="row 1: coverage must be"):
        laws.assert_payout_within_loss([row])


def test_the_tenth_half_year_comes_after_the_ninth():
    names = [f"half-year {place}" for place in range(1, 12)]
    moving = [{"half": name, "opening": k, "closing": k + 1} for k, name in enumerate(names)]
    laws.assert_half_years_join(moving)
    moving[9]["opening"] = 8
    found = broken_by("law.half_years_join", laws.assert_half_years_join, moving)
    assert found.where == "row 10 (half-year 10)"


def test_a_kind_of_entry_that_no_fund_has_is_refused_not_left_out():
    entries = [{"kind": "存入", "on": "2024-01-02", "amount": "5.00"}]
    with pytest.raises(InvalidRecord, match="row 1: kind must be"):
        laws.assert_fund_balance_is_its_entries(entries, cny(0), as_of=date(2024, 1, 31))


def test_a_day_of_the_question_that_is_no_day_is_refused():
    with pytest.raises(InvalidDate, match="a balance"):
        laws.assert_fund_balance_is_its_entries([], cny(0), as_of="2024-01-31")
    with pytest.raises(InvalidDate, match="the end of a subsidy"):
        laws.assert_no_subsidy_after_stop([], stopped_on="2024-01-31")


@pytest.mark.parametrize("nothing", [None, "HT-1"])
def test_a_law_does_not_hold_of_nothing(nothing):
    with pytest.raises(InvalidRecord, match="a law reads objects, rows or a frame"):
        laws.assert_append_keeps_history(nothing, nothing)


def test_a_day_of_a_frame_is_named_without_its_midnight():
    frame = pd.DataFrame([PLAN[0] | {"due_on": pd.Timestamp("2024-02-15"), "principal": "0.01"}])
    found = broken_by(
        "law.schedule_conserves_principal",
        laws.assert_schedule_conserves_principal,
        frame,
        lent=cny(5),
    )
    assert found.where.endswith("2024-02-15)")
