"""Random drafts, step by step, against a plain model that was written apart from the engine."""

from hypothesis import settings

from tests.support.draft_machine import Drafts

TestDrafts = Drafts.TestCase
TestDrafts.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
