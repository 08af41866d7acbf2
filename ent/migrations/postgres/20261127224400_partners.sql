-- +goose Up
-- create index "reportevent_tenant_id_at" to table: "report_events"
CREATE INDEX "reportevent_tenant_id_at" ON "report_events" ("tenant_id", "at");
-- modify "reports" table
ALTER TABLE "reports" ADD COLUMN "partner_key_id" uuid NULL;
-- create index "report_tenant_id_partner_key_id_id" to table: "reports"
CREATE INDEX "report_tenant_id_partner_key_id_id" ON "reports" ("tenant_id", "partner_key_id", "id");
-- create index "report_tenant_id_visibility_created_at" to table: "reports"
CREATE INDEX "report_tenant_id_visibility_created_at" ON "reports" ("tenant_id", "visibility", "created_at");
-- create "partners" table
CREATE TABLE "partners" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "deleted_at" timestamptz NULL, "kind" character varying NOT NULL COLLATE "C", "name" character varying NOT NULL COLLATE "C", "channel" character varying NOT NULL DEFAULT 'http' COLLATE "C", "url" character varying NOT NULL DEFAULT '' COLLATE "C", "jurisdiction" character varying NOT NULL DEFAULT '' COLLATE "C", "secret_sealed" bytea NULL, "previous_sealed" bytea NULL, "previous_until" timestamptz NULL, "events" jsonb NOT NULL, "categories" jsonb NOT NULL, "statuses" jsonb NOT NULL, "division_code" character varying NOT NULL DEFAULT '' COLLATE "C", "push_at" character varying NOT NULL DEFAULT '' COLLATE "C", "pull" boolean NOT NULL DEFAULT false, "active" boolean NOT NULL DEFAULT true, "pulled_until" timestamptz NULL, "last_ok_at" timestamptz NULL, "last_error" character varying NOT NULL DEFAULT '' COLLATE "C", "failures" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("tenant_id", "id"));
-- create index "partner_tenant_id_active_kind" to table: "partners"
CREATE INDEX "partner_tenant_id_active_kind" ON "partners" ("tenant_id", "active", "kind");
-- create "partner_deliveries" table
CREATE TABLE "partner_deliveries" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "partner_id" uuid NOT NULL, "message_id" character varying NOT NULL COLLATE "C", "event" character varying NOT NULL COLLATE "C", "payload" bytea NOT NULL, "state" character varying NOT NULL DEFAULT 'waiting' COLLATE "C", "attempts" bigint NOT NULL DEFAULT 0, "delivered_at" timestamptz NULL, "log" jsonb NOT NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "partnerdelivery_tenant_id_created_at" to table: "partner_deliveries"
CREATE INDEX "partnerdelivery_tenant_id_created_at" ON "partner_deliveries" ("tenant_id", "created_at");
-- create index "partnerdelivery_tenant_id_partner_id_id" to table: "partner_deliveries"
CREATE INDEX "partnerdelivery_tenant_id_partner_id_id" ON "partner_deliveries" ("tenant_id", "partner_id", "id");
-- create "partner_keys" table
CREATE TABLE "partner_keys" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "name" character varying NOT NULL COLLATE "C", "prefix" character varying NOT NULL COLLATE "C", "hash" character varying NOT NULL COLLATE "C", "scopes" jsonb NOT NULL, "may_publish" boolean NOT NULL DEFAULT false, "daily_limit" bigint NOT NULL DEFAULT 500, "partner_id" uuid NULL, "created_by" uuid NOT NULL, "last_used_at" timestamptz NULL, "expires_at" timestamptz NULL, "revoked_at" timestamptz NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "partnerkey_tenant_id_hash" to table: "partner_keys"
CREATE UNIQUE INDEX "partnerkey_tenant_id_hash" ON "partner_keys" ("tenant_id", "hash");
-- create "partner_links" table
CREATE TABLE "partner_links" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "partner_id" uuid NOT NULL, "report_id" uuid NOT NULL, "number" character varying NOT NULL COLLATE "C", "direction" character varying NOT NULL COLLATE "C", "remote_id" character varying NOT NULL DEFAULT '' COLLATE "C", "token" character varying NOT NULL DEFAULT '' COLLATE "C", "state" character varying NOT NULL DEFAULT 'waiting' COLLATE "C", "remote_status" character varying NOT NULL DEFAULT '' COLLATE "C", "remote_at" timestamptz NULL, "sent_at" timestamptz NULL, "attempts" bigint NOT NULL DEFAULT 0, "last_error" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "partnerlink_tenant_id_partner_id_remote_id" to table: "partner_links"
CREATE INDEX "partnerlink_tenant_id_partner_id_remote_id" ON "partner_links" ("tenant_id", "partner_id", "remote_id");
-- create index "partnerlink_tenant_id_partner_id_report_id" to table: "partner_links"
CREATE UNIQUE INDEX "partnerlink_tenant_id_partner_id_report_id" ON "partner_links" ("tenant_id", "partner_id", "report_id");
-- create index "partnerlink_tenant_id_partner_id_state_id" to table: "partner_links"
CREATE INDEX "partnerlink_tenant_id_partner_id_state_id" ON "partner_links" ("tenant_id", "partner_id", "state", "id");
-- create index "partnerlink_tenant_id_report_id" to table: "partner_links"
CREATE INDEX "partnerlink_tenant_id_report_id" ON "partner_links" ("tenant_id", "report_id");
-- create "partner_messages" table
CREATE TABLE "partner_messages" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "partner_id" uuid NOT NULL, "link_id" uuid NOT NULL, "report_id" uuid NOT NULL, "direction" character varying NOT NULL COLLATE "C", "key" character varying NOT NULL COLLATE "C", "action" character varying NOT NULL DEFAULT '' COLLATE "C", "status" character varying NOT NULL DEFAULT '' COLLATE "C", "text" character varying NOT NULL DEFAULT '' COLLATE "C", "state" character varying NOT NULL DEFAULT 'waiting' COLLATE "C", "attempts" bigint NOT NULL DEFAULT 0, "last_error" character varying NOT NULL DEFAULT '' COLLATE "C", "at" timestamptz NOT NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "partnermessage_tenant_id_link_id_id" to table: "partner_messages"
CREATE INDEX "partnermessage_tenant_id_link_id_id" ON "partner_messages" ("tenant_id", "link_id", "id");
-- create index "partnermessage_tenant_id_partner_id_direction_key" to table: "partner_messages"
CREATE UNIQUE INDEX "partnermessage_tenant_id_partner_id_direction_key" ON "partner_messages" ("tenant_id", "partner_id", "direction", "key");
-- create index "partnermessage_tenant_id_report_id" to table: "partner_messages"
CREATE INDEX "partnermessage_tenant_id_report_id" ON "partner_messages" ("tenant_id", "report_id");

