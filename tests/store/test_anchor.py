"""An anchor kept elsewhere: what it says, how it is kept, and what it shows of a book since."""

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from busy_book import H1, write_busy_book
from histories import a_fund, a_loan, pays
from microloan import ChainBroken, InvalidIdentity, InvalidTerms, NotFound
from microloan.store import Anchor, ChainHead, ChainKind
from microloan.store.anchor import anchor_now
from microloan.store.book_verifying import verify_book
from microloan.store.guards import remove_guards

BOOK = "990101"


def now(database, book=BOOK):
    with database.engine.connect() as connection:
        return anchor_now(connection, book)


def verify(database, anchor, book=BOOK):
    with database.engine.connect() as connection:
        return [(one.code, one.subject) for one in verify_book(connection, book, anchor=anchor)]


GONE = "audit.k15_not_anchored"


@pytest.fixture
def book(database):
    """A book with a fund, a loan and a payment."""
    database.keep(a_fund(), pays(a_loan(guarantee=None), (600, date(2024, 2, 15))))
    return database


# --- what it says


def test_an_anchor_names_every_chain_of_a_book_once(book):
    heads = {(one.kind, one.of): one.entries for one in now(book).heads}
    assert heads == {
        (ChainKind.FUND, "F-01"): 1,
        (ChainKind.LOAN, "HT-1"): 2,
        (ChainKind.ACTS, BOOK): 0,
        (ChainKind.REGISTER, BOOK): 0,
    }


def test_the_anchor_of_a_book_that_nobody_wrote_to_has_no_loan_and_no_link(database):
    heads = now(database, "empty").heads
    assert [(one.kind, one.entries, one.link) for one in heads] == [
        (ChainKind.ACTS, 0, ""),
        (ChainKind.REGISTER, 0, ""),
    ]


HEAD = ChainHead(kind=ChainKind.LOAN, of="HT-1", entries=2, link="ab" * 32)
ANCHOR = Anchor(book=BOOK, heads=(HEAD,))


def test_the_digest_of_an_anchor_is_spelled_out():
    link = sha256(b"s17:microloan-chain-2i1:4s4:loans4:HT-1i1:2s64:" + b"ab" * 32).hexdigest()
    encoded = f"s17:microloan-chain-2i1:4s18:microloan-anchor-1s6:990101s0:s64:{link}"
    assert ANCHOR.digest == sha256(encoded.encode()).hexdigest()


def test_the_digest_of_a_closing_is_spelled_out_as_the_closing_keeps_it():
    link = sha256(b"s17:microloan-chain-2i1:3s4:HT-1i1:2s64:" + b"ab" * 32).hexdigest()
    encoded = f"s17:microloan-chain-2i1:4s6:anchors6:990101s6:2024H1s64:{link}"
    assert replace(ANCHOR, of="2024H1").digest == sha256(encoded.encode()).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        replace(ANCHOR, book="990102"),
        replace(ANCHOR, of="2024H1"),
        replace(ANCHOR, heads=()),
        replace(ANCHOR, heads=(HEAD, replace(HEAD, of="HT-2"))),
        replace(ANCHOR, heads=(replace(HEAD, kind=ChainKind.FUND),)),
        replace(ANCHOR, heads=(replace(HEAD, kind=ChainKind.REGISTER),)),
        replace(ANCHOR, heads=(replace(HEAD, of="HT-2"),)),
        replace(ANCHOR, heads=(replace(HEAD, entries=1),)),
        replace(ANCHOR, heads=(replace(HEAD, link="cd" * 32),)),
    ],
)
def test_no_two_anchors_have_one_digest(other):
    assert other.digest != ANCHOR.digest


def test_an_anchor_is_printed_on_one_line_with_its_digest():
    assert str(ANCHOR) == f"book 990101: 1 chain, anchor {ANCHOR.digest}"
    closed = replace(ANCHOR, of="2024H1")
    assert str(closed) == f"book 990101 closed for 2024H1: 1 chain, anchor {closed.digest}"
    assert ANCHOR.in_chinese() == f"台账 990101：共 1 条链，锚定值 {ANCHOR.digest}"
    assert "（2024H1 结账）" in closed.in_chinese()


