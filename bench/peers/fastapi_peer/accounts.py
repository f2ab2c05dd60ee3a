"""POST /auth/register and /auth/login."""

# mypy: disable-error-code="import-not-found, untyped-decorator, no-any-return"

import hashlib
import os
import secrets
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import argon2
import asyncpg
import jwt
from fastapi import APIRouter

from pickvs.accounts.limits.rules import Limit, place, seconds_until

from .database import secret, transaction
from .problems import Problem
from .schemas import Credentials, Registration, Tokens
from .web import Address

register_router = APIRouter()
login_router = APIRouter()

_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16)
_NOBODY = f"$argon2id$v=19$m=19456,t=2,p=1${'A' * 22}${'A' * 43}"

# The generic cell rate algorithm in one statement.
_TAKE = """
    INSERT INTO limits AS known (key, theoretical_arrival) VALUES ($1, $2::timestamptz + $3::interval)
    ON CONFLICT (key) DO UPDATE
    SET theoretical_arrival = greatest(known.theoretical_arrival, $2::timestamptz) + $3::interval
    WHERE known.theoretical_arrival <= $2::timestamptz + $4::interval
    RETURNING theoretical_arrival
"""
_NEW_SESSION = (
    "INSERT INTO refresh_tokens (token_hash, user_id, family_id, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5)"
)


@register_router.post("/auth/register", status_code=201)
async def register(registration: Registration, address: Address) -> Tokens:
    await _admit(_bucket(f"register:address:{place(address)}", "REGISTRATIONS_PER_ADDRESS"))
    password_hash = _HASHER.hash(_bytes(registration.password))
    now = datetime.now(UTC)
    try:
        async with transaction() as connection:
            user_id = await connection.fetchval(
                "INSERT INTO users (username, email, password_hash, created_at) VALUES ($1, $2, $3, $4) RETURNING id",
                registration.username,
                registration.email,
                password_hash,
                now,
            )
            return await _session(connection, user_id, registration.username, "user", now)
    except asyncpg.UniqueViolationError as error:
        field = "username" if error.constraint_name == "users_username_key" else "email"
        taken = [{"field": field, "message": "in use, without regard to case"}]
        raise Problem(409, f"{field.upper()}_TAKEN", f"This {field} is in use.", taken) from None


@login_router.post("/auth/login")
async def login(credentials: Credentials, address: Address) -> Tokens:
    email = credentials.email.lower()
    guesses = _bucket(f"login:account:{email}", "TRIES_PER_ACCOUNT")
    await _admit(_bucket(f"login:address:{place(address)}", "LOGINS_PER_ADDRESS"), guesses)
    async with transaction() as connection:
        account = await connection.fetchrow(
            "SELECT id, username, role::text, password_hash FROM users WHERE lower(email) = lower($1)", email
        )
    try:
        _HASHER.verify(account["password_hash"] if account else _NOBODY, _bytes(credentials.password))
    except argon2.exceptions.VerifyMismatchError:
        account = None
    if account is None:
        raise Problem(401, "INVALID_CREDENTIALS", "The e-mail address or the password is not right.")
    new_hash = None
    if _HASHER.check_needs_rehash(account["password_hash"]):
        new_hash = _HASHER.hash(_bytes(credentials.password))
    now = datetime.now(UTC)
    async with transaction() as connection:
        locked = await connection.fetchval(
            "SELECT 1 FROM users WHERE id = $1 AND erased_at IS NULL FOR NO KEY UPDATE", account["id"]
        )
        if locked is None:
            raise Problem(401, "INVALID_CREDENTIALS", "The e-mail address or the password is not right.")
        if new_hash:
            await connection.execute("UPDATE users SET password_hash = $2 WHERE id = $1", account["id"], new_hash)
        tokens = await _session(connection, account["id"], account["username"], account["role"], now)
        await connection.execute(
            "UPDATE limits SET theoretical_arrival = theoretical_arrival - $2::interval WHERE key = $1",
            guesses[0],
            guesses[1].interval,
        )
    return tokens


async def _session(connection: Any, user_id: int, username: str, role: str, now: datetime) -> Tokens:
    session, refresh_token = uuid4(), secrets.token_urlsafe(32)
    token_hash = hashlib.sha256(refresh_token.encode()).digest()
    await connection.execute(_NEW_SESSION, token_hash, user_id, session, now, now + timedelta(days=30))
    keys = secret("SIGNING_KEYS_SECRET_ARN")
    issued = int(now.timestamp())
    claims = {
        "iss": "pickvs",
        "aud": "pickvs-api",
        "sub": str(user_id),
        "username": username,
        "role": role,
        "iat": issued,
        "exp": issued + 1800,
        "jti": uuid4().hex,
        "sid": str(session),
    }
    token = jwt.encode(claims, keys["current_key"], "HS256", headers={"kid": keys["current_kid"]})
    return Tokens(token=token, refresh_token=refresh_token, expires_in=1800)


async def _admit(*buckets: tuple[bytes, Limit]) -> None:
    """Count an attempt in each bucket. Raise Problem at the first bucket that is exhausted."""
    at = datetime.now(UTC)
    wait = 0
    async with transaction() as connection:
        for key, limit in buckets:
            if await connection.fetchval(_TAKE, key, at, limit.interval, limit.tolerance) is None:
                arrival = await connection.fetchval("SELECT theoretical_arrival FROM limits WHERE key = $1", key)
                wait = max(1, seconds_until(arrival - limit.tolerance, at))
                break
    if wait:
        raise Problem(429, "RATE_LIMITED", f"Wait {wait} s.", headers={"Retry-After": str(wait)})


def _bucket(key: str, variable: str) -> tuple[bytes, Limit]:
    times, _, seconds = os.environ[variable].partition("/")
    return hashlib.sha256(key.encode()).digest(), Limit(int(times), timedelta(seconds=int(seconds)))


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode()
