"""The refusals of plan edits in English, by code. The Chinese sentences stand where they arise.

The English sentences are the same for all cases of a code; the place and the Chinese ones are particular.
"""

from __future__ import annotations

LINE = "Draw a line from one side of the area to the other, ending outside it"

# code -> (message, remedy)
ENGLISH: dict[str, tuple[str, str]] = {
    "across_communities": (
        "A grid may not cross the border of its community",
        "Choose blocks and grids of one community, or move the community's border with its own tool",
    ),
    "bad_line": (
        "The line's coordinates are wrong",
        "Draw a line of longitudes and latitudes in this county",
    ),
    "bad_operation": ("The edit is not well formed", "Correct the field named"),
    "bad_rules": ("The rules are not well formed", "Correct the rule or the number named"),
    "bad_shape": (
        "This edit cannot be done here",
        "Draw the line elsewhere, away from the corners of blocks",
    ),
    "cannot_cut": (
        "The block cannot be cut along this line: buildings are in the way, or a piece is too small or thin",
        "Draw the line elsewhere, between the buildings",
    ),
    "community_torn": (
        "The community would fall apart or lose its last block",
        "Choose blocks along the border with the other community",
    ),
    "cut_too_often": ("The block has been cut too many times", "Choose another block"),
    "empty_selection": ("Nothing is selected", "Select at least one block first"),
    "grid_not_contiguous": (
        "The grid is in more pieces than parts wanted",
        "Ask for more parts, or remove the exclaves first",
    ),
    "line_crosses_itself": ("The line crosses itself", "Draw it again without crossing itself"),
    "line_divides_nothing": (
        "No block lies beyond the line",
        "Draw the line nearer to the middle, pull the border farther, or cut the blocks",
    ),
    "line_ends_inside": ("The line ends inside the area", LINE),
    "line_misses": ("The line does not cross the area", LINE),
    "line_too_long": ("The line has too many points", "Simplify the line"),
    "line_too_short": ("The line is too short", LINE),
    "locked": ("This is locked and may not be changed", "Unlock it first, or leave the locked part alone"),
    "no_neighbour": (
        "Some blocks have no neighbouring grid in their community that may take them",
        "Give them to another grid or make a new one, or unlock the neighbours",
    ),
    "not_locked": ("This is not locked", "Look at the list of locks"),
    "not_neighbours": (
        "The grids share no border, or only a river without a bridge",
        "Choose grids that share a border or are joined by a bridge",
    ),
    "nothing_changes": ("Nothing would change", "Choose other blocks or another grid"),
    "nothing_to_fill": ("Every block has a grid", "There is nothing to do"),
    "nothing_to_merge": ("Two different grids are needed", "Choose another neighbouring grid"),
    "side_not_contiguous": (
        "One side of the line does not hang together",
        "Draw the line elsewhere, crossing the grid only once",
    ),
    "too_few_blocks": (
        "The grid has fewer blocks than parts wanted",
        "Ask for fewer parts, or cut a block first",
    ),
    "too_many_grids": ("The community has used up its 999 codes", "Merge grids of the community"),
    "unknown_block": ("There is no such block", "Reload the map and choose again"),
    "unknown_community": ("There is no such community", "Choose one from the list"),
    "unknown_grid": ("There is no such grid in the draft", "Reload the map and choose again"),
    "unknown_verb": ("There is no such edit", "Use one of the tools"),
}
