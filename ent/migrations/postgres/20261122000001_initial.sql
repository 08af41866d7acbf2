-- +goose Up
-- create "division_boundaries" table
CREATE TABLE "division_boundaries" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "division_code" character varying NOT NULL COLLATE "C", "min_lat" double precision NOT NULL, "max_lat" double precision NOT NULL, "min_lng" double precision NOT NULL, "max_lng" double precision NOT NULL, "polygons" jsonb NOT NULL, "source" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("id"));
-- create index "division_boundaries_division_code_key" to table: "division_boundaries"
CREATE UNIQUE INDEX "division_boundaries_division_code_key" ON "division_boundaries" ("division_code");
-- create "number_sequences" table
CREATE TABLE "number_sequences" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "kind" character varying NOT NULL COLLATE "C", "year" bigint NOT NULL, "last" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("tenant_id", "id"));
-- create index "numbersequence_tenant_id_kind_year" to table: "number_sequences"
CREATE UNIQUE INDEX "numbersequence_tenant_id_kind_year" ON "number_sequences" ("tenant_id", "kind", "year");
-- create "audit_lines" table
CREATE TABLE "audit_lines" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "actor_id" uuid NULL, "actor_kind" character varying NOT NULL DEFAULT '' COLLATE "C", "actor_role" character varying NOT NULL DEFAULT '' COLLATE "C", "actor_tenant" character varying NOT NULL DEFAULT '' COLLATE "C", "address" character varying NOT NULL DEFAULT '' COLLATE "C", "request_id" character varying NOT NULL DEFAULT '' COLLATE "C", "action" character varying NOT NULL COLLATE "C", "subject_kind" character varying NOT NULL DEFAULT '' COLLATE "C", "subject_id" character varying NOT NULL DEFAULT '' COLLATE "C", "reason" character varying NOT NULL DEFAULT '' COLLATE "C", "facts" jsonb NULL, "seq" bigint NULL, "prev_hash" character varying NOT NULL DEFAULT '' COLLATE "C", "hash" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "auditline_tenant_id_actor_id" to table: "audit_lines"
CREATE INDEX "auditline_tenant_id_actor_id" ON "audit_lines" ("tenant_id", "actor_id");
-- create index "auditline_tenant_id_id" to table: "audit_lines"
CREATE INDEX "auditline_tenant_id_id" ON "audit_lines" ("tenant_id", "id") WHERE (seq IS NULL);
-- create index "auditline_tenant_id_seq" to table: "audit_lines"
CREATE UNIQUE INDEX "auditline_tenant_id_seq" ON "audit_lines" ("tenant_id", "seq") WHERE (seq IS NOT NULL);
-- create index "auditline_tenant_id_subject_kind_subject_id" to table: "audit_lines"
CREATE INDEX "auditline_tenant_id_subject_kind_subject_id" ON "audit_lines" ("tenant_id", "subject_kind", "subject_id");
-- create "calendar_days" table
CREATE TABLE "calendar_days" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "day" character varying NOT NULL COLLATE "C", "working" boolean NOT NULL, "name" character varying NOT NULL DEFAULT '' COLLATE "C", "source" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("id"));
-- create index "calendar_days_day_key" to table: "calendar_days"
CREATE UNIQUE INDEX "calendar_days_day_key" ON "calendar_days" ("day");
-- create "calendar_years" table
CREATE TABLE "calendar_years" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "year" bigint NOT NULL, "source" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("id"));
-- create index "calendar_years_year_key" to table: "calendar_years"
CREATE UNIQUE INDEX "calendar_years_year_key" ON "calendar_years" ("year");
-- create "categories" table
CREATE TABLE "categories" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "code" character varying NOT NULL COLLATE "C", "name" character varying NOT NULL COLLATE "C", "icon" character varying NOT NULL DEFAULT '' COLLATE "C", "hint" character varying NOT NULL DEFAULT '' COLLATE "C", "position" bigint NOT NULL DEFAULT 0, "verify_first" boolean NOT NULL DEFAULT true, "clock_class" character varying NOT NULL DEFAULT 'ordinary' COLLATE "C", "private_default" boolean NOT NULL DEFAULT false, "danger_hint" boolean NOT NULL DEFAULT false, "professions" jsonb NULL, "active" boolean NOT NULL DEFAULT true, PRIMARY KEY ("id"));
-- create index "categories_code_key" to table: "categories"
CREATE UNIQUE INDEX "categories_code_key" ON "categories" ("code");
-- create "category_codes" table
CREATE TABLE "category_codes" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "kind" character varying NOT NULL COLLATE "C", "code" character varying NOT NULL COLLATE "C", "name" character varying NOT NULL COLLATE "C", "group" character varying NOT NULL COLLATE "C", "standard_ref" character varying NOT NULL COLLATE "C", "category" character varying NOT NULL DEFAULT 'other' COLLATE "C", PRIMARY KEY ("id"));
-- create index "categorycode_category" to table: "category_codes"
CREATE INDEX "categorycode_category" ON "category_codes" ("category");
-- create index "categorycode_kind_code_standard_ref" to table: "category_codes"
CREATE UNIQUE INDEX "categorycode_kind_code_standard_ref" ON "category_codes" ("kind", "code", "standard_ref");
-- create "congresses" table
CREATE TABLE "congresses" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "deleted_at" timestamptz NULL, "level" character varying NOT NULL COLLATE "C", "division_code" character varying NOT NULL COLLATE "C", "name" character varying NOT NULL COLLATE "C", "term" bigint NOT NULL, "term_from" timestamptz NULL, "term_to" timestamptz NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "congress_tenant_id_level_division_code_term" to table: "congresses"
CREATE UNIQUE INDEX "congress_tenant_id_level_division_code_term" ON "congresses" ("tenant_id", "level", "division_code", "term");
-- create "credentials" table
CREATE TABLE "credentials" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "person_id" uuid NOT NULL, "username" character varying NULL COLLATE "C", "password_hash" character varying NOT NULL DEFAULT '' COLLATE "C", "password_history" jsonb NULL, "must_change" boolean NOT NULL DEFAULT false, "totp_sealed" bytea NULL, "totp_confirmed" boolean NOT NULL DEFAULT false, "totp_last_step" bigint NOT NULL DEFAULT 0, "recovery_hashes" jsonb NULL, "password_changed_at" timestamptz NULL, PRIMARY KEY ("id"));
-- create index "credentials_person_id_key" to table: "credentials"
CREATE UNIQUE INDEX "credentials_person_id_key" ON "credentials" ("person_id");
-- create index "credentials_username_key" to table: "credentials"
CREATE UNIQUE INDEX "credentials_username_key" ON "credentials" ("username");
-- create "deadlines" table
CREATE TABLE "deadlines" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "subject_kind" character varying NOT NULL COLLATE "C", "subject_id" uuid NOT NULL, "kind" character varying NOT NULL COLLATE "C", "owner_kind" character varying NOT NULL DEFAULT '' COLLATE "C", "owner_id" uuid NULL, "amount" bigint NOT NULL DEFAULT 0, "unit" character varying NOT NULL DEFAULT 'h' COLLATE "C", "started_at" timestamptz NOT NULL, "due_at" timestamptz NOT NULL, "first_due_at" timestamptz NOT NULL, "provisional" boolean NOT NULL DEFAULT false, "stopped_at" timestamptz NULL, "stop_reason" character varying NOT NULL DEFAULT '' COLLATE "C", "paused_at" timestamptz NULL, "resume_at" timestamptz NULL, "fired_at" timestamptz NULL, "next_check_at" timestamptz NULL, "rung" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("tenant_id", "id"));
-- create index "deadline_tenant_id_next_check_at" to table: "deadlines"
CREATE INDEX "deadline_tenant_id_next_check_at" ON "deadlines" ("tenant_id", "next_check_at");
-- create index "deadline_tenant_id_subject_kind_subject_id" to table: "deadlines"
CREATE INDEX "deadline_tenant_id_subject_kind_subject_id" ON "deadlines" ("tenant_id", "subject_kind", "subject_id");
-- create "assignments" table
CREATE TABLE "assignments" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "subject_kind" character varying NOT NULL COLLATE "C", "subject_id" uuid NOT NULL, "unit_id" uuid NOT NULL, "part" character varying NOT NULL DEFAULT 'lead' COLLATE "C", "state" character varying NOT NULL DEFAULT 'assigned' COLLATE "C", "round" bigint NOT NULL DEFAULT 1, "assigned_by" uuid NULL, "assigned_at" timestamptz NOT NULL, "taken_at" timestamptz NULL, "contacted_at" timestamptz NULL, "replied_at" timestamptz NULL, "note" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "assignment_tenant_id_subject_kind_subject_id" to table: "assignments"
CREATE INDEX "assignment_tenant_id_subject_kind_subject_id" ON "assignments" ("tenant_id", "subject_kind", "subject_id");
-- create index "assignment_tenant_id_unit_id_state_subject_id" to table: "assignments"
CREATE INDEX "assignment_tenant_id_unit_id_state_subject_id" ON "assignments" ("tenant_id", "unit_id", "state", "subject_id");
-- create "uploads" table
CREATE TABLE "uploads" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "person_id" uuid NOT NULL, "file_name" character varying NOT NULL DEFAULT '' COLLATE "C", "content_type" character varying NOT NULL COLLATE "C", "size" bigint NOT NULL, "sha256" character varying NOT NULL COLLATE "C", "state" character varying NOT NULL DEFAULT 'ticketed' COLLATE "C", "staging_key" character varying NOT NULL COLLATE "C", "staging_version" character varying NOT NULL DEFAULT '' COLLATE "C", "original_key" character varying NOT NULL DEFAULT '' COLLATE "C", "original_version" character varying NOT NULL DEFAULT '' COLLATE "C", "medium_key" character varying NOT NULL DEFAULT '' COLLATE "C", "medium_version" character varying NOT NULL DEFAULT '' COLLATE "C", "thumb_key" character varying NOT NULL DEFAULT '' COLLATE "C", "thumb_version" character varying NOT NULL DEFAULT '' COLLATE "C", "width" bigint NOT NULL DEFAULT 0, "height" bigint NOT NULL DEFAULT 0, "captured_at" timestamptz NULL, "claimed_lat" double precision NULL, "claimed_lng" double precision NULL, "reject_code" character varying NOT NULL DEFAULT '' COLLATE "C", "expires_at" timestamptz NOT NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "upload_tenant_id_person_id_state" to table: "uploads"
CREATE INDEX "upload_tenant_id_person_id_state" ON "uploads" ("tenant_id", "person_id", "state");
-- create index "upload_tenant_id_state_expires_at" to table: "uploads"
CREATE INDEX "upload_tenant_id_state_expires_at" ON "uploads" ("tenant_id", "state", "expires_at");
-- create "tenants" table
CREATE TABLE "tenants" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "code" character varying NOT NULL COLLATE "C", "division_code" character varying NOT NULL COLLATE "C", "name" character varying NOT NULL COLLATE "C", "brand_name" character varying NOT NULL DEFAULT '' COLLATE "C", "color" character varying NOT NULL DEFAULT '#b3261e' COLLATE "C", "logo_key" character varying NOT NULL DEFAULT '' COLLATE "C", "hosts" jsonb NOT NULL, "modules" jsonb NOT NULL, "clocks" jsonb NOT NULL, "settings" jsonb NOT NULL, "reserved" boolean NOT NULL DEFAULT false, "open" boolean NOT NULL DEFAULT true, PRIMARY KEY ("id"));
-- create index "tenants_code_key" to table: "tenants"
CREATE UNIQUE INDEX "tenants_code_key" ON "tenants" ("code");
-- create "divisions" table
CREATE TABLE "divisions" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "code" character varying NOT NULL COLLATE "C", "parent_code" character varying NOT NULL DEFAULT '' COLLATE "C", "level" character varying NOT NULL COLLATE "C", "kind" character varying NOT NULL DEFAULT '' COLLATE "C", "name" character varying NOT NULL COLLATE "C", "short_name" character varying NOT NULL DEFAULT '' COLLATE "C", "valid_from" timestamptz NOT NULL, "valid_to" timestamptz NULL, "successors" jsonb NULL, "population" jsonb NULL, "lat" double precision NULL, "lng" double precision NULL, PRIMARY KEY ("id"));
-- create index "division_code_valid_from" to table: "divisions"
CREATE UNIQUE INDEX "division_code_valid_from" ON "divisions" ("code", "valid_from");
-- create index "division_parent_code_code" to table: "divisions"
CREATE INDEX "division_parent_code_code" ON "divisions" ("parent_code", "code");
-- create "audit_heads" table
CREATE TABLE "audit_heads" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "seq" bigint NOT NULL DEFAULT 0, "hash" character varying NOT NULL DEFAULT '' COLLATE "C", "sealed_at" timestamptz NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "audithead_tenant_id" to table: "audit_heads"
CREATE UNIQUE INDEX "audithead_tenant_id" ON "audit_heads" ("tenant_id");
-- create "sms_messages" table
CREATE TABLE "sms_messages" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "tenant" character varying NOT NULL DEFAULT '' COLLATE "C", "person_id" uuid NULL, "phone_sealed" bytea NULL, "template" character varying NOT NULL COLLATE "C", "params_sealed" bytea NOT NULL, "status" character varying NOT NULL DEFAULT 'queued' COLLATE "C", "gateway_id" character varying NOT NULL DEFAULT '' COLLATE "C", "error" character varying NOT NULL DEFAULT '' COLLATE "C", "sent_at" timestamptz NULL, PRIMARY KEY ("id"));
-- create "report_proposals" table
CREATE TABLE "report_proposals" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "report_id" uuid NOT NULL, "action" character varying NOT NULL COLLATE "C", "proposer_id" uuid NOT NULL, "proposer_part" character varying NOT NULL COLLATE "C", "unit_id" uuid NULL, "body" bytea NOT NULL, "state" character varying NOT NULL DEFAULT 'pending' COLLATE "C", "decided_by" uuid NULL, "decided_at" timestamptz NULL, "reason" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "reportproposal_tenant_id_report_id_state" to table: "report_proposals"
CREATE INDEX "reportproposal_tenant_id_report_id_state" ON "report_proposals" ("tenant_id", "report_id", "state");
-- create "idempotency_keys" table
CREATE TABLE "idempotency_keys" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "person_id" uuid NOT NULL, "route" character varying NOT NULL COLLATE "C", "key" character varying NOT NULL COLLATE "C", "body_hash" character varying NOT NULL COLLATE "C", "result_id" uuid NULL, "answer" bytea NULL, "expires_at" timestamptz NOT NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "idempotencykey_tenant_id_expires_at" to table: "idempotency_keys"
CREATE INDEX "idempotencykey_tenant_id_expires_at" ON "idempotency_keys" ("tenant_id", "expires_at");
-- create index "idempotencykey_tenant_id_person_id_route_key" to table: "idempotency_keys"
CREATE UNIQUE INDEX "idempotencykey_tenant_id_person_id_route_key" ON "idempotency_keys" ("tenant_id", "person_id", "route", "key");
-- create "notices" table
CREATE TABLE "notices" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "person_id" uuid NOT NULL, "tenant" character varying NOT NULL COLLATE "C", "template" character varying NOT NULL COLLATE "C", "params" jsonb NOT NULL, "subject_kind" character varying NOT NULL DEFAULT '' COLLATE "C", "subject_id" uuid NULL, "read_at" timestamptz NULL, PRIMARY KEY ("id"));
-- create index "notice_person_id_id" to table: "notices"
CREATE INDEX "notice_person_id_id" ON "notices" ("person_id", "id");
-- create "grants" table
CREATE TABLE "grants" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "person_id" uuid NOT NULL, "tenant" character varying NOT NULL COLLATE "C", "role" character varying NOT NULL COLLATE "C", "division_code" character varying NOT NULL COLLATE "C", "unit_id" uuid NULL, "station_id" uuid NULL, "deputy_id" uuid NULL, "granted_by" uuid NULL, "valid_to" timestamptz NULL, "revoked_at" timestamptz NULL, PRIMARY KEY ("id"));
-- create index "grant_person_id_revoked_at" to table: "grants"
CREATE INDEX "grant_person_id_revoked_at" ON "grants" ("person_id", "revoked_at");
-- create index "grant_tenant_role_division_code" to table: "grants"
CREATE INDEX "grant_tenant_role_division_code" ON "grants" ("tenant", "role", "division_code");
-- create index "grant_tenant_unit_id" to table: "grants"
CREATE INDEX "grant_tenant_unit_id" ON "grants" ("tenant", "unit_id");
-- create "persons" table
CREATE TABLE "persons" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "kind" character varying NOT NULL DEFAULT 'citizen' COLLATE "C", "name" character varying NOT NULL DEFAULT '' COLLATE "C", "phone_sealed" bytea NULL, "phone_index" character varying NULL COLLATE "C", "grant_version" bigint NOT NULL DEFAULT 1, "last_seen_at" timestamptz NULL, "closed_at" timestamptz NULL, PRIMARY KEY ("id"));
-- create index "persons_phone_index_key" to table: "persons"
CREATE UNIQUE INDEX "persons_phone_index_key" ON "persons" ("phone_index");
-- create "person_reports" table
CREATE TABLE "person_reports" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "person_id" uuid NOT NULL, "tenant" character varying NOT NULL COLLATE "C", "report_id" uuid NOT NULL, "relation" character varying NOT NULL DEFAULT 'reporter' COLLATE "C", PRIMARY KEY ("id"));
-- create index "personreport_person_id_report_id" to table: "person_reports"
CREATE UNIQUE INDEX "personreport_person_id_report_id" ON "person_reports" ("person_id", "report_id");
-- create "photos" table
CREATE TABLE "photos" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "deleted_at" timestamptz NULL, "subject_kind" character varying NOT NULL DEFAULT 'report' COLLATE "C", "subject_id" uuid NOT NULL, "upload_id" uuid NOT NULL, "person_id" uuid NOT NULL, "role" character varying NOT NULL DEFAULT 'before' COLLATE "C", "position" bigint NOT NULL DEFAULT 0, "content_type" character varying NOT NULL COLLATE "C", "size" bigint NOT NULL, "sha256" character varying NOT NULL COLLATE "C", "width" bigint NOT NULL DEFAULT 0, "height" bigint NOT NULL DEFAULT 0, "original_key" character varying NOT NULL COLLATE "C", "original_version" character varying NOT NULL DEFAULT '' COLLATE "C", "medium_key" character varying NOT NULL DEFAULT '' COLLATE "C", "medium_version" character varying NOT NULL DEFAULT '' COLLATE "C", "thumb_key" character varying NOT NULL DEFAULT '' COLLATE "C", "thumb_version" character varying NOT NULL DEFAULT '' COLLATE "C", "captured_at" timestamptz NULL, "claimed_lat" double precision NULL, "claimed_lng" double precision NULL, "published" boolean NOT NULL DEFAULT false, "copies_removed_at" timestamptz NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "photo_tenant_id_subject_kind_subject_id_position" to table: "photos"
CREATE INDEX "photo_tenant_id_subject_kind_subject_id_position" ON "photos" ("tenant_id", "subject_kind", "subject_id", "position");
-- create index "photo_tenant_id_upload_id" to table: "photos"
CREATE UNIQUE INDEX "photo_tenant_id_upload_id" ON "photos" ("tenant_id", "upload_id");
-- create "sms_codes" table
CREATE TABLE "sms_codes" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "phone_index" character varying NOT NULL COLLATE "C", "code_hash" character varying NOT NULL COLLATE "C", "tries" bigint NOT NULL DEFAULT 0, "expires_at" timestamptz NOT NULL, "used_at" timestamptz NULL, PRIMARY KEY ("id"));
-- create index "smscode_phone_index_created_at" to table: "sms_codes"
CREATE INDEX "smscode_phone_index_created_at" ON "sms_codes" ("phone_index", "created_at");
-- create "sessions" table
CREATE TABLE "sessions" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "person_id" uuid NOT NULL, "kind" character varying NOT NULL DEFAULT 'citizen' COLLATE "C", "grant_version" bigint NOT NULL DEFAULT 1, "generation" bigint NOT NULL DEFAULT 1, "second_factor" boolean NOT NULL DEFAULT false, "must_change" boolean NOT NULL DEFAULT false, "device" character varying NOT NULL DEFAULT '' COLLATE "C", "address" character varying NOT NULL DEFAULT '' COLLATE "C", "last_used_at" timestamptz NOT NULL, "expires_at" timestamptz NOT NULL, "revoked_at" timestamptz NULL, "revoked_reason" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("id"));
-- create index "session_person_id_revoked_at" to table: "sessions"
CREATE INDEX "session_person_id_revoked_at" ON "sessions" ("person_id", "revoked_at");
-- create "rate_limits" table
CREATE TABLE "rate_limits" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "key" character varying NOT NULL COLLATE "C", "window_start" timestamptz NOT NULL, "count" bigint NOT NULL DEFAULT 0, "expires_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- create index "ratelimit_expires_at" to table: "rate_limits"
CREATE INDEX "ratelimit_expires_at" ON "rate_limits" ("expires_at");
-- create index "ratelimit_key_window_start" to table: "rate_limits"
CREATE UNIQUE INDEX "ratelimit_key_window_start" ON "rate_limits" ("key", "window_start");
-- create "ratings" table
CREATE TABLE "ratings" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "subject_kind" character varying NOT NULL COLLATE "C", "subject_id" uuid NOT NULL, "thread_id" uuid NOT NULL, "round" bigint NOT NULL DEFAULT 1, "person_id" uuid NOT NULL, "result" bigint NOT NULL, "attitude" bigint NULL, "comment" character varying NOT NULL DEFAULT '' COLLATE "C", "channel" character varying NOT NULL DEFAULT 'app' COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "rating_tenant_id_subject_id_round_person_id" to table: "ratings"
CREATE UNIQUE INDEX "rating_tenant_id_subject_id_round_person_id" ON "ratings" ("tenant_id", "subject_id", "round", "person_id");
-- create "recusals" table
CREATE TABLE "recusals" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "person_id" uuid NOT NULL, "subject_kind" character varying NOT NULL COLLATE "C", "subject_key" character varying NOT NULL COLLATE "C", "reason" character varying NOT NULL DEFAULT '' COLLATE "C", "ended_at" timestamptz NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "recusal_tenant_id_person_id" to table: "recusals"
CREATE INDEX "recusal_tenant_id_person_id" ON "recusals" ("tenant_id", "person_id");
-- create index "recusal_tenant_id_subject_kind_subject_key" to table: "recusals"
CREATE INDEX "recusal_tenant_id_subject_kind_subject_key" ON "recusals" ("tenant_id", "subject_kind", "subject_key");
-- create "report_terms" table
CREATE TABLE "report_terms" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "term" character varying NOT NULL COLLATE "C", "report_id" uuid NOT NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "reportterm_tenant_id_report_id" to table: "report_terms"
CREATE INDEX "reportterm_tenant_id_report_id" ON "report_terms" ("tenant_id", "report_id");
-- create index "reportterm_tenant_id_term_report_id" to table: "report_terms"
CREATE UNIQUE INDEX "reportterm_tenant_id_term_report_id" ON "report_terms" ("tenant_id", "term", "report_id");
-- create "deputies" table
CREATE TABLE "deputies" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "deleted_at" timestamptz NULL, "person_id" uuid NOT NULL, "name" character varying NOT NULL COLLATE "C", "gender" character varying NOT NULL DEFAULT '' COLLATE "C", "home_division" character varying NOT NULL COLLATE "C", "lat" double precision NULL, "lng" double precision NULL, "profession" character varying NOT NULL DEFAULT '' COLLATE "C", "employer" character varying NOT NULL DEFAULT '' COLLATE "C", "photo_key" character varying NOT NULL DEFAULT '' COLLATE "C", "introduction" character varying NOT NULL DEFAULT '' COLLATE "C", "takes_reports" boolean NOT NULL DEFAULT true, "leave_until" timestamptz NULL, "live_reports" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("tenant_id", "id"));
-- create index "deputy_tenant_id_home_division" to table: "deputies"
CREATE INDEX "deputy_tenant_id_home_division" ON "deputies" ("tenant_id", "home_division");
-- create index "deputy_tenant_id_person_id" to table: "deputies"
CREATE UNIQUE INDEX "deputy_tenant_id_person_id" ON "deputies" ("tenant_id", "person_id");
-- create "deputy_seats" table
CREATE TABLE "deputy_seats" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "level" character varying NOT NULL COLLATE "C", "term" bigint NOT NULL, "electing_unit" character varying NOT NULL DEFAULT '' COLLATE "C", "constituency" jsonb NOT NULL, "ended_at" timestamptz NULL, "congress_id" uuid NOT NULL, "deputy_id" uuid NOT NULL, PRIMARY KEY ("tenant_id", "id"), CONSTRAINT "deputy_seats_congresses_seats" FOREIGN KEY ("tenant_id", "congress_id") REFERENCES "congresses" ("tenant_id", "id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "deputy_seats_deputies_seats" FOREIGN KEY ("tenant_id", "deputy_id") REFERENCES "deputies" ("tenant_id", "id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "deputyseat_tenant_id_deputy_id" to table: "deputy_seats"
CREATE INDEX "deputyseat_tenant_id_deputy_id" ON "deputy_seats" ("tenant_id", "deputy_id");
-- create "handling_units" table
CREATE TABLE "handling_units" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "deleted_at" timestamptz NULL, "code" character varying NOT NULL COLLATE "C", "name" character varying NOT NULL COLLATE "C", "kind" character varying NOT NULL DEFAULT 'administrative' COLLATE "C", "level" character varying NOT NULL DEFAULT 'district' COLLATE "C", "division_code" character varying NOT NULL COLLATE "C", "head_name" character varying NOT NULL DEFAULT '' COLLATE "C", "head_person_id" uuid NULL, "phone" character varying NOT NULL DEFAULT '' COLLATE "C", "active" boolean NOT NULL DEFAULT true, "parent_id" uuid NULL, PRIMARY KEY ("tenant_id", "id"), CONSTRAINT "handling_units_handling_units_departments" FOREIGN KEY ("tenant_id", "parent_id") REFERENCES "handling_units" ("tenant_id", "id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "handlingunit_tenant_id_code" to table: "handling_units"
CREATE UNIQUE INDEX "handlingunit_tenant_id_code" ON "handling_units" ("tenant_id", "code");
-- create index "handlingunit_tenant_id_division_code" to table: "handling_units"
CREATE INDEX "handlingunit_tenant_id_division_code" ON "handling_units" ("tenant_id", "division_code");
-- create "dispatch_rules" table
CREATE TABLE "dispatch_rules" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "category" character varying NOT NULL COLLATE "C", "division_code" character varying NOT NULL COLLATE "C", "is_default" boolean NOT NULL DEFAULT false, "unit_id" uuid NOT NULL, PRIMARY KEY ("tenant_id", "id"), CONSTRAINT "dispatch_rules_handling_units_rules" FOREIGN KEY ("tenant_id", "unit_id") REFERENCES "handling_units" ("tenant_id", "id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "dispatchrule_tenant_id_category_division_code_unit_id" to table: "dispatch_rules"
CREATE UNIQUE INDEX "dispatchrule_tenant_id_category_division_code_unit_id" ON "dispatch_rules" ("tenant_id", "category", "division_code", "unit_id");
-- create "places" table
CREATE TABLE "places" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "deleted_at" timestamptz NULL, "kind" character varying NOT NULL DEFAULT 'compound' COLLATE "C", "name" character varying NOT NULL COLLATE "C", "aliases" jsonb NOT NULL, "division_code" character varying NOT NULL COLLATE "C", "address" character varying NOT NULL DEFAULT '' COLLATE "C", "lat" double precision NULL, "lng" double precision NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "place_tenant_id_division_code_name" to table: "places"
CREATE INDEX "place_tenant_id_division_code_name" ON "places" ("tenant_id", "division_code", "name");
-- create "place_terms" table
CREATE TABLE "place_terms" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "term" character varying NOT NULL COLLATE "C", "place_id" uuid NOT NULL, PRIMARY KEY ("tenant_id", "id"), CONSTRAINT "place_terms_places_terms" FOREIGN KEY ("tenant_id", "place_id") REFERENCES "places" ("tenant_id", "id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "placeterm_tenant_id_place_id" to table: "place_terms"
CREATE INDEX "placeterm_tenant_id_place_id" ON "place_terms" ("tenant_id", "place_id");
-- create index "placeterm_tenant_id_term_place_id" to table: "place_terms"
CREATE UNIQUE INDEX "placeterm_tenant_id_term_place_id" ON "place_terms" ("tenant_id", "term", "place_id");
-- create "reports" table
CREATE TABLE "reports" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "number" character varying NOT NULL COLLATE "C", "thread_id" uuid NOT NULL, "round" bigint NOT NULL DEFAULT 1, "state" character varying NOT NULL DEFAULT 'submitted' COLLATE "C", "close_reason" character varying NOT NULL DEFAULT 'none' COLLATE "C", "category" character varying NOT NULL COLLATE "C", "clock_class" character varying NOT NULL DEFAULT 'ordinary' COLLATE "C", "verify_first" boolean NOT NULL DEFAULT true, "title" character varying NOT NULL DEFAULT '' COLLATE "C", "description" character varying NOT NULL COLLATE "C", "division_code" character varying NOT NULL COLLATE "C", "place_id" uuid NULL, "address" character varying NOT NULL DEFAULT '' COLLATE "C", "lat" double precision NULL, "lng" double precision NULL, "accuracy_m" double precision NULL, "cell_lat" bigint NULL, "cell_lng" bigint NULL, "source_lat" double precision NULL, "source_lng" double precision NULL, "occurs_from" timestamptz NULL, "occurs_to" timestamptz NULL, "source" character varying NOT NULL DEFAULT 'citizen' COLLATE "C", "reporter_id" uuid NOT NULL, "on_behalf_sealed" bytea NULL, "identity_level" character varying NOT NULL DEFAULT 'hidden_public' COLLATE "C", "visibility" character varying NOT NULL DEFAULT 'private' COLLATE "C", "published_at" timestamptz NULL, "danger" boolean NOT NULL DEFAULT false, "in_legal_process" boolean NOT NULL DEFAULT false, "respondent" character varying NOT NULL DEFAULT '' COLLATE "C", "respondent_key" character varying NOT NULL DEFAULT '' COLLATE "C", "preferred_deputy_id" uuid NULL, "station_id" uuid NULL, "owner_kind" character varying NOT NULL DEFAULT 'office' COLLATE "C", "owner_id" uuid NULL, "owner_label" character varying NOT NULL DEFAULT '' COLLATE "C", "lead_deputy_id" uuid NULL, "lead_unit_id" uuid NULL, "promised_at" timestamptz NULL, "due_at" timestamptz NULL, "closed_at" timestamptz NULL, "follower_count" bigint NOT NULL DEFAULT 0, "detached_at" timestamptz NULL, "desk_check" boolean NOT NULL DEFAULT false, PRIMARY KEY ("tenant_id", "id"));
-- create index "report_tenant_id_category_id" to table: "reports"
CREATE INDEX "report_tenant_id_category_id" ON "reports" ("tenant_id", "category", "id");
-- create index "report_tenant_id_cell_lat_cell_lng" to table: "reports"
CREATE INDEX "report_tenant_id_cell_lat_cell_lng" ON "reports" ("tenant_id", "cell_lat", "cell_lng");
-- create index "report_tenant_id_division_code_id" to table: "reports"
CREATE INDEX "report_tenant_id_division_code_id" ON "reports" ("tenant_id", "division_code", "id");
-- create index "report_tenant_id_due_at" to table: "reports"
CREATE INDEX "report_tenant_id_due_at" ON "reports" ("tenant_id", "due_at");
-- create index "report_tenant_id_lead_deputy_id_id" to table: "reports"
CREATE INDEX "report_tenant_id_lead_deputy_id_id" ON "reports" ("tenant_id", "lead_deputy_id", "id");
-- create index "report_tenant_id_lead_unit_id_id" to table: "reports"
CREATE INDEX "report_tenant_id_lead_unit_id_id" ON "reports" ("tenant_id", "lead_unit_id", "id");
-- create index "report_tenant_id_number" to table: "reports"
CREATE UNIQUE INDEX "report_tenant_id_number" ON "reports" ("tenant_id", "number");
-- create index "report_tenant_id_owner_kind_division_code" to table: "reports"
CREATE INDEX "report_tenant_id_owner_kind_division_code" ON "reports" ("tenant_id", "owner_kind", "division_code");
-- create index "report_tenant_id_reporter_id_id" to table: "reports"
CREATE INDEX "report_tenant_id_reporter_id_id" ON "reports" ("tenant_id", "reporter_id", "id");
-- create index "report_tenant_id_state_id" to table: "reports"
CREATE INDEX "report_tenant_id_state_id" ON "reports" ("tenant_id", "state", "id");
-- create index "report_tenant_id_thread_id" to table: "reports"
CREATE INDEX "report_tenant_id_thread_id" ON "reports" ("tenant_id", "thread_id");
-- create "report_deputies" table
CREATE TABLE "report_deputies" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "deputy_id" uuid NOT NULL, "person_id" uuid NOT NULL, "part" character varying NOT NULL DEFAULT 'lead' COLLATE "C", "ended_at" timestamptz NULL, "report_id" uuid NOT NULL, PRIMARY KEY ("tenant_id", "id"), CONSTRAINT "report_deputies_reports_deputies" FOREIGN KEY ("tenant_id", "report_id") REFERENCES "reports" ("tenant_id", "id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "reportdeputy_tenant_id_person_id_report_id" to table: "report_deputies"
CREATE INDEX "reportdeputy_tenant_id_person_id_report_id" ON "report_deputies" ("tenant_id", "person_id", "report_id");
-- create index "reportdeputy_tenant_id_report_id_deputy_id" to table: "report_deputies"
CREATE UNIQUE INDEX "reportdeputy_tenant_id_report_id_deputy_id" ON "report_deputies" ("tenant_id", "report_id", "deputy_id");
-- create "report_events" table
CREATE TABLE "report_events" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "row" bigint NOT NULL DEFAULT 0, "action" character varying NOT NULL COLLATE "C", "from_state" character varying NOT NULL DEFAULT '' COLLATE "C", "to_state" character varying NOT NULL COLLATE "C", "round" bigint NOT NULL DEFAULT 1, "actor_id" uuid NULL, "actor_part" character varying NOT NULL DEFAULT '' COLLATE "C", "actor_label" character varying NOT NULL DEFAULT '' COLLATE "C", "public_text" character varying NOT NULL DEFAULT '' COLLATE "C", "internal_note" character varying NOT NULL DEFAULT '' COLLATE "C", "data" jsonb NULL, "at" timestamptz NOT NULL, "report_id" uuid NOT NULL, PRIMARY KEY ("tenant_id", "id"), CONSTRAINT "report_events_reports_events" FOREIGN KEY ("tenant_id", "report_id") REFERENCES "reports" ("tenant_id", "id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "reportevent_tenant_id_report_id_id" to table: "report_events"
CREATE INDEX "reportevent_tenant_id_report_id_id" ON "report_events" ("tenant_id", "report_id", "id");
-- create "report_offers" table
CREATE TABLE "report_offers" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "deputy_id" uuid NOT NULL, "person_id" uuid NOT NULL, "state" character varying NOT NULL DEFAULT 'offered' COLLATE "C", "score" bigint NOT NULL DEFAULT 0, "reasons" jsonb NOT NULL, "answered_at" timestamptz NULL, "report_id" uuid NOT NULL, PRIMARY KEY ("tenant_id", "id"), CONSTRAINT "report_offers_reports_offers" FOREIGN KEY ("tenant_id", "report_id") REFERENCES "reports" ("tenant_id", "id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "reportoffer_tenant_id_person_id_state_report_id" to table: "report_offers"
CREATE INDEX "reportoffer_tenant_id_person_id_state_report_id" ON "report_offers" ("tenant_id", "person_id", "state", "report_id");
-- create index "reportoffer_tenant_id_report_id_deputy_id" to table: "report_offers"
CREATE UNIQUE INDEX "reportoffer_tenant_id_report_id_deputy_id" ON "report_offers" ("tenant_id", "report_id", "deputy_id");
-- create "report_recusals" table
CREATE TABLE "report_recusals" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "person_id" uuid NOT NULL, "reason" character varying NOT NULL DEFAULT '' COLLATE "C", "report_id" uuid NOT NULL, PRIMARY KEY ("tenant_id", "id"), CONSTRAINT "report_recusals_reports_recusals" FOREIGN KEY ("tenant_id", "report_id") REFERENCES "reports" ("tenant_id", "id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "reportrecusal_tenant_id_person_id_report_id" to table: "report_recusals"
CREATE UNIQUE INDEX "reportrecusal_tenant_id_person_id_report_id" ON "report_recusals" ("tenant_id", "person_id", "report_id");
-- create "stations" table
CREATE TABLE "stations" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "deleted_at" timestamptz NULL, "name" character varying NOT NULL COLLATE "C", "kind" character varying NOT NULL DEFAULT 'comprehensive' COLLATE "C", "division_code" character varying NOT NULL COLLATE "C", "address" character varying NOT NULL DEFAULT '' COLLATE "C", "lat" double precision NULL, "lng" double precision NULL, "opening_hours" character varying NOT NULL DEFAULT '' COLLATE "C", "phone" character varying NOT NULL DEFAULT '' COLLATE "C", "feature" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "station_tenant_id_division_code" to table: "stations"
CREATE INDEX "station_tenant_id_division_code" ON "stations" ("tenant_id", "division_code");
-- create "station_deputies" table
CREATE TABLE "station_deputies" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "deputy_id" uuid NOT NULL, "station_id" uuid NOT NULL, PRIMARY KEY ("tenant_id", "id"), CONSTRAINT "station_deputies_deputies_stations" FOREIGN KEY ("tenant_id", "deputy_id") REFERENCES "deputies" ("tenant_id", "id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "station_deputies_stations_deputies" FOREIGN KEY ("tenant_id", "station_id") REFERENCES "stations" ("tenant_id", "id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "stationdeputy_tenant_id_deputy_id" to table: "station_deputies"
CREATE INDEX "stationdeputy_tenant_id_deputy_id" ON "station_deputies" ("tenant_id", "deputy_id");
-- create index "stationdeputy_tenant_id_station_id_deputy_id" to table: "station_deputies"
CREATE UNIQUE INDEX "stationdeputy_tenant_id_station_id_deputy_id" ON "station_deputies" ("tenant_id", "station_id", "deputy_id");

-- +goose Down
-- reverse: create index "stationdeputy_tenant_id_station_id_deputy_id" to table: "station_deputies"
DROP INDEX "stationdeputy_tenant_id_station_id_deputy_id";
-- reverse: create index "stationdeputy_tenant_id_deputy_id" to table: "station_deputies"
DROP INDEX "stationdeputy_tenant_id_deputy_id";
-- reverse: create "station_deputies" table
DROP TABLE "station_deputies";
-- reverse: create index "station_tenant_id_division_code" to table: "stations"
DROP INDEX "station_tenant_id_division_code";
-- reverse: create "stations" table
DROP TABLE "stations";
-- reverse: create index "reportrecusal_tenant_id_person_id_report_id" to table: "report_recusals"
DROP INDEX "reportrecusal_tenant_id_person_id_report_id";
-- reverse: create "report_recusals" table
DROP TABLE "report_recusals";
-- reverse: create index "reportoffer_tenant_id_report_id_deputy_id" to table: "report_offers"
DROP INDEX "reportoffer_tenant_id_report_id_deputy_id";
-- reverse: create index "reportoffer_tenant_id_person_id_state_report_id" to table: "report_offers"
DROP INDEX "reportoffer_tenant_id_person_id_state_report_id";
-- reverse: create "report_offers" table
DROP TABLE "report_offers";
-- reverse: create index "reportevent_tenant_id_report_id_id" to table: "report_events"
DROP INDEX "reportevent_tenant_id_report_id_id";
-- reverse: create "report_events" table
DROP TABLE "report_events";
-- reverse: create index "reportdeputy_tenant_id_report_id_deputy_id" to table: "report_deputies"
DROP INDEX "reportdeputy_tenant_id_report_id_deputy_id";
-- reverse: create index "reportdeputy_tenant_id_person_id_report_id" to table: "report_deputies"
DROP INDEX "reportdeputy_tenant_id_person_id_report_id";
-- reverse: create "report_deputies" table
DROP TABLE "report_deputies";
-- reverse: create index "report_tenant_id_thread_id" to table: "reports"
DROP INDEX "report_tenant_id_thread_id";
-- reverse: create index "report_tenant_id_state_id" to table: "reports"
DROP INDEX "report_tenant_id_state_id";
-- reverse: create index "report_tenant_id_reporter_id_id" to table: "reports"
DROP INDEX "report_tenant_id_reporter_id_id";
-- reverse: create index "report_tenant_id_owner_kind_division_code" to table: "reports"
DROP INDEX "report_tenant_id_owner_kind_division_code";
-- reverse: create index "report_tenant_id_number" to table: "reports"
DROP INDEX "report_tenant_id_number";
-- reverse: create index "report_tenant_id_lead_unit_id_id" to table: "reports"
DROP INDEX "report_tenant_id_lead_unit_id_id";
-- reverse: create index "report_tenant_id_lead_deputy_id_id" to table: "reports"
DROP INDEX "report_tenant_id_lead_deputy_id_id";
-- reverse: create index "report_tenant_id_due_at" to table: "reports"
DROP INDEX "report_tenant_id_due_at";
-- reverse: create index "report_tenant_id_division_code_id" to table: "reports"
DROP INDEX "report_tenant_id_division_code_id";
-- reverse: create index "report_tenant_id_cell_lat_cell_lng" to table: "reports"
DROP INDEX "report_tenant_id_cell_lat_cell_lng";
-- reverse: create index "report_tenant_id_category_id" to table: "reports"
DROP INDEX "report_tenant_id_category_id";
-- reverse: create "reports" table
DROP TABLE "reports";
-- reverse: create index "placeterm_tenant_id_term_place_id" to table: "place_terms"
DROP INDEX "placeterm_tenant_id_term_place_id";
-- reverse: create index "placeterm_tenant_id_place_id" to table: "place_terms"
DROP INDEX "placeterm_tenant_id_place_id";
-- reverse: create "place_terms" table
DROP TABLE "place_terms";
-- reverse: create index "place_tenant_id_division_code_name" to table: "places"
DROP INDEX "place_tenant_id_division_code_name";
-- reverse: create "places" table
DROP TABLE "places";
-- reverse: create index "dispatchrule_tenant_id_category_division_code_unit_id" to table: "dispatch_rules"
DROP INDEX "dispatchrule_tenant_id_category_division_code_unit_id";
-- reverse: create "dispatch_rules" table
DROP TABLE "dispatch_rules";
-- reverse: create index "handlingunit_tenant_id_division_code" to table: "handling_units"
DROP INDEX "handlingunit_tenant_id_division_code";
-- reverse: create index "handlingunit_tenant_id_code" to table: "handling_units"
DROP INDEX "handlingunit_tenant_id_code";
-- reverse: create "handling_units" table
DROP TABLE "handling_units";
-- reverse: create index "deputyseat_tenant_id_deputy_id" to table: "deputy_seats"
DROP INDEX "deputyseat_tenant_id_deputy_id";
-- reverse: create "deputy_seats" table
DROP TABLE "deputy_seats";
-- reverse: create index "deputy_tenant_id_person_id" to table: "deputies"
DROP INDEX "deputy_tenant_id_person_id";
-- reverse: create index "deputy_tenant_id_home_division" to table: "deputies"
DROP INDEX "deputy_tenant_id_home_division";
-- reverse: create "deputies" table
DROP TABLE "deputies";
-- reverse: create index "reportterm_tenant_id_term_report_id" to table: "report_terms"
DROP INDEX "reportterm_tenant_id_term_report_id";
-- reverse: create index "reportterm_tenant_id_report_id" to table: "report_terms"
DROP INDEX "reportterm_tenant_id_report_id";
-- reverse: create "report_terms" table
DROP TABLE "report_terms";
-- reverse: create index "recusal_tenant_id_subject_kind_subject_key" to table: "recusals"
DROP INDEX "recusal_tenant_id_subject_kind_subject_key";
-- reverse: create index "recusal_tenant_id_person_id" to table: "recusals"
DROP INDEX "recusal_tenant_id_person_id";
-- reverse: create "recusals" table
DROP TABLE "recusals";
-- reverse: create index "rating_tenant_id_subject_id_round_person_id" to table: "ratings"
DROP INDEX "rating_tenant_id_subject_id_round_person_id";
-- reverse: create "ratings" table
DROP TABLE "ratings";
-- reverse: create index "ratelimit_key_window_start" to table: "rate_limits"
DROP INDEX "ratelimit_key_window_start";
-- reverse: create index "ratelimit_expires_at" to table: "rate_limits"
DROP INDEX "ratelimit_expires_at";
-- reverse: create "rate_limits" table
DROP TABLE "rate_limits";
-- reverse: create index "session_person_id_revoked_at" to table: "sessions"
DROP INDEX "session_person_id_revoked_at";
-- reverse: create "sessions" table
DROP TABLE "sessions";
-- reverse: create index "smscode_phone_index_created_at" to table: "sms_codes"
DROP INDEX "smscode_phone_index_created_at";
-- reverse: create "sms_codes" table
DROP TABLE "sms_codes";
-- reverse: create index "photo_tenant_id_upload_id" to table: "photos"
DROP INDEX "photo_tenant_id_upload_id";
-- reverse: create index "photo_tenant_id_subject_kind_subject_id_position" to table: "photos"
DROP INDEX "photo_tenant_id_subject_kind_subject_id_position";
-- reverse: create "photos" table
DROP TABLE "photos";
-- reverse: create index "personreport_person_id_report_id" to table: "person_reports"
DROP INDEX "personreport_person_id_report_id";
-- reverse: create "person_reports" table
DROP TABLE "person_reports";
-- reverse: create index "persons_phone_index_key" to table: "persons"
DROP INDEX "persons_phone_index_key";
-- reverse: create "persons" table
DROP TABLE "persons";
-- reverse: create index "grant_tenant_unit_id" to table: "grants"
DROP INDEX "grant_tenant_unit_id";
-- reverse: create index "grant_tenant_role_division_code" to table: "grants"
DROP INDEX "grant_tenant_role_division_code";
-- reverse: create index "grant_person_id_revoked_at" to table: "grants"
DROP INDEX "grant_person_id_revoked_at";
-- reverse: create "grants" table
DROP TABLE "grants";
-- reverse: create index "notice_person_id_id" to table: "notices"
DROP INDEX "notice_person_id_id";
-- reverse: create "notices" table
DROP TABLE "notices";
-- reverse: create index "idempotencykey_tenant_id_person_id_route_key" to table: "idempotency_keys"
DROP INDEX "idempotencykey_tenant_id_person_id_route_key";
-- reverse: create index "idempotencykey_tenant_id_expires_at" to table: "idempotency_keys"
DROP INDEX "idempotencykey_tenant_id_expires_at";
-- reverse: create "idempotency_keys" table
DROP TABLE "idempotency_keys";
-- reverse: create index "reportproposal_tenant_id_report_id_state" to table: "report_proposals"
DROP INDEX "reportproposal_tenant_id_report_id_state";
-- reverse: create "report_proposals" table
DROP TABLE "report_proposals";
-- reverse: create "sms_messages" table
DROP TABLE "sms_messages";
-- reverse: create index "audithead_tenant_id" to table: "audit_heads"
DROP INDEX "audithead_tenant_id";
-- reverse: create "audit_heads" table
DROP TABLE "audit_heads";
-- reverse: create index "division_parent_code_code" to table: "divisions"
DROP INDEX "division_parent_code_code";
-- reverse: create index "division_code_valid_from" to table: "divisions"
DROP INDEX "division_code_valid_from";
-- reverse: create "divisions" table
DROP TABLE "divisions";
-- reverse: create index "tenants_code_key" to table: "tenants"
DROP INDEX "tenants_code_key";
-- reverse: create "tenants" table
DROP TABLE "tenants";
-- reverse: create index "upload_tenant_id_state_expires_at" to table: "uploads"
DROP INDEX "upload_tenant_id_state_expires_at";
-- reverse: create index "upload_tenant_id_person_id_state" to table: "uploads"
DROP INDEX "upload_tenant_id_person_id_state";
-- reverse: create "uploads" table
DROP TABLE "uploads";
-- reverse: create index "assignment_tenant_id_unit_id_state_subject_id" to table: "assignments"
DROP INDEX "assignment_tenant_id_unit_id_state_subject_id";
-- reverse: create index "assignment_tenant_id_subject_kind_subject_id" to table: "assignments"
DROP INDEX "assignment_tenant_id_subject_kind_subject_id";
-- reverse: create "assignments" table
DROP TABLE "assignments";
-- reverse: create index "deadline_tenant_id_subject_kind_subject_id" to table: "deadlines"
DROP INDEX "deadline_tenant_id_subject_kind_subject_id";
-- reverse: create index "deadline_tenant_id_next_check_at" to table: "deadlines"
DROP INDEX "deadline_tenant_id_next_check_at";
-- reverse: create "deadlines" table
DROP TABLE "deadlines";
-- reverse: create index "credentials_username_key" to table: "credentials"
DROP INDEX "credentials_username_key";
-- reverse: create index "credentials_person_id_key" to table: "credentials"
DROP INDEX "credentials_person_id_key";
-- reverse: create "credentials" table
DROP TABLE "credentials";
-- reverse: create index "congress_tenant_id_level_division_code_term" to table: "congresses"
DROP INDEX "congress_tenant_id_level_division_code_term";
-- reverse: create "congresses" table
DROP TABLE "congresses";
-- reverse: create index "categorycode_kind_code_standard_ref" to table: "category_codes"
DROP INDEX "categorycode_kind_code_standard_ref";
-- reverse: create index "categorycode_category" to table: "category_codes"
DROP INDEX "categorycode_category";
-- reverse: create "category_codes" table
DROP TABLE "category_codes";
-- reverse: create index "categories_code_key" to table: "categories"
DROP INDEX "categories_code_key";
-- reverse: create "categories" table
DROP TABLE "categories";
-- reverse: create index "calendar_years_year_key" to table: "calendar_years"
DROP INDEX "calendar_years_year_key";
-- reverse: create "calendar_years" table
DROP TABLE "calendar_years";
-- reverse: create index "calendar_days_day_key" to table: "calendar_days"
DROP INDEX "calendar_days_day_key";
-- reverse: create "calendar_days" table
DROP TABLE "calendar_days";
-- reverse: create index "auditline_tenant_id_subject_kind_subject_id" to table: "audit_lines"
DROP INDEX "auditline_tenant_id_subject_kind_subject_id";
-- reverse: create index "auditline_tenant_id_seq" to table: "audit_lines"
DROP INDEX "auditline_tenant_id_seq";
-- reverse: create index "auditline_tenant_id_id" to table: "audit_lines"
DROP INDEX "auditline_tenant_id_id";
-- reverse: create index "auditline_tenant_id_actor_id" to table: "audit_lines"
DROP INDEX "auditline_tenant_id_actor_id";
-- reverse: create "audit_lines" table
DROP TABLE "audit_lines";
-- reverse: create index "numbersequence_tenant_id_kind_year" to table: "number_sequences"
DROP INDEX "numbersequence_tenant_id_kind_year";
-- reverse: create "number_sequences" table
DROP TABLE "number_sequences";
-- reverse: create index "division_boundaries_division_code_key" to table: "division_boundaries"
DROP INDEX "division_boundaries_division_code_key";
-- reverse: create "division_boundaries" table
DROP TABLE "division_boundaries";
