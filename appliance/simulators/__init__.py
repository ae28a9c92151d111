"""A CT, an archive, meters and a monitor to try the box with, without a hospital.

**Knows:** how consoles draw, store and send dose screens, and how an archive keeps what it gets.
**Does not know:** the appliance's services; a simulator talks to them over the network alone.
"""
