"""How something known of tasks goes with what is lost on them, as `summarize` writes it."""

from synthgap.floor.params import Section


class Relation(Section):
    """Rho over tasks; a number that has no value is absent, with the reason."""

    n: int
    """Tasks that have both the property and the gap."""
    rho: float | None = None
    """Above 0: the larger the property, the larger the gap."""
    low: float | None = None
    """95 % interval of rho, over tasks of which these are taken for a sample."""
    high: float | None = None
    p: float | None = None
    """Two-sided: how often chance alone gives a rho at least as far from 0."""
    permutations: int | None = None
    """What p rests on: all n!, or as many as were drawn."""
    absent: dict[str, str] | None = None
    """Why a number has no value, by its name."""


Relations = dict[str, dict[str, dict[str, dict[str, Relation]]]]
"""By property, kind of gap, model, then source."""
