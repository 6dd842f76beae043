"""What a fund has paid and may recover, and what of it is written off."""

from datetime import date

import pytest

from histories import PROMISE, a_fund, a_loan, refused
from microloan import (
    ZERO,
    FundEntry,
    FundEntryKind,
    InvalidDate,
    InvalidTerms,
    NotClaimed,
    NothingToAnswer,
    NotReversible,
    RecoveryExceedsDebt,
    RecoverySource,
    RefConflict,
    attributable,
    cny,
    pay_claim,
    receive_recovery,
    reverse_both,
)
from microloan.subrogation import (
    Subrogation,
    subrogation_of,
    subrogations,
    write_off_payout,
)

CLAIM_DAY, LATER, LAST = date(2024, 5, 25), date(2024, 9, 1), date(2026, 3, 2)


def claimed():
    """Fund and loan after a payout of 96,000."""
    return pay_claim(a_fund(), a_loan(guarantee=PROMISE), on=CLAIM_DAY, ref="P1")


def written_off():
    """After a recovery of 50,000, 40,000 for the fund, which wrote 56,000 off."""
    fund, loan = receive_recovery(*claimed(), cny(50_000), on=LATER, ref="Z1")
    fund = write_off_payout(fund, "HT-1", approval="核销批复〔2026〕1号", on=LAST, ref="H1")
    return fund, loan


def figures(one):
    return (one.paid, one.recovered, one.written_off, one.outstanding, one.carried)


def test_what_was_paid_and_recovered_is_told_for_every_day():
    fund, _ = written_off()

    assert subrogations(fund.entries, as_of=date(2024, 5, 24)) == ()
    assert subrogations(fund.entries, as_of=CLAIM_DAY) == (
        Subrogation(loan_id="HT-1", paid_on=CLAIM_DAY, paid_fen=96_000_00),
    )
    (after,) = subrogations(fund.entries, as_of=LATER)
    assert figures(after) == (*map(cny, (96_000, 40_000, 0, 56_000, 56_000)),)
    (last,) = subrogations(fund.entries, as_of=LAST)
    assert figures(last) == (*map(cny, (96_000, 40_000, 56_000, 56_000, 0)),)
    assert subrogation_of(fund, "HT-1", as_of=LAST) == last


def test_each_loan_has_a_line_of_its_own_in_the_order_of_the_payouts():
    fund, _ = claimed()
    fund, other = pay_claim(fund, a_loan("HT-2"), on=date(2024, 5, 20), ref="P2")
    fund, _ = receive_recovery(fund, other, cny(10_000), on=LATER, ref="Z2")

    lines = subrogations(fund.entries, as_of=LATER)
    assert [(one.loan_id, one.recovered) for one in lines] == [
        ("HT-2", cny(8_000)),
        ("HT-1", cny(0)),
    ]


def test_what_was_undone_is_not_told():
    fund, _ = reverse_both(*claimed(), 2, on=LATER, ref="C1")

    assert subrogations(fund.entries, as_of=LATER) == ()


def test_what_agrees_with_the_loan_stays_so_after_a_write_off():
    fund, loan = written_off()

    assert loan.position(as_of=LAST).subrogated == cny(56_000)
    assert subrogation_of(fund, "HT-1", as_of=LAST).outstanding == cny(56_000)


# ---- writing off


def test_a_write_off_takes_all_that_is_outstanding_and_moves_no_money():
    fund, _ = receive_recovery(*claimed(), cny(50_000), on=LATER, ref="Z1")
    before = fund.balance(as_of=LAST)
    fund = write_off_payout(
        fund, "HT-1", approval="批复1号", on=LAST, ref="H1", booked_on=date(2026, 3, 9)
    )

    assert fund.entries[3] == FundEntry(
        number=4,
        kind=FundEntryKind.WRITE_OFF,
        on=LAST,
        booked_on=date(2026, 3, 9),
        ref="H1",
        amount_fen=56_000_00,
        loan_id="HT-1",
        reason="批复1号",
    )
    assert fund.balance(as_of=LAST) == before == cny(944_000)


def test_the_debt_survives_a_write_off_and_is_recovered_as_before():
    # Of 25,000 the fund gets 20,000, the lender 5,000.
    fund, loan = receive_recovery(*written_off(), cny(25_000), on=date(2026, 9, 1), ref="Z2")

    after = subrogation_of(fund, "HT-1", as_of=date(2026, 9, 1))
    assert figures(after) == (*map(cny, (96_000, 60_000, 56_000, 36_000, 0)),)
    assert fund.balance(as_of=date(2026, 9, 1)) == cny(964_000)
    # 36,000 and 9,000 of principal are left, and the lender's 2,233.33 of interest.
    with refused(
        RecoveryExceedsDebt,
        code="guarantee.recovery_exceeds_debt",
        value=cny("47233.34"),
        limit=cny("47233.33"),
        keeps=(fund, loan),
    ):
        receive_recovery(fund, loan, cny("47233.34"), on=date(2026, 9, 2), ref="Z3")


def test_a_counter_guarantee_that_is_realized_is_recovered_less_what_ranks_before():
    # 30,000 and 10,000 less 15,000: 25,000.
    left = attributable(linked=cny(30_000), other=cny(10_000), prior_debt=cny(15_000))
    fund, _ = receive_recovery(
        *claimed(), left, on=LATER, ref="Z1", source=RecoverySource.COLLATERAL
    )

    assert (fund.entries[2].amount, fund.entries[2].reason) == (cny(20_000), "collateral")


