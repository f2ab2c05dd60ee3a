"""HTTP layer: app factory, request validation, problem details, identity, paging. Independent of sports."""
