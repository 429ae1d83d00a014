// a name with dots

const i32 VERSION = 1
