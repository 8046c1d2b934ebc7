"""A question and its evidence into an answer whose every citation is bound to a sentence."""
