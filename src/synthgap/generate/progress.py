"""How far the asking has come: a line on a terminal, and a line in the log when it pauses."""

import logging
import time
from collections.abc import Mapping
from typing import Never

from tqdm import tqdm

from synthgap.generate.exchange import Reply
from synthgap.generate.llm import Prices

log = logging.getLogger(__name__)


class Progress:
    """Counts what is asked for in this run; what the store had is not asked for."""

    def __init__(self, name: str, needed: int, prices: Prices, unit: str = "texts") -> None:
        self._name, self._needed, self._prices, self._unit = name, needed, prices, unit
        self._begun = time.monotonic()
        self._asked = self._usable = self._tokens = 0
        self._usd = 0.0
        self._total = 0
        self._bar: tqdm[Never] | None = None

    def begin(self, requests: int, wanted: Mapping[str, int]) -> None:
        """Begin a round.

        Args:
            requests: how many are to be asked for.
            wanted: how many texts each label lacks, or whatever is counted.
        """
        if not requests:
            return
        self._total = self._asked + requests
        kept = self._needed - sum(wanted.values())
        counts = kept, self._needed, self._unit, requests
        log.info("%s: %d of %d %s, asking for %d", self._name, *counts)
        bar: tqdm[Never] = tqdm(
            desc=self._name, total=self._total, initial=self._asked, unit=" replies", disable=None
        )
        self._bar = bar

    def took(self, reply: Reply, usable: bool) -> None:
        """Count a reply."""
        self._asked += 1
        self._usable += usable
        tokens = reply.prompt_tokens or 0, reply.completion_tokens or 0
        self._tokens += sum(tokens)
        if self._prices.known:
            self._usd += self._prices.usd(*tokens)
        if self._bar is not None and not self._bar.disable:
            self._bar.set_postfix_str(self._said(), refresh=False)
            self._bar.update()

    def pause(self) -> None:
        """End a round."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        seconds = time.monotonic() - self._begun
        log.info("%s: %d replies in %.0f s, %s", self._name, self._asked, seconds, self._said())

    def _said(self) -> str:
        share = self._usable / self._asked if self._asked else 0
        said = f"{share:.0%} usable, {self._tokens:,} tokens"
        if not self._prices.known:
            return f"{said}, cost unknown (llm.price)"
        projected = self._usd * self._total / max(1, self._asked)
        return f"{said}, ${self._usd:.4f} of about ${projected:.4f}"
