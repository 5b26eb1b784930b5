"""Fixtures that several tests share."""

import os

# Nothing is fetched in tests but from loopback servers that they start themselves.
os.environ["HF_HUB_OFFLINE"] = "1"
