"""What the person at the keyboard sees: numbered steps with the seconds gone by, and one way to fail."""

import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTED = time.monotonic()


class SetupError(Exception):
    """A step that cannot go on; the message says what to do."""


def complain(message: str) -> None:
    """Print an error where errors go."""
    print(f"\n✗ {message}", file=sys.stderr, flush=True)


def say(message: str) -> None:
    """Print one line at once, also into a pipe."""
    print(message, flush=True)


class Steps:
    """Count the steps of one command aloud; what is already done is not announced."""

    def __init__(self) -> None:
        self.done = 0

    def begin(self, chinese: str, english: str) -> None:
        """Announce the next step."""
        self.done += 1
        say(f"[{self.done}] {time.monotonic() - STARTED:6.1f} s  {chinese}  {english}")


def detail(message: str) -> None:
    """Print a line below the step it belongs to."""
    say(f"               {message}")


def execute(
    command: Iterable[str | Path],
    *,
    remedy: str,
    show: Callable[[str], str | None] = lambda line: None,
    env: dict[str, str] | None = None,
    cwd: Path = ROOT,
) -> None:
    """Run a command without input, showing the lines that `show` returns text for.

    Raises SetupError with the end of what was not shown and the remedy when it fails.
    """
    command = [str(word) for word in command]
    tail: deque[str] = deque(maxlen=25)
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout:
            if text := show(line):
                detail(text)
            else:
                tail.append(line.rstrip())
    if process.returncode:
        output = "\n".join(f"    {line}" for line in tail)
        raise SetupError(f"{' '.join(command[:6])} … 失败 failed ({process.returncode}):\n{output}\n{remedy}")


def output_of(command: Iterable[str]) -> str | None:
    """Return what a command prints, None when it is missing or fails."""
    try:
        result = subprocess.run(
            list(command), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=120
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return result.stdout
