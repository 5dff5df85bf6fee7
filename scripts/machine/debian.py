"""What only the distribution can bring: found where it is there, installed where we may, else named."""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from console import SetupError, detail, execute, output_of

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PYTHON = Path("/usr/lib/python3")
POSTGIS = re.compile(r"^postgresql-(\d+)-postgis-3\b", re.MULTILINE)


def browser() -> bool:
    """Tell whether a Chromium or Chrome is on the PATH."""
    return any(shutil.which(name) for name in BROWSERS)


def chinese_font() -> bool:
    """Tell whether a font with Chinese characters is installed."""
    listed = output_of(["fc-list", ":lang=zh", "file"])
    return bool(listed) or any(Path("/usr/share/fonts").rglob("NotoSansCJK*"))


def postgis() -> bool:
    """Tell whether some PostgreSQL server with the PostGIS extension is installed."""
    return any(
        Path(f"/usr/share/postgresql/{server.name}/extension/postgis.control").exists()
        for server in Path("/usr/lib/postgresql").glob("*")
        if (server / "bin" / "initdb").exists()
    )


def gdal() -> bool:
    """Tell whether GDAL's own commands are on the PATH: another reader of what we serve and write."""
    return all(shutil.which(command) for command in ("ogrinfo", "ogr2ogr"))


def qgis() -> bool:
    """Tell whether QGIS can be called from the distribution's own Python: it opens what we write."""
    return (DEBIAN_PYTHON / "dist-packages" / "qgis" / "core").is_dir()


def missing_packages() -> list[str]:
    """Return the Debian packages that the tests need and this machine lacks."""
    packages = []
    if not browser():
        packages.append(first_offered("chromium", "chromium-browser"))
    if not chinese_font():
        packages.append("fonts-noto-cjk")
    if not postgis():
        packages.append(newest_postgis())
    if not gdal():
        packages.append("gdal-bin")
    if not qgis():
        packages.append("python3-qgis")
    return packages


def first_offered(*packages: str) -> str:
    """Return the first package that the distribution can install, else the first."""
    for package in packages:
        policy = output_of(["apt-cache", "policy", package])
        if policy and "Candidate: (none)" not in policy:
            return package
    return packages[0]


def newest_postgis() -> str:
    """Return the name of the newest PostGIS package on offer."""
    offered = output_of(["apt-cache", "search", "--names-only", "^postgresql-[0-9]+-postgis-3$"]) or ""
    return f"postgresql-{max(map(int, POSTGIS.findall(offered)), default=15)}-postgis-3"


def install(*packages: str) -> None:
    """Install packages as root or through sudo, saying so first; raise with the command to type elsewhere."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    typed = f"sudo {' '.join(command)}"
    if not shutil.which("apt-get"):
        raise SetupError(f"请先安装系统软件包。Install these first; on Debian or Ubuntu:\n    {typed}")
    rights = privileges()
    if rights is None:
        raise SetupError(f"缺少系统软件包，请执行。System packages are missing; type this once:\n    {typed}")
    detail(f"将安装系统软件包  installing with apt-get: {' '.join(packages)}")
    unattended = [*rights, "env", "DEBIAN_FRONTEND=noninteractive"]
    execute([*unattended, *command], remedy=f"手动执行 By hand: {typed}", show=apt_line)


def refresh() -> None:
    """Fetch the distribution's list of packages, where we may."""
    rights = privileges()
    if rights is not None and shutil.which("apt-get"):
        detail("apt-get update")
        output_of([*rights, "apt-get", "update", "--quiet"])


def privileges() -> Sequence[str] | None:
    """Return what to put before a command to run it as root, None where we may not."""
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and output_of(["sudo", "-n", "true"]) is not None:
        return ("sudo", "-n")
    return None


def apt_line(line: str) -> str | None:
    """Show what apt unpacks, so that a long download does not look like a halt."""
    return line.strip() if line.startswith(("Get:", "Unpacking")) else None
