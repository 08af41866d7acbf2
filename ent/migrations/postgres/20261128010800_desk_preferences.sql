-- +goose Up
-- create "desk_preferences" table
CREATE TABLE "desk_preferences" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "person_id" uuid NOT NULL, "filters" jsonb NOT NULL, "columns" jsonb NOT NULL, "phrases" jsonb NOT NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "deskpreference_tenant_id_person_id" to table: "desk_preferences"
CREATE UNIQUE INDEX "deskpreference_tenant_id_person_id" ON "desk_preferences" ("tenant_id", "person_id");

-- +goose Down
-- reverse: create index "deskpreference_tenant_id_person_id" to table: "desk_preferences"
DROP INDEX "deskpreference_tenant_id_person_id";
-- reverse: create "desk_preferences" table
DROP TABLE "desk_preferences";
