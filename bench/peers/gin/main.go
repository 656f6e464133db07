package main

import (
	"bytes"
	"log"
	"net/http"
	"os"
	"sync"

	"github.com/gin-gonic/gin"
)

const text = "text/plain; charset=utf-8"

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

func setType(c *gin.Context) {
	c.Header("Content-Type", text)
	c.Next()
}

func logFailure(c *gin.Context) {
	c.Next()
	if status := c.Writer.Status(); status >= 500 {
		log.Print(status)
	}
}

func main() {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.Use(setType, logFailure)
	router.GET("/", func(c *gin.Context) { c.String(http.StatusOK, "Hello, World!") })
	router.GET("/users/:id", func(c *gin.Context) { c.String(http.StatusOK, c.Param("id")) })
	router.GET("/json", func(c *gin.Context) {
		c.Header("Content-Type", "application/json; charset=utf-8")
		c.JSON(http.StatusOK, person{7, "Ada Lovelace", "ada@example.org", true, 99.5})
	})
	router.POST("/echo", func(c *gin.Context) {
		body, err := c.GetRawData()
		if err != nil {
			c.String(http.StatusBadRequest, err.Error())
			return
		}
		c.Data(http.StatusOK, text, body)
	})
	router.GET("/1k", func(c *gin.Context) { c.Data(http.StatusOK, text, kib()) })
	router.GET("/1m", func(c *gin.Context) { c.Data(http.StatusOK, text, mib()) })
	log.Fatal(router.Run("127.0.0.1:" + os.Args[1]))
}
