// A library without a router: paths are matched by hand, the middleware are functions around the handler.
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"
	"strings"
	"sync"

	"github.com/valyala/fasthttp"
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

func setType(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		ctx.SetContentType("text/plain; charset=utf-8")
		next(ctx)
	}
}

func logFailure(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		next(ctx)
		if status := ctx.Response.StatusCode(); status >= 500 {
			log.Print(status)
		}
	}
}

func handle(ctx *fasthttp.RequestCtx) {
	path := string(ctx.Path())
	id, isUser := strings.CutPrefix(path, "/users/")
	switch {
	case path == "/":
		ctx.SetBodyString("Hello, World!")
	case isUser:
		ctx.SetBodyString(id)
	case path == "/json":
		ctx.SetContentType("application/json")
		json.NewEncoder(ctx).Encode(person{7, "Ada Lovelace", "ada@example.org", true, 99.5})
	case path == "/echo" && ctx.IsPost():
		ctx.SetBody(ctx.PostBody())
	case path == "/1k":
		ctx.SetBody(kib())
	case path == "/1m":
		ctx.SetBody(mib())
	default:
		ctx.Error("not found", fasthttp.StatusNotFound)
	}
}

func main() {
	log.Fatal(fasthttp.ListenAndServe("127.0.0.1:"+os.Args[1], setType(logFailure(handle))))
}
