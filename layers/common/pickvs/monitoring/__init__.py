"""What is true of the platform at this moment, in numbers: what its alarms and its dashboard go by."""
