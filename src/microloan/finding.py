"""What a check found: about what, how grave, with which figures and clause, and what settles it."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from microloan.errors import InvalidTerms
from microloan.table import columns_of

_CODE: Final = re.compile(r"[a-z]+\.[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*")


class Severity(Enum):
    """How grave a finding is, the gravest first."""

    FAULT = "fault"
    """不合规: against a rule, or without what a rule asks for; it cannot go on as it stands."""
    QUESTION = "question"
    """待核定: neither the facts nor the rules at hand decide it; somebody has to."""
    NOTE = "note"
    """提示: it may go on, and somebody should know."""

    @property
    def rank(self) -> int:
        """Return the place of the severity, the gravest first."""
        return _RANKS[self]

    @property
    def zh(self) -> str:
        """Return the severity in Chinese."""
        return _ZH[self]


_RANKS: Final = {severity: rank for rank, severity in enumerate(Severity)}
_ZH: Final = {Severity.FAULT: "不合规", Severity.QUESTION: "待核定", Severity.NOTE: "提示"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """核查意见: one thing a check found. Checks return all of them; none stops at the first.

    Args:
        code: what was found, stable over versions: ``"admission.rate_above_cap"``.
        severity: how grave it is.
        subject: the id of what it is about: an application, a person, a loan.
        sentence: what was found, in English.
        zh: the same in Chinese.
        figures: what is and what is allowed, each a name and a text.
        clause: the decree and clause behind it; empty where it rests on no rule that was read, such
            as the practice of offices.
        settle_by: what would settle it; empty where nothing has to be done.
        settle_by_zh: the same in Chinese.

    Raises:
        InvalidTerms: a code of another form, no severity, no subject or no sentence.

    >>> print(Finding(
    ...     code="admission.too_old", severity=Severity.FAULT, subject="B-0042",
    ...     sentence="61 years old, 60 at most", zh="年满 61 周岁，超过 60 周岁",
    ...     figures=(("age", "61"), ("at most", "60")), clause="银发〔2002〕394号: 60 岁以内",
    ... ))
    fault: B-0042: 61 years old, 60 at most (银发〔2002〕394号: 60 岁以内)
    """

    code: str
    severity: Severity
    subject: str
    sentence: str
    zh: str
    figures: tuple[tuple[str, str], ...] = ()
    clause: str = ""
    settle_by: str = ""
    settle_by_zh: str = ""

    COLUMNS = columns_of(
        "code severity subject sentence sentence_zh=zh figures clause settle_by settle_by_zh",
    )

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart or read, and keep figures that cannot be edited."""
        if not isinstance(self.code, str) or not _CODE.fullmatch(self.code):
            raise _invalid("the code", "编码", self.code, "like 'admission.rate_above_cap'")
        if not isinstance(self.severity, Severity):
            raise _invalid("the severity", "程度", self.severity, "a Severity")
        for text in (self.subject, self.sentence, self.zh):
            if not isinstance(text, str) or not text.strip():
                raise _invalid("subject and sentence", "对象与说明", text, "a text")
        object.__setattr__(
            self, "figures", tuple((str(name), str(text)) for name, text in self.figures)
        )

    def __str__(self) -> str:
        """Return the finding on one line, with its clause and what would settle it."""
        clause = f" ({self.clause})" if self.clause else ""
        settle = f"; to settle: {self.settle_by}" if self.settle_by else ""
        return _one_line(f"{self.severity.value}: {self.subject}: {self.sentence}{clause}{settle}")

    def in_chinese(self) -> str:
        """Return the finding on one line in Chinese."""
        clause = f"（{self.clause}）" if self.clause else ""
        settle = f"；处理：{self.settle_by_zh}" if self.settle_by_zh else ""
        return _one_line(f"{self.severity.zh}：{self.subject}：{self.zh}{clause}{settle}")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _invalid(what: str, zh: str, value: object, limit: str) -> InvalidTerms:
    return InvalidTerms(
        f"{what} of a finding must be {limit}, got {value!r}",
        zh=f"核查意见的{zh}应为 {limit}，实为 {value!r}",
        value=value,
        limit=limit,
    )
