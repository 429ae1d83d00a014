// Fastify. It has no onion: a layer is a hook that runs before the handler.
'use strict';

const fastify = require('fastify');
const { HELLO, MESSAGE, LARGE, LIMIT, serve } = require('./shared');

const layer = async () => {};
const hello = async () => HELLO;
const schema = { response: { 200: { type: 'object', properties: { message: { type: 'string' } } } } };

const app = fastify({ bodyLimit: LIMIT });
app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (request, body, done) => done(null, body));
app.get('/', hello);
app.get('/layers', { onRequest: Array(10).fill(layer) }, hello);
app.get('/json', { schema }, async () => MESSAGE);
app.get('/users/:id', async (request) => String(BigInt(request.params.id)));
app.get('/down', async () => LARGE);
app.post('/up', async (request) => String(request.body.length));
serve((port) => app.listen({ port, host: '127.0.0.1' }));
