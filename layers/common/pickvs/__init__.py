"""All business logic of PickVs: one package, carried by the common layer of every function."""
