"""The plan studio: drafts of boundary plans that several people edit, and the one way from a draft to a plan.

The room joins what `plans/` computes with what `storage/` keeps. It knows no geometry of its own, no SQL and
no Flask: its verbs take a store, and return dataclasses, states and frames.
"""
