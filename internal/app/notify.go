package app

import (
	"bytes"
	"fmt"
	"os"

	"huying/internal/identity"
	"huying/internal/notify"
	"huying/internal/notify/gateway"
	"huying/internal/notify/signature"
	"huying/internal/platform/config"
)

// buildNotify builds notices and messages and, where one is configured, the gateway they go out through.
func (a *App) buildNotify() (*notify.Service, error) {
	key, err := gatewayKey(a.Config.SMS)
	if err != nil {
		return nil, err
	}
	deps := notify.Deps{
		DB: a.DB, Clock: a.Clock, Keys: a.Keys, Jobs: a.Jobs, Gateway: key, Base: a.baseURL(),
		ParsePhone: identity.ParsePhone, Rate: a.rateBySMS, Readable: a.readable, Demo: a.Config.Demo.On, Log: a.Log,
	}
	if a.Config.Database.Engine == config.Postgres {
		a.hints = newFanout(a.DB, a.Log)
		deps.Fanout = a.hints
	}
	if a.Config.SMS.GatewayURL != "" {
		driver := gateway.New(gateway.Config{
			URL: a.Config.SMS.GatewayURL, Key: key, Templates: a.Config.SMS.TemplateMap(), Timeout: a.Config.SMS.Timeout, Clock: a.Clock,
		})
		deps.Driver = counted{driver, a.Metrics}
		a.Metrics.Gauge("huying_sms_gateway_away", "1 while the SMS gateway has failed so often that it is left alone.", func() (float64, bool) {
			if driver.Away() {
				return 1, true
			}
			return 0, true
		})
	}
	return notify.New(deps), nil
}

// gatewayKey reads the secret shared with the gateway from where the configuration says.
func gatewayKey(cfg config.SMS) (signature.Key, error) {
	key := signature.Key{ID: cfg.KeyID, Secret: []byte(cfg.Secret.Reveal())}
	if cfg.SecretFile == "" {
		return key, nil
	}
	raw, err := os.ReadFile(cfg.SecretFile)
	if err != nil {
		return key, fmt.Errorf("sms.secret_file: %w", err)
	}
	if key.Secret = bytes.TrimSpace(raw); len(key.Secret) < config.MinSecret {
		return key, fmt.Errorf("sms.secret_file: want at least %d characters", config.MinSecret)
	}
	return key, nil
}

// baseURL is scheme://host of links in messages.
func (a *App) baseURL() string {
	if a.Config.HTTP.PublicURL != "" {
		return a.Config.HTTP.PublicURL
	}
	return "http://" + a.Config.HTTP.Listen
}

// SMSTemplates is the list of wordings to register with a carrier, as CSV.
func SMSTemplates() ([]byte, error) { return notify.TemplatesCSV() }
