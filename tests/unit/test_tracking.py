"""Whom to look after first: the watch list, its concerns and its order."""

from dataclasses import replace
from datetime import date

import pytest

from histories import PROMISE, a_fund, a_loan, pays, pays_on_time
from microloan import (
    ZERO,
    Concern,
    Opening,
    Watch,
    accelerate,
    cny,
    discharge_guarantee,
    extend,
    extend_without_consent,
    pay_claim,
    percent,
    receive_recovery,
    reverse_both,
    watch_list,
    write_off,
)


def concerns(*loans, as_of):
    """The loans watched on a day, each with its concern, in the order of the list."""
    return [(watch.loan_id, watch.concern) for watch in watch_list(loans, as_of=as_of)]


def test_a_loan_on_time_is_not_watched():
    # Due on the day itself is not late yet.
    assert watch_list([pays_on_time(a_loan(), 1, 5)], as_of=date(2024, 7, 15)) == ()
    assert watch_list([], as_of=date(2024, 7, 15)) == ()


def test_a_late_loan_is_watched_with_what_it_owes_and_until_when_it_may_be_claimed_for():
    # June's 10,400 and July's 10,350 are unpaid on 20 July.
    loan = pays_on_time(a_loan(), 1, 4)

    assert watch_list([loan], as_of=date(2024, 7, 20)) == (
        Watch(
            loan_id="HT-1",
            borrower="B-1",
            lender="BANK-1",
            concern=Concern.OVERDUE,
            days_past_due=35,
            arrears_fen=20_750_00,
            subrogated_fen=0,
            claim_by=date(2025, 7, 15),
        ),
    )
    assert watch_list([loan], as_of=date(2024, 7, 20))[0].arrears == cny(20_750)


@pytest.mark.parametrize(
    ("day", "opening", "concern"),
    [
        (date(2024, 2, 16), Opening.AT_OR_AFTER, Concern.OVERDUE),
        (date(2024, 5, 14), Opening.AT_OR_AFTER, Concern.OVERDUE),  # 89 days
        (date(2024, 5, 15), Opening.AT_OR_AFTER, Concern.CLAIM_OPEN),  # 90 days
        (date(2024, 5, 15), Opening.STRICTLY_AFTER, Concern.OVERDUE),
        (date(2024, 5, 16), Opening.STRICTLY_AFTER, Concern.CLAIM_OPEN),
        (date(2025, 7, 15), Opening.AT_OR_AFTER, Concern.CLAIM_OPEN),  # the last day of the period
        (date(2025, 7, 16), Opening.AT_OR_AFTER, Concern.GUARANTEE_OVER),
    ],
)
def test_a_late_loan_grows_graver(day, opening, concern):
    loan = a_loan(guarantee=replace(PROMISE, opening=opening))

    assert concerns(loan, as_of=day) == [("HT-1", concern)]


def test_a_loan_without_a_guarantee_is_only_overdue():
    loan = a_loan(guarantee=None)

    (watch,) = watch_list([loan], as_of=date(2026, 1, 1))
    assert (watch.concern, watch.claim_by) == (Concern.OVERDUE, None)


def test_a_claimed_loan_is_watched_until_the_fund_has_its_money_back():
    fund, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")

    (watch,) = watch_list([loan], as_of=date(2024, 5, 25))
    assert (watch.concern, watch.subrogated) == (Concern.TO_RECOVER, cny(96_000))
    assert watch.arrears == cny("26233.33")
    fund, almost = receive_recovery(fund, loan, cny(119_990), on=date(2024, 9, 1), ref="Z1")
    assert concerns(almost, as_of=date(2025, 9, 1)) == [("HT-1", Concern.TO_RECOVER)]
    fund, back = receive_recovery(fund, almost, cny(10), on=date(2024, 9, 2), ref="Z2")
    # Interest is still owed to the lender; there is nothing left to claim.
    (watch,) = watch_list([back], as_of=date(2025, 9, 1))
    assert (watch.concern, watch.subrogated, watch.arrears) == (
        Concern.OVERDUE,
        ZERO,
        cny("2233.33"),
    )
    _, settled = receive_recovery(fund, back, cny("2233.33"), on=date(2024, 9, 3), ref="Z3")
    assert watch_list([settled], as_of=date(2025, 9, 1)) == ()


def test_a_claimed_loan_whose_fund_has_its_money_back_cannot_be_claimed_for_again():
    # Of 4 fen the fund lost 2. Each fen recovered is half its own and rounded up: after two it has
    # its money back, and the lender is still owed 2 of principal.
    half = replace(PROMISE, coverage=percent("50"))
    loan = a_loan(principal=cny("0.04"), months=1, annual_rate=percent("0"), guarantee=half)
    fund, loan = pay_claim(a_fund(), loan, on=date(2024, 6, 15), ref="P1")
    for ref in ("Z1", "Z2"):
        fund, loan = receive_recovery(fund, loan, cny("0.01"), on=date(2024, 6, 15), ref=ref)

    standing = loan.position(as_of=date(2024, 6, 15))
    assert (standing.outstanding, standing.subrogated) == (cny("0.02"), ZERO)
    assert concerns(loan, as_of=date(2024, 6, 15)) == [("HT-1", Concern.OVERDUE)]
    assert concerns(loan, as_of=date(2026, 6, 17)) == [("HT-1", Concern.OVERDUE)]


