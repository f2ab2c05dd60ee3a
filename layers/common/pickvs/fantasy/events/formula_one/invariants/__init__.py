"""What must hold in every result of Formula 1."""
