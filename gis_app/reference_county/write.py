"""Write layers as RFC 7946 GeoJSON and tables as CSV, byte for byte the same for the same content.

One feature per line, so that a change to one grid is a change of one line; coordinates have 7 decimals.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

DECIMALS = 7
CRS = "EPSG:4490"


def write_layer(gdf: gpd.GeoDataFrame, path: Path) -> None:
    """Write a layer, its first column as each feature's id; the CRS is stated as a foreign member."""
    table = gdf.drop(columns="geometry")
    properties = json.loads(table.to_json(orient="records", force_ascii=False))
    geometries = shapely.to_geojson(shapely.orient_polygons(gdf.geometry.to_numpy()))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type": "FeatureCollection", "name": ' + json.dumps(path.stem))
        file.write(f', "referenceSystem": "{CRS}", "features": [\n')
        lines = [
            json.dumps(
                {
                    "type": "Feature",
                    "id": values[table.columns[0]],
                    "properties": values,
                    "geometry": json.loads(text),
                },
                ensure_ascii=False,
                separators=(",", ":"),
            )
            for values, text in zip(properties, geometries, strict=True)
        ]
        file.write(",\n".join(lines))
        file.write("\n]}\n")


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 CSV with a header row; missing values are empty."""
    frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def write_catalogue(entries: list[dict], seed: int, folder: Path) -> None:
    """Write catalogue.json: for each file its rows, sha256, CRS, source and licence."""
    for entry in entries:
        entry["sha256"] = hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest()
    text = json.dumps({"seed": seed, "layers": entries}, ensure_ascii=False, indent=1)
    (folder / "catalogue.json").write_text(text + "\n", encoding="utf-8")


def rounded(geometry: np.ndarray) -> np.ndarray:
    """Return the geometries with each vertex rounded once to 7 decimals of a degree (about 1 cm)."""
    return shapely.transform(geometry, lambda xy: np.round(xy, DECIMALS))
