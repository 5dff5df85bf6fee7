"""Why each file of the corpus is refused: its codes, all of them where there are several."""

from __future__ import annotations

_BY_CODE = {
    "not_what_its_name_says": "vrt.geojson vrt.json vrt.gpkg vrt.csv vrt.kml vrt.shp vrt.fgb vrt.dxf vrt.zip"
    " vrt.xlsx vrt.txt vrt.osm vrt.pbf vrt.kmz vrt.tsv vrt_in_archive.zip plain_sqlite.gpkg photo.kml"
    " laughs.kml not_utf8.geojson archive_called_layer.zip utf16_without_mark.csv",
    "zip_suffix": "vrt_member.zip nested.zip script.zip",
    "zip_bomb": "bomb.zip bomb.xlsx bomb.kmz",
    "zip_broken": "lying_bomb.zip broken.zip",
    "zip_members": "many_members.zip",
    "zip_name": "traversal.zip absolute.zip drive.zip backslash.zip traversal.kmz",
    "zip_special": "symlink.zip device.zip locked.zip",
    "zip_no_layer": "no_layer.zip nested.kmz",
    "zip_two_layers": "two_layers.zip two_documents.kmz",
    "xml_entities": "entities.xlsx laughing_strings.xlsx doctype.kml utf16_doctype.kml laughs.osm",
    "xml_encoding": "odd_encoding.kml",
    "xlsx_macros": "macros.xlsx old_macros.xlsx",
    "too_many_cells": "huge_sheet.xlsx three_million_strings.xlsx",
    "too_many_columns": "wide.csv",
    "too_many_features": "half_million_features.geojson four_billion_rows.zip laughing_blocks.dxf"
    " rows_and_columns.dxf block_in_itself.dxf",
    "too_many_vertices": "too_many_vertices.geojson two_million.geojson two_million.kml two_million.gpkg"
    " two_million.fgb two_million.zip two_million.dxf two_million_of_old.dxf",
    "text_too_long": "deep_wkt.csv",
    "reader_failed": "truncated.gpkg garbage.gpkg huge_shape.zip broken.dxf program.xlsx"
    " date_beyond_time.xlsx endless_quote.csv",
    "gpkg_unsafe": "view.gpkg",
    "dbf_declares": "huge_table.zip fewer_rows.zip no_row_at_all.zip",
    "no_layer": "broken.fgb",
    "json_depth": "deep.geojson deep_open.geojson deep_coordinates.geojson",
    "json_duplicate": "duplicate_keys.geojson two_names.geojson",
    "json_syntax": "million_escapes.geojson half_a_file.geojson",
    "not_geojson": "topojson.json",
    "osm_cut_short": "block_beyond_its_size.pbf",
    "empty_file": "empty.geojson empty.gpkg empty.csv empty.kml empty.shp empty.fgb empty.dxf empty.zip"
    " empty.xlsx no_sheet.xlsx",
    "empty_layer_file": "network_link.kml no_features.geojson header_only.csv header_only.xlsx"
    " layer_without_rows.gpkg shapefile_without_rows.zip",
    "nan_coordinate": "nan.geojson infinity.geojson 1e400.geojson digits.geojson nan.csv"
    " z_is_no_number.geojson",
    "empty_geometry": "nan.shp",
    "missing_geometry": "nothing_marked.kml null_shapes.geojson",
    "bad_coordinate": "strings.geojson",
    "broken_geometry": "strings.geojson",
    "invalid_geometry": "bow_tie.geojson comb.geojson longest_comb.geojson",
    "wrong_geometry_type": "collection.geojson collection.gpkg lines_as_grids.fgb m_only_points.zip",
    "crs_metres": "projected_as_degrees.geojson beyond_the_date_line.geojson",
    "crs_area": "wrong_zone_number.gpkg",
    "swapped_axes": "swapped.geojson swapped_row.csv swapped.gpkg",
    "outside_county": "outside.csv wrong_zone.gpkg",
    "wraps_earth": "antimeridian.geojson whole_earth.geojson",
    "formula_name": "formula.xlsx formula_utf-16.csv formula_gb18030.csv formula_utf-8-sig.csv"
    " formula.geojson hidden_formula.csv",
    "merged_cells": "merged_header.xlsx",
    "ragged_row": "merged_header.xlsx",
}
# told beside the reason, for the places of these rows could not be found either
BESIDE = frozenset(["no_parent", "missing_value"])


def codes() -> dict[str, set[str]]:
    """Return the codes of each file."""
    found: dict[str, set[str]] = {}
    for code, names in _BY_CODE.items():
        for name in names.split():
            found.setdefault(name, set()).add(code)
    return found
