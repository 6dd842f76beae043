"""Who stands on the blacklist from which day to which, in both readings of 90 days."""

from dataclasses import replace
from datetime import date

import pytest

from histories import PROMISE, RULES, a_fund, a_loan, pay_claim, pays, pays_on_time
from microloan import (
    Dated,
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    LoanGivenTwice,
    Opening,
    cny,
    percent,
    receive_recovery,
    recover,
    write_off,
)
from microloan.blacklist import BlacklistSpan, blacklist_spans
from microloan.party import BlacklistEntry
from microloan.policy import BlacklistRule, Line
from refusals import refused

LATE = date(2025, 12, 31)
MORE_THAN = RULES.blacklist.at(LATE).of(BlacklistRule(days=90, opening=Opening.STRICTLY_AFTER))
STRICTER = replace(RULES, blacklist=Line(Dated("blacklist", ((date(2002, 12, 24), MORE_THAN),))))


def spans(*loans, as_of=LATE, under=RULES, **more):
    """Each span as person, first and last day."""
    found = blacklist_spans(loans, under=under, as_of=as_of, **more)
    return [(span.person, span.since, span.until) for span in found]


@pytest.mark.parametrize(
    ("under", "eve", "day"),
    [
        # Due on 15 February 2024: 15 May is the 90th day past due, 16 May the 91st.
        (RULES, date(2024, 5, 14), date(2024, 5, 15)),
        (STRICTER, date(2024, 5, 15), date(2024, 5, 16)),
    ],
)
def test_ninety_days_put_a_borrower_on_the_list_by_either_reading(under, eve, day):
    assert spans(a_loan(), as_of=eve, under=under) == []
    assert spans(a_loan(), as_of=day, under=under) == [("B-1", day, None)]
    assert spans(a_loan(), as_of=LATE, under=under) == [("B-1", day, None)]


def test_counter_guarantors_stand_on_it_beside_the_borrower():
    sureties = {"HT-1": ("G-1", "G-2", "B-1"), "HT-9": ("G-9",)}

    assert spans(a_loan(), sureties=sureties) == [
        (person, date(2024, 5, 15), None) for person in ("B-1", "G-1", "G-2")
    ]


def test_the_day_on_which_all_arrears_are_settled_is_the_first_one_off_the_list():
    # On 1 June four are due: 10,600, 10,550, 10,500 and 10,450.
    some = pays(a_loan(), (42_000, date(2024, 6, 1)))
    all_of_it = pays(some, (100, date(2024, 6, 3)))

    assert spans(some, as_of=date(2024, 6, 14)) == [("B-1", date(2024, 5, 15), None)]
    assert spans(all_of_it, as_of=date(2024, 6, 14)) == [
        ("B-1", date(2024, 5, 15), date(2024, 6, 2))
    ]
    # Asked before it was paid, the span still stands.
    assert spans(all_of_it, as_of=date(2024, 6, 2)) == [("B-1", date(2024, 5, 15), None)]


def test_who_falls_behind_again_goes_on_it_again():
    # June's is not paid either: 15 June + 90 days is 13 September.
    loan = pays(a_loan(), (42_100, date(2024, 6, 3)))

    assert spans(loan) == [
        ("B-1", date(2024, 5, 15), date(2024, 6, 2)),
        ("B-1", date(2024, 9, 13), None),
    ]


def test_a_part_payment_that_leaves_the_oldest_day_unpaid_changes_nothing():
    loan = pays(a_loan(), (5_000, date(2024, 5, 10)), (5_000, date(2024, 5, 20)))

    assert spans(loan) == [("B-1", date(2024, 5, 15), None)]


def test_a_payment_before_the_day_puts_it_off():
    # Interest comes first: 600, 550, 500, then February's 10,000. March's principal is the oldest
    # then, and 90 days late on 13 June.
    loan = pays(a_loan(), (11_650, date(2024, 5, 14)))

    assert spans(loan) == [("B-1", date(2024, 6, 13), None)]


def test_who_pays_never_stands_on_it():
    assert spans(pays_on_time(a_loan(), 1, 12)) == []


