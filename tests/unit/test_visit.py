"""What the record of a visit after the lending may say."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from histories import a_loan
from microloan import InvalidAmount, InvalidDate, InvalidIdentity, InvalidTerms, cny
from microloan.errors import VisitTooEarly
from microloan.visit import BusinessState, CheckItem, FollowUpVisit, Prospect, make_visit
from refusals import refused

DAY = date(2024, 4, 15)
PLAIN = FollowUpVisit(
    loan_id="HT-1", on=DAY, ref="访1", visitors=("O-1", "O-2"), state=BusinessState.NORMAL
)


def test_a_visit_keeps_what_was_found_and_every_figure_of_the_business():
    visit = make_visit(
        a_loan(),
        on=DAY,
        ref="访1",
        visitors=("O-1", "O-2"),
        state=BusinessState.STRAINED,
        remarks=(
            (CheckItem.USE_OF_MONEY, "购入烤炉一台，与合同一致"),
            (CheckItem.GUARANTOR, "仍在职"),
        ),
        monthly_turnover=cny("31500.50"),
        staff=4,
        jobs=3,
        stock=cny(8_000),
        prospect=Prospect.FAIR,
        watch=True,
        next_step="一个月后复查",
        booked_on=date(2024, 4, 18),
    )

    assert visit.loan_id == "HT-1"
    assert visit.monthly_turnover == cny("31500.50")
    assert visit.stock == cny(8_000)
    assert (visit.staff, visit.jobs) == (4, 3)
    assert visit.remark(CheckItem.GUARANTOR) == "仍在职"
    assert visit.remark(CheckItem.HEALTH) == ""
    assert visit.booked_day == date(2024, 4, 18)
    assert (visit.state.zh, visit.prospect.zh) == ("困难", "一般")


def test_what_was_not_asked_is_not_nothing():
    asked = make_visit(
        a_loan(),
        on=DAY,
        ref="访1",
        visitors=("O-1", "O-2"),
        state=BusinessState.NORMAL,
        monthly_turnover=cny(0),
        jobs=0,
    )

    assert (PLAIN.monthly_turnover, PLAIN.stock, PLAIN.jobs) == (None, None, None)
    assert (asked.monthly_turnover, asked.jobs) == (cny(0), 0)
    assert asked != PLAIN


def test_a_visit_is_booked_on_its_own_day_unless_said_otherwise():
    assert PLAIN.booked_day == DAY
    assert replace(PLAIN, booked_on=DAY) == PLAIN


def test_there_are_eight_items_to_check_and_five_states_each_with_a_chinese_name():
    assert len({item.zh for item in CheckItem}) == 8
    assert [state.zh for state in BusinessState] == ["正常", "困难", "停业", "关闭", "失联"]
    assert [prospect.zh for prospect in Prospect] == ["好", "一般", "差"]


def test_nobody_visits_before_the_loan_is_paid_out():
    # Paid out on 15 January 2024: that day is early enough, the eve is not.
    who = {"ref": "访1", "visitors": ("O-1",), "state": BusinessState.NORMAL}

    assert make_visit(a_loan(), on=date(2024, 1, 15), **who).on == date(2024, 1, 15)
    with refused(
        VisitTooEarly,
        "tracking.too_early",
        value=date(2024, 1, 14),
        limit=date(2024, 1, 15),
        says="HT-1 was paid out on 2024-01-15; it cannot be followed up on 2024-01-14",
    ):
        make_visit(a_loan(), on=date(2024, 1, 14), **who)


@pytest.mark.parametrize(
    ("change", "value", "limit"),
    [
        ({"visitors": ()}, "nobody", "one person at least"),
        ({"visitors": ["O-1"]}, "list", "a tuple of str"),
        ({"visitors": "O-1"}, "O-1", "a tuple of str"),
        ({"state": "normal"}, "normal", "a BusinessState"),
        ({"state": None}, None, "a BusinessState"),
        ({"prospect": "good"}, "good", "a Prospect"),
        ({"on_site": 1}, 1, "True or False"),
        ({"watch": None}, None, "True or False"),
        ({"next_step": None}, None, "a text"),
        ({"monthly_turnover_fen": -1}, -1, "0-1000000000000000"),
        ({"monthly_turnover_fen": cny(1)}, cny(1), "0-1000000000000000"),
        ({"stock_fen": 1.5}, 1.5, "0-1000000000000000"),
        ({"staff": 100_001}, 100_001, "0-100000"),
        ({"jobs": True}, True, "0-100000"),
        ({"remarks": [(CheckItem.HEALTH, "好")]}, "list", "a tuple of pairs"),
        ({"remarks": ((CheckItem.HEALTH,),)}, "tuple", "a check item and a text"),
        ({"remarks": (("health", "好"),)}, "health", "a CheckItem"),
        ({"remarks": ((CheckItem.HEALTH, None),)}, None, "a text"),
        ({"remarks": ((CheckItem.HEALTH, "好"),) * 2}, 2, "one for each check item"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(change, value, limit):
    with refused(InvalidTerms, "terms.invalid", value=value, limit=limit):
        replace(PLAIN, **change)


@pytest.mark.parametrize(
    ("change", "value"), [({"loan_id": ""}, ""), ({"ref": None}, None), ({"visitors": (" ",)}, " ")]
)
def test_a_visit_of_nobody_or_without_a_number_is_refused(change, value):
    with refused(InvalidIdentity, "identity.invalid", value=value, limit=64):
        replace(PLAIN, **change)


def test_a_visit_on_no_day_or_booked_before_it_is_refused():
    moment = datetime(2024, 4, 15, 9, 0, tzinfo=UTC)
    for change in ({"on": moment}, {"booked_on": moment}):
        with refused(InvalidDate, "periods.invalid_date", value=moment, limit="datetime.date"):
            replace(PLAIN, **change)
    with refused(InvalidDate, "periods.invalid_date", value=date(2024, 4, 14), limit=DAY):
        replace(PLAIN, booked_on=date(2024, 4, 14))


def test_turnover_is_money():
    with refused(
        InvalidAmount,
        "money.invalid_amount",
        value=30_000,
        limit="int, Decimal or str, at most 13 digits and two decimals",
    ):
        make_visit(
            a_loan(),
            on=DAY,
            ref="访1",
            visitors=("O-1",),
            state=BusinessState.NORMAL,
            monthly_turnover=30_000,
        )


def test_a_visit_is_made_to_a_loan():
    with refused(InvalidTerms, "terms.invalid", value="str", limit="a Loan"):
        make_visit("HT-1", on=DAY, ref="访1", visitors=("O-1",), state=BusinessState.NORMAL)


def test_an_item_asked_for_is_one_of_the_eight():
    with refused(InvalidTerms, "terms.invalid", value="health", limit="a CheckItem"):
        PLAIN.remark("health")


def test_jobs_outside_the_business_may_be_more_than_its_staff():
    # Two in the shop, nine households that grow for it.
    visit = make_visit(
        a_loan(),
        on=DAY,
        ref="访1",
        visitors=("O-1",),
        state=BusinessState.NORMAL,
        staff=2,
        jobs=9,
    )

    assert (visit.staff, visit.jobs) == (2, 9)
