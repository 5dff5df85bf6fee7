"""Line widths and colours that the drawing modules and the legends must agree on, once.

Colours of the ground are custom properties of the page's style sheet; here stand those that carry a meaning.
"""

# Widths in pixels at any zoom; `dash` as a canvas dash pattern, `band` the pale outer band of the county.
BORDERS: dict[str, dict] = {
    "county": {"width": 4, "band": 12},
    "subdistricts": {"width": 3.2, "dash": [10, 6]},
    "communities": {"width": 2.4},
    "grids": {"width": 1.2},
}

# Eight hues told apart with the common forms of colour blindness (after Okabe–Ito and Tol), lightened so that
# dark labels stand on them at 4.5:1. Index = the `colour` of an assignment territory.
HOLDER_COLOURS: tuple[str, ...] = (
    "#8FBCE6",
    "#F2C14E",
    "#7CC8A4",
    "#E79A8B",
    "#C3B1E1",
    "#C9CE7A",
    "#9ADBE3",
    "#D8B48F",
)
VACANT_COLOUR = "#C2410C"
