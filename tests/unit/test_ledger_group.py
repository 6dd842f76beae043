"""The half-year ledger by groups: who had a loan when, and what moved from hand to hand."""

from dataclasses import fields
from datetime import date

import pytest

from histories import PERSON, a_fund, a_loan, pays, pays_on_time
from microloan import HalfYear, InvalidTerms, LedgerTotals, cny, draw_up, pay_claim, percent
from microloan.anniversary import Anniversary
from microloan.assignment import AssignedTo, Assignment
from microloan.category import Category
from microloan.ledger_group import GroupBy, LedgerGroup, Transfer, group_ledger
from refusals import refused

H1, H2 = HalfYear(2024, 1), HalfYear(2024, 2)
OFFICER, DISTRICT, LENDER = AssignedTo.OFFICER, AssignedTo.DISTRICT, AssignedTo.LENDER
STANDING = {"loans", "closing_fen", "arrears_fen", "charges_fen", "unbilled_fen", "subrogated_fen"}


def given(loan_id, what, value, on):
    return Assignment(loan_id=loan_id, what=what, value=value, on=on, ref=f"{loan_id}{on}")


def groups_of(ledger, by):
    return {group.key: group for group in group_ledger(ledger, by=by).groups}


def assert_adds_up(ledger, by):
    """Every group balances, and together they are the book."""
    groups = group_ledger(ledger, by=by).groups
    assert all(group.balances for group in groups)
    for field in fields(LedgerTotals):
        whole = sum(getattr(group.totals, field.name) for group in groups)
        assert whole == getattr(ledger.totals, field.name), field.name
    assert sum(group.transferred_in_fen for group in groups) == sum(
        group.transferred_out_fen for group in groups
    )


def test_a_loan_that_changes_its_officer_moves_with_what_it_owes_on_the_day():
    # Paid on time: 10,000 a month from February on. Given to 王五 on 1 April: 100,000 are owed.
    loan = pays_on_time(a_loan(), 1, 5)
    changes = [
        given("HT-1", OFFICER, "李四", date(2024, 1, 15)),
        given("HT-1", OFFICER, "王五", date(2024, 4, 1)),
    ]
    ledger = draw_up([loan], H1, assignments=changes)
    li, wang = groups_of(ledger, GroupBy.OFFICER).values()

    moved = Transfer(
        loan_id="HT-1",
        on=date(2024, 4, 1),
        out_of="李四",
        into="王五",
        amount_fen=100_000_00,
    )
    assert (li.key, li.transfers_in, li.transfers_out) == ("李四", (), (moved,))
    assert (wang.key, wang.transfers_in, wang.transfers_out) == ("王五", (moved,), ())
    assert moved.amount == li.transferred_out == wang.transferred_in == cny(100_000)
    # February and March with 600 and 550 of interest were 李四's; April to June 王五's.
    assert (li.totals.disbursed, li.totals.repaid_principal) == (cny(120_000), cny(20_000))
    assert (li.totals.repaid_interest, li.totals.due) == (cny(1_150), cny(21_150))
    assert (li.totals.loans, li.totals.closing, li.totals.unbilled) == (0, cny(0), cny(0))
    assert (wang.totals.disbursed, wang.totals.repaid_principal) == (cny(0), cny(30_000))
    assert (wang.totals.loans, wang.totals.closing) == (1, cny(70_000))
    assert wang.totals.unbilled == cny(175)
    assert group_ledger(ledger, by=GroupBy.OFFICER).transfers == (moved,)
    assert_adds_up(ledger, GroupBy.OFFICER)


def test_a_loan_that_changes_hands_on_the_first_day_moves_with_its_opening():
    loan = pays_on_time(a_loan(), 1, 6)
    changes = [
        given("HT-1", OFFICER, "李四", date(2024, 1, 15)),
        given("HT-1", OFFICER, "王五", date(2024, 7, 1)),
    ]
    first = groups_of(draw_up([loan], H1, assignments=changes), GroupBy.OFFICER)
    second = groups_of(draw_up([loan], H2, assignments=changes), GroupBy.OFFICER)

    assert list(first) == ["李四"]
    assert second["李四"].totals.opening == first["李四"].totals.closing == cny(70_000)
    assert (second["李四"].transferred_out, second["李四"].totals.net_fen) == (cny(70_000), 0)
    assert second["王五"].totals.repaid_principal == cny(10_000)
    assert second["王五"].totals.closing == cny(60_000)


def test_a_late_fact_stays_with_whoever_had_the_loan_when_the_half_year_began():
    # June's 10,400 became known on 3 July; the loan went to 王五 on 1 July with 70,000.
    loan = pays(pays_on_time(a_loan(), 1, 4), (10_400, date(2024, 6, 15), date(2024, 7, 3)))
    changes = [
        given("HT-1", OFFICER, "李四", date(2024, 1, 15)),
        given("HT-1", OFFICER, "王五", date(2024, 7, 1)),
    ]
    ledger = draw_up([loan], H2, assignments=changes)
    groups = groups_of(ledger, GroupBy.OFFICER)

    assert (groups["李四"].totals.opening, groups["李四"].totals.adjustments) == (
        cny(80_000),
        cny(-10_000),
    )
    assert groups["李四"].transferred_out == groups["王五"].totals.closing == cny(70_000)
    assert groups["王五"].totals.adjustments == cny(0)
    assert_adds_up(ledger, GroupBy.OFFICER)


