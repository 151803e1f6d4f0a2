-- The file that becomes the copy is laid out. Thousands of statements define and describe its tables, and none of them has a plan that an optimizer could better.
PRAGMA disable_optimizer;
USE pub
