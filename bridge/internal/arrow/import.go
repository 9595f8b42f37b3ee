package arrow

import (
	"math"
	"reflect"
	"time"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/columns"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/maps"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
)

func bitAt(bits []byte, i int) bool { return bits[i/8]>>(i%8)&1 != 0 }

func (s *source) isNull(row int) bool { return s.valid != nil && !bitAt(s.valid, s.offset+row) }

func (s *source) hasNulls() bool {
	for row := 0; s.valid != nil && row < s.rows; row++ {
		if s.isNull(row) {
			return true
		}
	}
	return false
}

// endSize is the size of an offset.
func (s *source) endSize() uintptr {
	if s.wide {
		return 8
	}
	return 4
}

// end is where a row begins, and the one before it ends.
func (s *source) end(row int) int64 { return columns.OffsetAt(s.ends, s.offset+row, s.endSize()) }

// extent tells which of so many bytes, or of a child's rows, are a row's.
func (s *source) extent(row, of int) (from, to int, err error) {
	if s.form == formTuple {
		from = (s.offset + row) * int(s.size)
		return from, from + int(s.size), nil
	}
	first, last := s.end(row), s.end(row+1)
	if first < 0 || last < first || last > int64(of) {
		return 0, 0, status.About(status.Item(s.path, row), status.Errorf(status.Argument, "its offsets are %d and %d, of %d", first, last, of))
	}
	return int(first), int(last), nil
}

// load sets n Go variables, a stride apart and zero until now, to rows.
func (s *source) load(row, n int, to unsafe.Pointer, stride uintptr) error {
	if n == 0 {
		return nil
	}
	if s.valid == nil && s.dictionary == nil && s.to.pointers == 0 {
		return s.loadValues(row, n, to, stride)
	}
	for i := 0; i < n; i++ {
		if err := s.loadRow(row+i, unsafe.Add(to, uintptr(i)*stride)); err != nil {
			return err
		}
	}
	return nil
}

func (s *source) loadRow(row int, to unsafe.Pointer) error {
	if s.isNull(row) {
		if !s.to.nullable() {
			return status.Errorf(status.Nil, "%s is null, which a %s can not be", status.Item(s.path, row), s.to.full)
		}
		return nil
	}
	if s.dictionary != nil {
		kind := numbers[s.format].Kind()
		index := layout.NumberAt(kind, unsafe.Pointer(&s.data[uintptr(s.offset+row)*s.size]))
		if index >= uint64(s.dictionary.rows) {
			return status.About(status.Item(s.path, row), status.Errorf(status.Argument, "its index is %d, of %d", int64(index), s.dictionary.rows))
		}
		return s.dictionary.load(int(index), 1, to, 0)
	}
	for t := s.to.full; t != s.to.Type.Type; t = t.Elem() {
		if err := s.call.spend(1, t.Elem().Size()); err != nil {
			return err
		}
		p := reflect.New(t.Elem()).UnsafePointer()
		*(*unsafe.Pointer)(to) = p
		to = p
	}
	return s.loadValues(row, 1, to, 0)
}

// loadValues is load for rows that are not null, and variables of the type without pointers.
func (s *source) loadValues(row, n int, to unsafe.Pointer, stride uintptr) (err error) {
	at := func(i int) unsafe.Pointer { return unsafe.Add(to, uintptr(i)*stride) }
	t := s.to
	switch t.form {
	case formFixed:
		data := s.data[uintptr(s.offset+row)*s.size:]
		switch {
		case s.second > 0 && s.second < 1e9:
			return s.loadDurations(row, n, at)
		case stride == s.size:
			copy(unsafe.Slice((*byte)(to), uintptr(n)*s.size), data)
		default:
			for i := 0; i < n; i++ {
				copy(unsafe.Slice((*byte)(at(i)), s.size), data[uintptr(i)*s.size:])
			}
		}
	case formBits:
		for i := 0; i < n; i++ {
			*(*bool)(at(i)) = bitAt(s.data, s.offset+row+i)
		}
	case formInstant:
		for i := 0; i < n; i++ {
			units := columns.OffsetAt(s.data, s.offset+row+i, s.size)
			if *(*time.Time)(at(i)), err = value.Instant(units/s.second, units%s.second*(1e9/s.second)); err != nil {
				return status.About(status.Item(s.path, row+i), err)
			}
		}
	case formStruct:
		for i := 0; i < len(t.children) && err == nil; i++ {
			err = s.children[i].load(s.offset+row, n, unsafe.Add(to, t.offsets[i]), stride)
		}
	case formTuple:
		for i := 0; i < n && err == nil; i++ {
			err = s.children[0].load((s.offset+row+i)*t.Len(), t.Len(), at(i), t.Elem().Size())
		}
	default:
		for i := 0; i < n && err == nil; i++ {
			err = s.loadSized(row+i, at(i))
		}
	}
	return err
}

