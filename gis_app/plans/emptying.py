"""Being written."""

from gis_app.plans.state import State


def dissolve(state: State, told) -> State:
    """Being written."""
    raise NotImplementedError


def move_community(state: State, told) -> State:
    """Being written."""
    raise NotImplementedError


def fill(state: State, told) -> State:
    """Being written."""
    raise NotImplementedError
