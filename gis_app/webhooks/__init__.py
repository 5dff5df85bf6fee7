"""News of incidents for other programs: what is told, signed how, sent where, and tried again when.

Everything here is pure but `sending`, which opens the one connection that this service ever opens itself.
What waits to be sent stands in the store, and `jobs` sends it.
"""
