// every type there is, and what fields can be

enum Color { RED, GREEN = 5, blue, Crimson = 0 }

typedef i64 Id
typedef list<Id> Ids

struct Point { 1: double x, 2: double y }

/**
 * Documented.
 *
 *     indented, and no code
 *
 * ```
 * neither is this
 * ```
 */
struct Everything {
  1: bool yes
  2: i8 tiny
  3: i16 small
  4: i32 medium
  5: Id large
  6: double real
  7: string text
  8: binary raw
  9: uuid unique
  10: Color color
  20: Ids ids
  21: set<string> names
  22: map<i16, list<bool>> flags
  23: map<Point, string> places
  24: set<double> reals
  // farther ahead than a compact head can say
  300: Point point
  301: optional Either either
  -4: optional bool maybe
  -5: byte old
}

union Either { 1: string left, 2: i32 right, 3: list<Either> both }

struct Tree { 1: required i32 value, 2: optional Tree left, 3: Tree right, 4: list<Tree> more }

struct Defaults {
  1: i32 count = 7
  2: optional string name = "none"
  3: list<string> list = ["a", "b"]
  4: map<string, Color> map = {"sky": Color.blue}
  5: Point point = {"x": 1.5}
  6: set<i32> set = []
  7: bool on = true
  8: Color color = Color.GREEN
  9: required i32 needed
  10: double ratio = 1
  11: i64 big = BIG
  12: binary raw = "raw"
  13: Either either = {"right": 3}
  14: uuid id = "00112233-4455-6677-8899-aabbccddeeff"
}

const i64 BIG = 0x7fffffffffffffff
const Color favourite = Color.GREEN
const double PI = 3.14
const string GREETING = "say \"hi\"\n"
const map<string, list<i32>> TABLE = {"one": [1], "none": []}

struct Empty {}

// names that are words of Rust
struct type { 1: i32 self, 2: i32 match, 3: string Some }
struct Result { 1: optional string Option }

exception Oops { 1: string message }
exception Quiet { 1: i32 code }

service Odd {
  i32 match(1: i32 ctx, 2: i32 self, 3: i32 reader),
  void take(1: Either either, 2: optional Result option),
  void call() throws (1: Oops other, 2: Quiet quiet)
}