def test_an_anchor_comes_back_from_its_text(book):
    anchor = now(book)
    assert Anchor.from_json(anchor.to_json()) == anchor


def test_the_text_of_an_anchor_is_the_same_for_ever():
    assert json.loads(ANCHOR.to_json()) == {
        "format": "microloan-anchor-1",
        "book": BOOK,
        "of": "",
        "digest": ANCHOR.digest,
        "check": ANCHOR.digest,
        "heads": [["loan", "HT-1", 2, "ab" * 32]],
    }


@pytest.mark.parametrize(
    "change",
    [
        {"format": "microloan-anchor-2"},
        {"digest": "0" * 64},
        {"of": "2024H1"},
        {"of": 5},
        {"heads": []},
        {"heads": [["loan", "HT-1", 3, "ab" * 32]]},
        {"heads": [["loan", "HT-1", "2", "ab" * 32]]},
        {"heads": [["loan", "HT-1", True, "ab" * 32]]},
        {"heads": [["loan", "HT-1", -1, "ab" * 32]]},
        {"heads": [["loan", "HT-1", 2, "ab"]]},
        {"heads": [["loan", 5, 2, "ab" * 32]]},
        {"heads": [["else", "HT-1", 2, "ab" * 32]]},
        {"heads": [["loan", "HT-1", 2]]},
        {"heads": 5},
        {"heads": {}},
        {"heads": None},
        {"heads": [["fund", "HT-1", 2, "ab" * 32]]},
        {"heads": [["loan", "HT-1", 2, "AB" * 32]]},
        {"heads": [["loan", "HT-1", 2, "gg" * 32]]},
        {"heads": [["loan", "HT-1", 2, "ab" * 32], ["loan", "HT-1", 2, "ab" * 32]]},
        {"heads": [["loan", "\ud800", 2, "ab" * 32]]},
        {"heads": [["loan", "HT\x00", 2, "ab" * 32]]},
        {"heads": [["loan", "x" * 65, 2, "ab" * 32]]},
        {"of": "\ud800"},
        {"of": "2024H3"},
        {"of": "2024H1\n"},
        {"book": "\ud800"},
        {"book": ""},
        {"book": 5},
        {"check": "0" * 64},
    ],
)
@pytest.mark.parametrize("anchor", [ANCHOR, replace(ANCHOR, of="2024H2")], ids=["now", "closing"])
def test_a_text_that_was_changed_is_refused(anchor, change):
    whole = json.loads(anchor.to_json()) | change
    with pytest.raises((InvalidTerms, InvalidIdentity)) as refusal:
        Anchor.from_json(json.dumps(whole))
    assert refusal.value.zh
    str(refusal.value).encode()


def test_the_kinds_of_the_chains_of_a_closing_cannot_be_changed_either(database):
    write_busy_book(database.work)
    with database.work() as uow:
        whole = json.loads(uow.half_years.anchor(H1).to_json())
    assert whole["heads"][0][0] == "fund"
    whole["heads"][0][0] = "loan"  # it stands before the loans in any case

    with pytest.raises(InvalidTerms):
        Anchor.from_json(json.dumps(whole))


@pytest.mark.parametrize(
    "heads",
    [
        (HEAD, HEAD),
        (replace(HEAD, of="HT-2"), HEAD),
        (HEAD, replace(HEAD, kind=ChainKind.FUND, of="F-01")),
    ],
)
def test_an_anchor_names_each_chain_once_and_in_order(heads):
    with pytest.raises(InvalidTerms):
        Anchor(book=BOOK, heads=heads)


@pytest.mark.parametrize("kind", [ChainKind.ACTS, ChainKind.REGISTER])
def test_the_anchor_of_a_closing_is_one_of_funds_and_loans(kind):
    with pytest.raises(InvalidTerms):
        Anchor(book=BOOK, of="2024H1", heads=(replace(HEAD, kind=kind),))


