-- the terms of a text are derived from what the program writes: nothing to do here
SELECT 1;
