"""Makes the database roles of the functions, with their privileges and passwords."""
