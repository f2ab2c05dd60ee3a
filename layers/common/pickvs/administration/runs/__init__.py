"""The runs of the ingestion jobs, as administrators read them."""
