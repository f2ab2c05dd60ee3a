-- Accounts.

SELECT 1;
