"""Job runs against data sources: the request, the stored raw response, the outcome, and data freshness."""
