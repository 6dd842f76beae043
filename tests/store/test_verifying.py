"""What was closed can be held against what is stored: chain by chain, and against a kept anchor."""

from datetime import date

import pytest
from sqlalchemy import select

from audit_book import LIMITS
from histories import RULES, a_loan, pays_on_time
from microloan import GuaranteeFund, HalfYear, InvalidTerms, NotFound, cny, pay_claim, subsidize
from microloan.assignment import AssignedTo, Assignment
from microloan.checks import Facts
from microloan.control import ControlCheck
from microloan.errors import ChainBroken, ControlFailed
from microloan.periods import InterestQuarter
from microloan.store.account_rows import sheet_hash
from microloan.store.chain import link
from microloan.store.closing_tables import account, closing
from microloan.visit import BusinessState, FollowUpVisit
from refusals import refused
from requesting import asks, lent

H1, H2 = HalfYear(2024, 1), HalfYear(2024, 2)
JULY, JANUARY = date(2024, 7, 2), date(2025, 1, 2)
CODE, LIMIT = "store.chain_broken", "the stored hash chain"
AS_CLOSED = "what 2024H1 was closed with"
BESIDE = "an assignment, visit or request that it was closed with"


def a_young_fund():
    """A fund whose book begins in 2024."""
    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    return fund.deposit(cny(1_000_000), on=date(2024, 1, 2), ref="财预1")


def visit(ref, on):
    return FollowUpVisit(
        loan_id="HT-1", on=on, ref=ref, visitors=("李四",), state=BusinessState.NORMAL
    )


def given_to(officer, on):
    return Assignment(
        loan_id="HT-1", what=AssignedTo.OFFICER, value=officer, on=on, ref=f"管{officer}"
    )


@pytest.fixture
def book(database):
    """A fund, two loans, a visit and two officers; the first half of 2024 is closed."""
    fund, paid_out = pay_claim(a_young_fund(), a_loan("HT-3"), on=date(2024, 6, 1), ref="代1")
    database.keep(a_young_fund())
    database.admit(a_loan("HT-3"), under=RULES)
    database.keep(
        pays_on_time(a_loan("HT-1", guarantee=None), last=5),
        pays_on_time(a_loan("HT-2", guarantee=None), last=2),
        fund,
        paid_out,
    )
    with database.work() as uow:
        uow.follow_up.record(visit("访1", date(2024, 4, 2)))
        uow.assignments.record(
            given_to("李四", date(2024, 1, 15)), given_to("王五", date(2024, 4, 15))
        )
        uow.close(H1, on=JULY)
        uow.commit()
    return database


def verify(database, half=H1, **asked):
    with database.work() as uow:
        found = uow.half_years.verify(half, **asked)
    return [(one.code, one.subject) for one in found]


def audited(database):
    with database.work() as uow:
        audit = uow.audit(Facts(limits=LIMITS), under=RULES, as_of=JULY)
    return {(one.code, one.subject) for one in audit.findings if "k15" in one.code}


def anchor(database):
    with database.work() as uow:
        return uow.half_years.closing(H1).anchor


def truncate(database, loan_id="HT-1", keep=5):
    """Take away the last entries of a loan and set its head back, so that its chain is whole."""
    head = database.one(
        "SELECT hash FROM microloan_loan_entry WHERE loan_id = ? AND number = ?", loan_id, keep
    )
    database.tamper(
        "DELETE FROM microloan_loan_entry WHERE loan_id = ? AND number > ?", loan_id, keep
    )
    database.tamper(
        "UPDATE microloan_loan SET entries = ?, head = ? WHERE loan_id = ?", keep, head, loan_id
    )