-- +goose Down
-- reverse: create index "partnermessage_tenant_id_report_id" to table: "partner_messages"
DROP INDEX "partnermessage_tenant_id_report_id";
-- reverse: create index "partnermessage_tenant_id_partner_id_direction_key" to table: "partner_messages"
DROP INDEX "partnermessage_tenant_id_partner_id_direction_key";
-- reverse: create index "partnermessage_tenant_id_link_id_id" to table: "partner_messages"
DROP INDEX "partnermessage_tenant_id_link_id_id";
-- reverse: create "partner_messages" table
DROP TABLE "partner_messages";
-- reverse: create index "partnerlink_tenant_id_report_id" to table: "partner_links"
DROP INDEX "partnerlink_tenant_id_report_id";
-- reverse: create index "partnerlink_tenant_id_partner_id_state_id" to table: "partner_links"
DROP INDEX "partnerlink_tenant_id_partner_id_state_id";
-- reverse: create index "partnerlink_tenant_id_partner_id_report_id" to table: "partner_links"
DROP INDEX "partnerlink_tenant_id_partner_id_report_id";
-- reverse: create index "partnerlink_tenant_id_partner_id_remote_id" to table: "partner_links"
DROP INDEX "partnerlink_tenant_id_partner_id_remote_id";
-- reverse: create "partner_links" table
DROP TABLE "partner_links";
-- reverse: create index "partnerkey_tenant_id_hash" to table: "partner_keys"
DROP INDEX "partnerkey_tenant_id_hash";
-- reverse: create "partner_keys" table
DROP TABLE "partner_keys";
-- reverse: create index "partnerdelivery_tenant_id_partner_id_id" to table: "partner_deliveries"
DROP INDEX "partnerdelivery_tenant_id_partner_id_id";
-- reverse: create index "partnerdelivery_tenant_id_created_at" to table: "partner_deliveries"
DROP INDEX "partnerdelivery_tenant_id_created_at";
-- reverse: create "partner_deliveries" table
DROP TABLE "partner_deliveries";
-- reverse: create index "partner_tenant_id_active_kind" to table: "partners"
DROP INDEX "partner_tenant_id_active_kind";
-- reverse: create "partners" table
DROP TABLE "partners";
-- reverse: create index "report_tenant_id_visibility_created_at" to table: "reports"
DROP INDEX "report_tenant_id_visibility_created_at";
-- reverse: create index "report_tenant_id_partner_key_id_id" to table: "reports"
DROP INDEX "report_tenant_id_partner_key_id_id";
-- reverse: modify "reports" table
ALTER TABLE "reports" DROP COLUMN "partner_key_id";
-- reverse: create index "reportevent_tenant_id_at" to table: "report_events"
DROP INDEX "reportevent_tenant_id_at";
