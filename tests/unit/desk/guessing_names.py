"""Names that columns have in files from real offices: layer, field → column, name of the file."""

from __future__ import annotations

ODD = [
    ("grids", {"grid_code": "WGBM", "name": "WGMC", "community_code": "SQBM"}, "wg.shp"),
    ("grids", {"grid_code": "单元网格标识码", "name": "网格名", "community_code": "社区代码"}, "数据.shp"),
    ("grids", {"grid_code": "GridNo", "name": "GridTitle", "community_code": "Village_ID"}, "export1.json"),
    ("grids", {"grid_code": "F1", "name": "F2", "community_code": "F3"}, "export.geojson"),
    ("grids", {"grid_code": "id", "name": "label", "community_code": "parent"}, "polygons.geojson"),
    ("communities", {"community_code": "SQDM", "name": "SQMC", "subdistrict_code": "SSJD"}, "社区.shp"),
    (
        "communities",
        {"community_code": "区划代码", "name": "村居名称", "subdistrict_code": "上级代码"},
        "x.shp",
    ),
    ("subdistricts", {"subdistrict_code": "XZQDM", "name": "XZQMC", "county_code": "SJDM"}, "xz.shp"),
    (
        "blocks",
        {
            "block_code": "DKBH",
            "name": "XQMC",
            "community_code": "SSSQ",
            "grid_code": "SSWG",
            "households": "ZHS",
            "land_use": "YDXZ",
        },
        "dk.shp",
    ),
    (
        "blocks",
        {
            "block_code": "parcel_no",
            "name": "estate",
            "households": "num_households",
            "land_use": "land use",
            "grid_code": "grid",
            "community_code": "community",
        },
        "parcels.geojson",
    ),
    (
        "buildings",
        {"building_code": "LDBH", "block_code": "DKBH", "households": "HS", "floors": "CS"},
        "ld.shp",
    ),
    (
        "buildings",
        {"building_code": "bldg_id", "block_code": "block", "households": "HHs", "floors": "No. of floors"},
        "footprints.gpkg",
    ),
    ("streets", {"street_code": "DLBH", "name": "DLMC", "road_class": "DLDJ", "bridge": "SFQL"}, "dl.shp"),
    (
        "streets",
        {"street_code": "ROADID", "name": "ROADNAME", "road_class": "CLASS", "bridge": "isbridge"},
        "lines.shp",
    ),
    ("water", {"water_code": "SXBH", "name": "SXMC", "kind": "LX"}, "sx.shp"),
    (
        "stations",
        {
            "station_code": "ZDBH",
            "name": "YZMC",
            "kind": "ZDLX",
            "grid_code": "SSWG",
            "address": "DZ",
            "hours": "KFSJ",
            "amenities": "PTSS",
            "capacity": "RNRS",
            "status": "ZT",
        },
        "yz.shp",
    ),
    (
        "stations",
        {
            "station_code": "Site ID",
            "name": "Site name",
            "kind": "Site type",
            "grid_code": "cell",
            "address": "Location",
            "hours": "Opening time",
            "amenities": "Facilities",
            "capacity": "Seats",
            "status": "State",
        },
        "sites.csv",
    ),
    ("gates", {"gate_code": "DMBH", "name": "DMMC", "block_code": "SSXQ", "passage": "TXZT"}, "dm.shp"),
    (
        "gates",
        {
            "gate_code": "entrance id",
            "name": "entrance name",
            "block_code": "block id",
            "passage": "open?",
        },
        "pts.shp",
    ),
]
