"""The days of a contestant: figures for dashboards, and the three layers of alarms."""
