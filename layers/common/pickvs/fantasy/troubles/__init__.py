"""What in fantasy needs a person: overdue drafts, open questions, results that one source alone has told."""
