"""Which source of statistics counts where several know a thing."""
