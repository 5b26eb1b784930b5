"""From prompts and replies of a language model to tables of synthetic text."""
