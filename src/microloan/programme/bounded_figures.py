"""有上下限的数字: parts, cumulative series, averages and what lies in a band."""

from itertools import pairwise

from microloan.finding import Finding, Severity
from microloan.programme.agreement import Agreement, Verdict, at_most, slips, wrong
from microloan.programme.equal_figures import added
from microloan.programme.quantity import Quantity, show_number
from microloan.programme.relation import Among, Band, Ceiling, Parts, Series
from microloan.programme.span import Span

_GRAVITY = (Verdict.CANNOT_BE_RIGHT, Verdict.CANNOT_TELL, Verdict.RIGHT)


def _gravest(verdicts: list[Verdict]) -> Verdict:
    return min(verdicts, key=_GRAVITY.index)


def compare_parts(relation: Parts) -> Agreement:
    """Return whether parts that count nothing twice are together not above the whole."""
    computed, nominal = added(relation.parts)
    verdict = at_most(computed, relation.whole.span)
    findings: tuple[Finding, ...] = ()
    if verdict is Verdict.CANNOT_BE_RIGHT:
        over = show_number(nominal - relation.whole.printed)
        findings = (
            wrong(
                relation,
                "programme.parts_above_whole",
                f"{show_number(nominal)} of {relation.whole}: {over} too much",
                f"{show_number(nominal)} 超过 {relation.whole}，多出 {over}",
                (("together", show_number(nominal)), ("at most", str(relation.whole))),
            ),
        )
    return Agreement(
        relation=relation, computed=show_number(nominal), verdict=verdict, findings=findings
    )


def compare_among(relation: Among) -> Agreement:
    """Return whether each part is among the whole, and note where parts must overlap."""
    verdicts = [at_most(part.span, relation.whole.span) for part in relation.parts]
    computed, nominal = added(relation.parts)
    findings = [
        wrong(
            relation,
            "programme.part_above_whole",
            f"{part} is above the whole of {relation.whole}",
            f"分项 {part} 大于总数 {relation.whole}",
            (("part", str(part)), ("at most", str(relation.whole))),
        )
        for part, verdict in zip(relation.parts, verdicts, strict=True)
        if verdict is Verdict.CANNOT_BE_RIGHT
    ]
    if not findings and at_most(computed, relation.whole.span) is Verdict.CANNOT_BE_RIGHT:
        findings = [
            wrong(
                relation,
                "programme.parts_overlap",
                f"the parts overlap: {show_number(nominal)} together, {relation.whole} in all",
                f"分项有重复，不能相加：合计 {show_number(nominal)}，总数 {relation.whole}",
                (("together", show_number(nominal)), ("in all", str(relation.whole))),
                severity=Severity.NOTE,
            )
        ]
    return Agreement(
        relation=relation,
        computed=show_number(nominal),
        verdict=_gravest(verdicts),
        findings=tuple(findings),
    )


def compare_series(relation: Series) -> Agreement:
    """Return whether a cumulative series never falls."""
    steps = list(pairwise(relation.values))
    verdicts = [at_most(before.span, after.span) for before, after in steps]
    moved = _slips_of_series(relation.values, verdicts)
    findings = tuple(
        _fall(relation, before, after, moved)
        for (before, after), verdict in zip(steps, verdicts, strict=True)
        if verdict is Verdict.CANNOT_BE_RIGHT
    )
    return Agreement(
        relation=relation,
        computed=", ".join(_rise(before, after) for before, after in steps),
        verdict=_gravest(verdicts),
        findings=findings,
    )


def _rise(before: Quantity, after: Quantity) -> str:
    rise = after.printed - before.printed
    return show_number(rise) if rise >= 0 else f"-{show_number(-rise)}"


def _slips_of_series(values: tuple[Quantity, ...], verdicts: list[Verdict]) -> tuple[str, ...]:
    """Return the slips that would make a series right; one figure stands in two steps only."""
    falls = {place for place, verdict in enumerate(verdicts) if verdict is not Verdict.RIGHT}
    if Verdict.CANNOT_BE_RIGHT not in verdicts:
        return ()

    def fits(place: int, moved: Quantity) -> bool:
        if falls - {place - 1, place}:
            return False
        near = (*values[max(0, place - 1) : place], moved, *values[place + 1 : place + 2])
        return all(
            at_most(before.span, after.span) is Verdict.RIGHT for before, after in pairwise(near)
        )

    return slips(values, fits)


