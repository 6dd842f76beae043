"""What an anchor says word for word, what it refuses and in which words; no database but in memory.

How a book is held against an anchor is tried on rows that were put there by hand.
"""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import create_engine

from microloan import ChainBroken, InvalidIdentity, InvalidTerms
from microloan.finding import Severity
from microloan.store import Anchor, ChainHead, ChainKind, closing_tables, metadata, tables
from microloan.store.anchor import anchor_at, anchor_now
from microloan.store.kept_anchor import anchor_findings
from refusals import refused

BOOK = "990101"
A, B, C, D, E, F = (letter * 64 for letter in "abcdef")
FUND = ChainHead(kind=ChainKind.FUND, of="F-01", entries=1, link=A)
LOAN = ChainHead(kind=ChainKind.LOAN, of="合-1", entries=2, link=B)
ACTS = ChainHead(kind=ChainKind.ACTS, of=BOOK, entries=0, link="")
REGISTER = ChainHead(kind=ChainKind.REGISTER, of=BOOK, entries=3, link=C)
WHOLE = Anchor(book=BOOK, heads=(FUND, LOAN, ACTS, REGISTER))
CLOSED = Anchor(book=BOOK, of="2024H1", heads=(FUND, LOAN))


def no_anchor(value, limit):
    """The refusal of what is no anchor, in both languages."""
    return refused(
        InvalidTerms,
        "terms.invalid",
        value=value,
        limit=limit,
        says=f"an anchor must be {limit}, got {value}",
    )


# --- what it says


def test_an_anchor_is_printed_with_the_number_of_its_chains():
    assert str(WHOLE) == f"book 990101: 4 chains, anchor {WHOLE.digest}"
    assert str(CLOSED) == f"book 990101 closed for 2024H1: 2 chains, anchor {CLOSED.digest}"
    one, none = (replace(WHOLE, heads=heads) for heads in ((LOAN,), ()))
    assert str(one).startswith("book 990101: 1 chain, anchor ")
    assert str(none).startswith("book 990101: 0 chains, anchor ")
    assert CLOSED.in_chinese() == (f"台账 990101（2024H1 结账）：共 2 条链，锚定值 {CLOSED.digest}")
    assert WHOLE.in_chinese() == f"台账 990101：共 4 条链，锚定值 {WHOLE.digest}"


def test_the_text_of_an_anchor_is_spelled_out():
    heads = (
        f'["fund","F-01",1,"{A}"],["loan","合-1",2,"{B}"],["acts","990101",0,""],'
        f'["register","990101",3,"{C}"]'
    )
    digest = WHOLE.digest
    assert WHOLE.to_json() == (
        f'{{"format":"microloan-anchor-1","book":"990101","of":"","digest":"{digest}",'
        f'"check":"{digest}","heads":[{heads}]}}'
    )


def test_the_check_of_a_closing_is_over_what_each_chain_is_about_too():
    links = [
        sha256(f"s17:microloan-chain-2i1:4s4:{kind}{of}{tail}".encode()).hexdigest()
        for kind, of, tail in (
            ("fund", "s4:F-01", f"i1:1s64:{A}"),
            ("loan", "s5:合-1", f"i1:2s64:{B}"),
        )
    ]
    encoded = "s17:microloan-chain-2i1:5s18:microloan-anchor-1s6:990101s6:2024H1" + "".join(
        f"s64:{link}" for link in links
    )
    whole = json.loads(CLOSED.to_json())
    assert whole["check"] == sha256(encoded.encode()).hexdigest()
    assert whole["digest"] == CLOSED.digest != whole["check"]


@pytest.mark.parametrize("anchor", [WHOLE, CLOSED, replace(WHOLE, heads=())])
def test_an_anchor_comes_back_from_its_text_with_spaces_and_without(anchor):
    assert Anchor.from_json(anchor.to_json()) == anchor
    assert Anchor.from_json(json.dumps(json.loads(anchor.to_json()), indent=2)) == anchor


# --- what it refuses


@pytest.mark.parametrize("text", ["", "{", "5", "{}", "[]", '{"heads":[[1]]}', None])
def test_another_text_is_refused_in_so_many_words(text):
    with no_anchor("another text", "what Anchor.to_json returned"):
        Anchor.from_json(text)


