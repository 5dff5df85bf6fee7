"""The readers that run inside the sandboxed child; nothing else may import them."""
