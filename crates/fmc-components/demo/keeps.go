package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	_ "github.com/lib/pq"
)

// How long a database, or a file, is waited for: whoever looks at a page does not wait for what is away.
const patience = 2 * time.Second

// isVisit tells whether somebody wants to see the page. Kubelets and balancers that only ask whether it is well do so
// every other second: they are no visits, and wait for nobody's database.
func isVisit(it *http.Request) bool {
	agent := it.UserAgent()
	return it.Method == http.MethodGet && !strings.HasPrefix(agent, "kube-probe/") && !strings.HasPrefix(agent, "Go-http-client/")
}

// keeps tells what this site keeps where, and what it read of it after it had written: of a database where libpq's
// variables name one, and of each folder that VOLUMES names. What is away is told, and fails nothing else.
func keeps() [][2]string {
	var asked []chan [2]string
	ask := func(what string, question func() (string, error)) {
		answer := make(chan [2]string, 1)
		asked = append(asked, answer)
		go func() {
			told := make(chan string, 1)
			go func() {
				text, err := question()
				if err != nil {
					text = "failed: " + err.Error()
				}
				told <- text
			}()
			select {
			case it := <-told:
				answer <- [2]string{what, it}
			// A share whose server is gone answers nobody, and no question to it can be taken back.
			case <-time.After(patience + time.Second):
				answer <- [2]string{what, "failed: it does not answer"}
			}
		}()
	}
	if host := os.Getenv("PGHOST"); host != "" {
		ask("the database "+os.Getenv("PGDATABASE")+" of "+host, visits)
	}
	for _, folder := range filepath.SplitList(os.Getenv("VOLUMES")) {
		ask("the volume at "+folder, func() (string, error) { return notes(folder) })
	}
	var all [][2]string
	for _, it := range asked {
		all = append(all, <-it)
	}
	return all
}

// Whoever comes first makes the table; of several at once the others wait.
const table = `
	create table if not exists visits (one boolean primary key default true check (one), count bigint not null)`

// visits counts one more visit in the database, and tells what that has of it.
func visits() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	// Where it is, and who this is to it, is in variables.
	database, err := sql.Open("postgres", "")
	if err != nil {
		return "", err
	}
	defer database.Close()
	transaction, err := database.BeginTx(ctx, nil)
	if err != nil {
		return "", err
	}
	defer func() { _ = transaction.Rollback() }()
	for _, it := range []string{
		"select pg_advisory_xact_lock(1)",
		table,
		"insert into visits (count) values (1) on conflict (one) do update set count = visits.count + 1",
	} {
		if _, err := transaction.ExecContext(ctx, it); err != nil {
			return "", err
		}
	}
	if err := transaction.Commit(); err != nil {
		return "", err
	}
	var count int64
	var user string
	var version sql.NullString
	const asked = `
		select count, current_user, (select version from pg_stat_ssl where pid = pg_backend_pid()) from visits`
	if err := database.QueryRowContext(ctx, asked).Scan(&count, &user, &version); err != nil {
		return "", err
	}
	how := "without TLS"
	if version.Valid {
		how = "by " + version.String
	}
	return fmt.Sprintf("visit number %d, as %s, %s", count, user, how), nil
}

// notes writes into a file of its node, and tells what it reads there of all nodes.
func notes(folder string) (string, error) {
	node := os.Getenv("NODE")
	if node == "" {
		node, _ = os.Hostname()
	}
	now := time.Now().UTC().Format(time.RFC3339)
	if err := os.WriteFile(filepath.Join(folder, "seen-by-"+node), []byte(now+"\n"), 0o666); err != nil {
		return "", err
	}
	files, err := filepath.Glob(filepath.Join(folder, "seen-by-*"))
	if err != nil {
		return "", err
	}
	sort.Strings(files)
	var all []string
	for _, it := range files {
		text, err := os.ReadFile(it)
		if err != nil {
			return "", err
		}
		all = append(all, filepath.Base(it)+" "+strings.TrimSpace(string(text)))
	}
	return strings.Join(all, ", "), nil
}
