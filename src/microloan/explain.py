"""Why a number is what it is: the steps behind it, as data and as a short block of text."""

from dataclasses import dataclass
from unicodedata import east_asian_width


def width(text: str) -> int:
    """Return how many columns a text takes on a terminal; a Chinese character takes two.

    >>> width("贴息 48")
    7
    """
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def pad(text: str, columns: int) -> str:
    """Return the text filled with blanks on the right to so many columns.

    >>> pad("贴息", 6) + "|"
    '贴息  |'
    """
    return text + " " * (columns - width(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The steps behind one number.

    Args:
        title: what is explained, with the number.
        steps: label and figure of each step, in the order of the calculation.
        rule: the rule or clause that decides.

    >>> print(Explanation(title="interest 9.88", steps=(("days", "30"),), rule="ACT/360"))
    interest 9.88
      days  30
      rule  ACT/360
    """

    title: str
    steps: tuple[tuple[str, str], ...]
    rule: str

    def __str__(self) -> str:
        """Return the steps as aligned lines under the title."""
        lines = [*self.steps, ("rule", self.rule)]
        columns = max(width(label) for label, _ in lines)
        return "\n".join(
            [self.title, *(f"  {pad(label, columns)}  {figure}" for label, figure in lines)]
        )
