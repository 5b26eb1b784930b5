"""How what is known of tasks goes with what is lost on them."""
