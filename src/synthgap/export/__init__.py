"""A cell of the study as a model to use: trained once more, in the form of transformers."""
