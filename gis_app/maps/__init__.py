"""How places are shown: the folium shell, the catalogue of layers, classes and legends. Knows no Flask and no SQL."""
