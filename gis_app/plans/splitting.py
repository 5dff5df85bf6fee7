"""Being written."""

from gis_app.plans.state import State


def split_line(state: State, told) -> State:
    """Being written."""
    raise NotImplementedError


def split_parts(state: State, told) -> State:
    """Being written."""
    raise NotImplementedError
