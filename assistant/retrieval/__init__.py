"""Questions into traces: modes, fusion, the comparison of poolings."""
