"""Remember what has been set up, so that a second start skips it; and let only one start set up at a time."""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from console import say


def digest(*parts: str, files: Iterable[Path] = ()) -> str:
    """Return one hash of some words and of the contents of some files."""
    total = hashlib.sha256("\0".join(parts).encode())
    for file in files:
        total.update(file.read_bytes())
    return total.hexdigest()


def is_current(stamp: Path, content: str) -> bool:
    """Tell whether a step was finished for exactly this content."""
    try:
        return stamp.read_text() == content
    except OSError:
        return False


def write(stamp: Path, content: str) -> None:
    """Mark a step as finished: the last thing it does, in one move."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    temporary = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    temporary.write_text(content)
    temporary.replace(stamp)


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold a folder while setting up, so that two starts side by side do not step on each other."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"等待另一个启动过程完成…  waiting for another start to finish with {folder}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
