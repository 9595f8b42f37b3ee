"""Tasks: Go functions that run in goroutines of their own while Python goes on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Generator
from typing import Any

from . import _core
from ._errors import GoInterruptedError, GoTimeoutError
from ._values import nanoseconds


def _wake(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


class Task:
    """A call that runs in a goroutine. It can be waited for, awaited and cancelled; dropping it cancels it too."""

    def __init__(self, task: _core.Task) -> None:
        self._task = task
        self._raised: BaseException | None = None  # what the function came to, once somebody has seen it

    def done(self) -> bool:
        """Whether the function has returned."""
        return self._task._done()

    def cancel(self) -> None:
        """Ends the function's context. One that takes none does not notice."""
        self._task._cancel()

    def result(self, timeout: float | None = None) -> Any:
        """Waits as many seconds as are given. Ctrl-C ends the wait at once, and the function's context with it."""
        try:
            return self._results(nanoseconds(timeout))
        except KeyboardInterrupt:
            self.cancel()
            raise

    def _results(self, timeout: int) -> Any:
        """The results, or the exception: the same one each time."""
        if self._raised is not None:
            raise self._raised
        try:
            return self._task._wait(timeout)
        except Exception as raised:
            if not isinstance(raised, GoTimeoutError | GoInterruptedError):
                self._raised = raised
            raise

    def __await__(self) -> Generator[Any, None, Any]:
        return self._wait().__await__()

    async def _wait(self) -> Any:
        """Waits for the task's descriptor: no thread waits meanwhile, and none of Go's enters Python."""
        if not self.done():
            loop = asyncio.get_running_loop()
            ready: asyncio.Future[None] = loop.create_future()
            descriptor = os.dup(self._task._descriptor())  # its own: several may await one task
            loop.add_reader(descriptor, _wake, ready)
            try:
                await ready
            except asyncio.CancelledError:
                self.cancel()
                raise
            finally:
                loop.remove_reader(descriptor)
                os.close(descriptor)
        return self._results(0)
