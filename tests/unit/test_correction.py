"""What a later quarter changes of a line requested before: late facts, stops, decisions."""

from dataclasses import replace
from datetime import date

import pytest

from histories import refused
from microloan import (
    ZERO,
    InvalidAmount,
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    Prepayment,
    change_rate,
    cny,
    percent,
)
from microloan.clauses import Repricing
from microloan.correction import Clawback, Correction, CorrectionCause
from microloan.entitlement import StopReason, SubsidyStop
from microloan.errors import AlreadyRequested, CorrectionTooLarge, NotRequested
from requesting import (
    Q1,
    Q2,
    Q3,
    Q4,
    asks,
    asks_each,
    by_level,
    changes,
    lent,
    listed,
    net_fen,
    shares,
    told,
)

FIRST = ("HT-1", date(2024, 9, 20))
"""The line of 2024Q3, for which 1,897.50 is requested."""


def closed(on):
    """A stop of the subsidy because the business closed."""
    return {"HT-1": SubsidyStop(on=on, reason=StopReason.BUSINESS_CLOSED)}


def taken(amount, *, due_on=date(2024, 9, 20), loan_id="HT-1", ref="财监1"):
    """A decision to take so much back."""
    return Clawback(loan_id=loan_id, due_on=due_on, amount=cny(amount), ref=ref)


DECISION = taken(1)


# ---- what is known today


def test_nothing_is_corrected_while_nothing_new_is_known():
    assert [request.corrections for request in asks_each(lent())] == [()] * 4


def test_a_stop_that_became_known_late_is_taken_back():
    # The business closed on 5 August, which was found out in the autumn: 928.13 instead of
    # 1,897.50, and nothing for the quarter.
    first = asks(lent(), quarter=Q3)

    second = asks(lent(), quarter=Q4, earlier=(first,), stops=closed(date(2024, 8, 5)))

    assert changes(second) == [("HT-1", date(2024, 9, 20), cny("1897.50"), cny("928.13"))]
    assert (second.corrections[0].requested_in, second.corrections[0].number) == (Q3, 1)
    assert (second.lines, second.subsidy) == ((), ZERO)
    assert second.corrected == second.amount == cny("-969.37")


def test_what_is_taken_back_is_split_by_the_shares_of_the_line():
    # 1,897.50 is 948.75 and 948.75; 928.13 is 464.07 and 464.06.
    first = asks(lent(), quarter=Q3)
    other = told(shares(central="1"))

    second = asks(
        lent(), quarter=Q4, earlier=(first,), stops=closed(date(2024, 8, 5)), shares=other
    )

    assert by_level(second.corrections[0].levels) == {"central": "-484.68", "county": "-484.69"}
    assert by_level(second.corrected_levels) == {"central": "-484.68", "county": "-484.69"}
    assert by_level(second.levels) == {"central": "-484.68", "county": "-484.69"}
    assert second.line_levels == ()


def test_lines_and_corrections_of_a_quarter_add_up_at_each_level():
    # The rate is 4.75 % instead of 4.95 % from 5 August on, known in the autumn: 3,795.00 less
    # 300,000 × 0.20 % × 47 / 360 = 78.33 is 3,716.67, half 1,858.335; the quarter: 300,000 × 4.75 %
    # × 91 / 360 = 3,602.08, half 1,801.04.
    loan = lent(repricing=Repricing.FLOATING)
    first = asks(loan, quarter=Q3)
    cheaper = change_rate(loan, percent("4.75"), on=date(2024, 8, 5), ref="调息1")

    second = asks(cheaper, quarter=Q4, earlier=(first,))

    assert listed(second) == [("HT-1", date(2024, 12, 20), cny("1801.04"))]
    assert changes(second) == [("HT-1", date(2024, 9, 20), cny("1897.50"), cny("1858.34"))]
    assert second.amount == cny("1761.88")
    assert by_level(second.levels) == {"central": "880.94", "county": "880.94"}