def _fall(relation: Series, before: Quantity, after: Quantity, moved: tuple[str, ...]) -> Finding:
    fell = show_number(before.printed - after.printed)
    return wrong(
        relation,
        "programme.series_falls",
        f"cumulative, and yet it falls from {before} to {after}: {fell} less",
        f"累计数由 {before} 降至 {after}，减少 {fell}",
        (("earlier", str(before)), ("later", str(after)), ("less", fell)),
        moved=moved,
    )


def compare_ceiling(relation: Ceiling) -> Agreement:
    """Return whether an average lies within the ceiling; note where it is the ceiling itself."""
    verdict = _of_ceiling(relation.amount, relation)
    average = relation.amount.printed / relation.count.printed
    figures = (("average", show_number(average)), ("ceiling", str(relation.ceiling)))
    findings: tuple[Finding, ...] = ()
    if verdict is Verdict.CANNOT_BE_RIGHT:
        findings = (
            wrong(
                relation,
                "programme.above_ceiling",
                f"{show_number(average)} on average, the ceiling is {relation.ceiling}",
                f"户均 {show_number(average)}，额度为 {relation.ceiling}",
                figures,
                severity=Severity.QUESTION,
                clause=relation.source,
                moved=_slips_below(relation),
            ),
        )
    elif average == relation.ceiling.printed:
        findings = (
            wrong(
                relation,
                "programme.average_is_ceiling",
                f"the average is the ceiling of {relation.ceiling}: headcount × ceiling, no sum?",
                f"户均恰为额度 {relation.ceiling}，疑为人数 × 额度",
                figures,
                severity=Severity.NOTE,
                clause=relation.source,
            ),
        )
    return Agreement(
        relation=relation, computed=show_number(average), verdict=verdict, findings=findings
    )


def _of_ceiling(amount: Quantity, relation: Ceiling) -> Verdict:
    return at_most(amount.span.over(relation.count.span), relation.ceiling.span)


def _slips_below(relation: Ceiling) -> tuple[str, ...]:
    """Return the slips of the amount that bring the average below the ceiling, and nearer to it.

    A ceiling is law and a count is whole: only the amount has a decimal point to slip.
    """
    at_ceiling = relation.count.printed * relation.ceiling.printed

    def fits(_place: int, moved: Quantity) -> bool:
        nearer = at_ceiling / moved.printed < relation.amount.printed / at_ceiling
        return nearer and _of_ceiling(moved, relation) is Verdict.RIGHT

    return slips((relation.amount,), fits)


def compare_band(relation: Band) -> Agreement:
    """Return whether one figure divided by another lies where it lies everywhere else."""
    quotient = relation.part.printed / relation.whole.printed
    figures = (relation.part, relation.whole)
    verdict = _of_band(relation, figures)
    findings: tuple[Finding, ...] = ()
    if verdict is Verdict.CANNOT_BE_RIGHT:
        shown = show_number(quotient)
        findings = (
            wrong(
                relation,
                "programme.outside_band",
                f"{shown}, elsewhere {relation.low} to {relation.high}",
                f"{shown}，各地在 {relation.low} 至 {relation.high} 之间",
                (("computed", shown), ("band", f"{relation.low} to {relation.high}")),
                severity=Severity.QUESTION,
                clause=relation.source,
                moved=slips(
                    figures,
                    lambda place, moved: (
                        _of_band(relation, (*figures[:place], moved, *figures[place + 1 :]))
                        is Verdict.RIGHT
                    ),
                ),
            ),
        )
    return Agreement(
        relation=relation, computed=show_number(quotient), verdict=verdict, findings=findings
    )


def _of_band(relation: Band, figures: tuple[Quantity, ...]) -> Verdict:
    part, whole = figures
    band = Span(low=relation.low.printed, high=relation.high.printed)
    quotient = part.span.over(whole.span)
    if not quotient.meets(band):
        return Verdict.CANNOT_BE_RIGHT
    return Verdict.RIGHT if quotient.lies_in(band) else Verdict.CANNOT_TELL
