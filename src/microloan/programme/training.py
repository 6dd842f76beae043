"""创业培训: classes, what became of those trained, and the yearly awards of a scheme."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from microloan.errors.personal import told
from microloan.finding import Finding, Severity
from microloan.money import InYuan, from_fen, show
from microloan.naming import identity, is_code, person_id, refused_terms, require_whole, several_of
from microloan.periods import FIRST_YEAR, LAST_YEAR, asked_day, plain_date
from microloan.policy import Provision
from microloan.programme.practice import AwardRule
from microloan.quotient import Quotient
from microloan.table import columns_of

_MOST_FEN: Final = 10**15


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingClass:
    """培训班: one class, with who was trained, who then started, and who then found work.

    Args:
        id: its number.
        scheme: a code such as ``"siyb"``.
        ended_on: its last day.
        trained: who took part.
        started: who of them started a business 创业.
        employed: who of them found work 就业.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidTerms: no code, nobody trained, one listed twice, or a result of somebody who was not
            trained.
        InvalidDate: not a plain date.
    """

    id: str
    scheme: str
    ended_on: date
    trained: frozenset[str]
    started: frozenset[str] = frozenset()
    employed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a class whose results are those of other people."""
        identity(self.id, "a class")
        if not is_code(self.scheme):
            raise refused_terms("the scheme", "专项代码", told(self.scheme), "a lower-case code")
        plain_date(self.ended_on, "a class")
        for people in (self.trained, self.started, self.employed):
            if not isinstance(people, frozenset):
                raise refused_terms("the people of a class", "学员", told(people), "a frozenset")
            for person in people:
                person_id(person, "a person")
        strangers = (self.started | self.employed) - self.trained
        if strangers or not self.trained:
            raise refused_terms(
                "the people of a class", "学员", len(strangers), "somebody, and only the trained"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingResult:
    """培训成效: what became of everybody trained in a year, each person counted once.

    Args:
        classes: how many classes ended.
        trained: how many people took part.
        started: how many of them started a business.
        employed: how many of them found work.
        either: how many did one or the other.
    """

    classes: int
    trained: int
    started: int
    employed: int
    either: int

    @property
    def per_class(self) -> Quotient:
        """Return people ÷ classes; it need not be whole."""
        return Quotient(name="people ÷ classes", part=self.trained, whole=self.classes)

    @property
    def rate(self) -> Quotient:
        """Return those who started or found work ÷ everybody trained."""
        return Quotient(name="started or employed ÷ trained", part=self.either, whole=self.trained)


def training_result(classes: Iterable[TrainingClass], *, year: int, as_of: date) -> TrainingResult:
    """Return the result of the classes that ended in a year, by a day; the same class is one.

    Raises:
        InvalidTerms: something that is no class, or no year.
        InvalidDate: not a plain date.
    """
    asked_day(as_of)
    require_whole(year, "the year", "年度", FIRST_YEAR, LAST_YEAR)
    listed = several_of(classes, TrainingClass, "the classes", "培训班")
    ended = {each for each in listed if each.ended_on.year == year and each.ended_on <= as_of}
    started = frozenset[str]().union(*(each.started for each in ended))
    employed = frozenset[str]().union(*(each.employed for each in ended))
    return TrainingResult(
        classes=len(ended),
        trained=len(frozenset[str]().union(*(each.trained for each in ended))),
        started=len(started),
        employed=len(employed),
        either=len(started | employed),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """评选奖励: one of the best of a year, and what was lent for it.

    Args:
        person: who.
        on: the day of the decision; its calendar year counts.
        amount_fen: what was lent for it.
        ref: the number of the decision or contract.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidTerms: no amount.
        InvalidDate: not a plain date.
    """

    person: str
    on: date
    amount_fen: int
    ref: str

    amount = InYuan("amount_fen", "What was lent for it, in yuan.")

    COLUMNS = columns_of("person on amount ref")

    def __post_init__(self) -> None:
        """Refuse an award of nothing, or to nobody."""
        person_id(self.person, "a person")
        plain_date(self.on, "an award")
        require_whole(self.amount_fen, "the fen of an award", "奖励金额（分）", 1, _MOST_FEN)
        identity(self.ref, "an award")


def check_awards(
    awards: Iterable[Award], *, rule: Provision[AwardRule], year: int
) -> tuple[Finding, ...]:
    """Return what of a year's awards is against the scheme's own rule.

    Exactly as many as the rule names, and exactly its amount, are within it.

    Args:
        awards: the awards; the same one again is one.
        rule: the scheme's rule, such as ``load_practice().award("siyb_top_ten", on=…)``.
        year: the calendar year.

    Raises:
        InvalidTerms: something that is no award, no rule, or no year.
    """
    require_whole(year, "the year", "年度", FIRST_YEAR, LAST_YEAR)
    listed = several_of(awards, Award, "the awards", "评选奖励")
    if not isinstance(rule, Provision) or not isinstance(rule.value, AwardRule):
        raise refused_terms("the rule", "评选规定", rule, "a Provision of an AwardRule")
    return tuple(_faults([each for each in dict.fromkeys(listed) if each.on.year == year], rule))


def _faults(awards: list[Award], rule: Provision[AwardRule]) -> Iterator[Finding]:
    most = rule.value
    if len(awards) > most.a_year:
        yield _against(
            rule,
            code="programme.awards_too_many",
            subject=str(awards[0].on.year),
            sentence=f"{len(awards)} awards in a year, {most.a_year} at most",
            zh=f"全年评选 {len(awards)} 名，超过 {most.a_year} 名",
        )
    for award in awards:
        if award.amount_fen > most.each_fen:
            amount, limit = show(award.amount), show(from_fen(most.each_fen))
            yield _against(
                rule,
                code="programme.award_too_large",
                subject=award.ref,
                sentence=f"{amount}, {limit} at most",
                zh=f"{amount} 元，超过 {limit} 元",
            )
    for person, times in sorted(Counter(each.person for each in awards).items()):
        if times > 1:
            yield _against(
                rule,
                code="programme.award_double",
                subject=person,
                sentence=f"awarded {times} times in a year",
                zh=f"同一年度评选 {times} 次",
            )


def _against(
    rule: Provision[AwardRule], *, code: str, subject: str, sentence: str, zh: str
) -> Finding:
    return Finding(
        code=code,
        severity=Severity.FAULT,
        subject=subject,
        sentence=sentence,
        zh=zh,
        figures=(("a year", str(rule.value.a_year)), ("each", show(rule.value.each))),
        clause=str(rule),
        settle_by="the decision of the awards",
        settle_by_zh="核对评选决定",
    )
