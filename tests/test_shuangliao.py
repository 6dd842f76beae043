"""The main job: the Shuangliao book is what was published, recomputed from the file by raw SQL."""

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from demo_run import ROOT, first_run, query
from microloan import (
    Amortization,
    ChainBroken,
    HalfYear,
    InterestQuarter,
    Loan,
    measure_leverage,
    policy,
    quarter_lines,
)
from microloan.store import UnitOfWork
from microloan.store.guards import remove_guards

BOOK, FUND = "990382", "SL-FUND"

# The central bank's rate for one to three years, from its day, in percent (published series).
ONE_TO_THREE_YEARS = [
    ("2002-02-21", "0.0549"),
    ("2004-10-29", "0.0576"),
    ("2006-04-28", "0.0603"),
    ("2006-08-19", "0.0630"),
    ("2007-03-18", "0.0657"),
    ("2007-05-19", "0.0675"),
    ("2007-07-21", "0.0702"),
    ("2007-08-22", "0.0720"),
    ("2007-09-15", "0.0747"),
    ("2007-12-21", "0.0756"),
    ("2008-09-16", "0.0729"),
    ("2008-10-09", "0.0702"),
    ("2008-10-30", "0.0675"),
    ("2008-11-27", "0.0567"),
    ("2008-12-23", "0.0540"),
    ("2010-10-20", "0.0560"),
    ("2010-12-26", "0.0585"),
    ("2011-02-09", "0.0610"),
    ("2011-04-06", "0.0640"),
    ("2011-07-07", "0.0665"),
]


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> tuple[Path, str]:
    return first_run(tmp_path_factory.mktemp("双辽"))


def published_facts(path: Path) -> dict[str, object]:
    """Return what was published, recomputed from the file without the library."""
    loans, borrowers, lent = query(
        path, "SELECT count(*), count(DISTINCT borrower_id), sum(principal_fen) FROM microloan_loan"
    )[0]
    by_year = query(
        path,
        "SELECT substr(disbursed_on, 1, 4), sum(principal_fen) FROM microloan_loan GROUP BY 1",
    )
    fund = query(path, "SELECT sum(amount_fen) FROM microloan_fund_entry WHERE kind = 'deposit'")[
        0
    ][0]
    paid_out = query(
        path, "SELECT sum(principal_fen) FROM microloan_loan_entry WHERE kind = 'disbursement'"
    )[0][0]
    outcomes = query(path, "SELECT sum(ventures), sum(jobs) FROM office_outcome")[0]
    return {
        "loans": loans,
        "borrowers": borrowers,
        "lent": lent,
        "paid out": paid_out,
        "by year": dict(by_year),
        "fund": fund,
        "ventures and jobs": outcomes,
    }


# In fen. Published: the totals; of single years only that 2008 and 2009 each exceed ten million.
EXPECTED = {
    "loans": 2_958,
    "borrowers": 2_958,
    "lent": 84_600_000_00,
    "paid out": 84_600_000_00,
    "by year": {
        "2004": 1_000_000_00,
        "2005": 2_400_000_00,
        "2006": 3_600_000_00,
        "2007": 5_400_000_00,
        "2008": 10_200_000_00,
        "2009": 10_200_000_00,
        "2010": 25_900_000_00,
        "2011": 25_900_000_00,
    },
    "fund": 11_500_000_00,
    "ventures and jobs": (2_986, 14_295),
}


def best_of_each_year(path: Path) -> dict[int, tuple[Decimal, str]]:
    """Return the largest multiple of each year and its day, from the fund's days alone."""
    balance = exposure = 0
    best: dict[int, tuple[Decimal, str]] = {}
    days = query(
        path, "SELECT effective_on, balance_fen, exposure_fen FROM microloan_fund_day ORDER BY 1"
    )
    for day, more_balance, more_exposure in days:
        balance, exposure = balance + more_balance, exposure + more_exposure
        year, multiple = int(day[:4]), Decimal(exposure) / Decimal(balance)
        best[year] = max(best.get(year, (Decimal(0), "")), (multiple, day))
    return best


def best_days(path: Path) -> list[date]:
    """Return the day of the largest multiple of each year."""
    return [date.fromisoformat(day) for _, day in best_of_each_year(path).values()]


