"""Folders into an index: catalogue, vector files, words and Chroma."""
