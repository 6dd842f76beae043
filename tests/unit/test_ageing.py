"""What was earned and is not paid, by how long ago it was earned."""

from datetime import date, timedelta

import pytest

from histories import RULES, refused
from microloan import AlreadyRequested, InvalidDate, InvalidTerms, RefConflict, cny, subsidize
from microloan.ageing import BUCKETS, age_unpaid
from microloan.entitlement import StopReason, SubsidyStop
from microloan.policy import Level
from requesting import CLOSED, Q1, Q2, Q3, Q4, asks, asks_each, by_level, lent, paid

DUE = date(2024, 9, 20)
TWO = lent("HT-2", amount=100_000, on=date(2024, 7, 10))
"""501.88 for 2024Q3, 250.94 of each level."""


def earned(*loans, by=date(2025, 7, 1)):
    """What loans have earned by a day."""
    return [line for loan in loans for line in subsidize(loan, under=RULES, as_of=by)]


def table(ageing):
    """First and last day, lines and amount of each bucket that holds something."""
    return [
        (one.from_days, one.to_days, one.lines, one.amount) for one in ageing.buckets if one.lines
    ]


def entries(ageing):
    """Loan, due day, quarter of the request and amount of what is not paid."""
    return [(one.loan_id, one.due_on, one.requested_in, one.amount) for one in ageing.unpaid]


# ---- ages


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (0, (0, 30)),
        (30, (0, 30)),
        (31, (31, 90)),
        (90, (31, 90)),
        (91, (91, 180)),
        (180, (91, 180)),
        (181, (181, 360)),
        (360, (181, 360)),
        (361, (361, None)),
        (3_000, (361, None)),
    ],
)
def test_a_line_is_as_old_as_the_days_since_it_fell_due(days, bucket):
    # 1,897.50 is due on 20 September 2024 and earned on that day.
    ageing = age_unpaid(earned(lent(), by=DUE), as_of=DUE + timedelta(days))

    assert table(ageing) == [(*bucket, 1, cny("1897.50"))]
    assert ageing.amount == cny("1897.50")
    assert ageing.unpaid[0].days(as_of=ageing.as_of) == days


def test_all_buckets_are_there_filled_or_not():
    ageing = age_unpaid([], as_of=DUE)

    assert [(one.from_days, one.to_days) for one in ageing.buckets] == [
        (0, 30),
        (31, 90),
        (91, 180),
        (181, 360),
        (361, None),
    ]
    assert (ageing.limits, ageing.amount) == (BUCKETS, cny(0))


def test_the_caller_chooses_the_buckets():
    # 20 September 2024 to 1 July 2025 are 284 days, 193, 103 and 11 from the later due days.
    ageing = age_unpaid(earned(lent()), as_of=date(2025, 7, 1), limits=(0, 103))

    assert [(one.from_days, one.to_days, one.lines) for one in ageing.buckets] == [
        (0, 0, 0),
        (1, 103, 2),
        (104, None, 2),
    ]
    assert [
        (one.from_days, one.to_days) for one in age_unpaid([], as_of=DUE, limits=()).buckets
    ] == [(0, None)]


@pytest.mark.parametrize("limits", [(90, 30), (30, 30), (-1, 30), (30.0,), ("30",), (True, 30)])
def test_limits_of_buckets_rise(limits):
    with refused(InvalidTerms, code="terms.invalid", value=limits, limit="rising whole days"):
        age_unpaid([], as_of=DUE, limits=limits)


def test_what_is_older_than_so_many_days():
    ageing = age_unpaid(earned(lent()), as_of=date(2025, 7, 1))

    assert [one.due_on for one in ageing.older_than(193)] == [date(2024, 9, 20)]
    assert [one.due_on for one in ageing.older_than(192)] == [date(2024, 9, 20), date(2024, 12, 20)]


# ---- what is not paid


