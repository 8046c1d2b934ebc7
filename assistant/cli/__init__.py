"""Command lines into exit codes: stdout is data, stderr is talk."""
