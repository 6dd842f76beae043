"""What a torture programme counted on one database, as one line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one programme counted on one database.

    Args:
        programme: the name of the programme.
        database: the database, and how it was set up where that matters.
        counts: what was done how often, in the order in which it is printed.
        faults: what must never be seen, each as a sentence; none is what is hoped for.
        control: how the control failed, which proves that the programme would see a fault; empty
            where the control did not fail, and then the programme proves nothing.
    """

    programme: str
    database: str
    counts: tuple[tuple[str, int], ...]
    faults: tuple[str, ...] = ()
    control: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing went wrong, and the control did."""
        return not self.faults and bool(self.control)

    def line(self) -> str:
        """Say it in one line; the first faults stand at its end."""
        counted = ", ".join(f"{number:,} {what}" for what, number in self.counts)
        control = f"control: {self.control}" if self.control else "THE CONTROL DID NOT FAIL"
        line = f"{self.programme:7} {self.database:22} {counted}; {len(self.faults)} faults; "
        seen = "".join(f"\n    fault: {fault}" for fault in self.faults[:10])
        return line + control + seen
