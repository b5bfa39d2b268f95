CREATE SCHEMA IF NOT EXISTS "dispatch";
--> statement-breakpoint
CREATE TABLE "dispatch"."blobs" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"conversation_id" text collate "C",
	"media_type" text collate "C" NOT NULL,
	"name" text collate "C",
	"size" integer NOT NULL,
	"created_at" bigint NOT NULL,
	"bytes" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dispatch"."chunks" (
	"conversation_id" text collate "C" NOT NULL,
	"seq" integer NOT NULL,
	"turn_id" text collate "C" NOT NULL,
	"role" text collate "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"json" text collate "C" NOT NULL,
	CONSTRAINT "chunks_conversation_id_seq_pk" PRIMARY KEY("conversation_id","seq")
);
--> statement-breakpoint
CREATE TABLE "dispatch"."conversations" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"workspace_id" text collate "C",
	"parent_id" text collate "C",
	"details" text collate "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"last_seq" integer DEFAULT 0 NOT NULL,
	"queue_count" integer DEFAULT 0 NOT NULL,
	"queue_last" integer DEFAULT 0 NOT NULL,
	"turn_count" integer DEFAULT 0 NOT NULL,
	"turn_id" text collate "C",
	"is_running" boolean DEFAULT false NOT NULL,
	"owner" text collate "C",
	"epoch" integer,
	"lease_until" timestamp with time zone,
	"attempts" integer,
	"steps" integer,
	"event_number" bigint
);
--> statement-breakpoint
CREATE TABLE "dispatch"."idempotency_keys" (
	"conversation_id" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"key" text collate "C" NOT NULL,
	"id" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "idempotency_keys_conversation_id_kind_key_pk" PRIMARY KEY("conversation_id","kind","key")
);
--> statement-breakpoint
CREATE TABLE "dispatch"."ledger" (
	"conversation_id" text collate "C" NOT NULL,
	"call_id" text collate "C" NOT NULL,
	"json" text collate "C",
	CONSTRAINT "ledger_conversation_id_call_id_pk" PRIMARY KEY("conversation_id","call_id")
);
--> statement-breakpoint
CREATE TABLE "dispatch"."queue" (
	"conversation_id" text collate "C" NOT NULL,
	"queue_id" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"number" integer NOT NULL,
	"message_json" text collate "C" NOT NULL,
	"chunks" text collate "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"taken_turn_id" text collate "C",
	"taken_event" bigint,
	CONSTRAINT "queue_conversation_id_queue_id_pk" PRIMARY KEY("conversation_id","queue_id")
);
--> statement-breakpoint
CREATE TABLE "dispatch"."records" (
	"namespace" text collate "C" NOT NULL,
	"key" text collate "C" NOT NULL,
	"json" text collate "C" NOT NULL,
	"version" integer NOT NULL,
	"conversation_id" text collate "C",
	CONSTRAINT "records_namespace_key_pk" PRIMARY KEY("namespace","key")
);
--> statement-breakpoint
CREATE TABLE "dispatch"."steps" (
	"conversation_id" text collate "C" NOT NULL,
	"turn_id" text collate "C" NOT NULL,
	"step_index" integer NOT NULL,
	"epoch" integer NOT NULL,
	"last_seq" integer NOT NULL,
	"metrics" text collate "C" NOT NULL,
	CONSTRAINT "steps_conversation_id_turn_id_step_index_pk" PRIMARY KEY("conversation_id","turn_id","step_index")
);
--> statement-breakpoint
CREATE TABLE "dispatch"."turns" (
	"conversation_id" text collate "C" NOT NULL,
	"turn_id" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"details" text collate "C" NOT NULL,
	"previous_seq" integer NOT NULL,
	"message_seq" integer NOT NULL,
	"started_at" bigint NOT NULL,
	"owner" text collate "C",
	"epoch" integer,
	"steps" integer,
	"event_number" bigint,
	"last_seq" integer,
	"end_json" text collate "C",
	CONSTRAINT "turns_conversation_id_turn_id_pk" PRIMARY KEY("conversation_id","turn_id")
);
--> statement-breakpoint
ALTER TABLE "dispatch"."blobs" ADD CONSTRAINT "blobs_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "dispatch"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispatch"."records" ADD CONSTRAINT "records_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "dispatch"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "blobs_of_conversation" ON "dispatch"."blobs" USING btree ("conversation_id");--> statement-breakpoint
CREATE INDEX "conversations_newest" ON "dispatch"."conversations" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "conversations_of_workspace" ON "dispatch"."conversations" USING btree ("workspace_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "conversations_running" ON "dispatch"."conversations" USING btree ("owner") WHERE is_running;--> statement-breakpoint
CREATE INDEX "conversations_stranded" ON "dispatch"."conversations" USING btree ("id") WHERE queue_count > 0 and not is_running;--> statement-breakpoint
CREATE INDEX "idempotency_keys_age" ON "dispatch"."idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "records_of_conversation" ON "dispatch"."records" USING btree ("conversation_id");