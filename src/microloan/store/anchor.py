"""An anchor 锚定: how far every chain of a book had come, to print, sign and keep elsewhere.

Whoever may write to a database can rewrite all of it, hashes and all. He cannot rewrite what was
printed: held against an anchor that was kept elsewhere, a book that was cut short or written anew
no longer goes on from it.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Self

from sqlalchemy import Connection, select

from microloan.errors import InvalidTerms
from microloan.errors.personal import told
from microloan.naming import identity, refused_terms, several_of
from microloan.store import tables
from microloan.store.chain import link
from microloan.store.closing_chains import heads_now
from microloan.store.rows import Row, chain_broken

_FORMAT: Final = "microloan-anchor-1"
_LINK: Final = re.compile(r"([0-9a-f]{64})?")
_HALF: Final = re.compile(r"([0-9]{4}H[12])?")
_MOST: Final = 2**31 - 1


class ChainKind(Enum):
    """What a chain is about."""

    FUND = "fund"
    """担保基金: the entries of a fund."""
    LOAN = "loan"
    """贷款: the entries of a loan."""
    ACTS = "acts"
    """结账与反结账: the closings and openings of the book."""
    REGISTER = "register"
    """登记簿: the requests, assignments, visits and contacts of the book."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHead:
    """How far one chain has come.

    Args:
        kind: what it is about.
        of: the fund or loan; for acts and register, the book.
        entries: how many entries it has.
        link: the hash of the last one; where there is none, what the chain begins with.

    Raises:
        InvalidTerms: no kind, no hash, no whole number.
        InvalidIdentity: an unusable identity.
    """

    kind: ChainKind
    of: str
    entries: int
    link: str

    def __post_init__(self) -> None:
        """Refuse what is no head of a chain."""
        if not isinstance(self.kind, ChainKind):
            raise _refused(told(self.kind), "a ChainKind")
        identity(self.of, "a chain")
        if type(self.entries) is not int or not 0 <= self.entries <= _MOST:
            raise _refused(told(self.entries), "a whole number of entries")
        if not isinstance(self.link, str) or not _LINK.fullmatch(self.link):
            raise _refused(told(self.link), "a hash of 64 digits, or none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """锚定: the heads of all chains of a book at one moment.

    Args:
        book: the book.
        of: the half-year that was closed then, such as ``2024H1``; empty for the book as it stood.
        heads: the head of each chain, each once: funds, then loans, by identity, then acts and
            register, which a closing does not keep.

    Raises:
        InvalidIdentity: an unusable book.
        InvalidTerms: heads that are none, or stand in another order; no half-year.
    """

    book: str
    of: str = ""
    heads: tuple[ChainHead, ...]

    def __post_init__(self) -> None:
        """Refuse what is no anchor."""
        identity(self.book, "a book")
        if not isinstance(self.of, str) or not _HALF.fullmatch(self.of):
            raise _refused(told(self.of), "a half-year, or an empty text")
        heads = tuple(several_of(self.heads, ChainHead, "the heads of an anchor", "锚定的链"))
        places = [_place(one) for one in heads]
        if places != sorted(set(places)):
            raise _refused("heads in another order", "each chain once: funds, then loans")
        if self.of and any(one.kind not in _CLOSED for one in heads):
            raise _refused(self.of, "funds and loans only, for a closing")
        object.__setattr__(self, "heads", heads)

    @property
    def digest(self) -> str:
        """Return one hash over all of it: the 64 digits to print.

        That of a closing is the anchor which the closing itself keeps. It does not say where the
        funds end and the loans begin; the text that :meth:`to_json` returns does.
        """
        if self.of:
            links = (link(one.of, one.entries, one.link) for one in self.heads)
            return link("anchor", self.book, self.of, *links)
        return self._with_kinds()

    def _with_kinds(self) -> str:
        """Return one hash over all of it, also over what each chain is about."""
        heads = (link(one.kind.value, one.of, one.entries, one.link) for one in self.heads)
        return link(_FORMAT, self.book, self.of, *heads)

    def __str__(self) -> str:
        """Return the line to print."""
        of = f" closed for {self.of}" if self.of else ""
        chains = f"{len(self.heads)} chain{'s' if len(self.heads) != 1 else ''}"
        return f"book {self.book}{of}: {chains}, anchor {self.digest}"

    def in_chinese(self) -> str:
        """Return the line to print, in Chinese."""
        of = f"（{self.of} 结账）" if self.of else ""
        return f"台账 {self.book}{of}：共 {len(self.heads)} 条链，锚定值 {self.digest}"

    def to_json(self) -> str:
        """Return the anchor as a text to keep elsewhere."""
        heads = [[one.kind.value, one.of, one.entries, one.link] for one in self.heads]
        whole = {
            "format": _FORMAT,
            "book": self.book,
            "of": self.of,
            "digest": self.digest,
            "check": self._with_kinds(),
            "heads": heads,
        }
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the anchor of a text that :meth:`to_json` made.

        Raises:
            InvalidTerms, InvalidIdentity: no such text, or one that was changed since.
        """
        try:
            whole: dict[str, Any] = json.loads(text)
            heads = tuple(_head_of(*row) for row in whole["heads"])
            anchor = cls(book=whole["book"], of=whole["of"], heads=heads)
            said = whole["format"], whole["digest"], whole["check"]
        except (TypeError, ValueError, LookupError, RecursionError):
            raise _refused("another text", "what Anchor.to_json returned") from None
        if said != (_FORMAT, anchor.digest, anchor._with_kinds()):
            raise _refused("another digest", "the digest of the heads beside it")
        return anchor


_CLOSED: Final = {ChainKind.FUND, ChainKind.LOAN}
_ORDER: Final = list(ChainKind)


def _place(head: ChainHead) -> tuple[int, str]:
    return _ORDER.index(head.kind), head.of


def _head_of(kind: str, of: str, entries: int, link: str) -> ChainHead:
    return ChainHead(kind=ChainKind(kind), of=of, entries=entries, link=link)


def anchor_now(connection: Connection, book: str) -> Anchor:
    """Return how far every chain of a book has come.

    Args:
        connection: to the database.
        book: the book.

    Raises:
        ChainBroken: what stands as the head of a chain is none.
    """
    heads = [_of_row(row) for row in heads_now(connection, book)]
    own = tables.book
    columns = (own.c.acts, own.c.last_act, own.c.records, own.c.last_record)
    stored = connection.execute(select(*columns).where(own.c.book_id == book)).first()
    acts, last_act, records, last_record = stored or (0, "", 0, "")
    heads += [
        ChainHead(kind=ChainKind.ACTS, of=book, entries=acts, link=last_act),
        ChainHead(kind=ChainKind.REGISTER, of=book, entries=records, link=last_record),
    ]
    return Anchor(book=book, heads=tuple(heads))


def anchor_at(book: str, half: str, rows: Iterable[Row]) -> Anchor:
    """Return how far the chains had come at a closing.

    Args:
        book: the book.
        half: the half-year.
        rows: the heads that the closing keeps.

    Raises:
        ChainBroken: one of them is none.
    """
    return Anchor(book=book, of=half, heads=tuple(map(_of_row, rows)))


def _of_row(row: Row | dict[str, Any]) -> ChainHead:
    try:
        return _head_of(row["kind"], row["chain_id"], row["entries"], row["head"])
    except ValueError:  # what stands there is no head, whoever wrote it
        raise chain_broken(str(row["chain_id"]), "the head of its chain") from None


def _refused(value: object, limit: str) -> InvalidTerms:
    return refused_terms("an anchor", "锚定", value, limit)