@pytest.mark.parametrize(
    "change", [{"digest": D}, {"check": D}, {"format": "microloan-anchor-2"}, {"book": "990102"}]
)
def test_a_changed_text_is_refused_for_its_digest(change):
    changed = json.dumps(json.loads(WHOLE.to_json()) | change)
    with no_anchor("another digest", "the digest of the heads beside it"):
        Anchor.from_json(changed)


@pytest.mark.parametrize(
    ("heads", "value"),
    [
        ((LOAN, FUND), "heads in another order"),
        ((FUND, FUND), "heads in another order"),
        ((LOAN, replace(LOAN, of="A")), "heads in another order"),
        ((REGISTER, ACTS), "heads in another order"),
        ((ACTS, LOAN), "heads in another order"),
    ],
)
def test_heads_in_another_order_are_refused(heads, value):
    with no_anchor(value, "each chain once: funds, then loans"):
        Anchor(book=BOOK, heads=heads)


@pytest.mark.parametrize("head", [ACTS, REGISTER])
def test_a_closing_keeps_funds_and_loans_only(head):
    with no_anchor("2024H1", "funds and loans only, for a closing"):
        Anchor(book=BOOK, of="2024H1", heads=(head,))


@pytest.mark.parametrize("of", ["2024H3", "2024", "24H1", "2024H1 ", "x2024H1"])
def test_what_is_no_half_year_is_refused(of):
    with pytest.raises(InvalidTerms) as caught:
        Anchor(book=BOOK, of=of, heads=())
    assert caught.value.limit == "a half-year, or an empty text"
    assert str(caught.value).startswith("an anchor must be a half-year, or an empty text, got ")
    assert caught.value.zh.startswith("锚定应为 a half-year, or an empty text，实为 ")


def test_a_half_year_that_is_no_text_is_refused_by_its_value():
    for of in (5, 20241):
        with no_anchor(of, "a half-year, or an empty text"):
            Anchor(book=BOOK, of=of, heads=())


def test_heads_that_are_none_are_refused_by_their_type():
    with refused(
        InvalidTerms,
        "terms.invalid",
        value="str",
        limit="several ChainHead",
        says="the heads of an anchor must be several ChainHead, got str",
    ) as caught:
        Anchor(book=BOOK, heads=("HT-1",))
    assert caught.value.zh == "锚定的链应为 several ChainHead，实为 str"


def test_heads_may_come_one_by_one_and_are_kept_as_a_tuple():
    assert Anchor(book=BOOK, heads=iter((FUND, LOAN))).heads == (FUND, LOAN)
    assert Anchor(book=BOOK, heads=[]).heads == ()


@pytest.mark.parametrize(
    ("change", "value", "limit"),
    [
        ({"kind": "loan"}, "loan", "a ChainKind"),
        ({"entries": -1}, -1, "a whole number of entries"),
        ({"entries": 2**31}, 2**31, "a whole number of entries"),
        ({"entries": True}, True, "a whole number of entries"),
        ({"entries": 1.0}, 1.0, "a whole number of entries"),
        ({"link": 5}, 5, "a hash of 64 digits, or none"),
    ],
)
def test_what_is_no_head_is_refused_by_its_value(change, value, limit):
    with no_anchor(value, limit) as caught:
        replace(LOAN, **change)
    assert caught.value.zh == f"锚定应为 {limit}，实为 {value}"


@pytest.mark.parametrize("link", ["a" * 63, "a" * 65, "A" * 64, "g" * 64, f"{A}\n", " "])
def test_what_is_no_hash_is_refused(link):
    with pytest.raises(InvalidTerms) as caught:
        replace(LOAN, link=link)
    assert caught.value.limit == "a hash of 64 digits, or none"
    assert str(caught.value).startswith("an anchor must be a hash of 64 digits, or none, got ")


def test_the_most_and_the_fewest_entries_are_allowed():
    assert [replace(LOAN, entries=most).entries for most in (0, 2**31 - 1)] == [0, 2**31 - 1]


@pytest.mark.parametrize(
    ("make", "of"),
    [(lambda: replace(LOAN, of=""), "a chain"), (lambda: replace(WHOLE, book=""), "a book")],
)
def test_an_unusable_identity_is_refused_by_what_it_is_of(make, of):
    with refused(
        InvalidIdentity,
        "identity.invalid",
        value="",
        limit=64,
        says=f"the identity of {of} must be",
    ):
        make()


