"""All business logic of PickVs. One package, deployed in the common layer of every function."""

import gc

# Importing a function creates about a hundred thousand objects, all long-lived. With the default threshold, the
# collector scans them repeatedly, which takes a tenth of the import time.
gc.set_threshold(50_000)
