"""What users back, from the submission to the result: picks, locks, grading, the settlement ledger."""
