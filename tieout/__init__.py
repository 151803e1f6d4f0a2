"""The application: command line, nightly run, settings, transfer."""

__version__ = "0.1.0"
