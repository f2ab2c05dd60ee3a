"""Shows administrators what is left of the provider's credits, and what the planner does with it."""
