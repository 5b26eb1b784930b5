"""How varied texts are, and how near to the real ones."""
