"""What was written cannot be changed unnoticed: every cell is under a hash, and so is each hash."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256

import psycopg
import pytest

from histories import PROMISE, RULES, a_fund, a_loan, pays
from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    ChainBroken,
    Compounding,
    Daily,
    Dated,
    DayCount,
    EarlyInterest,
    Entry,
    EntryKind,
    FundEntry,
    FundEntryKind,
    HalfYear,
    LevelBy,
    LowProfit,
    Multiple,
    PaymentOrder,
    Prepayment,
    Reference,
    Repricing,
    Settlement,
    Stub,
    cny,
    extend,
    pause_delinquency,
    pay_claim,
    percent,
    receive_recovery,
)
from microloan.months import MonthEnd
from microloan.store import install_guards, metadata
from microloan.store.chain import link, links_of
from microloan.store.guards import remove_guards
from microloan.store.terms_rows import terms_of_text, terms_text
from refusals import refused

# --- golden vectors: spelled out byte by byte, never made anew

GENESIS = sha256(b"s17:microloan-chain-2i1:1s9:a genesis").hexdigest()
DISBURSED = (
    b"s17:microloan-chain-2i2:16s64:" + GENESIS.encode() + b"i1:1s12:disbursementd10:2024-01-15"
    b"d10:2024-02-01s4:HT-1i1:0i8:12000000i1:0i1:0i1:0i1:0i1:0n0:n0:n0:"
)
PAID_OUT = (
    b"s17:microloan-chain-2i2:21s64:" + GENESIS.encode() + b"i1:1s12:claim_payoutd10:2024-09-01"
    b"d10:2024-09-01s10:\xe4\xbb\xa3\xe5\x81\xbf2024i7:9600000s4:HT-1i1:0"
    b"s0:s0:s0:n0:s0:s0:n0:i1:0i1:0i1:0s2:[]s0:"
)


def test_the_hashes_never_change():
    hashes = [link(), *(sha256(entry).hexdigest() for entry in (DISBURSED, PAID_OUT))]
    assert hashes == [
        "445d9e6dbc9f1f6ac79349f0dfd00ed75c3b0103b8c22f0c61285f3f8116ae24",
        "379259f6a4aae8c53c8a85e4975bac3bdf05db6d9b8b5ef7237be3d4e3e5f202",
        "b345a8295d4e25ffe26e4737e50103fe0597800d665490a0183adb488dfc58d0",
    ]


def test_the_link_of_no_field_is_that_of_the_version_and_a_zero():
    assert link() == sha256(b"s17:microloan-chain-2i1:0").hexdigest()


def test_the_link_of_fields_has_the_type_and_the_length_in_bytes_of_each():
    encoded = (
        b"s17:microloan-chain-2i1:4s9:\xe5\x9f\xba\xe9\x87\x91\xe4\xb8\x80i3:-12n0:d10:2024-02-29"
    )
    assert link("基金一", -12, None, date(2024, 2, 29)) == sha256(encoded).hexdigest()


def test_the_chain_of_a_loans_entry_is_spelled_out():
    entry = Entry(
        number=1,
        kind=EntryKind.DISBURSEMENT,
        on=date(2024, 1, 15),
        booked_on=date(2024, 2, 1),
        ref="HT-1",
        principal_fen=12_000_000,
    )
    assert links_of(GENESIS, [entry]) == [GENESIS, sha256(DISBURSED).hexdigest()]


def test_the_chain_of_a_funds_entry_is_spelled_out():
    entry = FundEntry(
        number=1,
        kind=FundEntryKind.CLAIM_PAYOUT,
        on=date(2024, 9, 1),
        booked_on=date(2024, 9, 1),
        ref="代偿2024",
        amount_fen=9_600_000,
        loan_id="HT-1",
    )
    assert links_of(GENESIS, [entry]) == [GENESIS, sha256(PAID_OUT).hexdigest()]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "b"), ("ab", "")),
        (("a", "b"), ("a", "b", "")),
        (("s1:a",), ("a",)),
        ((1,), ("1",)),
        ((None,), ("",)),
        ((date(2024, 1, 1),), ("2024-01-01",)),
        ((1,), (1.0,)),
        (("a",), (b"a",)),
        (("a", "b"), ("b", "a")),
    ],
)
def test_no_two_different_rows_read_alike(one, other):
    assert link(*one) != link(*other)


def hand_made(*parts):
    """The encoding once more, written apart from the one under test."""
    tags = {str: "s", int: "i", date: "d", type(None): "n"}
    encoded = b""
    for part in ("microloan-chain-2", len(parts), *parts):
        data = b"" if part is None else str(part).encode("utf-8")
        encoded += f"{tags[type(part)]}{len(data)}:".encode() + data
    return sha256(encoded).hexdigest()


AGREED = {
    "book_id": "990101",
    "loan_id": "HT-1",
    "borrower_id": "B-1",
    "lender_id": "BANK-1",
    "borrower_kind": "partnership",
    "borrower_groups": "veteran,women",
    "heads": 3,
    "scheme": "pilot",
    "low_profit": "yes",
    "loan_number": 2,
    "commercial_fen": 5,
    "reference": "lpr_1y",
    "reference_rate": "0.0345",
    "principal_fen": 12_000_000,
    "annual_rate": "0.06",
    "signed_on": date(2024, 1, 2),
    "disbursed_on": date(2024, 1, 15),
    "months": 12,
    "amortization": "interest_only",
    "day_count": "act_360",
    "interval_months": 3,
    "grace_months": 0,
    "interest_grace_months": 0,
    "settlement_day": 20,
    "first_stub": "long",
    "month_end": "roll",
    "due_dates": "",
    "parts": "",
    "residue": "last_installment",
    "level_by": "exact_factors",
    "repricing": "floating",
    "penalty": (
        '["逾期罚息","9999-12-31",[["1999-06-10","daily","0.00021"],'
        '["2004-01-01","multiple","1.5"]]]'
    ),
    "misuse": '["挪用罚息","2050-12-31",[["0001-01-01","multiple","2"]]]',
    "compounding": "unpaid_interest",
    "payment_order": "by_installment",
    "early_interest": "to_next_due_date",
    "grace_days": 5,
    "fund_id": "F-01",
    "coverage": "0.8",
    "claimable_after_days": 90,
    "covers": "principal",
    "opening": "at_or_after",
    "months_after_maturity": 6,
    "evidence": "",
    "recovery_order": "pro_rata",
    "upper": "",
}
FIRST = {
    "number": 1,
    "kind": "disbursement",
    "effective_on": date(2024, 1, 15),
    "booked_on": date(2024, 1, 15),
    "ref": "HT-1",
    "received_fen": 0,
    "principal_fen": 12_000_000,
    "interest_fen": 0,
    "penalty_fen": 0,
    "subrogated_fen": 0,
    "costs_fen": 0,
    "undoes": 0,
    "prepayment": None,
    "until_on": None,
    "terms": None,
}


def that_loan():
    """The loan of these rows."""
    return a_loan(
        category=Category(
            kind=BorrowerKind.PARTNERSHIP,
            groups={"women", "veteran"},
            heads=3,
            scheme="pilot",
            low_profit=LowProfit.YES,
            loan_number=2,
            commercial_part=cny("0.05"),
            reference=Reference.LPR_1Y,
            reference_rate=percent("3.45"),
        ),
        signed_on=date(2024, 1, 2),
        amortization=Amortization.INTEREST_ONLY,
        day_count=DayCount.ACT_360,
        interval_months=3,
        settlement=Settlement(20, Stub.LONG),
        month_end=MonthEnd.ROLL,
        level_by=LevelBy.EXACT_FACTORS,
        repricing=Repricing.FLOATING,
        penalty=Dated(
            "逾期罚息",
            (
                (date(1999, 6, 10), Daily(Decimal("0.00021"))),
                (date(2004, 1, 1), Multiple(Decimal("1.5"))),
            ),
        ),
        misuse=Dated("挪用罚息", ((date.min, Multiple(Decimal(2))),), date(2050, 12, 31)),
        compounding=Compounding.UNPAID_INTEREST,
        order=PaymentOrder.BY_INSTALLMENT,
        early_interest=EarlyInterest.TO_NEXT_DUE_DATE,
        grace_days=5,
    )


def rows_by_hand():
    """The loan's row and its entry's, each with the hashes the encoding asks for."""
    genesis = hand_made("loan", *AGREED.values())
    head = hand_made(genesis, *FIRST.values())
    loan = AGREED | {"entries": 1, "genesis": genesis, "head": head}
    entry = {"book_id": "990101", "loan_id": "HT-1"} | FIRST | {"previous": genesis, "hash": head}
    return loan, entry


def test_an_entry_with_terms_a_way_to_go_on_and_an_end_is_spelled_out():
    terms = replace(that_loan().terms, months=18)
    text = (
        '{"amortization":"interest_only","annual_rate":"0.06","compounding":"unpaid_interest",'
        '"day_count":"act_360","disbursed_on":"2024-01-15","due_dates":"",'
        '"early_interest":"to_next_due_date","first_stub":"long","grace_days":5,"grace_months":0,'
        '"interest_grace_months":0,"interval_months":3,"level_by":"exact_factors",'
        '"misuse":"[\\"\\u632a\\u7528\\u7f5a\\u606f\\",\\"2050-12-31\\",'
        '[[\\"0001-01-01\\",\\"multiple\\",\\"2\\"]]]","month_end":"roll","months":18,"parts":"",'
        '"payment_order":"by_installment","penalty":"[\\"\\u903e\\u671f\\u7f5a\\u606f\\",'
        '\\"9999-12-31\\",[[\\"1999-06-10\\",\\"daily\\",\\"0.00021\\"],'
        '[\\"2004-01-01\\",\\"multiple\\",\\"1.5\\"]]]","principal_fen":12000000,'
        '"repricing":"floating","residue":"last_installment","settlement_day":20,'
        '"signed_on":"2024-01-02"}'
    )
    assert terms_text(terms) == text
    assert terms_of_text(text) == terms
    day, until = date(2024, 8, 1), date(2024, 8, 31)
    usual = {"number": 2, "on": day, "booked_on": day, "ref": "X"}
    extension = Entry(kind=EntryKind.EXTENSION, terms=terms, **usual)
    nothing = (0,) * 7
    for entry, last in (
        (extension, ("extension", *nothing, None, None, text)),
        (Entry(kind=EntryKind.PAUSE, until=until, **usual), ("pause", *nothing, None, until, None)),
        (
            Entry(kind=EntryKind.PREPAYMENT, received_fen=5, then=Prepayment.LOWER, **usual),
            ("prepayment", 5, *nothing[1:], "lower", None, None),
        ),
    ):
        kind, *rest = last
        expected = hand_made(GENESIS, 2, kind, day, day, "X", *rest)
        assert links_of(GENESIS, [entry])[-1] == expected


def stored(row):
    return {name: str(cell) if isinstance(cell, date) else cell for name, cell in row.items()}


def test_a_loan_is_stored_in_just_these_rows(database):
    database.keep(a_fund())
    database.admit(that_loan(), under=RULES)
    for table, row in zip(("loan", "loan_entry"), rows_by_hand(), strict=True):
        columns = database.columns(f"microloan_{table}")
        [cells] = database.sql(f"SELECT * FROM microloan_{table}")
        assert dict(zip(columns, cells, strict=True)) == stored(row)


def test_a_loan_is_read_from_rows_that_another_program_wrote(database):
    database.keep(a_fund())
    for table, row in zip(("loan", "loan_entry"), map(stored, rows_by_hand()), strict=True):
        marks = ", ".join("?" * len(row))
        statement = f"INSERT INTO microloan_{table} ({', '.join(row)}) VALUES ({marks})"
        database.sql(statement, *row.values())
    assert database.loan() == that_loan()


def test_a_fund_is_stored_in_just_these_rows(database):
    database.keep(a_fund(1_000))
    genesis = hand_made("fund", "990101", "F-01", "示例县创业担保基金")
    day = date(2009, 1, 1)
    rest = ("", "", "", None, "", "", None, 0, 0, 0, "[]", "")
    head = hand_made(genesis, 1, "deposit", day, day, "财预1", 100_000, "", 0, *rest)
    assert database.sql("SELECT * FROM microloan_fund") == [
        ("990101", "F-01", "示例县创业担保基金", 100_000, 0, 0, 1, genesis, head)
    ]
    line = ("990101", "F-01", 1, "deposit", "2009-01-01", "2009-01-01", "财预1", 100_000, "", 0)
    assert database.sql("SELECT * FROM microloan_fund_entry") == [(*line, *rest, genesis, head)]


# --- tampering


@cache
def what_happened():
    """A fund and a loan at first; both after everything has happened to them; two more loans."""
    first = a_fund().deposit(cny(5), on=date(2009, 2, 1), ref="财预2")
    first = first.deposit(cny(7), on=date(2009, 2, 2), ref="财预3").reverse(
        3, on=date(2009, 2, 3), ref="冲2"
    )
    lent = replace(that_loan(), guarantee=PROMISE)
    loan = pays(lent, (200, date(2024, 6, 21), date(2024, 6, 25)))
    loan = loan.reverse(2, on=date(2024, 6, 26), ref="冲1")
    loan = loan.prepay(cny(50_000), on=date(2024, 6, 20), ref="提前1", then=Prepayment.LOWER)
    loan = extend(loan, months=6, on=date(2024, 8, 1), ref="展期1")
    loan = pause_delinquency(loan, on=date(2024, 9, 1), until=date(2024, 9, 30), ref="停1")
    fund, loan = pay_claim(first, loan, on=date(2025, 1, 8), ref="代偿1")
    fund, loan = receive_recovery(
        fund, loan, cny(5_000), on=date(2025, 2, 1), ref="追偿1", costs=cny(300)
    )
    others = [pays(a_loan(f"HT-{n}", guarantee=None), (600, date(2024, 2, 15))) for n in (2, 3)]
    assert (len(fund.entries), len(loan.entries)) == (6, LAST["loan"])
    return first, lent, (fund, loan, *others)


@pytest.fixture
def book(database):
    """A fund and a loan on which everything has happened, and two more loans; nothing guards it."""
    first, lent, in_the_end = what_happened()
    database.keep(first)
    database.admit(lent, under=RULES)
    database.keep(*in_the_end)
    remove_guards(database.engine)
    with closing(database.raw.raw()) as database.hand:
        database.hand.execute(UNWATCHED[database.name])
        database.hand.commit()
        yield database
    install_guards(database.engine)


UNWATCHED = {
    "sqlite": "PRAGMA ignore_check_constraints = ON",
    "postgresql": "SET session_replication_role = replica",
}


LAST = {"loan": 8, "fund": 6}
RARELY = pytest.mark.rarely_on_a_server(
    "the hash is over what was read, and a server reads all cells of a kind alike: each day it"
    " is asked with one column of a kind and the two entries at either end"
)


def also_on_a_server(cells, chosen):
    """All cells; those not chosen are tried on a server only with the slow tests."""
    return [
        pytest.param(*cell, marks=[] if cell in chosen else RARELY, id="-".join(map(str, cell)))
        for cell in cells
    ]


NUMBERS = [(table, number) for table in LAST for number in range(1, LAST[table] + 1)]
ENDS = [one for one in NUMBERS if one[1] in {1, 2, LAST[one[0]] - 1, LAST[one[0]]}]
EVERY_NUMBER = also_on_a_server(NUMBERS, ENDS)


def tamper(database, statement, *values):
    """Write as somebody may who can do anything to the database: no CHECK, no key is in his way."""
    assert written(database, statement, *values)


def written(database, statement, *values):
    """Tell whether the database holds it now; PostgreSQL holds nothing of another type."""
    try:
        found = database.hand.execute(in_words_of(database, statement), values).rowcount
    except (psycopg.DataError, psycopg.ProgrammingError, psycopg.IntegrityError):
        database.hand.rollback()
        return 0
    database.hand.commit()
    return found


def seen(database, statement, *values):
    """What a cell holds now, read over the connection that writes."""
    [[cell]] = database.hand.execute(in_words_of(database, statement), values).fetchall()
    database.hand.commit()
    return cell


def in_words_of(database, statement):
    return statement if database.name == "sqlite" else statement.replace("?", "%s")


def broken(of, what):
    return refused(
        ChainBroken,
        "store.chain_broken",
        value=what,
        limit="the stored hash chain",
        says=f"{of}: {what} is not what was written",
    )


def read(database, aggregate):
    return database.loan("HT-1") if aggregate == "loan" else database.fund("F-01")


MOST_CHANGES = {"sqlite": 99, "postgresql": 1}
"""How many contents of one cell are tried; the hash is the library's, whatever the database."""
DAYS_OF_AN_ENTRY = {"effective_on", "booked_on", "until_on"}


