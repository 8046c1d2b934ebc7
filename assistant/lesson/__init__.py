"""What dilution is, shown to a newcomer by the program's own poolings, encoder and ranks."""
