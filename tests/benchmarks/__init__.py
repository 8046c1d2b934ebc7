"""Time, memory and disk of what the program does: see README.md beside this."""
