"""People for a hall of virtual hardware: they touch, press and rate like anybody else, and know nothing else."""
