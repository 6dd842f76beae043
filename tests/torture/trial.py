"""One fault at one act: refused by its name, it leaves nothing, and the act goes through later."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import Engine, event

from microloan import MicroloanError
from microloan.store import create_all
from torture.acts import SCRIPT, perform
from torture.states import Database, States, discard, disposing, engine_on

SMALL_PAGES = ("page_size = 512",)
"""With small pages a file grows at most acts."""


Fault: TypeAlias = "Callable[[Trials, Database, int], None]"
"""Lets one act meet a fault."""


@dataclass(slots=True)
class Trials:
    """What a number of faults came to, on databases that go through the script."""

    states: States
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def expect(
        self,
        what: str,
        database: Database,
        number: int,
        do: Callable[[], None],
        *named: type[MicroloanError],
    ) -> bool:
        """Do an act under a fault; return whether it was refused, which must be by these names."""
        seen = met(do)
        act = f"{what}, act {number + 1} “{SCRIPT[number].name}”"
        if seen is None:
            self._require_held(database, number + 1, f"{act} went through")
            return False
        self.refused[what] += 1
        if not isinstance(seen, named):
            said = str(seen).splitlines()[0]
            self.faults.append(f"{act}: raised {type(seen).__name__}: {said}")
        self._require_held(database, number, act)
        return True

    def goes_on(self, what: str, database: Database, number: int, engine: Engine) -> None:
        """Do the act with the same engine after the fault was mended."""
        if seen := met(lambda: perform(engine, number)):
            said = str(seen).splitlines()[0]
            self.faults.append(f"{what} mended, but act {number + 1}: {said}")
        self._require_held(database, number + 1, f"{what} mended, act {number + 1}")

    def _require_held(self, database: Database, wanted: int, after: str) -> None:
        held = self.states.held(database)
        if held != wanted:
            state = "half of an act" if held < 0 else f"{held} acts"
            self.faults.append(f"{after}: {state} stored instead of {wanted}")

    def through_the_script(
        self, faults: Sequence[Fault], make: Callable[[], Database], *, short: bool
    ) -> None:
        """Meet every fault at every act; in the short form one fault at each act, in turn.

        A database on which something went wrong is left alone.
        """
        for some in [faults] if short else [[one] for one in faults]:
            database, before = make(), len(self.faults)
            with disposing(engine_on(database, pragmas=SMALL_PAGES)) as engine:
                create_all(engine)
                for number in range(len(SCRIPT)):
                    some[number % len(some)](self, database, number)
                    if len(self.faults) > before:
                        break
                    if self.states.held(database) == number:
                        perform(engine, number)
            discard(database)

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How often each fault was refused."""
        return tuple(self.refused.items())


def met(do: Callable[[], None]) -> Exception | None:
    """Return what an act raised, whatever it is."""
    try:
        do()
    except Exception as seen:  # noqa: BLE001 — what is not ours is looked for
        return seen
    return None


def careless(engine: Engine) -> Engine:
    """Let the driver commit after everything written: the control, which leaves halves."""

    @event.listens_for(engine, "after_cursor_execute")
    def commit(connection, cursor, statement, *rest):
        if statement.startswith("INSERT"):
            cursor.connection.commit()

    return engine


def halves(states: States, database: Database, engine: Engine) -> str:
    """Do acts carelessly until one was cut in two; say so, nothing if none was."""
    for number in range(len(SCRIPT)):
        try:
            met(lambda at=number: perform(engine, at))
        finally:
            engine.dispose()
        if states.held(database) < 0:
            return f"committing after every INSERT stores half of act {number + 1}"
    return ""
