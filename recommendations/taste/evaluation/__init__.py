"""How good a list is: metrics, splits, and the leaderboard they fill."""