def test_a_head_that_is_none_is_found_where_an_anchor_is_made(book):
    remove_guards(book.engine)
    book.sql("UPDATE microloan_loan SET head = 'none' WHERE loan_id = 'HT-1'")

    with pytest.raises(ChainBroken, match="HT-1"):
        now(book)


@pytest.mark.parametrize("text", ["", "[]", "5", "{}", "{", "[" * 100_000, None, b"\xff"])
def test_what_is_no_text_of_an_anchor_is_refused(text):
    with pytest.raises(InvalidTerms):
        Anchor.from_json(text)


def test_an_anchor_is_made_of_heads_only():
    with pytest.raises(InvalidTerms):
        Anchor(book=BOOK, heads=("HT-1",))
    with pytest.raises(InvalidTerms):
        replace(HEAD, kind="loan")
    with pytest.raises(InvalidIdentity):
        replace(ANCHOR, book="")


# --- what it shows


def test_a_book_goes_on_from_every_anchor_it_ever_had(database):
    anchors = []

    def work():
        anchors.append(now(database))
        return database.work()

    write_busy_book(work)
    anchors.append(now(database))
    assert len({one.digest for one in anchors}) == len(anchors)
    assert [verify(database, one) for one in anchors] == [[]] * len(anchors)


def test_the_anchor_of_a_closing_has_the_digest_that_the_closing_keeps(database):
    write_busy_book(database.work)
    with database.work() as uow:
        for version in (1, 2):
            anchor = uow.half_years.anchor(H1, version=version)
            assert anchor.digest == uow.half_years.closing(H1, version=version).anchor
            assert anchor.of == "2024H1"
        assert uow.half_years.anchor(H1) == anchor
    assert verify(database, anchor) == []


def test_a_half_year_that_is_open_has_no_anchor(book):
    with book.work() as uow, pytest.raises(NotFound):
        uow.half_years.anchor(H1)


def test_a_book_does_not_go_on_from_the_anchor_of_another(book):
    assert verify(book, replace(now(book), book="990102")) == [("audit.k15_other_book", BOOK)]


def test_a_loan_that_was_taken_away_whole_is_seen_by_an_anchor_only(book):
    anchor = now(book)
    remove_guards(book.engine)
    book.sql("DELETE FROM microloan_loan_entry WHERE loan_id = 'HT-1'")
    book.sql("DELETE FROM microloan_loan WHERE loan_id = 'HT-1'")
    assert verify(book, None) == []
    assert verify(book, anchor) == [(GONE, "HT-1")]


def test_a_chain_that_was_cut_short_is_seen_by_an_anchor_only(book):
    anchor = now(book)
    remove_guards(book.engine)
    first = book.one("SELECT hash FROM microloan_loan_entry WHERE loan_id = 'HT-1' AND number = 1")
    book.sql("DELETE FROM microloan_loan_entry WHERE loan_id = 'HT-1' AND number = 2")
    book.sql("UPDATE microloan_loan SET entries = 1, head = ?", first)
    assert verify(book, None) == []
    assert verify(book, anchor) == [(GONE, "HT-1")]


def test_a_chain_that_was_written_anew_is_seen_by_an_anchor_only(book, new_database):
    anchor, other = now(book), new_database()
    other.keep(a_fund(), pays(a_loan(guarantee=None), (601, date(2024, 2, 15))))
    assert verify(other, None) == []
    assert verify(other, anchor) == [(GONE, "HT-1")]


def test_what_comes_after_an_anchor_is_no_matter_to_it(book):
    anchor = now(book)
    book.keep(pays(book.loan(), (550, date(2024, 3, 15))))
    assert verify(book, anchor) == []
    assert now(book) != anchor


def test_the_same_loan_in_another_book_has_another_link(book):
    book.keep(a_fund(), pays(a_loan(guarantee=None), (600, date(2024, 2, 15))), book="990102")
    here, there = (
        {one.link for one in now(book, name).heads if one.link} for name in (BOOK, "990102")
    )
    assert not here & there
