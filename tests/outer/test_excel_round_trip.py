"""A ledger that was written is read as the same loans, whatever a ledger can say of them."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from histories import (
    DOUBLE,
    EVERY_ACT,
    HALF_MORE,
    PERSON,
    PROMISE,
    a_loan,
    a_quarterly_loan,
    histories,
    pays_on_time,
    ready_for,
)
from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    Compounding,
    Covers,
    Dated,
    DayCount,
    EntryKind,
    LevelBy,
    Opening,
    PaymentOrder,
    Prepayment,
    PrincipalPart,
    Reference,
    Settlement,
    change_rate,
    cny,
    percent,
)
from microloan.category import LowProfit
from microloan.clauses import EarlyInterest, Repricing, Residue, Stub
from microloan.errors import NotInLedger
from microloan.excel import Unstated, ledger_pages, read_ledger, write_ledger
from microloan.excel.ledger_words import word, words_of
from microloan.excel.typed_cell import plain_text
from microloan.guarantee import Guarantee, UpperShare
from microloan.months import MonthEnd
from microloan.penalty import Daily, Multiple
from microloan.policy import Level
from microloan.recovery import RecoveryOrder
from refusals import refused

DAY = date(2025, 6, 30)
WITH_TERMS = {"extend", "extend without consent", "change the rate", "relevel"}


def read_again(*loans, **how):
    """What reading finds in a ledger of these loans."""
    file = BytesIO()
    write_ledger(file, loans, as_of=DAY)
    file.seek(0)
    return read_ledger(file, as_of=DAY, **how)


HELD = (
    *("repay", "reverse", "claim", "recover", "prepay", "disburse", "misuse", "costs", "pause"),
    *("accelerate", "discharge", "write off", "regain"),
)


@given(histories(acts=HELD))
@settings(max_examples=40)
def test_any_life_that_a_ledger_can_hold_comes_back_entry_for_entry(history):
    found = read_again(history.loan)

    assert found.faults == ()
    assert found.require_good() == (history.loan,)
    assert found.rows == len(history.loan.entries) + (not _plain(history.loan))
    assert found.findings == ()


def _plain(loan):
    """Whether the loan's own row says all of its first entry."""
    first = loan.entries[0]
    return first.principal_fen == loan.terms.principal.amount * 100


def test_every_clause_of_a_contract_comes_back():
    contract = {
        "principal": cny("123456.78"),
        "annual_rate": percent("4.1234567891"),
        "disbursed_on": date(2024, 1, 31),
        "signed_on": date(2024, 1, 30),
        "amortization": Amortization.CUSTOM,
        "interval_months": 3,
        "interest_grace_months": 3,
        "parts": (
            PrincipalPart(due_on=date(2024, 7, 31), principal=cny("23456.78")),
            PrincipalPart(due_on=date(2025, 1, 31), principal=cny("100000.00")),
        ),
        "month_end": MonthEnd.ROLL,
        "residue": Residue.LAST_INTEREST,
        "repricing": Repricing.FLOATING,
        "penalty": Dated(
            "罚息：约定", ((date(1999, 6, 10), Daily(Decimal("0.00021"))),
                          (date(2004, 1, 1), Multiple(Decimal("1.5"))))
        ),
        "misuse": DOUBLE,
        "compounding": Compounding.UNPAID_INTEREST,
        "order": PaymentOrder.BY_INSTALLMENT,
        "early_interest": EarlyInterest.TO_NEXT_DUE_DATE,
        "grace_days": 7,
    }  # fmt: skip
    category = Category(
        kind=BorrowerKind.PARTNERSHIP,
        groups={"hire_driver", "graduate"},
        heads=3,
        scheme="street_stall",
        low_profit=LowProfit.YES,
        loan_number=2,
        commercial_part=cny("3456.78"),
        reference=Reference.LPR_1Y,
        reference_rate=percent("0.35"),
    )
    guarantee = Guarantee(
        fund_id="F-02",
        coverage=percent("0.4"),
        claimable_after_days=0,
        covers=Covers.PRINCIPAL_AND_INTEREST,
        opening=Opening.STRICTLY_AFTER,
        months_after_maturity=0,
        evidence={"loan_contract", "催收记录"},
        recovery_order=RecoveryOrder.FUND_FIRST,
        upper=(UpperShare(level=Level.PROVINCE, share=percent("20")),
               UpperShare(level=Level.CITY, share=percent("0.1"))),
    )  # fmt: skip
    whole = a_loan("HT-1", category=category, guarantee=guarantee, **contract)
    listed = a_loan(
        "HT-2", amortization=Amortization.INTEREST_ONLY, guarantee=None,
        due_dates=(date(2024, 6, 25), date(2025, 1, 14)),
    )  # fmt: skip
    settled = a_quarterly_loan("HT-3", settlement=Settlement(20, Stub.LONG))

    assert read_again(whole, listed, settled).require_good() == (whole, listed, settled)


