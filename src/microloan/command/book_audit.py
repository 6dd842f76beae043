"""``microloan audit``: what the checks find about a book, and what they could not judge."""

from argparse import Namespace

from microloan.checks import Audit, Facts, Limits
from microloan.command.answer import Answer, Sentence, Status, rows_of, sentences_of
from microloan.command.choice import policy_of
from microloan.command.opened import book_of
from microloan.command.terminal import progress_of
from microloan.finding import Severity
from microloan.money import cny


def reply(options: Namespace) -> Answer:
    """Audit a book by what it holds itself; lists of other offices are given in a program.

    Raises:
        InvalidAmount, InvalidTerms: limits that no audit could go by.
    """
    facts, rules = Facts(limits=limits_of(options)), policy_of(options)
    with progress_of(options, "核查 audited") as counter, book_of(options) as uow:
        audit = uow.audit(facts, under=rules, as_of=options.as_of, progress=counter)
    counts = {one.value: audit.count(one) for one in Severity}
    return Answer(
        parts=(_heading(audit), *sentences_of(audit.findings), *_not_judged(audit)),
        facts={
            "book": options.book,
            "as_of": audit.as_of,
            "loans": audit.loans,
            "counts": counts,
            "findings": rows_of(audit.findings),
            "not_judged": [
                {"check": one.check.name, "asks": one.asks, "why": one.why, "why_zh": one.zh}
                | {"loans": len(one.subjects)}
                for one in audit.unanswered
            ],
        },
        status=Status.REFUSED if audit.count(Severity.FAULT) else Status.DONE,
    )


def limits_of(options: Namespace) -> Limits:
    """Return the limits that the options state; none of them has a value by itself."""
    return Limits(
        tolerance=cny(options.tolerance),
        unpaid_days=options.unpaid_days,
        cluster_size=options.cluster_size,
        days_between=options.days_between,
        outflows=frozenset(options.outflow),
        least_age=options.least_age,
    )


def _heading(audit: Audit) -> Sentence:
    en = ", ".join(f"{audit.count(one)} {one.value}s" for one in Severity)
    zh = "，".join(f"{one.zh} {audit.count(one)}" for one in Severity)
    return Sentence(
        f"{audit.loans:,} loans on {audit.as_of}: {en}", f"{audit.as_of} {audit.loans:,} 笔：{zh}"
    )


def _not_judged(audit: Audit) -> tuple[Sentence, ...]:
    """Return the questions that could not be judged, one line for each check and reason."""
    lines = {}
    for one in audit.unanswered:
        loans = f" ({len(one.subjects):,} loans)" if one.subjects else ""
        zh_loans = f"（{len(one.subjects):,} 笔）" if one.subjects else ""
        name, zh_name = one.check.name, one.check.zh
        lines[f"not judged: {name} {one.asks}: {one.why}{loans}"] = (
            f"未核查：{name} {zh_name}：{one.zh}{zh_loans}"
        )
    return tuple(Sentence(en, zh) for en, zh in lines.items())
