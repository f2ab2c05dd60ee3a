"""Random drafts, step by step, against a plain model that was written apart from the engine.

PICKVS_DRAFT_MACHINE=300x100 runs 300 drafts of up to 100 steps.
"""

from tests.support.draft_machine import Drafts, runs

TestDrafts = Drafts.TestCase
TestDrafts.settings = runs("50x40")