def test_a_prepayment_booked_late_takes_back_a_line_and_brings_another():
    # All was repaid on 5 August; the voucher came in October. There is no line of 20 September, and
    # that of 5 August was never requested.
    first = asks(lent(), quarter=Q3)
    loan = lent().prepay(
        cny("301856.25"),
        on=date(2024, 8, 5),
        ref="提前1",
        then=Prepayment.SHORTEN,
        booked_on=date(2024, 10, 8),
    )

    second = asks(loan, quarter=Q4, earlier=(first,))

    assert listed(second) == [("HT-1", date(2024, 8, 5), cny("928.13"))]
    assert changes(second) == [("HT-1", date(2024, 9, 20), cny("1897.50"), ZERO)]
    assert second.amount == cny("-969.37")


def test_a_reversal_gives_back_what_was_taken():
    # The prepayment was another borrower's: the line of 20 September is owed again, that of 5
    # August is not.
    first = asks(lent(), quarter=Q3)
    loan = lent().prepay(
        cny("301856.25"), on=date(2024, 8, 5), ref="提前1", then=Prepayment.SHORTEN
    )
    second = asks(loan, quarter=Q4, earlier=(first,))

    third = asks(
        loan.reverse(2, on=date(2025, 1, 6), ref="冲1"), quarter=Q1, earlier=(first, second)
    )

    assert changes(third) == [
        ("HT-1", date(2024, 8, 5), cny("928.13"), ZERO),
        ("HT-1", date(2024, 9, 20), ZERO, cny("1897.50")),
    ]
    assert [correction.requested_in for correction in third.corrections] == [Q4, Q3]
    assert [line.due_on for line in third.lines] == [date(2024, 12, 20), date(2025, 3, 20)]


def test_a_line_is_corrected_from_where_the_last_correction_left_it():
    requests = [asks(lent(), quarter=Q3)]
    for quarter, day in ((Q4, date(2024, 8, 5)), (Q1, date(2024, 7, 21)), (Q2, date(2025, 6, 21))):
        requests.append(asks(lent(), quarter=quarter, earlier=requests, stops=closed(day)))

    # 30 of 92 days: 3,795.00 × 30 / 92 / 2 = 618.75; then no stop before the end of the loan.
    assert [changes(request) for request in requests] == [
        [],
        [("HT-1", date(2024, 9, 20), cny("1897.50"), cny("928.13"))],
        [("HT-1", date(2024, 9, 20), cny("928.13"), cny("618.75"))],
        [("HT-1", date(2024, 9, 20), cny("618.75"), cny("1897.50"))],
    ]
    assert net_fen(requests, "HT-1") == 1897_50 + 1876_88 + 1856_25 + 1897_50


def test_a_correction_explains_itself():
    first = asks(lent(), quarter=Q3)
    second = asks(lent(), quarter=Q4, earlier=(first,), stops=closed(date(2024, 8, 5)))

    assert str(second.corrections[0].explain()).splitlines() == [
        "HT-1, interest due 2024-09-20, requested in 2024Q3: -969.37",
        "  was      1,897.50",
        "  is       928.13",
        "  central  -484.68",
        "  county   -484.69",
        "  rule     recomputed from what is known today",
    ]


# ---- decisions


def test_an_authority_takes_back_a_part_of_a_line():
    first = asks(lent(), quarter=Q3)

    second = asks(lent(), quarter=Q4, earlier=(first,), clawbacks=[taken("897.50")])

    (correction,) = second.corrections
    assert changes(second) == [(*FIRST, cny("1897.50"), cny(1000))]
    assert (correction.cause, correction.ref) == (CorrectionCause.DECIDED, "财监1")
    assert correction.difference == cny("-897.50")
    assert str(correction.explain()).endswith("rule     decision 财监1")
    assert second.amount == cny("979.38")  # 1,876.88 less 897.50


def test_a_decision_stands_against_recomputing():
    # What is known today would make it 1,897.50 again.
    first = asks(lent(), quarter=Q3)
    second = asks(lent(), quarter=Q4, earlier=(first,), clawbacks=[taken("897.50")])

    assert asks(lent(), quarter=Q1, earlier=(first, second)).corrections == ()


