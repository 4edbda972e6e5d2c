// pgx 5 with pgxpool and its defaults: 4 connections, or one a processor where there are more.
package main

import (
	"context"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"pgdrill-clients/pgdrill"
)

// Settings that pgx takes in its connection string, and the parameters that they are there.
var keywords = map[string]string{
	"pool_size":                "pool_max_conns",
	"max_lifetime":             "pool_max_conn_lifetime",
	"health_check_period":      "pool_health_check_period",
	"connect_timeout":          "connect_timeout",
	"target_session_attrs":     "target_session_attrs",
	"default_query_exec_mode":  "default_query_exec_mode",
	"statement_timeout":        "statement_timeout",
	"statement_cache_capacity": "statement_cache_capacity",
	"pool_max_conn_idle_time":  "pool_max_conn_idle_time",
}

// checkName has certificates checked for a name that is not the host: pgx takes no hostaddr.
func checkName(config *pgx.ConnConfig, name string) {
	if name == "" {
		return
	}
	config.TLSConfig.ServerName = name
	for _, other := range config.Fallbacks {
		other.TLSConfig.ServerName = name
	}
}

func main() {
	pgdrill.Run(func(plan *pgdrill.Plan) (*pgdrill.Client, error) {
		config, err := pgxpool.ParseConfig(plan.Keywords(false, keywords))
		if err != nil {
			return nil, err
		}
		checkName(config.ConnConfig, plan.Paths[plan.Path].ServerName)
		pool, err := pgxpool.NewWithConfig(context.Background(), config)
		if err != nil {
			return nil, err
		}
		if err := pool.Ping(context.Background()); err != nil {
			return nil, err
		}
		timeout := pgdrill.Seconds(plan.Settings["query_timeout_s"])
		return &pgdrill.Client{
			Versions: "pgx " + pgdrill.Version("github.com/jackc/pgx/v5"),
			Settings: plan.With("max_conns", strconv.Itoa(int(pool.Config().MaxConns))),
			Write: func(ctx context.Context, worker, op int) (row [3]string, err error) {
				ctx, cancel := pgdrill.Within(ctx, timeout)
				defer cancel()
				err = pool.QueryRow(ctx, plan.SQL, worker, op).Scan(&row[0], &row[1], &row[2])
				return row, err
			},
			Pool: func() (int, int, int) {
				stat := pool.Stat()
				return int(stat.TotalConns()), int(stat.IdleConns()), 0
			},
			SQLState: func(err error) string {
				var answered *pgconn.PgError
				if errors.As(err, &answered) {
					return answered.Code
				}
				return ""
			},
		}, nil
	})
}
