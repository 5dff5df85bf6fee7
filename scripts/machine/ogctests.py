"""The conformance suite of OGC API Features, in an environment of its own: .venv/ogctests/.

It brings a geopandas and a pytest of its own, which must not decide what versions the application has.
"""

import shutil
import sys
from pathlib import Path

import environment
import stamps
from console import Steps, execute

LOCK = environment.LOCKS / "ogctests.txt"
FOLDER = environment.VENV / "ogctests"


def make(steps: Steps) -> None:
    """Bring .venv/ogctests/ to what its lock says; a current one is left alone."""
    content = stamps.digest(sys.version, files=[LOCK])
    with stamps.only_one(environment.LOCKS):
        if stamps.is_current(FOLDER / ".stamp", content):
            return
        steps.begin("取 OGC API 的符合性测试", "install the conformance suite of OGC API")
        fill(environment.PYTHON, FOLDER)
        stamps.write(FOLDER / ".stamp", content)


def fill(python: Path, folder: Path) -> None:
    """Make the environment anew and put the locked suite into it."""
    shutil.rmtree(folder, ignore_errors=True)
    execute([python, "-m", "venv", folder], remedy=environment.RETRY)
    pip = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    locked = ["--no-deps", "--require-hashes", "--requirement", LOCK]
    execute([*pip, "--quiet", *locked], remedy=environment.RETRY, env=environment.pip_environment())


if __name__ == "__main__":
    fill(Path(sys.executable), Path(sys.argv[1]))