def transplant(database, other, loan_id="HT-1"):
    """Put another history in the place of a loan's own, with hashes that are right."""
    columns = "book_id, entries, genesis, head"
    [row] = other.sql(f"SELECT {columns} FROM microloan_loan WHERE loan_id = ?", loan_id)
    database.tamper("DELETE FROM microloan_loan_entry WHERE loan_id = ?", loan_id)
    for line in other.sql("SELECT * FROM microloan_loan_entry WHERE loan_id = ?", loan_id):
        marks = ", ".join("?" * len(line))
        database.tamper(f"INSERT INTO microloan_loan_entry VALUES ({marks})", *line)
    database.tamper(
        f"UPDATE microloan_loan SET ({columns}) = (?, ?, ?, ?) WHERE loan_id = ?", *row, loan_id
    )


def reseal(database):
    """Make the hashes of the first closing right again, as a forger with the library would."""
    with database.engine.connect() as connection:
        row = dict(connection.execute(select(closing)).mappings().one())
        lines = connection.execute(select(account).order_by(account.c.loan_id)).mappings().all()
    sheet = sheet_hash(row, lines)
    database.tamper("UPDATE microloan_closing SET sheet = ?", sheet)
    last = link("", 1, row["half_year"], 1, 0, sheet)
    database.tamper("UPDATE microloan_book SET last_act = ?", last)


# --- a sound book


def test_of_a_book_that_is_as_it_was_closed_nothing_is_found(book):
    assert verify(book) == []
    assert verify(book, anchor=anchor(book)) == []
    loan = book.loan("HT-1")
    book.keep(
        loan.reverse(6, on=JULY, ref="冲1", booked_on=JULY),
        a_loan("HT-9", guarantee=None, disbursed_on=date(2024, 7, 3)),
    )
    with book.work() as uow:
        uow.follow_up.record(visit("访2", date(2024, 7, 5)))
        uow.assignments.record(given_to("赵六", date(2024, 7, 5)))
        uow.close(H2, on=JANUARY)
        uow.commit()
    assert verify(book, version=1) == verify(book, H2) == []


def test_an_empty_book_has_nothing_that_could_be_broken(database):
    with database.work() as uow:
        uow.close(H1, on=JULY)
        uow.commit()
    assert verify(database, anchor=anchor(database)) == []


def test_a_fund_without_an_entry_is_anchored_by_what_was_agreed(database):
    database.keep(a_young_fund())
    bare = "UPDATE microloan_fund SET entries = 0, head = genesis"
    database.tamper("DELETE FROM microloan_fund_entry")
    database.tamper(bare)
    with database.work() as uow:
        uow.close(H1, on=JULY)
        uow.commit()
    assert verify(database) == []
    database.tamper("UPDATE microloan_fund SET genesis = 'x', head = 'x'")
    assert verify(database) == [("audit.k15_chain_broken", "F-01")]


def test_what_is_asked_about_is_a_closing_and_an_anchor(book):
    with book.work() as uow:
        with refused(InvalidTerms, "terms.invalid", value=5, limit="the hash of a closing"):
            uow.half_years.verify(H1, anchor=5)
        with refused(InvalidTerms, "terms.invalid", value="2024H1", limit="a HalfYear"):
            uow.half_years.verify("2024H1")
        with pytest.raises(NotFound):
            uow.half_years.verify(H2)


# --- entries taken away or rewritten, with right hashes


def test_an_entry_that_was_taken_away_is_found_whatever_is_asked(book):
    truncate(book)
    assert verify(book) == [("audit.k15_chain_broken", "HT-1")]
    assert audited(book) == {
        ("audit.k15_chain_broken", "HT-1"),
        ("audit.k15_entries_missing", "HT-1"),
    }
    with book.refuses(ChainBroken, CODE, value=AS_CLOSED, limit=LIMIT, says="HT-1") as uow:
        uow.half_years.get(H1)
    with book.refuses(ChainBroken, CODE, value=AS_CLOSED, limit=LIMIT, says="HT-1") as uow:
        uow.close(H2, on=JANUARY)
    # another entry in its place does not hide it
    book.keep(book.loan("HT-1").repay(cny(50), on=JULY, ref="新"))
    assert verify(book) == [("audit.k15_chain_broken", "HT-1")]
    with book.refuses(ChainBroken, CODE, value=AS_CLOSED, limit=LIMIT, says="HT-1") as uow:
        uow.half_years.get(H1)


