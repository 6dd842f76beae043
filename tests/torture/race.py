"""Eight clerks at one hot fund, and pairs of acts of which only one may come true."""

from collections.abc import Callable, Iterator
from functools import partial

from torture import duels
from torture.clerk import Diary, post_all
from torture.naive import overshoot
from torture.places import HIGHER, Place, places
from torture.race_judge import judge, keys
from torture.race_plan import Plan
from torture.tally import Tally
from torture.together import at_once

CLERKS = 8


def run(*, short: bool) -> Iterator[Tally]:
    """Race on every database."""
    for place in places():
        yield race(place, Plan(CLERKS, 40 if short else 5_000), rounds=3 if short else 50)
    for place in () if short else places(*HIGHER):
        yield race(place, Plan(CLERKS, 500), rounds=20)


def race(place: Place, plan: Plan, *, rounds: int) -> Tally:
    """Let all clerks of a plan post at the same time, judge what is left; then fight the duels."""
    engine = place.engine()
    plan.set_up(engine)
    before = keys(engine)
    engine.dispose()
    diary = Diary()
    for one in at_once([partial(_clerk, place, plan, number) for number in range(plan.clerks)]):
        diary.add(one)
    faults = [*judge(engine, diary, before=before), *_void(diary)]
    kept = len(keys(engine) - before)
    fought, wrong = duels.run(place, rounds=rounds)
    counts = (
        ("postings", plan.clerks * plan.each),
        ("kept", kept),
        ("acknowledged", len(diary.told)),
        ("over the cap", diary.refused.count("fund.leverage_exceeded")),
        ("begun again", diary.repeats),
        ("duels", fought),
    )
    engine.dispose()
    return Tally(
        programme="race",
        database=place.name,
        counts=counts,
        faults=(*faults, *wrong),
        control=overshoot(place, clerks=plan.clerks),
    )


def _clerk(place: Place, plan: Plan, number: int, ready: Callable[[], None]) -> Diary:
    engine = place.engine()
    mine = plan.of(number)
    ready()
    diary = post_all(engine, mine)
    engine.dispose()
    return diary


def _void(diary: Diary) -> Iterator[str]:
    """Say where a race proves nothing: the cap was never met, or nothing was done twice."""
    told = [one.posting.key for one in diary.told]
    if "fund.leverage_exceeded" not in diary.refused:
        yield "the cap was never met"
    if len(set(told)) == len(told):
        yield "no act was done by two clerks"