def test_what_nobody_asked_for_is_unpaid_too():
    first = asks(lent(), quarter=Q3)

    ageing = age_unpaid(earned(lent()), as_of=date(2024, 12, 20), requests=[first])

    assert entries(ageing) == [
        ("HT-1", date(2024, 9, 20), Q3, cny("1897.50")),
        ("HT-1", date(2024, 12, 20), None, cny("1876.88")),
    ]
    assert [by_level(one.levels) for one in ageing.unpaid] == [
        {"central": "948.75", "county": "948.75"},
        {},
    ]


def test_what_is_not_earned_or_not_asked_for_by_the_day_does_not_count():
    second = asks(lent(), quarter=Q4, since=Q3)

    before = age_unpaid(earned(lent()), as_of=date(2024, 12, 22), requests=[second])
    after = age_unpaid(earned(lent()), as_of=date(2024, 12, 23), requests=[second])

    assert [one.requested_in for one in before.unpaid] == [None, None]
    assert [one.requested_in for one in after.unpaid] == [Q4, Q4]
    assert age_unpaid(earned(lent()), as_of=date(2024, 9, 19)).unpaid == ()


def test_a_line_of_which_the_treasury_bears_nothing_earns_nothing():
    closed = SubsidyStop(on=date(2024, 6, 21), reason=StopReason.BUSINESS_CLOSED)
    lines = subsidize(lent(), under=RULES, as_of=date(2025, 7, 1), stop=closed)

    assert len(lines) == 4
    assert age_unpaid(lines, as_of=date(2025, 7, 1)).unpaid == ()


def test_what_a_level_has_paid_is_paid():
    first = asks(lent(), quarter=Q3)
    money = [paid("948.75"), paid("900", level=Level.CENTRAL)]

    ageing = age_unpaid(
        earned(lent(), by=DUE), as_of=DUE + timedelta(60), requests=[first], payments=money
    )

    assert entries(ageing) == [("HT-1", DUE, Q3, cny("48.75"))]
    assert [by_level(one.levels) for one in ageing.unpaid] == [{"central": "48.75"}]


def test_several_payments_of_a_level_add_up_from_their_day_on():
    first = asks(lent(), quarter=Q3)
    money = [paid(500), paid(400, ref="拨2", on=date(2024, 11, 5))]

    def left(day):
        ageing = age_unpaid([], as_of=day, requests=[first], payments=money)
        return by_level(ageing.unpaid[0].levels)["county"]

    assert [left(date(2024, 11, 4)), left(date(2024, 11, 5))] == ["448.75", "48.75"]


def test_a_line_all_levels_have_paid_is_gone():
    first = asks(lent(), quarter=Q3)
    money = [paid("948.75"), paid("948.75", level=Level.CENTRAL)]

    ageing = age_unpaid(
        earned(lent(), by=DUE), as_of=DUE + timedelta(60), requests=[first], payments=money
    )
    before = age_unpaid([], as_of=date(2024, 10, 14), requests=[first], payments=money)

    assert ageing.unpaid == ()
    assert before.amount == cny("1897.50")


def test_money_meets_the_oldest_line_of_its_request_and_level_first():
    # 2024Q4 asks for HT-2 of 20 September as well: 250.94 of the county, then 250.25 of the line of
    # 20 December (100,000 × 4.95 % × 91 / 360 / 2 = 625.625, 312.82 and 312.81).
    request = asks(TWO, quarter=Q4, since=Q3)
    money = [paid(300, quarter=Q4, on=date(2025, 1, 10))]

    ageing = age_unpaid([], as_of=date(2025, 1, 31), requests=[request], payments=money)

    assert [by_level(one.levels) for one in ageing.unpaid] == [
        {"central": "250.94"},
        {"central": "312.82", "county": "263.75"},
    ]


def test_money_for_another_bank_or_quarter_pays_nothing_here():
    first = asks(lent(), quarter=Q3)
    money = [paid(500, lender="BANK-2"), paid(500, quarter=Q4)]

    ageing = age_unpaid([], as_of=date(2025, 1, 31), requests=[first], payments=money)

    assert ageing.amount == cny("1897.50")


