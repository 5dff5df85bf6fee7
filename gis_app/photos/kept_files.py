"""Keeps files beside the database, named by the hash of their content; what they show is not known here.

A file is written whole under another name and then given its own, so that nobody ever reads half of one.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from gis_app.errors import NotFound, Unavailable

_HASH = re.compile(r"[0-9a-f]{64}")


class KeptFiles:
    """The files under one folder; it is made when the first is kept.

    `suffixes` says which forms a content may have, `usual_form` which is meant where none is named; `unknown`
    and `not_kept` are the code and the words of what is raised.
    """

    suffixes: ClassVar[Mapping[str, str]]
    usual_form: ClassVar[str] = ""
    unknown: ClassVar[tuple[str, str]]
    not_kept: ClassVar[tuple[str, str]]

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder).absolute()

    def path(self, content_hash: str, form: str | None = None) -> Path:
        """Return where a file lies; raises NotFound for what is not a hash or no form of ours."""
        form = self.usual_form if form is None else form
        if not _HASH.fullmatch(content_hash) or form not in self.suffixes:
            raise NotFound(*self.unknown)
        return self.folder / content_hash[:2] / f"{content_hash}{self.suffixes[form]}"

    def read(self, content_hash: str, form: str | None = None) -> bytes:
        """Return the bytes of a file; raises NotFound where it is not kept."""
        try:
            return self.path(content_hash, form).read_bytes()
        except OSError:
            raise NotFound(*self.unknown) from None

    def keep_bytes(self, contents: Iterable[tuple[str, str, bytes]]) -> list[Path]:
        """Write each (hash, form, bytes) that is not there yet: all or none; return the new files.

        Raises Unavailable where the disk refuses.
        """
        made: list[Path] = []
        try:
            for content_hash, form, data in contents:
                path = self.path(content_hash, form)
                if not path.exists():
                    _write(path, data)
                    made.append(path)
        except OSError:
            self.drop(made)
            raise Unavailable(*self.not_kept) from None
        return made

    def files(self) -> list[Path]:
        """Return every file that is kept, in all forms."""
        return sorted(path for path in self.folder.glob("??/*.*") if _HASH.match(path.name))

    def drop(self, files: Iterable[Path]) -> None:
        """Remove files that were made for something that did not happen after all."""
        for path in files:
            path.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    handle, draft = tempfile.mkstemp(prefix=".kept-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)
