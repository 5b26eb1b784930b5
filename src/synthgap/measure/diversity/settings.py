"""What `diversity` can be told."""

from pydantic import Field

from synthgap.floor.params import Section


class Settings(Section):
    """The `diversity` section of params.yaml."""

    neighbours: int = Field(ge=1, le=100)
    """Nearest texts that similarity and coverage look at."""
    halves: int = Field(ge=20)
    """Half-samples, for the intervals."""
    folds: int = Field(ge=2, le=20)
    """Of the cross-validation that tells real texts from others."""
    listed: int = Field(ge=1)
    """Texts in each table of nearest, farthest and uncovered ones."""
    mapped: int = Field(ge=1)
    """Texts of each source on the map at most."""
    seed: int = Field(ge=0)
