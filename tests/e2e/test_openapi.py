"""The document of the to-do API, and whether the API answers as it says."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
from random import Random

import support

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def has_type(value, name):
    if name in ("integer", "number"):
        return isinstance(value, int if name == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


class Document:
    def __init__(self, data):
        self.data = data

    def resolve(self, schema):
        while "$ref" in schema:
            place = self.data
            for step in schema["$ref"].removeprefix("#/").split("/"):
                place = place[step]
            schema = place
        return schema

    def problems(self, schema, value, where="$"):
        """What of `value` the schema does not allow: the keywords that this API needs."""
        schema = self.resolve(schema)
        if "anyOf" in schema and all(list(self.problems(each, value)) for each in schema["anyOf"]):
            yield f"{where}: none of anyOf"
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else types
        if types and not any(has_type(value, name) for name in types):
            yield f"{where}: {value!r} is no {types}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{where}: {value!r} is none of {schema['enum']}"
        if isinstance(value, dict):
            yield from (f"{where}: no {name}" for name in schema.get("required", []) if name not in value)
            for name, member in value.items():
                if name in schema.get("properties", {}):
                    yield from self.problems(schema["properties"][name], member, f"{where}.{name}")
        if isinstance(value, list):
            for number, element in enumerate(value):
                yield from self.problems(schema["items"], element, f"{where}[{number}]")

    def operations(self):
        for path, methods in self.data["paths"].items():
            for method, operation in methods.items():
                yield method.upper(), path, operation


class OpenApi(support.ProgramTest):
    program = "todo_api"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        answer = cls.get(cls(), "/openapi.json")
        assert answer.status == 200, answer
        assert answer.headers["Content-Type"] == "application/json", answer
        cls.document = Document(json.loads(answer.body))

    def test_it_is_complete(self):
        data = self.document.data
        self.assertEqual(data["openapi"], "3.1.0")
        self.assertEqual({(method, path) for method, path, _ in self.document.operations()},
                         {("GET", "/todos"), ("POST", "/todos"), ("GET", "/todos/{id}"), ("PATCH", "/todos/{id}"),
                          ("DELETE", "/todos/{id}")})
        for name in ("Todo", "NewTodo", "Change", "Priority", "ProblemDetails"):
            self.assertIn(name, data["components"]["schemas"])
        new = data["components"]["schemas"]["NewTodo"]
        self.assertEqual(new["properties"]["title"], {"type": "string", "minLength": 1, "maxLength": 100})
        self.assertEqual(new["required"], ["title"])
        self.assertEqual(new["properties"]["tags"]["items"]["pattern"], "^[a-z0-9-]+$")
        self.assertIs(data["components"]["schemas"]["Change"]["additionalProperties"], False)

    def test_names_are_unique_and_paths_have_their_parameters(self):
        ids = [operation["operationId"] for _, _, operation in self.document.operations()]
        self.assertEqual(len(ids), len(set(ids)), ids)
        for method, path, operation in self.document.operations():
            inside = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
            self.assertEqual(inside, set(re.findall(r"{(\w+)}", path)), f"{method} {path}")

    def test_every_reference_leads_somewhere(self):
        def walk(node):
            if isinstance(node, dict):
                if "$ref" in node:
                    self.assertIsInstance(self.document.resolve(node), dict)
                node = list(node.values())
            if isinstance(node, list):
                for each in node:
                    walk(each)
        walk(self.document.data)

    def check(self, method, path, url, body=None, headers=None, status=200):
        """Ask, and compare status, type and content with what the document says of them."""
        answer = self.request(method, url, body, headers or JSON)
        self.assertEqual(answer.status, status, answer)
        responses = self.document.data["paths"][path][method.lower()]["responses"]
        described = responses.get(str(status)) or responses["default"]
        if not answer.body:
            self.assertNotIn("content", described)
            return None
        media = answer.headers["Content-Type"].split(";")[0]
        self.assertIn(media, described["content"], answer)
        content = json.loads(answer.body) if media.endswith("json") else answer.text
        self.assertEqual(list(self.document.problems(described["content"][media]["schema"], content)), [], answer)
        return content

    def test_it_answers_as_described(self):
        new = json.dumps({"title": "buy milk", "priority": "high", "due": "2026-12-24T18:00:00Z"})
        todo = self.check("POST", "/todos", "/todos", new, status=201)
        place = f"/todos/{todo['id']}"
        self.check("GET", "/todos", "/todos?priority=high&done=false&limit=5")
        self.check("GET", "/todos/{id}", place)
        self.check("PATCH", "/todos/{id}", place, '{"done": true}')
        self.check("DELETE", "/todos/{id}", place, status=204)
        # What a Result says went wrong is no part of its type.
        self.assertNotIn("404", self.document.data["paths"]["/todos/{id}"]["delete"]["responses"])
        self.check("DELETE", "/todos/{id}", place, status=404)

    def test_it_refuses_as_described(self):
        for headers in (JSON, {"Content-Type": "application/json"}):
            self.check("GET", "/todos", "/todos?limit=0", headers=headers, status=400)
            self.check("GET", "/todos/{id}", "/todos/x", headers=headers, status=400)
            self.check("GET", "/todos/{id}", "/todos/999", headers=headers, status=404)
            self.check("POST", "/todos", "/todos", "{", headers, status=400)
            self.check("POST", "/todos", "/todos", '{"title": ""}', headers, status=422)
            plain = {**headers, "Content-Type": "text/plain"}
            self.check("POST", "/todos", "/todos", "{}", plain, status=415)


    def random_todo(self, random):
        """Some allowed members of a new to-do."""
        title = "".join(random.choices("abc XYZ \u00e4\u20ac\U0001f600\\\"/", k=random.randint(1, 100)))
        others = {"priority": random.choice(["low", "normal", "high"]),
                  "tags": random.sample(["a", "b-c", "1", "x" * 200, "-", "0z"], random.randint(0, 5)),
                  "due": random.choice([None, "2026-12-24T18:00:00Z", "1969-12-31t23:59:59.999z", "2030-01-01T00:00:00-12:30"])}
        return {"title": title, **{name: value for name, value in others.items() if random.random() < 0.5}}

    def test_everything_that_it_allows_is_taken(self):
        random = Random(1)
        for _ in range(150):
            new = self.random_todo(random)
            todo = self.check("POST", "/todos", "/todos", json.dumps(new, ensure_ascii=random.random() < 0.5).encode(), status=201)
            self.assertEqual({name: todo[name] for name in ("title", "priority", "tags") if name in new},
                             {name: value for name, value in new.items() if name != "due"})
            allowed = {**self.random_todo(random), "done": random.random() < 0.5}
            change = {name: allowed[name] for name in ("title", "done") if name in allowed and random.random() < 0.7}
            changed = self.check("PATCH", "/todos/{id}", f"/todos/{todo['id']}", json.dumps(change))
            self.assertEqual({name: changed[name] for name in change}, change)

    def test_nothing_that_it_forbids_is_taken(self):
        random = Random(2)
        wrong = {"title": ["", "x" * 101, 7, None, ["a"]], "priority": ["urgent", "", 1, None, {}],
                 "tags": ["a", {}, [1], ["A"], ["a", "a"], [""], list("abcdef"), None], "due": ["", "tomorrow", 0, "2026-13-01T00:00:00Z", []]}
        for name, values in wrong.items():
            for value in values:
                refused = self.check("POST", "/todos", "/todos", json.dumps({**self.random_todo(random), name: value}), status=422)
                pointers = [error["pointer"] for error in refused["errors"]]
                self.assertTrue(all(pointer == f"/{name}" or pointer.startswith(f"/{name}/") for pointer in pointers), refused)

    def test_whatever_is_sent_is_answered_as_described(self):
        random = Random(3)
        pieces = ["{", "}", "[", "]", ":", ",", '"title"', '"tags"', '"due"', "null", "-1", "1e999", '"\\ud800"', "true", " ", "\u20ac"]
        for _ in range(300):
            body = "".join(random.choices(pieces, k=random.randint(0, 12))).encode()
            answer = self.request("POST", "/todos", body, JSON)
            self.assertIn(answer.status, (400, 422), (body, answer))
            self.check("POST", "/todos", "/todos", body, status=answer.status)


class OtherTools(support.ProgramTest):
    """What others make of the document; each runs where it is installed."""

    program = "todo_api"

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.file = pathlib.Path(self.folder.name) / "openapi.json"
        self.file.write_bytes(self.get("/openapi.json").body)

    def run_tool(self, name, *arguments):
        if shutil.which(name) is None:
            self.skipTest(f"{name} is not installed")
        done = subprocess.run([name, *arguments], capture_output=True, text=True, timeout=120, cwd=self.folder.name)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_redocly_finds_no_error(self):
        self.run_tool("redocly", "lint", str(self.file))

    def test_spectral_finds_no_error(self):
        rules = self.file.with_name("rules.yaml")
        rules.write_text('extends: ["spectral:oas"]\n')
        self.run_tool("spectral", "lint", "--ruleset", str(rules), "--fail-severity", "error", str(self.file))

    def test_schemathesis_finds_nothing(self):
        self.run_tool("schemathesis", "run", "--checks", "all", "--phases", "examples,coverage,fuzzing", "--max-examples", "20",
                      "--max-time", "60", "--seed", "1", f"http://127.0.0.1:{self.server.port}/openapi.json")


if __name__ == "__main__":
    unittest.main()
