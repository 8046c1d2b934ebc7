"""A terminal chat assistant for firmware documents that shows why each sentence was found."""

__version__ = "0.1.0"
