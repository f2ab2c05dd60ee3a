-- Games by teams and number within the day, real starts, merges.

SELECT 1;
