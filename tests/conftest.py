"""What holds for every test: which random examples it sees, and that it leaves nothing in the working directory.

Random examples are new at every run, but for a run that says whether a commit is sound: there they are always the same.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# Tests share the cores with one another: threads of linear algebra would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

settings.register_profile("same", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("same")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fails a test that leaves a file or folder beside the sources; caches of the tools begin with a dot."""
    before = set(os.listdir(item.config.rootpath))
    result = yield
    left = {name for name in set(os.listdir(item.config.rootpath)) - before if not name.startswith((".", "__pycache__"))}
    assert not left, f"{item.nodeid} leaves {sorted(left)} in {Path(item.config.rootpath)}; write to tmp_path"
    return result
