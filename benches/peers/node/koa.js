// Koa, with @koa/router and raw-body, which read a body as koa-bodyparser does.
'use strict';

const Koa = require('koa');
const Router = require('@koa/router');
const raw = require('raw-body');
const { HELLO, MESSAGE, LARGE, LIMIT, serve } = require('./shared');

const layer = async (ctx, next) => {
  await next();
};
const hello = (ctx) => {
  ctx.body = HELLO;
};

const router = new Router();
router.get('/', hello);
router.get('/layers', ...Array(10).fill(layer), hello);
router.get('/json', (ctx) => {
  ctx.body = MESSAGE;
});
router.get('/users/:id', (ctx) => {
  ctx.body = String(BigInt(ctx.params.id));
});
router.get('/down', (ctx) => {
  ctx.body = LARGE;
});
router.post('/up', async (ctx) => {
  const body = await raw(ctx.req, { length: ctx.request.length, limit: LIMIT });
  ctx.body = String(body.length);
});

const app = new Koa();
app.use(router.routes());
serve((port) => app.listen(port, '127.0.0.1'));
