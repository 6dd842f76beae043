"""The hash chain over the entries of one aggregate: what was written cannot be changed unnoticed.

Each link covers the link before it and every field of its entry. Fields are typed and
length-prefixed, so that no two different entries read alike. A chain shows a change against an
anchor kept elsewhere; whoever may write to the database could still rewrite all of it.
"""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from enum import Enum
from hashlib import sha256
from typing import Final

from microloan.ledger import Entry, FundEntry

VERSION: Final = "microloan-chain-1"


def link(*parts: object) -> str:
    """Return the hash of fields, each with its type and length, under the version of this encoding.

    Fields are ``None``, whole numbers, text and days. What else a row may hold after somebody else
    wrote to it has a tag of its own, and so is like nothing that was written.

    >>> link("a", "b") == link("ab", ""), link(1) == link("1"), link(None) == link("")
    (False, False, False)
    """
    digest = sha256()
    for part in (VERSION, len(parts), *parts):
        tag, text = _typed(part)
        digest.update(b"%c%d:" % (tag, len(text)))
        digest.update(text)
    return digest.hexdigest()


def _typed(part: object) -> tuple[bytes, bytes]:
    match part:
        case None:
            return b"n", b""
        case str():
            return b"s", part.encode()
        case date():
            return b"d", part.isoformat().encode()
        case int():
            return b"i", str(part).encode()
        case _:
            return b"x", repr(part).encode()


def links_of(genesis: str, entries: Iterable[Entry | FundEntry]) -> list[str]:
    """Return the genesis and the hash of each entry, in order."""
    links = [genesis]
    for entry in entries:
        values = (getattr(entry, field.name) for field in fields(entry))
        plain = (value.value if isinstance(value, Enum) else value for value in values)
        links.append(link(links[-1], *plain))
    return links
