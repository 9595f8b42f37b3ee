"""Tasks, asyncio and threads."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import gobridge


def test_task(lib: gobridge.Library) -> None:
    task = lib.wait.Context.start(5)
    assert task.result() == 5
    assert task.result() == 5
    assert task.done()
    assert lib.math.DivMod.start(7, 2).result(timeout=10) == (3, 1)
    with pytest.raises(gobridge.ReturnedError, match="division") as caught:
        lib.math.DivMod.start(7, 0).result()
    assert caught.value.error is not None
    with pytest.raises(gobridge.PanicError):
        lib.fail.Panic.start().result()
    with pytest.raises(TypeError):
        lib.math.Add.start("a", 1)

    def fail(_: int) -> int:
        raise KeyError("mine")

    task = lib.call.Apply.start(fail, 1)
    seen = []
    for _ in range(2):
        with pytest.raises(KeyError) as raised:
            task.result()
        seen.append(raised.value)
    assert seen[0] is seen[1]


def test_timeouts(lib: gobridge.Library) -> None:
    with pytest.raises(gobridge.ReturnedError, match="deadline exceeded"):
        lib.wait.Context(60_000, timeout=0.01)
    with pytest.raises(gobridge.ReturnedError, match="deadline exceeded"):
        lib.wait.Context.start(60_000, timeout=0.01).result()
    task = lib.wait.Context.start(60_000)
    with pytest.raises(TimeoutError):
        task.result(timeout=0.01)
    task.cancel()
    with pytest.raises(gobridge.ReturnedError, match="canceled"):
        task.result()


def test_await(lib: gobridge.Library) -> None:
    async def main() -> None:
        assert await lib.call_async(lib.wait.Context, 10) == 10
        assert await lib.math.Add.start(1, 2) == 3
        results = await asyncio.gather(*(lib.wait.Context.start(20) for _ in range(100)))
        assert results == [20] * 100
        with pytest.raises(gobridge.ReturnedError, match="division"):
            await lib.math.DivMod.start(1, 0)
        task = lib.wait.Context.start(10)
        assert list(await asyncio.gather(task._wait(), task._wait())) == [10, 10]

    asyncio.run(main())


def test_cancelling_ends_the_context(lib: gobridge.Library) -> None:
    async def main() -> None:
        task = lib.wait.Context.start(60_000)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(task, 0.02)
        with pytest.raises(gobridge.ReturnedError, match="canceled"):
            task.result(timeout=10)

    asyncio.run(main())


def test_the_loop_goes_on(lib: gobridge.Library) -> None:
    async def main() -> int:
        ticks = 0
        task = lib.call_async(lib.wait.Sleep, 200_000_000)
        while not task.done():
            await asyncio.sleep(0.001)
            ticks += 1
        await task
        return ticks

    assert asyncio.run(main()) > 3


def test_ten_thousand_awaits(lib: gobridge.Library) -> None:
    async def main() -> int:
        total = 0
        for _ in range(100):
            total += sum(await asyncio.gather(*(lib.math.Add.start(1, 1) for _ in range(100))))
        return total

    assert asyncio.run(main()) == 20_000


def test_the_gil_is_released(lib: gobridge.Library) -> None:
    """A call that waits for what another thread does would hang otherwise."""
    chan = lib.new("chan int64")
    sender = threading.Thread(target=chan.send, args=(5,))
    sender.start()
    assert chan.receive() == 5
    sender.join()
    done = threading.Event()
    waiter = threading.Thread(target=lambda: lib.wait.Poll(done.is_set))
    waiter.start()
    time.sleep(0.01)
    done.set()
    waiter.join()


def test_many_threads(lib: gobridge.Library) -> None:
    numbers = lib.new("map[int64]int64")

    def work(thread: int) -> int:
        for i in range(300):
            numbers[thread * 1000 + i] = i
            assert lib.call.Apply(lambda x: x + 1, i) == i + 1
            assert lib.call.Elsewhere(lambda x: x, i) == i
            repr(numbers) if i % 100 == 0 else numbers.get(i)
        return 300

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 2400
    assert len(numbers) == 2400
