"""A draft in the tables: its state read from them, and every act written with all that it changes."""
