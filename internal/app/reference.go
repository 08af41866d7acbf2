package app

import (
	"context"
	"errors"
	"io"

	"huying/internal/division"
	"huying/internal/platform/config"
	"huying/internal/platform/database"
)

// reference runs work on the reference tables. On PostgreSQL only the owner writes them, so it opens a connection of
// its own with database.owner_url, which serve never uses.
func (a *App) reference(ctx context.Context, do func(*division.Service) error) error {
	if a.Config.Database.Engine == config.SQLite {
		return do(a.Division)
	}
	if a.Config.Database.OwnerURL == "" {
		return errors.New("database.owner_url: needed to import reference data into PostgreSQL")
	}
	owner, err := database.Open(ctx, database.Config{Engine: database.EnginePostgres, URL: a.Config.Database.OwnerURL.Reveal()})
	if err != nil {
		return err
	}
	defer owner.Close()
	return do(division.New(division.Deps{DB: owner, Clock: a.Clock, Log: a.Log}))
}

// ImportDivisions reads a CSV of divisions. The result is for printing; ok says that no row was wrong.
func (a *App) ImportDivisions(ctx context.Context, src io.Reader, f DivisionFile) (result any, ok bool, err error) {
	var r division.ImportResult
	err = a.reference(ctx, func(s *division.Service) (err error) {
		r, err = s.ImportDivisions(ctx, src, division.ImportOptions{DryRun: f.DryRun, Complete: f.Complete, Effective: f.Effective})
		return err
	})
	return r, len(r.Errors) == 0, err
}

// ImportBoundaries reads a GeoJSON of boundaries keyed by division code.
func (a *App) ImportBoundaries(ctx context.Context, src io.Reader, source string, dryRun bool) (result any, ok bool, err error) {
	var r division.ImportResult
	err = a.reference(ctx, func(s *division.Service) (err error) {
		r, err = s.ImportBoundaries(ctx, src, source, dryRun)
		return err
	})
	return r, len(r.Errors) == 0, err
}

// ImportCalendar reads a CSV of holidays and make-up days.
func (a *App) ImportCalendar(ctx context.Context, src io.Reader, source string, dryRun bool) (result any, ok bool, err error) {
	var r division.ImportResult
	err = a.reference(ctx, func(s *division.Service) (err error) {
		r, err = s.ImportCalendar(ctx, src, source, dryRun)
		return err
	})
	return r, len(r.Errors) == 0, err
}

// ImportPlaces reads a CSV of compounds, roads and parks into a tenant.
func (a *App) ImportPlaces(ctx context.Context, tenant string, src io.Reader, dryRun bool) (result any, ok bool, err error) {
	r, err := a.Division.ImportPlaces(ctx, tenant, src, dryRun)
	return r, len(r.Errors) == 0, err
}
