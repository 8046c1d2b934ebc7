"""The terminal user interface: presentation only, everything else is behind `workspace`."""
