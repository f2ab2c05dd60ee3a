"""How a request becomes a call and an answer: app factory, problem+json, identity, paging. Knows nothing of sports."""
