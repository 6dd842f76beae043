"""What a look at a database finds: the codes begin with ``store.``, the subject is what to look at.

A fault loses or changes what was committed; a note says what somebody should know.
"""

from microloan.finding import Finding, Severity


def fault(code: str, of: str, sentence: str, zh: str, *, settle: str, settle_zh: str) -> Finding:
    """Return a finding that has to be settled."""
    return Finding(
        code=f"store.{code}",
        severity=Severity.FAULT,
        subject=of,
        sentence=sentence,
        zh=zh,
        settle_by=settle,
        settle_by_zh=settle_zh,
    )


def note(code: str, of: str, sentence: str, zh: str, *, settle: str, settle_zh: str) -> Finding:
    """Return a finding that somebody should know of."""
    return Finding(
        code=f"store.{code}",
        severity=Severity.NOTE,
        subject=of,
        sentence=sentence,
        zh=zh,
        settle_by=settle,
        settle_by_zh=settle_zh,
    )
