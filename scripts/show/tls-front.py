#!/usr/bin/env python3
"""Takes TLS connections and passes on what is in them, octet for octet: for clients that know only https and one name.

    tls-front.py ADDRESS PORT CERTIFICATE KEY TARGET-PORT
"""
import asyncio
import ssl
import sys

address, port, certificate, key, target = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def pass_on(reader, writer):
    there_reader, there_writer = await asyncio.open_connection("127.0.0.1", target)
    await asyncio.gather(pump(reader, there_writer), pump(there_reader, writer))


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(pass_on, address, port, ssl=context)
    async with server:
        await server.serve_forever()


asyncio.run(main())
