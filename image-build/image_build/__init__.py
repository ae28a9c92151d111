"""The disk image of the box: from locked packages and wheels to a file that boots.

Knows: Debian packages and their hashes, the tree of the root file system, boot partitions, disks.
Does not know: what the appliance does; it installs it like any other part.
"""