def columns_of(table):
    agreed = [*AGREED][2:] if table == "loan" else ["name"]
    entry = [*FIRST, "previous", "hash"] if table == "loan" else FUND_LINE
    return [(table, column) for column in agreed], [(table, column) for column in entry]


FUND_LINE = [
    "number",
    "kind",
    "effective_on",
    "booked_on",
    "ref",
    "amount_fen",
    "loan_id",
    "undoes",
    "previous",
    "hash",
]
AGREED_CELLS, ENTRY_CELLS = map(list.__add__, columns_of("loan"), columns_of("fund"))


def one_of_each_kind(cells, suffix):
    """Of each table the first column of each type, with NULL or without."""
    first = {}
    for table, column in cells:
        made = metadata.tables[f"microloan_{table}{suffix}"].columns[column]
        first.setdefault((table, repr(made.type), made.nullable), (table, column))
    return [*first.values()]


AGREED_CELLS = also_on_a_server(AGREED_CELLS, one_of_each_kind(AGREED_CELLS, ""))
ENTRY_CELLS = [cell for cell in ENTRY_CELLS if cell[1] != "number"]
ENTRY_CELLS = also_on_a_server(ENTRY_CELLS, one_of_each_kind(ENTRY_CELLS, "_entry"))


def other_contents(cell):
    """What somebody might write over a cell: another of its kind, and what is of no kind."""
    yield from ("", "x", 7.5, b"\x00", 10**18)
    if isinstance(cell, int):
        yield from (cell + 1, cell - 1, str(cell) + ".0x", -cell - 1)
    if isinstance(cell, str):
        yield from (cell + "1", cell + " ", cell.upper() + "!", cell[1:], 5)


