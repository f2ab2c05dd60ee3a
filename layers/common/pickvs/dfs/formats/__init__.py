"""What a lineup of each site and sport consists of."""
