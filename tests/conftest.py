"""How hard Hypothesis tries: a profile of ours, named by MICROLOAN_HYPOTHESIS_PROFILE.

On a CI machine Hypothesis starts with a profile that repeats the same examples in every run, and
a new profile inherits whatever it leaves out. So each of ours says everything: it looks for new
examples, and prints the blob with which a failure can be repeated.
"""

import os
from pathlib import Path

from hypothesis import Phase, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.database import DirectoryBasedExampleDatabase

HOME = Path(__file__).resolve().parent.parent / ".hypothesis"
EXAMPLES = {"quick": 25, "default": 100, "ci": 300, "thorough": 2_000}

set_hypothesis_home_dir(HOME)

for name, max_examples in EXAMPLES.items():
    settings.register_profile(
        name,
        max_examples=max_examples,
        derandomize=False,
        database=DirectoryBasedExampleDatabase(HOME / "examples"),
        deadline=None,
        print_blob=True,
        suppress_health_check=(),
    )

# Mutation testing asks only whether a test fails, and wants the same answer twice.
settings.register_profile(
    "mutation",
    settings.get_profile("default"),
    max_examples=50,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)

settings.load_profile(os.environ.get("MICROLOAN_HYPOTHESIS_PROFILE", "default"))
