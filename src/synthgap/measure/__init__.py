"""Measures: pure functions from tables and arrays to numbers with n and intervals."""
