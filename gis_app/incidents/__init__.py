"""Things to be solved: their words, their statistics, and who may see them."""