def exposure_by_hand(path: Path, day: str) -> int:
    """Return what interest-only loans leave outstanding on a day, from loan and entry rows alone.

    Principal comes back with the last installment only: the entry that brings the money received to
    all interest and principal. So a loan counts in full until a payout, or until it has received
    more than its principal.
    """
    return query(
        path,
        "SELECT coalesce(sum(principal_fen), 0) FROM microloan_loan WHERE amortization = "
        f"'interest_only' AND disbursed_on <= '{day}' AND loan_id NOT IN ("
        "SELECT entry.loan_id FROM microloan_loan_entry entry JOIN microloan_loan loan "
        f"USING (book_id, loan_id) WHERE entry.effective_on <= '{day}' GROUP BY entry.loan_id "
        "HAVING sum(entry.received_fen) > max(loan.principal_fen) "
        "OR sum(entry.kind = 'claim_payout') > 0)",
    )[0][0]


@pytest.fixture(scope="module")
def loans(first) -> list[Loan]:
    engine = create_engine(f"sqlite:///{first[0]}")
    try:
        with UnitOfWork(engine, book=BOOK) as uow:
            return list(uow.loans.all())
    finally:
        engine.dispose()


def test_the_exposure_of_interest_only_loans_follows_from_the_entries_alone(first, loans):
    plain = [loan for loan in loans if loan.terms.amortization is Amortization.INTEREST_ONLY]
    all_steps = [step for loan in plain for step in loan.exposure_steps()]
    for day in best_days(first[0]):
        steps = (step for step in all_steps if step.on <= day)
        assert sum(step.exposure_fen for step in steps) == exposure_by_hand(first[0], str(day))


def test_the_book_holds_exactly_what_was_published(first):
    assert published_facts(first[0]) == EXPECTED


@pytest.mark.parametrize("table", ["microloan_loan", "microloan_loan_entry"])
def test_one_fen_on_one_loan_is_noticed(first, tmp_path, table):
    altered = tmp_path / "altered.db"
    shutil.copy(first[0], altered)
    a_fen_more = (
        f"UPDATE {table} SET principal_fen = principal_fen + 1 WHERE rowid = "
        f"(SELECT min(rowid) FROM {table} WHERE loan_id = 'SL-2009-1240')"
    )
    engine = create_engine(f"sqlite:///{altered}")
    try:
        with closing(sqlite3.connect(altered)) as connection:
            with pytest.raises(sqlite3.IntegrityError, match="ML0"):
                connection.execute(a_fen_more)
        remove_guards(engine)
        with closing(sqlite3.connect(altered)) as connection, connection:
            connection.execute(a_fen_more)
        assert published_facts(altered) != EXPECTED
        with (
            UnitOfWork(engine, book=BOOK) as uow,
            pytest.raises((ChainBroken, ValueError), match="SL-2009-1240"),
        ):
            uow.loans.get("SL-2009-1240")
    finally:
        engine.dispose()


def test_the_published_loans_enter_as_published(first):
    known = query(
        first[0],
        "SELECT substr(disbursed_on, 1, 4), borrower_kind, scheme, principal_fen / 100, count(*) "
        "FROM microloan_loan WHERE borrower_kind = 'enterprise' OR scheme = 'siyb' "
        "OR (principal_fen = 5000000 AND disbursed_on LIKE '2006%') GROUP BY 1, 2, 3, 4",
    )

    assert known == [
        ("2005", "enterprise", "", 300_000, 1),
        ("2006", "individual", "", 50_000, 1),
        *((f"{year}", "individual", "siyb", 100_000, 10) for year in (2008, 2009, 2010, 2011)),
    ]


def test_no_day_is_above_five_times_and_every_year_from_2005_comes_near(first):
    best = {year: multiple for year, (multiple, _) in best_of_each_year(first[0]).items()}

    assert max(best.values()) <= 5
    assert sorted(best) == list(range(2004, 2012))
    assert all(Decimal("4.5") <= multiple <= 5 for year, multiple in best.items() if year > 2004)


def test_claims_recoveries_and_late_loans_are_many(first):
    path = first[0]
    counts = dict(query(path, "SELECT kind, count(*) FROM microloan_fund_entry GROUP BY 1"))
    late = query(
        path,
        "SELECT count(DISTINCT loan_id) FROM microloan_loan_entry JOIN microloan_loan "
        "USING (book_id, loan_id) WHERE kind = 'repayment' AND amortization = 'interest_only' "
        "AND substr(effective_on, 9) <> '20' AND effective_on > date(disbursed_on, '+24 months')",
    )[0][0]

    assert counts["claim_payout"] >= 20
    assert counts["recovery"] >= 10
    assert late >= 100


