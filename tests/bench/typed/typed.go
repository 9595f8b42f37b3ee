// Package typed is what peers/typed.c calls by the functions that gobridge build makes of it: those of goside/main.go.
package typed

// Add is for two numbers.
//
//go:noinline
func Add(a, b int64) int64 { return a + b }

// Same is for a string in and out.
//
//go:noinline
func Same(s string) string { return s }

// Mixed is for numbers of several kinds.
//
//go:noinline
func Mixed(a int32, x float64, b uint8) float64 { return float64(a)*x + float64(b) }
