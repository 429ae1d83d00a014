// What the servers of Thrift are made of.
namespace rs echo

struct Message {
  1: required string text,
  2: required i64 number,
}

service Echo {
  Message echo(1: Message message),
}