def test_the_list_of_an_earlier_day_does_not_know_a_later_payout():
    loan = a_loan()
    before = watch_list([loan], as_of=date(2024, 5, 24))
    _, claimed = pay_claim(a_fund(), loan, on=date(2024, 5, 25), ref="P1")

    assert before[0].concern is Concern.CLAIM_OPEN
    assert watch_list([claimed], as_of=date(2024, 5, 24)) == before


def test_a_payout_that_was_undone_leaves_the_claim_open():
    fund, loan = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="P1")
    _, loan = reverse_both(fund, loan, 2, on=date(2024, 5, 26), ref="C1")

    assert concerns(loan, as_of=date(2024, 5, 27)) == [("HT-1", Concern.CLAIM_OPEN)]


def test_the_gravest_comes_first_then_the_latest_then_the_loan_number():
    day = date(2024, 10, 1)
    short = replace(PROMISE, months_after_maturity=0)
    _, claimed = pay_claim(a_fund(), a_loan("HT-0"), on=date(2024, 5, 25), ref="P1")
    loans = [
        claimed,
        pays_on_time(a_loan("HT-2"), 1, 7),  # September's is 16 days late
        pays_on_time(a_loan("HT-9"), 1, 6),  # August's is 47 days late
        pays_on_time(a_loan("HT-1"), 1, 7),
        a_loan("HT-4"),  # 229 days late
        pays(a_loan("HT-3"), (10_600, date(2024, 2, 15))),  # 200 days late
        a_loan("HT-8", months=1, guarantee=short),  # matured in February
        pays_on_time(a_loan("HT-7"), 1, 8),  # on time
    ]
    expected = [
        ("HT-8", Concern.GUARANTEE_OVER),
        ("HT-4", Concern.CLAIM_OPEN),
        ("HT-3", Concern.CLAIM_OPEN),
        ("HT-9", Concern.OVERDUE),
        ("HT-1", Concern.OVERDUE),
        ("HT-2", Concern.OVERDUE),
        ("HT-0", Concern.TO_RECOVER),
    ]

    assert concerns(*loans, as_of=day) == expected
    assert concerns(*reversed(loans), as_of=day) == expected


def test_concerns_rank_from_the_gravest():
    assert [concern.rank for concern in Concern] == [0, 1, 2, 3]
    assert min(Concern, key=lambda concern: concern.rank) is Concern.GUARANTEE_OVER


def test_an_extension_moves_the_last_day_of_a_claim_only_with_the_guarantors_consent():
    # Matures on 15 January 2025; claims until 15 July 2025, or a year later.
    day = date(2025, 8, 1)
    agreed = extend(a_loan("HT-1"), months=12, on=date(2024, 2, 1), ref="展1")
    alone = extend_without_consent(a_loan("HT-2"), months=12, on=date(2024, 2, 1), ref="展1")

    assert concerns(agreed, alone, as_of=day) == [
        ("HT-2", Concern.GUARANTEE_OVER),
        ("HT-1", Concern.CLAIM_OPEN),
    ]
    watched = {watch.loan_id: watch.claim_by for watch in watch_list([agreed, alone], as_of=day)}
    assert watched == {"HT-1": date(2026, 7, 15), "HT-2": date(2025, 7, 15)}


def test_a_loan_called_in_is_watched_and_one_written_off_is_not():
    loan = accelerate(pays_on_time(a_loan(), 1, 2), on=date(2024, 3, 25), ref="A1")

    assert concerns(loan, as_of=date(2024, 3, 25)) == []
    assert concerns(loan, as_of=date(2024, 3, 26)) == [("HT-1", Concern.OVERDUE)]
    assert concerns(loan, as_of=date(2024, 6, 23)) == [("HT-1", Concern.CLAIM_OPEN)]
    written_off = write_off(loan, on=date(2024, 6, 23), ref="W1")
    assert concerns(written_off, as_of=date(2024, 6, 23)) == []


def test_a_discharged_guarantee_can_no_longer_be_claimed_under():
    over = date(2025, 12, 1)  # matured on 15 January 2025, the guarantee ended in July
    [watched] = watch_list([a_loan()], as_of=over)
    assert (watched.concern, watched.claim_by) == (Concern.GUARANTEE_OVER, date(2025, 7, 15))
    loan = discharge_guarantee(a_loan(), on=date(2025, 8, 1), ref="解1")
    [after] = watch_list([loan], as_of=over)
    assert (after.concern, after.claim_by) == (Concern.OVERDUE, None)
    [before] = watch_list([loan], as_of=date(2025, 7, 31))
    assert (before.concern, before.claim_by) == (Concern.GUARANTEE_OVER, date(2025, 7, 15))
