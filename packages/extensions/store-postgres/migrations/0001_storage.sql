-- A range of a blob is read without unpacking the whole.
ALTER TABLE "dispatch"."blobs" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;
--> statement-breakpoint
-- Rows that change with every step find room for their next version on their own page.
ALTER TABLE "dispatch"."conversations" SET (fillfactor = 70);
