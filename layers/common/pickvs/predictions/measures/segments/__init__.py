"""Kinds of games on which a model is judged apart."""
