// The program of the two images that a rehearsal brings along, since it has no registry: what holds the namespaces
// of a pod, and a site that tells how a request came to it, and what it keeps where. Told a verb and words, it does
// that instead, for who wants to know what is so inside of a pod.
package main

import (
	"context"
	"fmt"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if filepath.Base(os.Args[0]) == "pause" {
		pause()
		return
	}
	if len(os.Args) < 3 {
		serve()
		return
	}
	verb, words := os.Args[1], os.Args[2:]
	if toward := map[string]func(string, string){"write": write, "post": post}[verb]; toward != nil {
		// What is to be there stands behind where to.
		if len(words) != 2 {
			log.Fatal(verb, " takes where to and what")
		}
		toward(words[0], words[1])
		return
	}
	for _, word := range words {
		switch verb {
		case "get":
			get(word)
		case "read":
			text, err := os.ReadFile(word)
			check(err)
			fmt.Println(strings.TrimSpace(string(text)))
		case "print":
			fmt.Println(os.Getenv(word))
		case "names":
			all, err := net.LookupHost(word)
			check(err)
			fmt.Println(len(all), all)
		case "exit":
			code, err := strconv.Atoi(word)
			check(err)
			os.Exit(code)
		default:
			log.Fatal("nothing is called ", verb)
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func write(path, text string) {
	check(os.WriteFile(path, []byte(text), 0o666))
}

// get asks a site for a page, for who wants to know whether it is met from inside of a pod.
func get(url string) {
	show(url, func(client *http.Client) (*http.Response, error) { return client.Get(url) })
}

// post tells a site something in JSON.
func post(url, text string) {
	show(url, func(client *http.Client) (*http.Response, error) {
		return client.Post(url, "application/json", strings.NewReader(text))
	})
}

// show prints what a site answers.
func show(url string, ask func(*http.Client) (*http.Response, error)) {
	answer, err := ask(&http.Client{Timeout: 2 * time.Second})
	check(err)
	defer answer.Body.Close()
	if answer.StatusCode >= 400 {
		log.Fatal(url, ": ", answer.Status)
	}
	if _, err := io.Copy(os.Stdout, answer.Body); err != nil {
		log.Fatal(url, ": ", err)
	}
}

// pause does nothing until it is told to end, and takes up the children of whoever ended before them.
func pause() {
	told := make(chan os.Signal, 16)
	signal.Notify(told, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	for it := range told {
		if it != syscall.SIGCHLD {
			return
		}
		for {
			pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
			if pid <= 0 || err != nil {
				break
			}
		}
	}
}

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{{.Pod}}</title>
<style>body{font:16px/1.5 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}td{padding:.1rem 1rem .1rem 0}</style>
<h1>{{.Pod}}</h1>
<p>This pod answered {{.Method}} {{.Path}} at {{.Time}}. The way that the request took:</p>
<ol>
{{range .Hops}}<li>{{index . 0}}{{with index . 1}} <code>{{.}}</code>{{end}}</li>
{{end}}</ol>
{{with .Keeps}}<p>What it wrote, and read again:</p>
<ul>
{{range .}}<li>{{index . 0}}: <code>{{index . 1}}</code></li>
{{end}}</ul>
{{end}}<details><summary>What came with it</summary>
<table>
{{range .Headers}}<tr><td>{{index . 0}}</td><td>{{index . 1}}</td></tr>
{{end}}</table>
</details>
`))

type told struct {
	Pod, Method, Path, Time string
	Hops, Keeps, Headers    [][2]string
}

// hops tells the way of a request, as those who passed it on have written it down.
func hops(it *http.Request, pod string) [][2]string {
	var all [][2]string
	// Each adds whom it has the request from.
	for at, from := range strings.Split(strings.Join(it.Header.Values("X-Forwarded-For"), ","), ",") {
		if from = strings.TrimSpace(from); from == "" {
			continue
		}
		who := "passed on by"
		if at == 0 {
			who = "the visitor"
		}
		all = append(all, [2]string{who, from})
	}
	from, _, err := net.SplitHostPort(it.RemoteAddr)
	if err != nil {
		from = it.RemoteAddr
	}
	switch ingress := it.Header.Get("X-Forwarded-Server"); {
	case ingress != "":
		all = append(all, [2]string{"the ingress " + ingress, from})
	case len(all) > 0:
		all = append(all, [2]string{"passed on by", from})
	default:
		all = append(all, [2]string{"the visitor", from})
	}
	if node := os.Getenv("NODE"); node != "" {
		all = append(all, [2]string{"the node " + node, ""})
	}
	own := ""
	if local, ok := it.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		own = local.String()
	}
	return append(all, [2]string{"the pod " + pod, own})
}

func serve() {
	pod, err := os.Hostname()
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/healthz", func(out http.ResponseWriter, _ *http.Request) { fmt.Fprintln(out, "ok") })
	http.HandleFunc("/", func(out http.ResponseWriter, it *http.Request) {
		all := told{Pod: pod, Method: it.Method, Path: it.URL.Path, Hops: hops(it, pod)}
		if isVisit(it) {
			all.Keeps = keeps()
		}
		all.Time = time.Now().UTC().Format(time.RFC3339)
		all.Headers = append(all.Headers, [2]string{"Host", it.Host})
		for name, values := range it.Header {
			for _, value := range values {
				all.Headers = append(all.Headers, [2]string{name, value})
			}
		}
		sort.Slice(all.Headers, func(i, j int) bool { return all.Headers[i][0] < all.Headers[j][0] })
		out.Header().Set("Content-Type", "text/html; charset=utf-8")
		out.Header().Set("X-Answered-By", pod)
		if err := page.Execute(out, all); err != nil {
			log.Print(err)
		}
	})
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	server := &http.Server{Addr: ":" + port, ReadHeaderTimeout: 5 * time.Second}
	// Who is told to end lets those who are being answered have their answer.
	ends, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(ends, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-ends
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(ctx)
		close(done)
	}()
	log.Print("listening at port ", port)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-done
}
