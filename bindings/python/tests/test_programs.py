"""Real programs: Markdown by goldmark, jq by gojq, a Go HTTP server with its handler in Python."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request

import pytest

import gobridge


def test_markdown(lib: gobridge.Library) -> None:
    assert lib.markdown.HTML(b"# Go *and* Python") == "<h1>Go <em>and</em> Python</h1>\n"


def test_jq(lib: gobridge.Library) -> None:
    code = lib.jq.Compile(".items[] | select(.price > 10) | .name")
    items = [{"name": "pen", "price": 2}, {"name": "bag", "price": 50}, {"name": "hat", "price": 20.5}]
    assert gobridge.plain(lib.jq.Run(code, {"items": items})) == ["bag", "hat"]
    with pytest.raises(gobridge.ReturnedError, match="unexpected"):
        lib.jq.Compile(".[")
    with pytest.raises(gobridge.ReturnedError, match="cannot iterate over"):
        lib.jq.Run(code, {"items": 5})


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
