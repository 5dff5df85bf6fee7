"""What each layer is: columns, types, CRS and kind of geometry, declared once.

Nothing enters the store or an Atlas that `validate` has a fault for. `complete` adds what a thin import may
leave out; it never changes a value that is there.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa
from pandera.engines.geopandas_engine import Geometry

from gis_app.errors import Fault, NotFound
from gis_app.layers import rules
from gis_app.layers.faults import fault, from_pandera
from gis_app.layers.geometry_faults import geometry_faults

CRS = "EPSG:4490"
AREA = ("Polygon", "MultiPolygon")
LINE = ("LineString", "MultiLineString")
POINT = ("Point",)


def _layer(name: str, title: str, columns: dict, geometry: tuple, checks=()) -> pa.DataFrameSchema:
    shape = pa.Column(Geometry(crs=CRS), nullable=True, title="几何图形")
    return pa.DataFrameSchema(
        {**columns, "geometry": shape},
        checks=list(checks),
        name=name,
        title=title,
        metadata={"geometry": geometry, "code": next(iter(columns))},
    )


# Ordered so that a parent comes before its children.
SCHEMAS: dict[str, pa.DataFrameSchema] = {
    schema.name: schema
    for schema in (
        _layer(
            "county",
            "县域",
            {"county_code": rules.area_code("县编码", 6, unique=True), "name": rules.text("名称")},
            AREA,
        ),
        _layer(
            "subdistricts",
            "街道",
            {
                "subdistrict_code": rules.area_code("街道编码", 9, unique=True),
                "name": rules.text("名称"),
                "county_code": rules.area_code("所属县编码", 6, optional=True),
            },
            AREA,
            (rules.starts_with_parent("subdistrict_code", "county_code"),),
        ),
        _layer(
            "communities",
            "社区",
            {
                "community_code": rules.area_code("社区编码", 12, unique=True),
                "name": rules.text("名称"),
                "subdistrict_code": rules.area_code("所属街道编码", 9, optional=True),
            },
            AREA,
            (rules.starts_with_parent("community_code", "subdistrict_code"),),
        ),
        _layer(
            "grids",
            "网格",
            {
                "grid_code": rules.area_code("网格编码", 15, unique=True),
                "name": rules.text("名称"),
                "community_code": rules.area_code("所属社区编码", 12, optional=True),
            },
            AREA,
            (rules.starts_with_parent("grid_code", "community_code"),),
        ),
        _layer(
            "blocks",
            "地块",
            {
                "block_code": rules.token("地块编码", unique=True),
                "name": rules.text("名称", optional=True),
                "community_code": rules.area_code("所属社区编码", 12, nullable=True, optional=True),
                "grid_code": rules.area_code("所属网格编码", 15, nullable=True, optional=True),
                "households": rules.whole("户数", optional=True),
                "land_use": rules.one_of("用地性质", rules.LAND_USES, optional=True, default="residential"),
            },
            AREA,
            (rules.starts_with_parent("grid_code", "community_code"),),
        ),
        _layer(
            "buildings",
            "楼栋",
            {
                "building_code": rules.token("楼栋编码", unique=True),
                "block_code": rules.token("所属地块编码", nullable=True, optional=True),
                "households": rules.whole("户数", optional=True),
                "floors": rules.whole("层数", optional=True, default=1),
            },
            AREA,
        ),
        _layer(
            "streets",
            "路网",
            {
                "street_code": rules.token("道路编码", unique=True),
                "name": rules.text("名称", optional=True),
                "road_class": rules.one_of("道路等级", rules.ROAD_CLASSES, optional=True, default="lane"),
                "bridge": rules.flag("是否桥梁"),
            },
            LINE,
        ),
        _layer(
            "water",
            "水系",
            {
                "water_code": rules.token("水系编码", unique=True),
                "name": rules.text("名称", optional=True),
                "kind": rules.one_of("类型", rules.WATER_KINDS, optional=True, default="lake"),
            },
            AREA,
        ),
        _layer(
            "stations",
            "站点",
            {
                "station_code": rules.token("站点编码", unique=True),
                "name": rules.text("名称"),
                "kind": rules.one_of("类型", rules.STATION_KINDS, optional=True, default="warm_station"),
                "grid_code": rules.area_code("所在网格编码", 15, nullable=True, optional=True),
                "address": rules.text("地址", optional=True),
                "hours": rules.opening_hours("开放时间"),
                "amenities": rules.amenities("设施"),
                "capacity": rules.whole("容纳人数", optional=True),
                "status": rules.one_of("状态", rules.STATION_STATUSES, optional=True, default="open"),
            },
            POINT,
        ),
        _layer(
            "gates",
            "小区出入口",
            {
                "gate_code": rules.token("出入口编码", unique=True),
                "name": rules.text("名称", optional=True),
                "block_code": rules.token("所属地块编码", nullable=True, optional=True),
                "passage": rules.one_of("通行", rules.PASSAGES, optional=True, default="open"),
            },
            POINT,
        ),
    )
}
LAYERS: tuple[str, ...] = tuple(SCHEMAS)
_PARENT_COLUMNS = {
    "subdistricts": ("county_code", 6),
    "communities": ("subdistrict_code", 9),
    "grids": ("community_code", 12),
}


def schema(name: str) -> pa.DataFrameSchema:
    """Return the schema of a layer; raise NotFound for an unknown name."""
    if name not in SCHEMAS:
        problem = fault("unknown_layer", "layer", value=name, detail=" ".join(LAYERS))
        raise NotFound("unknown_layer", f"{problem.message}，{problem.remedy}", {"layer": " ".join(LAYERS)})
    return SCHEMAS[name]


def columns(name: str) -> list[str]:
    """Return the column names of a layer, the code first and geometry last."""
    return list(schema(name).columns)


def code_column(name: str) -> str:
    """Return the name of the column that identifies a row."""
    return schema(name).metadata["code"]


def geometry_types(name: str) -> tuple[str, ...]:
    """Return the geometry types a layer may hold."""
    return schema(name).metadata["geometry"]


def title(name: str) -> str:
    """Return the Chinese name of a layer."""
    return schema(name).title


def required_columns(name: str) -> list[str]:
    """Return the columns that an import must bring itself, geometry not counted."""
    found = schema(name).columns.items()
    return [key for key, column in found if key != "geometry" and not column.metadata["optional"]]


def empty(name: str) -> gpd.GeoDataFrame:
    """Return the layer without rows, all columns typed."""
    found = schema(name).columns
    data = {
        key: pd.Series([], dtype=column.metadata["kind"])
        for key, column in found.items()
        if key != "geometry"
    }
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries([], crs=CRS))


def complete(name: str, gdf: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a copy with missing optional columns added, in order, and harmless types settled.

    Parent codes come from the area's own code, others from the schema's default. A value that cannot be
    read as its column's type is left for `validate` to name. Columns the schema does not know are dropped.
    """
    declared = schema(name)
    frame = gdf.reset_index(drop=True).copy()
    if frame.active_geometry_name not in (None, "geometry"):
        frame = frame.rename_geometry("geometry")
    for key, column in declared.columns.items():
        if key == "geometry":
            continue
        if key not in frame and column.metadata["optional"]:
            frame[key] = _default(name, frame, key, column)
        if key in frame:
            frame[key] = _settle(frame[key], column)
    return frame[[key for key in declared.columns if key in frame]]