@pytest.mark.parametrize(("table", "column"), AGREED_CELLS)
def test_a_changed_cell_of_what_was_agreed_is_found(book, table, column):
    whole = read(book, table)
    where = "WHERE loan_id = 'HT-1'" if table == "loan" else "WHERE fund_id = 'F-01'"
    was = seen(book, f"SELECT {column} FROM microloan_{table} {where}")
    others = {repr(other): other for other in other_contents(was) if other != was}
    if column in {"signed_on", "disbursed_on"}:
        others |= {"an earlier day": "2023-12-31", "a later day": "2029-12-31"}
    if metadata.tables[f"microloan_{table}"].columns[column].nullable:
        others["NULL"] = None
    changed = 0
    for other in others.values():
        if not written(book, f"UPDATE microloan_{table} SET {column} = ? {where}", other):
            continue
        if seen(book, f"SELECT {column} FROM microloan_{table} {where}") == was:
            continue  # PostgreSQL reads more than one text as the same day
        changed += 1
        unreadable = column in {"signed_on", "disbursed_on"} and not _is_day(other, book)
        with broken(whole.id, "a day" if unreadable else "what was agreed"):
            read(book, table)
        tamper(book, f"UPDATE microloan_{table} SET {column} = ? {where}", was)
    assert changed == len(others) or (changed and book.name == "postgresql")
    assert read(book, table) == whole


