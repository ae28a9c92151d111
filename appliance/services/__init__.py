"""Composition roots: one module a process, and what they share.

**Knows:** which rooms work together, in which order, and what happens when one of them fails.
**Does not know:** how any room does its part; what the command line looks like.
"""
