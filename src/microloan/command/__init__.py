"""The command line: questions and acts on a book from a terminal, ``microloan`` for short.

It stands above the store and adds no rule of its own; :func:`main` is what the terminal calls.
"""

from microloan.command.entrance import main

__all__ = ["main"]
