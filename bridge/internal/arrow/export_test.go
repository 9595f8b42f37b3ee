package arrow

// Args is for tests that make such calls themselves: its addresses are no slots where they have 32 bits.
type Args = arrowArgs
