"""The one secret that a server cannot do without: made once, kept in the instance folder for its owner alone.

What is signed or derived with it is not known here.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from gis_app.errors import BadSettings

PREFIX = "GIS_"
SECRET_KEY_BYTES = 32


def kept_secret_key(instance_dir: Path) -> str:
    """Return the secret key kept in `instance_dir`, making it on the first call.

    The key is written whole to another name (mode 600) and linked into place, so that of two servers
    starting at once both end with the same key. Raises BadSettings when the folder cannot be written or the
    file is damaged.
    """
    path = instance_dir / "secret_key"
    try:
        instance_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _place_new_key(path)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(
            message=f"无法读写 {PREFIX}INSTANCE_DIR 中的密钥文件 / cannot keep the secret key in "
            f"{PREFIX}INSTANCE_DIR: {path}: {error.__class__.__name__}",
            fields={PREFIX + "INSTANCE_DIR": str(path)},
        ) from None
    if len(key) < SECRET_KEY_BYTES:
        raise BadSettings(
            message=f"密钥文件 {path} 已损坏，请删除后重新启动 / the secret key file {path} is damaged; "
            "delete it and start again",
            fields={PREFIX + "INSTANCE_DIR": str(path)},
        )
    return key


def _place_new_key(path: Path) -> None:
    handle, draft = tempfile.mkstemp(prefix=".secret_key-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(SECRET_KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        _link_if_absent(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)


def _link_if_absent(draft: str, path: Path) -> None:
    """Give `draft` its final name unless another process was first."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        if not path.exists():
            os.replace(draft, path)
