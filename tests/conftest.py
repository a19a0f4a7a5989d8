"""Random examples are new at every run, but for a run that says whether a commit is sound: there they are always the same."""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("same")
