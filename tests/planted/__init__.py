"""Defects planted in a clean month: what each control catches, and what it says of anything else."""
