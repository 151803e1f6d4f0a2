-- The source tables as they are described, comments included.
COPY FROM DATABASE laid TO pub (SCHEMA);
USE pub;
