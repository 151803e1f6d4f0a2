"""From a folder of exports to books: what each file is, whose it is, and the mapping rows that the files themselves give."""
