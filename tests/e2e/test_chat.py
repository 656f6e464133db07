"""Chat over WebSocket: the example, and the sample of the showcase, which also knows who is there."""

import asyncio
import unittest

import support
from test_websocket import needs, talk, websockets


@needs(websockets, "python3-websockets")
class Example(support.ProgramTest):
    program = "chat"
    rooms = "/rooms/"

    def url(self, room, name=None):
        return f"ws://{self.server.host}:{self.server.port}{self.rooms}{room}" + (f"?name={name}" if name else "")

    def enter(self, room, name):
        return websockets.connect(self.url(room, name), open_timeout=support.PATIENCE, max_size=None)

    @staticmethod
    async def hear(guest):
        """The next line that is no greeting."""
        while (line := await asyncio.wait_for(guest.recv(), support.PATIENCE)).startswith("* welcome"):
            pass
        return line

    def chat(self, conversation):
        asyncio.run(conversation())

    def test_all_in_a_room_hear_what_one_says_in_one_order(self):
        async def conversation():
            async with self.enter("tea", "ann") as ann, self.enter("tea", "bob") as bob:
                self.assertEqual(await self.hear(ann), "* bob is here")
                for i in range(50):
                    await (ann if i % 2 else bob).send(f"line {i}")
                by_ann = [await self.hear(ann) for _ in range(50)]
                by_bob = [await self.hear(bob) for _ in range(50)]
                self.assertEqual(by_ann, by_bob)
                for name, first in (("ann", 1), ("bob", 0)):
                    said = [line for line in by_ann if line.startswith(name)]
                    self.assertEqual(said, [f"{name}: line {i}" for i in range(first, 50, 2)])

        self.chat(conversation)

    def test_rooms_do_not_hear_each_other(self):
        async def conversation():
            async with self.enter("a", "x") as here, self.enter("b", "x") as there:
                await here.send("in a")
                await there.send("in b")
                self.assertEqual((await self.hear(here), await self.hear(there)), ("x: in a", "x: in b"))

        self.chat(conversation)

    def test_tells_who_comes_and_goes_also_without_a_goodbye(self):
        async def conversation():
            async with self.enter("hall", "ann") as ann:
                async with self.enter("hall", "bob"):
                    self.assertEqual(await self.hear(ann), "* bob is here")
                self.assertEqual(await self.hear(ann), "* bob has left")
                async with self.enter("hall", "eve") as eve:
                    self.assertEqual(await self.hear(ann), "* eve is here")
                    eve.transport.abort()
                    self.assertEqual(await self.hear(ann), "* eve has left")

        self.chat(conversation)

    def test_a_large_line_reaches_everybody_whole(self):
        async def conversation():
            async with self.enter("large", "ann") as ann, self.enter("large", "bob") as bob:
                self.assertEqual(await self.hear(ann), "* bob is here")
                line = "words " * 100_000
                await bob.send(line)
                self.assertEqual(await self.hear(ann), "bob: " + line)
                self.assertEqual(await self.hear(bob), "bob: " + line)

        self.chat(conversation)

    def test_a_guest_whose_name_is_none_is_told_so_and_nobody_else_notices(self):
        async def conversation():
            async with self.enter("odd", "ann") as ann, self.enter("odd", "bob") as bob:
                self.assertEqual(await self.hear(ann), "* bob is here")
                for name in (None, "a%0Ab", "x" * 33, "%FF", "cut%E2%82", "%ED%A0%80"):
                    async with self.enter("odd", name) as odd:
                        await asyncio.wait_for(odd.wait_closed(), support.PATIENCE)
                        self.assertEqual((odd.close_code, odd.close_reason[:14]), (1008, "name: expected"), name)
                await bob.send("hello")
                self.assertEqual((await self.hear(ann), await self.hear(bob)), ("bob: hello", "bob: hello"))

        self.chat(conversation)

    def test_pages_of_another_origin_may_not_enter(self):
        async def conversation(_):
            self.fail("it was let in")

        with self.assertRaisesRegex(Exception, "403"):
            talk(self.url("tea", "eve"), conversation, origin="http://evil.example")


class Sample(Example):
    program = "showcase"
    rooms = "/samples/chat/"

    def people(self, room):
        return self.get(f"{self.rooms}{room}/people").text.split()

    def test_knows_who_is_there(self):
        async def conversation():
            self.assertEqual(self.people("den"), [])
            async with self.enter("den", "bob"), self.enter("den", "ann") as ann, self.enter("den", "ann") as again:
                self.assertEqual(await again.recv(), "* welcome, ann")
                self.assertEqual(self.people("den"), ["ann", "bob"])
                await ann.close()
                await again.send("still here")
                self.assertEqual(await self.hear(again), "ann: still here")
                self.assertEqual(self.people("den"), ["ann", "bob"])
            support.wait_until(lambda: self.people("den") == [], "everybody to leave")

        self.chat(conversation)


if __name__ == "__main__":
    unittest.main()
