// Command analyzer runs the analyzer linkname for go vet:
//
//	go -C cmd/gobridge/analyzer build -o linkname .
//	go vet -vettool=$PWD/cmd/gobridge/analyzer/linkname -linkname.release=go1.23.12,go1.27.3 ./...
package main

import (
	"golang.org/x/tools/go/analysis/unitchecker"

	"gobridge/cmd/gobridge/analyzer/linkname"
)

func main() { unitchecker.Main(linkname.Analyzer) }