no_such_day = pytest.mark.only("sqlite", "a column of days that holds what is no day")


def _is_day(text, book):
    """Whether it can be read as a day; what PostgreSQL holds in a column of days always can."""
    try:
        return book.name == "postgresql" or text is None or bool(date.fromisoformat(text))
    except (TypeError, ValueError):
        return False


@pytest.mark.parametrize(("table", "column"), ENTRY_CELLS)
def test_a_changed_cell_of_an_entry_is_found_and_the_entry_named(book, table, column):
    whole = read(book, table)
    where = f"WHERE {table}_id = '{whole.id}' AND number = ?"
    if (table, column) == ("fund", "loan_id"):
        where = "WHERE fund_id = 'F-01' AND number = ?"
    for entry in whole.entries:
        was = seen(book, f"SELECT {column} FROM microloan_{table}_entry {where}", entry.number)
        others = {repr(other): other for other in other_contents(was) if other != was}
        if column in DAYS_OF_AN_ENTRY:
            later = date.fromisoformat(was or "2024-01-01").toordinal() + 1
            others["a day"] = str(date.fromordinal(later))
        if was is not None and column in {"prepayment", "until_on", "terms"}:
            others["NULL"] = None
        changed = 0
        for other in others.values():
            update = f"UPDATE microloan_{table}_entry SET {column} = ? {where}"
            if changed == MOST_CHANGES[book.name] or not written(book, update, other, entry.number):
                continue
            cell = f"SELECT {column} FROM microloan_{table}_entry {where}"
            if seen(book, cell, entry.number) == was:
                continue  # PostgreSQL reads more than one text as the same day
            changed += 1
            unreadable = column in DAYS_OF_AN_ENTRY and not _is_day(other, book)
            with broken(whole.id, "a day" if unreadable else f"entry {entry.number}"):
                read(book, table)
            tamper(book, update, was, entry.number)
        assert changed == min(len(others), MOST_CHANGES[book.name])
    assert read(book, table) == whole


