"""Texts into vectors: models, poolings, late interaction and the reading check."""
