-- Freshness by sport and market.

SELECT 1;
