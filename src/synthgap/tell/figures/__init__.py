"""Figures for a paper, each as SVG and PNG."""
