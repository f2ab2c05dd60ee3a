"""All business logic of PickVs: one package, carried by the common layer of every function."""

import gc

# Loading a function makes some hundred thousand objects, all of which stay. Looking through them again and again for
# garbage, as the standard threshold would, takes a tenth of the time.
gc.set_threshold(50_000)
