package main

import (
	"bytes"
	"log"
	"os"
	"sync"

	"github.com/gofiber/fiber/v3"
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

func setType(c fiber.Ctx) error {
	c.Set("Content-Type", "text/plain; charset=utf-8")
	return c.Next()
}

func logFailure(c fiber.Ctx) error {
	err := c.Next()
	if status := c.Response().StatusCode(); status >= 500 {
		log.Print(status)
	}
	return err
}

func main() {
	app := fiber.New()
	app.Use(setType, logFailure)
	app.Get("/", func(c fiber.Ctx) error { return c.SendString("Hello, World!") })
	app.Get("/users/:id", func(c fiber.Ctx) error { return c.SendString(c.Params("id")) })
	app.Get("/json", func(c fiber.Ctx) error {
		return c.JSON(person{7, "Ada Lovelace", "ada@example.org", true, 99.5})
	})
	app.Post("/echo", func(c fiber.Ctx) error { return c.Send(c.Body()) })
	app.Get("/1k", func(c fiber.Ctx) error { return c.Send(kib()) })
	app.Get("/1m", func(c fiber.Ctx) error { return c.Send(mib()) })
	log.Fatal(app.Listen("127.0.0.1:"+os.Args[1], fiber.ListenConfig{DisableStartupMessage: true}))
}