def test_the_same_write_off_again_changes_nothing():
    fund, loan = written_off()
    act = {"approval": "核销批复〔2026〕1号", "on": LAST, "ref": "H1"}

    assert write_off_payout(fund, "HT-1", **act) is fund
    more, _ = receive_recovery(fund, loan, cny(25_000), on=date(2026, 9, 1), ref="Z2")
    assert write_off_payout(more, "HT-1", **act) is more


@pytest.mark.parametrize(
    "other",
    [
        {"approval": "核销批复〔2026〕2号"},
        {"on": date(2026, 3, 3)},
        {"booked_on": date(2026, 3, 3)},
        {"loan_id": "HT-2"},
    ],
)
def test_a_voucher_cannot_stand_for_two_write_offs(other):
    fund, _ = written_off()
    act = {"loan_id": "HT-1", "approval": "核销批复〔2026〕1号", "on": LAST, "ref": "H1"}

    with refused(RefConflict, code="ledger.ref_conflict", value="H1", limit=4, keeps=fund):
        write_off_payout(fund, **act | other)


@pytest.mark.parametrize(
    ("loan_id", "on"), [("HT-1", date(2024, 5, 24)), ("HT-2", LAST)], ids=["before", "other loan"]
)
def test_what_was_not_paid_is_not_written_off(loan_id, on):
    fund, _ = claimed()

    with refused(
        NotClaimed,
        code="guarantee.not_claimed",
        value=loan_id,
        limit="a loan for which the fund has paid",
        keeps=fund,
    ) as caught:
        write_off_payout(fund, loan_id, approval="批复1号", on=on, ref="H1")
    assert str(caught.value) == f"F-01 has paid nothing for {loan_id} by {on}"


def test_what_was_written_off_or_recovered_is_not_written_off():
    fund, _ = written_off()
    whole, _ = receive_recovery(*claimed(), cny(120_000), on=LATER, ref="Z1")

    for one, what, zh in (
        (fund, "was written off before", "已核销"),
        (whole, "was recovered", "已全部追回"),
    ):
        with refused(
            NothingToAnswer,
            code="fund.nothing_to_answer",
            value=cny(0),
            limit="more than 0.00",
            keeps=one,
        ) as caught:
            write_off_payout(one, "HT-1", approval="批复2号", on=date(2026, 3, 3), ref="H2")
        assert str(caught.value) == (
            f"HT-1: all that F-01 paid {what}; nothing is left to write off on 2026-03-03"
        )
        assert caught.value.zh == f"HT-1：F-01 的代偿款{zh}，2026-03-03 无可核销"


def test_a_recovery_of_before_the_write_off_is_booked_once_that_is_undone():
    fund, loan = claimed()
    fund = write_off_payout(fund, "HT-1", approval="批复1号", on=LAST, ref="H1")
    late = {"on": date(2026, 2, 1), "ref": "Z1", "booked_on": date(2026, 4, 1)}

    with pytest.raises(NothingToAnswer, match="undo the write-off first"):
        receive_recovery(fund, loan, cny(50_000), **late)
    fund = fund.reverse(fund.entries[-1].number, on=date(2026, 4, 1), ref="C1")
    fund, loan = receive_recovery(fund, loan, cny(50_000), **late)
    fund = write_off_payout(fund, "HT-1", approval="批复1号", on=LAST, ref="H1")
    held = subrogation_of(fund, "HT-1", as_of=LAST)
    assert (held.recovered, held.written_off, held.carried) == (cny(40_000), cny(56_000), ZERO)


def test_a_write_off_needs_an_approval_and_a_plain_day():
    fund, _ = claimed()

    for approval in ("", None):
        with refused(
            InvalidTerms, code="terms.invalid", value=approval, limit="said in words", keeps=fund
        ) as caught:
            write_off_payout(fund, "HT-1", approval=approval, on=LAST, ref="H1")
        assert str(caught.value) == (
            f"the approval of a write-off must be said in words, got {approval}"
        )
        assert caught.value.zh.startswith("核销批准应为")
    with refused(
        InvalidDate, code="periods.invalid_date", value="2026", limit="datetime.date", keeps=fund
    ) as caught:
        write_off_payout(fund, "HT-1", approval="批复1号", on="2026", ref="H1")
    assert "the day of a write-off" in str(caught.value)


def test_a_payout_is_not_undone_while_a_write_off_rests_on_it():
    fund, loan = claimed()
    fund = write_off_payout(fund, "HT-1", approval="批复1号", on=LATER, ref="H1")

    with refused(
        NotReversible,
        code="ledger.not_reversible",
        value=2,
        limit="a standing entry on which nothing rests",
        keeps=(fund, loan),
    ) as caught:
        reverse_both(fund, loan, 2, on=LAST, ref="C1")
    assert str(caught.value) == (
        "HT-1: entry 2 cannot be reversed: a write-off of the fund rests on the payout"
    )
    assert caught.value.zh.endswith("：已据此核销代偿损失")
    fund = fund.reverse(3, on=LAST, ref="C1")
    assert reverse_both(fund, loan, 2, on=LAST, ref="C2")[1].payout is None


def test_a_recovery_that_a_write_off_followed_may_be_undone_and_is_carried_again():
    fund, loan = reverse_both(*written_off(), 3, on=LAST, ref="C1")

    after = subrogation_of(fund, "HT-1", as_of=LAST)
    assert figures(after) == (*map(cny, (96_000, 0, 56_000, 96_000, 40_000)),)
    assert loan.position(as_of=LAST).subrogated == cny(96_000)
