package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"sync"
)

var (
	kib = sync.OnceValue(func() []byte { return bytes.Repeat([]byte("x"), 1024) })
	mib = sync.OnceValue(func() []byte { return bytes.Repeat([]byte("x"), 1024*1024) })
)

type person struct {
	ID     int     `json:"id"`
	Name   string  `json:"name"`
	Email  string  `json:"email"`
	Active bool    `json:"active"`
	Score  float64 `json:"score"`
}

// recorder remembers the status for the middleware after the handler.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func setType(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		next.ServeHTTP(w, r)
	})
}

func logFailure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorded := &recorder{w, http.StatusOK}
		next.ServeHTTP(recorded, r)
		if recorded.status >= 500 {
			log.Print(recorded.status)
		}
	})
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "Hello, World!") })
	mux.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.PathValue("id"))
	})
	mux.HandleFunc("GET /json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(person{7, "Ada Lovelace", "ada@example.org", true, 99.5})
	})
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Write(body)
	})
	mux.HandleFunc("GET /1k", func(w http.ResponseWriter, r *http.Request) { w.Write(kib()) })
	mux.HandleFunc("GET /1m", func(w http.ResponseWriter, r *http.Request) { w.Write(mib()) })
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], setType(logFailure(mux))))
}
