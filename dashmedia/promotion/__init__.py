"""Guarded promotion: which assets satisfy the rules, how many may move, and the proof that they did."""