@pytest.mark.parametrize(("table", "number"), EVERY_NUMBER)
def test_an_entry_with_another_number_is_found(book, table, number):
    whole = read(book, table)
    where = f"WHERE {table}_id = '{whole.id}' AND number = ?"
    tamper(book, f"UPDATE microloan_{table}_entry SET number = 99 {where}", number)
    first_bad = number + 1 if number < LAST[table] else 99
    with broken(whole.id, f"entry {first_bad}"):
        read(book, table)


@pytest.mark.parametrize("table", ["loan", "fund"])
@pytest.mark.parametrize(
    ("column", "other", "what"),
    [
        ("entries", 5, "its last entry"),
        ("entries", 9, "its last entry"),
        ("head", "0" * 64, "its last entry"),
        ("genesis", "0" * 64, "what was agreed"),
    ],
)
def test_a_changed_head_is_found(book, table, column, other, what):
    whole = read(book, table)
    tamper(book, f"UPDATE microloan_{table} SET {column} = ? WHERE {table}_id = ?", other, whole.id)
    with broken(whole.id, what):
        read(book, table)


@pytest.mark.parametrize(("table", "number"), EVERY_NUMBER)
def test_a_deleted_entry_is_found_at_the_tail_too(book, table, number):
    whole = read(book, table)
    where = f"WHERE {table}_id = '{whole.id}' AND number = ?"
    tamper(book, f"DELETE FROM microloan_{table}_entry {where}", number)
    with broken(whole.id, f"entry {number + 1}" if number < LAST[table] else "its last entry"):
        read(book, table)


