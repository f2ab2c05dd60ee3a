"""Limits of the size of deployed code, in bytes. Lambda fetches and unpacks it before a first request."""

LAYER = 48_000_000
"""Limit for all files of the common layer, unzipped. 39 MB are packages, the rest `pickvs` with its byte code."""
ENDPOINT_ASSET = 8_000
"""Limit for all files of one endpoint's asset."""
NUMERIC_LAYER = 55_000_000
"""Limit for all files of the numeric layer, unzipped, as prod gets it."""
TRAINING_LAYER = 125_000_000
"""Limit for all files of the training layer, unzipped, as prod gets it."""
