"""Failures of Go in Python, and of Python in Go."""

from __future__ import annotations

import errno
import re
import shutil
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path

import pytest

import gobridge
from gobridge import _errors


def test_returned_errors(lib: gobridge.Library) -> None:
    with pytest.raises(gobridge.ReturnedError, match=r"^division by zero$") as caught:
        lib.math.DivMod(1, 0)
    assert caught.value.status == 25
    assert caught.value.unwrap() is None
    assert caught.value.stack == ""


def test_is_as_unwrap(lib: gobridge.Library) -> None:
    sentinel = lib.fail.SentinelValue()
    assert isinstance(sentinel, gobridge.GoError)
    with pytest.raises(gobridge.GoError, match=r"^wrapped: sentinel$") as caught:
        lib.fail.Sentinel()
    assert caught.value.is_(sentinel)
    assert caught.value.is_(caught.value)
    assert not sentinel.is_(caught.value)
    inner = caught.value.unwrap()
    assert isinstance(inner, gobridge.GoError)
    assert str(inner) == "sentinel"
    assert inner.is_(sentinel)
    with pytest.raises(gobridge.GoError) as caught:
        lib.fail.NotFound("key")
    found = caught.value.as_("*main.NotFound")
    assert found.Key == "key"
    assert caught.value.as_(lib["main.NotFound"]).Key == "key"
    assert sentinel.as_("*main.NotFound") is None
    assert not caught.value.is_("something else")
    assert not gobridge.GoError("of Python").is_(sentinel)


def test_panics(lib: gobridge.Library) -> None:
    with pytest.raises(gobridge.PanicError, match="at the disco") as caught:
        lib.fail.Panic()
    assert "main.go" in caught.value.stack
    with pytest.raises(gobridge.PanicError, match="index out of range"):
        lib.fail.Index(5)


def test_every_status_has_a_class() -> None:
    for number, class_ in enumerate(_errors.BY_STATUS, 1):
        assert class_.status == number
        assert class_.__doc__
        assert issubclass(class_, gobridge.GoError)
        assert _errors.of_status(number) is class_
    header = Path(__file__).parents[3] / "include" / "gobridge" / "status.h"
    assert len(_errors.BY_STATUS) == len(re.findall(r"X\(GOBRIDGE_E_", header.read_text()))
    assert _errors.of_status(1000) is gobridge.GoError
    assert issubclass(gobridge.RangeError, OverflowError)
    assert issubclass(gobridge.GoTimeoutError, TimeoutError)


def test_callbacks(lib: gobridge.Library) -> None:
    assert lib.call.Apply(lambda x: x * 2, 21) == 42
    assert lib.call.Elsewhere(lambda x: x + 1, 1) == 2
    assert lib.call.Try(lambda s: s[::-1], "abc") == "cba"
    assert lib.call.Recurse(lambda n: lib.call.Apply(lambda x: x, n), 1) == 2
    func = lib.new("func(int, string) (string, error)", lambda n, s: s * n)
    assert func(3, "ab") == "ababab"
    both = lib.new("func(...int64) (int64, int64)", lambda all_: (sum(all_), len(all_)))
    assert both(1, 2, 3) == (6, 3)


def test_exceptions_go_through(lib: gobridge.Library) -> None:
    raised = KeyError("mine")

    def fails(*_: object) -> None:
        raise raised

    with pytest.raises(KeyError) as caught:
        lib.call.Try(fails, "a")
    assert caught.value is raised
    with pytest.raises(KeyError) as caught:  # a panic: the func has no error result
        lib.call.Apply(fails, 1)
    assert caught.value is raised
    with pytest.raises(gobridge.GoError, match="in Go: KeyError: 'mine'") as wrapped:
        lib.call.Wrap(fails)
    assert wrapped.value.__cause__ is raised


def test_go_errors_go_through(lib: gobridge.Library) -> None:
    sentinel = lib.fail.SentinelValue()

    def fails() -> None:
        lib.fail.Sentinel()

    with pytest.raises(gobridge.GoError, match="in Go: wrapped: sentinel") as caught:
        lib.call.Wrap(fails)
    assert caught.value.is_(sentinel)


def test_wrong_results_of_callbacks(lib: gobridge.Library) -> None:
    for wrong in ("text", 2.5, [1], object()):
        with pytest.raises((TypeError, gobridge.GoError)):
            lib.call.Apply(lambda x, wrong=wrong: wrong, 1)
    with pytest.raises(OverflowError):
        lib.call.Apply(lambda x: 2**64, 1)
    with pytest.raises(TypeError, match="positional"):
        lib.call.Apply(lambda: 1, 1)
    with pytest.raises(TypeError, match="tuple of 2"):
        lib.new("func() (int, int)", lambda: 1)()
    with pytest.raises(TypeError):
        lib.call.Apply(5, 1)


def test_recursion_between_the_languages(lib: gobridge.Library) -> None:
    def deeper(n: int) -> int:
        return int(lib.call.Recurse(deeper, n))

    with pytest.raises(RecursionError):
        lib.call.Recurse(deeper, 0)
    assert lib.call.Recurse(lambda n: n, 1) == 2


def test_callbacks_that_go_keeps(lib: gobridge.Library) -> None:
    def twice(x: int) -> int:
        return 2 * x

    lib.keep.Set(twice)
    del twice
    assert lib.keep.Call(4) == 8
    lib.keep.Set(None)
    with pytest.raises(gobridge.PanicError):
        lib.keep.Call(1)


