-- Where a view of a waiting file's rows is made.
USE stage
