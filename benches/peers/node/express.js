// Express.
'use strict';

const express = require('express');
const { HELLO, MESSAGE, LARGE, LIMIT, serve } = require('./shared');

const layer = (request, response, next) => next();
const hello = (request, response) => response.type('text/plain').send(HELLO);

const app = express();
app.get('/', hello);
app.get('/layers', ...Array(10).fill(layer), hello);
app.get('/json', (request, response) => response.json(MESSAGE));
app.get('/users/:id', (request, response) => response.type('text/plain').send(String(BigInt(request.params.id))));
app.get('/down', (request, response) => response.send(LARGE));
app.post('/up', express.raw({ type: '*/*', limit: LIMIT }), (request, response) => {
  response.type('text/plain').send(String(request.body.length));
});
serve((port) => app.listen(port, '127.0.0.1'));
