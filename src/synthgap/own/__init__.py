"""From a user's own file to a task of the study: read, look, write."""
