"""The risk ledger of the Shuangliao book: control sheet, grades, migration, planted faults found.

The book itself is sound: it refuses what it can refuse. What audits found stood in files beside it,
so the faults of this example are planted in such files, and the checks have to find them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from shuangliao_rows import BOOK_ENDS_ON, FUND, PUBLISHED
from shuangliao_table import table, title

from microloan import (
    BankLoan,
    FrozenLedger,
    Grade,
    HalfYear,
    Loan,
    Policy,
    checks,
    cny,
    expected_rows,
    migrate,
    programme,
    show,
    subsidize,
)
from microloan.checks import (
    Audit,
    Business,
    Check,
    Facts,
    FundFlow,
    Limits,
    LoanFile,
    Person,
    SubsidyRow,
    Suretyship,
)
from microloan.dossier import Department, SignOff
from microloan.party import BlacklistEntry, ExcludedStatus, Status
from microloan.store import Closing

AUDITED = HalfYear(2011, 1)
A_DAY = timedelta(days=1)
LIMITS = Limits(
    tolerance=cny("0.01"),
    unpaid_days=360,
    cluster_size=2_000,
    days_between=30,
    outflows=frozenset({"claim_payout", "expense", "withdrawal"}),
)


def print_control(closing: Closing) -> None:
    """Print the control sheet of a closed half-year: what was checked before it was signed."""
    sheet = closing.control
    title("结账控制表", "control sheet", f"{closing.half}, closed on {closing.closed_on}")
    rows = [
        ("上期期末 closing before", show(sheet.previous)),
        ("本期期初 opening", show(sheet.totals.opening)),
        ("本期期末 closing", show(sheet.totals.closing)),
        ("期初在贷 loans brought forward", f"{sheet.brought_forward:,}"),
        ("本期新增 opened", f"{sheet.opened:,}"),
        ("本期结清 settled", f"{sheet.settled:,}"),
        ("期末在贷 carried", f"{sheet.carried:,}"),
    ]
    table(rows, (36, -18))
    verdict = "、".join(check.zh for check in sheet.failed) or "全部相符 everything agrees"
    print(f"  核对 checks: {verdict}")


def print_migration(earlier: FrozenLedger, later: FrozenLedger, rules: Policy) -> None:
    """Print how the loans moved from grade to grade between two closings."""
    matrix = migrate(earlier, later, under=rules)
    title("迁徙矩阵", "migration of grades", f"{matrix.earlier} → {matrix.later}")
    names = {None: "退出 gone"} | {grade: grade.zh for grade in Grade}
    columns: list[Grade | None] = [*Grade, None]
    rows = [
        ("期初 \\ 期末", *(names[grade] for grade in columns), "合计 loans", "余额 outstanding")
    ]
    for before in columns:
        cells = (
            f"{matrix.cell(before, after).loans:,}" if before or after else "" for after in columns
        )
        total = matrix.row(before)
        name = "新增 new" if before is None else before.zh
        rows.append((name, *cells, f"{total.loans:,}", show(total.outstanding_before)))
    table(rows, (12, *[-9] * 6, -11, -18), gap=" ")


def print_audit(loans: Sequence[Loan], rules: Policy) -> None:
    """Print which of the planted faults the checks find, and what they find besides."""
    lent = [loan for loan in loans if loan.terms.disbursed_on in AUDITED]
    facts, planted = plant(lent, rules)
    audit = checks.audit_loans(lent, facts, under=rules, as_of=BOOK_ENDS_ON)
    title("核查", "audit", f"{BOOK_ENDS_ON}, {len(lent):,} loans lent in {AUDITED}")
    rows = [("核查 check", "植入对象 planted", "发现 found", "")]
    rows += [_found(audit, check, subject) for check, subject in planted]
    table(rows, (20, 14, 12, 50))
    others = [
        finding
        for finding in audit.findings
        if (checks.check_of(finding), finding.subject) not in planted
    ]
    print(f"  另有 besides: {len(others)}")
    for finding in others:
        print(f"    {finding.in_chinese()}")
    silent = "、".join(check.name for check in audit.silent)
    print(f"  未核查（未提供名册）not asked, no list was given: {silent}")


def _found(audit: Audit, check: Check, subject: str) -> tuple[str, str, str, str]:
    found = [finding for finding in audit.of(check) if finding.subject == subject]
    verdict = "已发现 found" if found else "漏 missed"
    return f"{check.name} {check.zh}", subject, verdict, found[0].zh if found else ""


def plant(lent: Sequence[Loan], rules: Policy) -> tuple[Facts, list[tuple[Check, str]]]:
    """Return the files of an auditor with one fault of each kind in them, and where they are."""
    plain = [loan for loan in lent if loan.terms.principal == cny(30_000)][:8]
    twice, listed, paid, closed, lost, number, alone, surety = plain
    signed = listed.terms.signed_on
    row, unlent = a_row(twice, rules), a_row(lost, rules)
    bank = expected_rows(lent, as_of=BOOK_ENDS_ON, since=BOOK_ENDS_ON)
    facts = Facts(
        limits=LIMITS,
        subsidies=(row, replace(row, ref="下半年申请"), unlent),
        blacklist=(BlacklistEntry(person=listed.borrower, since=signed - 400 * A_DAY),),
        statuses=(
            ExcludedStatus(
                person=paid.borrower, status=Status.PUBLIC_PAYROLL, since=date(2005, 1, 1)
            ),
        ),
        businesses=(
            Business(
                loan_id=closed.id,
                holder=closed.borrower,
                opened_on=date(2008, 5, 6),
                closed_on=closed.terms.signed_on - A_DAY,
            ),
        ),
        bank_loans=tuple(
            row for row in bank if isinstance(row, BankLoan) and row.contract != lost.id
        ),
        flows=(
            FundFlow(
                fund_id=FUND, kind="repay_overdue", amount=cny(-50_000), on=BOOK_ENDS_ON, ref="支9"
            ),
        ),
        persons=(Person(id=number.borrower, id_number="990382198001010010"),),
        files=(
            LoanFile(
                loan_id=alone.id,
                prepared_by="U-1",
                decided_on=alone.terms.signed_on,
                sign_offs=(
                    SignOff(
                        department=Department.EMPLOYMENT, person="U-1", on=alone.terms.signed_on
                    ),
                ),
            ),
        ),
        suretyships=(Suretyship(person=surety.borrower, loan_id=twice.id),),
        reports=(programme.read_report("双辽 2011", published()),),
    )
    return facts, [
        (Check.K01, twice.id),
        (Check.K08, surety.borrower),
        (Check.K09, listed.id),
        (Check.K10, paid.id),
        (Check.K11, closed.id),
        (Check.K12, lost.id),
        (Check.K17, FUND),
        (Check.K23, "户均贷款"),
        (Check.K24, number.borrower),
        (Check.K25, alone.id),
    ]


def a_row(loan: Loan, rules: Policy) -> SubsidyRow:
    """Return the row of a file that asks for the first line of subsidy a loan is entitled to."""
    line = subsidize(loan, under=rules, as_of=BOOK_ENDS_ON)[0]
    return SubsidyRow(
        loan_id=loan.id,
        ref="上半年申请",
        opens_on=line.segments[0].opens_on,
        closes_on=line.segments[-1].closes_on,
        contract=loan.terms.principal,
        principal=loan.terms.principal,
        annual_rate=loan.terms.annual_rate,
        interest=line.interest,
        subsidy=line.treasury,
    )


def published() -> list[dict[str, str]]:
    """Return what the published totals say, with a decimal slip in the amount lent."""
    borrowers, ventures = f"{PUBLISHED['borrowers']:,}", f"{PUBLISHED['ventures']:,}"
    slipped = f"{PUBLISHED['lent'] // 1_000:,}万"  # 84.6 million yuan are 8,460 万
    source = "Shuangliao lent 20,000 to 100,000 to a person"
    return [
        {
            "relation": "ceiling",
            "of": "户均贷款",
            "amount": slipped,
            "count": borrowers,
            "ceiling": "10万整",
            "source": source,
        },
        {"relation": "series", "of": "实体不少于借款人", "values": f"{borrowers}; {ventures}"},
    ]
