"""应当相等的数字: totals, ratios and targets that follow from other figures."""

from fractions import Fraction
from functools import reduce
from itertools import accumulate

from microloan.finding import Finding, Severity
from microloan.programme.agreement import Agreement, Verdict, equality, slips, wrong
from microloan.programme.manner import Manner
from microloan.programme.quantity import Quantity, show_number
from microloan.programme.relation import Ratio, Sum, Targets
from microloan.programme.span import Span


def added(parts: tuple[Quantity, ...]) -> tuple[Span, Fraction]:
    """Return what the sum of figures may be, and what it is as printed."""
    nominal = sum((part.printed for part in parts), start=Fraction(0))
    return reduce(Span.plus, (part.span for part in parts)), nominal


def compare_sum(relation: Sum) -> Agreement:
    """Return whether the parts add up to the total printed."""
    parts, whole = relation.parts, relation.whole
    computed, nominal = added(parts)
    verdict = equality(computed, nominal, whole, printed=_printed(parts))
    findings: tuple[Finding, ...] = ()
    if verdict is Verdict.CANNOT_BE_RIGHT:
        off = show_number(abs(nominal - whole.printed))
        shown = show_number(nominal)
        findings = (
            wrong(
                relation,
                "programme.sum_wrong",
                f"the parts add up to {shown}, printed as {whole}: {off} apart",
                f"分项合计 {shown}，报表为 {whole}，相差 {off}",
                (("added up", shown), ("printed", str(whole)), ("apart", off)),
                moved=_slips_of_sum(parts, whole),
            ),
        )
    return Agreement(
        relation=relation, computed=show_number(nominal), verdict=verdict, findings=findings
    )


def _printed(figures: tuple[Quantity, ...]) -> bool:
    return all(figure.bounded for figure in figures)


def _slips_of_sum(parts: tuple[Quantity, ...], whole: Quantity) -> tuple[str, ...]:
    """Return the slips that would make a sum right, each tried on the sum of the other parts."""
    spans, printed = [part.span for part in parts], _printed(parts)
    nothing, (computed, nominal) = Span.point(Fraction(0)), added(parts)
    before = list(accumulate(spans, Span.plus, initial=nothing))
    after = list(accumulate(reversed(spans), Span.plus, initial=nothing))[::-1]

    def fits(place: int, moved: Quantity) -> bool:
        if place == len(parts):
            found = equality(computed, nominal, moved, printed=printed)
        else:
            others = before[place].plus(after[place + 1])
            total = nominal - parts[place].printed + moved.printed
            found = equality(others.plus(moved.span), total, whole, printed=printed)
        return found is Verdict.RIGHT

    return slips((*parts, whole), fits)


def compare_ratio(relation: Ratio) -> Agreement:
    """Return whether one figure divided by another is what is printed, rounded or cut off."""
    figures = (relation.part, relation.whole, relation.stated)
    verdict = _of_ratio(figures)
    nominal = relation.part.printed / relation.whole.printed
    findings: tuple[Finding, ...] = ()
    if verdict is Verdict.CANNOT_BE_RIGHT and _cut_off(nominal, relation.stated):
        verdict, findings = Verdict.RIGHT, (_was_cut_off(relation, nominal),)
    elif verdict is Verdict.CANNOT_BE_RIGHT:
        shown = _as_stated(nominal, relation.stated)
        findings = (
            wrong(
                relation,
                "programme.ratio_wrong",
                f"{relation.part} ÷ {relation.whole} is {shown}, printed as {relation.stated}",
                f"{relation.part} ÷ {relation.whole} 为 {shown}，报表为 {relation.stated}",
                (("computed", shown), ("printed", str(relation.stated))),
                moved=slips(
                    figures,
                    lambda place, moved: (
                        _of_ratio((*figures[:place], moved, *figures[place + 1 :])) is Verdict.RIGHT
                    ),
                ),
            ),
        )
    return Agreement(
        relation=relation,
        computed=_as_stated(nominal, relation.stated),
        verdict=verdict,
        findings=findings,
    )


