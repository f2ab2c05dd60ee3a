"""The jobs fetch_odds and process_results. Each updates markets, picks and standings in one transaction."""
