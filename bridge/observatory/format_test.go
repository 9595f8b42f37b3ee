package main

import (
	"context"
	"os"
	"testing"
)

func TestTryFormat(t *testing.T) {
	name := os.Getenv("FORMAT")
	l, err := listSymbols(context.Background(), Query{Release: os.Getenv("REL"), Platform: hostPlatform, Layouts: true})
	if err != nil {
		t.Fatal(err)
	}
	text, err := formatReport(l, name)
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile("/tmp/oo/out."+name, []byte(text), 0o666)
}