def test_facts_may_make_less_of_a_line_than_a_decision_left_but_never_more():
    requests = [asks(lent(), quarter=Q3)]
    requests.append(asks(lent(), quarter=Q4, earlier=requests, clawbacks=[taken("897.50")]))
    requests.append(asks(lent(), quarter=Q1, earlier=requests, stops=closed(date(2024, 8, 5))))
    requests.append(asks(lent(), quarter=Q2, earlier=requests))

    assert [changes(request)[:1] for request in requests[2:]] == [
        [(*FIRST, cny(1000), cny("928.13"))],
        [(*FIRST, cny("928.13"), cny(1000))],
    ]


def test_a_decision_and_facts_of_one_quarter_leave_the_lower_of_both_at_once():
    requests = [asks(lent(), quarter=Q3)]
    stops = closed(date(2024, 8, 5))
    requests.append(
        asks(lent(), quarter=Q4, earlier=requests, clawbacks=[taken("897.50")], stops=stops)
    )
    requests.append(asks(lent(), quarter=Q1, earlier=requests, stops=stops))

    assert [changes(request) for request in requests[1:]] == [
        [(*FIRST, cny("1897.50"), cny("928.13"))],
        [],
    ]


def test_all_of_a_line_may_be_taken_back_and_no_fen_more():
    first = asks(lent(), quarter=Q3)

    second = asks(lent(), quarter=Q4, earlier=(first,), clawbacks=[taken("1897.50")])
    assert changes(second) == [(*FIRST, cny("1897.50"), ZERO)]
    with refused(
        CorrectionTooLarge,
        code="request.correction_too_large",
        value=cny("1897.51"),
        limit=cny("1897.50"),
        keeps=first,
    ) as caught:
        asks(lent(), quarter=Q4, earlier=(first,), clawbacks=[taken("1897.51")])
    assert "HT-1" in str(caught.value)
    assert "2024-09-20" in caught.value.zh


def test_earlier_corrections_leave_less_to_take_back():
    first = asks(lent(), quarter=Q3)
    second = asks(lent(), quarter=Q4, earlier=(first,), clawbacks=[taken("897.50")])

    with refused(
        CorrectionTooLarge,
        code="request.correction_too_large",
        value=cny("1000.01"),
        limit=cny(1000),
    ):
        asks(lent(), quarter=Q1, earlier=(first, second), clawbacks=[taken("1000.01", ref="财监2")])
    third = asks(lent(), quarter=Q1, earlier=(first, second), clawbacks=[taken(1000, ref="财监2")])
    assert changes(third) == [(*FIRST, cny(1000), ZERO)]


@pytest.mark.parametrize(
    "decision",
    [
        taken(1, due_on=date(2024, 9, 21)),
        taken(1, loan_id="HT-2"),
        taken(1, due_on=date(2024, 12, 20)),  # a line of the very request
    ],
)
def test_a_decision_names_a_line_that_was_requested(decision):
    first = asks(lent(), quarter=Q3)

    with refused(
        NotRequested,
        code="request.not_requested",
        value=decision.key,
        limit="a line that was requested",
    ):
        asks(lent(), quarter=Q4, earlier=(first,), clawbacks=[decision])


@pytest.mark.parametrize("second", [DECISION, taken(1), taken(2, ref="财监2")])
def test_two_decisions_about_one_line_come_one_after_the_other(second):
    first = asks(lent(), quarter=Q3)

    with refused(
        AlreadyRequested, code="request.already_requested", value=FIRST, limit="decision 财监1"
    ):
        asks(lent(), quarter=Q4, earlier=(first,), clawbacks=[DECISION, second])


@pytest.mark.parametrize(
    ("change", "error", "code", "value", "limit"),
    [
        ({"amount": ZERO}, InvalidAmount, "money.invalid_amount", ZERO, ZERO),
        ({"ref": ""}, InvalidIdentity, "identity.invalid", "", 64),
        ({"loan_id": " "}, InvalidIdentity, "identity.invalid", " ", 64),
        ({"due_on": "d"}, InvalidDate, "periods.invalid_date", "d", "datetime.date"),
    ],
)
def test_what_no_decision_could_say_is_refused(change, error, code, value, limit):
    with refused(error, code=code, value=value, limit=limit):
        replace(taken(1), **change)


# ---- corrections made elsewhere


