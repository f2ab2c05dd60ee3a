"""Players of the covered sports, their ids at each provider, and the teams they play for."""
