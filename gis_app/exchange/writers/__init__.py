"""Files out: the same layers as GeoJSON, GeoPackage, Shapefile, KML, CSV and XLSX, with what is said of them.

What is given here has been chosen already: who may see what, and which rows, is a matter of the rooms above.
"""
