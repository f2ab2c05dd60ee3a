"""When events are, by what two sources say of them."""
