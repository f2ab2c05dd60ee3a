"""Queues of constructors: whom their owners want, which nobody else sees."""
