"""Recipes, one file per verb phrase. They are run from the repository root and never installed."""
