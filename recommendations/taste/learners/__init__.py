"""Ways to learn from what many people love: one file each, one interface (see base)."""
