"""What users are told: a feed, mails and webhooks (ADR 20)."""
