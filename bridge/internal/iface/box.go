package iface

import (
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/value"
)

func ConvT64(f *frame.Frame) error {
	f.NewRef = value.NewRef(f, gort.Backend{}.RuntimeConvT64(f.B))
	return nil
}

func convTstring(f *frame.Frame) error {
	bytes, err := f.Bytes()
	if err == nil {
		f.NewRef = value.NewRef(f, gort.Backend{}.RuntimeConvTstring(string(bytes)))
	}
	return err
}

func convTslice(f *frame.Frame) error {
	bytes, err := f.Bytes()
	if err == nil {
		f.NewRef = value.NewRef(f, gort.Backend{}.RuntimeConvTslice(append([]byte{}, bytes...)))
	}
	return err
}
