"""Threads that make types, call, release and collect at once, for two seconds in a process of their own."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

EVERYTHING = """
import gc, random, sys, threading, time
import gobridge
lib = gobridge.load(sys.argv[1])
sys.setswitchinterval(1e-6)
end, failures = time.monotonic() + 2, []
SHAPES = ["[]%s", "map[string]%s", "*%s", "chan %s", "func(%s) error", "struct{A %s; B int}", "[3]%s"]
SCALARS = ["int8", "int16", "int32", "int64", "uint8", "uint64", "string", "float64", "bool", "any"]
FUNC, STRUCT = 19, 25

def types(random):
    "Types that several threads make at the same time, as no one has made them before."
    expression = random.choice(SCALARS)
    for _ in range(random.randrange(1, 5)):
        expression = random.choice(SHAPES) % expression
    made = lib.type(expression)
    assert all(part is not None for part in (*made.params, *made.results, *made.methods(), made.pointer()))
    assert len(made.fields()) == 2 if made.kind == STRUCT else True
    if made.kind != FUNC:
        repr(lib.new(made))

def values(random):
    number = random.randrange(1000)
    assert lib.new("map[string]int64", {"a": number})["a"] == number
    assert lib.math.Add(number, 1) == number + 1
    assert lib.strings.ToUpper(f"a{number}") == f"A{number}"
    assert lib.call.Apply(lambda x: x + 1, number) == number + 1
    assert lib.wait.Context(0) == 0
    point = lib.main.Point(X=number, Name="n")
    point.Move(1, 2)
    assert point.Sum() == number + 3
    try:
        lib.fail.NotFound("key")
    except gobridge.GoError as error:
        assert error.as_("*main.NotFound").Key == "key"

def work(seed):
    chance = random.Random(seed)
    try:
        while time.monotonic() < end:
            types(chance)
            values(chance)
            if chance.random() < 0.05:
                gc.collect()
    except BaseException as raised:
        failures.append(raised)

threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(failures)
"""

# Each round all threads make the same new types at the same moment. A type that another thread sees before it has its parts is
# a NULL that is followed: without the one maker at a time of csrc/type.c this is a crash in the first rounds.
SAME_TYPES = """
import sys, threading
import gobridge
lib = gobridge.load(sys.argv[1])
sys.setswitchinterval(1e-6)
barrier, failures = threading.Barrier(4), []

def work():
    try:
        for n in range(1, 101):
            barrier.wait()
            made = lib.new(f"map[[{n}]int8]struct{{A [{n}]int16; F func([{n}]int32) ([{n}]uint8, error)}}")
            assert len(made) == 0
            assert made.get((0,) * n) is None
            func = lib.type(f"func([{n}]int64, map[string][{n}]float32) (chan [{n}]int64, error)")
            assert (func.result_count, func.params[1].key.name, func.params[1].elem.len) == (1, "string", n)
            same = lib.new(f"func([{n}]uint64) [{n}]uint64", list)
            assert list(same([n] * n)) == [n] * n
    except BaseException as raised:
        barrier.abort()
        failures.append(raised)

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(failures)
"""


@pytest.mark.parametrize("program", [EVERYTHING, SAME_TYPES])
def test_many_threads_make_types(path: str, program: str) -> None:
    command = [sys.executable, "-X", "dev", "-c", textwrap.dedent(program), path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