def test_a_payment_that_was_moved_to_another_day_is_found_though_the_closing_is_the_same(
    book, new_database
):
    other, loan = new_database(), a_loan("HT-1", guarantee=None)
    for due in loan.schedule[:5]:
        on = date(2024, 2, 25) if due.number == 1 else due.due_on
        loan = loan.repay(due.total, on=on, ref=f"回单{due.number}")
    other.keep(loan)
    was = anchor(book)
    transplant(book, other)
    assert anchor(book) == was
    assert verify(book) == verify(book, anchor=was) == [("audit.k15_chain_broken", "HT-1")]
    assert ("audit.k15_chain_broken", "HT-1") in audited(book)


def test_every_broken_chain_is_told_once_and_the_loan_that_is_gone_too(book):
    truncate(book, "HT-2", keep=2)
    book.tamper("DELETE FROM microloan_loan WHERE loan_id = 'HT-1'")
    book.tamper("UPDATE microloan_fund_entry SET ref = 'x' WHERE number = 1")
    assert verify(book) == [("audit.k15_chain_broken", name) for name in ("HT-1", "HT-2", "F-01")]


def test_a_chain_that_is_broken_after_the_closing_is_found_too(book):
    book.keep(book.loan("HT-2").repay(cny(1), on=JULY, ref="新"))
    book.tamper("UPDATE microloan_loan_entry SET ref = 'x' WHERE ref = '新'")
    assert verify(book) == [("audit.k15_chain_broken", "HT-2")]


# --- the sheet and its anchor rewritten


def test_heads_that_do_not_make_the_anchor_are_found(book):
    book.tamper("UPDATE microloan_closing_head SET entries = entries + 1 WHERE chain_id = 'HT-2'")
    assert verify(book) == [("audit.k15_chain_broken", "2024H1")]
    for ask in ("get", "learned_since"):
        with book.refuses(
            ChainBroken, CODE, value="the anchor of all chains", limit=LIMIT, says="2024H1"
        ) as uow:
            getattr(uow.half_years, ask)(H1)


def test_only_the_anchor_that_was_kept_shows_a_book_that_was_rewritten_whole(book):
    printed = anchor(book)
    truncate(book)
    [head] = book.sql("SELECT entries, head FROM microloan_loan WHERE loan_id = 'HT-1'")
    book.tamper(
        "UPDATE microloan_closing_head SET (entries, head) = (?, ?) WHERE chain_id = 'HT-1'", *head
    )
    links = [
        link(*row)
        for kind in ("fund", "loan")
        for row in book.sql(
            "SELECT chain_id, entries, head FROM microloan_closing_head WHERE kind = ?"
            " ORDER BY chain_id",
            kind,
        )
    ]
    forged = link("anchor", "990101", "2024H1", *links)
    book.tamper("UPDATE microloan_closing SET anchor = ?", forged)
    reseal(book)
    assert verify(book) == []
    with book.work() as uow:
        [found] = uow.half_years.verify(H1, anchor=printed)
    assert (found.code, found.subject) == ("audit.k15_other_anchor", "2024H1")
    assert dict(found.figures) == {"kept elsewhere": printed, "stored": forged}
    assert ("audit.k15_entries_missing", "HT-1") in audited(book)


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ("days_past_due = 0", "days_past_due 0; by its entries it is 76"),
        ("arrears_interest_fen = arrears_interest_fen + 1", "arrears_interest"),
        ("prepaid_fen = 1", "prepaid 0.01; by its entries it is 0.00"),
        (
            "adjustments_fen = adjustments_fen + 100, closing_fen = closing_fen + 100",
            "closing 100,001.00; by its entries it is 100,000.00 (and 1 more)",
        ),
    ],
)
def test_any_figure_of_the_last_sheet_that_the_entries_deny_is_found(book, columns, named):
    book.tamper(f"UPDATE microloan_account SET {columns} WHERE loan_id = 'HT-2'")
    assert verify(book) == [("audit.k15_chain_broken", "2024H1")]
    reseal(book)
    assert verify(book) == []
    with book.work() as uow:
        audit = uow.audit(Facts(limits=LIMITS), under=RULES, as_of=JULY)
    [found] = [one for one in audit.findings if one.code == "audit.k15_closed_otherwise"]
    assert found.subject == "HT-2"
    assert named in found.sentence


