-- Boards by the day of the sport.

SELECT 1;
