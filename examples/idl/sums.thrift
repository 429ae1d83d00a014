/** What the example gateway serves. Thrift has no headers, so the first argument of each method says who calls. */

/** What the arguments of every method begin with. */
struct Signed {
  1: optional string token,
}

/** Two numbers, and what they are together. */
struct Sum {
  1: i32 left,
  2: i32 right,
  3: i32 sum,
}

/** An i32 cannot hold the sum. */
exception TooMuch {
  1: string message,
}

service Sums {
  i32 add(1: string token, 2: i32 left, 3: i32 right) throws (1: TooMuch too_much),

  /** All sums, the oldest first. */
  list<Sum> history(1: string token),
}
