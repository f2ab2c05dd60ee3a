"""What is wrong or odd in recorded statistics: rules, and the findings that a person looks at."""
