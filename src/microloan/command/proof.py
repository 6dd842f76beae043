"""``microloan verify``: whether a book is as it was written."""

from argparse import Namespace
from pathlib import Path

from microloan.command.answer import Answer, Sentence, Status, rows_of, sentences_of
from microloan.command.opened import book_of
from microloan.naming import refused_terms
from microloan.store import Anchor


def reply(options: Namespace) -> Answer:
    """Return all that is not as it was written; a sound book has nothing.

    Raises:
        InvalidTerms: an anchor that cannot be read or written, or is none.
    """
    kept = None if options.anchor is None else Anchor.from_json(_text_of(options.anchor))
    with book_of(options) as uow:
        findings, now = uow.verify(anchor=kept), uow.anchor()
    facts = {"book": options.book, "findings": rows_of(findings), "anchor": now.digest}
    if findings:
        return Answer(parts=sentences_of(findings), facts=facts, status=Status.REFUSED)
    if options.keep_anchor is not None:
        _write(options.keep_anchor, now.to_json())
    sound = Sentence("every chain and row is as it was written", "各链、各行均与登记时一致")
    return Answer(parts=(sound, Sentence(str(now), now.in_chinese())), facts=facts)


def _text_of(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise refused_terms("the anchor", "锚定值文件", name, "a file that can be read") from fault


def _write(name: str, text: str) -> None:
    try:
        Path(name).write_text(f"{text}\n", encoding="utf-8")
    except OSError as fault:
        limit = "a file that can be written"
        raise refused_terms("the anchor", "锚定值文件", name, limit) from fault
