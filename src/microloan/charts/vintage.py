"""按发放期的逾期: how late the loans lent in each half-year became since."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from microloan.errors import InvalidDate
from microloan.migration import Sheet
from microloan.money import InYuan
from microloan.naming import refused_terms, require_whole
from microloan.periods import HalfYear
from microloan.quotient import Quotient
from microloan.window import calendar_half


@dataclass(frozen=True, slots=True, kw_only=True)
class VintageEnd:
    """One half-year's end of the loans of one half-year of lending.

    Args:
        half: the half-year.
        late_fen: what is late or lost at its end, in fen.
    """

    half: HalfYear
    late_fen: int

    late = InYuan("late_fen", "What is late or lost at the end, in yuan.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintage:
    """按发放期的逾期: the loans of one half-year of lending, followed from end to end.

    Args:
        lent_in: the half-year of lending.
        loans: how many.
        lent_fen: what was lent, in fen.
        ends: every half-year's end since, that of the lending first.
    """

    lent_in: HalfYear
    loans: int
    lent_fen: int
    ends: tuple[VintageEnd, ...]

    lent = InYuan("lent_fen", "What was lent, in yuan.")

    def share(self, age: int) -> Quotient:
        """Return what is late or lost ÷ what was lent, so many half-years after the lending.

        Raises:
            InvalidTerms: an age that the loans have not reached.
        """
        require_whole(age, "the age of a vintage", "发放后半年度数", 0, len(self.ends) - 1)
        end = self.ends[age]
        name = f"{self.lent_in} at the end of {end.half}"
        return Quotient(name=name, part=end.late_fen, whole=self.lent_fen)


def vintages_of(sheets: Iterable[Sheet], *, beyond_days: int) -> tuple[Vintage, ...]:
    """Return, for the loans of each half-year, how late they became at each later half-year's end.

    Late or lost is the outstanding principal of loans more than so many days past due, what the
    fund paid and has not recovered, and what was written off since. A loan that was lent before
    the first sheet belongs to no vintage.

    Args:
        sheets: the ledgers of half-years that follow one another, or what closings kept of them.
        beyond_days: more than so many days past due count as late.

    Raises:
        InvalidDate: a half-year is missing between two sheets, or they are not in order.
        InvalidTerms: no ledger of a half-year of the calendar, or no days.
    """
    require_whole(beyond_days, "the days past due", "逾期天数", 0, 36_500)
    follow = _Following(beyond_days=beyond_days)
    for sheet in _in_order(sheets):
        follow.go_on(sheet)
    return tuple(
        Vintage(
            lent_in=half, loans=follow.loans[half], lent_fen=follow.lent[half], ends=tuple(ends)
        )
        for half, ends in follow.ends.items()
        if follow.lent[half]
    )


@dataclass(slots=True, kw_only=True)
class _Following:
    """What is known of each half-year of lending so far, sheet by sheet."""

    beyond_days: int
    lent_in: dict[str, HalfYear] = field(default_factory=dict)
    loans: Counter[HalfYear] = field(default_factory=Counter)
    lent: Counter[HalfYear] = field(default_factory=Counter)
    lost: Counter[HalfYear] = field(default_factory=Counter)
    ends: dict[HalfYear, list[VintageEnd]] = field(default_factory=dict)

    def go_on(self, sheet: Sheet) -> None:
        """Add the end of one more half-year to every half-year of lending."""
        half = calendar_half(sheet.half)
        self.ends[half] = []
        late: Counter[HalfYear] = Counter()
        for line in sheet.lines:
            account = line.account
            if account.disbursed_fen and not account.opening_fen:
                self.lent_in.setdefault(line.loan_id, half)
            if (lent_in := self.lent_in.get(line.loan_id)) is None:
                continue
            self.loans[lent_in] += lent_in == half
            self.lent[lent_in] += account.disbursed_fen
            self.lost[lent_in] += account.written_off_fen
            late[lent_in] += account.subrogated_fen
            late[lent_in] += account.closing_fen if line.days_past_due > self.beyond_days else 0
        for lent_in, ends in self.ends.items():
            late_fen = late[lent_in] + self.lost[lent_in]
            ends.append(VintageEnd(half=half, late_fen=late_fen))


def _in_order(sheets: Iterable[Sheet]) -> Sequence[Any]:
    listed = list(sheets) if isinstance(sheets, Iterable) else [sheets]
    for sheet in listed:
        if not isinstance(sheet, Sheet):
            kind = type(sheet).__name__
            raise refused_terms("what vintages follow", "逾期曲线所依台账", kind, "several ledgers")
    for before, after in pairwise(calendar_half(sheet.half) for sheet in listed):
        if after != before.next:
            raise InvalidDate(
                f"vintages are followed from half-year to half-year: {before.next} comes after "
                f"{before}, not {after}",
                zh=f"逾期曲线须逐半年连续：{before} 之后应为 {before.next}，实为 {after}",
                value=after,
                limit=before.next,
            )
    return listed
