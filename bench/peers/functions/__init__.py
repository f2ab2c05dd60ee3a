"""What Lambda calls: the file of each endpoint."""
