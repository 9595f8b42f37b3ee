"""The Go libraries of the tests: their own, without a description and with one, and that of examples/embed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import gobridge

here = Path(__file__).parent
root = here.parents[2]
built = root / "build" / "python"


def build(name: str, *flags: str, program: Path = here / "golib") -> str:
    made = built / name
    subprocess.run(["go", "build", "-buildmode=c-shared", *flags, "-o", made, "."], cwd=program, check=True)
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


@pytest.fixture(scope="session")
def embed() -> gobridge.Library:
    """goldmark and gojq."""
    return gobridge.load(build("libembed.so", program=root / "examples" / "embed"))
