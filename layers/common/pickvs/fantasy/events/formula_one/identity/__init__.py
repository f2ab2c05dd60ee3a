"""Which event and which driver a source means."""
