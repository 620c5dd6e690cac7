"""Dash API v2, the DAM: who asks, what is catalogued, and who downloaded it."""
