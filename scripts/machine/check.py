"""scripts/test: set up what is missing, system packages included, then check style and run every test."""

import os
import subprocess

import assets
import debian
import environment
import ogctests
import samples
import translations
from console import ROOT, SetupError, Steps, detail


def main(arguments: list[str]) -> None:
    """Set up, then run ruff and pytest; raises SystemExit with the exit code of the first that fails."""
    steps = Steps()
    bring_packages(steps)
    environment.make("test", steps)
    samples.make(steps)
    ogctests.make(steps)
    assets.make(steps)
    translations.make(steps)
    os.chdir(ROOT)
    steps.begin("检查代码风格", "ruff")
    check("ruff", "check", ".")
    steps.begin("运行全部测试", "pytest, nothing skipped")
    check("pytest", *arguments)
    steps.begin("全部通过", "all green")


def bring_packages(steps: Steps) -> None:
    """Install what the tests need of the distribution; raises SetupError where that cannot be done."""
    if not debian.missing_packages():
        return
    steps.begin("安装系统软件包", "install what the tests need of the distribution")
    debian.refresh()
    debian.install(*debian.missing_packages())
    if missing := " ".join(debian.missing_packages()):
        raise SetupError(f"安装后仍找不到 {missing}。Still missing after installing: {missing}.")


def check(module: str, *arguments: str) -> None:
    """Run one of the tools in .venv/, its output straight to the screen."""
    detail(f"$ {module} {' '.join(arguments)}")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIS_")}
    done = subprocess.run(
        [environment.PYTHON, "-m", module, *arguments], stdin=subprocess.DEVNULL, env=environ, check=False
    )
    if done.returncode:
        raise SystemExit(done.returncode)
