"""Boundary plans: complete sets of grids, each a table from block to grid; edits, rules, figures, lineage."""
