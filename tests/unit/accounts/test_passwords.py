import argon2
import pytest

from pickvs.accounts import passwords

PASSWORD = "correct horse battery staple"


def test_a_hash_opens_to_its_password_alone():
    stored = passwords.make_hash(PASSWORD)
    assert passwords.verify(PASSWORD, stored)
    assert not passwords.verify(PASSWORD + " ", stored)
    assert not passwords.verify("", stored)


def test_the_parameters_are_the_ones_decided_on():
    stored = argon2.extract_parameters(passwords.make_hash(PASSWORD))
    assert (stored.type, stored.memory_cost, stored.time_cost, stored.parallelism) == (argon2.Type.ID, 19_456, 2, 1)
    assert (stored.salt_len, stored.hash_len) == (16, 32)


def test_two_hashes_of_one_password_have_nothing_in_common():
    one, other = (passwords.make_hash(PASSWORD).rsplit("$", 2)[1:] for _ in range(2))
    assert not set(one) & set(other)


def test_the_form_of_a_letter_does_not_matter():
    assert passwords.verify("cafe\u0301 au lait", passwords.make_hash("caf\u00e9 au lait"))


@pytest.mark.parametrize("password", ["a\0bcdefgh", "\0" * 8, "🌀" * 128, "ﬃ" * 128])
def test_any_character_counts(password):
    stored = passwords.make_hash(password)
    assert passwords.verify(password, stored)
    assert not passwords.verify(password[:-1] + "x", stored)


@pytest.mark.parametrize("password", [PASSWORD, "", "A" * 43])
def test_nobody_s_hash_opens_to_nothing(password):
    assert not passwords.verify(password, None)


def test_nobody_s_hash_costs_what_a_real_one_costs():
    nobody, real = (argon2.extract_parameters(stored) for stored in (passwords._NOBODY, passwords.make_hash(PASSWORD)))
    assert nobody == real


def test_a_hash_of_other_parameters_is_outdated_and_still_opens():
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    assert passwords.is_outdated(old)
    assert passwords.verify(PASSWORD, old)
    assert not passwords.is_outdated(passwords.make_hash(PASSWORD))


@pytest.mark.parametrize(
    "stored", ["$argon2id$broken", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$", "plain text", ""]
)
def test_a_broken_hash_is_an_error_and_not_a_wrong_password(stored):
    with pytest.raises((argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError)) as broken:
        passwords.verify(PASSWORD, stored)
    assert not isinstance(broken.value, argon2.exceptions.VerifyMismatchError)
