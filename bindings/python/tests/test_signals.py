"""Waits that signals end, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

PRELUDE = """
import asyncio, os, signal, sys, threading, time
import gobridge
signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs tests in the background has it ignored
lib = gobridge.load(sys.argv[1])

def later(number, seconds=0.2):
    "Sends this process a signal, by the system, once its main thread waits."
    threading.Timer(seconds, os.kill, (os.getpid(), number)).start()

def forward(chan):
    "Sends what a thread has received, which runs no handlers."
    def run():
        chan.send(chan.receive() + 1)
    threading.Thread(target=run, daemon=True).start()
"""


def run(path: str, code: str) -> str:
    code = PRELUDE + textwrap.dedent(code)
    forks = "ignore:This process:DeprecationWarning"  # of Python 3.12: it has threads, which is what is tested
    command = [sys.executable, "-X", "dev", "-W", forks, "-c", code, path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(
    "wait",
    [
        "lib.new('chan int').receive()",
        "lib.new('chan int').receive(timeout=1e9)",
        "lib.new('chan int').send(1)",
        "next(iter(lib.new('chan int')))",
        "lib.wait.Context(10**9)",
        "lib.wait.Context(10**9, timeout=1e6)",
        "lib.wait.Context.start(10**9).result()",
        "lib.wait.Sleep.start(10**18).result(timeout=1e6)",
    ],
)
def test_ctrl_c_ends_a_wait(path: str, wait: str) -> None:
    code = f"""
    for _ in range(3):
        later(signal.SIGINT)
        try:
            {wait}
        except KeyboardInterrupt:
            print(signal.set_wakeup_fd(-1))
    """
    assert run(path, code) == "-1\n" * 3, "and nothing is left of the wait"


def test_ctrl_c_ends_the_context(path: str) -> None:
    code = """
    task = lib.wait.Context.start(10**9)
    later(signal.SIGINT)
    try:
        task.result()
    except KeyboardInterrupt:
        pass
    try:
        task.result()
    except gobridge.ReturnedError as error:
        print(error)
    """
    assert run(path, code) == "context canceled\n"


def test_handlers_run_while_a_wait_goes_on(path: str) -> None:
    code = """
    numbers = lib.new("chan int64")
    left = [3]
    def handler(number, frame):
        left[0] -= 1
        if left[0] == 0:
            threading.Thread(target=numbers.send, args=(7,)).start()
        else:
            later(signal.SIGUSR1, 0.01)
    signal.signal(signal.SIGUSR1, handler)
    later(signal.SIGUSR1)
    print(numbers.receive(), left)
    """
    assert run(path, code) == "7 [0]\n"


def test_a_handler_may_wait_itself(path: str) -> None:
    code = """
    numbers = lib.new("chan int64")
    def handler(number, frame):
        others = lib.new("chan int64")
        forward(others)
        others.send(1)
        print(others.receive())
        forward(numbers)
    signal.signal(signal.SIGUSR1, handler)
    later(signal.SIGUSR1)
    numbers.send(5)
    print(numbers.receive(), signal.set_wakeup_fd(-1))
    """
    assert run(path, code) == "2\n6 -1\n"


def test_signals_of_a_waiting_thread_come_to_the_loop(path: str) -> None:
    """What a wait takes from asyncio's own descriptor it gives back."""
    code = """
    async def main():
        loop, got = asyncio.get_running_loop(), asyncio.Event()
        loop.slow_callback_duration = 60
        loop.add_signal_handler(signal.SIGUSR1, got.set)
        later(signal.SIGUSR1)
        try:
            lib.new("chan int64").receive(timeout=0.5)
        except gobridge.GoTimeoutError:
            await got.wait()
            print("came")
    asyncio.run(main())
    """
    assert run(path, code) == "came\n"


def test_other_threads_wait_on(path: str) -> None:
    code = """
    numbers = lib.new("chan int64")
    got = []
    waiter = threading.Thread(target=lambda: got.append(numbers.receive()))
    waiter.start()
    signal.signal(signal.SIGUSR1, lambda number, frame: numbers.send(4))
    os.kill(os.getpid(), signal.SIGUSR1)
    waiter.join()
    print(got)
    """
    assert run(path, code) == "[4]\n"


def test_a_fork_of_a_thread_while_the_main_thread_waits(path: str) -> None:
    code = """
    numbers = lib.new("chan int64")
    def fork():
        time.sleep(0.1)
        child = os.fork()
        if child == 0:
            os._exit(signal.set_wakeup_fd(-1) + 1)
        numbers.send(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    threading.Thread(target=fork).start()
    print(numbers.receive())
    """
    assert run(path, code) == "0\n"


def test_a_fork_in_a_handler(path: str) -> None:
    code = """
    def handler(number, frame):
        child = os.fork()
        if child != 0:
            os.waitpid(child, 0)
            raise KeyboardInterrupt
    signal.signal(signal.SIGUSR1, handler)
    later(signal.SIGUSR1)
    try:
        lib.new("chan int64").receive()
    except (KeyboardInterrupt, gobridge.ForkedError) as error:
        print(type(error).__name__, signal.set_wakeup_fd(-1), flush=True)
    os._exit(0)
    """
    assert run(path, code) == "ForkedError -1\nKeyboardInterrupt -1\n"
