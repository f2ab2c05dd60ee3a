"""Questions about events that an administrator answers: what no rule may guess."""
