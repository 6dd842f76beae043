"""Links, seals and the register, spelled out byte by byte; no database but one in memory."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import create_engine, insert, select

from histories import PROMISE, a_fund, a_loan
from microloan import (
    ChainBroken,
    Entry,
    EntryKind,
    FundEntry,
    FundEntryKind,
    Level,
    Prepayment,
    pay_claim,
)
from microloan.store import ActKey, follow_up_tables, metadata, tables
from microloan.store.chain import codes_text, link, links_of, papers_text
from microloan.store.pairs import Side
from microloan.store.register import (
    Record,
    RecordKind,
    check_register,
    enter_records,
    register_link,
)
from microloan.store.seals import read_rows, read_sealed, seal
from microloan.store.terms_rows import terms_text
from microloan.store.written import Mark, Written
from refusals import refused

BOOK = "990101"
HASHES = "the stored hash chain"


def spelled(*parts):
    """The hash of fields that are spelled out, under the version."""
    many = f"i{len(str(len(parts)))}:{len(parts)}"
    return sha256(f"s17:microloan-chain-2{many}{''.join(parts)}".encode()).hexdigest()


def text(value):
    return f"s{len(value.encode())}:{value}"


@pytest.fixture
def connection():
    """A connection to a database in memory that has our tables, and no guard."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


# --- the fields of a link


@pytest.mark.parametrize(
    ("field", "encoded"),
    [
        (0, "i1:0"),
        (-0, "i1:0"),
        (7, "i1:7"),
        (-12, "i3:-12"),
        (10**15, "i16:1000000000000000"),
        (True, "i1:1"),
        (False, "i1:0"),
        ("", "s0:"),
        ("0", "s1:0"),
        ("é", "s2:é"),
        ("基金", "s6:基金"),
        (None, "n0:"),
        (date(2024, 2, 29), "d10:2024-02-29"),
        (date(1, 1, 1), "d10:0001-01-01"),
        (1.5, "x3:1.5"),
        (b"ab", "x5:b'ab'"),
        ((1, 2), "x6:(1, 2)"),
    ],
)
def test_a_field_is_its_type_its_length_in_bytes_and_its_text(field, encoded):
    assert link(field) == spelled(encoded)


class Number(int):
    """A whole number of a host."""


class Words(str):
    """A text of a host."""

    __slots__ = ()


@pytest.mark.parametrize("value", [Number(7), Words("x"), Number(0), Words("")])
def test_what_is_only_like_a_number_or_a_text_is_neither(value):
    """An object that a host made answers for itself; what it is not told as is what it might be."""
    assert link(value) == spelled(f"x{len(repr(value))}:{value!r}")


NEW_TERMS = replace(a_loan().terms, months=24)
EXTENDED = Entry(
    number=3,
    kind=EntryKind.EXTENSION,
    on=date(2024, 12, 20),
    booked_on=date(2024, 12, 21),
    ref="展-1",
    terms=NEW_TERMS,
)
PREPAID = Entry(
    number=2,
    kind=EntryKind.PREPAYMENT,
    on=date(2024, 3, 1),
    booked_on=date(2024, 3, 1),
    ref="P",
    received_fen=100,
    then=Prepayment.SHORTEN,
)


def test_each_link_goes_on_from_the_one_before():
    paid = spelled(
        *(text("begins"), "i1:2", text("prepayment"), *["d10:2024-03-01"] * 2, text("P")),
        *("i3:100", *["i1:0"] * 6, text("shorten"), "n0:", "n0:"),
    )
    extended = spelled(
        *(text(paid), "i1:3", text("extension"), "d10:2024-12-20", "d10:2024-12-21"),
        *(text("展-1"), "i1:0", *["i1:0"] * 6, "n0:", "n0:", text(terms_text(NEW_TERMS))),
    )
    assert links_of("begins", [PREPAID, EXTENDED]) == ["begins", paid, extended]


def test_the_link_of_a_funds_entry_has_groups_sorted_and_papers_in_their_order():
    committed = FundEntry(
        number=4,
        kind=FundEntryKind.COMMITMENT,
        on=date(2024, 3, 1),
        booked_on=date(2024, 3, 2),
        ref="承-1",
        amount_fen=500,
        lender="BANK-1",
        loan_id="A-1",
        groups=frozenset({"women", "graduate", "veteran"}),
        until=date(2024, 6, 1),
    )
    link_of = spelled(
        *(text("begins"), "i1:4", text("commitment"), "d10:2024-03-01", "d10:2024-03-02"),
        *(text("承-1"), "i3:500", text("A-1"), "i1:0", "s0:", "s0:", text("BANK-1"), "n0:"),
        *(text("graduate,veteran,women"), "s0:", "d10:2024-06-01", "i1:0", "i1:0", "i1:0"),
        *(text("[]"), "s0:"),
    )
    assert links_of("begins", iter([committed])) == ["begins", link_of]


