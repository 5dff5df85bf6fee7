"""A plan as a file: GeoPackage, GeoJSON, Shapefile, or a workbook with the crosswalk, in the CRS of choice.

What is written is what was given: grids and blocks as layers, lineage as a table.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from gis_app.errors import BadInput
from gis_app.exchange.crs import declared_source
from gis_app.exchange.spreadsheet import Sheet, workbook
from gis_app.geo.validity import representative_points

Layers = Mapping[str, gpd.GeoDataFrame | pd.DataFrame]
# dBASE cuts names after ten bytes
SHORT = {"community_code": "community"}
KINDS = {
    "kept": "未变", "changed": "调整", "split": "拆分", "merged": "合并", "new": "新设", "retired": "撤销",
}  # fmt: skip
CROSSWALK = ("原网格", "新网格", "类型", "户数", "占原网格", "占新网格")


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to hand out: suffix with its dot, media type, content."""

    suffix: str
    mimetype: str
    content: bytes


def export_plan(kind: str, layers: Layers, crs: str = "EPSG:4490") -> Exported:
    """Return a plan as a file of a kind (a key of WRITERS) in a CRS.

    `layers` are "grids" (with households), "blocks" and "lineage". Raises BadInput for a kind that is not
    written and for a CRS that is unknown or only an offset of another.
    """
    if kind not in WRITERS:
        raise BadInput("bad_format", "没有这种导出格式", {"format": " ".join(WRITERS)})
    suffix, mimetype, write = WRITERS[kind]
    return Exported(suffix, mimetype, write(_in_crs(layers, crs)))


def _in_crs(layers: Layers, crs: str) -> dict[str, gpd.GeoDataFrame | pd.DataFrame]:
    try:
        source = declared_source(crs)
    except Exception as error:
        raise BadInput("bad_crs", "不认识的坐标系", {"crs": "EPSG:4490 EPSG:4547 EPSG:3857 …"}) from error
    if source.offset:
        raise BadInput("bad_crs", "不导出为加偏坐标系", {"crs": "EPSG:4490 EPSG:4547 EPSG:3857 …"})
    return {
        name: frame.to_crs(source.crs) if isinstance(frame, gpd.GeoDataFrame) else frame
        for name, frame in layers.items()
    }


def _geopackage(layers: Layers) -> bytes:
    with tempfile.TemporaryDirectory(prefix="gis-export-") as folder:
        path = Path(folder) / "plan.gpkg"
        for name in ("grids", "blocks"):
            pyogrio.write_dataframe(
                _plain(layers[name]), path, layer=name, driver="GPKG", append=path.exists()
            )
        return path.read_bytes()


def _geojson(layers: Layers) -> bytes:
    with tempfile.TemporaryDirectory(prefix="gis-export-") as folder:
        path = Path(folder) / "grids.geojson"
        options = {"COORDINATE_PRECISION": "9", "RFC7946": "NO"}
        pyogrio.write_dataframe(_plain(layers["grids"]), path, driver="GeoJSON", layer_options=options)
        return path.read_bytes()


def _shapefile(layers: Layers) -> bytes:
    out = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="gis-export-") as folder:
        for name in ("grids", "blocks"):
            path = Path(folder) / f"{name}.shp"
            short = _plain(layers[name]).rename(columns=SHORT)
            pyogrio.write_dataframe(short, path, driver="ESRI Shapefile", encoding="UTF-8")
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).iterdir()):
                archive.write(path, path.name)
    return out.getvalue()


def _workbook(layers: Layers) -> bytes:
    grids, blocks, lineage = (layers[name] for name in ("grids", "blocks", "lineage"))
    xy = representative_points(grids.geometry.values)
    places = pd.DataFrame(grids.drop(columns="geometry")).assign(x=xy[:, 0], y=xy[:, 1])
    columns = ["from_grid", "to_grid", "kind", "households", "share_from", "share_to"]
    told = lineage[columns].assign(kind=lineage["kind"].map(lambda kind: KINDS.get(kind, kind)))
    where = places[["grid_code", "name", "community_code", "households", "x", "y"]]
    named = ("网格编码", "名称", "社区编码", "户数", f"X（{_label(grids)}）", "Y")
    table = blocks[["block_code", "grid_code", "households"]]
    return workbook([
        Sheet("沿革", CROSSWALK, told.to_numpy(object).tolist(), (20, 20, 8, 8, 10, 10)),
        Sheet("网格", named, where.to_numpy(object).tolist(), (20, 20, 16, 8, 18, 18)),
        Sheet("地块", ("地块编码", "网格编码", "户数"), _plain(table).to_numpy(object).tolist(), (20, 20, 8)),
    ])  # fmt: skip


def _label(frame: gpd.GeoDataFrame) -> str:
    code = frame.crs.to_epsg()
    return f"EPSG:{code}" if code else frame.crs.name


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with texts as plain objects, "" where nothing is known."""
    known = pd.api.types.is_numeric_dtype
    texts = [name for name in frame.columns if name != "geometry" and not known(frame[name])]
    told = {name: np.where(frame[name].isna(), "", frame[name].astype(object)) for name in texts}
    return frame.assign(**told)


WRITERS: dict[str, tuple[str, str, Callable[[Layers], bytes]]] = {
    "gpkg": (".gpkg", "application/geopackage+sqlite3", _geopackage),
    "geojson": (".geojson", "application/geo+json", _geojson),
    "shp": (".zip", "application/zip", _shapefile),
    "xlsx": (
        ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _workbook,
    ),
}  # fmt: skip
