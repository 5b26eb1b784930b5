"""The choice between mirror, hub and sample. Nothing here waits longer than the time limit."""

import http.client
import json
import logging
import threading
import urllib.request
from collections.abc import Mapping

from synthgap.fetch.source import Asked, Choice, mirror_folder
from synthgap.floor.errors import InputError

log = logging.getLogger(__name__)

SECONDS = 5.0
"""How long the hub has to answer, from looking up its name to the last byte."""

PROBE = "/api/datasets/stanfordnlp/imdb"
"""Asked of the hub: a page that a captive portal or a proxy's error page cannot pass for."""

OFFLINE = ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE")


def choose(asked: Asked, mirror: str | None, environment: Mapping[str, str]) -> Choice:
    """Return the source for the whole plan, and say on the log which one and why.

    Args:
        asked: the setting `fetch.source`.
        mirror: the setting `fetch.mirror`.
        environment: the process environment: DVC_ROOT, HF_ENDPOINT, HF_HUB_OFFLINE.

    Raises:
        InputError: the mirror or the hub is asked for and is not there.
    """
    if asked == "sample":
        choice = Choice(source="sample", asked=asked, mirror=None, why="fetch.source says sample")
    elif asked == "hub":
        choice = _ask_hub(environment)
    elif asked == "mirror":
        choice = _ask_mirror(mirror, environment)
    else:
        choice = _find(mirror, environment)
    log.info("human texts come from the %s: %s", choice.source, choice.why)
    if choice.source == "sample":
        log.warning(
            "the sample was written by a language model: a demonstration only, but for own files"
        )
    return choice


def _ask_hub(environment: Mapping[str, str]) -> Choice:
    silence = hub_silence(environment)
    if silence:
        raise InputError(
            f"params.yaml: fetch.source is hub, but {silence}; expected a hub that answers, or "
            "mirror, sample or auto"
        )
    return Choice(source="hub", asked="hub", mirror=None, why="fetch.source says hub")


def _ask_mirror(mirror: str | None, environment: Mapping[str, str]) -> Choice:
    if mirror is None or not mirror_folder(mirror, environment).is_dir():
        raise InputError(
            f"params.yaml: fetch.source is mirror, but fetch.mirror is {mirror}, where no folder "
            "is; expected a folder laid out like the hub, or hub, sample or auto"
        )
    return Choice(source="mirror", asked="mirror", mirror=mirror, why="fetch.source says mirror")


def _find(mirror: str | None, environment: Mapping[str, str]) -> Choice:
    if mirror is not None and mirror_folder(mirror, environment).is_dir():
        why = f"the mirror {mirror} is there"
        return Choice(source="mirror", asked="auto", mirror=mirror, why=why)
    none = "no mirror is set" if mirror is None else f"there is no mirror {mirror}"
    silence = hub_silence(environment)
    if silence is None:
        why = f"{none}, and the hub answers"
        return Choice(source="hub", asked="auto", mirror=None, why=why)
    # How the hub failed differs between equal runs, so it is said here and not in the choice.
    log.info("%s, and %s", none, silence)
    why = f"{none}, and the hub does not answer"
    return Choice(source="sample", asked="auto", mirror=None, why=why)


def hub_silence(environment: Mapping[str, str], seconds: float = SECONDS) -> str | None:
    """Return why the hub cannot be used now, or None if it answers."""
    for name in OFFLINE:
        if environment.get(name, "").upper() in ("1", "ON", "YES", "TRUE"):
            return f"{name} is set"
    endpoint = environment.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    failures: list[str | None] = []
    # A thread, because looking up a name or a dripping answer knows no time limit of its own.
    thread = threading.Thread(
        target=lambda: failures.append(_probe(endpoint, seconds)), daemon=True
    )
    thread.start()
    thread.join(seconds)
    return failures[0] if failures else f"{endpoint} did not answer within {seconds:g} seconds"


def _probe(endpoint: str, seconds: float) -> str | None:
    try:
        with urllib.request.urlopen(endpoint + PROBE, timeout=seconds) as answer:
            found = json.load(answer)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return f"{endpoint} did not answer ({' '.join(str(error).split())})"
    return None if isinstance(found, dict) else f"{endpoint} is no hub"
