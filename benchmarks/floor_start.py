"""Floor of B11: Python with click."""

import click

click.Group("floor")