def test_nearly_all_loans_are_two_year_interest_only_at_the_benchmark_of_their_signing_day(first):
    loans = query(
        first[0], "SELECT signed_on, months, amortization, annual_rate FROM microloan_loan"
    )
    plain = sum(months == 24 and plan == "interest_only" for _, months, plan, _ in loans)

    assert plain >= 0.95 * len(loans)
    for signed_on, _, _, rate in loans:
        expected = [known for day, known in ONE_TO_THREE_YEARS if day <= signed_on][-1]
        assert Decimal(rate) == Decimal(expected)


def test_every_half_year_through_2011h1_is_closed_in_order_and_balances(first):
    path = first[0]
    halves = [year * 10 + half for year in range(2004, 2012) for half in (1, 2)][:-1]
    broken = query(
        path,
        "SELECT count(*) FROM microloan_account WHERE opening_fen + disbursed_fen "
        "- repaid_principal_fen - paid_by_fund_fen - recovered_fen + adjustments_fen "
        "<> closing_fen",
    )

    assert [code for (code,) in query(path, "SELECT half_year FROM microloan_closing")] == halves
    assert broken == [(0,)]
    for this, following in pairwise(halves):
        closings = dict(
            query(
                path,
                "SELECT loan_id, closing_fen FROM microloan_account "
                f"WHERE half_year = {this} AND closing_fen <> 0",
            )
        )
        openings = dict(
            query(
                path,
                "SELECT loan_id, opening_fen FROM microloan_account "
                f"WHERE half_year = {following} AND opening_fen <> 0",
            )
        )
        assert openings == closings


def test_late_slips_stand_as_adjustments(first):
    late = query(
        first[0],
        "SELECT count(*) FROM microloan_account WHERE adjustments_fen <> 0 "
        "OR adjusted_interest_fen <> 0",
    )

    assert late[0][0] >= 20


def test_the_stored_sums_are_those_of_the_loans_themselves(first, loans):
    rules = policy.load("cn", region="central")
    engine = create_engine(f"sqlite:///{first[0]}")
    try:
        with UnitOfWork(engine, book=BOOK) as uow:
            fund = uow.funds.get(FUND)
            for day in (*best_days(first[0]), date(2011, 12, 31)):
                stored = uow.leverage(FUND, under=rules, as_of=day)
                assert stored == measure_leverage(fund, loans, under=rules, as_of=day)
            open_half = HalfYear(2011, 2)
            assert all(loan.account(open_half).balances for loan in loans)
            lines = quarter_lines(loans, InterestQuarter(2011, 2), under=rules)
    finally:
        engine.dispose()
    assert len(lines) > 1_000
    assert all(0 <= line.treasury_fen <= line.interest_fen for line in lines)


def of_every_day(path: Path) -> dict[date, tuple[int, int]]:
    """Return exposure and balance of every calendar day of the run, from the fund's days alone."""
    rows = query(path, "SELECT effective_on, exposure_fen, balance_fen FROM microloan_fund_day")
    changes = {date.fromisoformat(day): moved for day, *moved in rows}
    day, exposure, balance = min(changes), 0, 0
    found = {}
    while day <= date(2011, 12, 31):
        more_exposure, more_balance = changes.get(day, (0, 0))
        exposure, balance = exposure + more_exposure, balance + more_balance
        found[day] = exposure, balance
        day += timedelta(days=1)
    return found


def screen(printed: str, name: str) -> list[str]:
    """Return the lines of one printed table, without its heading."""
    return printed.split(f"\n{name} ")[1].split("\n\n", maxsplit=1)[0].splitlines()[2:]


def after(lines: list[str], words: str) -> list[str]:
    """Return the lines from the one with some words on."""
    return lines[next(n for n, line in enumerate(lines) if words in line) :]


def yuan(amount: int) -> str:
    return f"{amount // 100:,}.{amount % 100:02}"


def in_fen(printed: str) -> int:
    return int(printed.replace(",", "").replace(".", ""))


