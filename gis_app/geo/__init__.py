"""Shapes on the earth: projections, validity, tessellation, measures, streets, lookup. No domain word."""