def _default(name: str, frame: pd.DataFrame, key: str, column: pa.Column) -> object:
    parent, length = _PARENT_COLUMNS.get(name, (None, 0))
    own = code_column(name)
    if key == parent and own in frame:
        return _as_text(frame[own]).str[:length]
    return column.metadata["default"]


def _settle(values: pd.Series, column: pa.Column) -> pd.Series:
    kind, default = column.metadata["kind"], column.metadata["default"]
    if kind == "str":
        words = _as_text(values)
        return words.fillna(default) if column.metadata["optional"] and default is not None else words
    if kind == "int64":
        return _as_whole(values, default if column.metadata["optional"] else None)
    return _as_flag(values)


def _as_text(values: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(values) and bool((values.dropna() % 1 == 0).all()):
        values = values.astype("Int64")
    return values.astype("str")


def _as_whole(values: pd.Series, default: int | None) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce")
    if default is not None:
        blank = values.isna() | (values.astype("str").str.strip() == "")
        numbers = numbers.mask(blank, default)
    fits = bool((numbers.notna() & (numbers % 1 == 0) & numbers.abs().lt(2**53)).all())
    return numbers.astype("int64") if fits else values


def _as_flag(values: pd.Series) -> pd.Series:
    words = values.map(lambda v: str(v).strip().lower() if pd.notna(v) else "")
    yes, no = ("true", "1", "1.0", "yes", "是"), ("false", "0", "0.0", "no", "否", "")
    return words.isin(yes).astype(bool) if bool(words.isin(yes + no).all()) else values


def validate(name: str, gdf: gpd.GeoDataFrame) -> list[Fault]:
    """Return every fault of a layer, in row order; an empty list means it may go in.

    Rows are counted from 1 by position. Raises NotFound for an unknown layer name.
    """
    declared = schema(name)
    if not isinstance(gdf, gpd.GeoDataFrame) or gdf.active_geometry_name is None:
        return [fault("missing_column", "geometry", title="几何图形")]
    if len(gdf) == 0:
        return [fault("empty_layer", "geometry")]
    faults = []
    if gdf.crs is None or gdf.crs.to_epsg() != 4490:
        faults.append(fault("wrong_crs", "geometry", value=_crs_name(gdf)))
    if name == "county" and len(gdf) != 1:
        faults.append(fault("row_count", "county_code", value=len(gdf)))
    frame = gdf.reset_index(drop=True).set_crs(CRS, allow_override=True)
    frame = frame if frame.active_geometry_name == "geometry" else frame.rename_geometry("geometry")
    try:
        declared.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as found:
        faults += from_pandera(declared, frame, found.failure_cases)
    faults += geometry_faults(frame.geometry, geometry_types(name))
    return sorted(faults, key=lambda f: (f.row or 0, f.field, f.message_code))


def _crs_name(gdf: gpd.GeoDataFrame) -> str:
    return "未声明" if gdf.crs is None else (gdf.crs.to_string() if gdf.crs.to_epsg() else gdf.crs.name)
