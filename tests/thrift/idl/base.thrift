struct Thing { 1: string name }

exception Closed { 1: string message, 2: i32 until }

service Base {
  string name(),
  Thing thing(1: i32 number) throws (1: Closed closed)
}
