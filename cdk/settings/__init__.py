"""Settings of a stage, one module per group. A field's default applies to every stage that does not override it."""
