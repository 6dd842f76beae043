"""统计报表: the statistical returns of an office, as rows with their Chinese headers."""

from microloan.returns.cell import Cell, FigureUnit, Flow, Stock, add_up, change, over_time
from microloan.returns.central_bank import Backing, central_bank_form
from microloan.returns.five_tier import LoanFacts, SecurityWay, five_tier_form
from microloan.returns.form import Form, FormRow, total_over_time
from microloan.returns.heading import ENTERPRISES, HEADINGS, OTHERS, WOMEN, Heading
from microloan.returns.indicator import (
    Indicator,
    IndicatorRow,
    IndicatorTarget,
    Result,
    performance_table,
)
from microloan.returns.lending import TOTAL, lending_form
from microloan.returns.month import Month

__all__ = [
    "ENTERPRISES",
    "HEADINGS",
    "OTHERS",
    "TOTAL",
    "WOMEN",
    "Backing",
    "Cell",
    "FigureUnit",
    "Flow",
    "Form",
    "FormRow",
    "Heading",
    "Indicator",
    "IndicatorRow",
    "IndicatorTarget",
    "LoanFacts",
    "Month",
    "Result",
    "SecurityWay",
    "Stock",
    "add_up",
    "central_bank_form",
    "change",
    "five_tier_form",
    "lending_form",
    "over_time",
    "performance_table",
    "total_over_time",
]