def _of_ratio(figures: tuple[Quantity, ...]) -> Verdict:
    part, whole, stated = figures
    nominal, printed = part.printed / whole.printed, _printed((part, whole))
    return equality(part.span.over(whole.span), nominal, stated, printed=printed)


def _cut_off(nominal: Fraction, stated: Quantity) -> bool:
    cut = Span(low=stated.printed, high=stated.printed + stated.unit, high_open=True)
    return stated.manner is Manner.ROUNDED and Span.point(nominal).lies_in(cut)


def _was_cut_off(relation: Ratio, nominal: Fraction) -> Finding:
    shown = _as_stated(nominal, relation.stated)
    return wrong(
        relation,
        "programme.cut_off",
        f"{shown} was cut off to {relation.stated}, not rounded",
        f"{shown} 被截尾为 {relation.stated}，未四舍五入",
        (("computed", shown), ("printed", str(relation.stated))),
        severity=Severity.NOTE,
    )


def _as_stated(nominal: Fraction, stated: Quantity) -> str:
    """Return a computed figure in percent where the report prints percent."""
    if "%" in stated.text or "％" in stated.text:
        return f"{show_number(nominal * 100)}%"
    return show_number(nominal)


def compare_targets(relation: Targets) -> Agreement:
    """Return whether the targets that follow from what was done are round numbers."""
    pairs = list(zip(relation.done, relation.percentages, strict=True))
    targets = [_target(done, percentage, relation.step) for done, percentage in pairs]
    computed = ", ".join(
        show_number(done.printed / percentage.printed if target is None else target)
        for (done, percentage), target in zip(pairs, targets, strict=True)
    )
    unsure = Verdict.CANNOT_TELL if None not in targets else Verdict.CANNOT_BE_RIGHT
    unround = [pair for pair, target in zip(pairs, targets, strict=True) if target is None]
    findings = tuple(_not_round(relation, *pair, unround) for pair in unround)
    verdict = Verdict.RIGHT if all(_only_one(*pair, relation.step) for pair in pairs) else unsure
    return Agreement(relation=relation, computed=computed, verdict=verdict, findings=findings)


def _only_one(done: Quantity, percentage: Quantity, step: int) -> bool:
    """Tell whether the figures are fine enough for one round target to fit, and no second one."""
    target = _target(done, percentage, step)
    span = done.span.over(percentage.span)
    return target is not None and not Span.point(target + step).lies_in(span)


def _target(done: Quantity, percentage: Quantity, step: int) -> Fraction | None:
    """Return the round target that fits; ``None`` where none does."""
    return done.span.over(percentage.span).multiple_of(step)


def _not_round(
    relation: Targets,
    done: Quantity,
    percentage: Quantity,
    unround: list[tuple[Quantity, Quantity]],
) -> Finding:
    """Return the finding, with the percentages of other such figures that would fit better."""
    shown = show_number(done.printed / percentage.printed)
    elsewhere = tuple(
        f"{done} at {other}: {show_number(target)}"
        for _, other in unround
        if other is not percentage and (target := _target(done, other, relation.step)) is not None
    )
    pairing = f"; {' or '.join(elsewhere)} would be round" if elsewhere else ""
    pairing_zh = f"；若配 {'、'.join(elsewhere)} 则为整数" if elsewhere else ""
    return wrong(
        relation,
        "programme.target_not_round",
        f"{done} at {percentage} is a target of {shown}, no multiple of {relation.step}{pairing}",
        f"{done} 完成 {percentage}，倒算任务数 {shown}，不是 {relation.step} 的整数倍{pairing_zh}",
        (("done", str(done)), ("percentage", str(percentage)), ("target", shown)),
        severity=Severity.QUESTION,
    )
