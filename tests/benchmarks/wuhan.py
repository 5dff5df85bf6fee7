"""A real city's streets, 82,891 nodes, out of a source package on the package index; none is kept here.

neatnet 0.1.6 carries OpenStreetMap's streets of Wuhan in its sdist (© OpenStreetMap contributors, ODbL). They
are in Parquet, which is read by a process of its own with pyarrow in a folder of its own: neither package is
one of ours. The folder is the user's cache, so that a second run does not download again.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

SDIST, CRS = "neatnet==0.1.6", "EPSG:32650"
MEMBER = "data/wuhan_8989/original.parquet"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gis-app-benchmarks"
SHA256 = "aeadb891a146320d617de30b7df552818b200e9372cfeaf50535300b8bd8d244"
READER = """
import sys
sys.path.append(sys.argv[1])
import pyarrow.parquet
shapes = pyarrow.parquet.read_table(sys.argv[2], columns=["geometry"])["geometry"].to_pylist()
with open(sys.argv[3], "w") as file:
    file.writelines(shape.hex() + chr(10) for shape in shapes)
"""


def streets() -> gpd.GeoSeries:
    """Return the 92,667 street lines in metres; raises CalledProcessError where no index can be reached."""
    folder = CACHE
    shapes = folder / "wuhan.hex"
    if not shapes.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _read(_downloaded(folder), folder, shapes)
    return gpd.GeoSeries(shapely.from_wkb(shapes.read_text().split()), crs=CRS)


def _downloaded(folder: Path) -> Path:
    """Return the Parquet file out of the sdist."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "download", SDIST, "--no-binary", "neatnet", "--no-deps", "--dest", str(folder)], check=True
    )
    subprocess.run(
        [
            *pip,
            "install",
            "pyarrow",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--target",
            str(folder / "pyarrow"),
        ],
        check=True,
    )
    (packed,) = folder.glob("neatnet-*.tar.gz")
    with tarfile.open(packed) as archive:
        name = next(name for name in archive.getnames() if name.endswith(MEMBER))
        body = archive.extractfile(name).read()
    if hashlib.sha256(body).hexdigest() != SHA256:
        raise RuntimeError(f"{MEMBER} is not the file that the figures were measured with")
    file = folder / "wuhan.parquet"
    file.write_bytes(body)
    return file


def _read(parquet: Path, folder: Path, shapes: Path) -> None:
    draft = shapes.with_suffix(".draft")
    subprocess.run(
        [sys.executable, "-c", READER, str(folder / "pyarrow"), str(parquet), str(draft)], check=True
    )
    draft.replace(shapes)


def beside(lines: np.ndarray, count: int, seed: int, off: float = 20.0) -> np.ndarray:
    """Return points (count, 2) scattered about the streets, each street as likely as another."""
    random = np.random.default_rng(seed)
    chosen = lines[random.integers(0, len(lines), count)]
    on = shapely.line_interpolate_point(chosen, random.random(count), normalized=True)
    return shapely.get_coordinates(on) + random.normal(0, off, (count, 2))
