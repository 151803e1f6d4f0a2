-- The secret under which people's identifiers are hashed, as its two padded blocks.
SET VARIABLE secret = { 'inner': $inner, 'outer': $outer };
