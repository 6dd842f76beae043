"""创业扶持“1+3”: one project, one site, one loan, one subsidy for each entrepreneur."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from microloan.errors.personal import told
from microloan.finding import Finding, Severity
from microloan.naming import (
    identities_of,
    identity,
    person_id,
    refused_terms,
    require_one_of,
    several_of,
)
from microloan.periods import asked_day, plain_date


class SupportKind(Enum):
    """扶持项目: what each willing and trained entrepreneur is to get, one of each."""

    PROJECT = "project"
    """推荐一个项目."""
    SITE = "site"
    """落实一处场地."""
    LOAN = "loan"
    """落实一笔贷款."""
    SUBSIDY = "subsidy"
    """落实一笔贴息."""

    @property
    def zh(self) -> str:
        """Return the support in Chinese."""
        return _ZH[self]


_ZH: Final = {
    SupportKind.PROJECT: "项目",
    SupportKind.SITE: "场地",
    SupportKind.LOAN: "贷款",
    SupportKind.SUBSIDY: "贴息",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """扶持记录: one thing given to an entrepreneur.

    Args:
        entrepreneur: the person's identity with the host.
        kind: what was given.
        ref: its number: of a loan, the contract.
        on: the day on which it was given.
        loan_id: of a subsidy, the loan it belongs to; empty for anything else.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidTerms: no :class:`SupportKind`, a subsidy of no loan, or something else of one.
        InvalidDate: not a plain date.
    """

    entrepreneur: str
    kind: SupportKind
    ref: str
    on: date
    loan_id: str = ""

    def __post_init__(self) -> None:
        """Refuse support of nobody, or a subsidy of no loan."""
        person_id(self.entrepreneur, "an entrepreneur")
        require_one_of(self.kind, SupportKind, "the kind of support", "扶持项目")
        identity(self.ref, "a support")
        plain_date(self.on, "a support")
        if (self.kind is SupportKind.SUBSIDY) != (self.loan_id != ""):
            raise refused_terms(
                "the loan of a support",
                "所贴息贷款",
                told(self.loan_id),
                "given for a subsidy only",
            )
        if self.loan_id != "":
            identity(self.loan_id, "a loan")


def check_support(
    entitled: Iterable[str], given: Iterable[Support], *, as_of: date
) -> tuple[Finding, ...]:
    """Return what is missing or double for each entrepreneur, and each loan or subsidy unpaired.

    Source: 威劳发〔2009〕36号, “1+3” (read in the notice of 2009-06-10).

    Args:
        entitled: the willing and trained entrepreneurs.
        given: what was given; the same record again is one.
        as_of: the day of the question.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidTerms: something that is no support.
        InvalidDate: not a plain date.
    """
    asked_day(as_of)
    people = sorted(identities_of(entitled, "an entrepreneur"))
    listed = several_of(given, Support, "the support given", "扶持记录")
    known = [each for each in dict.fromkeys(listed) if each.on <= as_of]
    return (*_of_people(people, known), *_of_pairs(known))


def _of_people(people: list[str], known: list[Support]) -> Iterator[Finding]:
    """Find what each has none of, or more than one, and who was not entitled."""
    by_person: defaultdict[str, dict[SupportKind, list[Support]]] = defaultdict(dict)
    for support in known:
        by_person[support.entrepreneur].setdefault(support.kind, []).append(support)
    for person in people:
        for kind in SupportKind:
            found = by_person[person].get(kind, [])
            if not found:
                sentence, zh = f"no {kind.value} yet", f"尚未落实{kind.zh}"
                yield _finding("programme.support_missing", Severity.QUESTION, person, sentence, zh)
            if len(found) > 1:
                refs = ", ".join(sorted(each.ref for each in found))
                sentence = f"{len(found)} of {kind.value} for one person: {refs}"
                zh = f"同一人{kind.zh} {len(found)} 笔：{refs}"
                yield _finding("programme.support_double", Severity.FAULT, person, sentence, zh)
    for person in sorted(by_person.keys() - set(people)):
        sentence, zh = "supported and not among the entitled", "不在应扶持名单内"
        yield _finding("programme.support_not_entitled", Severity.QUESTION, person, sentence, zh)


def _of_pairs(known: list[Support]) -> Iterator[Finding]:
    """Find loans without a subsidy or with two, and subsidies of a loan that is not there."""
    loans = {each.ref: each for each in known if each.kind is SupportKind.LOAN}
    paired: defaultdict[str, list[Support]] = defaultdict(list)
    for support in known:
        if support.kind is SupportKind.SUBSIDY:
            paired[support.loan_id].append(support)
    for loan_id in sorted(loans.keys() - paired.keys()):
        sentence, zh = "a loan without a subsidy", "有贷款无贴息"
        yield _finding("programme.loan_unpaired", Severity.QUESTION, loan_id, sentence, zh)
    for loan_id, subsidies in sorted(paired.items()):
        refs = ", ".join(sorted(each.ref for each in subsidies))
        if loan_id not in loans:
            sentence, zh = f"a subsidy of no loan given: {refs}", f"有贴息无贷款：{refs}"
            yield _finding("programme.subsidy_unpaired", Severity.FAULT, loan_id, sentence, zh)
        if len(subsidies) > 1:
            sentence, zh = f"two subsidies of one loan: {refs}", f"一笔贷款多笔贴息：{refs}"
            yield _finding("programme.subsidy_double", Severity.FAULT, loan_id, sentence, zh)
        owner = {loans[loan_id].entrepreneur} if loan_id in loans else set()
        strangers = {each.entrepreneur for each in subsidies if owner} - owner
        if strangers:
            names = ", ".join(sorted(strangers))
            sentence, zh = f"the subsidy went to another: {names}", f"贴息与贷款非同一人：{names}"
            yield _finding("programme.subsidy_of_another", Severity.FAULT, loan_id, sentence, zh)


def _finding(code: str, severity: Severity, subject: str, sentence: str, zh: str) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        subject=subject,
        sentence=sentence,
        zh=zh,
        clause="威劳发〔2009〕36号: 一个项目、一处场地、一笔贷款、一笔贴息 [local]",
        settle_by="the file of the entrepreneur",
        settle_by_zh="核对创业者扶持档案",
    )
