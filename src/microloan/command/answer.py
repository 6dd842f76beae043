"""What a command answers: sentences and tables for a person, the same figures for a program."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Protocol

from microloan.errors import MicroloanError
from microloan.finding import Finding
from microloan.money import Money
from microloan.table import Language, Tabular


class Status(IntEnum):
    """What the program says to the shell at its end."""

    DONE = 0
    """已办理: done, and nothing was found."""
    REFUSED = 1
    """拒绝或有问题: refused, or something was found that is not in order."""
    MISUSED = 2
    """用法不符: the command line itself cannot be understood; nothing was done."""
    INTERRUPTED = 130
    """中断: somebody pressed Ctrl-C; nothing was kept that was not committed."""
    NOBODY_READS = 141
    """输出端已关闭: whoever read the output went away."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of an answer, in both languages."""

    en: str
    zh: str

    def to_text(self, *, language: Language) -> str:
        """Return the line in one of the languages."""
        return self.zh if language is Language.ZH else self.en


class Part(Protocol):
    """What an answer is made of: a sentence, a table, or anything else that prints itself."""

    def to_text(self, *, language: Language) -> str:
        """Return it as lines for a terminal."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command answers.

    Args:
        parts: what a person reads, in order.
        facts: what a program reads: names and figures; a table stands for its rows.
        status: what the program says to the shell.
    """

    parts: tuple[Part, ...]
    facts: Mapping[str, object] = field(default_factory=dict)
    status: Status = Status.DONE

    def to_text(self, language: Language) -> str:
        """Return the answer for a terminal, in one language."""
        return "\n".join(part.to_text(language=language) for part in self.parts)

    def to_json(self) -> str:
        """Return the facts as JSON: amounts as texts with two decimals, days in ISO form."""
        return json.dumps(dict(self.facts), ensure_ascii=False, indent=2, default=_plain)


def in_one_line(refusal: MicroloanError, language: Language) -> str:
    """Return a refusal as one line: its code, and its sentence with what was noted to it."""
    sentence = refusal.zh if language is Language.ZH else str(refusal)
    notes = getattr(refusal, "__notes__", [])
    return " ".join(f"{refusal.code}: {'; '.join([sentence, *notes])}".split())


def as_json(refusal: MicroloanError) -> str:
    """Return a refusal as one line of JSON."""
    told = {
        "code": refusal.code,
        "message": str(refusal),
        "zh": refusal.zh,
        "value": refusal.value,
        "limit": refusal.limit,
    }
    return json.dumps(told, ensure_ascii=False, default=_plain_or_text)


def sentences_of(findings: Iterable[Finding]) -> tuple[Sentence, ...]:
    """Return findings as lines, each with its code."""
    return tuple(
        Sentence(f"{one.code}: {one}", f"{one.code}：{one.in_chinese()}") for one in findings
    )


def rows_of(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Return findings as a program reads them."""
    return [
        {
            "code": one.code,
            "severity": one.severity.value,
            "subject": one.subject,
            "sentence": one.sentence,
            "zh": one.zh,
            "figures": dict(one.figures),
            "clause": one.clause,
            "settle_by": one.settle_by,
            "settle_by_zh": one.settle_by_zh,
        }
        for one in findings
    ]


def _plain_or_text(value: object) -> object:
    """Return an amount as its two decimals, anything else in its own words."""
    return str(value.amount if isinstance(value, Money) else value)


def _plain(value: object) -> object:
    match value:
        case Tabular():
            return value.to_dicts()
        case Decimal() | date():
            return str(value)
        case _:
            raise TypeError(type(value).__name__)
