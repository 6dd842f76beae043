"""Whom to look after first: the watch list, its concerns and its order."""

from dataclasses import replace
from datetime import date

import pytest

from histories import PROMISE, RULES, a_fund, a_loan, pays, pays_on_time
from microloan import (
    ZERO,
    Concern,
    InvalidDate,
    InvalidTerms,
    LoanGivenTwice,
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
from microloan.errors import EvidenceMissing
from microloan.reminder import Channel, Contact, Outcome
from microloan.tracking import evidence_of
from microloan.visit import BusinessState, FollowUpVisit
from refusals import refused


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
            concerns=(Concern.OVERDUE,),
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
    assert [concern.rank for concern in Concern] == list(range(9))
    assert min(Concern, key=lambda concern: concern.rank) is Concern.GUARANTEE_OVER
    assert len({concern.zh for concern in Concern}) == 9


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


# ---- all the reasons of a loan


def seen(on, state=BusinessState.NORMAL, *, loan="HT-1", ref="访1", watch=False, on_site=True):
    return FollowUpVisit(
        loan_id=loan,
        on=on,
        ref=ref,
        visitors=("O-1", "O-2"),
        state=state,
        watch=watch,
        on_site=on_site,
    )


def reasons(loan, *, as_of, **more):
    """All the concerns of one loan; none where it is not watched."""
    watched = watch_list([loan], as_of=as_of, **more)
    return watched[0].concerns if watched else ()


def test_a_loan_is_watched_for_all_its_reasons_the_gravest_first():
    # 100 days late, visited for the last time on 1 February; the guarantee ends on 15 July 2025.
    visits = [seen(date(2024, 2, 1), BusinessState.CLOSED, watch=True)]

    assert reasons(
        a_loan(), as_of=date(2024, 5, 25), visits=visits, under=RULES, ending_within=417
    ) == (
        Concern.GUARANTEE_ENDING,
        Concern.CLAIM_OPEN,
        Concern.OVERDUE,
        Concern.BUSINESS_STOPPED,
        Concern.VISITORS_ASK,
        Concern.VISIT_MISSED,
    )
    assert reasons(a_loan(), as_of=date(2024, 5, 25)) == (Concern.CLAIM_OPEN, Concern.OVERDUE)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (BusinessState.NORMAL, ()),
        (BusinessState.STRAINED, (Concern.BUSINESS_STRAINED,)),
        (BusinessState.SUSPENDED, (Concern.BUSINESS_STOPPED,)),
        (BusinessState.CLOSED, (Concern.BUSINESS_STOPPED,)),
        (BusinessState.OUT_OF_CONTACT, (Concern.BUSINESS_STOPPED,)),
    ],
)
def test_the_last_visit_tells_how_the_business_stands(state, expected):
    loan, day = pays_on_time(a_loan(), 1, 5), date(2024, 7, 1)
    visits = [
        seen(date(2024, 6, 20), state, ref="访2"),
        seen(date(2024, 4, 10), BusinessState.CLOSED),
        seen(date(2024, 7, 2), BusinessState.CLOSED, ref="访3"),  # nobody knew of it then
        seen(date(2024, 6, 30), BusinessState.CLOSED, loan="HT-2"),
    ]

    assert reasons(loan, as_of=day, visits=iter(visits), under=RULES) == expected


def test_of_two_records_of_one_day_the_later_number_holds():
    loan, day = pays_on_time(a_loan(), 1, 5), date(2024, 7, 1)
    visits = [
        seen(day, BusinessState.STRAINED, ref="访2"),
        seen(day, BusinessState.CLOSED, ref="访1"),
    ]

    assert reasons(loan, as_of=day, visits=visits) == (Concern.BUSINESS_STRAINED,)


def test_a_call_tells_how_the_business_stands_and_is_no_visit():
    loan, day = pays_on_time(a_loan(), 1, 3), date(2024, 5, 1)
    visits = [seen(date(2024, 4, 30), BusinessState.STRAINED, on_site=False)]

    assert reasons(loan, as_of=day, visits=visits, under=RULES) == (
        Concern.BUSINESS_STRAINED,
        Concern.VISIT_MISSED,
    )


def test_a_missed_visit_is_a_reason_from_the_day_after_it_was_due():
    loan = pays_on_time(a_loan(), 1, 3)

    assert reasons(loan, as_of=date(2024, 4, 15), under=RULES) == ()
    assert reasons(loan, as_of=date(2024, 4, 16), under=RULES) == (Concern.VISIT_MISSED,)
    assert reasons(loan, as_of=date(2024, 4, 16)) == ()
    fresh = [seen(date(2024, 4, 10))]
    assert reasons(loan, as_of=date(2024, 4, 16), visits=fresh, under=RULES) == ()


def test_what_a_visit_found_counts_while_something_is_owed():
    visits = [seen(date(2024, 5, 1), BusinessState.CLOSED, watch=True)]
    settled = pays_on_time(a_loan(), 1, 12)
    gone = write_off(a_loan(), on=date(2024, 6, 1), ref="核1")

    assert reasons(settled, as_of=date(2025, 2, 1), visits=visits, under=RULES) == ()
    assert reasons(gone, as_of=date(2024, 6, 1), visits=visits, under=RULES) == ()


def test_a_guarantee_that_ends_soon_is_a_reason_on_its_last_day_still():
    # The last day to claim is 15 July 2025: on the 6th nine days are left.
    late = a_loan()

    def on(day, within):
        return Concern.GUARANTEE_ENDING in reasons(late, as_of=day, ending_within=within)

    assert not on(date(2025, 7, 5), 10)
    assert on(date(2025, 7, 6), 10)
    assert on(date(2025, 7, 15), 10)
    assert not on(date(2025, 7, 15), 0)
    assert reasons(late, as_of=date(2025, 7, 16), ending_within=10) == (
        Concern.GUARANTEE_OVER,
        Concern.OVERDUE,
    )
    settled = pays_on_time(a_loan(), 1, 12)
    assert reasons(settled, as_of=date(2025, 7, 15), ending_within=10) == ()


