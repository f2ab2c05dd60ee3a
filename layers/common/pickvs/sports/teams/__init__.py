"""Teams of the covered sports, and every spelling of their names."""