def a_correction(**parts):
    """A correction of the line of 2024Q3, all of it taken back."""
    usual = {
        "loan_id": "HT-1",
        "number": 1,
        "due_on": date(2024, 9, 20),
        "requested_in": Q3,
        "was_fen": 1897_50,
        "is_fen": 0,
        "shares": shares(central="1/2", county="1/2"),
    }
    return Correction(**usual | parts)


def corrected(*corrections):
    """The request of 2024Q4 with such corrections, and that of 2024Q3 before it."""
    first, second = asks_each(lent(), quarters=(Q3, Q4))
    return first, replace(second, corrections=corrections)


def test_a_correction_below_nothing_takes_back_more_than_was_requested():
    with refused(
        CorrectionTooLarge,
        code="request.correction_too_large",
        value=cny("1897.51"),
        limit=cny("1897.50"),
    ):
        a_correction(is_fen=-1)


def test_a_correction_larger_than_its_line_is_found_in_the_chain():
    # It states 2,000.00 where 1,897.50 was requested.
    with refused(
        CorrectionTooLarge,
        code="request.correction_too_large",
        value=cny(2000),
        limit=cny("1897.50"),
    ):
        asks(lent(), quarter=Q1, earlier=corrected(a_correction(was_fen=2000_00)))


@pytest.mark.parametrize(
    ("parts", "stated"),
    [
        ({"was_fen": 1000_00}, "1,000.00 of 2024Q3 and its shares"),
        ({"requested_in": replace(Q3, quarter=2)}, "1,897.50 of 2024Q2 and its shares"),
        ({"shares": shares(central="1")}, "1,897.50 of 2024Q3 and its shares"),
    ],
)
def test_a_correction_starts_from_what_was_requested(parts, stated):
    stands = "1,897.50 of 2024Q3 and its shares"

    with refused(InvalidTerms, code="terms.invalid", value=stated, limit=stands):
        asks(lent(), quarter=Q1, earlier=corrected(a_correction(**parts)))


def test_a_correction_of_a_line_that_no_request_holds_is_refused():
    key = ("HT-1", date(2024, 9, 21))

    with refused(
        NotRequested, code="request.not_requested", value=key, limit="a line that was requested"
    ):
        asks(lent(), quarter=Q1, earlier=corrected(a_correction(due_on=key[1])))


@pytest.mark.parametrize("quarter", [Q4, Q1])
def test_a_correction_stands_in_a_later_quarter_than_its_line(quarter):
    with refused(
        InvalidTerms,
        code="terms.invalid",
        value=date(2024, 9, 20),
        limit="a quarter before 2024Q4",
    ):
        corrected(a_correction(requested_in=quarter))


def test_two_corrections_of_one_line_in_a_request_are_refused():
    with refused(
        AlreadyRequested, code="request.already_requested", value=FIRST, limit="BANK-1 2024Q4"
    ):
        corrected(a_correction(), a_correction(is_fen=1))


@pytest.mark.parametrize(
    ("parts", "value", "limit"),
    [
        ({"is_fen": 1897_50}, "1,897.50 to 1,897.50", "a change, from at least 0.00"),
        ({"was_fen": -1, "is_fen": 5}, "-0.01 to 0.05", "a change, from at least 0.00"),
        ({"cause": "decided"}, "decided", "a CorrectionCause"),
        ({"ref": "财监1"}, "财监1", "empty"),
    ],
)
def test_what_no_correction_could_be_is_refused(parts, value, limit):
    with refused(InvalidTerms, code="terms.invalid", value=value, limit=limit):
        a_correction(**parts)


def test_a_decision_has_its_voucher():
    with refused(InvalidIdentity, code="identity.invalid", value="", limit=64):
        a_correction(cause=CorrectionCause.DECIDED)


def test_a_correction_names_a_loan():
    with refused(InvalidIdentity, code="identity.invalid", value="", limit=64):
        a_correction(loan_id="")


def test_a_small_correction_down_to_a_fen_and_up_from_nothing():
    assert a_correction(was_fen=0, is_fen=1).difference == cny("0.01")
    assert a_correction(was_fen=1, is_fen=0).difference == cny("-0.01")