def test_a_guarantee_of_a_loan_on_time_may_end_soon_too():
    # Matures on 15 January 2025 and the guarantee with it; nothing is late on the 10th.
    loan = pays_on_time(a_loan(guarantee=replace(PROMISE, months_after_maturity=0)), 1, 11)

    assert reasons(loan, as_of=date(2025, 1, 10), ending_within=30) == (Concern.GUARANTEE_ENDING,)
    assert reasons(loan, as_of=date(2025, 1, 15), ending_within=30) == (Concern.GUARANTEE_ENDING,)


@pytest.mark.parametrize("days", [-1, 1.0, "30", None, True])
def test_the_days_of_an_ending_guarantee_are_a_whole_number(days):
    with refused(InvalidTerms, "terms.invalid", value=days, limit="a whole number from 0"):
        watch_list([], as_of=date(2024, 6, 1), ending_within=days)


def test_a_watch_list_is_asked_for_properly():
    day = date(2024, 6, 1)
    with refused(InvalidTerms, "terms.invalid", value="HT-1", limit="several Loan"):
        watch_list(["HT-1"], as_of=day)
    with refused(InvalidTerms, "terms.invalid", value="str", limit="several FollowUpVisit"):
        watch_list([], as_of=day, visits="访1")
    with refused(InvalidDate, "periods.invalid_date", value="2024", limit="datetime.date"):
        watch_list([], as_of="2024")
    with refused(LoanGivenTwice, "request.loan_given_twice", value="HT-1", limit="each loan once"):
        watch_list([a_loan(), a_loan()], as_of=day)


# ---- what a claim can show

CLAIMED = date(2024, 5, 25)


def called(on, *, loan="HT-1", ref="催1"):
    return Contact(
        loan_id=loan,
        due_on=date(2024, 2, 15),
        days=1,
        on=on,
        channel=Channel.PHONE,
        officer="O-1",
        outcome=Outcome.PROMISED,
        ref=ref,
    )


def test_visits_and_chasing_are_the_papers_of_a_claim_by_day():
    visits = [seen(date(2024, 4, 10)), seen(date(2024, 3, 1), loan="HT-2", ref="访9")]
    contacts = [
        called(date(2024, 4, 20), ref="催2"),
        called(date(2024, 2, 16)),
        called(date(2024, 2, 16), loan="HT-2", ref="催9"),
    ]

    assert evidence_of(a_loan(), iter(visits), iter(contacts), by=CLAIMED) == (
        ("chasing_record", "催1"),
        ("visit_record", "访1"),
        ("chasing_record", "催2"),
    )
    bare = a_loan("HT-3", guarantee=None)
    assert evidence_of(bare, visits, contacts, by=CLAIMED) == ()


@pytest.mark.parametrize(
    ("by", "kinds"),
    [
        (date(2024, 4, 20), ["chasing_record", "visit_record", "chasing_record"]),
        (date(2024, 4, 19), ["chasing_record", "visit_record"]),
        (date(2024, 4, 10), ["chasing_record", "visit_record"]),
        (date(2024, 4, 9), ["chasing_record"]),
        (date(2024, 2, 15), []),
    ],
)
def test_what_was_done_after_the_claim_is_no_paper_of_it(by, kinds):
    contacts = [called(date(2024, 4, 20), ref="催2"), called(date(2024, 2, 16))]
    papers = evidence_of(a_loan(), [seen(date(2024, 4, 10))], contacts, by=by)

    assert [kind for kind, _ in papers] == kinds


def test_a_letter_before_the_due_day_is_no_record_of_chasing():
    loan = a_loan(guarantee=replace(PROMISE, evidence={"chasing_record"}))
    letter = replace(called(date(2024, 1, 16)), days=-30, channel=Channel.LETTER)
    papers = evidence_of(loan, [], [letter], by=CLAIMED)

    assert papers == ()
    with refused(
        EvidenceMissing,
        "guarantee.evidence_missing",
        value=("chasing_record",),
        limit=("chasing_record",),
    ):
        pay_claim(a_fund(), loan, on=date(2024, 5, 25), ref="P1", evidence=papers)


def test_papers_bear_the_names_that_the_guarantee_asks_for():
    loan = a_loan(guarantee=replace(PROMISE, evidence={"催收记录", "贷后检查表"}))
    papers = evidence_of(loan, [seen(date(2024, 4, 10))], [called(date(2024, 2, 16))], by=CLAIMED)

    assert papers == (("催收记录", "催1"), ("贷后检查表", "访1"))
    _, claimed = pay_claim(a_fund(), loan, on=date(2024, 5, 25), ref="P1", evidence=papers)
    assert claimed.payout is not None


def test_papers_are_of_a_loan_and_of_records():
    with refused(InvalidTerms, "terms.invalid", value="str", limit="a Loan"):
        evidence_of("HT-1", [], [], by=CLAIMED)
    with refused(InvalidTerms, "terms.invalid", value="str", limit="several FollowUpVisit"):
        evidence_of(a_loan(), ["访1"], [], by=CLAIMED)
    with refused(InvalidTerms, "terms.invalid", value="NoneType", limit="several Contact"):
        evidence_of(a_loan(), [], None, by=CLAIMED)
    for visits in ([], [seen(date(2024, 4, 10))]):
        with refused(InvalidDate, "periods.invalid_date", value="2024", limit="datetime.date"):
            evidence_of(a_loan(), visits, [], by="2024")
