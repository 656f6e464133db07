// Bun's own server with its router. It has no middleware: a function around the handlers does that work.

const TEXT = 'text/plain; charset=utf-8';
const KIB = Buffer.alloc(1024, 'x');
const MIB = Buffer.alloc(1024 * 1024, 'x');

function around(handler) {
    return async (request) => {
        const headers = { 'Content-Type': TEXT };
        const response = await handler(request, headers);
        if (response.status >= 500) console.error(response.status);
        return response;
    };
}

Bun.serve({
    port: Number(process.argv[2]),
    hostname: '127.0.0.1',
    routes: {
        '/': around((request, headers) => new Response('Hello, World!', { headers })),
        '/users/:id': around((request, headers) => new Response(request.params.id, { headers })),
        '/json': around(() =>
            Response.json({ id: 7, name: 'Ada Lovelace', email: 'ada@example.org', active: true, score: 99.5 })),
        '/echo': { POST: around(async (request, headers) => new Response(await request.arrayBuffer(), { headers })) },
        '/1k': around((request, headers) => new Response(KIB, { headers })),
        '/1m': around((request, headers) => new Response(MIB, { headers })),
    },
});
