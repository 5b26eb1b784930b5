"""Which tasks judges find subjective."""
