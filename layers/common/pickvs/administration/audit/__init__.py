"""The audit log: written with every act, read by administrators."""
