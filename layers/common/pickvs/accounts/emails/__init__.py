"""E-mail addresses: whose they are, and how they change.

An address belongs to the account that has confirmed it, with a token that was mailed to it and the session of that
account. Until somebody does, any number of accounts may claim it. When it is confirmed, the claims of others are void:
they log in by username, and set another address. So nobody can keep an address from its owner. An owner who follows a
mail that somebody else caused blesses nothing: the token is worthless without the session of the account for which it
was made.

A login by e-mail address looks at two accounts, and its password decides. The first is the account that has confirmed
the address; if there is none, the oldest that claims it, so that later claims take nothing from it. The second is the
newest other claimant. It is there so that nobody learns who has an account: a new account logs in by its address at
once, so a prober who registers with somebody's address must get in as well. Such a login always verifies two passwords,
so the time tells nothing either.

Whoever forgot the password of an unconfirmed address may own the oldest claim or the newest. So both get a mail, which
names the account.

Mails are limited by the address to which they go (`accounts.limits`), so that nobody fills a stranger's mailbox. Mails
that reset a password have a limit of their own. So an owner whose confirmations others have used up can reset the
password, which confirms the address as well.
"""
