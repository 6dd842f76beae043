"""The menu: every command, its options and what they mean, in two languages side by side."""

import os
from argparse import (
    SUPPRESS,
    ArgumentParser,
    Namespace,
    RawDescriptionHelpFormatter,
)
from enum import Enum
from importlib.metadata import version
from typing import Final

from microloan.category import BorrowerKind
from microloan.clauses import Amortization, Prepayment
from microloan.command.typed import day, half_year, quarter, whole
from microloan.periods import DayCount
from microloan.policy import Region
from microloan.table import Language

_ABOUT: Final = """\
创业担保贷款台账的命令行。The command line of a loan-guarantee office.

The database is named by --database or by the variable MICROLOAN_DATABASE, such as
sqlite:///office.db or postgresql://user@host/name, the book by --book or MICROLOAN_BOOK.
Amounts are yuan, rates percent, days ISO.
Exit status: 0 done, 1 refused or something found, 2 the command line is wrong.
"""


def language_of(options: Namespace) -> Language:
    """Return the language of the answer; offices read Chinese unless they ask for English."""
    return Language(getattr(options, "lang", Language.ZH.value))


def parser() -> ArgumentParser:
    """Return what reads the command line."""
    form = ArgumentParser(
        prog="microloan",
        description=_ABOUT,
        formatter_class=RawDescriptionHelpFormatter,
        parents=[_spoken()],
        allow_abbrev=False,
    )
    form.add_argument("--version", action="version", version=f"microloan {version('microloan')}")
    commands = form.add_subparsers(title="命令 commands", required=True, metavar="COMMAND")
    for add, name, module, words in _COMMANDS:
        command = commands.add_parser(
            name,
            help=words,
            description=words,
            parents=[_spoken()],
            allow_abbrev=False,
        )
        command.set_defaults(module=f"microloan.command.{module}", misuse=command.error)
        add(command)
    return form


def _spoken() -> ArgumentParser:
    """Return the options of every command; they may stand before its name and after it."""
    common = ArgumentParser(add_help=False)
    group = common.add_argument_group("输出 output")
    group.add_argument(
        "--lang", choices=_values(Language), default=SUPPRESS, help="语言 language (zh)"
    )
    group.add_argument(
        "--json", action="store_true", default=SUPPRESS, help="输出 JSON for programs"
    )
    group.add_argument(
        "--quiet", action="store_true", default=SUPPRESS, help="不显示进度 no progress"
    )
    return common


def _place(form: ArgumentParser, *, required: bool) -> None:
    group = form.add_argument_group("地区 place")
    group.add_argument(
        "--region",
        choices=_values(Region),
        required=required,
        help="地区 group of provinces",
    )
    group.add_argument(
        "--seven-eastern", action="store_true", help="东部七省市 one of the seven eastern provinces"
    )
    group.add_argument("--poor-area", action="store_true", help="贫困（脱贫）地区 a poor area")
    group.add_argument(
        "--overlay", metavar="NAME", help="地方规定 a local rule: a shipped name or a file.toml"
    )
    group.add_argument("--lpr", metavar="FILE", help="较新的 LPR newer prime rates, CSV")


def _book(form: ArgumentParser) -> None:
    _database(form)
    _named(form, "--book", "MICROLOAN_BOOK", "CODE", "台账编号 the book")


def _database(form: ArgumentParser) -> None:
    _named(form, "--database", "MICROLOAN_DATABASE", "URL", "数据库地址 the database")


def _named(form: ArgumentParser, option: str, variable: str, metavar: str, words: str) -> None:
    """Add an option that a variable of the environment may stand for."""
    known = os.environ.get(variable)
    form.add_argument(
        option,
        metavar=metavar,
        default=known,
        required=known is None,
        help=f"{words}; else ${variable}",
    )


def _rules(form: ArgumentParser) -> None:
    form.add_argument("--on", type=day, required=True, metavar="DATE", help="签订日 signing day")
    form.add_argument(
        "--measure",
        action="append",
        metavar="NAME",
        help="只看某些事项 only these measures, such as ceiling; may be repeated",
    )
    _place(form, required=False)


def _schedule(form: ArgumentParser) -> None:
    add = form.add_argument
    add("--principal", required=True, metavar="YUAN", help="本金 principal")
    add("--rate", required=True, metavar="PERCENT", help="年利率 yearly rate in percent")
    add("--months", type=whole, required=True, help="期限（月）term")
    add("--disbursed-on", type=day, required=True, metavar="DATE", help="放款日 disbursement")
    ways = [one.value for one in Amortization if one is not Amortization.CUSTOM]
    add("--amortization", required=True, choices=ways, help="还款方式 how principal comes back")
    add(
        "--day-count",
        required=True,
        choices=_values(DayCount),
        help="计息方式 how days are counted",
    )
    add("--signed-on", type=day, metavar="DATE", help="签订日 signing day, if another")
    add("--interval-months", type=whole, default=1, help="还款间隔（月）between payments (1)")
    add("--grace-months", type=whole, default=0, help="还本宽限（月）without principal (0)")
    add("--settlement-day", type=whole, metavar="DAY", help="结息日 fixed day of the month")


