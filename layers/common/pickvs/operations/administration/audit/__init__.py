"""The audit log: written with every action, read by administrators."""