def test_a_half_year_whose_control_sheet_does_not_hold_is_not_closed(book):
    book.tamper(
        "UPDATE microloan_account SET adjustments_fen = adjustments_fen + 100,"
        " closing_fen = closing_fen + 100 WHERE loan_id = 'HT-2'"
    )
    reseal(book)
    failed = (ControlCheck.EACH_OPENING_FOLLOWS, ControlCheck.BOOK_OPENING_FOLLOWS)
    with book.refuses(
        ControlFailed,
        "halfyear.control_failed",
        value=failed,
        limit=(),
        says="2024H2 cannot be closed: its control sheet does not hold (each opening follows, book",
    ) as uow:
        uow.close(H2, on=JANUARY)


# --- what was recorded beside the entries


@pytest.mark.parametrize(
    "behind",
    [
        "DELETE FROM microloan_visit",
        "DELETE FROM microloan_assignment WHERE number = 2",
        "UPDATE microloan_visit SET hash = 'x'",
    ],
)
def test_a_sheet_is_not_printed_without_what_it_names(book, behind):
    book.tamper(behind)
    assert verify(book) == [("audit.k15_chain_broken", "2024H1")]
    with book.refuses(ChainBroken, CODE, value=BESIDE, limit=LIMIT, says="2024H1") as uow:
        uow.half_years.get(H1)
    with book.work() as uow:  # what was kept of the accounts is whole
        assert uow.half_years.frozen(H1).lines[0].visit_ref == "访1"


def test_an_audit_finds_the_visit_that_a_sheet_names_and_the_book_has_not(book):
    book.tamper("DELETE FROM microloan_visit")
    assert audited(book) == {
        ("audit.k15_closed_otherwise", "HT-1"),
        ("audit.k15_chain_broken", "2024H1"),
    }


def test_a_request_that_became_known_later_changes_no_sheet(database):
    loan = lent(guarantee=None, on=date(2024, 1, 15))
    for due in loan.schedule[:2]:
        loan = loan.repay(due.total, on=due.due_on, ref=f"息{due.number}")
    database.keep(loan)
    first = asks(loan, quarter=InterestQuarter(2024, 1), on=date(2024, 3, 23))
    second = asks(loan, quarter=InterestQuarter(2024, 2), on=date(2024, 6, 24), earlier=(first,))
    with database.work() as uow:
        uow.requests.save(first)
        uow.close(H1, on=JULY)
        uow.commit()
    lines = subsidize(loan, under=RULES, as_of=H1.last_day)[:1]
    with database.work() as uow:
        printed = uow.half_years.get(H1, subsidies=lines)
        uow.requests.save(second)
        uow.commit()
    with database.work() as uow:
        assert uow.half_years.get(H1, subsidies=lines) == printed
        assert uow.requests.known_at(1) == (first,)
        assert uow.requests.known_at(2) == uow.requests.all() == (first, second)
    assert verify(database) == []
    database.tamper("UPDATE microloan_request SET known_as = 3 - known_as + 3")
    with database.work() as uow:
        with refused(ChainBroken, CODE, value=BESIDE, limit=LIMIT, says="2024H1"):
            uow.half_years.get(H1)


@pytest.mark.parametrize("number", ["x", -1, True, 1.0, None])
def test_how_many_were_known_is_a_whole_number(book, number):
    with book.work() as uow:
        for ask in (uow.assignments.known_at, uow.requests.known_at):
            with refused(InvalidTerms, "terms.invalid", value=number, limit="0-2147483647"):
                ask(number)
