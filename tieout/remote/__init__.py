"""Files from and to remotes over SFTP."""
