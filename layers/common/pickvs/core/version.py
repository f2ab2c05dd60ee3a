"""The version of PickVs, as providers are told it. A test holds it equal to the project's."""

VERSION = "0.1.0"
