-- +goose Up
-- create index "deadline_tenant_id_kind_due_at" to table: "deadlines"
CREATE INDEX "deadline_tenant_id_kind_due_at" ON "deadlines" ("tenant_id", "kind", "due_at");
-- create index "rating_tenant_id_created_at" to table: "ratings"
CREATE INDEX "rating_tenant_id_created_at" ON "ratings" ("tenant_id", "created_at");
-- create "rollup_cells" table
CREATE TABLE "rollup_cells" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "grain" character varying NOT NULL COLLATE "C", "division_code" character varying NOT NULL COLLATE "C", "category" character varying NOT NULL COLLATE "C", "day" bigint NOT NULL, "counts" text NOT NULL COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "rollupcell_tenant_id_grain_category_division_code_day" to table: "rollup_cells"
CREATE UNIQUE INDEX "rollupcell_tenant_id_grain_category_division_code_day" ON "rollup_cells" ("tenant_id", "grain", "category", "division_code", "day");
-- create "rollup_delta" table
CREATE TABLE "rollup_delta" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "division_code" character varying NOT NULL COLLATE "C", "category" character varying NOT NULL COLLATE "C", "day" bigint NOT NULL, "counts" text NOT NULL COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create "rollup_folds" table
CREATE TABLE "rollup_folds" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "folded" bigint NOT NULL DEFAULT 0, "folded_at" timestamptz NULL, "rebuilt_at" timestamptz NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "rollupfold_tenant_id" to table: "rollup_folds"
CREATE UNIQUE INDEX "rollupfold_tenant_id" ON "rollup_folds" ("tenant_id");

-- +goose Down
-- reverse: create index "rollupfold_tenant_id" to table: "rollup_folds"
DROP INDEX "rollupfold_tenant_id";
-- reverse: create "rollup_folds" table
DROP TABLE "rollup_folds";
-- reverse: create "rollup_delta" table
DROP TABLE "rollup_delta";
-- reverse: create index "rollupcell_tenant_id_grain_category_division_code_day" to table: "rollup_cells"
DROP INDEX "rollupcell_tenant_id_grain_category_division_code_day";
-- reverse: create "rollup_cells" table
DROP TABLE "rollup_cells";
-- reverse: create index "rating_tenant_id_created_at" to table: "ratings"
DROP INDEX "rating_tenant_id_created_at";
-- reverse: create index "deadline_tenant_id_kind_due_at" to table: "deadlines"
DROP INDEX "deadline_tenant_id_kind_due_at";
