"""The commands: one module each, whose imports at the top cost nothing."""
