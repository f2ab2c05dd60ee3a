"""Whether a challenger becomes the champion."""
