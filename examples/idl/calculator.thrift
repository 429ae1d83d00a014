/** What the example thrift_calculator serves. */

include "history.thrift"

/** What can be done with two numbers. */
enum Operation {
  ADD = 1,
  SUBTRACT = 2,
  MULTIPLY = 3,
  DIVIDE = 4,
}

/** Two numbers, and what to do with them. */
struct Work {
  1: i32 left,
  2: i32 right,
  3: Operation operation = Operation.ADD,
  /** Goes into the history. */
  4: optional string comment,
}

/** That cannot be done. */
exception Impossible {
  1: Operation operation,
  2: string message,
}

/** The biggest sum there is. */
const i32 MOST = 2147483647

service Calculator extends history.History {
  void ping(),

  /** The sum of two numbers, and never more than MOST. */
  i32 add(1: i32 left, 2: i32 right),

  /** Does what the work says. */
  i32 calculate(1: Work work) throws (1: Impossible impossible),

  /** Forgets the history. */
  oneway void forget(),
}
