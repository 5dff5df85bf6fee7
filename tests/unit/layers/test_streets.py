"""Pieces of the streets that hang together with nothing else are found with length, codes and place."""

from __future__ import annotations

import numpy as np
import shapely

from gis_app.layers.atlas import Atlas
from gis_app.layers.streets import pieces, unconnected
from tests import factory


def test_a_county_whose_streets_hang_together_has_no_piece():
    found = pieces(Atlas.build(factory.toy_layers()))
    assert len(found) == 0 and found.columns[0] == "piece"


def test_a_piece_is_told_with_length_codes_grid_and_households_near():
    atlas = Atlas.build(factory.with_island(factory.toy_layers()))
    found = pieces(atlas)
    assert len(found) == 1
    piece = found.iloc[0]
    assert (piece["piece"], piece["streets"], piece["street_codes"]) == ("P001", 2, "X1;X2")
    assert abs(piece["length_m"] - 130) < 0.5
    assert piece["name"] == "孤岛路"
    assert piece["grid_code"] == atlas.grids_at(shapely.get_coordinates(piece.geometry)[:1])[0]
    assert piece["households_near"] > 0
    assert piece.geometry.geom_type == "MultiLineString"


def test_a_closed_gate_makes_no_piece_but_parts_the_network():
    layers = factory.toy_layers()
    street = layers["streets"].geometry.iloc[0]
    middle = shapely.line_interpolate_point(street, 0.5, normalized=True)
    gates = layers["gates"].assign(passage="closed")
    layers["gates"] = gates.set_geometry([middle], crs=gates.crs)
    atlas = Atlas.build(layers)
    assert len(pieces(atlas)) == 0
    before = len(Atlas.build(factory.toy_layers()).street_network.lines)
    assert len(atlas.street_network.lines) == before + 1


def test_pieces_come_longest_first_whatever_their_order():
    lines = [[(0, 0), (5, 0)], [(100, 0), (190, 0)], [(300, 0), (320, 0)], [(190, 0), (200, 0)]]
    found = list(unconnected(np.array([shapely.LineString(line) for line in lines])))
    assert [piece.rows.tolist() for piece in found] == [[2], [0]]
    assert [piece.length for piece in found] == [20.0, 5.0]