def half_up(part: int, whole: int, places: str) -> str:
    return str((Decimal(part) / whole).quantize(Decimal(places), ROUND_HALF_UP))


def test_the_path_shows_the_lowest_and_the_highest_day_of_each_year(first):
    path, printed = first
    shown = [line.split() for line in screen(printed, "逐年放大倍数")]
    by_year = {row[0]: row for row in shown if row[0].isdigit()}
    days = of_every_day(path)

    assert list(by_year) == [str(year) for year in range(2004, 2012)]
    for year, row in by_year.items():
        of_year = {day: Fraction(*both) for day, both in days.items() if day.year == int(year)}
        lowest, highest = min(of_year, key=of_year.get), max(of_year, key=of_year.get)
        assert row[1] == yuan(EXPECTED["by year"][year])
        assert row[3:5] == [half_up(*days[lowest], "0.0001"), str(lowest)]
        assert row[5:7] == [half_up(*days[highest], "0.0001"), str(highest)]
        assert row[7:] == ["5"]


def test_the_worst_day_of_the_run_is_that_of_every_day_and_within_the_cap(first):
    path, printed = first
    days = of_every_day(path)
    worst = max(days, key=lambda day: Fraction(*days[day]))
    exposure, balance = days[worst]
    lines = after(screen(printed, "逐年放大倍数"), "the worst day")
    changed = query(
        path,
        "SELECT count(*) FROM microloan_fund_day WHERE exposure_fen <> 0 OR balance_fen <> 0",
    )

    assert exposure <= 5 * balance
    assert [line.split()[-1] for line in lines[:6]] == [
        str(worst),
        yuan(exposure),
        yuan(balance),
        yuan(5 * balance),
        yuan(5 * balance - exposure),
        half_up(exposure, balance, "0.0001"),
    ]
    assert f"  {changed[0][0]:,} 个变动日 days of change, 0 天超上限 over the cap\n" in printed


def test_the_cumulative_multiple_is_explained_by_what_came_back(first):
    path, printed = first
    exposure, balance = of_every_day(path)[date(2011, 12, 31)]
    why, *lines = after(screen(printed, "逐年放大倍数"), "no breach")

    assert "7.36 倍" in why
    assert [line.split()[-1] for line in lines[:5]] == [
        "84,600,000.00",
        yuan(84_600_000_00 - exposure),
        yuan(exposure),
        yuan(balance),
        half_up(exposure, balance, "0.0001"),
    ]
    assert exposure < 5 * balance < 84_600_000_00


def test_the_ratios_of_the_last_year_follow_from_the_rows(first):
    path, printed = first
    rows = query(
        path,
        "SELECT kind, effective_on >= '2011-01-01', sum(amount_fen) FROM microloan_fund_entry "
        "GROUP BY 1, 2",
    )
    moved = {(kind, in_it): amount for kind, in_it, amount in rows}
    paid, recovered = moved["claim_payout", 1], moved["recovery", 1]
    owed = moved["claim_payout", 0] - moved["recovery", 0] + paid
    days = of_every_day(path)
    grown = days[date(2011, 12, 31)][0] - days[date(2010, 12, 31)][0]
    released = EXPECTED["by year"]["2011"] - grown  # what was lent and did not stay
    shown = [line.split()[-3:] for line in screen(printed, "风险指标")[1:]]
    repaid, due = map(in_fen, shown[2][:2])

    assert shown[0] == [yuan(paid), yuan(released), f"{half_up(100 * paid, released, '0.01')}%"]
    assert shown[1] == [yuan(recovered), yuan(owed), f"{half_up(100 * recovered, owed, '0.01')}%"]
    assert shown[2][2] == f"{half_up(100 * repaid, due, '0.01')}%"
    # All that was lent for interest only in 2009 fell due in 2011, and some of the installments.
    lent = dict(
        query(
            path,
            "SELECT amortization, sum(principal_fen) FROM microloan_loan "
            "WHERE substr(disbursed_on, 1, 4) = '2009' OR "
            "(amortization <> 'interest_only' AND disbursed_on >= '2010') GROUP BY 1",
        )
    )
    assert lent["interest_only"] < due < sum(lent.values())


