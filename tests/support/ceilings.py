"""How large what is deployed may be, in bytes: what Lambda fetches and unpacks before a first request."""

LAYER = 45_000_000
"""All files of the common layer, as unzipped."""
ENDPOINT_ASSET = 8_000
"""All files of one endpoint's own asset."""
