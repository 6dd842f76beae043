"""Draw the pictures of docs/pictures from the demo's book: charts as SVG, the fund card as PNG.

``python tools/pictures.py`` reads the book that ``python3 dev.py demo`` keeps. The fund card is
photographed by a browser, chromium by default; without one the cards stay as they are.
"""

import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL, create_engine

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    FrozenLedger,
    GuaranteeFund,
    LeveragePath,
    Loan,
    LoanTerms,
    NewLending,
    Policy,
    Scenario,
    Settlement,
    cny,
    compare_scenarios,
    migrate,
    percent,
    plan_year,
    policy,
)
from microloan.charts import (
    draw_headroom,
    draw_leverage,
    draw_maturities,
    draw_migration,
    draw_scenarios,
    draw_subsidy,
    draw_vintages,
    maturity_ladder,
    save_svg,
    vintages_of,
)
from microloan.fund_card import FundCard
from microloan.store import UnitOfWork

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
BOOK, FUND = "990382", "SL-FUND"
TODAY = date(2011, 12, 31)
BEYOND_DAYS = 90
PAGE = """<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 20px; background: {ground}; color: {ink};
font: 15px "Noto Sans CJK SC", sans-serif }}</style><body>{card}"""
SHADES = {"fund-card": ("#ffffff", "#1f2328"), "fund-card-dark": ("#0d1117", "#e6edf3")}
CARD = "640,510"  # the size of the photograph


class Read(NamedTuple):
    """What the pictures are drawn from."""

    rules: Policy
    fund: GuaranteeFund
    path: LeveragePath
    loans: list[Loan]
    sheets: list[FrozenLedger]


def main(arguments: Sequence[str]) -> None:
    """Draw all pictures and say where they are."""
    options = ArgumentParser(description="Draw the pictures of the documentation.")
    options.add_argument("--book", type=Path, default=ROOT / "shuangliao.db", help="SQLite file")
    options.add_argument("--browser", default="chromium", help="the browser for the fund card")
    given = options.parse_args(arguments)
    if not given.book.exists():
        options.error(f"there is no book at {given.book}; make it with: python3 dev.py demo")
    PICTURES.mkdir(exist_ok=True)
    found = read(given.book)
    for picture in [*charts(found), *cards(found, given.browser)]:
        print(picture.relative_to(ROOT))


def read(book: Path) -> Read:
    """Read the book."""
    rules = policy.load("cn", region="central")
    engine = create_engine(URL.create("sqlite", database=str(book)))
    with UnitOfWork(engine, book=BOOK) as uow:
        found = Read(
            rules=rules,
            fund=uow.funds.get(FUND),
            path=uow.leverage_path(FUND, under=rules, until=TODAY),
            loans=list(uow.loans.guaranteed_by(FUND)),
            sheets=[uow.half_years.frozen(half) for half in uow.half_years.closed()],
        )
    engine.dispose()
    return found


def charts(found: Read) -> list[Path]:
    """Draw the charts."""
    rules, fund, path, loans, sheets = found
    west = policy.load("cn", region="west")
    recent = LeveragePath(
        points=tuple(point for point in path.points if point.as_of.year > TODAY.year - 3),
        until=path.until,
    )
    drawn = {
        "leverage": draw_leverage(path, fund),
        "headroom": draw_headroom(recent, of=cny(50_000)),
        "maturities": draw_maturities(fund, maturity_ladder(fund, loans, as_of=TODAY, halves=5)),
        "vintages": draw_vintages(
            vintages_of(sheets, beyond_days=BEYOND_DAYS), beyond_days=BEYOND_DAYS
        ),
        "migration": draw_migration(migrate(sheets[-2], sheets[-1], under=rules)),
        "scenarios": draw_scenarios(what_ifs(found)),
        "subsidy": draw_subsidy(
            plan_year(made_up(), year=2020, under=west, on=date(2019, 11, 4)).quarters
        ),
    }
    return [save_svg(chart, PICTURES / f"{name}.svg") for name, chart in drawn.items()]


def what_ifs(found: Read) -> Sequence:
    """Return what becomes of the fund if none, one in twenty or one in ten fails."""
    live = [loan for loan in found.loans if loan.schedule[-1].due_on.year >= TODAY.year]
    lending = NewLending(
        amount=cny(12_950_000), terms=live[-1].terms, guarantee=live[-1].promise(FUND)
    )
    asked = [
        Scenario(
            name=name,
            default_rate=percent(failing),
            recovery_rate=percent(30),
            new_lending=lending,
        )
        for name, failing in (("如期归还", 0), ("二十户一户", 5), ("十户一户", 10))
    ]
    return compare_scenarios(
        found.fund, found.loans, asked, under=found.rules, as_of=TODAY, halves=6
    )


def made_up() -> list[Loan]:
    """Return simulated loans of 2018 and 2019, whose subsidy two levels bear."""
    return [
        Loan.grant(
            f"HT-{number}",
            borrower=f"B-{number}",
            lender="BANK-03",
            category=Category(kind=BorrowerKind.INDIVIDUAL, groups={"returning_migrant"}),
            terms=LoanTerms(
                principal=cny(100_000 + 10_000 * (number % 20)),
                annual_rate=percent("5.75"),
                disbursed_on=date(2018 + number % 2, 1 + number % 10, 1 + number % 28),
                months=24,
                amortization=Amortization.INTEREST_ONLY,
                day_count=DayCount.ACT_360,
                interval_months=3,
                settlement=Settlement(20),
            ),
        )
        for number in range(1, 81)
    ]


def cards(found: Read, browser: str) -> list[Path]:
    """Photograph the fund card, as a notebook shows it, on a light and on a dark page."""
    program = shutil.which(browser)
    if program is None:
        print(f"there is no {browser}: the fund cards stay as they are")
        return []
    card = FundCard.of(found.fund, found.path.at(TODAY)).to_html()
    return [photograph(program, name, card) for name in SHADES]


def photograph(program: str, name: str, card: str) -> Path:
    """Photograph a card on one of the pages."""
    ground, ink = SHADES[name]
    picture = PICTURES / f"{name}.png"
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "card.html"
        page.write_text(PAGE.format(ground=ground, ink=ink, card=card), encoding="utf-8")
        quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
        size = ("--force-device-scale-factor=2", f"--window-size={CARD}", "--hide-scrollbars")
        where = (f"--user-data-dir={folder}/profile", f"--screenshot={picture}", page.as_uri())
        subprocess.run((program, *quiet, *size, *where), check=True, capture_output=True)
    return picture


if __name__ == "__main__":
    main(sys.argv[1:])
