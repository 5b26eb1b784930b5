"""From the hub, a mirror or the bundled sample to clean tables of human text."""
