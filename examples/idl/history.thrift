/** Something that was done. */
struct Entry {
  1: string what,
  2: i32 result,
}

/** Remembers. */
service History {
  /** The last entries, the newest first; all of them, if it is not said how many. */
  list<Entry> last(1: optional i32 most),
}
