"""A plan is a table from block to grid."""

import pandas as pd

from gis_app.plans.blocks import block_table, with_table
from tests import factory


def test_a_plan_read_from_the_blocks_and_laid_over_them_changes_nothing():
    blocks = factory.toy_layers()["blocks"]
    pd.testing.assert_frame_equal(with_table(blocks, block_table(blocks)), blocks)


def test_another_plan_moves_the_named_blocks_only():
    blocks = factory.toy_layers()["blocks"]
    moved = with_table(blocks, pd.Series({"B00002": factory.GRIDS[2]}))
    assert moved["grid_code"].tolist()[1] == factory.GRIDS[2]
    assert moved["community_code"].tolist()[1] == factory.COMMUNITIES[1]
    assert (moved["grid_code"] != blocks["grid_code"]).sum() == 1
