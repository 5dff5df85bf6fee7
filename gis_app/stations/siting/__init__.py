"""Where the next stations go: one problem, five models, answers that say how much of them is proved."""
