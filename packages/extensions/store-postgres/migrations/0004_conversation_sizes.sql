CREATE TABLE "dispatch"."conversation_sizes" (
	"conversation_id" text collate "C" PRIMARY KEY NOT NULL,
	"updated_at" bigint NOT NULL,
	"last_seq" integer NOT NULL,
	"chunk_bytes" bigint NOT NULL,
	"bytes" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "dispatch"."conversation_sizes" ADD CONSTRAINT "conversation_sizes_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "dispatch"."conversations"("id") ON DELETE cascade ON UPDATE no action;