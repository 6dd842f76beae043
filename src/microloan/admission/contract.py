"""拟签合同: whether amount, term, rate and subsidy are what the rules of the signing day allow."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from microloan.admission.case import Answer, Case, Checked, by_practice, by_rule
from microloan.category import BorrowerKind
from microloan.finding import Finding, Severity
from microloan.money import fen, from_fen, show
from microloan.policy import (
    Beyond,
    GuaranteeWithSubsidy,
    Provision,
    RateCap,
    SubsidyShape,
    SubsidyTier,
)
from microloan.rate import show_rate


def judge_contract(case: Case) -> Iterator[Answer]:
    """Yield what the rules of the signing day say of the contract, and practice of its days."""
    application, rules, on = case.application, case.under, case.signed_on
    category, terms = application.category, application.terms
    yield by_practice("days", _days(case))
    yield by_rule(
        case,
        "lending_ceiling",
        lambda: rules.lending_ceiling_of(category, on=on),
        lambda rule: (*_amount(case, rule), *_unsubsidized(case, rule)),
    )
    yield by_rule(case, "term", lambda: rules.term_of(category, on=on), partial(_term, case))
    yield by_rule(
        case, "rate_cap", lambda: rules.rate_cap_of(terms, category), partial(_rate, case)
    )
    cap = rules.rate_cap[category.kind].known(on)
    if category.reference is not None and isinstance(cap, Provision):
        checked = Checked(what="reference", clause=str(cap))
        yield Answer(checked=checked, findings=tuple(_reference(case, cap)))
    if application.seeks_subsidy:
        yield from _subsidy(case)


def _days(case: Case) -> Iterator[Finding]:
    """Find a decision before the application, or a signature before the decision."""
    applied, decided, signed = case.application.applied_on, case.on, case.signed_on
    if decided < applied:
        yield _out_of_order(
            "admission.decided_before_applied",
            case,
            f"decided on {decided}, applied for on {applied}",
            f"审定日 {decided} 早于申请日 {applied}",
        )
    if signed < decided:
        yield _out_of_order(
            "admission.signed_before_decided",
            case,
            f"signed on {signed}, decided on {decided}",
            f"签约日 {signed} 早于审定日 {decided}",
        )


def _out_of_order(code: str, case: Case, sentence: str, zh: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.FAULT,
        subject=case.id,
        sentence=sentence,
        zh=zh,
        figures=(
            ("applied on", f"{case.application.applied_on}"),
            ("decided on", f"{case.on}"),
            ("signed on", f"{case.signed_on}"),
        ),
        settle_by="the right days: apply, decide, sign",
        settle_by_zh="按申请、审定、签约的先后更正日期",
    )


def _amount(case: Case, rule: Provision[int]) -> Iterator[Finding]:
    """Find a policy part above the ceiling; what lies above it has to be the commercial part."""
    part_fen = _policy_part(case)
    if part_fen > rule.value:
        part, limit = show(from_fen(part_fen)), show(from_fen(rule.value))
        over = show(from_fen(part_fen - rule.value))
        yield Finding(
            code="admission.above_ceiling",
            severity=Severity.FAULT,
            subject=case.id,
            sentence=f"{part} without the commercial part, {limit} at most",
            zh=f"扣除商业贷款部分后为 {part} 元，超过额度 {limit} 元",
            figures=(("amount", part), ("at most", limit), ("above", over)),
            clause=str(rule),
            settle_by=f"lend {over} less, or lend {over} more of it as the commercial part",
            settle_by_zh=f"减少 {over} 元，或将 {over} 元列为商业贷款部分",
        )


def _policy_part(case: Case) -> int:
    """Return what is lent without the commercial part, in fen."""
    application = case.application
    return fen(application.terms.principal) - fen(application.category.commercial_part)


def _unsubsidized(case: Case, rule: Provision[int]) -> Iterator[Finding]:
    """Find a part that may be lent and is not subsidized, where a local rule lends more."""
    category, part_fen = case.application.category, _policy_part(case)
    ceiling = case.under.ceiling[category.kind].known(case.signed_on)
    if not case.application.seeks_subsidy or not isinstance(ceiling, Provision):
        return
    subsidized_fen = ceiling.value.for_category(category)
    if subsidized_fen < min(part_fen, rule.value):
        part, most = show(from_fen(part_fen)), show(from_fen(subsidized_fen))
        yield Finding(
            code="admission.partly_subsidized",
            severity=Severity.NOTE,
            subject=case.id,
            sentence=f"only {most} of {part} are subsidized",
            zh=f"{part} 元中仅 {most} 元可予贴息",
            figures=(("amount", part), ("subsidized", most)),
            clause=str(ceiling),
        )


def _term(case: Case, rule: Provision[int]) -> Iterator[Finding]:
    months = case.application.terms.months
    if months > rule.value:
        yield Finding(
            code="admission.term_too_long",
            severity=Severity.FAULT,
            subject=case.id,
            sentence=f"a term of {months} months, {rule.value} at most",
            zh=f"期限 {months} 个月，最长 {rule.value} 个月",
            figures=(("months", f"{months}"), ("at most", f"{rule.value}")),
            clause=str(rule),
            settle_by="a shorter term",
            settle_by_zh="缩短期限",
        )


def _rate(case: Case, rule: Provision[Decimal | None]) -> Iterator[Finding]:
    rate, cap = case.application.terms.annual_rate, rule.value
    if cap is None or rate <= cap:
        return
    line = case.under.rate_cap[case.application.category.kind].at(case.signed_on)
    refused = line.value.beyond is Beyond.REFUSED
    what, zh = "", ""
    if not refused:
        what, zh = "; what lies above is the borrower's", "；超出部分由借款人承担"
    yield Finding(
        code="admission.rate_above_cap",
        severity=Severity.FAULT if refused else Severity.NOTE,
        subject=case.id,
        sentence=f"a rate of {show_rate(rate)}, the cap is {show_rate(cap)}{what}",
        zh=f"利率 {show_rate(rate)} 超过上限 {show_rate(cap)}{zh}",
        figures=(("rate", show_rate(rate)), ("cap", show_rate(cap))),
        clause=str(rule),
        settle_by="a lower rate",
        settle_by_zh="降低利率",
    )


def _reference(case: Case, rule: Provision[RateCap]) -> Iterator[Finding]:
    named = case.application.category.reference
    if named is None or rule.value.free or named in rule.value.references:
        return
    allowed = ", ".join(reference.value for reference in rule.value.references)
    yield Finding(
        code="admission.reference_not_allowed",
        severity=Severity.FAULT,
        subject=case.id,
        sentence=f"the contract names {named.value}; the rule knows {allowed}",
        zh=f"合同载明的参考利率为 {named.value}，规定为 {allowed}",
        figures=(("named", named.value), ("allowed", allowed)),
        clause=str(rule),
        settle_by="a reference that the rule knows",
        settle_by_zh="改用规定的参考利率",
    )


def _subsidy(case: Case) -> Iterator[Answer]:
    """Yield whether the rule of the subsidy has every fact that it asks for."""
    application, rules, on = case.application, case.under, case.signed_on
    category, principal = application.category, application.terms.principal
    yield by_rule(
        case,
        "subsidy",
        lambda: rules.subsidy_of(category, principal=principal, on=on),
        partial(_nothing_borne, case),
    )
    if category.kind is BorrowerKind.ENTERPRISE and application.guarantee is not None:
        asked = rules.guarantee_with_subsidy
        yield by_rule(case, "guarantee_with_subsidy", lambda: asked.at(on), partial(_either, case))


def _nothing_borne(case: Case, rule: Provision[SubsidyTier]) -> Iterator[Finding]:
    if rule.value.shape is SubsidyShape.NONE:
        yield Finding(
            code="admission.no_subsidy",
            severity=Severity.NOTE,
            subject=case.id,
            sentence="a subsidy is sought; the rule bears no interest of this group or trade",
            zh="申请贴息，但该人员类别或项目不予贴息",
            figures=(("subsidy", rule.value.shape.value),),
            clause=str(rule),
            settle_by="a loan without a subsidy",
            settle_by_zh="改为不贴息贷款",
        )


def _either(case: Case, rule: Provision[GuaranteeWithSubsidy]) -> Iterator[Finding]:
    if rule.value is GuaranteeWithSubsidy.EITHER:
        yield Finding(
            code="admission.guarantee_and_subsidy",
            severity=Severity.FAULT,
            subject=case.id,
            sentence="an enterprise loan with a guarantee and a subsidy; it may have one of them",
            zh="小微企业贷款同时申请担保与贴息，只能择一",
            figures=(("asked for", "guarantee and subsidy"), ("allowed", rule.value.value)),
            clause=str(rule),
            settle_by="give up one of them",
            settle_by_zh="放弃其中一项",
        )
