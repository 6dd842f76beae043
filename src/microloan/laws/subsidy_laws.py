"""The laws of a subsidy: who bears the interest, at which level, for how long, in which request."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from microloan.laws.given_rows import Row, rows_of
from microloan.laws.law_broken import Law
from microloan.periods import plain_date
from microloan.policy import Level

INTEREST_IS_BORNE = Law(
    "law.treasury_and_borrower_sum_to_interest",
    "treasury + borrower = interest, and neither is below nothing",
    "财政贴息＋个人负担＝利息，且均不为负",
)
LEVELS_BEAR_THE_LINE = Law(
    "law.levels_sum_to_line",
    "the levels of government together bear the subsidy, and none more than it",
    "各级财政分担之和＝贴息资金额，且各级不超过该额",
)
NOTHING_AFTER_THE_STOP = Law(
    "law.no_subsidy_after_stop",
    "no day from the end of the subsidy on bears one",
    "停止贴息之日起不再贴息",
)
REQUEST_IS_ITS_LINES = Law(
    "law.request_is_its_lines",
    "the request asks for its lines and corrections, each line once, and its levels add up to it",
    "申请额＝明细＋更正，每条明细只申请一次，各级合计等于申请额",
)
_LEVELS = tuple(level.value for level in Level)


def assert_treasury_and_borrower_sum_to_interest(lines: Any) -> None:  # noqa: ANN401 — lines, rows, a frame
    """Refuse lines of subsidy in which interest is lost, or paid for twice.

    Args:
        lines: lines of subsidy, or rows with ``interest``, ``treasury`` and ``borrower``, or
            ``borne`` as a table of ours calls it.

    Raises:
        LawBroken: names the first line that breaks it.
        InvalidRecord, InvalidAmount: a row that cannot be read.
    """
    for line in rows_of(lines):
        borrower = line.fen("borrower" if line.has("borrower") else "borne")
        interest, treasury = line.fen("interest"), line.fen("treasury")
        INTEREST_IS_BORNE.require(
            treasury + borrower == interest and min(treasury, borrower) >= 0,
            line.named("loan_id", "due_on"),
            interest_fen=interest,
            treasury_fen=treasury,
            borrower_fen=borrower,
        )


def assert_levels_sum_to_line(lines: Any, *, levels: Sequence[str] = _LEVELS) -> None:  # noqa: ANN401 — as above
    """Refuse lines of a request whose levels of government do not bear the subsidy between them.

    Args:
        lines: lines of a request, or rows with ``subsidy`` and either ``levels``, a mapping from
            level to amount, or a column for each level.
        levels: the names of those columns; a row need not have all of them.

    Raises:
        LawBroken: names the first line that breaks it.
        InvalidRecord, InvalidAmount: a row that cannot be read, or has no level.
    """
    for line in rows_of(lines):
        parts = _levels_of(line, levels)
        subsidy = line.fen("subsidy")
        LEVELS_BEAR_THE_LINE.require(
            sum(parts.values()) == subsidy and all(0 <= part <= subsidy for part in parts.values()),
            line.named("loan_id", "due_on"),
            subsidy_fen=subsidy,
            **{f"{name}_fen": part for name, part in parts.items()},
        )


def _levels_of(line: Row, levels: Sequence[str]) -> dict[str, int]:
    """Return what each level bears, in fen, by its code."""
    given = line.value("levels") if line.has("levels") else ""
    if not isinstance(given, str):  # a table shows them as text beside a column for each
        if isinstance(given, Mapping):
            return {name: Row(line.number, given).fen(name) for name in given}
        return {part.code("level"): part.fen("amount") for part in rows_of(given)}
    found = {name: line.fen(name) for name in levels if line.has(name)}
    return found or {levels[0]: line.fen(levels[0])}  # refuses a row without any level


def assert_no_subsidy_after_stop(lines: Any, *, stopped_on: date) -> None:  # noqa: ANN401 — as above
    """Refuse lines of subsidy that bear one on days from its end on.

    Args:
        lines: lines of subsidy of one loan, or rows with ``opens_on`` and ``treasury``; a row that
            was opened before the end is not looked into.
        stopped_on: the first day without a subsidy.

    Raises:
        LawBroken: names the first line that breaks it.
        InvalidRecord, InvalidAmount: a row that cannot be read.
        InvalidDate: no plain date.
    """
    plain_date(stopped_on, "the end of a subsidy")
    for line in rows_of(lines):
        where = line.named("loan_id", "due_on")
        if line.has("segments"):
            for segment in line.value("segments"):
                borne = segment.subsidized_fen if segment.share else 0
                NOTHING_AFTER_THE_STOP.require(
                    segment.closes_on <= stopped_on or not borne,
                    where,
                    stopped_on=stopped_on,
                    opens_on=segment.opens_on,
                    closes_on=segment.closes_on,
                    subsidized_fen=borne,
                )
        else:
            opens_on, treasury = line.day("opens_on"), line.fen("treasury")
            NOTHING_AFTER_THE_STOP.require(
                opens_on < stopped_on or not treasury,
                where,
                stopped_on=stopped_on,
                opens_on=opens_on,
                treasury_fen=treasury,
            )


def assert_request_is_its_lines(request: Any) -> None:  # noqa: ANN401 — a request or a mapping
    """Refuse a request 贴息申请 whose total is not that of its lines and corrections.

    Args:
        request: a request, or a mapping with ``amount``, ``lines`` (rows with ``loan_id``,
            ``due_on``, ``subsidy``) and, where there are any, ``corrections`` (rows with
            ``difference``) and ``levels``.

    Raises:
        LawBroken: names the line that is asked for twice, or the sums.
        InvalidRecord, InvalidAmount: a row that cannot be read.
    """
    asked = Row(1, request)
    lines = rows_of(asked.value("lines"))
    seen: set[tuple[str, date]] = set()
    for line in lines:
        key = (str(line.value("loan_id")), line.day("due_on"))
        where = line.named("loan_id", "due_on")
        REQUEST_IS_ITS_LINES.require(key not in seen, where, subsidy_fen=line.fen("subsidy"))
        seen.add(key)
    corrections = rows_of(asked.value("corrections")) if asked.has("corrections") else []
    sums = {
        "amount_fen": asked.fen("amount"),
        "lines_fen": sum(line.fen("subsidy") for line in lines),
        "corrections_fen": sum(row.fen("difference") for row in corrections),
    }
    whole = sums["lines_fen"] + sums["corrections_fen"]
    where = asked.named("lender", "quarter")
    REQUEST_IS_ITS_LINES.require(sums["amount_fen"] == whole, where, **sums)
    if asked.has("levels"):
        sums["levels_fen"] = sum(_levels_of(asked, _LEVELS).values())
        REQUEST_IS_ITS_LINES.require(sums["levels_fen"] == whole, where, **sums)