def test_the_link_of_a_funds_deposit_says_whose_money_it_is():
    [entry] = a_fund().entries
    said = replace(entry, level=Level.COUNTY)
    assert links_of("", [entry])[1] != links_of("", [said])[1]


def test_a_chain_without_an_entry_is_what_it_begins_with():
    assert links_of("begins", []) == ["begins"]


def test_codes_are_one_text_in_their_order_and_papers_as_they_were_given():
    assert codes_text([]) == ""
    assert codes_text(["veteran", "graduate"]) == "graduate,veteran"
    papers = (("记录", "催-1"), ("a", "b"))
    assert papers_text(papers) == '[["记录","催-1"],["a","b"]]'


# --- seals


VISIT = {
    "book_id": BOOK,
    "loan_id": "HT-1",
    "ref": "访1",
    "visited_on": date(2024, 4, 10),
    "booked_on": date(2024, 4, 11),
    "visitors": '["O-1"]',
    "state": "normal",
    "on_site": True,
    "remarks": "",
    "monthly_turnover_fen": None,
    "staff": 3,
    "jobs": None,
    "stock_fen": None,
    "prospect": None,
    "watch": False,
    "next_step": "",
}
# A table's name is a text of SQLAlchemy's own kind; it was told as such from the first book on.
VISITS = "x17:'microloan_visit'"
SEALED = spelled(
    *(VISITS, text(BOOK), text("HT-1"), text("访1"), "d10:2024-04-10"),
    *("d10:2024-04-11", text('["O-1"]'), text("normal"), "i1:1", "s0:", "n0:", "i1:3"),
    *("n0:", "n0:", "n0:", "i1:0", "s0:"),
)


def test_a_seal_is_over_the_table_and_every_column_but_itself():
    assert seal(follow_up_tables.visit, VISIT) == SEALED
    assert seal(follow_up_tables.visit, VISIT | {"hash": "any"}) == SEALED


def test_rows_are_read_back_with_their_seal_checked(connection):
    visit = follow_up_tables.visit
    connection.execute(insert(visit), [VISIT | {"hash": SEALED}])
    whole = select(visit)
    [row] = read_sealed(connection, whole, visit, "HT-1")
    assert dict(row) == VISIT | {"hash": SEALED}

    connection.exec_driver_sql("UPDATE microloan_visit SET staff = 4")
    with refused(
        ChainBroken,
        "store.chain_broken",
        value="a row of microloan_visit",
        limit=HASHES,
        says="HT-1: a row of microloan_visit is not what was written",
    ):
        read_sealed(connection, whole, visit, "HT-1")


@pytest.mark.parametrize("cell", ["'some day'", "x'00'"])
def test_a_day_that_is_none_is_told_as_a_row_that_nobody_wrote(connection, cell):
    visit = follow_up_tables.visit
    connection.execute(insert(visit), [VISIT | {"hash": SEALED}])
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    connection.exec_driver_sql(f"UPDATE microloan_visit SET visited_on = {cell}")
    for read in (
        lambda: read_rows(connection, select(visit), "HT-1"),
        lambda: read_sealed(connection, select(visit), visit, "HT-1"),
    ):
        with refused(
            ChainBroken, "store.chain_broken", value="a day", limit=HASHES, says="HT-1: a day"
        ):
            read()


# --- the register


FIRST = Record(RecordKind.VISIT, "HT-1", "访1", "a" * 64)
SECOND = Record(RecordKind.REQUEST, "BANK-1", "20243", "b" * 64)
THIRD = Record(RecordKind.CONTACT, "HT-1", "催1", "c" * 64)


def line(number, record, last):
    """One line of the register, made by hand."""
    parts = (text(last), text(BOOK), f"i1:{number}", text(record.kind.value))
    own = (text(record.of), text(record.ref), text(record.seal))
    return {
        "book_id": BOOK,
        "number": number,
        "kind": record.kind.value,
        "of_id": record.of,
        "ref": record.ref,
        "seal": record.seal,
        "previous": last,
        "hash": spelled(text("register"), *parts, *own),
    }


LINES = [line(1, FIRST, "")]
LINES.append(line(2, SECOND, LINES[-1]["hash"]))
LINES.append(line(3, THIRD, LINES[-1]["hash"]))


def test_the_kinds_of_records_are_spelled_as_rows_have_them():
    assert [one.value for one in RecordKind] == ["request", "assignment", "visit", "contact"]


def test_the_link_of_a_line_is_over_the_link_before_and_all_it_says():
    assert [register_link(one) for one in LINES] == [one["hash"] for one in LINES]


@pytest.fixture
def register(connection):
    """Enter records; return the lines and how far the book's own row says they have come."""
    connection.execute(insert(tables.book), [{"book_id": BOOK}, {"book_id": "990102"}])

    def enter(*records):
        enter_records(connection, BOOK, iter(records))
        lines = connection.execute(select(tables.register)).mappings().all()
        own = select(tables.book.c.book_id, tables.book.c.records, tables.book.c.last_record)
        books = {row[0]: tuple(row[1:]) for row in connection.execute(own)}
        assert books["990102"] == (0, "")
        return list(map(dict, lines)), books[BOOK]

    return enter


