"""Real programs: Markdown by goldmark, jq by gojq, a Go HTTP server with its handler in Python."""

from __future__ import annotations

import asyncio
import gc
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import gobridge

PAGE = 4096


def test_markdown(embed: gobridge.Library) -> None:
    assert embed.markdown.HTML(b"# Go *and* Python") == "<h1>Go <em>and</em> Python</h1>\n"


def test_jq(embed: gobridge.Library) -> None:
    code = embed.jq.Compile(".items[] | select(.price > 10) | .name")
    items = [{"name": "pen", "price": 2}, {"name": "bag", "price": 50}, {"name": "hat", "price": 20.5}]
    assert gobridge.plain(embed.jq.Run(code, {"items": items})) == ["bag", "hat"]
    with pytest.raises(gobridge.ReturnedError, match="unexpected"):
        embed.jq.Compile(".[")
    with pytest.raises(gobridge.ReturnedError, match="cannot iterate over"):
        embed.jq.Run(code, {"items": 5})


def test_http_server(lib: gobridge.Library) -> None:
    seen = []

    def handler(method: str, path: str, body: bytes) -> tuple[int, str]:
        if path == "/broken":
            raise LookupError("nothing here")
        seen.append(threading.get_ident())
        return 200, f"{method} {path} {len(body or b'')}"

    server = lib.http.Serve(handler)
    try:
        for i in range(50):
            with urllib.request.urlopen(f"{server.URL}/{i}", data=b"x" * i if i else None) as answer:
                assert answer.read().decode() == (f"POST /{i} {i}" if i else "GET /0 0")
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(server.URL + "/broken")
        assert caught.value.code == 500
        assert caught.value.read() == b"LookupError: nothing here"
    finally:
        server.Close()
    assert len(seen) == 50


async def answer(
    lib: gobridge.Library, embed: gobridge.Library, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """A connection of a small HTTP server, each of whose answers takes a call that waits and one that does not."""
    while request := await reader.readline():
        while await reader.readline() != b"\r\n":
            pass
        path = request.split()[1].decode()
        title = await lib.strings.ToUpper.start(path)
        page = embed.markdown.HTML(f"# {title}".encode()).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page))
    writer.close()


async def ask(port: int, count: int) -> None:
    """A client that asks again and again on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for i in range(count):
        writer.write(b"GET /r%d HTTP/1.1\r\nHost: localhost\r\n\r\n" % i)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        page = await reader.readexactly(int(head.split(b"Content-Length: ")[1]))
        assert page == b"<h1>/R%d</h1>\n" % i
    writer.close()
    await writer.wait_closed()


def test_an_asyncio_server_calls_go_for_ten_thousand_requests(lib: gobridge.Library, embed: gobridge.Library) -> None:
    async def many(port: int, count: int) -> tuple[int, int, int]:
        """How much memory is resident then, and how many Go references there are."""
        await asyncio.gather(*(ask(port, count // 20) for _ in range(20)))
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE, lib.live(), embed.live()

    async def main() -> None:
        server = await asyncio.start_server(lambda *streams: answer(lib, embed, *streams), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        memory, *live = await many(port, 4_000)
        more, *still_live = await many(port, 6_000)
        assert still_live == live
        assert more - memory < 32 << 20, "flat"
        server.close()

    asyncio.run(main(), debug=False)  # which -X dev turns on, at four times the time
