'use strict';

const fastify = require('fastify');

const TEXT = 'text/plain; charset=utf-8';
const KIB = Buffer.alloc(1024, 'x');
const MIB = Buffer.alloc(1024 * 1024, 'x');

// Fastify writes JSON by a schema: its own recommended way.
const PERSON = {
    type: 'object',
    properties: {
        id: { type: 'integer' },
        name: { type: 'string' },
        email: { type: 'string' },
        active: { type: 'boolean' },
        score: { type: 'number' },
    },
};

const app = fastify();
app.addHook('onRequest', (request, reply, next) => {
    reply.type(TEXT);
    next();
});
app.addHook('onResponse', (request, reply, next) => {
    if (reply.statusCode >= 500) console.error(reply.statusCode);
    next();
});
app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, next) => next(null, body));
app.get('/', (request, reply) => reply.send('Hello, World!'));
app.get('/users/:id', (request, reply) => reply.send(request.params.id));
app.get('/json', { schema: { response: { 200: PERSON } } }, (request, reply) => {
    reply.type('application/json');
    reply.send({ id: 7, name: 'Ada Lovelace', email: 'ada@example.org', active: true, score: 99.5 });
});
app.post('/echo', (request, reply) => reply.send(request.body));
app.get('/1k', (request, reply) => reply.send(KIB));
app.get('/1m', (request, reply) => reply.send(MIB));
app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' });
