"""``microloan close``: a half-year is closed, with its control sheet and its anchor."""

from argparse import Namespace

from microloan.command.answer import Answer, Sentence
from microloan.command.opened import book_of
from microloan.money import show


def reply(options: Namespace) -> Answer:
    """Close a half-year, and return what was closed.

    Raises:
        PeriodNotOver, PreviousPeriodOpen, PeriodClosed, ControlFailed: as ``UnitOfWork.close``.
    """
    with book_of(options) as uow:
        closing = uow.close(options.half, on=options.on)
        uow.commit()
    totals, control = closing.totals, closing.control
    on, version = closing.closed_on, closing.version
    return Answer(
        parts=(
            Sentence(
                f"{closing.half} of book {options.book} closed on {on}, version {version}",
                f"台账 {options.book} {closing.half} 已结账，结账日 {on}，第 {version} 版",
            ),
            Sentence(
                f"{totals.loans:,} loans; opening {show(totals.opening)}, closing "
                f"{show(totals.closing)}; the control sheet holds",
                f"{totals.loans:,} 笔；期初 {show(totals.opening)}，期末 {show(totals.closing)}；"
                "控制表平衡",
            ),
            Sentence(f"anchor to keep elsewhere: {closing.anchor}", f"锚定值：{closing.anchor}"),
        ),
        facts={
            "book": options.book,
            "half": str(closing.half),
            "version": version,
            "closed_on": on,
            "loans": totals.loans,
            "opening": totals.opening.amount,
            "closing": totals.closing.amount,
            "carried": control.carried,
            "settled": control.settled,
            "anchor": closing.anchor,
        },
    )
