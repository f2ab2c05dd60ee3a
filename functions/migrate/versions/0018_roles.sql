-- Three roles.

SELECT 1;
