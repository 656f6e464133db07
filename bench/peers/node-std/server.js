'use strict';

const http = require('node:http');

const TEXT = 'text/plain; charset=utf-8';
const KIB = Buffer.alloc(1024, 'x');
const MIB = Buffer.alloc(1024 * 1024, 'x');

function setType(request, response, next) {
    response.setHeader('Content-Type', TEXT);
    next();
}

function logFailure(request, response) {
    if (response.statusCode >= 500) console.error(response.statusCode);
}

function send(response, body) {
    response.setHeader('Content-Length', Buffer.byteLength(body));
    response.end(body);
}

function sendPerson(response) {
    const person = { id: 7, name: 'Ada Lovelace', email: 'ada@example.org', active: true, score: 99.5 };
    response.setHeader('Content-Type', 'application/json');
    send(response, JSON.stringify(person));
}

function echo(request, response) {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => send(response, Buffer.concat(pieces)));
}

function route(request, response) {
    const path = request.url;
    if (path === '/') send(response, 'Hello, World!');
    else if (path.startsWith('/users/')) send(response, path.slice('/users/'.length));
    else if (path === '/json') sendPerson(response);
    else if (path === '/echo' && request.method === 'POST') echo(request, response);
    else if (path === '/1k') send(response, KIB);
    else if (path === '/1m') send(response, MIB);
    else {
        response.statusCode = 404;
        send(response, 'not found');
    }
}

http.createServer((request, response) => {
    setType(request, response, () => {
        route(request, response);
        logFailure(request, response);
    });
}).listen(Number(process.argv[2]), '127.0.0.1');
