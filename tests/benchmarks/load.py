"""Ask a server for one address as often as it can, from 32 connections at once.

wrk does it where it is installed; else a small client of our own, which takes more of the processor from the
server that it measures, so its numbers are lower bounds.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 32


@dataclass(frozen=True)
class Rate:
    """Requests per second, answers that were not what was asked for, and the tool that counted."""

    per_second: float
    failures: int
    tool: str


def measure(url: str, headers: dict[str, str], status: int = 200, seconds: float = 8.0) -> Rate:
    """Return the rate at which `url` is answered with `status`, once warm."""
    asyncio.run(_hammer(url, headers, status, 1.0))
    if shutil.which("wrk") and status == 200:
        return _wrk(url, headers, seconds)
    return asyncio.run(_hammer(url, headers, status, seconds))


def _wrk(url: str, headers: dict[str, str], seconds: float) -> Rate:
    options = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", *options, url]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    failures = sum(int(count) for count in re.findall(r"(?:3xx responses:|timeout) (\d+)", printed))
    return Rate(float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1]), failures, "wrk")


async def _hammer(url: str, headers: dict[str, str], status: int, seconds: float) -> Rate:
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    fields = [f"{name}: {value}" for name, value in headers.items()]
    lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", *fields, "", ""]
    request, end = "\r\n".join(lines).encode(), time.perf_counter() + seconds
    started = time.perf_counter()
    counts = await asyncio.gather(
        *(_connection(parts.hostname, parts.port, request, status, end) for _ in range(CONNECTIONS))
    )
    answered, failed = (sum(column) for column in zip(*counts, strict=True))
    return Rate(answered / (time.perf_counter() - started), failed, "asyncio")


async def _connection(host: str, port: int, request: bytes, status: int, end: float) -> tuple[int, int]:
    """Ask on one connection until the end, opening it again where the server closes it."""
    answered = failed = 0
    expected = str(status).encode()
    while time.perf_counter() < end:
        reader, writer = await asyncio.open_connection(host, port)
        try:
            while time.perf_counter() < end:
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: (\d+)", head)
                if length and int(length[1]):
                    await reader.readexactly(int(length[1]))
                answered += 1
                failed += head.split(b" ", 2)[1] != expected
                if b"connection: close" in head.lower():
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            failed += 1
        finally:
            writer.close()
    return answered, failed
