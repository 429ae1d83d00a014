include "base.thrift"

exception SoldOut { 1: base.Thing thing }

service Shop extends base.Base {
  i32 add(1: i32 left, 2: i32 right),
  binary echo(1: binary bytes),
  base.Thing buy(1: i32 number) throws (1: base.Closed closed, 4: SoldOut sold_out),
  oneway void ring(1: string note),
  void fail(1: i32 status),
  void wait()
}

service Other { string name(), string whoami() }
