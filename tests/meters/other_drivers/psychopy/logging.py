"""What the drivers want of PsychoPy, which itself is too large for a test."""

from logging import debug, error, info, warning

__all__ = ["debug", "error", "info", "warning"]
