"""The steps of the schema, oldest first; a step that was released never changes."""
