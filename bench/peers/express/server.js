'use strict';

const express = require('express');

const TEXT = 'text/plain; charset=utf-8';
const KIB = Buffer.alloc(1024, 'x');
const MIB = Buffer.alloc(1024 * 1024, 'x');

function setType(request, response, next) {
    response.type(TEXT);
    next();
}

function logFailure(request, response, next) {
    response.on('finish', () => {
        if (response.statusCode >= 500) console.error(response.statusCode);
    });
    next();
}

const app = express();
app.disable('x-powered-by');
app.disable('etag'); // no other server here hashes its bodies
app.use(setType, logFailure);
app.get('/', (request, response) => response.send('Hello, World!'));
app.get('/users/:id', (request, response) => response.send(request.params.id));
app.get('/json', (request, response) => {
    response.type('application/json');
    response.json({ id: 7, name: 'Ada Lovelace', email: 'ada@example.org', active: true, score: 99.5 });
});
app.post('/echo', express.raw({ type: () => true }), (request, response) => response.send(request.body));
app.get('/1k', (request, response) => response.send(KIB));
app.get('/1m', (request, response) => response.send(MIB));
app.listen(Number(process.argv[2]), '127.0.0.1');
