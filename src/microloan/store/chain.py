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
    return sha256(b"".join(map(_typed, (VERSION, len(parts), *parts)))).hexdigest()


def _typed(part: object) -> bytes:
    """Return a field with its type and length; numbers and texts, the most of a row, come first."""
    if type(part) is int:
        tag, text = b"i", b"%d" % part
    elif type(part) is str:
        tag, text = b"s", part.encode()
    elif part is None:
        tag, text = b"n", b""
    elif isinstance(part, bool):
        tag, text = b"i", b"%d" % part
    elif isinstance(part, date):
        tag, text = b"d", part.isoformat().encode()
    else:
        tag, text = b"x", repr(part).encode()
    return b"%s%d:%s" % (tag, len(text), text)


def links_of(genesis: str, entries: Iterable[Entry | FundEntry]) -> list[str]:
    """Return the genesis and the hash of each entry, in order."""
    links = [genesis]
    for entry in entries:
        values = (getattr(entry, field.name) for field in fields(entry))
        links.append(link(links[-1], *map(_plain, values)))
    return links


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
