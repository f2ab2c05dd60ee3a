"""Results by hand: set or corrected, voided, reopened, graded anew; as a dry run first, if wanted."""
