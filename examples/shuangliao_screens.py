"""What an officer wants to see of the Shuangliao book, aligned, in Chinese and English."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby
from operator import itemgetter

from shuangliao_rows import BOOK_ENDS_ON, FUND, PUBLISHED
from sqlalchemy import Engine, Table, func, select

from microloan import (
    ZERO,
    BorrowerKind,
    Concern,
    Evidence,
    FundEntry,
    FundEntryKind,
    GuaranteeFund,
    HalfYear,
    HalfYearLedger,
    InterestQuarter,
    Leverage,
    Loan,
    Policy,
    cny,
    quarter_lines,
    ratio,
    show,
    total,
    watch_list,
)
from microloan.explain import pad, width
from microloan.fund import balance_steps
from microloan.money import Money, rounded
from microloan.store import Closing, UnitOfWork

HALF = HalfYear(2011, 1)
QUARTER = InterestQuarter(2011, 2)
SIMULATED = "模拟 simulated rows"
TRUST = {
    Evidence.SOURCE: "已见原文 read in a source",
    Evidence.LOCAL: "仅见地方规定 read in local rules only",
    Evidence.MEMORY: "未见全国性原文 [memory] the national text was not read",
}
CONCERNS = {
    Concern.GUARANTEE_OVER: "担保期满 guarantee over",
    Concern.CLAIM_OPEN: "可代偿 claim open",
    Concern.OVERDUE: "逾期 overdue",
    Concern.TO_RECOVER: "待追偿 to recover",
}


def print_screens(engine: Engine, book: str, outcome: Table, rules: Policy) -> None:
    """Print published totals, fund, half-year ledger, watch list, subsidy, large loans."""
    with UnitOfWork(engine, book=book) as uow:
        fund = uow.funds.get(FUND)
        loans = list(uow.loans.all())
        leverage = uow.leverage(FUND, under=rules, as_of=BOOK_ENDS_ON)
        ledger = uow.half_years.get(HALF)
        closing = uow.half_years.closing(HALF)
    with engine.connect() as connection:
        sums = select(func.sum(outcome.c.ventures), func.sum(outcome.c.jobs))
        ventures, jobs = connection.execute(sums).one()
    paid = {kind: show(fund.moved(kind, as_of=BOOK_ENDS_ON)) for kind in FundEntryKind}
    print_published(loans, paid[FundEntryKind.DEPOSIT], ventures, jobs)
    print_fund(leverage, paid)
    print_years(fund, loans, rules)
    print_ledger(ledger, closing)
    print_watch_list(loans)
    print_subsidy(loans, rules)
    print_above_ceiling(loans, rules)


def title(chinese: str, english: str, day: str) -> None:
    """Print the heading of a table; each says what it is as of, and that its rows are simulated."""
    print(f"\n{chinese} {english} · {day} · {SIMULATED}")
    print("─" * 100)


def table(rows: Iterable[Sequence[str]], columns: Sequence[int], *, gap: str = "  ") -> None:
    """Print rows in columns; a positive width is aligned left, a negative one right."""
    for row in rows:
        cells = [
            pad(cell, wide) if wide > 0 else " " * (-wide - width(cell)) + cell
            for cell, wide in zip(row, columns, strict=True)
        ]
        print("  " + gap.join(cells).rstrip())


def print_published(loans: Sequence[Loan], deposits: str, ventures: int, jobs: int) -> None:
    """Print the published totals beside those recomputed from the book."""
    title("公布数与复算数", "published and recomputed", f"{BOOK_ENDS_ON}")
    lent = total(loan.terms.principal for loan in loans)
    rows = [
        ("", "公布 published", "复算 recomputed"),
        (
            "借款人 borrowers",
            f"{PUBLISHED['borrowers']:,}",
            f"{len({x.borrower for x in loans}):,}",
        ),
        ("累计发放 lent to date", show(cny(PUBLISHED["lent"])), show(lent)),
        ("担保基金到位 fund paid in", show(cny(PUBLISHED["fund"])), deposits),
        ("创办实体 ventures", f"{PUBLISHED['ventures']:,}", f"{ventures:,}"),
        ("带动就业 jobs", f"{PUBLISHED['jobs']:,}", f"{jobs:,}"),
        ("2008 年发放 lent in 2008", "> 10,000,000.00", show(lent_in(loans, 2008))),
        ("2009 年发放 lent in 2009", "> 10,000,000.00", show(lent_in(loans, 2009))),
    ]
    table(rows, (30, -18, -18))
    multiple = ratio(lent, cny(PUBLISHED["fund"]), places=2)
    print(
        f"  累计发放 ÷ 基金 = {multiple}：不是放大倍数 (is no measure of leverage: loans revolve)"
    )


def lent_in(loans: Iterable[Loan], year: int) -> Money:
    """Return what was lent in a year."""
    return total(loan.terms.principal for loan in loans if loan.terms.disbursed_on.year == year)


def print_fund(leverage: Leverage, paid: dict[FundEntryKind, str]) -> None:
    """Print the fund card."""
    title("担保基金卡", "fund card", f"{leverage.as_of}")
    verdict = "未超上限 within the cap" if leverage.within_cap else "超上限 over the cap"
    rows = [
        ("入金 deposits", paid[FundEntryKind.DEPOSIT]),
        ("代偿 paid out", paid[FundEntryKind.CLAIM_PAYOUT]),
        ("追偿回收 recovered", paid[FundEntryKind.RECOVERY]),
        ("基金余额 balance", show(leverage.balance)),
        ("在保余额 exposure", show(leverage.exposure)),
        ("担保责任 covered exposure", show(leverage.covered_exposure)),
        ("放大倍数 multiple", f"{leverage.multiple} / {leverage.cap.value}  {verdict}"),
        ("可保余量 headroom", show(leverage.headroom)),
    ]
    table(rows[:6], (30, -18))
    table([rows[6]], (30, 40))
    table(rows[7:], (30, -18))
    cap = leverage.cap
    trust = TRUST[cap.evidence]
    print(f"  上限依据 cap by {cap.decree}, since {cap.since}; {trust}")


def print_years(fund: GuaranteeFund, loans: Sequence[Loan], rules: Policy) -> None:
    """Print for each year what was lent and paid in, and how near the fund came to its cap."""
    title("逐年放大倍数", "best multiple of each year", f"{BOOK_ENDS_ON}")
    steps = [(step.on, 0, step.exposure_fen) for loan in loans for step in loan.exposure_steps()]
    steps += [(on, change, 0) for on, change in balance_steps(fund.entries)]
    best: dict[int, tuple[Fraction, date]] = {}
    balance = exposure = 0
    for on, of_day in groupby(sorted(steps), key=itemgetter(0)):
        for _, more_balance, more_exposure in of_day:
            balance, exposure = balance + more_balance, exposure + more_exposure
        best[on.year] = max(best.get(on.year, (Fraction(0), on)), (Fraction(exposure, balance), on))
    rows = [("年 year", "放款 lent", "入金 deposits", "最高倍数 best", "当日 on", "上限 cap")]
    for year, (multiple, on) in best.items():
        paid_in = total(entry.amount for entry in fund.entries if _deposit_of(entry, year))
        lent, cap = show(lent_in(loans, year)), rules.leverage_cap.at(on).value
        rows.append((str(year), lent, show(paid_in), f"{rounded(multiple, 4)}", str(on), str(cap)))
    table(rows, (8, -15, -15, -15, 12, -10))


def _deposit_of(entry: FundEntry, year: int) -> bool:
    return entry.kind is FundEntryKind.DEPOSIT and entry.on.year == year


def print_ledger(ledger: HalfYearLedger, closing: Closing) -> None:
    """Print the first rows of the half-year ledger, its totals and its identity."""
    title("半年还款台账", "half-year ledger", f"{ledger.half}, {ledger.half.last_day}")
    head = ("贷款 loan", "期初", "放款", "还本", "付息", "代偿", "追回", "调整", "期末", "逾期")
    english = ("", "opening", "lent", "principal", "interest", "by fund", "recovered", "adjusted")
    rows = [head, (*english, "closing", "arrears")]
    for line in ledger.lines[:8]:
        of = line.account
        amounts = (of.opening, of.disbursed, of.repaid_principal, of.repaid_interest)
        more = (of.paid_by_fund, of.recovered, of.adjustments, of.closing, of.arrears)
        rows.append((line.loan_id, *map(show, (*amounts, *more))))
    table(rows, (12, *[-9] * 9), gap=" ")
    sums = ledger.totals
    shown = len(rows) - 2
    print(f"  以上 {shown} 笔 (the first {shown}); 合计 total of {sums.loans:,} loans")
    steps = [
        ("期初余额 opening", "", sums.opening),
        ("放款 disbursed", "+", sums.disbursed),
        ("还本 principal repaid", "−", sums.repaid_principal),
        ("代偿 paid by the fund", "−", sums.paid_by_fund),
        ("追回本金 recovered for lenders", "−", sums.recovered),
        ("调整 adjustments", "±", sums.adjustments),
        ("期末余额 closing", "=", sums.closing),
    ]
    table(((name, sign, show(amount)) for name, sign, amount in steps), (32, 1, -16))
    broken = len(ledger.broken)
    holds = "平衡 holds" if sums.balances and not broken else f"不平 broken in {broken} lines"
    print(f"  恒等式 identity: {holds} for every loan and for the total")
    print(f"  结账 closed on {closing.closed_on}; 锚 anchor {closing.anchor[:16]}…")


def print_watch_list(loans: Sequence[Loan]) -> None:
    """Print the watch list: how many of each concern, and the first of them."""
    title("关注名单", "watch list", f"{BOOK_ENDS_ON}")
    watched = watch_list(loans, as_of=BOOK_ENDS_ON)
    shown = watched[:10]
    count = Counter(watch.concern for watch in watched)
    print("  " + " · ".join(f"{name} {count[concern]}" for concern, name in CONCERNS.items()))
    head = ("贷款 loan", "原因 concern", "逾期天数 days", "拖欠 arrears", "待追偿 subrogated")
    rows = [(*head, "申请截止 claim by")]
    for watch in shown:
        days, by = f"{watch.days_past_due:,}", str(watch.claim_by)
        amounts = (show(watch.arrears), show(watch.subrogated))
        rows.append((watch.loan_id, CONCERNS[watch.concern], days, *amounts, by))
    table(rows, (12, 24, -13, -13, -17, 17))
    print(f"  以上 {len(shown)} 笔，共 {len(watched):,} 笔 (the first of {len(watched):,})")


def print_subsidy(loans: Sequence[Loan], rules: Policy) -> None:
    """Print the subsidy of an interest quarter: the first lines, the totals, and why."""
    day = f"{QUARTER}, {QUARTER.first_day} - {QUARTER.last_day}"
    title("季度贴息", "subsidy of the quarter", day)
    lines = quarter_lines(loans, QUARTER, under=rules)
    rows = [("贷款 loan", "应付日 due", "利息 interest", "财政 treasury", "借款人 borrower")]
    for line in lines[:5]:
        parts = (show(line.interest), show(line.treasury), show(line.borrower))
        rows.append((line.loan_id, f"{line.due_on}", *parts))
    sums = (
        total(line.interest for line in lines),
        total(line.treasury for line in lines),
        total(line.borrower for line in lines),
    )
    rows.append(("…", "", "", "", ""))
    rows.append((f"合计 {len(lines):,} 笔", "", *map(show, sums)))
    table(rows, (12, 12, -15, -15, -17))
    explained = next(line for line in lines if line.treasury > ZERO)
    print("\n  " + str(explained.explain()).replace("\n", "\n  "))


def print_above_ceiling(loans: Sequence[Loan], rules: Policy) -> None:
    """List the published amounts above the ceiling of their day; they enter as published."""
    title("超额度贷款", "published amounts above the ceiling of their day", f"{BOOK_ENDS_ON}")
    groups: dict[tuple[str, str, str], list[Loan]] = {}
    for loan in loans:
        ceiling = _ceiling(loan, rules)
        if ceiling != "" and (of := show(loan.terms.principal)):
            year = f"{loan.terms.disbursed_on.year}"
            groups.setdefault((year, of, ceiling), []).append(loan)
    rows = [("年 year", "笔数 loans", "金额 amount", "额度 ceiling", "首笔 first")]
    rows += [
        (year, str(len(found)), amount, ceiling, found[0].id)
        for (year, amount, ceiling), found in sorted(groups.items())
    ]
    table(rows, (8, -10, -13, -24, 14))


def _ceiling(loan: Loan, rules: Policy) -> str:
    """Return the ceiling a loan is above, as text; empty where it is within it."""
    if loan.category.kind is not BorrowerKind.INDIVIDUAL:
        return "无规定 none in force"
    ceiling = rules.ceiling_of(loan.category, on=loan.terms.signed_on).value
    return show(cny(ceiling // 100)) if loan.terms.principal > cny(ceiling // 100) else ""
