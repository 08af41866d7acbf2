-- +goose Up
-- +goose StatementBegin
-- huying_wall puts a tenant's table behind row-level security: the app role by
-- plain equality, the city's SELECT-only role over all, the owner unhindered
-- (or its own updates and dumps would silently see nothing).
CREATE FUNCTION huying_wall(tbl regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tbl);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tbl);
  EXECUTE format('CREATE POLICY tenant_wall ON %s TO huying_app USING (tenant_id = nullif(current_setting(''app.tenant'', true), '''')) WITH CHECK (tenant_id = nullif(current_setting(''app.tenant'', true), ''''))', tbl);
  EXECUTE format('CREATE POLICY city_reads ON %s FOR SELECT TO huying_city USING (true)', tbl);
  EXECUTE format('CREATE POLICY owner_all ON %s TO huying_owner USING (true) WITH CHECK (true)', tbl);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO huying_app', tbl);
  EXECUTE format('GRANT SELECT ON %s TO huying_city', tbl);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- huying_door puts an identity table behind the identity door.
CREATE FUNCTION huying_door(tbl regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tbl);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tbl);
  EXECUTE format('CREATE POLICY identity_door ON %s TO huying_app USING (current_setting(''app.door'', true) = ''identity'') WITH CHECK (current_setting(''app.door'', true) = ''identity'')', tbl);
  EXECUTE format('CREATE POLICY owner_all ON %s TO huying_owner USING (true) WITH CHECK (true)', tbl);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO huying_app', tbl);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- huying_reference lets everybody read and only the owner write.
CREATE FUNCTION huying_reference(tbl regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('GRANT SELECT ON %s TO huying_app, huying_city', tbl);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT table_name FROM information_schema.columns
           WHERE table_schema = current_schema() AND column_name = 'tenant_id' ORDER BY table_name LOOP
    PERFORM huying_wall(t::regclass);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['persons','credentials','sessions','sms_codes','rate_limits','grants','person_reports','sms_messages','notices'] LOOP
    PERFORM huying_door(t::regclass);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['tenants','divisions','division_boundaries','categories','category_codes','calendar_days','calendar_years'] LOOP
    PERFORM huying_reference(t::regclass);
  END LOOP;
END $$;
-- +goose StatementEnd

-- A person reads the own index and inbox; a tenant's work adds to them and to
-- the outbox of messages.
CREATE POLICY own_index ON person_reports FOR SELECT TO huying_app
  USING (person_id = nullif(current_setting('app.person', true), '')::uuid);
CREATE POLICY tenant_adds ON person_reports FOR INSERT TO huying_app
  WITH CHECK (tenant = nullif(current_setting('app.tenant', true), ''));
CREATE POLICY own_inbox ON notices FOR SELECT TO huying_app
  USING (person_id = nullif(current_setting('app.person', true), '')::uuid);
CREATE POLICY tenant_adds ON notices FOR INSERT TO huying_app
  WITH CHECK (tenant = nullif(current_setting('app.tenant', true), ''));
CREATE POLICY tenant_adds ON sms_messages FOR INSERT TO huying_app
  WITH CHECK (tenant = nullif(current_setting('app.tenant', true), ''));

-- A tenant changes its own row of tenants (brand, clocks, settings) and no other.
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_reads ON tenants FOR SELECT TO huying_app, huying_city USING (true);
CREATE POLICY own_row ON tenants FOR UPDATE TO huying_app
  USING (code = nullif(current_setting('app.tenant', true), ''))
  WITH CHECK (code = nullif(current_setting('app.tenant', true), ''));
CREATE POLICY owner_all ON tenants TO huying_owner USING (true) WITH CHECK (true);
GRANT UPDATE ON tenants TO huying_app;

-- The audit trail is written once. The app adds a line unsealed, seals it once
-- and never again touches or removes it; the head of a chain moves forward only,
-- to a line that carries its hash. The owner, who could, is what copies of the
-- head kept elsewhere are for.
REVOKE UPDATE, DELETE ON audit_lines, audit_heads FROM huying_app;
GRANT UPDATE (seq, prev_hash, hash) ON audit_lines TO huying_app;
GRANT UPDATE (seq, hash, sealed_at, updated_at) ON audit_heads TO huying_app;
DROP POLICY tenant_wall ON audit_lines;
CREATE POLICY tenant_reads ON audit_lines FOR SELECT TO huying_app
  USING (tenant_id = nullif(current_setting('app.tenant', true), ''));
CREATE POLICY tenant_adds_unsealed ON audit_lines FOR INSERT TO huying_app
  WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), '') AND seq IS NULL AND prev_hash = '' AND hash = '');
CREATE POLICY sealed_once ON audit_lines FOR UPDATE TO huying_app
  USING (tenant_id = nullif(current_setting('app.tenant', true), '') AND seq IS NULL)
  WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), '') AND seq > 0 AND hash <> '');
DROP POLICY tenant_wall ON audit_heads;
CREATE POLICY tenant_reads ON audit_heads FOR SELECT TO huying_app
  USING (tenant_id = nullif(current_setting('app.tenant', true), ''));
CREATE POLICY tenant_begins ON audit_heads FOR INSERT TO huying_app
  WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), '') AND seq = 0 AND hash = '');
CREATE POLICY tenant_moves ON audit_heads FOR UPDATE TO huying_app
  USING (tenant_id = nullif(current_setting('app.tenant', true), ''))
  WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), ''));

-- +goose StatementBegin
CREATE FUNCTION huying_head_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq <= OLD.seq OR NOT EXISTS (SELECT 1 FROM audit_lines l
      WHERE l.tenant_id = NEW.tenant_id AND l.seq = NEW.seq AND l.hash = NEW.hash) THEN
    RAISE EXCEPTION 'the head of an audit chain only moves forward, to a sealed line' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER head_forward BEFORE UPDATE ON audit_heads
  FOR EACH ROW WHEN (current_user = 'huying_app') EXECUTE FUNCTION huying_head_forward();

-- +goose Down
DROP TRIGGER head_forward ON audit_heads;
DROP FUNCTION huying_head_forward();
DROP FUNCTION huying_wall(regclass);
DROP FUNCTION huying_door(regclass);
DROP FUNCTION huying_reference(regclass);
