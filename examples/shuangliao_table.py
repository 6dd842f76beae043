"""Headings and aligned tables of the Shuangliao screens."""

from collections.abc import Iterable, Sequence

from microloan.explain import pad, width

SIMULATED = "模拟 simulated rows"


def title(chinese: str, english: str, day: str) -> None:
    """Print the heading of a table; each says what it is as of, and that its rows are simulated."""
    print(f"\n{chinese} {english} · {day} · {SIMULATED}")
    print("─" * 100)


def table(rows: Iterable[Sequence[str]], columns: Sequence[int], *, gap: str = "  ") -> None:
    """Print rows in columns; a positive width is aligned left, a negative one right."""
    for row in rows:
        cells = [
            pad(cell, wide) if wide > 0 else " " * (-wide - width(cell)) + cell
            for cell, wide in zip(row, columns, strict=True)
        ]
        print("  " + gap.join(cells).rstrip())
