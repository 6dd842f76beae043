"""The torture programmes, tiny: they find nothing here, and would find what they look for."""

from dataclasses import replace

import pytest

from torture import crash as crashing
from torture import cut as cutting
from torture.clerk import Told, post_all
from torture.places import EVERYWHERE, places, sqlite
from torture.race import race
from torture.race_judge import judge, keys
from torture.race_plan import LENT, Plan, Posting
from torture.tally import Tally


@pytest.mark.parametrize("name", EVERYWHERE)
def test_clerks_who_race_at_one_fund_lose_double_and_overshoot_nothing(name):
    for place in places(name):
        tally = race(place, Plan(4, 25), rounds=1)
    assert tally.sound, tally.line()


def test_a_wire_that_is_cut_loses_and_doubles_no_act():
    tally = cutting.cut(years=1)
    assert tally.sound, tally.line()


def test_what_a_server_acknowledged_is_there_after_it_crashed():
    tally = crashing.of_a_server(rounds=1)
    assert tally.sound, tally.line()


# --- the judge would see it


@pytest.fixture(scope="module")
def raced():
    """A book after a quiet day of one clerk, and his diary."""
    plan = Plan(1, 40)
    with sqlite("TRUNCATE") as place:
        engine = place.engine()
        plan.set_up(engine)
        before = keys(engine)
        diary = post_all(engine, plan.of(0))
        yield engine, diary, before
        engine.dispose()


def judged(raced, **more):
    engine, diary, before = raced
    return list(judge(engine, replace(diary, **more), before=before))


def test_a_judge_finds_nothing_wrong_with_a_quiet_day(raced):
    assert judged(raced) == []


def test_a_judge_sees_what_was_acknowledged_and_is_not_there(raced):
    lost = Told(Posting("repayment", "HT-0", "nowhere", 100), 0.0, 1.0)
    [fault] = judged(raced, told=[*raced[1].told, lost])
    assert fault.startswith("lost: ('HT-0', 'repayment', 'nowhere')")


def test_a_judge_sees_another_amount_than_was_acknowledged(raced):
    first, *others = raced[1].told
    other = replace(first, posting=replace(first.posting, fen=first.posting.fen + 1))
    [fault] = judged(raced, told=[other, *others])
    assert fault.startswith("lost: ")


def test_a_judge_sees_what_nobody_was_told(raced):
    told = raced[1].told
    gone = told[-1].posting.key
    [fault] = judged(raced, told=[one for one in told if one.posting.key != gone])
    assert fault == f"stored without being acknowledged: {gone}"


def test_a_judge_sees_acts_that_were_stored_in_another_order_than_they_were_done(raced):
    of_one = [one for one in raced[1].told if one.posting.of == "HT-1"]
    first, last = of_one[0], of_one[-1]
    swapped = [replace(first, begun=last.begun, ended=last.ended), replace(last, begun=0, ended=1)]
    others = [one for one in raced[1].told if one not in (first, last)]
    assert any(fault.startswith("out of order") for fault in judged(raced, told=others + swapped))


@pytest.mark.parametrize(
    ("lie", "seen"),
    [
        ("UPDATE microloan_fund SET exposure_fen = exposure_fen + 1", "the fund's row holds"),
        ("UPDATE microloan_fund_day SET exposure_fen = exposure_fen + 1", "the fund's days come"),
    ],
)
def test_a_judge_sees_sums_that_are_not_what_comes_out_by_hand(raced, lie, seen):
    engine, diary, before = raced
    with engine.connect() as connection:
        connection.exec_driver_sql(lie)
        connection.commit()
    try:
        assert any(fault.startswith(seen) for fault in judge(engine, diary, before=before))
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(lie.replace("+ 1", "- 1"))
            connection.commit()


def test_a_judge_sees_a_fund_that_stands_behind_too_much():
    plan = Plan(1, 10)
    with sqlite("TRUNCATE") as place:
        engine = place.engine()
        plan.set_up(engine)
        before = keys(engine)
        with engine.connect() as connection:
            # Money that was never there lets the store admit too much; the judge adds up entries.
            connection.exec_driver_sql("UPDATE microloan_fund SET balance_fen = balance_fen * 10")
            connection.exec_driver_sql(
                "UPDATE microloan_fund_day SET balance_fen = balance_fen * 10"
            )
            connection.commit()
        admissions = [Posting("disbursement", f"HT-x{n}", f"HT-x{n}", LENT) for n in range(9)]
        diary = post_all(engine, admissions)
        assert len(diary.told) == 9
        faults = list(judge(engine, diary, before=before))
        engine.dispose()
    assert any(fault.startswith("overshot") for fault in faults)


# --- what a tally says


def test_a_tally_is_sound_where_nothing_went_wrong_and_the_control_did():
    tally = Tally(
        programme="race", database="SQLite", counts=(("postings", 1_000),), control="lost 3"
    )
    assert tally.sound
    assert "1,000 postings; 0 faults; control: lost 3" in tally.line()


def test_a_tally_without_a_control_that_failed_proves_nothing():
    tally = Tally(programme="race", database="SQLite", counts=())
    assert not tally.sound
    assert "THE CONTROL DID NOT FAIL" in tally.line()


def test_a_tally_with_a_fault_names_it():
    tally = Tally(programme="race", database="SQLite", counts=(), faults=("lost 1",), control="x")
    assert not tally.sound
    assert "fault: lost 1" in tally.line()
