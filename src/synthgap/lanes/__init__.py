"""Several stages side by side: `dvc repro` runs one at a time, whatever the machine has."""
