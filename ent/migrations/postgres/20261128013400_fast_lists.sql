-- +goose Up
-- create index "assignment_tenant_id_unit_id_subject_id" to table: "assignments"
CREATE INDEX "assignment_tenant_id_unit_id_subject_id" ON "assignments" ("tenant_id", "unit_id", "subject_id");
-- a term's id becomes that of its report, and its key gives a term's reports in order
DROP INDEX "reportterm_tenant_id_report_id";
DROP INDEX "reportterm_tenant_id_term_report_id";
ALTER TABLE "report_terms" DROP CONSTRAINT "report_terms_pkey", DROP COLUMN "created_at", DROP COLUMN "updated_at", DROP COLUMN "id";
ALTER TABLE "report_terms" RENAME COLUMN "report_id" TO "id";
ALTER TABLE "report_terms" ADD PRIMARY KEY ("tenant_id", "term", "id");
-- create index "reportterm_tenant_id_id" to table: "report_terms"
CREATE INDEX "reportterm_tenant_id_id" ON "report_terms" ("tenant_id", "id");
-- drop index "report_tenant_id_division_code_id" from table: "reports"
DROP INDEX "report_tenant_id_division_code_id";
-- drop index "report_tenant_id_owner_kind_division_code" from table: "reports"
DROP INDEX "report_tenant_id_owner_kind_division_code";
-- modify "reports" table
ALTER TABLE "reports" ADD COLUMN "street_code" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "community_code" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "tile" bigint NULL;
UPDATE "reports" SET "street_code" = substr("division_code", 1, 9), "community_code" = substr("division_code", 1, 12),
  "tile" = CASE WHEN "lat" IS NULL THEN NULL ELSE (floor("lat" * 50)::bigint + 4500) * 18001 + floor("lng" * 50)::bigint + 9000 END;
-- create index "report_tenant_id_community_code_id" to table: "reports"
CREATE INDEX "report_tenant_id_community_code_id" ON "reports" ("tenant_id", "community_code", "id");
-- create index "report_tenant_id_owner_kind_street_code_id" to table: "reports"
CREATE INDEX "report_tenant_id_owner_kind_street_code_id" ON "reports" ("tenant_id", "owner_kind", "street_code", "id");
-- create index "report_tenant_id_street_code_id" to table: "reports"
CREATE INDEX "report_tenant_id_street_code_id" ON "reports" ("tenant_id", "street_code", "id");
-- create index "report_tenant_id_tile_id" to table: "reports"
CREATE INDEX "report_tenant_id_tile_id" ON "reports" ("tenant_id", "tile", "id");

-- +goose Down
-- reverse: create index "report_tenant_id_tile_id" to table: "reports"
DROP INDEX "report_tenant_id_tile_id";
-- reverse: create index "report_tenant_id_street_code_id" to table: "reports"
DROP INDEX "report_tenant_id_street_code_id";
-- reverse: create index "report_tenant_id_owner_kind_street_code_id" to table: "reports"
DROP INDEX "report_tenant_id_owner_kind_street_code_id";
-- reverse: create index "report_tenant_id_community_code_id" to table: "reports"
DROP INDEX "report_tenant_id_community_code_id";
-- reverse: modify "reports" table
ALTER TABLE "reports" DROP COLUMN "tile", DROP COLUMN "community_code", DROP COLUMN "street_code";
-- reverse: drop index "report_tenant_id_owner_kind_division_code" from table: "reports"
CREATE INDEX "report_tenant_id_owner_kind_division_code" ON "reports" ("tenant_id", "owner_kind", "division_code");
-- reverse: drop index "report_tenant_id_division_code_id" from table: "reports"
CREATE INDEX "report_tenant_id_division_code_id" ON "reports" ("tenant_id", "division_code", "id");
-- reverse: create index "reportterm_tenant_id_id" to table: "report_terms"
DROP INDEX "reportterm_tenant_id_id";
-- reverse: modify "report_terms" table
ALTER TABLE "report_terms" DROP CONSTRAINT "report_terms_pkey";
ALTER TABLE "report_terms" RENAME COLUMN "id" TO "report_id";
ALTER TABLE "report_terms" ADD COLUMN "id" uuid NOT NULL DEFAULT gen_random_uuid(), ADD COLUMN "updated_at" timestamptz NOT NULL DEFAULT now(), ADD COLUMN "created_at" timestamptz NOT NULL DEFAULT now(), ADD PRIMARY KEY ("tenant_id", "id");
ALTER TABLE "report_terms" ALTER COLUMN "id" DROP DEFAULT, ALTER COLUMN "updated_at" DROP DEFAULT, ALTER COLUMN "created_at" DROP DEFAULT;
CREATE INDEX "reportterm_tenant_id_report_id" ON "report_terms" ("tenant_id", "report_id");
CREATE UNIQUE INDEX "reportterm_tenant_id_term_report_id" ON "report_terms" ("tenant_id", "term", "report_id");
-- reverse: create index "assignment_tenant_id_unit_id_subject_id" to table: "assignments"
DROP INDEX "assignment_tenant_id_unit_id_subject_id";
