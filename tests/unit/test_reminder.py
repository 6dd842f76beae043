"""Which reminders and steps of chasing fall on which day, and what a contact answers."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from histories import RULES, a_fund, a_loan, a_quarterly_loan, pays, pays_on_time
from microloan import (
    Dated,
    InvalidDate,
    InvalidIdentity,
    InvalidTerms,
    LoanGivenTwice,
    accelerate,
    cny,
    discharge_guarantee,
    extend,
    pay_claim,
    write_off,
)
from microloan.errors import VisitTooEarly
from microloan.policy import Line
from microloan.reminder import Channel, Contact, Outcome, Rung, due_reminders, make_contact
from refusals import refused

BULLET = {"months": 12, "interval_months": 12}  # 120,000 and its interest on 15 January 2025
DUE = date(2025, 1, 15)


def a_bullet_loan(name="HT-1", **agreed):
    """One due day, so that one ladder can be followed on paper: 120,000 and 7,200."""
    return a_loan(name, **BULLET | agreed)


def called(days, on, *, loan="HT-1", due_on=DUE, ref="催1", outcome=Outcome.PROMISED):
    return Contact(
        loan_id=loan,
        due_on=due_on,
        days=days,
        on=on,
        channel=Channel.PHONE,
        officer="O-1",
        outcome=outcome,
        ref=ref,
    )


def steps(loans, contacts=(), *, since, until, under=RULES):
    """Each reminder as loan, day, rung and channel."""
    due = due_reminders(loans, contacts, under=under, since=since, until=until)
    return [(one.loan_id, one.on, one.days, one.channel) for one in due]


LADDER = [
    ("HT-1", date(2024, 12, 16), -30, Channel.LETTER),
    ("HT-1", date(2025, 1, 8), -7, Channel.SMS),
    ("HT-1", date(2025, 1, 14), -1, Channel.PHONE),
    ("HT-1", date(2025, 1, 16), 1, Channel.PHONE),
    ("HT-1", date(2025, 1, 22), 7, Channel.LETTER),
    ("HT-1", date(2025, 2, 14), 30, Channel.VISIT),
    ("HT-1", date(2025, 3, 16), 60, Channel.GUARANTOR),
    ("HT-1", date(2025, 4, 15), 90, Channel.CLAIM),
]


def test_one_due_day_has_a_ladder_from_a_month_before_to_ninety_days_after():
    loan = a_bullet_loan()

    assert steps([loan], since=date(2024, 1, 15), until=date(2026, 1, 1)) == LADDER
    assert steps([loan], since=date(2025, 1, 14), until=date(2025, 1, 16)) == LADDER[2:4]
    [letter] = due_reminders(
        [loan], [], under=RULES, since=date(2024, 12, 16), until=date(2024, 12, 16)
    )
    assert (letter.borrower, letter.lender, letter.due_on) == ("B-1", "BANK-1", DUE)
    assert letter.unpaid == cny(127_200)


def test_an_installment_that_is_paid_needs_no_more_reminders():
    # July's installment is the sixth; five are paid, so the ladder of July stands on 8 July.
    loan = pays_on_time(a_loan(), 1, 5)
    week = {"since": date(2024, 7, 8), "until": date(2024, 7, 14)}

    assert steps([loan], **week) == [
        ("HT-1", date(2024, 7, 8), -7, Channel.SMS),
        ("HT-1", date(2024, 7, 14), -1, Channel.PHONE),
    ]
    assert steps([pays_on_time(loan, 6, 6)], **week) == []
    assert steps([pays_on_time(a_loan(), 1, 12)], since=date(2024, 1, 1), until=DUE) == []


def test_a_part_that_is_unpaid_is_reminded_of_with_what_is_left():
    # The first installment is 10,600; 10,000 came on its day.
    loan = pays(a_loan(), (10_000, date(2024, 2, 15)))

    [call, *_] = due_reminders(
        [loan], [], under=RULES, since=date(2024, 2, 16), until=date(2024, 2, 22)
    )
    assert (call.on, call.days, call.unpaid) == (date(2024, 2, 16), 1, cny(600))


def test_a_rung_that_a_contact_answers_is_done_whatever_came_of_it():
    loan, window = a_bullet_loan(), {"since": date(2025, 1, 1), "until": date(2025, 1, 31)}
    contacts = [
        called(-7, date(2025, 1, 9)),  # a day later than planned
        called(1, date(2025, 1, 16), outcome=Outcome.NOT_REACHED, ref="催2"),
        called(7, date(2025, 1, 22), loan="HT-2", ref="催3"),  # of another loan
        called(7, date(2025, 1, 22), due_on=date(2024, 1, 15), ref="催4"),  # of another due day
    ]

    assert steps([loan], iter(contacts), **window) == [LADDER[2], LADDER[4]]


def test_reminders_come_day_by_day_then_by_loan():
    loans = [a_bullet_loan("HT-2"), a_bullet_loan("HT-1")]

    assert [(name, on) for name, on, *_ in steps(
        loans, since=date(2025, 1, 14), until=date(2025, 1, 16)
    )] == [
        ("HT-1", date(2025, 1, 14)),
        ("HT-2", date(2025, 1, 14)),
        ("HT-1", date(2025, 1, 16)),
        ("HT-2", date(2025, 1, 16)),
    ]  # fmt: skip


def test_nobody_is_reminded_before_the_loan_is_paid_out():
    # Paid out on 31 January, due on 29 February: the letter of 30 January would be too early.
    loan = a_loan(disbursed_on=date(2024, 1, 31), months=1)  # due on 29 February

    assert [on for _, on, *_ in steps([loan], since=date(2024, 1, 1), until=date(2024, 2, 28))] == [
        date(2024, 2, 22),
        date(2024, 2, 28),
    ]


def test_an_extended_loan_is_reminded_of_its_new_day():
    loan = extend(a_quarterly_loan(), months=6, on=date(2024, 12, 1), ref="展1")
    letters = [
        (one.on, one.due_on, one.unpaid)
        for one in due_reminders(
            [loan], [], under=RULES, since=date(2024, 12, 16), until=date(2025, 12, 31)
        )
        if one.channel is Channel.LETTER and one.unpaid > cny(100_000)
    ]

    # Principal of 120,000 and the interest of 21 June - 14 July: 24 days at 6 % of 360.
    assert letters == [
        (date(2025, 6, 15), date(2025, 7, 15), cny(120_480)),
        (date(2025, 7, 22), date(2025, 7, 15), cny(120_480)),
    ]


def test_a_loan_called_in_is_chased_from_the_day_it_was_called():
    loan = accelerate(a_quarterly_loan(), on=date(2024, 5, 2), ref="提1")

    days = {on: days for _, on, days, _ in steps(
        [loan], since=date(2024, 5, 3), until=date(2024, 5, 31)
    )}  # fmt: skip
    assert days == {date(2024, 5, 3): 1, date(2024, 5, 9): 7, date(2024, 5, 19): 60}


def test_what_the_fund_paid_or_the_bank_wrote_off_is_no_longer_chased():
    _, claimed = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="代1")
    gone = write_off(a_loan("HT-2"), on=date(2024, 5, 25), ref="核1")

    assert steps([claimed, gone], since=date(2024, 5, 25), until=date(2025, 6, 1)) == []


def test_a_claim_is_a_step_only_where_a_guarantee_can_be_called_on():
    day = {"since": date(2025, 4, 15), "until": date(2025, 4, 15)}
    free = a_bullet_loan("HT-2", guarantee=None)
    ended = discharge_guarantee(a_bullet_loan("HT-3"), on=date(2025, 2, 1), ref="解1")

    assert steps([a_bullet_loan(), free, ended], **day) == [LADDER[-1]]


def test_another_ladder_is_another_policy_in_force_on_the_due_day():
    ladder = RULES.reminder_ladder.at(DUE)
    short = ladder.of((Rung(days=-3, channel=Channel.SMS),))
    days = ((date(2002, 12, 24), ladder), (DUE, short))
    rules = replace(RULES, reminder_ladder=Line(Dated("reminder_ladder", days)))

    assert steps(
        [a_bullet_loan()], since=date(2024, 1, 1), until=date(2026, 1, 1), under=rules
    ) == [("HT-1", date(2025, 1, 12), -3, Channel.SMS)]


def test_nobody_is_contacted_before_the_loan_is_paid_out():
    act = {
        "due_on": DUE, "days": -30, "channel": Channel.LETTER, "officer": "O-1",
        "outcome": Outcome.DELIVERED, "ref": "催1",
    }  # fmt: skip

    loan = a_loan(disbursed_on=date(2024, 12, 20), months=2)  # first due on 20 January
    act |= {"due_on": date(2025, 1, 20)}  # the letter is that of 21 December

    made = make_contact(loan, on=date(2024, 12, 20), note="挂号信", **act)
    assert (made.loan_id, made.booked_day, made.note) == ("HT-1", date(2024, 12, 20), "挂号信")
    with refused(
        VisitTooEarly, "tracking.too_early", value=date(2024, 12, 19), limit=date(2024, 12, 20)
    ):
        make_contact(loan, on=date(2024, 12, 19), **act)
    with refused(InvalidTerms, "terms.invalid", value="str", limit="a Loan"):
        make_contact("HT-1", on=date(2024, 1, 15), **act)


def test_every_outcome_has_a_chinese_name():
    assert [outcome.zh for outcome in Outcome] == [
        *("已送达", "承诺还款", "拒绝还款", "未联系上", "已还款")
    ]


PLAIN = called(1, date(2025, 1, 16))


@pytest.mark.parametrize(
    ("change", "value", "limit"),
    [
        ({"days": "1"}, "1", "-3650-3650"),
        ({"channel": "phone"}, "phone", "a Channel"),
        ({"outcome": None}, None, "an Outcome"),
        ({"note": None}, None, "a text"),
    ],
)
def test_a_contact_that_cannot_be_is_refused(change, value, limit):
    with refused(InvalidTerms, "terms.invalid", value=value, limit=limit):
        replace(PLAIN, **change)


@pytest.mark.parametrize("field", ["loan_id", "officer", "ref"])
def test_a_contact_by_nobody_with_nobody_or_without_a_number_is_refused(field):
    with refused(InvalidIdentity, "identity.invalid", value="", limit=64):
        replace(PLAIN, **{field: ""})


def test_a_contact_on_no_day_or_booked_before_it_is_refused():
    moment = datetime(2025, 1, 16, 9, 0, tzinfo=UTC)
    for field in ("on", "due_on", "booked_on"):
        with refused(InvalidDate, "periods.invalid_date", value=moment, limit="datetime.date"):
            replace(PLAIN, **{field: moment})
    with refused(
        InvalidDate, "periods.invalid_date", value=date(2025, 1, 15), limit=date(2025, 1, 16)
    ):
        replace(PLAIN, booked_on=date(2025, 1, 15))
    assert replace(PLAIN, booked_on=date(2025, 1, 20)).booked_day == date(2025, 1, 20)


# ---- what was known on a day


def test_what_was_paid_later_was_not_yet_known():
    # Paid on 20 January; on the 17th the calls of the 16th and the letter of the 22nd still stand.
    loan = pays(a_bullet_loan(), (127_200, date(2025, 1, 20)))
    window = {"under": RULES, "since": date(2025, 1, 16), "until": date(2025, 1, 31)}

    known = due_reminders([loan], [], as_of=date(2025, 1, 17), **window)
    assert [one.days for one in known] == [1, 7]
    assert due_reminders([loan], [], as_of=date(2025, 1, 20), **window) == ()
    assert due_reminders([loan], [], **window) == ()


def test_a_contact_made_later_was_not_yet_known():
    window = {"under": RULES, "since": date(2025, 1, 16), "until": date(2025, 1, 16)}
    late = [called(1, date(2025, 1, 20))]

    for as_of, missing in ((date(2025, 1, 19), 1), (date(2025, 1, 20), 0)):
        assert len(due_reminders([a_bullet_loan()], late, as_of=as_of, **window)) == missing


def test_before_it_was_paid_out_no_loan_was_known():
    window = {"under": RULES, "since": date(2024, 12, 16), "until": date(2024, 12, 16)}

    assert due_reminders([a_bullet_loan()], [], as_of=date(2024, 1, 14), **window) == ()
    assert len(due_reminders([a_bullet_loan()], [], as_of=date(2024, 1, 15), **window)) == 1


def test_a_payout_to_come_ends_no_chasing_yet():
    _, claimed = pay_claim(a_fund(), a_loan(), on=date(2024, 5, 25), ref="代1")
    window = {"under": RULES, "since": date(2024, 5, 22), "until": date(2024, 5, 22)}

    [letter] = due_reminders([claimed], [], as_of=date(2024, 5, 24), **window)
    assert (letter.due_on, letter.days) == (date(2024, 5, 15), 7)
    assert due_reminders([claimed], [], as_of=date(2024, 5, 25), **window) == ()


def test_a_discharge_to_come_leaves_the_claim_a_step():
    ended = discharge_guarantee(a_bullet_loan(), on=date(2025, 4, 20), ref="解1")
    day = {"under": RULES, "since": date(2025, 4, 15), "until": date(2025, 4, 15)}

    assert len(due_reminders([ended], [], as_of=date(2025, 4, 19), **day)) == 1
    assert due_reminders([ended], [], as_of=date(2025, 4, 20), **day) == ()


def test_a_loan_called_in_needs_no_reminder_before_it_was():
    # Called in on 2 May, 31 days before its day of 2 June: no letter of 2 April was possible.
    called_in = accelerate(a_bullet_loan(), on=date(2024, 5, 2), ref="提1")

    assert [days for _, _, days, _ in steps(
        [called_in], since=date(2024, 1, 15), until=date(2024, 5, 31)
    )] == [1, 7]  # fmt: skip


@pytest.mark.parametrize(
    ("acted_on", "rungs"),
    [
        (date(2023, 2, 17), [-30, -7, -1]),
        (date(2023, 2, 18), [-30, -7, -1]),
        (date(2023, 2, 19), [-7, -1]),
        (date(2023, 2, 20), [-7, -1]),
    ],
)
def test_a_day_that_an_extension_made_needs_no_rung_before_the_extension(acted_on, rungs):
    # Five months from 20 September, the last due on 20 February. Extended, 20 March is a due day
    # for the first time; thirty days before it is 18 February.
    loan = pays_on_time(a_loan(disbursed_on=date(2022, 9, 20), months=5), 1, 4)
    extended = extend(loan, months=6, on=acted_on, ref="展1")

    march = [
        one.days
        for one in due_reminders(
            [extended], [], under=RULES, since=date(2022, 9, 20), until=date(2023, 3, 19)
        )
        if one.due_on == date(2023, 3, 20)
    ]
    assert march == rungs


def test_a_day_of_the_plan_before_keeps_all_its_rungs_through_an_extension():
    # Extended on 19 February 2023: the 20th was due before it too, and its letter is of January.
    loan = pays_on_time(a_loan(disbursed_on=date(2022, 9, 20), months=5), 1, 4)
    extended = extend(loan, months=6, on=date(2023, 2, 19), ref="展1")

    found = due_reminders(
        [extended], [], under=RULES, since=date(2022, 9, 20), until=date(2023, 2, 20)
    )
    assert [one.days for one in found if one.due_on == date(2023, 2, 20)] == [-30, -7, -1]


def test_a_list_of_reminders_is_asked_for_properly():
    loan, day = a_loan(), date(2024, 6, 1)
    with refused(InvalidDate, "periods.invalid_date", value="2024", limit="datetime.date"):
        due_reminders([], [], under=RULES, since=day, until=day, as_of="2024")
    with refused(InvalidDate, "periods.invalid_date", value=date(2024, 5, 31), limit=day):
        due_reminders([], [], under=RULES, since=day, until=date(2024, 5, 31))
    with refused(InvalidTerms, "terms.invalid", value="str", limit="several Contact"):
        due_reminders([], ["催1"], under=RULES, since=day, until=day)
    with refused(InvalidTerms, "terms.invalid", value=loan, limit="several Loan"):
        due_reminders(loan, [], under=RULES, since=day, until=day)
    with refused(LoanGivenTwice, "request.loan_given_twice", value="HT-1", limit="each loan once"):
        due_reminders([loan, loan], [], under=RULES, since=day, until=day)
