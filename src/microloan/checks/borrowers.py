"""借款人核查: many loans of one person, people who stand surety for each other, clusters."""

from collections.abc import Hashable, Iterable, Iterator
from itertools import pairwise

from microloan.checks.case import LoanCase
from microloan.checks.check import Check
from microloan.checks.sketch import BookCase, Sketch, several
from microloan.finding import Finding, Severity
from microloan.money import from_fen, show


def limits_not_known(case: LoanCase) -> Iterator[Finding]:
    """K07: find nothing; it refuses where no number of loans is known for the signing day.

    Raises:
        NotInForce: the number of that day is not known.
    """
    case.under.loans_at_most[case.loan.category.kind].at(case.loan.terms.signed_on)
    return iter(())


def counted_too_high(case: BookCase) -> Iterator[Finding]:
    """K07: find more loans of one person than the rule allows, a spouse's license counted.

    The number is that of each loan's signing day, and exactly it is right; a day for which none is
    known is told by :func:`limits_not_known`.
    """
    for person, mine in several(_holdings(case.sketches.values()), key=lambda pair: pair[0]):
        loans = sorted((sketch for _, sketch in mine), key=lambda one: (one.lent_on, one.loan_id))
        for number, sketch in enumerate(loans, start=1):
            if sketch.most is not None and number > sketch.most.value:
                most = sketch.most.value
                yield Check.K07.found(
                    "too_many",
                    of=person,
                    sentence=f"{sketch.loan_id} is loan {number} of {person}, {most} at most",
                    zh=f"{sketch.loan_id} 为 {person} 第 {number} 笔贷款，至多 {most} 笔",
                    figures=(
                        ("loans", ", ".join(one.loan_id for one in loans)),
                        ("at most", f"{most}"),
                    ),
                    clause=str(sketch.most),
                    settle_by="no subsidy for what exceeds the number",
                    settle_by_zh="超出次数部分不予贴息",
                )
        yield from _too_close(case, person, loans)


def _holdings(sketches: Iterable[Sketch]) -> Iterator[tuple[str, Sketch]]:
    """Yield whose loan each one is; on a spouse's license it is that spouse's too."""
    for sketch in sketches:
        yield sketch.borrower, sketch
        for spouse in sketch.spouses:
            if spouse in sketch.license_holders:
                yield spouse, sketch


def _too_close(case: BookCase, person: str, loans: list[Sketch]) -> Iterator[Finding]:
    least = case.facts.limits.days_between
    for one, other in pairwise(loans):
        days = (other.lent_on - one.lent_on).days
        if days < least:
            yield Check.K07.found(
                "too_close",
                of=person,
                severity=Severity.QUESTION,
                sentence=f"{one.loan_id} and {other.loan_id} of {person} lie {days} days apart, "
                f"{least} at least",
                zh=f"{one.loan_id} 与 {other.loan_id} 相隔 {days} 天，至少 {least} 天",
                figures=(("days", f"{days}"), ("at least", f"{least}")),
                settle_by="show that the first was repaid and what the second is for",
                settle_by_zh="核实首笔还清情况与再次借款用途",
            )


def sureties_who_borrow(case: BookCase) -> Iterator[Finding]:
    """K08: find a surety who owed a loan at the same time; one repaid before is right."""
    owing: dict[str, list[Sketch]] = {}
    for sketch in case.sketches.values():
        owing.setdefault(sketch.borrower, []).append(sketch)
    for secured in case.sketches.values():
        for person in secured.sureties:
            for own in owing.get(person, ()):
                if own.open_with(secured):
                    yield _owing_surety(person, own, secured)


def _owing_surety(person: str, own: Sketch, secured: Sketch) -> Finding:
    return Check.K08.found(
        "surety_borrows",
        of=person,
        sentence=f"{person} stands surety for {secured.loan_id} and owes {own.loan_id}",
        zh=f"{person} 为 {secured.loan_id} 提供反担保，自身有未结清贷款 {own.loan_id}",
        figures=(("secured", secured.loan_id), ("own loan", own.loan_id)),
        settle_by="another surety",
        settle_by_zh="更换反担保人",
    )


def alike_in_terms(case: BookCase) -> Iterator[Finding]:
    """K22: find loans of one day, amount and term, of whichever banks, as many as the limit."""
    yield from _clusters(
        case,
        "same_terms",
        "day, amount and term",
        "同日、同额、同期限",
        ((one, (one.lent_on, one.principal_fen, one.months)) for one in case.sketches.values()),
    )


def alike_in_marks(case: BookCase) -> Iterator[Finding]:
    """K22: find loans with one phone, account, or handler on one day, as many as the limit."""
    marked = [(one, mark) for one in case.sketches.values() for mark in one.marks]
    phones = ((one, mark.phone) for one, mark in marked if mark.phone)
    accounts = ((one, mark.account) for one, mark in marked if mark.account)
    handlers = (
        (one, (mark.handler, one.lent_on, one.principal_fen))
        for one, mark in marked
        if mark.handler
    )
    yield from _clusters(case, "same_phone", "phone", "同一电话", phones)
    yield from _clusters(case, "same_account", "account", "同一账户", accounts)
    what, zh = "handler, day and amount", "同一经办人、同日、同额"
    yield from _clusters(case, "same_handler", what, zh, handlers)
    for sketch in case.sketches.values():
        yield from _marked_twice(sketch)


def _marked_twice(sketch: Sketch) -> Iterator[Finding]:
    for name, zh in (("phone", "电话"), ("account", "收款账户"), ("handler", "经办人")):
        known = sorted({getattr(mark, name) for mark in sketch.marks} - {""})
        if len(known) > 1:
            yield Check.K22.found(
                "marks_differ",
                of=sketch.loan_id,
                severity=Severity.QUESTION,
                sentence=f"{len(known)} lists state another {name} each",
                zh=f"各名册的{zh}不一致，共 {len(known)} 个",
                figures=((name, f"{len(known)}"),),
                settle_by="which of them is right",
                settle_by_zh="核实以何者为准",
            )


def alike_in_sureties(case: BookCase) -> Iterator[Finding]:
    """K22: find one surety for as many loans as the limit or more."""
    pairs = [(person, one) for one in case.sketches.values() for person in one.sureties]
    yield from _clusters(
        case, "same_surety", "surety", "同一反担保人", ((one, person) for person, one in pairs)
    )


def _clusters(
    case: BookCase, what: str, in_what: str, zh: str, keyed: Iterable[tuple[Sketch, Hashable]]
) -> Iterator[Finding]:
    for _, pairs in several(keyed, key=lambda pair: pair[1]):
        group = {one.loan_id: one for one, _ in pairs}
        if len(group) >= case.facts.limits.cluster_size:
            yield _cluster(what, in_what, zh, group)


def _cluster(what: str, in_what: str, zh: str, group: dict[str, Sketch]) -> Finding:
    ids = sorted(group)
    total = show(from_fen(sum(one.principal_fen for one in group.values())))
    return Check.K22.found(
        what,
        of=ids[0],
        severity=Severity.QUESTION,
        sentence=f"{len(ids)} loans share {in_what}, {total} in all: {', '.join(ids)}",
        zh=f"{zh}的贷款 {len(ids)} 笔，合计 {total} 元：{'、'.join(ids)}",
        figures=(("loans", ", ".join(ids)), ("amount", total)),
        settle_by="a visit to each borrower",
        settle_by_zh="逐户核实借款人",
    )
