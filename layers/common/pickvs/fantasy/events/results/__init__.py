"""The states of a result, which two sources report and an administrator may decide."""