@pytest.mark.parametrize("table", ["loan", "fund"])
def test_a_loan_or_fund_without_any_of_its_entries_is_found(book, table):
    whole = read(book, table)
    tamper(book, f"DELETE FROM microloan_{table}_entry WHERE {table}_id = ?", whole.id)
    with broken(whole.id, "its last entry"):
        read(book, table)


@pytest.mark.parametrize(
    ("table", "number"),
    also_on_a_server([cell for cell in NUMBERS if cell[1] < LAST[cell[0]]], ENDS),
)
def test_two_entries_that_changed_places_are_found(book, table, number):
    whole = read(book, table)
    update = f"UPDATE microloan_{table}_entry SET number = ? WHERE {table}_id = ? AND number = ?"
    for new, old in ((99, number), (number, number + 1), (number + 1, 99)):
        tamper(book, update, new, whole.id, old)
    with broken(whole.id, f"entry {number}"):
        read(book, table)


def test_an_entry_moved_to_another_loan_is_found_on_both(book):
    move = (
        "UPDATE microloan_loan_entry SET loan_id = ?, number = ? WHERE loan_id = ? AND number = ?"
    )
    tamper(book, move, "HT-3", 3, "HT-2", 2)
    with broken("HT-2", "its last entry"):
        book.loan("HT-2")
    with broken("HT-3", "entry 3"):
        book.loan("HT-3")


