"""还款计划 of a loan whose plan was changed: the installments of every stretch of it, in order."""

from typing import TypeAlias

from microloan.schedule import Installment, Schedule
from microloan.table import Table, Tabular, tabulate


class AmendedPlan(tuple[Installment, ...], Tabular):
    """变更后的还款计划: installments that prepayments, further money and amendments left.

    A tuple of them; each remembers the plan it was drawn up in.
    """

    __slots__ = ()

    def as_table(self) -> Table:
        """Return one row for each installment."""
        return tabulate(self, of=Installment)


Plan: TypeAlias = Schedule | AmendedPlan
"""A repayment plan as it was agreed, or as it was changed."""
