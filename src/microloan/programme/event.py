"""活动: what happened in a year besides loans, such as visits to colleges, each counted once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from microloan.errors import RefConflict
from microloan.naming import identity, is_code, refused_terms, require_whole, several_of
from microloan.periods import FIRST_YEAR, LAST_YEAR, asked_day, plain_date

_MOST_PEOPLE = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """活动: one event, such as a visit to a college 高校行.

    Args:
        kind: a code such as ``"college_visit"``.
        on: the day on which it ended.
        ref: its number.
        place: where it was.
        people: who came; 0 where nobody counted.

    Raises:
        InvalidTerms: no code, or a count that is none.
        InvalidDate: not a plain date.
        InvalidIdentity: an unusable number or place.
    """

    kind: str
    on: date
    ref: str
    place: str
    people: int = 0

    def __post_init__(self) -> None:
        """Refuse an event that could not be counted."""
        if not is_code(self.kind):
            raise refused_terms("the kind of an event", "活动类别", self.kind, "a lower-case code")
        plain_date(self.on, "an event")
        identity(self.ref, "an event")
        identity(self.place, "a place")
        require_whole(self.people, "the people at an event", "参加人数", 0, _MOST_PEOPLE)


def count_events(events: Iterable[Event], kind: str, *, year: int, as_of: date) -> int:
    """Return how many events of a kind a year has seen by a day; the same event again is one.

    Raises:
        InvalidTerms: something that is no event, no code, or no year.
        InvalidDate: not a plain date.
        RefConflict: one number stands for two events.
    """
    asked_day(as_of)
    require_whole(year, "the year", "年度", FIRST_YEAR, LAST_YEAR)
    if not is_code(kind):
        raise refused_terms("the kind of an event", "活动类别", kind, "a lower-case code")
    listed = several_of(events, Event, "the events", "活动")
    known: dict[str, Event] = {}
    for event in listed:
        if known.setdefault(event.ref, event) != event:
            raise RefConflict(
                f"{event.ref} stands for two events, of {known[event.ref].on} and {event.on}",
                zh=f"活动编号 {event.ref} 重复",
                value=event,
                limit=known[event.ref],
            )
    return sum(
        event.kind == kind and event.on.year == year and event.on <= as_of
        for event in known.values()
    )
