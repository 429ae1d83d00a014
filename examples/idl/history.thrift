/** Something that was done. */
struct Entry {
  1: string what,
  2: i32 result,
}

/** Remembers. */
service History {
  /** The last so many entries, the newest first; 0 is all of them. */
  list<Entry> last(1: i32 most),
}
