"""What holds of principal that fell due and of what became of it, whatever happened."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from histories import histories
from microloan import EntryKind
from microloan.fallen_due import RepaidBy, due_principal
from microloan.history import standing
from microloan.risk import repayment_rate_by_amount, repayment_rate_by_count

EVER = {"since": date.min, "until": date.max}
MOVING = ("repay", "repay", "prepay", "extend", "relevel", "disburse", "claim", "recover")
LIVES = histories() | histories(acts=(*MOVING, "accelerate", "write off", "reverse"), most=14)
FINAL = tuple(way for way in RepaidBy if way is not RepaidBy.EXTENSION)


def lent_fen(loan, day):
    """What was paid out through a day."""
    return sum(
        entry.principal_fen
        for entry in standing(loan.entries)
        if entry.kind is EntryKind.DISBURSEMENT and entry.on <= day
    )


def stated_fen(loan, kind):
    """The principal that the standing entries of a kind state."""
    return sum(entry.principal_fen for entry in standing(loan.entries) if entry.kind is kind)


@given(LIVES, st.data())
def test_nothing_is_repaid_that_did_not_fall_due_and_no_more_falls_due_than_was_lent(life, data):
    since, until, as_of = sorted(data.draw(st.sampled_from(life.days)) for _ in range(3))
    due = due_principal(life.loan, since=since, until=until, as_of=as_of)

    assert min(due.repaid_fen([way]) for way in RepaidBy) >= 0
    assert due.unpaid_fen >= 0
    assert due.due_fen <= lent_fen(life.loan, as_of)


@given(LIVES)
def test_all_that_was_lent_falls_due_once_and_each_act_repaid_its_own_part(life):
    loan, at = life.loan, life.loan.position(as_of=date.max)
    due = due_principal(loan, **EVER)

    assert (due.due_fen, due.extension_fen) == (lent_fen(loan, date.max), 0)
    assert due.borrower_fen + due.early_fen == at.paid_principal_fen
    assert due.payout_fen == stated_fen(loan, EntryKind.CLAIM_PAYOUT)
    assert due.recovery_fen == stated_fen(loan, EntryKind.RECOVERY)


@given(LIVES, st.data())
def test_what_fell_due_and_is_unpaid_is_the_principal_in_arrears(life, data):
    day = data.draw(st.sampled_from(life.days))
    at = life.loan.position(as_of=day)
    due = due_principal(life.loan, since=date.min, until=day)

    assert due.unpaid_fen == at.arrears_principal_fen + written_off_fen(life.loan, day)


def written_off_fen(loan, day):
    """Principal written off by a day and not recovered."""
    known = [entry for entry in standing(loan.entries) if entry.on <= day]
    off = [entry for entry in known if entry.kind is EntryKind.WRITE_OFF]
    after = [
        entry
        for entry in known
        if off and entry.kind is EntryKind.RECOVERY and entry.on >= off[0].on
    ]
    return sum(entry.principal_fen for entry in off) - sum(entry.principal_fen for entry in after)


@given(LIVES, st.data())
def test_two_periods_that_follow_each_other_are_one(life, data):
    """What an extension moves out of the first is the one thing that falls due again."""
    since, middle, until = sorted(data.draw(st.sampled_from(life.days)) for _ in range(3))
    after = middle + timedelta(1)
    until = max(until, after)
    first, second, both = (
        due_principal(life.loan, since=start, until=end, as_of=date.max)
        for start, end in ((since, middle), (after, until), (since, until))
    )

    for way in FINAL:
        assert first.repaid_fen([way]) + second.repaid_fen([way]) == both.repaid_fen([way])
    once = [due.due_fen - due.extension_fen for due in (first, second, both)]
    assert once[0] + once[1] == once[2]


@given(st.lists(LIVES, max_size=3), st.sets(st.sampled_from(RepaidBy)), st.data())
def test_a_repayment_rate_is_at_most_one_and_whole_by_amount_where_it_is_by_count(
    lives, counting, data
):
    days = sorted({day for life in lives for day in life.days}) or [date(2024, 1, 1)]
    since, until = sorted(data.draw(st.sampled_from(days)) for _ in range(2))
    asked = {"since": since, "until": until, "counting": counting}
    loans = [replace(life.loan, id=f"HT-{number}") for number, life in enumerate(lives)]
    amount, count = (
        repayment_rate_by_amount(loans, **asked),
        repayment_rate_by_count(loans, **asked),
    )

    assert amount.part <= amount.whole
    assert count.part <= count.whole <= len(loans)
    assert (amount.whole == 0) is (count.whole == 0)
    assert (amount.part == amount.whole) is (count.part == count.whole)
