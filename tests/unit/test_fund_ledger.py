"""A line of a fund: money that moved, or a reversal of one that did."""

from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from microloan import FundEntry, FundEntryKind, InvalidIdentity, InvalidTerms, cny
from refusals import refused

DAY = date(2024, 4, 15)
DEPOSIT = FundEntry(
    number=1, kind=FundEntryKind.DEPOSIT, on=DAY, booked_on=DAY, ref="财预1", amount_fen=500_00
)


def test_a_line_cannot_be_edited():
    with pytest.raises(FrozenInstanceError):
        DEPOSIT.amount_fen = 1


@pytest.mark.parametrize(
    ("kind", "effect"),
    [
        (FundEntryKind.DEPOSIT, 500_00),
        (FundEntryKind.CLAIM_PAYOUT, -500_00),
        (FundEntryKind.RECOVERY, 500_00),
    ],
)
def test_a_payout_takes_money_and_the_others_bring_it(kind, effect):
    line = replace(DEPOSIT, kind=kind, loan_id="HT-1")

    assert (line.effect_fen, line.amount) == (effect, cny(500))


def test_a_reversal_names_a_line_and_moves_nothing():
    undone = replace(DEPOSIT, number=2, kind=FundEntryKind.REVERSAL, amount_fen=0, undoes=1)

    assert (undone.effect_fen, undone.undoes) == (0, 1)
    assert DEPOSIT.undoes == 0


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        ({"amount_fen": 0}, "0 fen undoing 0"),
        ({"undoes": 1}, "50000 fen undoing 1"),
        ({"kind": FundEntryKind.REVERSAL}, "50000 fen undoing 0"),
        ({"kind": FundEntryKind.REVERSAL, "undoes": 1}, "50000 fen undoing 1"),
        ({"kind": FundEntryKind.REVERSAL, "amount_fen": 0}, "0 fen undoing 0"),
    ],
)
def test_a_line_moves_money_or_undoes_another_and_never_both(facts, value):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=value,
        limit="money that moved, or a reversal that names a number and moves none",
        says="an entry must be",
    ):
        replace(DEPOSIT, **facts)


def test_the_kind_is_that_of_a_fund():
    with refused(InvalidTerms, "terms.invalid", value="deposit", limit="a FundEntryKind"):
        replace(DEPOSIT, kind="deposit")


def test_a_loan_that_is_named_can_be_printed():
    with refused(InvalidIdentity, "identity.invalid", value="HT\n1", limit=64):
        replace(DEPOSIT, loan_id="HT\n1")
    assert DEPOSIT.loan_id == ""