# --- made of rows


@pytest.fixture
def connection():
    """A connection to a database in memory that has our tables, and no guard."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        yield connection
    engine.dispose()


def fill(connection, table, *rows):
    """Insert rows as far as they matter; what is not given is empty."""
    for row in rows:
        empty = {
            column.name: 0 if column.name.endswith("_fen") or "Integer" in repr(column.type) else ""
            for column in table.columns
            if not column.nullable and "Date" not in repr(column.type)
        }
        names = ", ".join(column.name for column in table.columns if not column.nullable)
        cells = {column.name: "2024-01-15" for column in table.columns if not column.nullable}
        values = list((cells | empty | row).values())
        marks = ", ".join("?" for _ in values)
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({names}) VALUES ({marks})", tuple(values)
        )


def line(of, number, link, *, of_what, book=BOOK):
    return {"book_id": book, f"{of_what}_id": of, "number": number, "hash": link}


@pytest.fixture
def book(connection):
    """A book with two funds, two loans, a register of three lines and one closing."""
    fill(
        connection,
        tables.book,
        {"book_id": BOOK, "acts": 1, "last_act": D, "records": 3, "last_record": C},
        {"book_id": "990102", "acts": 7, "last_act": E, "records": 9, "last_record": F},
    )
    own = {"book_id": BOOK, "genesis": E}
    fill(
        connection,
        tables.fund,
        own | {"fund_id": "F-02", "entries": 0, "head": E},
        own | {"fund_id": "F-01", "entries": 1, "head": A},
        {"book_id": "990102", "fund_id": "F-09", "entries": 1, "head": A},
    )
    fill(
        connection,
        tables.loan,
        own | {"loan_id": "合-1", "entries": 2, "head": B, "genesis": F},
        own | {"loan_id": "HT-0", "entries": 0, "head": F, "genesis": F},
    )
    fill(connection, tables.fund_entry, line("F-01", 1, A, of_what="fund"))
    fill(
        connection,
        tables.loan_entry,
        line("合-1", 1, E, of_what="loan"),
        line("合-1", 2, B, of_what="loan"),
        line("合-1", 2, A, of_what="loan", book="990102"),
    )
    fill(
        connection,
        tables.register,
        {"book_id": BOOK, "number": 2, "kind": "visit", "hash": D},
        {"book_id": BOOK, "number": 3, "kind": "contact", "hash": C},
        {"book_id": "990102", "number": 3, "hash": F},
    )
    return connection


def heads_of(*heads):
    return [(one.kind.value, one.of, one.entries, one.link) for one in heads]


def test_an_anchor_of_now_has_funds_loans_acts_and_register_of_its_book(book):
    anchor = anchor_now(book, BOOK)
    assert (anchor.book, anchor.of) == (BOOK, "")
    assert heads_of(*anchor.heads) == [
        ("fund", "F-01", 1, A),
        ("fund", "F-02", 0, E),
        ("loan", "HT-0", 0, F),
        ("loan", "合-1", 2, B),
        ("acts", BOOK, 1, D),
        ("register", BOOK, 3, C),
    ]


def test_an_anchor_of_a_book_without_a_row_begins_with_nothing(book):
    assert heads_of(*anchor_now(book, "new").heads) == [
        ("acts", "new", 0, ""),
        ("register", "new", 0, ""),
    ]


ROW = {"kind": "loan", "chain_id": "合-1", "entries": 2, "head": B}


def test_an_anchor_of_a_closing_is_made_of_the_rows_it_keeps():
    kept = {"kind": "fund", "chain_id": "F-01", "entries": 1, "head": A}
    assert anchor_at(BOOK, "2024H1", [kept, ROW]) == CLOSED


@pytest.mark.parametrize(
    "change", [{"kind": "else"}, {"head": "none"}, {"entries": -1}, {"chain_id": ""}]
)
def test_a_row_that_is_no_head_is_named_by_its_chain(change):
    of = (ROW | change)["chain_id"]
    with refused(
        ChainBroken,
        "store.chain_broken",
        value="the head of its chain",
        limit="the stored hash chain",
        says=f"{of}: the head of its chain is not what was written",
    ):
        anchor_at(BOOK, "2024H1", [ROW | change])


# --- held against a book


def found(connection, *heads, book=BOOK, of=""):
    return list(anchor_findings(connection, BOOK, Anchor(book=book, of=of, heads=heads)))


EMPTY_FUND = replace(FUND, of="F-02", entries=0, link=E)
NEW_LOAN = replace(LOAN, of="HT-0", entries=0, link=F)


def test_a_book_goes_on_from_what_is_stored_where_the_anchor_had_come_to(book):
    assert found(book, FUND, EMPTY_FUND, NEW_LOAN, LOAN, ACTS, REGISTER) == []
    assert found(book, replace(LOAN, entries=1, link=E)) == []
    assert found(book, replace(REGISTER, entries=2, link=D)) == []
    assert found(book, replace(REGISTER, entries=0, link="")) == []
    assert found(book, FUND, LOAN, of="2024H1") == []
    assert found(book) == []


@pytest.mark.parametrize(
    ("head", "stored"),
    [
        (replace(FUND, link=D), A),
        (replace(LOAN, link=D), B),
        (replace(LOAN, entries=1, link=D), E),
        (replace(REGISTER, link=D), C),
        (replace(EMPTY_FUND, link=D), E),
        (replace(NEW_LOAN, link=D), F),
    ],
)
def test_another_link_than_was_kept_is_told_with_both(book, head, stored):
    [finding] = found(book, head)
    assert finding.code == "audit.k15_not_anchored"
    assert finding.severity is Severity.FAULT
    assert finding.subject == head.of
    kind = head.kind.value
    assert finding.sentence == (
        f"{head.of}: entry {head.entries} of its {kind} chain is another one"
    )
    assert finding.zh == f"{head.of}：锚定的第 {head.entries} 笔与锚定不符"
    assert finding.figures == (("kept elsewhere", D), ("stored", stored))
    assert finding.settle_by == "the last backup whose anchor is known"
    assert finding.settle_by_zh == "用锚定值已知的备份恢复"


@pytest.mark.parametrize(
    "head",
    [
        replace(FUND, entries=2),
        replace(FUND, of="F-03"),
        replace(FUND, of="F-09"),
        replace(LOAN, entries=3),
        replace(LOAN, of="HT-1"),
        replace(REGISTER, entries=4),
        replace(ACTS, entries=1, link=D),
        replace(NEW_LOAN, of="HT-9"),
    ],
)
def test_what_is_no_longer_there_is_told_as_gone(book, head):
    [finding] = found(book, head)
    kind = head.kind.value
    assert finding.sentence == f"{head.of}: entry {head.entries} of its {kind} chain is gone"
    assert finding.zh == f"{head.of}：锚定的第 {head.entries} 笔已不存在"
    assert finding.figures == (("kept elsewhere", head.link), ("stored", ""))


def test_an_anchor_of_another_book_is_the_only_thing_told(book):
    [finding] = found(book, replace(LOAN, link=D), book="990102")
    assert (finding.code, finding.subject) == ("audit.k15_other_book", BOOK)
    assert finding.sentence == "the anchor is one of book 990102, not of book 990101"
    assert finding.zh == "锚定值属于台账 990102，不是台账 990101"


def test_every_chain_of_a_great_book_is_looked_at(book):
    """Chains are asked for by the hundred; the last one of the first hundreds is asked for too."""
    loans = [replace(LOAN, of=f"L-{n:04}", entries=1) for n in range(1201)]
    fill(book, tables.loan_entry, *(line(one.of, 1, B, of_what="loan") for one in loans))
    assert found(book, *loans) == []
    gone = [loans[place].of for place in (0, 399, 400, 799, 800, 1200)]
    for of in gone:
        book.exec_driver_sql("DELETE FROM microloan_loan_entry WHERE loan_id = ?", (of,))
    assert [one.subject for one in found(book, *loans)] == gone


def test_acts_are_looked_up_by_their_number(book):
    closing = closing_tables.closing
    fill(
        book, closing, {"book_id": BOOK, "half_year": 20241, "version": 1, "number": 1, "sheet": F}
    )
    encoded = f"s17:microloan-chain-2i1:6s0:i1:1i5:20241i1:1i1:0s64:{F}"
    first = replace(ACTS, entries=1, link=sha256(encoded.encode()).hexdigest())
    assert found(book, first) == []
    assert found(book, ACTS) == []
    [finding] = found(book, replace(first, link=D))
    assert finding.figures == (("kept elsewhere", D), ("stored", first.link))
