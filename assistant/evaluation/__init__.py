"""Question sets into figures: how well each mode and each pooling finds what should be found."""
