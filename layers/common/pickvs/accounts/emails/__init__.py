"""E-mail addresses: whose they are, and how they change.

An address belongs to the account that has confirmed it, with a token that was mailed to it and the session of that
account. Until somebody does, the account that was registered with it first logs in with it, and others may claim it
too. When it is confirmed, the claims of others are void: they log in by username, and set another address. So nobody
can keep an address from its owner. An owner who follows a mail that somebody else caused blesses nothing: the token is
worthless without the session of the account for which it was made.
"""
