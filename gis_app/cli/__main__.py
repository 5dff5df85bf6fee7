"""Lets `python -m gis_app.cli` be the `gis-app` command."""

from gis_app.cli import main

main()
