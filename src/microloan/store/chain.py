"""The hash chain over the entries of one aggregate: what was written cannot be changed unnoticed.

Each link covers the link before it and every field of its entry. Fields are typed and
length-prefixed, so that no two different entries read alike. A chain shows a change against an
anchor kept elsewhere; whoever may write to the database could still rewrite all of it.
"""

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from enum import Enum
from hashlib import sha256
from operator import attrgetter
from types import NoneType
from typing import Final

from microloan.fund_ledger import FundEntry, Papers
from microloan.ledger import Entry
from microloan.store.terms_rows import terms_text
from microloan.terms import LoanTerms

VERSION: Final = "microloan-chain-2"


def link(*parts: object) -> str:
    """Return the hash of fields, each with its type and length, under the version of this encoding.

    Fields are ``None``, whole numbers, text and days. What else a row may hold after somebody else
    wrote to it has a tag of its own, and so is like nothing that was written.

    >>> link("a", "b") == link("ab", ""), link(1) == link("1"), link(None) == link("")
    (False, False, False)
    """
    fields = "".join(map(_typed, parts))
    return sha256(f"{_OPENING}{_typed(len(parts))}{fields}".encode()).hexdigest()


def _typed(part: object) -> str:
    """Return a field with its type and its length in bytes; the most of a row comes first."""
    if type(part) is int:
        if not part:
            return "i1:0"
        tag, text = "i", str(part)
    elif type(part) is str:
        tag, text = "s", part
    elif part is None:
        return "n0:"
    elif isinstance(part, bool):
        tag, text = "i", f"{part:d}"
    elif isinstance(part, date):
        tag, text = "d", part.isoformat()
    else:
        tag, text = "x", repr(part)
    size = len(text) if text.isascii() else len(text.encode())
    return f"{tag}{size}:{text}"


_OPENING: Final = _typed(VERSION)


def links_of(genesis: str, entries: Iterable[Entry | FundEntry]) -> list[str]:
    """Return the genesis and the hash of each entry, in order."""
    links = [genesis]
    for entry in entries:
        values = _FIELDS[type(entry)](entry)
        # Most fields stand in the row as they are; asking for their type is the quickest way.
        plain = [one if type(one) in _AS_IT_IS else _plain(one) for one in values]
        links.append(link(links[-1], *plain))
    return links


_FIELDS: Final = {
    kind: attrgetter(*(field.name for field in fields(kind))) for kind in (Entry, FundEntry)
}
_AS_IT_IS: Final = frozenset({int, str, date, NoneType})


def _plain(value: object) -> object:
    """Return what a row holds of a field."""
    match value:
        case LoanTerms():
            return terms_text(value)
        case frozenset():
            return codes_text(value)
        case tuple():
            return papers_text(value)
        case Enum():
            return value.value
    return value


def codes_text(codes: Iterable[str]) -> str:
    """Return codes as text: sorted, so that equal sets read alike.

    >>> codes_text({"returning_migrant", "graduate"})
    'graduate,returning_migrant'
    """
    return ",".join(sorted(codes))


def papers_text(papers: Papers) -> str:
    """Return papers as text, each a kind and a number, in their order.

    >>> papers_text((("chasing_record", "催-1"),))
    '[["chasing_record","催-1"]]'
    """
    return json.dumps(papers, ensure_ascii=False, separators=(",", ":"))
