"""Boundary plans: complete sets of grids, each a table from block to grid. Editing comes later."""
