"""The settings of the ranking of tasks, apart from what reads them: that imports an optimiser."""

from typing import Annotated

from pydantic import Field

from synthgap.floor.params import Section, Unique


class Settings(Section):
    """The `rank_tasks` section of params.yaml."""

    penalty: float = Field(gt=0)
    """Judgments that each pair of tasks is given each way; may be a fraction."""
    llm_judges: Annotated[list[str], Unique]
    """Names of the judges that are language models; all others are people."""
    resamples: int = Field(ge=100)
    seed: int = Field(ge=0)
