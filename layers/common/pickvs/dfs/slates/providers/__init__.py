"""Sources of slates beside the files of users."""
