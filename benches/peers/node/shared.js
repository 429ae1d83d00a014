// What all three have in common: what they answer, and where.
'use strict';

const HELLO = 'Hello, World!';
const MESSAGE = { message: HELLO };
const LARGE = Buffer.alloc(1024 * 1024, 'x');
const LIMIT = 2 * 1024 * 1024;

const serve = (listen) => listen(Number(process.env.PORT ?? 3000));

module.exports = { HELLO, MESSAGE, LARGE, LIMIT, serve };