def test_two_libraries_are_apart(lib: gobridge.Library, path: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    other_path = tmp_path_factory.mktemp("other") / "libother.so"
    shutil.copyfile(path, other_path)
    other = gobridge.load(other_path)
    assert other is not lib
    assert other.math.Add(1, 2) == 3
    with pytest.raises(ValueError, match="another library"):
        lib.echo.Any(other.new("map[string]int64"))
    with pytest.raises(ValueError, match="another library"):
        lib.call.Apply(other.call.Adder(1), 1)
    assert lib.new("int64", 1) != other.new("int64", 1)


def run(path: str, code: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs a program of its own that has the library as lib."""
    program = f"import gobridge, os, sys, threading, time\nlib = gobridge.load({path!r})\n" + textwrap.dedent(code)
    return subprocess.run([sys.executable, *options, "-c", program], capture_output=True, text=True, timeout=60, check=False)


def test_what_cannot_be_loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    nothing = tmp_path_factory.mktemp("none") / "nothing.so"
    with pytest.raises(ImportError, match="cannot load"):
        gobridge.load(nothing)
    nothing.write_text("no library")
    with pytest.raises(ImportError, match="cannot load"):
        gobridge.load(nothing)
    with pytest.raises(ImportError, match="no library of gobridge"):
        gobridge.load(gobridge._core.__file__)


def test_fork(path: str) -> None:
    done = run(
        path,
        """
        assert lib.math.Add(1, 2) == 3
        kept = lib.new("map[string]int64", {"a": 1})
        if os.fork() == 0:
            try:
                lib.math.Add(1, 2)
            except gobridge.ForkedError as forked:
                print("child:", forked)
            del kept
            sys.exit(7)
        print("parent:", os.waitstatus_to_exitcode(os.wait()[1]), lib.math.Add(1, 2))
        """,
    )
    assert "child: " in done.stdout
    assert "fork" in done.stdout
    assert "parent: 7 3" in done.stdout
    assert done.returncode == 0, done.stderr


def test_multiprocessing_spawn(path: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    script = tmp_path_factory.mktemp("spawn") / "script.py"
    script.write_text(
        textwrap.dedent(f"""
        import multiprocessing
        import gobridge
        def upper(text):
            return gobridge.load({path!r}).strings.ToUpper(text)
        if __name__ == "__main__":
            print(upper("here"))
            with multiprocessing.get_context("spawn").Pool(2) as pool:
                print(pool.map(upper, ["a", "b"]))
        """)
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "HERE\n['A', 'B']\n", done.stderr


def test_exit_while_go_calls_python(path: str) -> None:
    done = run(path, "lib.keep.Ticker(lambda x: x)\ntime.sleep(0.05)\nprint('over')")
    assert (done.returncode, done.stdout, done.stderr) == (0, "over\n", "")


def test_exit_while_threads_are_in_go(path: str) -> None:
    done = run(
        path,
        """
        for _ in range(3):
            threading.Thread(target=lib.wait.Sleep, args=(10**10,), daemon=True).start()
            threading.Thread(target=lambda: lib.call.Apply(lambda x: time.sleep(x), 10), daemon=True).start()
        kept = [lib.new("map[string]int64") for _ in range(1000)]
        module_level = lib.new("[]int64", [1])
        task = lib.wait.Context.start(100_000)
        time.sleep(0.1)
        print("over")
        """,
    )
    assert (done.returncode, done.stdout) == (0, "over\n"), done.stderr


def test_a_finalizer_appends_while_threads_do(path: str) -> None:
    done = run(
        path,
        """
        class Late:
            def __init__(self):
                self.numbers = lib.new("[]int64")
            def __del__(self):
                self.numbers.append(1)
        def work():
            items = range(20_000)
            while True:
                lib.new("[]int64").extend(items)
        sys.late = Late()
        for _ in range(4):
            threading.Thread(target=work, daemon=True).start()
        time.sleep(0.1)
        print("over")
        """,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "over\n", "")


def test_exceptions_in_finalizers(path: str) -> None:
    done = run(
        path,
        """
        class Last:
            def __init__(self):
                self.map = lib.new("map[string]int64", {"a": 1})
            def __del__(self):
                print(self.map["a"], lib.call.Apply(lambda x: x, 1))
        last = Last()
        last.itself = last
        """,
        "-X",
        "dev",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1") or "shut" in done.stderr or "GoError" in done.stderr or "Error" in done.stderr


def test_one_build_serves_all_pythons_with_a_stable_abi() -> None:
    stable = sys.version_info >= (3, 12) and not sysconfig.get_config_var("Py_GIL_DISABLED")
    assert gobridge._core.__file__.endswith(".abi3.so") == stable


def test_subinterpreters_are_refused() -> None:
    code = """
    try:
        import _interpreters as interpreters
    except ImportError:
        import _xxsubinterpreters as interpreters
    import gobridge
    ident = interpreters.create()
    script = "try:\\n import gobridge\\nexcept ImportError as error:\\n print(error, flush=True)"
    (interpreters.exec if hasattr(interpreters, 'exec') else interpreters.run_string)(ident, script)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=60, check=False
    )
    assert "main interpreter" in done.stdout or "subinterpreters" in done.stdout, done.stderr
    assert done.returncode == 0, done.stderr


def test_errno_is_kept(lib: gobridge.Library) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        lib.call.Try(lambda name: Path(name).read_text(), "/nothing/here")
    assert caught.value.errno == errno.ENOENT


def test_exceptions_of_callbacks_that_go_keeps(lib: gobridge.Library) -> None:
    raised = ZeroDivisionError("of a kept callback")

    def fails(_: int) -> int:
        raise raised

    lib.keep.Set(fails)
    with pytest.raises(ZeroDivisionError) as caught:
        lib.keep.Call(1)
    assert caught.value is raised
