"""The leverage of the Shuangliao fund, 2004-2011, as one page to open in a browser.

Run it with ``python3 dev.py chart``. It reads the book that ``python3 dev.py demo`` keeps, or
builds it first; the page it writes needs no network. All rows are 模拟 simulated.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from shuangliao import BOOK, build, office
from shuangliao_rows import BOOK_ENDS_ON, FUND
from sqlalchemy import URL, create_engine

from microloan import policy, show
from microloan.charts import draw_leverage, save_html
from microloan.store import UnitOfWork, create_all


def main(arguments: Sequence[str]) -> None:
    """Write the chart, and say where it is and what it shows."""
    home = Path(__file__).resolve().parent.parent
    options = ArgumentParser(prog="dev.py chart", description="Draw the leverage of the demo.")
    options.add_argument("page", nargs="?", default=home / "leverage.html", help="what is written")
    options.add_argument("--book", default=home / "shuangliao.db", help="the SQLite file")
    given = options.parse_args(arguments)
    for path in (given.page, given.book):
        if not Path(path).parent.is_dir():
            options.error(f"there is no folder {Path(path).parent}")
        if Path(path).is_dir():
            options.error(f"{path} is a folder, not a file")
    rules = policy.load("cn", region="central")
    engine = create_engine(URL.create("sqlite", database=str(given.book)))
    try:
        create_all(engine)
        office.create_all(engine)
        build(engine, rules)
        with UnitOfWork(engine, book=BOOK) as uow:
            fund = uow.funds.get(FUND)
            path = uow.leverage_path(FUND, under=rules, until=BOOK_ENDS_ON)
    finally:
        engine.dispose()
    page = save_html(draw_leverage(path, fund), given.page)
    worst, last = path.worst, path.points[-1]
    print(f"最高 worst {worst.multiple} · {worst.as_of}，上限 cap {worst.cap.value}")
    print(f"期末 last  {last.multiple} · {last.as_of}，可保余量 headroom {show(last.headroom)}")
    print(f"图表 chart {page}")


if __name__ == "__main__":
    main(sys.argv[1:])