@pytest.mark.parametrize("name", sorted(EVERY_ACT.keys() - WITH_TERMS))
def test_every_act_that_changes_no_terms_comes_back(name):
    loan = EVERY_ACT[name].do(ready_for(name), on=date(2024, 3, 25), ref="证1")

    assert read_again(loan).require_good() == (loan,)


@pytest.mark.parametrize("name", sorted(WITH_TERMS))
def test_changed_terms_are_refused_by_name_and_no_file_is_left(name, tmp_path):
    loan = EVERY_ACT[name].do(ready_for(name), on=date(2024, 3, 25), ref="证1")

    with refused(NotInLedger, "spreadsheet.not_in_ledger", value="HT-1",
                 limit="what the columns of a ledger can say") as caught:  # fmt: skip
        write_ledger(tmp_path / "ledger.xlsx", [a_loan("HT-0"), loan])

    assert f"entry 2, {loan.entries[-1].kind.value}" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("loan", "what"),
    [
        (a_loan("合计"), "stands for nothing"),
        (pays_on_time(a_loan()), "stands for nothing"),
        (a_loan(penalty=replace(HALF_MORE, known_through=DAY)), "its penalty"),
        (a_loan(category=replace(PERSON, groups={"高校毕业生"})), "a borrower group"),
    ],
)
def test_what_would_be_read_as_something_else_is_refused_by_name(loan, what):
    if loan.entries[1:]:
        loan = replace(loan, entries=(*loan.entries[:1], replace(loan.entries[1], ref="无")))

    with pytest.raises(NotInLedger, match=what):
        ledger_pages([loan])


def test_a_local_group_comes_back_where_the_reader_knows_it():
    loan = a_loan(category=replace(PERSON, groups={"摊贩", "graduate"}))
    own = Unstated(groups={"摊贩": "摊贩"})

    assert [fault.code for fault in read_again(loan).faults] == ["cell.not_readable"]
    assert read_again(loan, unstated=own).require_good() == (loan,)


CHOICES = (Amortization, BorrowerKind, LowProfit, Reference, DayCount, Stub, MonthEnd, Residue,
           LevelBy, Repricing, Compounding, PaymentOrder, EarlyInterest, Covers, Opening,
           RecoveryOrder, Level, EntryKind, Prepayment)  # fmt: skip


@pytest.mark.parametrize("kind", CHOICES, ids=lambda kind: kind.__name__)
def test_the_word_of_each_choice_is_chinese_or_a_convention_and_its_own(kind):
    for member in kind:
        assert words_of(kind)[plain_text(word(member))] is member
        assert words_of(kind)[member.value] is member
        assert not set(word(member)) & set("、：=；,;:")
        assert re.search("[一-鿿]|/|LPR", word(member)), member


def test_columns_in_which_no_loan_says_anything_are_left_out():
    loans, entries = ledger_pages([a_loan(guarantee=None)])

    assert [heading.text for heading in loans.headings] == [
        "贷款编号", "借款人编号", "经办银行", "借款人类型", "放贷金额", "年利率（%）", "放贷日",
        "期限（月）", "到期日", "还款方式", "计息方式", "还款间隔",
    ]  # fmt: skip
    assert entries.rows == []


def test_an_undone_payment_and_its_reversal_come_back():
    loan = pays_on_time(a_loan(), 1, 2).reverse(2, on=date(2024, 3, 20), ref="冲1")
    loan = loan.repay(cny(10_600), on=date(2024, 2, 15), ref="due 1", booked_on=date(2024, 3, 21))

    assert read_again(loan).require_good() == (loan,)


def test_a_prepayment_says_what_becomes_of_the_plan():
    loan = pays_on_time(a_loan()).prepay(
        cny(30_000), on=date(2024, 3, 1), ref="提1", then=Prepayment.LOWER
    )
    [row] = [row for row in ledger_pages([loan])[1].rows if "提1" in row]

    assert read_again(loan).require_good() == (loan,)
    assert 3_000_000 in row


def test_a_changed_rate_is_named_as_what_no_ledger_holds():
    loan = change_rate(
        a_loan(repricing=Repricing.FLOATING), percent(7), on=date(2024, 3, 1), ref="调1"
    )

    with pytest.raises(NotInLedger) as caught:
        ledger_pages([loan])
    assert caught.value.zh.startswith("HT-1：台账无法载明第 2 号流水（")


ODD = ("=1+1", "+86", "-2", "@SUM(A1)", "0012", "1E5", "http://a.b", "_x0041_", "<b>&", "1.50")


@given(st.lists(st.sampled_from(ODD), unique=True))
@settings(max_examples=15)
def test_identities_that_a_spreadsheet_would_alter_come_back_as_they_were(names):
    loans = []
    for name in names:
        promise = replace(PROMISE, fund_id=name)
        loans.append(replace(a_loan(name), borrower=name, lender=name, guarantee=promise))

    assert read_again(*loans).require_good() == tuple(loans)
