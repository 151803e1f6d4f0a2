"""The application: command line, nightly run, settings, transfer."""
