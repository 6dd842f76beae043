"""A small office whose forms are drawn: each kind of cell that a form has stands in one."""

from datetime import date

from histories import HALF_MORE, RULES, a_fund, a_loan, a_quarterly_loan, pays_on_time
from microloan import BorrowerKind, Category, HalfYear, cny, draw_up, pay_claim, watch_list
from microloan.category import LowProfit
from microloan.excel import (
    form_page,
    half_year_page,
    request_pages,
    table_page,
    watch_page,
)
from microloan.excel.ledger_writing import ledger_pages
from microloan.returns import Month, central_bank_form, five_tier_form, lending_form
from microloan.visit import BusinessState, FollowUpVisit
from requesting import CLOSED, Q4, asks, lent

DAY, HALF = date(2024, 12, 31), HalfYear(2024, 2)
GROUPS = ("graduate", "returning_migrant", "veteran", "women")


def person(number):
    """What the law asks about the borrower of a loan of this number."""
    groups = {GROUPS[number % 4], "women"} if number % 3 == 0 else {GROUPS[number % 4]}
    marks = list(LowProfit)
    return Category(
        kind=BorrowerKind.INDIVIDUAL, groups=groups, low_profit=marks[number % len(marks)]
    )


def loans(count=40):
    """Loans of two banks: paid on time, late, claimed for, and one without a guarantee."""
    made = []
    for number in range(count):
        usual = {"category": person(number), "penalty": HALF_MORE if number % 5 == 0 else None}
        if number % 2:
            loan = a_quarterly_loan(f"HT-2024-{number:04}", **usual)
        else:
            loan = a_loan(f"HT-2024-{number:04}", principal=cny(120_000 + 600 * number), **usual)
        made.append(pays_on_time(loan, 1, 3 if number % 7 == 0 else len(loan.schedule) - 1))
    _, claimed = pay_claim(a_fund(), a_loan("HT-2024-9001"), on=date(2024, 8, 1), ref="代偿1")
    return [*made, claimed, a_loan("HT-2024-9002", guarantee=None)]


def visits(listed):
    """A visit to every third borrower; one of them was in difficulties."""
    return [
        FollowUpVisit(
            loan_id=loan.id,
            on=date(2024, 9, 10),
            ref=f"跟-{number}",
            visitors=("张工号", "李工号"),
            state=BusinessState.STRAINED if number == 3 else BusinessState.NORMAL,
            monthly_turnover_fen=1_234_500 + number,
            staff=3,
            jobs=2,
            next_step="十月复访，核对进货单据" if number == 3 else "",
        )
        for number, loan in enumerate(listed[::3])
    ]


def the_ledger():
    """The half-year ledger of the office."""
    listed = loans()
    seen = visits(listed)
    watched = watch_list(listed, as_of=DAY, visits=seen)
    return draw_up(listed, HALF, visits=seen, watches=watched, subsidies=())


def the_request():
    """A request with a line that was corrected."""
    before = asks(lent(), lent("HT-2"))
    return asks(lent(), lent("HT-2"), quarter=Q4, earlier=(before,), stops=CLOSED)


def every_page():
    """One page of each form."""
    listed = loans()
    money = [cny(50_000), cny(100_000), cny(300_000)]
    month = Month(2024, 12)
    return {
        "half-year": [half_year_page(the_ledger(), under=RULES)],
        "request": [*request_pages(the_request())],
        "watch list": [watch_page(watch_list(listed, as_of=DAY, under=RULES), as_of=DAY)],
        "lending": [form_page(lending_form(listed, [a_fund()], month=month))],
        "central bank": [form_page(central_bank_form(listed, [a_fund()], month=month))],
        "five tiers": [form_page(five_tier_form(listed, month=month, under=RULES, amounts=money))],
        "schedule": [table_page(listed[0].schedule)],
        "ledger": [*ledger_pages(listed, as_of=DAY)],
    }
