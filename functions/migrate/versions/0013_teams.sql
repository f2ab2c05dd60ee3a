-- Teams and their names.

SELECT 1;