def test_the_what_if_begins_with_the_book_and_adds_up(first):
    path, printed = first
    _, balance = of_every_day(path)[date(2011, 12, 31)]
    rows = [line.split() for line in screen(printed, "压力测试")[2:]]
    planned, twentieth = rows[::2], rows[1::2]
    paid, left, standing = ([in_fen(row[place]) for row in twentieth] for place in (-5, -4, -3))

    assert [row[0] for row in planned] == ["2012H1", "2012H2", "2013H1", "2013H2"]
    assert {(row[-5], row[-4]) for row in planned} == {("0.00", yuan(balance))}
    # Three tenths of a payout come back a year later to the day, in the same half of that year.
    back = [0, 0, *(in_fen(half_up(3 * amount, 1000, "0.01")) for amount in paid[:2])]
    for more, less, now in zip(back, paid, left, strict=True):
        balance += more - less
        assert balance == now
    # By the end of 2013 all that was lent by 2011 is due: what was newly lent is left, and of what
    # failed the claims that do not open by then.
    assert planned[-1][-3] == "51,800,000.00"
    assert standing[-1] > 4 * 12_950_000_00


def test_the_screens_say_what_they_are(first):
    printed = first[1]
    titles = [line for line in printed.splitlines() if " · 20" in line]

    assert len(titles) == 12
    assert all("模拟 simulated rows" in line for line in titles)
    for figure in ("84,600,000.00", "11,500,000.00", "2,958", "2,986", "14,295", "7.36"):
        assert figure in printed
    assert "平衡 holds for every loan and for the total" in printed
    assert "[memory]" in printed.split("担保基金卡")[1].split("\n\n")[0]


def test_the_control_sheet_shows_what_the_stored_accounts_add_up_to(first):
    path, printed = first
    figures = [in_fen(line.split()[-1]) for line in screen(printed, "结账控制表")[:-1]]
    of_half = "FROM microloan_account WHERE half_year = "
    (before,) = query(path, f"SELECT sum(closing_fen) {of_half} 20102")[0]
    opening, closing_fen, *counts = query(
        path,
        "SELECT sum(opening_fen), sum(closing_fen), sum(opening_fen > 0), "
        "sum(opening_fen = 0 AND disbursed_fen > 0), "
        "sum((opening_fen > 0 OR disbursed_fen > 0) AND closing_fen = 0), sum(closing_fen > 0) "
        f"{of_half} 20111",
    )[0]

    assert figures == [before, opening, closing_fen, *counts]
    assert "全部相符 everything agrees" in printed


def test_the_migration_matrix_begins_with_the_earlier_sheet_and_ends_with_the_later(first):
    path, printed = first
    rows = {row.split()[0]: row.split()[1:] for row in screen(printed, "迁徙矩阵")}
    grades = ["正常", "关注", "次级", "可疑", "损失"]
    owed, later = (
        query(
            path,
            "SELECT count(*), sum(closing_fen) FROM microloan_account WHERE half_year = "
            f"{half} AND (closing_fen > 0 OR arrears_principal_fen + arrears_interest_fen > 0)",
        )[0]
        for half in (20102, 20111)
    )

    assert sum(in_fen(rows[grade][-2]) for grade in grades) == owed[0]
    assert sum(in_fen(rows[grade][-1]) for grade in grades) == owed[1]
    stay = [cell for grade in grades for cell in rows[grade][:5]] + rows["新增"][1:6]
    assert sum(map(in_fen, stay)) == later[0]


def test_the_planted_faults_are_found_and_nothing_else_but_the_published_amounts(first):
    audit = first[1].split("\n核查 audit ")[1]
    found = re.findall(r"^  K\d\d .*(?:已发现 found|漏 missed)", audit, re.MULTILINE)
    others = re.findall(r"^    \S+：(\S+?)：", audit, re.MULTILINE)
    lent = query(
        first[0],
        "SELECT loan_id FROM microloan_loan WHERE principal_fen = 10000000 "
        "AND disbursed_on BETWEEN '2011-01-01' AND '2011-06-30' ORDER BY loan_id",
    )

    assert len(found) == 10
    assert not any("漏" in row for row in found)
    assert others == [loan_id for (loan_id,) in lent]


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_readme_shows_what_the_demo_prints(first, page):
    text = (ROOT / page).read_text(encoding="utf-8")
    shown = text.split("```text\n")[1].split("```")[0]

    assert len(shown.splitlines()) == 11
    assert f"\n{shown}" in first[1]
