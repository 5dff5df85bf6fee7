"""The builder of the synthetic reference county: it writes the files of ``geodata/`` and nothing else.

It exists so that the reference data can be rebuilt, byte for byte, from a fixed seed and a few small sources.
"""