def test_a_loan_that_comes_back_was_away():
    loan = pays_on_time(a_loan(), 1, 5)
    changes = [
        given("HT-1", LENDER, "BANK-2", date(2024, 2, 20)),
        given("HT-1", LENDER, "BANK-1", date(2024, 5, 20)),
    ]
    ledger = draw_up([loan], H1, assignments=changes)
    groups = groups_of(ledger, GroupBy.LENDER)

    [there, back] = group_ledger(ledger, by=GroupBy.LENDER).transfers
    assert (there.out_of, there.into, there.amount) == ("BANK-1", "BANK-2", cny(110_000))
    assert (back.out_of, back.into, back.amount) == ("BANK-2", "BANK-1", cny(80_000))
    assert groups["BANK-1"].totals.closing == cny(70_000)
    assert (groups["BANK-2"].totals.loans, groups["BANK-2"].totals.net_fen) == (0, -30_000_00)
    assert_adds_up(ledger, GroupBy.LENDER)


def test_a_change_of_the_district_is_no_change_of_the_officer():
    loan = pays_on_time(a_loan(), 1, 5)
    changes = [
        given("HT-1", OFFICER, "李四", date(2024, 1, 15)),
        given("HT-1", DISTRICT, "茂林镇", date(2024, 3, 1)),
        given("HT-1", DISTRICT, "双山镇", date(2024, 4, 1)),
    ]
    ledger = draw_up([loan], H1, assignments=changes)

    [officer] = group_ledger(ledger, by=GroupBy.OFFICER).groups
    assert (officer.transfers_in, officer.totals) == ((), ledger.totals)
    moves = group_ledger(ledger, by=GroupBy.DISTRICT).transfers
    assert [(one.out_of, one.into) for one in moves] == [("", "茂林镇"), ("茂林镇", "双山镇")]
    [line] = ledger.lines
    assert (line.officer, line.district, line.lender) == ("李四", "双山镇", "BANK-1")


def test_loans_nobody_was_given_stand_under_no_name():
    ledger = draw_up([pays_on_time(a_loan(), 1, 5)], H1)

    [group] = group_ledger(ledger, by=GroupBy.OFFICER).groups
    assert (group.key, group.totals) == ("", ledger.totals)
    assert [group.key for group in group_ledger(ledger, by=GroupBy.LENDER).groups] == ["BANK-1"]


def test_loans_are_grouped_by_the_borrowers_groups_and_by_the_year_of_lending():
    both = Category(kind=PERSON.kind, groups={"women", "returning_migrant"})
    one = Category(kind=PERSON.kind, groups={"women"})
    loans = [
        a_loan("HT-1", category=both),
        a_loan("HT-2", category=one),
        a_loan("HT-3", disbursed_on=date(2023, 12, 20)),
    ]
    ledger = draw_up(loans, H1)

    by_group = groups_of(ledger, GroupBy.BORROWER_GROUP)
    assert list(by_group) == ["", "returning_migrant + women", "women"]
    assert [group.totals.loans for group in by_group.values()] == [1, 1, 1]
    by_year = groups_of(ledger, GroupBy.YEAR_OF_LENDING)
    assert by_year["2024"].totals.disbursed == cny(240_000)
    assert by_year["2023"].totals.opening == cny(120_000)
    assert [by.zh for by in GroupBy] == ["经办银行", "人员类别", "所属片区", "管户人员", "放款年度"]


@pytest.mark.parametrize("by", GroupBy)
@pytest.mark.parametrize("half", [H1, H2, Anniversary(1), Anniversary(2)])
def test_groups_add_up_to_the_book(by, half):
    fund, claimed = pay_claim(a_fund(), a_loan("HT-3"), on=date(2024, 5, 25), ref="P1")
    assert fund.id == "F-01"
    late = pays(pays_on_time(a_loan("HT-2"), 1, 4), (10_400, date(2024, 6, 15), date(2024, 7, 20)))
    changes = [
        given("HT-3", OFFICER, "李四", date(2024, 5, 25)),
        given("HT-2", OFFICER, "李四", date(2024, 7, 25)),
        given("HT-2", DISTRICT, "茂林镇", date(2024, 6, 30)),
        given("HT-1", LENDER, "BANK-2", date(2024, 12, 31)),
    ]
    loans = [claimed, late, pays_on_time(a_loan("HT-1"), 1, 5)]

    assert_adds_up(draw_up(loans, half, assignments=changes), by)


def test_a_group_that_does_not_balance_says_so():
    sums = dict.fromkeys([field.name for field in fields(LedgerTotals)], 0)
    group = LedgerGroup(
        key="", totals=LedgerTotals(**sums | {"closing_fen": 1}), transfers_in=(), transfers_out=()
    )

    assert not group.balances


def test_a_ledger_is_grouped_by_something():
    ledger = draw_up([a_loan(annual_rate=percent("6"))], H1)
    with refused(
        InvalidTerms, "terms.invalid", value="officer", limit="a GroupBy", says="grouped by"
    ):
        group_ledger(ledger, by="officer")
    with refused(InvalidTerms, "terms.invalid", value="list", limit="a HalfYearLedger"):
        group_ledger([ledger], by=GroupBy.OFFICER)
