"""What the county is made of, as GeoDataFrames: schemas, codes, cross-layer checks and the Atlas."""
