"""Sources of statistics: clients, and parsers apart from them."""
