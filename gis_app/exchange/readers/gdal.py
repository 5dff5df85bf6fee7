"""GDAL with one driver only: what others could follow (VRT, URLs, databases) is gone before it starts."""

from __future__ import annotations

import os

from gis_app.exchange.raw import refuse

DRIVERS = {
    "shp": "ESRI Shapefile",
    "gpkg": "GPKG",
    "fgb": "FlatGeobuf",
    "kml": "LIBKML",
    "dxf": "DXF",
    "osm": "OSM",
}
# Every vector driver of the GDAL versions we know; a driver not named here is found by `pyogrio` below and
# the file is refused, rather than read beside an unknown driver.
SKIPPED = [
    "MEM",
    "Memory",
    "PCIDSK",
    "PDS4",
    "VICAR",
    "PDF",
    "MBTiles",
    "EEDA",
    "OGCAPI",
    "GDALG",
    "ESRI_Shapefile",
    "MapInfo_File",
    "LVBAG",
    "S57",
    "DGN",
    "OGR_VRT",
    "CSV",
    "GML",
    "GPX",
    "LIBKML",
    "KML",
    "GeoJSON",
    "GeoJSONSeq",
    "ESRIJSON",
    "TopoJSON",
    "OGR_GMT",
    "GPKG",
    "SQLite",
    "WAsP",
    "OpenFileGDB",
    "FileGDB",
    "DXF",
    "FlatGeobuf",
    "GeoRSS",
    "VFK",
    "PGDUMP",
    "OSM",
    "GPSBabel",
    "OGR_PDS",
    "WFS",
    "OAPIF",
    "EDIGEO",
    "Idrisi",
    "ODS",
    "XLSX",
    "XLS",
    "Elasticsearch",
    "Carto",
    "AmigoCloud",
    "SXF",
    "Selafin",
    "JML",
    "PLSCENES",
    "CSW",
    "VDV",
    "MVT",
    "NGW",
    "MapML",
    "GTFS",
    "PMTiles",
    "JSONFG",
    "MiraMonVector",
    "ADBC",
    "AVCBin",
    "AVCE00",
    "AIVector",
    "HTTP",
    "Parquet",
    "Arrow",
    "PostgreSQL",
    "MySQL",
    "MSSQLSpatial",
    "ODBC",
    "PGeo",
    "OCI",
    "DB2ODBC",
    "MongoDBv3",
    "netCDF",
    "HDF4",
    "HDF5",
    "TileDB",
    "DWG",
    "CAD",
    "Geoconcept",
    "REC",
    "NAS",
    "GMLAS",
    "SOSI",
    "LIBERTIFF",
    "Zarr",
    "NTF",
    "TIGER",
    "UK_.NTF",
    "SDTS",
    "OpenJPEG",
    "JP2OpenJPEG",
    "JPEG2000",
    "JP2ECW",
    "JP2KAK",
    "WEBP",
    "ILI",
    "INTERLIS_1",
    "INTERLIS_2",
    "SEGY",
    "SEGUKOOA",
    "ARCGEN",
    "HTF",
    "AERONAVFAA",
    "BNA",
    "Cloudant",
    "CouchDB",
    "GFT",
    "GME",
    "Walk",
    "IDB",
    "SDE",
    "INGRES",
    "Ingres",
    "HANA",
    "SAP_HANA",
    "VRT",
    "DODS",
    "OGDI",
    "FME",
    "SVG",
    "XPLANE",
    "LURI",
]
CONFIGURATION = {
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE",
    "GDAL_HTTP_TIMEOUT": "1",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "none",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "PROJ_NETWORK": "OFF",
    "SHAPE_RESTORE_SHX": "YES",
    "DXF_CLOSED_LINE_AS_POLYGON": "YES",
    "OGR_DXF_MAX_GAP": "0",
}


def open_gdal(kind: str):
    """Return the pyogrio module with the one driver for `kind`; call once, before pyogrio is imported.

    Raises Rejected where this GDAL knows a driver that cannot be left out.
    """
    allowed = DRIVERS[kind]
    names = {
        name.replace("_", " ") if name in ("ESRI_Shapefile", "MapInfo_File") else name for name in SKIPPED
    }
    os.environ.update(CONFIGURATION)
    os.environ["GDAL_SKIP"] = ",".join(sorted(names - {allowed}))
    import pyogrio

    left = set(pyogrio.list_drivers())
    if left != {allowed}:
        raise refuse("reader_failed", value="GDAL: " + " ".join(sorted(left - {allowed}) or ["-"]))
    return pyogrio
