"""How far people agree on texts, and what that does to accuracy."""
