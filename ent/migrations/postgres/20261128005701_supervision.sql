-- +goose Up
-- create "board_notes" table
CREATE TABLE "board_notes" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "deleted_at" timestamptz NULL, "division_code" character varying NOT NULL COLLATE "C", "category" character varying NOT NULL DEFAULT '' COLLATE "C", "first_day" bigint NOT NULL, "last_day" bigint NOT NULL, "text" character varying NOT NULL COLLATE "C", "written_by" uuid NOT NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "boardnote_tenant_id_first_day_last_day" to table: "board_notes"
CREATE INDEX "boardnote_tenant_id_first_day_last_day" ON "board_notes" ("tenant_id", "first_day", "last_day");
-- create "supervision_matters" table
CREATE TABLE "supervision_matters" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "notice_id" uuid NOT NULL, "report_id" uuid NOT NULL, "number" character varying NOT NULL COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "supervisionmatter_tenant_id_notice_id_report_id" to table: "supervision_matters"
CREATE UNIQUE INDEX "supervisionmatter_tenant_id_notice_id_report_id" ON "supervision_matters" ("tenant_id", "notice_id", "report_id");
-- create index "supervisionmatter_tenant_id_report_id" to table: "supervision_matters"
CREATE INDEX "supervisionmatter_tenant_id_report_id" ON "supervision_matters" ("tenant_id", "report_id");
-- create "supervision_notices" table
CREATE TABLE "supervision_notices" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "from_tenant" character varying NOT NULL COLLATE "C", "to_tenant" character varying NOT NULL COLLATE "C", "unit_id" uuid NULL, "unit_name" character varying NOT NULL DEFAULT '' COLLATE "C", "kind" character varying NOT NULL COLLATE "C", "class_id" uuid NULL, "topic_month" character varying NOT NULL DEFAULT '' COLLATE "C", "reference" character varying NOT NULL DEFAULT '' COLLATE "C", "title" character varying NOT NULL COLLATE "C", "letter" character varying NOT NULL COLLATE "C", "asks" jsonb NOT NULL, "days" bigint NOT NULL, "state" character varying NOT NULL DEFAULT 'draft' COLLATE "C", "round" bigint NOT NULL DEFAULT 1, "rung" bigint NOT NULL DEFAULT 0, "drafted_by" uuid NOT NULL, "signed_by" uuid NULL, "signed_at" timestamptz NULL, "due_at" timestamptz NULL, "answered_at" timestamptz NULL, "closed_at" timestamptz NULL, "result" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "supervisionnotice_tenant_id_class_id" to table: "supervision_notices"
CREATE INDEX "supervisionnotice_tenant_id_class_id" ON "supervision_notices" ("tenant_id", "class_id");
-- create index "supervisionnotice_tenant_id_state_due_at" to table: "supervision_notices"
CREATE INDEX "supervisionnotice_tenant_id_state_due_at" ON "supervision_notices" ("tenant_id", "state", "due_at");
-- create index "supervisionnotice_tenant_id_unit_id_state" to table: "supervision_notices"
CREATE INDEX "supervisionnotice_tenant_id_unit_id_state" ON "supervision_notices" ("tenant_id", "unit_id", "state");
-- create "supervision_steps" table
CREATE TABLE "supervision_steps" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "notice_id" uuid NOT NULL, "action" character varying NOT NULL COLLATE "C", "by_tenant" character varying NOT NULL COLLATE "C", "by" uuid NULL, "at" timestamptz NOT NULL, "round" bigint NOT NULL, "text" character varying NOT NULL DEFAULT '' COLLATE "C", "data" jsonb NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "supervisionstep_tenant_id_notice_id" to table: "supervision_steps"
CREATE INDEX "supervisionstep_tenant_id_notice_id" ON "supervision_steps" ("tenant_id", "notice_id");

-- +goose Down
-- reverse: create index "supervisionstep_tenant_id_notice_id" to table: "supervision_steps"
DROP INDEX "supervisionstep_tenant_id_notice_id";
-- reverse: create "supervision_steps" table
DROP TABLE "supervision_steps";
-- reverse: create index "supervisionnotice_tenant_id_unit_id_state" to table: "supervision_notices"
DROP INDEX "supervisionnotice_tenant_id_unit_id_state";
-- reverse: create index "supervisionnotice_tenant_id_state_due_at" to table: "supervision_notices"
DROP INDEX "supervisionnotice_tenant_id_state_due_at";
-- reverse: create index "supervisionnotice_tenant_id_class_id" to table: "supervision_notices"
DROP INDEX "supervisionnotice_tenant_id_class_id";
-- reverse: create "supervision_notices" table
DROP TABLE "supervision_notices";
-- reverse: create index "supervisionmatter_tenant_id_report_id" to table: "supervision_matters"
DROP INDEX "supervisionmatter_tenant_id_report_id";
-- reverse: create index "supervisionmatter_tenant_id_notice_id_report_id" to table: "supervision_matters"
DROP INDEX "supervisionmatter_tenant_id_notice_id_report_id";
-- reverse: create "supervision_matters" table
DROP TABLE "supervision_matters";
-- reverse: create index "boardnote_tenant_id_first_day_last_day" to table: "board_notes"
DROP INDEX "boardnote_tenant_id_first_day_last_day";
-- reverse: create "board_notes" table
DROP TABLE "board_notes";
