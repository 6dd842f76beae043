"""``microloan leverage``: how far a fund is from its cap on a day, on one line."""

from argparse import Namespace

from microloan.command.answer import Answer, Part, Sentence, Status
from microloan.command.choice import policy_of
from microloan.command.opened import book_of
from microloan.leverage import Leverage
from microloan.money import show


def reply(options: Namespace) -> Answer:
    """Return the leverage of one fund, or of every fund of the book.

    Raises:
        NotFound: the book holds no such fund.
        NotInForce: no cap is known for the day.
    """
    rules = policy_of(options)
    with book_of(options) as uow:
        ids = uow.funds.ids() if options.fund is None else [options.fund]
        found = [uow.leverage(one, under=rules, as_of=options.as_of) for one in ids]
    parts: list[Part] = []
    for one in found:
        parts.append(_in_one_line(one))
        if options.explain:
            parts.append(Sentence(str(one.explain()), str(one.explain())))
    over = any(not one.within_cap for one in found)
    return Answer(
        parts=tuple(parts) or (Sentence("the book has no fund", "台账没有基金"),),
        facts={"as_of": options.as_of, "funds": [_facts(one) for one in found]},
        status=Status.REFUSED if over else Status.DONE,
    )


def _in_one_line(one: Leverage) -> Sentence:
    times = "-" if one.multiple is None else str(one.multiple)
    fund, cap = f"{one.fund_id} {one.as_of}", one.cap.value
    within, zh = ("within the cap", "未超上限") if one.within_cap else ("OVER THE CAP", "超过上限")
    return Sentence(
        f"{fund}: {times} of at most {cap}, {within}; headroom {show(one.headroom)}; {one.cap}",
        f"{fund}：放大倍数 {times}，上限 {cap} 倍，{zh}；可保余量 {show(one.headroom)}；{one.cap}",
    )


def _facts(one: Leverage) -> dict[str, object]:
    return {
        "fund_id": one.fund_id,
        "multiple": one.multiple,
        "cap": one.cap.value,
        "within_cap": one.within_cap,
        "exposure": one.exposure.amount,
        "balance": one.balance.amount,
        "committed": one.committed.amount,
        "headroom": one.headroom.amount,
        "top_up": one.top_up.amount,
        "rule": str(one.cap),
        "decision": one.decision,
    }
