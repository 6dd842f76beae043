"""Sort the public names of microloan and write the stub that type checkers read.

python tools/vocabulary.py                              after editing the list by hand
python tools/vocabulary.py money:cny,fen table:Table    add names, each after its module
python tools/vocabulary.py charts                       add a package as a name of its own
python tools/vocabulary.py --check                      write nothing, say whether all is in order

The list stands in src/microloan/__init__.py and is the only one: each name once, under its module.
A name that its module does not have is refused, and so is one that two modules claim.
"""

import ast
import re
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from textwrap import wrap
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
LIST: Final = ROOT / "src" / "microloan" / "__init__.py"
STUB: Final = LIST.with_suffix(".pyi")
WIDTH: Final = 100
PACKAGES: Final = re.compile(r'(?<=^_PACKAGES = ")[^"]*(?="$)', re.MULTILINE)
NAMES: Final = re.compile(r"(?<=^_NAMES = )\{$.*?^\}$", re.MULTILINE | re.DOTALL)
WRITTEN: Final = "# Written by tools/vocabulary.py from the list in __init__.py."


class Vocabulary(NamedTuple):
    """Which packages are names themselves, and which names each module gives."""

    packages: set[str]
    names: dict[str, set[str]]

    @property
    def every(self) -> list[str]:
        """All names in the linter's order: constants, classes, functions and packages."""
        return in_order(
            [name for names in self.names.values() for name in names] + [*self.packages]
        )


def in_order(names: "set[str] | list[str]") -> list[str]:
    """Sort names as the linter does: constants first, then classes, then functions."""
    return sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def read(source: str) -> Vocabulary:
    """Read the list out of the module's text."""
    packages, names = PACKAGES.search(source), NAMES.search(source)
    if packages is None or names is None:
        sys.exit(f"{LIST.name} has no list of names that can be read")
    listed = ast.literal_eval(names.group())
    return Vocabulary(
        set(packages.group().split()), {home: set(text.split()) for home, text in listed.items()}
    )


def add(vocabulary: Vocabulary, word: str) -> None:
    """Take up ``module:Name,Name`` or the name of a package."""
    home, colon, names = word.partition(":")
    if colon:
        vocabulary.names.setdefault(home, set()).update(names.split(","))
    else:
        vocabulary.packages.add(home)


def faults(vocabulary: Vocabulary) -> list[str]:
    """Say which names nobody has, and which stand in two places."""
    modules = {home: import_module(f"microloan.{home}") for home in vocabulary.names}
    absent = [
        f"microloan.{home} has no {name}"
        for home, names in vocabulary.names.items()
        for name in in_order(names)
        if not hasattr(modules[home], name)
    ]
    for package in vocabulary.packages:
        import_module(f"microloan.{package}")
    twice = [name for name, times in Counter(vocabulary.every).items() if times > 1]
    return absent + [f"{name} stands in the list twice" for name in twice]


def filled(words: list[str], indent: int) -> list[str]:
    """Fill lines with words."""
    space = " " * indent
    return wrap(" ".join(words), WIDTH, initial_indent=space, subsequent_indent=space)


def listed(source: str, vocabulary: Vocabulary) -> str:
    """Return the module's text with its list in order."""
    lines = ["{"]
    for home in sorted(vocabulary.names):
        names = in_order(vocabulary.names[home])
        line = f'    "{home}": "{" ".join(names)}",'
        short = len(line) <= WIDTH
        lines += [line] if short else [f'    "{home}": """', *filled(names, 8), '    """,']
    lines.append("}")
    source = NAMES.sub(lambda _: "\n".join(lines), source)
    return PACKAGES.sub(lambda _: " ".join(sorted(vocabulary.packages)), source)


def stub(vocabulary: Vocabulary) -> str:
    """Return the text of the stub: the imports that the package makes when it is asked."""
    lines = [WRITTEN, "# fmt: off", "# isort: off"]
    lines.append(f"from microloan import {', '.join(sorted(vocabulary.packages))}")
    for home in sorted(vocabulary.names):
        names = in_order(vocabulary.names[home])
        line = f"from microloan.{home} import {', '.join(names)}"
        packed = [f"{name}," for name in names]
        short = len(line) <= WIDTH
        lines += [line] if short else [f"from microloan.{home} import (", *filled(packed, 4), ")"]
    lines += ["", "__all__ = ["]
    lines += filled([f'"{name}",' for name in vocabulary.every], 4)
    return "\n".join([*lines, "]", ""])


def main(words: list[str]) -> int:
    """Write the list and the stub, or with ``--check`` only compare them."""
    checking = words == ["--check"]
    source = LIST.read_text("utf-8")
    vocabulary = read(source)
    for word in () if checking else words:
        add(vocabulary, word)
    wrong = faults(vocabulary)
    if not wrong:
        for path, text in ((LIST, listed(source, vocabulary)), (STUB, stub(vocabulary))):
            if path.exists() and path.read_text("utf-8") == text:
                continue
            if checking:
                wrong.append(f"{path.name} is not as it should be: python tools/vocabulary.py")
            else:
                path.write_text(text, "utf-8", newline="\n")
    print(*(wrong or [f"{len(vocabulary.every)} names"]), sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
