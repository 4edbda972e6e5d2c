// lib/pq with database/sql and its defaults: as many connections as are asked for, 2 of them kept idle, 2 silent retries
// of a connection that the driver calls bad.
package main

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"github.com/lib/pq"
	"pgdrill-clients/pgdrill"
)

// A connection string of keywords: of a URL with several hosts it takes the ports for a part of their names.
var keywords = map[string]string{
	"connect_timeout":      "connect_timeout",
	"target_session_attrs": "target_session_attrs",
	"statement_timeout":    "statement_timeout",
	"binary_parameters":    "binary_parameters",
}

func main() {
	pgdrill.Run(func(plan *pgdrill.Plan) (*pgdrill.Client, error) {
		text := plan.Keywords(true, keywords)
		// Its default is to require TLS.
		if plan.Paths[plan.Path].CAFile == "" {
			text += "sslmode=disable"
		}
		db, err := sql.Open("postgres", text)
		if err != nil {
			return nil, err
		}
		if size, err := strconv.Atoi(plan.Settings["pool_size"]); err == nil {
			db.SetMaxOpenConns(size)
			db.SetMaxIdleConns(size)
		}
		db.SetConnMaxLifetime(pgdrill.Seconds(plan.Settings["max_lifetime_s"]))
		if err := db.Ping(); err != nil {
			return nil, err
		}
		timeout := pgdrill.Seconds(plan.Settings["query_timeout_s"])
		return &pgdrill.Client{
			Versions: "lib/pq " + pgdrill.Version("github.com/lib/pq"),
			Settings: plan.With("max_open_conns", strconv.Itoa(db.Stats().MaxOpenConnections)),
			Write: func(ctx context.Context, worker, op int) (row [3]string, err error) {
				ctx, cancel := pgdrill.Within(ctx, timeout)
				defer cancel()
				err = db.QueryRowContext(ctx, plan.SQL, worker, op).Scan(&row[0], &row[1], &row[2])
				return row, err
			},
			Pool: func() (int, int, int) {
				stats := db.Stats()
				return stats.OpenConnections, stats.Idle, 0
			},
			SQLState: func(err error) string {
				var answered *pq.Error
				if errors.As(err, &answered) {
					return string(answered.Code)
				}
				return ""
			},
		}, nil
	})
}
