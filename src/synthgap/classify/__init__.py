"""Classifiers: fitted on texts and labels, they return probabilities."""
