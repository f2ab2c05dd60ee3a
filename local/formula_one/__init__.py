"""Stand-ins for the sources of Formula 1: jolpica-f1 and f1db, played from one season."""
