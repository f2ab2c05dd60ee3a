"""The door of motor racing to drafts: the API speaks of races and drivers, the engine of events and contestants."""
