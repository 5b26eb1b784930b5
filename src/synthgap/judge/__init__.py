"""Asking judges, people or language models, how objective tasks are and which label texts have."""
