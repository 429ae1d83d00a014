service Small {
  i32 add(1: i32 left, 2: i32 right),
  void ping(),
}
