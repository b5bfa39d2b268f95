CREATE TABLE "dispatch"."tool_steps" (
	"conversation_id" text collate "C" NOT NULL,
	"call_id" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "dispatch"."tool_steps_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"json" text collate "C" NOT NULL,
	CONSTRAINT "tool_steps_conversation_id_call_id_name_pk" PRIMARY KEY("conversation_id","call_id","name")
);
--> statement-breakpoint
ALTER TABLE "dispatch"."chunks" ADD COLUMN "call_id" text collate "C";--> statement-breakpoint
ALTER TABLE "dispatch"."conversations" ADD COLUMN "is_abort_requested" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "chunks_call" ON "dispatch"."chunks" USING btree ("conversation_id","call_id","role") WHERE call_id is not null;