def _import(form: ArgumentParser) -> None:
    add = form.add_argument
    add("files", nargs="+", metavar="FILE", help="台账文件 ledgers: xlsx, xls, ods or csv")
    add("--on", type=day, required=True, metavar="DATE", help="入账日 day of admission")
    add("--as-of", type=day, metavar="DATE", help="余额截止日 day on which 贷款余额 must agree")
    add("--dry-run", action="store_true", help="只检查，不入账 read and report, store nothing")
    add(
        "--good-rows",
        action="store_true",
        help="有错时仍导入无误的贷款 store the good loans although others have faults",
    )
    _unstated(form)
    _book(form)
    _place(form, required=True)


def _unstated(form: ArgumentParser) -> None:
    """Add what a ledger leaves out because it is the same for all of its loans."""
    group = form.add_argument_group("台账未载明的事项 what the ledger has no column for")
    add = group.add_argument
    add("--lender", default="", help="经办银行 the bank")
    add("--borrower-kind", choices=_values(BorrowerKind), help="借款人类型 who borrows")
    add("--amortization", choices=_values(Amortization), help="还款方式 how principal comes back")
    add("--day-count", choices=_values(DayCount), help="计息方式 how days are counted")
    add("--interval-months", type=whole, default=1, help="还款间隔（月）between payments (1)")
    add("--settlement-day", type=whole, metavar="DAY", help="结息日 fixed day of the month")
    add("--surplus", choices=_values(Prepayment), help="多还时 what a payment above the due does")
    add("--fund", help="担保基金 the fund behind every loan")
    add("--coverage", metavar="PERCENT", help="担保责任比例 its share of a loss")
    add("--claimable-after-days", type=whole, metavar="DAYS", help="代偿等待天数 days past due")


def _values(kind: type[Enum]) -> list[str]:
    return [one.value for one in kind]


def _export(form: ArgumentParser) -> None:
    form.add_argument("file", help="要写的文件 the xlsx file to write")
    what = form.add_mutually_exclusive_group(required=True)
    add = what.add_argument
    add("--ledger", type=day, metavar="DATE", help="贷款与还款台账 both ledgers, 余额 of that day")
    add("--half", type=half_year, metavar="2024H1", help="半年还款台账 a half-year that is closed")
    add("--watch", type=day, metavar="DATE", help="关注名单 the watch list of a day")
    add("--request", type=quarter, metavar="2024Q1", help="贴息申请 a bank's request, see --lender")
    form.add_argument("--lender", help="经办银行 the bank of the request")
    _book(form)


def _close(form: ArgumentParser) -> None:
    form.add_argument("half", type=half_year, metavar="HALF", help="半年 half-year, such as 2024H1")
    form.add_argument("--on", type=day, required=True, metavar="DATE", help="结账日 day of closing")
    _book(form)


def _audit(form: ArgumentParser) -> None:
    add = form.add_argument
    add("--as-of", type=day, required=True, metavar="DATE", help="核查日 day of the audit")
    group = form.add_argument_group("核查口径 limits that no decree sets")
    add = group.add_argument
    add("--tolerance", required=True, metavar="YUAN", help="容差 by how much sums may differ")
    add("--unpaid-days", type=whole, required=True, help="拖欠天数 days a subsidy may stay unpaid")
    add("--cluster-size", type=whole, required=True, help="集中笔数 how many alike are too many")
    add("--days-between", type=whole, required=True, help="间隔天数 days between two loans")
    add(
        "--outflow",
        action="append",
        default=[],
        metavar="KIND",
        help="许可的支出类型 a way in which money may leave a fund; may be repeated",
    )
    add("--least-age", type=whole, help="最低年龄 least age of a borrower")
    _book(form)
    _place(form, required=True)


def _verify(form: ArgumentParser) -> None:
    form.add_argument("--anchor", metavar="FILE", help="留存的锚定值 an anchor kept elsewhere")
    form.add_argument(
        "--keep-anchor", metavar="FILE", help="核验无误后写出锚定值 write today's anchor if sound"
    )
    _book(form)


def _migrate(form: ArgumentParser) -> None:
    form.add_argument("--to", default="head", metavar="VERSION", help="版本 version (the last)")
    _database(form)


def _leverage(form: ArgumentParser) -> None:
    form.add_argument("--as-of", type=day, required=True, metavar="DATE", help="日期 the day")
    form.add_argument("--fund", help="基金 code of a fund; else every fund of the book")
    form.add_argument("--explain", action="store_true", help="列出计算步骤 show the steps")
    _book(form)
    _place(form, required=True)


_COMMANDS: Final = (
    (_rules, "rules", "rule_book", "某日施行的规定 the rules of a day, place beside place"),
    (_schedule, "schedule", "repayment_plan", "还款计划 the repayment plan of a loan"),
    (_leverage, "leverage", "fund_standing", "放大倍数 how far a fund is from its cap"),
    (_import, "import", "file_intake", "导入台账 read loans and repayments from a file"),
    (_export, "export", "file_output", "导出台账 write the ledger or a closed half-year"),
    (_close, "close", "half_year_end", "结账 close a half-year"),
    (_audit, "audit", "book_audit", "核查 what the checks find about a book"),
    (_verify, "verify", "proof", "核验 whether a book is as it was written"),
    (_migrate, "migrate", "table_version", "建表与升级 make the tables, or bring them up to date"),
)
