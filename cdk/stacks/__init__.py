"""What is deployed together: what holds data, then its schema, then what serves and what fetches."""
