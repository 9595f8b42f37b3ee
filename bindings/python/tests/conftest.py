"""The Go library of the tests, which is built once; GOBRIDGE_TEST_LIBRARY names one that is built already."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import gobridge


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    built = os.environ.get("GOBRIDGE_TEST_LIBRARY")
    if built:
        return built
    made = tmp_path_factory.mktemp("golib") / "libtest.so"
    source = Path(__file__).parent / "golib"
    subprocess.run(["go", "build", "-buildmode=c-shared", "-o", made, "."], cwd=source, check=True)
    return str(made)


@pytest.fixture(scope="session")
def lib(path: str) -> gobridge.Library:
    return gobridge.load(path)
