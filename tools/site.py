"""Build the documentation site, or write the pages of its reference.

python tools/site.py [FOLDER]      build into FOLDER (build/site) and look at what was built
python tools/site.py reference     write docs/reference/ from the public names

A warning of Sphinx fails the build, and so does a page that would ask the network for anything.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from importlib import import_module
from inspect import isclass, isfunction, ismodule, unwrap
from itertools import pairwise
from pathlib import Path
from re import findall
from typing import Final

from vocabulary import LIST, in_order, read

ROOT: Final = Path(__file__).resolve().parent.parent
DOCS: Final = ROOT / "docs"
REFERENCE: Final = DOCS / "reference"
LOADED_BY: Final = {
    ".css": r"(?:url\(|@import )\s*['\"]?((?:https?:)?//[^'\")\s]+)",
    ".js": r"(?:fetch|import|importScripts)\(\s*['\"]((?:https?:)?//[^'\"]+)",
    ".svg": r"(?:href=|src=|url\(|@import )\s*['\"]?((?:https?:)?//[^'\")\s]+)",
}
"""How a file that is no page would name what it loads from elsewhere."""
DATA: Final = "py:data"
SITE: Final = ROOT / "build" / "site"

ROOMS: Final = {
    "money-and-days": (
        "Money, rates and days 金额、利率与日期",
        "money rate periods months anniversary dated due_dates explain quotient finding id_number",
    ),
    "contract": (
        "What was agreed 合同",
        "terms clauses category penalty party application admission dossier",
    ),
    "plan": (
        "What should happen 还款计划",
        "schedule annuity payoff scenario coming_due fallen_due expected_list",
    ),
    "loan": (
        "What did happen 贷款与还款",
        (
            "loan ledger fold flows payment position account delinquency amendment default "
            "recovery repricing"
        ),
    ),
    "fund": (
        "The guarantee fund 担保基金",
        (
            "guarantee fund fund_ledger fund_decision fund_money fund_outflow fund_path "
            "fund_statement leverage exposure commitment approval pledge sublimit suspension "
            "upper_share loss claim claim_filing subrogation yearly_payouts lender_risk risk "
            "stress stress_path"
        ),
    ),
    "subsidy": (
        "The subsidy 贴息",
        (
            "subsidy subsidy_line entitlement levels request request_line refund correction budget "
            "filing submission clearing ageing subsidy_plan"
        ),
    ),
    "half-year": (
        "The half-year ledger 半年还款台账",
        (
            "halfyear frozen_line ledger_group ledger_notes late_fact control stay assignment "
            "migration window"
        ),
    ),
    "follow-up": (
        "Visits, reminders, grades 贷后管理",
        "visit due_visit contact reminder grade overdue blacklist tracking portfolio",
    ),
    "bank": (
        "The bank's list 银行对账",
        "bank_row bank_list bank_difference reconciliation loan_match repayment_match",
    ),
    "refusals": ("Refusals 拒绝", "errors"),
}
"""Which public names stand on which page: those of these modules; others stand on ``more``."""
PACKAGES: Final = {
    "policies": ("The law as data 政策", "policy"),
    "checks": ("Checks 核查", "checks"),
    "programme": ("Programme and reports 计划与公报", "programme"),
    "returns": ("Statistical forms 统计报表", "returns"),
    "store": ("The store 台账数据库", "store store.migrations"),
    "tables": ("Tables and frames 表", "table"),
    "charts": ("Charts 图", "charts"),
    "spreadsheets": ("Spreadsheets 电子表格", "excel"),
    "strategies": ("Strategies and laws 性质测试", "strategies laws"),
    "command-line": ("Command line 命令行", "command"),
}
"""Packages with a list of public names of their own."""


def main(arguments: list[str]) -> int:
    """Do what the command line asks for and return the exit status."""
    if arguments == ["reference"]:
        for page, text in reference_pages().items():
            (REFERENCE / page).write_text(text, encoding="utf-8")
            print(f"docs/reference/{page}: {text.count('.. auto')} names")
        return 0
    return build(Path(arguments[0]) if arguments else SITE)


def reference_pages() -> dict[str, str]:
    """Return the pages of the reference by file name; every public name stands on one of them."""
    homes, seen = names_by_module(), set[int]()
    pages = {}
    for page, (title, modules) in ROOMS.items():
        pages[f"{page}.md"] = _page(
            title, {home: homes.pop(home, []) for home in modules.split()}, seen
        )
    packages = {home for _, listed in PACKAGES.values() for home in listed.split()}
    rest = {home: names for home, names in homes.items() if home not in packages}
    if any(rest.values()):
        pages["more.md"] = _page("More 其他", rest, seen)
    for page, (title, listed) in PACKAGES.items():
        modules = {home: public_names(f"microloan.{home}") for home in listed.split()}
        pages[f"{page}.md"] = _page(title, modules, seen)
    return {"index.md": _contents(pages), **pages}


def names_by_module() -> dict[str, list[str]]:
    """Return the public names of ``microloan`` by the module that stands on a page for them."""
    found: dict[str, list[str]] = {}
    for home, names in read(LIST.read_text(encoding="utf-8")).names.items():
        found.setdefault(_room_of(home), []).extend(names)
    return {home: in_order(names) for home, names in found.items()}


def _room_of(home: str) -> str:
    """Return the module that a page names: of a package of one page, the package itself."""
    known = {module for _, modules in ROOMS.values() for module in modules.split()}
    package = home.partition(".")[0]
    return home if home in known else package


def public_names(package: str) -> list[str]:
    """Return the public names of a package; what is not there yet has none."""
    return list(import_module(package).__all__)


def _page(title: str, modules: dict[str, list[str]], seen: set[int]) -> str:
    return "\n".join([f"# {title}", "", *_sections(modules, seen)]).rstrip() + "\n"


def _sections(modules: dict[str, list[str]], seen: set[int]) -> Iterator[str]:
    """Yield a section for each module; what another page describes is not put into the index."""
    packages = {one for _, listed in PACKAGES.values() for one in listed.split()}
    for home, names in modules.items():
        if not names:
            continue
        about = (import_module(f"microloan.{home}").__doc__ or "").partition("\n")[0]
        yield f"## {home}\n\n{about}\n\n```{{eval-rst}}"
        prefix = f"microloan.{home}" if home in packages else "microloan"
        for name in names:
            thing = getattr(import_module(prefix), name)
            yield f".. {_directive(thing)}:: {prefix}.{name}"
            if id(thing) in seen:
                yield "   :no-index:"
            elif _directive(thing) == DATA and (text := said_of(name, home)):
                yield f"\n   {text}\n"
            seen.add(id(thing))
        yield "```\n"


def _directive(thing: object) -> str:
    if ismodule(thing):
        return "automodule"
    if isclass(thing):
        return "autoexception" if issubclass(thing, Exception) else "autoclass"
    is_function = callable(thing) and isfunction(unwrap(thing))
    return "autofunction" if is_function else DATA


def said_of(name: str, home: str) -> str:
    """Return the text under a constant in the source; Sphinx would describe its type instead."""
    place = ROOT / "src" / "microloan" / home.replace(".", "/")
    sources = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    for source in sources:
        for one, after in pairwise(ast.parse(source.read_text(encoding="utf-8")).body):
            targets = one.targets if isinstance(one, ast.Assign) else []
            targets += [one.target] if isinstance(one, ast.AnnAssign) else []
            named = any(isinstance(each, ast.Name) and each.id == name for each in targets)
            if named and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                return " ".join(str(after.value.value).split())
    return ""


def _contents(pages: Iterable[str]) -> str:
    listed = "\n".join(page.removesuffix(".md") for page in pages)
    return (
        "# Reference 参考\n\nEvery public name, by the room it belongs to. Names of the first "
        "pages are imported from\n`microloan`, those of a package from that package.\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n"
    )


def build(folder: Path) -> int:
    """Build the site and look at every page of it; return the exit status."""
    sphinx = import_module("sphinx.cmd.build")
    doctrees = folder.parent / f"{folder.name}.doctrees"
    status: int = sphinx.main(
        ["-W", "--keep-going", "-q", "-b", "html", "-d", str(doctrees), str(DOCS), str(folder)]
    )
    asked = sorted(network_addresses(folder))
    for line in asked:
        print(f"asks the network: {line}")
    pages = len(list(folder.rglob("*.html")))
    print(f"{pages} pages in {folder}")
    return 1 if status or asked else 0


def network_addresses(folder: Path) -> Iterator[str]:
    """Yield what a browser would load from elsewhere, page by page; links do not load."""
    for page in sorted(folder.rglob("*.*")):
        if page.suffix == ".html":
            reader = _Loads()
            reader.feed(_text(page))
            found = reader.found
        elif page.suffix in LOADED_BY:
            found = findall(LOADED_BY[page.suffix], _text(page))
        else:
            continue
        for address in found:
            yield f"{page.relative_to(folder)}: {address}"


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8", errors="replace")


class _Loads(HTMLParser):
    """Gathers the addresses that a page loads while it is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag loads; ``a`` only leads somewhere."""
        given = dict(attrs)
        loads = {"link": "href"}.get(tag, "src")
        relation = given.get("rel") or ""
        harmless = tag == "a" or (tag == "link" and relation in {"canonical", "search", "index"})
        address = given.get(loads) or ""
        if not harmless and address.startswith(("http:", "https:", "//")):
            self.found.append(f"{tag} {address}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