def test_more_money_than_was_asked_pays_nothing_else():
    requests = asks_each(lent(), quarters=(Q3, Q4))

    ageing = age_unpaid([], as_of=date(2025, 1, 31), requests=requests, payments=[paid(5_000)])

    assert [by_level(one.levels) for one in ageing.unpaid] == [
        {"central": "948.75"},
        {"central": "938.44", "county": "938.44"},
    ]


def test_money_returned_is_unpaid_again():
    first = asks(lent(), quarter=Q3)
    money = [paid("948.75"), paid("-948.75", ref="退1")]

    ageing = age_unpaid([], as_of=date(2025, 1, 31), requests=[first], payments=money)

    assert ageing.amount == cny("1897.50")
    wild = age_unpaid([], as_of=date(2025, 1, 31), requests=[first], payments=money[1:])
    assert wild.amount == cny("1897.50")


def test_what_a_quarter_takes_back_meets_its_own_lines():
    # HT-1 closed: 484.69 of the county taken back in 2024Q4 out of what HT-2 gets, 312.81; the
    # center's 484.68 out of 312.82. 2024Q3 stays unpaid as it was asked.
    requests = [asks(lent(), TWO, quarter=Q3)]
    requests.append(asks(lent(), TWO, quarter=Q4, earlier=requests, stops=CLOSED))

    ageing = age_unpaid([], as_of=date(2025, 1, 31), requests=requests)

    assert entries(ageing) == [
        ("HT-1", DUE, Q3, cny("1897.50")),
        ("HT-2", DUE, Q3, cny("501.88")),
    ]


def test_what_is_paid_on_top_is_as_old_as_its_line():
    # What was taken back in 2024Q4 is given again in 2025Q1: 484.68 and 484.69.
    requests = [asks(lent(), quarter=Q3)]
    requests.append(asks(lent(), quarter=Q4, earlier=requests, stops=CLOSED))
    requests.append(asks(lent(), quarter=Q1, earlier=requests))

    ageing = age_unpaid([], as_of=date(2025, 4, 1), requests=requests[2:])

    assert entries(ageing) == [
        ("HT-1", DUE, Q1, cny("969.37")),
        ("HT-1", date(2024, 12, 20), Q1, cny("1876.88")),
        ("HT-1", date(2025, 3, 20), Q1, cny("1856.25")),
    ]


def test_the_oldest_stands_first():
    requests = asks_each(TWO, lent(), quarters=(Q3, Q4, Q1, Q2))

    ageing = age_unpaid([], as_of=date(2025, 7, 1), requests=reversed(requests))

    assert [(str(one.due_on), one.loan_id) for one in ageing.unpaid][:4] == [
        ("2024-09-20", "HT-1"),
        ("2024-09-20", "HT-2"),
        ("2024-12-20", "HT-1"),
        ("2024-12-20", "HT-2"),
    ]


def test_a_voucher_stands_for_one_payment():
    with refused(RefConflict, code="ledger.ref_conflict", value="拨1", limit=Q3):
        age_unpaid([], as_of=date(2025, 1, 31), payments=[paid(1), paid(2)])


def test_the_day_of_an_ageing_is_a_day():
    with refused(InvalidDate, code="periods.invalid_date", value="d", limit="datetime.date"):
        age_unpaid([], as_of="d")


def test_a_line_or_a_request_given_twice_counts_once_or_is_refused():
    lines = earned(lent(), by=DUE)
    request = asks(lent(), quarter=Q3)

    assert age_unpaid([*lines, *lines], as_of=DUE) == age_unpaid(lines, as_of=DUE)
    with refused(
        AlreadyRequested, code="request.already_requested", value=Q3, limit="each request once"
    ):
        age_unpaid(lines, as_of=date(2024, 12, 31), requests=[request, request])
