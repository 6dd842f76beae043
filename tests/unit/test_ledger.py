"""What happened is kept: numbered, never edited, undone only by name."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from microloan import (
    FundEntry,
    FundEntryKind,
    InvalidAmount,
    InvalidDate,
    InvalidHistory,
    InvalidIdentity,
    InvalidTerms,
    NotReversible,
    RefConflict,
)
from microloan.clauses import Amortization, Prepayment
from microloan.history import (
    append,
    check_history,
    find,
    not_reversible,
    ref_conflict,
    reversible,
    standing,
)
from microloan.ledger import Entry, EntryKind, check_component
from microloan.money import cny
from microloan.periods import DayCount
from microloan.rate import percent
from microloan.terms import LoanTerms
from refusals import refused

DAY = date(2024, 4, 15)
LIMIT = 10**15  # fen
TERMS = LoanTerms(
    principal=cny(300_000),
    annual_rate=percent("3.95"),
    disbursed_on=date(2024, 3, 15),
    months=36,
    amortization=Amortization.EQUAL_INSTALLMENTS,
    day_count=DayCount.THIRTY_360,
)


def repayment(number=2, **fields):
    usual = {"kind": EntryKind.REPAYMENT, "on": DAY, "booked_on": DAY, "ref": f"回单{number}"}
    usual["received_fen"] = 0 if fields.get("undoes") else 885_052
    return Entry(number=number, **{**usual, **fields})


def reversal(number, undoes, **fields):
    usual = {"kind": EntryKind.REVERSAL, "ref": f"冲正{number}", "undoes": undoes}
    return repayment(number, **{**usual, **fields})


def deposit(number=1, **fields):
    usual = {"kind": FundEntryKind.DEPOSIT, "on": DAY, "booked_on": DAY, "ref": f"入金{number}"}
    return FundEntry(number=number, **{**usual, "amount_fen": 500_000_000, **fields})


PAID_OUT = repayment(1, kind=EntryKind.DISBURSEMENT, received_fen=0, principal_fen=30_000_000)
HISTORY = (PAID_OUT, repayment(2), repayment(3), reversal(4, undoes=2))


# one line


def test_an_entry_adds_up_what_moved():
    recovered = {"principal_fen": 20, "interest_fen": 300, "subrogated_fen": 4_000}
    entry = repayment(kind=EntryKind.RECOVERY, received_fen=0, costs_fen=50_000, **recovered)

    assert entry.components == recovered | {
        "received_fen": 0,
        "penalty_fen": 0,
        "costs_fen": 50_000,
    }
    assert entry.amount_fen == 54_320
    assert entry.amount == cny("543.20")
    owed = {"principal_fen": 1, "interest_fen": 20, "penalty_fen": 300, "costs_fen": 4_000}
    written_off = repayment(kind=EntryKind.WRITE_OFF, received_fen=0, **owed)
    assert written_off.amount_fen == 4_321
    assert repayment().amount_fen == 885_052


def test_an_entry_may_be_booked_on_its_day_or_later():
    assert repayment(booked_on=date(2024, 7, 1)).booked_on == date(2024, 7, 1)


@pytest.mark.parametrize("line", [repayment, deposit])
def test_an_entry_is_not_booked_before_it_happened(line):
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=date(2024, 4, 14),
        limit=DAY,
        says="an entry and its booking: 2024-04-14 is before 2024-04-15",
    ):
        line(booked_on=date(2024, 4, 14))


@pytest.mark.parametrize("line", [repayment, deposit])
@pytest.mark.parametrize(
    ("field", "says"), [("on", "the day of an entry"), ("booked_on", "the day of booking")]
)
def test_the_days_of_an_entry_are_plain_dates(line, field, says):
    moment = datetime.fromisoformat("2024-04-15")

    with refused(
        InvalidDate, "periods.invalid_date", value=moment, limit="datetime.date", says=says
    ):
        line(**{field: moment})


@pytest.mark.parametrize("line", [repayment, deposit])
@pytest.mark.parametrize("number", [0, -1, 1.0, True, "1", None])
def test_entries_are_numbered_from_one(line, number):
    with refused(
        InvalidTerms,
        "terms.invalid",
        value=number,
        limit="a whole number from 1",
        says=f"the number of an entry must be a whole number from 1, got {number}",
    ):
        line(number=number, ref="回单")


@pytest.mark.parametrize("line", [repayment, deposit])
@pytest.mark.parametrize("number", [-1, 2.0, False, None])
def test_an_entry_undoes_a_number_or_nothing(line, number):
    with refused(
        InvalidTerms, "terms.invalid", value=number, limit="a whole number from 0", says="must be"
    ):
        line(undoes=number)


@pytest.mark.parametrize("line", [repayment, deposit])
def test_an_entry_needs_a_voucher(line):
    with refused(
        InvalidIdentity, "identity.invalid", value="", limit=64, says="the identity of a voucher"
    ):
        line(ref="")


@pytest.mark.parametrize(
    ("line", "limit"), [(repayment, "an EntryKind"), (deposit, "a FundEntryKind")]
)
def test_the_kind_of_an_entry_is_an_enum_and_no_string(line, limit):
    with refused(
        InvalidTerms, "terms.invalid", value="repayment", limit=limit, says=f"must be {limit}"
    ):
        line(kind="repayment")


@pytest.mark.parametrize("fen", [0, 1, LIMIT])
def test_a_component_is_a_whole_number_of_fen(fen):
    assert check_component(fen) is None


@pytest.mark.parametrize("fen", [-1, LIMIT + 1, 1.0, True, "1", None])
def test_a_component_out_of_range_is_refused(fen):
    with refused(
        InvalidAmount,
        "money.invalid_amount",
        value=fen,
        limit=LIMIT,
        says=f"an entry holds 0 to 1000000000000000 whole fen, got {fen!r}",
    ):
        check_component(fen)


@pytest.mark.parametrize(
    "part",
    [
        "received_fen",
        "principal_fen",
        "interest_fen",
        "penalty_fen",
        "subrogated_fen",
        "costs_fen",
    ],
)
def test_no_component_of_an_entry_is_negative(part):
    with refused(InvalidAmount, "money.invalid_amount", value=-1, limit=LIMIT):
        repayment(**{part: -1})


def a_line(kind, **facts):
    return Entry(number=2, kind=kind, on=DAY, booked_on=DAY, ref="X", **facts)


MAY_HOLD = {
    EntryKind.DISBURSEMENT: ["principal_fen"],
    EntryKind.MISUSE: ["principal_fen"],
    EntryKind.COSTS: ["costs_fen"],
    EntryKind.REPAYMENT: ["received_fen"],
    EntryKind.PREPAYMENT: ["received_fen"],
    EntryKind.CLAIM_PAYOUT: ["interest_fen", "principal_fen"],
    EntryKind.WRITE_OFF: ["costs_fen", "interest_fen", "penalty_fen", "principal_fen"],
    EntryKind.RECOVERY: ["costs_fen", "interest_fen", "principal_fen", "subrogated_fen"],
}
COMPONENTS = ["received_fen", "principal_fen", "interest_fen", "penalty_fen", "subrogated_fen"]
COMPONENTS = [*COMPONENTS, "costs_fen"]
UNTIL = date(2024, 5, 15)


def what_else(kind):
    """What an entry of a kind must hold besides money."""
    return {
        EntryKind.PREPAYMENT: {"then": Prepayment.LOWER},
        EntryKind.PAUSE: {"until": UNTIL},
        EntryKind.REVERSAL: {"undoes": 1},
        **{kind: {"terms": TERMS} for kind in EntryKind if kind.changes_terms},
    }.get(kind, {})


@pytest.mark.parametrize("kind", EntryKind)
def test_each_kind_holds_its_own_amounts_and_no_other(kind):
    allowed, more = MAY_HOLD.get(kind, []), what_else(kind)

    for name in COMPONENTS:
        if name in allowed:
            assert a_line(kind, **{name: 5}, **more).amount_fen == 5
        else:
            moved = sorted({name, *allowed[:1]})
            with refused(
                InvalidTerms,
                "terms.invalid",
                value=moved,
                limit=allowed,
                says=f"amounts of a {kind.value} must be",
            ):
                a_line(kind, **dict.fromkeys(moved, 5), **more)


@pytest.mark.parametrize("kind", [kind for kind in EntryKind if kind in MAY_HOLD])
def test_an_entry_of_a_kind_that_moves_money_moves_some(kind):
    with refused(InvalidTerms, "terms.invalid", value=[], limit=MAY_HOLD[kind], says="amounts of"):
        a_line(kind, **what_else(kind))


@pytest.mark.parametrize("kind", [kind for kind in EntryKind if kind not in MAY_HOLD])
def test_an_entry_of_another_kind_moves_none(kind):
    assert a_line(kind, **what_else(kind)).amount_fen == 0


@pytest.mark.parametrize("kind", EntryKind)
def test_only_a_reversal_names_the_number_it_undoes_and_it_always_does(kind):
    money, reverses = dict.fromkeys(MAY_HOLD.get(kind, [])[:1], 5), kind is EntryKind.REVERSAL
    undoes = 0 if reverses else 1

    with refused(
        InvalidTerms,
        "terms.invalid",
        value=undoes,
        limit="of a reversal only",
        says=f"the number undone of a {kind.value} must be of a reversal only",
    ):
        a_line(kind, **money, **what_else(kind) | {"undoes": undoes})


@pytest.mark.parametrize(
    ("part", "value", "limit", "owners"),
    [
        ("then", Prepayment.LOWER, "a Prepayment where it belongs", {EntryKind.PREPAYMENT}),
        ("until", UNTIL, "a date where it belongs", {EntryKind.PAUSE}),
        (
            "terms",
            TERMS,
            "a LoanTerms where it belongs",
            {kind for kind in EntryKind if kind.changes_terms},
        ),
    ],
)
def test_what_a_kind_says_besides_money_is_said_by_it_alone_and_always(part, value, limit, owners):
    for kind in EntryKind:
        money, more = dict.fromkeys(MAY_HOLD.get(kind, [])[:1], 5), what_else(kind)
        wrong = ("2024-05-15", None) if kind in owners else (value, "2024-05-15")
        for given in wrong:
            with refused(
                InvalidTerms,
                "terms.invalid",
                value=given,
                limit=limit,
                says=f"{part} of a {kind.value} must be {limit}",
            ):
                a_line(kind, **money, **more | {part: given})


def test_a_pause_ends_on_its_first_day_or_later():
    assert a_line(EntryKind.PAUSE, until=DAY).until == DAY
    with refused(
        InvalidDate,
        "periods.invalid_date",
        value=date(2024, 4, 14),
        limit=DAY,
        says="a pause and its end",
    ):
        a_line(EntryKind.PAUSE, until=date(2024, 4, 14))
    moment = datetime.fromisoformat("2024-05-15")
    with refused(InvalidDate, "periods.invalid_date", value=moment, limit="datetime.date"):
        a_line(EntryKind.PAUSE, until=moment)


def test_entries_of_one_day_count_in_the_order_of_their_kinds():
    changes = [kind for kind in EntryKind if kind.changes_terms]
    assert len({kind.rank for kind in changes}) == 1  # these count in the order of knowledge
    assert sorted(EntryKind, key=lambda kind: kind.rank) == [
        EntryKind.DISBURSEMENT,
        EntryKind.EXTENSION,
        EntryKind.UNGUARANTEED_EXTENSION,
        EntryKind.RATE_CHANGE,
        EntryKind.RELEVEL,
        EntryKind.MISUSE,
        EntryKind.COSTS,
        EntryKind.PAUSE,
        EntryKind.REPAYMENT,
        EntryKind.PREPAYMENT,
        EntryKind.ACCELERATION,
        EntryKind.CLAIM_PAYOUT,
        EntryKind.DISCHARGE,
        EntryKind.WRITE_OFF,
        EntryKind.RECOVERY,
        EntryKind.REVERSAL,
    ]


def test_a_kind_tells_what_it_is():
    extends = {EntryKind.EXTENSION, EntryKind.UNGUARANTEED_EXTENSION}
    told = [("extends", extends)]
    told += [("changes_terms", {*extends, EntryKind.RATE_CHANGE, EntryKind.RELEVEL})]
    told += [("ends", {EntryKind.ACCELERATION, EntryKind.CLAIM_PAYOUT})]
    told += [("pays", {EntryKind.REPAYMENT, EntryKind.PREPAYMENT})]

    for name, kinds in told:
        assert {kind for kind in EntryKind if getattr(kind, name)} == kinds


# a history


def test_lines_that_were_appended_one_after_the_other_are_a_history():
    assert check_history(HISTORY, "HT-1") is None
    assert check_history((), "HT-1") is None


@pytest.mark.parametrize(
    ("lines", "number", "place"),
    [
        ((repayment(2),), 2, 1),
        ((PAID_OUT, PAID_OUT), 1, 2),
        ((PAID_OUT, repayment(3)), 3, 2),
        ((PAID_OUT, reversal(2, undoes=2)), 2, 2),
        ((PAID_OUT, reversal(2, undoes=3), repayment(3)), 2, 2),
        ((*HISTORY, reversal(5, undoes=4)), 5, 5),
        ((*HISTORY, reversal(5, undoes=2)), 5, 5),
    ],
    ids=[
        "does not start with 1",
        "a number twice",
        "a gap",
        "undoes itself",
        "undoes what comes later",
        "undoes a reversal",
        "undoes the same entry again",
    ],
)
def test_lines_that_could_not_have_been_appended_are_refused(lines, number, place):
    with refused(
        InvalidHistory,
        "ledger.invalid_history",
        value=number,
        limit=place,
        says=f"HT-1: entry {number} cannot stand at place {place}",
    ):
        check_history(lines, "HT-1")


def test_two_different_entries_may_be_undone():
    assert check_history((*HISTORY, reversal(5, undoes=3)), "HT-1") is None


def test_neither_a_reversal_nor_what_it_undoes_stands():
    assert standing(HISTORY) == [HISTORY[0], HISTORY[2]]


def test_a_standing_line_is_found_by_kind_and_voucher():
    assert find(HISTORY, EntryKind.REPAYMENT, "回单3") == HISTORY[2]
    assert find(HISTORY, EntryKind.REPAYMENT, "回单2") is None  # reversed
    assert find(HISTORY, EntryKind.RECOVERY, "回单3") is None
    assert find(HISTORY, EntryKind.REVERSAL, "冲正4") is None


# appending


def test_a_new_act_is_appended_and_the_old_lines_stay():
    new = repayment(5)

    assert append(HISTORY, new, of="HT-1") == (*HISTORY, new)


@pytest.mark.parametrize("place", [0, 2, 3])
def test_the_same_act_again_changes_nothing(place):
    again = replace(HISTORY[place], number=5)

    assert append(HISTORY, again, of="HT-1") is HISTORY


def test_a_reversal_frees_the_voucher_it_undoes():
    again = replace(HISTORY[1], number=5)

    assert append(HISTORY, again, of="HT-1") == (*HISTORY, again)


def test_the_same_voucher_may_stand_for_acts_of_two_kinds():
    recovery = repayment(
        5, kind=EntryKind.RECOVERY, ref="回单3", received_fen=0, principal_fen=885_052
    )

    assert append(HISTORY, recovery, of="HT-1") == (*HISTORY, recovery)


@pytest.mark.parametrize(
    "other",
    [
        {"received_fen": 885_053},
        {"on": date(2024, 4, 14)},
        {"booked_on": date(2024, 4, 16)},
    ],
)
def test_a_voucher_does_not_stand_for_two_acts_of_one_kind(other):
    conflicting = repayment(5, ref="回单3", **other)

    with refused(
        RefConflict,
        "ledger.ref_conflict",
        value="回单3",
        limit=3,
        says="HT-1: voucher 回单3 already stands for repayment 3 of 2024-04-15",
    ):
        append(HISTORY, conflicting, of="HT-1")


def test_the_voucher_of_a_reversal_is_never_free_again():
    with refused(RefConflict, "ledger.ref_conflict", value="冲正4", limit=4, says="reversal 4"):
        append(HISTORY, reversal(5, undoes=3, ref="冲正4"), of="HT-1")


def test_lines_of_a_fund_are_appended_by_the_same_rule():
    first = deposit(1)

    assert append((first,), replace(first, number=2), of="F-01") == (first,)
    assert append((first,), deposit(2), of="F-01") == (first, deposit(2))
    with refused(RefConflict, "ledger.ref_conflict", value="入金1", limit=1, says="F-01: voucher"):
        append((first,), deposit(2, ref="入金1", amount_fen=1), of="F-01")


def test_the_refusal_of_a_voucher_can_be_made_from_the_line_that_holds_it():
    refusal = ref_conflict(HISTORY[0], of="HT-1")

    assert (refusal.value, refusal.limit) == ("回单1", 1)
    assert str(refusal) == "HT-1: voucher 回单1 already stands for disbursement 1 of 2024-04-15"


# reversing


def test_a_standing_line_can_be_reversed():
    assert reversible(HISTORY, 3, of="HT-1") == HISTORY[2]
    assert reversible(HISTORY, 1, of="HT-1") == HISTORY[0]


@pytest.mark.parametrize("number", [0, 5, 2, 4], ids=["none", "none yet", "reversed", "a reversal"])
def test_what_does_not_stand_cannot_be_reversed(number):
    with refused(
        NotReversible,
        "ledger.not_reversible",
        value=number,
        limit="a standing entry on which nothing rests",
        says=f"HT-1: entry {number} cannot be reversed: it does not stand",
    ):
        reversible(HISTORY, number, of="HT-1")


def test_the_refusal_to_reverse_says_why_in_both_languages():
    refusal = not_reversible(3, of="HT-1", why="a payout rests on it", zh="代偿以其为据")

    assert str(refusal) == "HT-1: entry 3 cannot be reversed: a payout rests on it"
    assert refusal.zh == "HT-1：第 3 号流水不能冲正：代偿以其为据"


def test_two_standing_lines_of_one_kind_with_one_voucher_are_no_history():
    def paid(number):
        return Entry(
            number=number,
            kind=EntryKind.REPAYMENT,
            on=date(2024, 4, 15),
            booked_on=date(2024, 4, 15),
            ref="回单1",
            received_fen=100,
        )

    with refused(RefConflict, "ledger.ref_conflict", value="回单1", limit=1):
        check_history((paid(1), paid(2)), "HT-1")