def test_the_day_the_fund_pays_is_the_latest_and_only_its_recovery_lifts_it():
    # Claims open at 60 days here; the whole is covered, so that nothing stays owed to the bank.
    promise = replace(PROMISE, coverage=percent("100"), claimable_after_days=60)
    fund, loan = pay_claim(a_fund(), a_loan(guarantee=promise), on=date(2024, 4, 20), ref="代1")

    assert spans(loan, as_of=date(2024, 4, 19)) == []
    assert spans(loan) == [("B-1", date(2024, 4, 20), None)]
    fund, loan = receive_recovery(fund, loan, cny(100_000), on=date(2024, 8, 1), ref="追1")
    assert spans(loan) == [("B-1", date(2024, 4, 20), None)]
    owed = loan.position(as_of=date(2024, 9, 1))
    rest = owed.subrogated + owed.arrears
    _, loan = receive_recovery(fund, loan, rest, on=date(2024, 9, 1), ref="追2")
    assert spans(loan) == [("B-1", date(2024, 4, 20), date(2024, 8, 31))]


def test_a_write_off_lifts_nothing_until_all_of_it_is_recovered():
    loan = write_off(a_loan(months=1), on=date(2024, 3, 1), ref="核1")  # 120,600 and not yet 90

    assert spans(loan) == [("B-1", date(2024, 3, 1), None)]
    part = recover(loan, cny(120_000), on=date(2024, 7, 1), ref="追1")
    assert spans(part) == [("B-1", date(2024, 3, 1), None)]
    whole = recover(part, cny(600), on=date(2024, 8, 1), ref="追2")
    assert spans(whole) == [("B-1", date(2024, 3, 1), date(2024, 7, 31))]


def test_a_reversed_payment_leaves_the_list_as_though_it_had_never_come():
    loan = pays(a_loan(), (10_600, date(2024, 2, 15)))
    loan = loan.reverse(2, on=date(2024, 6, 1), ref="冲1")

    assert spans(loan) == [("B-1", date(2024, 5, 15), None)]


def test_the_earliest_comes_first_and_each_loan_has_its_own_span():
    early = a_loan("HT-2", disbursed_on=date(2023, 12, 15))

    found = blacklist_spans([a_loan("HT-1"), early], under=RULES, as_of=LATE)
    assert [(span.loan_id, span.since) for span in found] == [
        ("HT-2", date(2024, 4, 14)),
        ("HT-1", date(2024, 5, 15)),
    ]


def test_a_span_is_what_an_assessment_reads():
    span = BlacklistSpan(
        person="B-1", since=date(2024, 5, 15), until=date(2024, 6, 2), loan_id="HT-1"
    )

    assert [span.holds_on(date(2024, *day)) for day in ((5, 14), (5, 15), (6, 2), (6, 3))] == [
        *(False, True, True, False)
    ]
    assert replace(span, until=None).holds_on(LATE)
    assert span.entry == BlacklistEntry(
        person="B-1", since=date(2024, 5, 15), until=date(2024, 6, 2)
    )


def test_a_span_about_nobody_or_no_time_is_refused():
    span = BlacklistSpan(person="B-1", since=date(2024, 5, 15), until=None, loan_id="HT-1")
    for change in ({"person": ""}, {"loan_id": ""}):
        with refused(InvalidIdentity, "identity.invalid", value="", limit=64):
            replace(span, **change)
    with refused(
        InvalidDate, "periods.invalid_date", value=date(2024, 5, 14), limit=date(2024, 5, 15)
    ):
        replace(span, until=date(2024, 5, 14))
    for change in ({"since": "2024"}, {"until": "2024"}):
        with refused(InvalidDate, "periods.invalid_date", value="2024", limit="datetime.date"):
            replace(span, **change)


@pytest.mark.parametrize(
    ("sureties", "value", "limit"),
    [
        ([("HT-1", "G-1")], "list", "tuples of identities by loan"),
        (None, "NoneType", "tuples of identities by loan"),
        ({"HT-1": "G-1"}, "G-1", "a tuple of str"),
        ({"HT-1": ["G-1"]}, "list", "a tuple of str"),
    ],
)
def test_sureties_are_tuples_by_loan(sureties, value, limit):
    with refused(InvalidTerms, "terms.invalid", value=value, limit=limit):
        spans(a_loan(), sureties=sureties)


def test_what_is_no_surety_no_loan_or_no_day_is_refused():
    with refused(InvalidIdentity, "identity.invalid", value=" ", limit=64):
        spans(a_loan(), sureties={"HT-1": (" ",)})
    with refused(LoanGivenTwice, "request.loan_given_twice", value="HT-1", limit="each loan once"):
        spans(a_loan(), a_loan())
    with refused(InvalidDate, "periods.invalid_date", value="2024", limit="datetime.date"):
        spans(a_loan(), as_of="2024")
    with refused(InvalidTerms, "terms.invalid", value="HT-1", limit="several Loan"):
        spans("HT-1")
