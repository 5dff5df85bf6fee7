"""Files in and out: limits, unpacking, readers in a sandboxed child, column matching, writing to the store.

Kept free of imports: the child process starts through this package and must stay light.
"""
