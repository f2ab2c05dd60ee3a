"""What the benchmark compares with: the same endpoints as somebody would write them with FastAPI and asyncpg.

Same schema, same answers, same guarantees (all picks or none, locks, limits, hashes). `fastapi_peer` is the shared
package, `functions` has the Lambda file of each endpoint; alone it runs under uvicorn as `fastapi_peer.server:app`.
What is pure arithmetic (odds, skill, periods) it takes from PickVs itself, so that both sides do the same sums.
"""
