"""The key of an endpoint, kept out of whatever is shown or stored."""

SHORTEST = 8
"""Characters of a key that is one: servers of one's own take any word for a key, such as `EMPTY`
or `test` (and the client library wants some), and such words stand in ordinary texts."""


def hide(text: str, key: str) -> str:
    """Return the text with `[key]` wherever it repeats the key, if that is a real one."""
    return text if len(key) < SHORTEST else text.replace(key, "[key]")
