"""What forecasts are made from: results, closing lines and box scores, in the order in which they became known."""
