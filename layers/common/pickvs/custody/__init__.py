"""What PickVs itself gets into the database with, replaced from time to time without a window."""
