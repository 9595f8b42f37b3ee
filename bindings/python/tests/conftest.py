"""The Go library of the tests, without a description and with one. Both are built once, by Go's cache."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import gobridge

here = Path(__file__).parent
built = here.parents[2] / "build" / "python"


def build(name: str, *flags: str) -> str:
    made = built / name
    subprocess.run(["go", "build", "-buildmode=c-shared", *flags, "-o", made, "."], cwd=here / "golib", check=True)
    return str(made)


@pytest.fixture(scope="session")
def path() -> str:
    return build("libtest.so")


@pytest.fixture(scope="session")
def lib(path: str) -> gobridge.Library:
    return gobridge.load(path)


@pytest.fixture(scope="session")
def described() -> gobridge.Library:
    return gobridge.load(build("libdescribed.so", "-tags=described"))
