"""From a corpus that was made elsewhere to a table of training texts."""
