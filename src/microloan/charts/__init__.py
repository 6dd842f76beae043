"""图表: leverage, headroom, maturities, vintages, migration, subsidy and what-ifs as Altair charts.

Every function returns a chart and shows nothing: a notebook shows it by itself, and
:func:`save_html` and :func:`save_svg` write it to a file that needs no network. The figures in a
chart are exact: whole fen in its data, amounts as text in its tooltips.

Altair is the extra ``charts``: ``pip install 'microloan[charts]'``. Importing this package needs
no extra; drawing does.
"""

from microloan.charts.headroom import draw_headroom
from microloan.charts.leverage_steps import draw_leverage
from microloan.charts.maturity import Maturity, draw_maturities, maturity_ladder
from microloan.charts.migration_grid import draw_migration
from microloan.charts.picture import render_as_svg, save_html, save_svg
from microloan.charts.scenario_lines import draw_scenarios
from microloan.charts.subsidy_bars import draw_subsidy
from microloan.charts.vintage import Vintage, VintageEnd, vintages_of
from microloan.charts.vintage_lines import draw_vintages

__all__ = [
    "Maturity",
    "Vintage",
    "VintageEnd",
    "draw_headroom",
    "draw_leverage",
    "draw_maturities",
    "draw_migration",
    "draw_scenarios",
    "draw_subsidy",
    "draw_vintages",
    "maturity_ladder",
    "render_as_svg",
    "save_html",
    "save_svg",
    "vintages_of",
]
