"""Batch jobs of the DAM: one framework, and a module for each type that belongs to no other part."""
