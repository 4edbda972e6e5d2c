// Package pgdrill is the client protocol of docs/clients.md for Go: what every adapter here shares.
package pgdrill

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

type Host struct {
	Host string `json:"host"`
	Port int    `json:"port"`
}
type Path struct {
	URL      string `json:"url"`
	Database string `json:"database"`
	User     string `json:"user"`
	Password string `json:"password"`
	Hosts    []Host `json:"hosts"`
	// Where servers speak TLS: the file of their authority, how certificates are checked, and the name that they carry
	// where it is not the host.
	CAFile     string `json:"caFile"`
	SSLMode    string `json:"sslmode"`
	ServerName string `json:"serverName"`
}
type Plan struct {
	OriginNs      string            `json:"originNs"`
	Path          string            `json:"path"`
	Paths         map[string]Path   `json:"paths"`
	FirstWorker   int               `json:"firstWorker"`
	Workers       int               `json:"workers"`
	RatePerSecond float64           `json:"ratePerSecond"`
	GiveUpMs      int               `json:"giveUpMs"`
	Settings      map[string]string `json:"settings"`
	SQL           string            `json:"sql"`
	originNs      int64
}

// Client is what an adapter gives.
type Client struct {
	Versions string
	Settings map[string]string
	// Write returns the server, the position of the WAL and the timeline.
	Write func(ctx context.Context, worker, op int) ([3]string, error)
	// Pool returns open, idle and waiting; nil where that is not known.
	Pool func() (open, idle, waiting int)
	// SQLState of an error; empty where it has none.
	SQLState func(error) string
}

func (p *Plan) now() int64 {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		panic(err)
	}
	return (now.Nano() - p.originNs) / 1000
}

// Version of a module, as the program was built with it.
func Version(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return dependency.Version
		}
	}
	return "of an unknown version"
}

// With is the settings of the plan with one more.
func (p *Plan) With(name, value string) map[string]string {
	all := map[string]string{name: value}
	for name, value := range p.Settings {
		all[name] = value
	}
	return all
}

// Keywords is the connection string of the path in the form of keywords and values, with the settings that names has.
// A library that takes a hostaddr beside the host is given the name of the certificate as the host.
func (p *Plan) Keywords(takesHostaddr bool, names map[string]string) string {
	path := p.Paths[p.Path]
	hosts, ports, addresses := []string{}, []string{}, []string{}
	for _, one := range path.Hosts {
		hosts, ports, addresses = append(hosts, one.Host), append(ports, strconv.Itoa(one.Port)), append(addresses, one.Host)
		if takesHostaddr && path.ServerName != "" {
			hosts[len(hosts)-1] = path.ServerName
		}
	}
	words := map[string]string{"host": strings.Join(hosts, ","), "port": strings.Join(ports, ","), "dbname": path.Database,
		"user": path.User, "password": path.Password}
	if path.CAFile != "" {
		words["sslmode"], words["sslrootcert"] = path.SSLMode, path.CAFile
	}
	if takesHostaddr && path.ServerName != "" {
		words["hostaddr"] = strings.Join(addresses, ",")
	}
	for name, value := range p.Settings {
		if keyword, ok := names[name]; ok {
			words[keyword] = value
		}
	}
	text := ""
	for name, value := range words {
		text += name + "='" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "' "
	}
	return text
}

// Seconds reads a setting; empty is none.
func Seconds(text string) time.Duration {
	seconds, _ := strconv.ParseFloat(text, 64)
	return time.Duration(seconds * float64(time.Second))
}

// Within is a context that ends after a time, or never where it is 0.
func Within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if limit <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, limit)
}

// Run speaks the protocol until it is asked to stop.
func Run(open func(plan *Plan) (*Client, error)) {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	read := func(into any) bool {
		line, err := input.ReadBytes('\n')
		return err == nil && json.Unmarshal(line, into) == nil
	}
	plan := &Plan{}
	if !read(plan) {
		fail(fmt.Errorf("expected a plan on standard input"))
	}
	plan.originNs, _ = strconv.ParseInt(plan.OriginNs, 10, 64)
	client, err := open(plan)
	if err != nil {
		fail(err)
	}
	var lock sync.Mutex
	rows := [][]any{}
	output := json.NewEncoder(os.Stdout)
	say := func(kind string, message map[string]any) {
		message["kind"], message["t"] = kind, plan.now()
		if err := output.Encode(message); err != nil {
			os.Exit(1)
		}
	}
	say("ready", map[string]any{"protocol": 1, "versions": client.Versions, "settings": client.Settings})
	var command struct {
		Do   string `json:"do"`
		AtUs int64  `json:"atUs"`
	}
	if !read(&command) || command.Do != "start" {
		return
	}
	stopped := make(chan struct{})
	attempt := func(worker, op int, due int64) {
		sent := plan.now()
		row, err := client.Write(context.Background(), worker, op)
		done := plan.now()
		lock.Lock()
		defer lock.Unlock()
		if err == nil {
			rows = append(rows, []any{worker, op, due, sent, done, 0, nil, nil, row[0], row[1], row[2]})
			return
		}
		var state any
		if code := client.SQLState(err); code != "" {
			state = code
		}
		rows = append(rows, []any{worker, op, due, sent, done, 3, state, err.Error(), nil, nil, nil})
	}
	var working sync.WaitGroup
	for worker := range plan.Workers {
		working.Go(func() {
			for op := 0; ; op++ {
				due := command.AtUs + int64(math.Round(float64(op*plan.Workers+worker)*1e6/plan.RatePerSecond))
				select {
				case <-stopped:
					return
				case <-time.After(time.Duration(due-plan.now()) * time.Microsecond):
				}
				attempt(plan.FirstWorker+worker, op, due)
			}
		})
	}
	report := func() {
		lock.Lock()
		taken := rows
		rows = [][]any{}
		lock.Unlock()
		say("op", map[string]any{"rows": taken})
		if client.Pool != nil {
			open, idle, waiting := client.Pool()
			say("pool", map[string]any{"open": open, "idle": idle, "waiting": waiting})
		}
	}
	input2 := make(chan struct{})
	go func() { input.ReadBytes('\n'); close(input2) }()
	for running := true; running; {
		select {
		case <-input2:
			running = false
		case <-time.After(200 * time.Millisecond):
			report()
		}
	}
	close(stopped)
	all := make(chan struct{})
	go func() { working.Wait(); close(all) }()
	select {
	case <-all:
	case <-time.After(time.Duration(plan.GiveUpMs) * time.Millisecond):
	}
	report()
	say("end", map[string]any{})
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
