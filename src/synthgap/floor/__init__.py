"""The floor that all else stands on: settings, tables, the plan, random streams, entry point."""
