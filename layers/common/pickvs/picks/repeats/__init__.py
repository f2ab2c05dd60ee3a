"""Submissions that come twice: the first answer is given again, and nothing is made a second time."""