func (s *source) loadDurations(row, n int, at func(int) unsafe.Pointer) error {
	for i := 0; i < n; i++ {
		units, one := columns.OffsetAt(s.data, s.offset+row+i, s.size), 1e9/s.second
		if units > math.MaxInt64/one || units < math.MinInt64/one {
			return status.About(status.Item(s.path, row+i), status.Errorf(status.Range, "%d times %s does not fit a duration", units, time.Duration(one)))
		}
		*(*int64)(at(i)) = units * one
	}
	return nil
}

// loadSized sets a string, slice or map.
func (s *source) loadSized(row int, to unsafe.Pointer) error {
	of := len(s.data)
	if s.form != formText {
		of = s.children[0].rows
	}
	from, end, err := s.extent(row, of)
	if err != nil {
		return err
	}
	t, n := s.to, end-from
	switch {
	case t.form == formText:
		if err := s.call.spend(n, 1); err != nil {
			return err
		}
		if t.Kind() == reflect.String {
			*(*string)(to), _ = s.call.kept.Clone(unsafe.String(unsafe.SliceData(s.data[from:end]), n))
		} else {
			*(*[]byte)(to) = append(make([]byte, 0, n), s.data[from:end]...)
		}
	case t.form == formList:
		made, err := s.children[0].slice(t.Type.Type, from, n)
		if err != nil {
			return err
		}
		t.At(to).Set(made)
	default:
		made, err := s.children[0].mapOf(t.Type.Type, from, n)
		if err != nil {
			return err
		}
		*(*unsafe.Pointer)(to) = made.M
	}
	return nil
}

// slice makes a slice of rows.
func (s *source) slice(t reflect.Type, row, n int) (made reflect.Value, err error) {
	if err = s.call.spend(n, t.Elem().Size()); err == nil {
		made = reflect.MakeSlice(t, n, n)
		err = s.load(row, n, made.UnsafePointer(), t.Elem().Size())
	}
	return made, err
}

// mapOf makes a map of rows, which are pairs.
func (s *source) mapOf(of reflect.Type, row, n int) (*value.Map, error) {
	for i := 0; i < n; i++ {
		if s.isNull(row + i) {
			return nil, status.Errorf(status.Nil, "%s is null, which no entry of a map can be", status.Item(s.path, row+i))
		}
	}
	keys, err := s.children[0].slice(reflect.SliceOf(of.Key()), s.offset+row, n)
	if err != nil {
		return nil, err
	}
	elems, err := s.children[1].slice(reflect.SliceOf(of.Elem()), s.offset+row, n)
	if err != nil {
		return nil, err
	}
	t := layout.OfMap(of)
	if err := s.call.spend(n, 3*(t.Key.Size+t.Elem.Size)+8); err != nil { // as entries has it
		return nil, err
	}
	g := value.NewMap(t, gort.Backend{}.RuntimeMakemap(t, n))
	k := columns.Source{T: t.Key, First: keys.UnsafePointer(), Step: int(t.Key.Size)}
	e := columns.Source{T: t.Elem, First: elems.UnsafePointer(), Step: int(t.Elem.Size)}
	if quick := columns.LoopsFor(t); quick != nil {
		return g, quick.SetAll(g, &k, &e, n, 1)
	}
	for i := 0; i < n; i++ {
		maps.Assign(g, maps.ViaValue, columns.KeyOf(g, &k, i, nil, nil), e.At(i))
	}
	return g, nil
}

func importRows(f *frame.Frame) error {
	in := frame.Args[arrowArgs](f)
	var t reflect.Type
	if in.Ref != 0 {
		object, err := types.At(f, in.Ref, "type")
		if err != nil {
			return err
		}
		if t = object.Type.Type; t.Kind() != reflect.Slice && t.Kind() != reflect.Map {
			return status.Errorf(status.WrongKind, "type is %s, not a slice or map type", ref.Describe(object))
		}
	}
	call := &importing{budget: newBudget()}
	s, err := call.read(uintptr(in.Schema), uintptr(in.Array), "", "array", 1)
	if err != nil {
		return err
	}
	if t == nil {
		elem, err := s.goType()
		if err != nil {
			return err
		}
		t = reflect.SliceOf(elem)
	}
	call.kept = cmem.ArenaFor(s.rows)
	if t.Kind() == reflect.Map {
		pairs, err := newBudget().pairsOf(t, "type", 1)
		if err == nil {
			err = s.bindPairs(pairs)
		}
		if err != nil {
			return err
		}
		g, err := s.mapOf(t, 0, s.rows)
		if err == nil {
			f.NewRef = g.Ref(f)
		}
		return err
	}
	row, err := newBudget().typeOf(t.Elem(), "", "type[]", 1)
	if err == nil {
		err = s.bind(row)
	}
	if err != nil {
		return err
	}
	made, err := s.slice(t, 0, s.rows)
	if err == nil {
		f.NewRef = value.NewRef(f, made.Interface())
	}
	return err
}
