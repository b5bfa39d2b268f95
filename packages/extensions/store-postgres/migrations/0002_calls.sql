ALTER TABLE "dispatch"."conversations" ADD COLUMN "is_abort_requested" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatch"."chunks" ADD COLUMN "call_id" text collate "C";--> statement-breakpoint
CREATE UNIQUE INDEX "chunks_call" ON "dispatch"."chunks" USING btree ("conversation_id","call_id") WHERE call_id is not null;--> statement-breakpoint
ALTER TABLE "dispatch"."ledger" ADD COLUMN "step_id" text collate "C" DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatch"."ledger" ADD COLUMN "tool_step" text collate "C" DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatch"."ledger" ADD COLUMN "number" bigint NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "dispatch"."ledger_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
ALTER TABLE "dispatch"."ledger" DROP CONSTRAINT "ledger_conversation_id_call_id_pk";--> statement-breakpoint
ALTER TABLE "dispatch"."ledger" ADD CONSTRAINT "ledger_conversation_id_step_id_call_id_tool_step_pk" PRIMARY KEY("conversation_id","step_id","call_id","tool_step");--> statement-breakpoint
-- Until now the ledger held the step under way alone.
UPDATE "dispatch"."ledger" SET "step_id" = "turn_id" || '#' || "steps" FROM "dispatch"."conversations" WHERE "id" = "conversation_id";
