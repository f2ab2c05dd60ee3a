"""Operations: what operators and administrators do, across all other rooms."""
