"""The peer that the benchmarks compare with: the same endpoints, written with FastAPI and asyncpg.

The peer has the same schema, the same responses and the same guarantees (atomic submissions, locks, rate limits,
hashes). `fastapi_peer` is the shared package; `functions` has the Lambda file of each endpoint. As a server, the peer
runs under uvicorn as `fastapi_peer.server:app`. It imports pure arithmetic (odds, skill, periods) from PickVs, so that
both sides compute the same.
"""
