"""The only room that knows HTTP: a blueprint per room, and access, etags, problems, headers around them.

Nothing is computed here. A view reads its parameters, asks a room, and says the answer; what the rooms
hold is reached through `services()`.
"""
