CREATE TABLE "dispatch"."blob_shares" (
	"blob_id" text collate "C" NOT NULL,
	"conversation_id" text collate "C" NOT NULL,
	CONSTRAINT "blob_shares_blob_id_conversation_id_pk" PRIMARY KEY("blob_id","conversation_id")
);
--> statement-breakpoint
ALTER TABLE "dispatch"."blob_shares" ADD CONSTRAINT "blob_shares_blob_id_blobs_id_fk" FOREIGN KEY ("blob_id") REFERENCES "dispatch"."blobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispatch"."blob_shares" ADD CONSTRAINT "blob_shares_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "dispatch"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "blob_shares_of_conversation" ON "dispatch"."blob_shares" USING btree ("conversation_id");