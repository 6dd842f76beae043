"""How hard Hypothesis tries: a profile of ours, named by MICROLOAN_HYPOTHESIS_PROFILE.

Everyday profiles draw the same examples in every run. A run then says something about the change
it was started for: a rare case that somebody else's code has always had does not refuse it. New
examples are drawn where somebody waits for them, by ``dev.py test --all`` and ``dev.py seek``
(decision 048). What these find becomes an ``@example`` beside the code that is mended.

Hypothesis also draws from the constants in the source of whatever module happens to be loaded.
Where examples must be the same it may not: a new constant would draw new examples for all tests.

On a CI machine Hypothesis starts with a profile of its own, and a new profile inherits whatever it
leaves out. So each of ours says everything, and prints the blob with which a failure can be
repeated.
"""

import os
from pathlib import Path

from hypothesis import Phase, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

HOME = Path(__file__).resolve().parent.parent / ".hypothesis"
SAME = {"quick": 25, "default": 60, "ci": 300}  # how many examples for a test
NEW = {"seek": 100, "thorough": 2_000}
NO_CONSTANTS = Constants()

set_hypothesis_home_dir(HOME)

for name, max_examples in (SAME | NEW).items():
    settings.register_profile(
        name,
        max_examples=max_examples,
        derandomize=name in SAME,
        # A seed that found something must not make the seeds after it find the same.
        database=DirectoryBasedExampleDatabase(HOME / "examples") if name == "thorough" else None,
        deadline=None,
        print_blob=True,
        suppress_health_check=(),
    )

# Mutation testing asks only whether a test fails, and wants the same answer twice.
settings.register_profile(
    "mutation",
    settings.get_profile("default"),
    max_examples=50,
    phases=(Phase.explicit, Phase.generate),
)

settings.load_profile(os.environ.get("MICROLOAN_HYPOTHESIS_PROFILE", "default"))
if settings.default.derandomize:
    providers._get_local_constants = lambda: NO_CONSTANTS
