"""A trace as a file of its own: what a question decided, to keep or to attach to a bug report."""
