"""Being written."""

from gis_app.plans.state import State


def move_border(state: State, told) -> State:
    """Being written."""
    raise NotImplementedError


def cut_block(state: State, told) -> State:
    """Being written."""
    raise NotImplementedError
