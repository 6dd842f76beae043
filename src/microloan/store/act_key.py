"""By what an act is known again: the aggregate, the kind and the voucher."""

from typing import NamedTuple


class ActKey(NamedTuple):
    """The identity of an act within its book: the same act again changes nothing.

    Args:
        of: the contract number, the fund, the bank of a request, or the half-year.
        kind: what was done, such as ``repayment``, ``admission`` or ``closing``.
        ref: the voucher; of a request the quarter, of a closing which one of the half-year it is.
    """

    of: str
    kind: str
    ref: str
