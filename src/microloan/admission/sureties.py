"""反担保: who stands surety for whom, and how much security is demanded."""

from collections.abc import Iterator
from fractions import Fraction

from microloan.admission.case import Answer, Case, by_practice, by_rule
from microloan.category import BorrowerKind
from microloan.finding import Finding, Severity
from microloan.money import fen, from_fen, show
from microloan.policy import CounterGuarantee, Provision


def judge_sureties(case: Case) -> Iterator[Answer]:
    """Yield what practice says of the persons, and the rules of the security demanded."""
    asked = case.under.counter_guarantee
    yield by_practice("counter_guarantors", (*_applicants(case), *_guarantors(case)))
    if _demanded(case):
        yield by_rule(
            case,
            "counter_guarantee",
            lambda: asked.at(case.signed_on),
            lambda rule: (*_too_large(case, rule), *_waived(case, rule)),
        )


def _applicants(case: Case) -> Iterator[Finding]:
    for person in case.application.applicants:
        if person.guarantees:
            loans = ", ".join(person.guarantees)
            yield Finding(
                code="admission.applicant_guarantees",
                severity=Severity.FAULT,
                subject=person.id,
                sentence=f"stands surety for open loans: {loans}",
                zh=f"正在为未结清贷款提供反担保：{loans}",
                figures=(("loans", loans),),
                settle_by="their repayment, or another surety for them",
                settle_by_zh="所担保贷款结清或更换反担保人",
            )


def _guarantors(case: Case) -> Iterator[Finding]:
    application = case.application
    own = {application.borrower}
    # The surety of an enterprise's owner adds his own means; that of a borrower adds nothing.
    if application.of_natural_persons:
        own |= application.borrowing | application.spouses
    for surety in application.counter_guarantors:
        if surety.id in own:
            sentence = "the counter-guarantor is the borrower, a partner or a spouse"
            zh = "反担保人为借款人、合伙人或其配偶"
            yield _conflict("admission.counter_guarantor_borrows", surety.id, sentence, zh)
        if surety.open_loans:
            loans = ", ".join(surety.open_loans)
            sentence = f"the counter-guarantor has open loans of the programme: {loans}"
            zh = f"反担保人有未结清的创业担保贷款：{loans}"
            yield _conflict("admission.counter_guarantor_owes", surety.id, sentence, zh, loans)
        if surety.guarantees:
            loans = ", ".join(surety.guarantees)
            sentence = f"the counter-guarantor already stands surety for {loans}"
            zh = f"反担保人已为其他贷款提供反担保：{loans}"
            yield _conflict("admission.counter_guarantor_engaged", surety.id, sentence, zh, loans)


def _conflict(code: str, person: str, sentence: str, zh: str, loans: str = "") -> Finding:
    return Finding(
        code=code,
        severity=Severity.FAULT,
        subject=person,
        sentence=sentence,
        zh=zh,
        figures=(("loans", loans),) if loans else (),
        settle_by="another counter-guarantor",
        settle_by_zh="更换反担保人",
    )


def _demanded(case: Case) -> bool:
    application = case.application
    return bool(fen(application.counter_guarantee) or application.counter_guarantors)


def _too_large(case: Case, rule: Provision[CounterGuarantee]) -> Iterator[Finding]:
    application = case.application
    asked_fen, lent_fen = fen(application.counter_guarantee), fen(application.terms.principal)
    at_most = rule.value.at_most
    if at_most is not None and asked_fen > lent_fen * Fraction(at_most):
        asked = show(application.counter_guarantee)
        limit = show(from_fen(int(lent_fen * Fraction(at_most))))
        yield Finding(
            code="admission.counter_guarantee_too_large",
            severity=Severity.FAULT,
            subject=case.id,
            sentence=f"a counter-guarantee of {asked} is demanded, {limit} at most",
            zh=f"要求反担保 {asked} 元，最高 {limit} 元",
            figures=(("demanded", asked), ("at most", limit)),
            clause=str(rule),
            settle_by="demand less",
            settle_by_zh="降低反担保额",
        )


def _waived(case: Case, rule: Provision[CounterGuarantee]) -> Iterator[Finding]:
    """Find a counter-guarantee that is demanded although none need be given."""
    application = case.application
    category, lent_fen = application.category, fen(application.terms.principal)
    small = category.kind is BorrowerKind.INDIVIDUAL and lent_fen <= rule.value.waived_up_to_fen
    named = {*category.groups, category.scheme} & set(rule.value.waived_for)
    if small or named:
        lent, codes = show(application.terms.principal), ", ".join(sorted(named))
        why, why_zh = codes or f"a loan of {lent}", codes or f"贷款 {lent} 元"
        yield Finding(
            code="admission.counter_guarantee_waived",
            severity=Severity.NOTE,
            subject=case.id,
            sentence=f"a counter-guarantee is demanded where none need be given: {why}",
            zh=f"可免反担保而要求了反担保：{why_zh}",
            figures=(
                ("demanded", show(application.counter_guarantee)),
                ("waived up to", show(from_fen(rule.value.waived_up_to_fen))),
                ("waived for", ", ".join(rule.value.waived_for)),
            ),
            clause=str(rule),
            settle_by="waive it",
            settle_by_zh="免除反担保",
        )
