"""Places that serve, and whom they reach along the streets."""
