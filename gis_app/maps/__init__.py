"""How places are shown: the folium shell, the catalogue of layers, classes and legends; no Flask, no SQL."""
