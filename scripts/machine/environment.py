"""The virtual environment in .venv/: made once, filled from the hash-pinned locks, our package on top."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import debian
import stamps
from console import ROOT, SetupError, Steps, execute

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / "scripts" / "locks"
RETRY = (
    "多为网络问题，再运行一次即可继续。Mostly the network: run the same command again.\n"
    "pip 的镜像设置照常有效。pip's own settings (pip config, PIP_INDEX_URL) are honoured."
)
NAMES = {
    "runtime": ("安装依赖", "install the locked dependencies"),
    "test": ("安装依赖和测试工具", "install the locked dependencies and test tools"),
}


def make(kind: str, steps: Steps) -> None:
    """Bring .venv/ to what the lock `kind` (runtime or test) says; a current one is left alone."""
    fresh = stamps.digest(sys.version, str(ROOT))
    locked = stamps.digest(fresh, files=[LOCKS / "build.txt", LOCKS / f"{kind}.txt", ROOT / "pyproject.toml"])
    with stamps.only_one(LOCKS):
        if not stamps.is_current(VENV / "stamps" / "python", fresh):
            steps.begin("建立虚拟环境", f"make .venv with Python {sys.version.split()[0]}")
            create()
            stamps.write(VENV / "stamps" / "python", fresh)
        if not stamps.is_current(VENV / "stamps" / kind, locked):
            steps.begin(*NAMES[kind])
            install("build")
            install(kind)
            install_ourselves()
            stamps.write(VENV / "stamps" / kind, locked)


def create() -> None:
    """Make an empty .venv/, with Debian's missing piece brought where we may."""
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        debian.refresh()
        debian.install(debian.first_offered(f"python{version}-venv", "python3-venv"))
    base = getattr(sys, "_base_executable", None) or sys.executable
    if VENV.is_symlink():
        raise SetupError(f"{VENV} 是符号链接，请移走。{VENV} is a symbolic link; move it away.")
    shutil.rmtree(VENV, ignore_errors=True)
    execute([base, "-m", "venv", VENV], remedy="Debian 和 Ubuntu：apt-get install python3-venv")


def install(lock: str) -> None:
    """Install one lock file: exactly these versions, each file checked against its hash."""
    seen: list[str] = []

    def show(line: str) -> str | None:
        words = line.split()
        if line.startswith(("Collecting", "Processing")):
            seen.append("-".join(words[1].rsplit("/", 1)[-1].split("-")[:2]))
            return f"{len(seen):3}  {seen[-1]}" if len(seen) % 5 == 1 else None
        return f"写入 unpacking {len(seen)}" if line.startswith("Installing collected") else None

    execute(
        [
            *pip(),
            "install",
            "--no-deps",
            "--no-build-isolation",
            "--require-hashes",
            "--progress-bar",
            "off",
            "--requirement",
            LOCKS / f"{lock}.txt",
        ],
        remedy=RETRY,
        show=show,
        env=pip_environment(),
    )


def install_ourselves() -> None:
    """Put our package and its `gis-app` command into .venv/, as the files in this folder."""
    execute(
        [*pip(), "install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT],
        remedy=RETRY,
        env=pip_environment(),
    )


def pip() -> list[str | Path]:
    """Return the pip of .venv/ as the start of a command."""
    return [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input"]


def pip_environment() -> dict[str, str]:
    """Return the environment without what would send pip's installs elsewhere than .venv/."""
    dropped = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV"}
    return {name: value for name, value in os.environ.items() if name not in dropped}