def test_an_entry_added_with_the_right_link_but_without_the_head_is_found(book):
    [(*_, last)] = book.sql(
        "SELECT * FROM microloan_loan_entry WHERE loan_id = 'HT-2' AND number = 2"
    )
    day = date(2024, 3, 15)
    fields = (3, "repayment", day, day, "假", 55_000, 0, 0, 0, 0, 0, 0, None, None, None)
    cells = [str(cell) if isinstance(cell, date) else cell for cell in fields]
    tamper(
        book,
        f"INSERT INTO microloan_loan_entry VALUES ('990101', 'HT-2', {', '.join('?' * 17)})",
        *cells,
        last,
        hand_made(last, *fields),
    )
    with broken("HT-2", "its last entry"):
        book.loan("HT-2")


@pytest.mark.parametrize("column", ["book_id", "loan_id"])
def test_a_loan_moved_under_another_identity_is_found_there(book, column):
    tamper(book, f"UPDATE microloan_loan SET {column} = '990102' WHERE loan_id = 'HT-2'")
    moved = ("HT-2", "990102") if column == "book_id" else ("990102", "990101")
    with broken(moved[0], "what was agreed"):
        book.loan(moved[0], book=moved[1])


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("ref = '假'", "entry 2"),
        pytest.param("effective_on = 'some day'", "a day", marks=no_such_day),
        pytest.param("booked_on = 5", "a day", marks=no_such_day),
    ],
)
def test_one_broken_loan_among_many_is_named(book, change, what):
    tamper(book, f"UPDATE microloan_loan_entry SET {change} WHERE loan_id = 'HT-2' AND number = 2")
    with book.work() as uow:
        loans = uow.loans.all()
        assert next(loans).id == "HT-1"
        with broken("HT-2", what):
            next(loans)


def test_a_book_with_a_broken_loan_is_not_closed(book):
    tamper(book, "UPDATE microloan_loan_entry SET ref = '假' WHERE loan_id = 'HT-2' AND number = 2")
    with book.refuses(
        ChainBroken, "store.chain_broken", value="entry 2", limit="the stored hash chain"
    ) as uow:
        uow.close(HalfYear(2009, 1), on=date(2025, 1, 1))


def test_an_act_on_a_loan_whose_head_was_changed_is_not_stored(book):
    loan = book.loan("HT-2")
    tamper(book, "UPDATE microloan_loan SET head = genesis WHERE loan_id = 'HT-2'")
    with book.untouched(), pytest.raises(Exception, match="HT-2"):
        book.keep(pays(loan, (550, date(2024, 3, 15))))