def test_records_are_entered_in_their_order_and_the_books_row_moves_on(register):
    assert register(FIRST, SECOND) == (LINES[:2], (2, LINES[1]["hash"]))
    assert register() == (LINES[:2], (2, LINES[1]["hash"]))
    assert register(THIRD) == (LINES, (3, LINES[2]["hash"]))


WHOLE = (3, LINES[2]["hash"])


def test_the_register_that_was_written_is_sound():
    check_register(BOOK, WHOLE, LINES)
    check_register(BOOK, (0, ""), [])


def broken(place):
    return refused(
        ChainBroken,
        "store.chain_broken",
        value=place,
        limit=HASHES,
        says=f"{BOOK}: {place} is not what was written",
    )


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    "change",
    [
        {"kind": "else"},
        {"of_id": "HT-9"},
        {"ref": "else"},
        {"seal": "d" * 64},
        {"previous": "d" * 64},
        {"hash": "d" * 64},
        {"book_id": "990102"},
        {"number": 9},
    ],
)
def test_the_first_line_that_is_another_is_named(number, change):
    rows = [one | change if one["number"] == number else one for one in LINES]
    with broken(f"record {number} of the register"):
        check_register(BOOK, WHOLE, rows)


def sealed_anew(row, **change):
    """A line that somebody changed who knows how links are made."""
    changed = row | change
    return changed | {"hash": register_link(changed)}


@pytest.mark.parametrize("change", [{"number": 5}, {"previous": "d" * 64}])
def test_a_line_with_a_right_hash_in_a_wrong_place_is_named(change):
    with broken("record 2 of the register"):
        check_register(BOOK, WHOLE, [LINES[0], sealed_anew(LINES[1], **change), LINES[2]])


@pytest.mark.parametrize(
    ("stored", "lines"),
    [
        ((2, LINES[2]["hash"]), LINES),
        ((4, LINES[2]["hash"]), LINES),
        ((3, LINES[1]["hash"]), LINES),
        (WHOLE, LINES[:2]),
        (WHOLE, []),
        ((1, ""), []),
        ((0, "d" * 64), []),
    ],
)
def test_a_register_that_ends_elsewhere_than_the_books_row_says_is_named(stored, lines):
    with broken("the last record of the register"):
        check_register(BOOK, stored, lines)


# --- the keys of acts


def test_a_key_is_of_whom_what_and_which_voucher():
    assert ActKey("HT-1", "repayment", "R-1")._asdict() == {
        "of": "HT-1",
        "kind": "repayment",
        "ref": "R-1",
    }


PAID_OUT = pay_claim(a_fund(), a_loan(guarantee=PROMISE), on=date(2024, 10, 10), ref="代偿1")


def test_the_entries_after_a_number_are_noted_by_their_keys_and_sides():
    fund, loan = PAID_OUT
    written = Written()
    written.of_fund(fund, 1)
    written.of_loan(loan, 1)
    assert written.keys == [
        ActKey("F-01", "claim_payout", "代偿1"),
        *(ActKey("HT-1", line.kind.value, line.ref) for line in loan.entries[1:]),
    ]
    act = ("F-01", "HT-1", "claim_payout", "代偿1")
    assert written.pairs.sides == [
        Side(act, is_fund=True, of="F-01", number=2),
        Side(act, is_fund=False, of="HT-1", number=loan.entries[-1].number),
    ]
    assert ActKey("HT-1", "claim_payout", "代偿1") in written.keys


def test_the_first_entry_is_noted_where_nothing_stood_before():
    written = Written()
    written.of_fund(a_fund(), 0)
    written.of_loan(a_loan(), 0)
    assert written.keys == [
        ActKey("F-01", "deposit", a_fund().entries[0].ref),
        ActKey("HT-1", "disbursement", "HT-1"),
    ]
    assert written.pairs.sides == []


def test_what_stood_before_is_not_noted_again():
    fund, loan = PAID_OUT
    written = Written()
    written.of_fund(fund, len(fund.entries))
    written.of_loan(loan, len(loan.entries))
    assert (written.keys, written.pairs.sides) == ([], [])


def test_what_follows_a_mark_is_forgotten_and_what_was_before_it_is_kept():
    written = Written()
    written.add("HT-1", "admission", "HT-1")
    written.of_fund(PAID_OUT[0], 1)
    assert written.keys[0] == ActKey(of="HT-1", kind="admission", ref="HT-1")
    mark = written.mark()
    assert mark == Mark(keys=2, sides=1)
    kept = list(written.keys), list(written.pairs.sides)
    written.add("HT-2", "admission", "HT-2")
    written.of_loan(PAID_OUT[1], 1)
    assert written.mark() > mark
    written.back_to(mark)
    assert (written.keys, written.pairs.sides) == kept
    written.back_to(Mark(0, 0))
    assert (written.keys, written.pairs.sides) == ([], [])
