"""What a market says and pays."""
