"""What predictions are worth: scores, gaps and verdicts."""
