"""The platform's current state in numbers, for alarms and the dashboard."""
