"""``python -m microloan``: the command line."""

import sys

from microloan.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
